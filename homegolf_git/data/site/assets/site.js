// The chart and the table of a lane's page, and the filters of both. data.js calls homegolfData with
// the rows. Texts of rows go into the page as text nodes alone.
"use strict";

function homegolfData(data) {
  const began = performance.now();
  const CLASSES = ["invalid", "blocked", "regression", "noise", "improvement"]; // the last lies on top
  const MANY = 400, PAGE = 50, STRIP = 24, OFF = 8, REACH = 24;
  const { columns, titles } = data;
  const count = columns.run.length;
  const sign = data.direction === "minimize" ? 1 : -1;
  const byId = (id) => document.getElementById(id);
  const form = byId("filters"), box = byId("chart"), over = byId("over");
  const table = byId("table"), body = table.tBodies[0], more = byId("more"), shownLine = byId("shown");
  const marks = {};
  for (const label of form.querySelectorAll("label.class")) marks[label.classList[1]] = label.querySelector("svg");
  const isTitle = new Uint8Array(count);
  for (const [order] of titles) isTitle[order - 1] = 1;
  const words = columns.run.map((run, i) =>
    `${run} ${columns.summary[i]} ${columns.by[i]} ${columns.reason[i]} ${columns.sentence[i]}`.toLowerCase());

  let shown = [];               // rows that pass the filters, in their order
  let sort = { by: "order", up: false };
  let zoom = [1, count];
  let at = titles.length ? titles[titles.length - 1][0] - 1 : count - 1;
  let isKept = false;           // a click keeps a run in the box
  let rowsOpen = PAGE;
  let chart = null;

  // --- words

  const number = (text) => text.replace("-", "\u2212");
  const score = (i) => (columns.score[i] === null ? "" : columns.score[i].toFixed(data.decimals));
  const delta = (i) => {
    const value = columns.delta[i];
    return value === null ? "" : number((value < 0 ? "" : "+") + value.toFixed(data.decimals));
  };
  const className = (i) => {
    const reason = columns.reason[i], name = columns.class[i];
    return reason && reason !== name ? `${name}/${reason}` : name;
  };

  // --- elements

  function element(name, kind, ...parts) {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    made.append(...parts);
    return made;
  }

  function runLink(i) {
    const name = columns.run[i].split("_").flatMap((part, n) => (n ? ["_", element("wbr"), part] : [part]));
    if (!columns.page[i]) return element("span", "run", ...name);
    const link = element("a", "run", ...name);
    link.href = page(i);
    return link;
  }

  const page = (i) => `${data.runs}${encodeURIComponent(columns.run[i])}.html`;

  function classMark(i) {
    const name = columns.class[i], reason = columns.reason[i];
    const rest = reason === name ? "" : `/${reason}`;
    return element("span", `class ${name}`, marks[name].cloneNode(true), " ", element("b", "", name), rest);
  }

  const sideMark = (i) => element("span", `side ${columns.side[i]}`, columns.side[i]);

  function tableRow(i) {
    const verdict = element("td", "", runLink(i), element("div", "summary", columns.summary[i]),
      element("div", "under narrow", classMark(i)), element("div", "under", columns.sentence[i]));
    const row = element("tr", i === at ? "at" : "",
      element("td", "n", String(i + 1)), verdict, element("td", "wide", classMark(i)),
      element("td", "n of-score", score(i)), element("td", "n of-delta", delta(i)),
      element("td", "n wide of-seeds", columns.seeds[i] ? String(columns.seeds[i]) : ""),
      element("td", "wide of-side", sideMark(i)), element("td", "wide by", columns.by[i]), element("td", "wide date", columns.date[i]));
    row.dataset.row = i;
    return row;
  }

  // --- filters, and their form in the address

  function read() {
    const chosen = new Set([...form.querySelectorAll("input[name=class]:checked")].map((input) => input.value));
    const side = form.elements.side.value, find = form.elements.find.value.trim().toLowerCase().split(/\s+/);
    const onlyTitles = form.elements.titles.checked;
    shown = [];
    for (let i = 0; i < count; i++) {
      if (!chosen.has(columns.class[i]) || (side && columns.side[i] !== side) || (onlyTitles && !isTitle[i])) continue;
      if (find.every((word) => words[i].includes(word))) shown.push(i);
    }
  }

  function toAddress() {
    const parts = new URLSearchParams();
    const boxes = [...form.querySelectorAll("input[name=class]")];
    if (boxes.some((input) => !input.checked)) parts.set("class", boxes.filter((input) => input.checked).map((input) => input.value).join(","));
    if (form.elements.side.value) parts.set("side", form.elements.side.value);
    if (form.elements.find.value.trim()) parts.set("find", form.elements.find.value.trim());
    if (form.elements.titles.checked) parts.set("titles", "1");
    if (sort.by !== "order" || sort.up) parts.set("sort", (sort.up ? "" : "-") + sort.by);
    if (zoom[0] !== 1 || zoom[1] !== count) parts.set("zoom", zoom.join("-"));
    const text = parts.toString();
    if (text || location.hash.includes("=")) history.replaceState(null, "", text ? `#${text}` : "#");
  }

  function fromAddress() {
    const parts = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    const chosen = parts.has("class") ? parts.get("class").split(",") : null;
    for (const input of form.querySelectorAll("input[name=class]")) input.checked = !chosen || chosen.includes(input.value);
    form.elements.side.value = parts.get("side") || "";
    if (form.elements.side.selectedIndex < 0) form.elements.side.value = "";
    form.elements.find.value = parts.get("find") || "";
    form.elements.titles.checked = parts.get("titles") === "1";
    const by = (parts.get("sort") || "-order").match(/^(-?)([a-z]+)$/);
    sort = by && (by[2] in columns || by[2] === "order") ? { by: by[2], up: !by[1] } : { by: "order", up: false };
    const ends = (parts.get("zoom") || "").match(/^(\d{1,9})-(\d{1,9})$/);
    zoom = ends ? within(+ends[1], +ends[2]) : [1, count];
  }

  function within(from, to) {
    const low = Math.min(Math.max(1, Math.round(from)), count);
    const high = Math.min(Math.max(low, Math.round(to)), count);
    return [low, high];
  }

  // --- the table

  function sorted() {
    const rows = shown.slice();
    const values = columns[sort.by];
    if (!values) return sort.up ? rows : rows.reverse();
    const way = sort.up ? 1 : -1;
    const isText = typeof values.find((value) => value !== null) === "string";
    return rows.sort((a, b) => {
      const one = values[a], other = values[b];
      if (one === null || other === null) return one === other ? b - a : one === null ? 1 : -1; // nothing comes last
      const order = isText ? (one < other ? -1 : one > other ? 1 : 0) : one - other;
      return order * way || b - a;
    });
  }

  let rowsSorted = [];

  function showTable() {
    rowsSorted = sorted();
    const found = rowsSorted.slice(0, rowsOpen);
    body.replaceChildren(...found.map(tableRow));
    more.hidden = rowsSorted.length <= found.length;
    const runs = count === 1 ? "run" : "runs";
    shownLine.textContent = rowsSorted.length === count
      ? `${found.length} of ${count} ${runs}.`
      : `${found.length} of ${rowsSorted.length} that are found among ${count} ${runs}.`;
    for (const head of table.tHead.rows[0].cells) {
      if (head.dataset.sort === sort.by) head.setAttribute("aria-sort", sort.up ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    }
  }

  function showMore() {
    const first = body.rows.length;
    rowsOpen += 4 * PAGE;
    body.append(...rowsSorted.slice(first, rowsOpen).map(tableRow));
    more.hidden = rowsSorted.length <= rowsOpen;
    shownLine.textContent = shownLine.textContent.replace(/^\d+/, body.rows.length);
    const link = body.rows[first] && body.rows[first].querySelector("a");
    if (link) link.focus();
  }

  // --- the chart

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  let colours = {};

  function takeColours() {
    for (const name of [...CLASSES, "text", "quiet", "line", "ground", "card", "band", "ring"]) colours[name] = style(name);
  }

  // Scores that the chart shows for a stretch of rows: its titles, and what lies near them.
  function span(from, to) {
    const held = reigns(from, to).map(([, , value]) => value);
    const valid = [], halves = [];
    for (let i = from - 1; i < to; i++) {
      if (columns.score[i] !== null && columns.class[i] !== "invalid") valid.push(columns.score[i]);
      if (columns.half[i] !== null) halves.push(columns.half[i]);
    }
    const fixed = held.length ? held : valid.length ? valid : columns.score.slice(from - 1, to).filter((value) => value !== null);
    if (!fixed.length) return [0, 1];
    const least = fixed.reduce((a, b) => Math.min(a, b)), most = fixed.reduce((a, b) => Math.max(a, b));
    let low = least, high = most;
    if (held.length) {
      halves.sort((a, b) => a - b);
      const half = halves.length ? halves[halves.length >> 1] : 0;
      const margin = Math.max((high - low) / 4, 4 * half);
      for (const value of valid) {
        if (value < low && value >= least - margin) low = value;
        if (value > high && value <= most + margin) high = value;
      }
    }
    if (low === high) {
      const room = Math.max(Math.abs(low) / 100, 10 ** -data.decimals);
      [low, high] = [low - room, high + room];
    }
    return [low - (high - low) * 0.06, high + (high - low) * 0.06];
  }

  // Titles within a stretch of rows: first row, last row, score.
  function reigns(from, to) {
    const found = [];
    titles.forEach(([, since, value], n) => {
      const until = n + 1 < titles.length ? titles[n + 1][1] : count + 1;
      if (since <= to && until > from) found.push([since, until, value]);
    });
    return found;
  }

  let low = 0, high = 1;

  function height() { return box.clientWidth < 600 ? 300 : 380; }

  function yRange(u) {
    [low, high] = span(...zoom);
    const plot = Math.max(60, u.height - 70);
    const foot = ((high - low) * STRIP) / (plot - STRIP);
    return [low - foot, high];
  }

  const place = (u, i) => {
    const x = u.valToPos(i + 1, "x", true);
    const value = columns.score[i], dots = devicePixelRatio;
    if (value === null) return [x, u.bbox.top + u.bbox.height - (STRIP / 2) * dots];
    if (value > high) return [x, u.bbox.top + OFF * dots];
    if (value < low) return [x, u.bbox.top + u.bbox.height - (STRIP + OFF) * dots];
    return [x, u.valToPos(value, "y", true)];
  };

  function clipped(u, draw) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    const edge = 12 * devicePixelRatio;
    ctx.rect(bbox.left - edge, bbox.top - edge, bbox.width + 2 * edge, bbox.height + 2 * edge);
    ctx.clip();
    draw(ctx, bbox, devicePixelRatio);
    ctx.restore();
  }

  function drawGround(u) {
    clipped(u, (ctx, bbox, dots) => {
      ctx.fillStyle = colours.card;
      ctx.fillRect(bbox.left, bbox.top + bbox.height - STRIP * dots, bbox.width, STRIP * dots);
      ctx.fillStyle = colours.band;
      for (const part of bands(u)) ctx.fillRect(...part);
    });
  }

  // What noise may explain: a box for each stretch of about 24 pixels within a reign, the median of its rows.
  function* bands(u) {
    const [first, final] = zoom;
    const floor = u.bbox.top + u.bbox.height - STRIP * devicePixelRatio;
    for (const [since, until] of reigns(first, final)) {
      const groups = new Map();
      const left = u.valToPos(since, "x", true);
      for (let i = Math.max(since, first - 1); i < Math.min(until, final + 1, count); i++) {
        if (columns.half[i] === null) continue;
        const x = u.valToPos(i + 1, "x", true);
        const group = Math.floor((x - left) / (24 * devicePixelRatio));
        if (!groups.has(group)) groups.set(group, []);
        groups.get(group).push([x, columns.middle[i], columns.half[i]]);
      }
      const parts = [...groups.values()];
      let start = Math.max(left, u.bbox.left);
      const last = Math.min(u.valToPos(Math.min(until, count + 0.5), "x", true), u.bbox.left + u.bbox.width);
      for (const [n, part] of parts.entries()) {
        const end = n + 1 < parts.length ? (part[part.length - 1][0] + parts[n + 1][0][0]) / 2 : last;
        const middle = median(part.map((row) => row[1])), half = median(part.map((row) => row[2]));
        const top = Math.max(u.valToPos(middle + half, "y", true), u.bbox.top);
        const bottom = Math.min(u.valToPos(middle - half, "y", true), floor);
        const from = Math.round(start), wide = Math.round(end) - from; // whole pixels leave no seam
        if (wide > 0 && bottom > top) yield [from, top, wide, bottom - top];
        start = end;
      }
    }
  }

  function median(values) {
    return values.sort((a, b) => a - b)[values.length >> 1];
  }

  function drawMarks(u) {
    clipped(u, (ctx, bbox, dots) => {
      drawReferences(u, ctx, dots);
      drawLine(u, ctx, dots);
      const places = [];
      const isMany = zoom[1] - zoom[0] >= MANY;
      const paths = new Map(CLASSES.map((name) => [name, new Path2D()]));
      const outlines = new Map(CLASSES.map((name) => [name, new Path2D(`M0 0${data.marks[name][isMany ? 1 : 0]}`)]));
      for (const i of shown) {
        if (i + 1 < zoom[0] || i + 1 > zoom[1]) continue;
        const [x, y] = place(u, i);
        places.push([x, y]);
        paths.get(columns.class[i]).addPath(outlines.get(columns.class[i]), new DOMMatrix([dots, 0, 0, dots, x, y]));
      }
      for (const name of CLASSES) drawClass(ctx, name, paths.get(name), isMany, dots);
      drawRing(u, ctx, dots);
      nameReferences(u, ctx, dots, places);
    });
  }

  function drawClass(ctx, name, path, isMany, dots) {
    ctx.globalAlpha = isMany && name !== "improvement" ? (name === "noise" ? 0.75 : 0.5) : 1;
    ctx.lineCap = "round";
    if (name === "improvement" || name === "regression") {
      ctx.fillStyle = colours[name];
      ctx.fill(path);
      if (name === "improvement") {
        ctx.strokeStyle = colours.ground;
        ctx.lineWidth = 1.5 * dots;
        ctx.stroke(path);
      }
    } else {
      ctx.strokeStyle = colours[name];
      ctx.lineWidth = dots * { noise: isMany ? 3 : 6, blocked: isMany ? 1 : 2, invalid: 1.3 }[name];
      ctx.stroke(path);
    }
    ctx.globalAlpha = 1;
  }

  function drawLine(u, ctx, dots) {
    if (!titles.length) return;
    ctx.strokeStyle = colours.improvement;
    ctx.lineWidth = 2.2 * dots;
    ctx.beginPath();
    titles.forEach(([, since, value], n) => {
      const x = u.valToPos(since, "x", true), y = u.valToPos(value, "y", true);
      if (n) ctx.lineTo(x, u.valToPos(titles[n - 1][2], "y", true));
      ctx[n ? "lineTo" : "moveTo"](x, y);
    });
    ctx.lineTo(u.valToPos(count + 0.5, "x", true), u.valToPos(titles[titles.length - 1][2], "y", true));
    ctx.stroke();
  }

  function drawReferences(u, ctx, dots) {
    for (const [, value] of data.references) {
      if (value < low || value > high) continue;
      const y = u.valToPos(value, "y", true), right = u.bbox.left + u.bbox.width;
      ctx.strokeStyle = colours.quiet;
      ctx.lineWidth = dots;
      ctx.setLineDash([2 * dots, 4 * dots]);
      ctx.beginPath();
      ctx.moveTo(u.bbox.left, y);
      ctx.lineTo(right, y);
      ctx.stroke();
      ctx.setLineDash([]);
    }
  }

  // Names of references, as far right as they cover neither a run nor the titles' line; else nowhere.
  function nameReferences(u, ctx, dots, places) {
    const { left, top, width } = u.bbox, size = 12 * dots, foot = top + u.bbox.height - STRIP * dots;
    const taken = places.slice();
    for (let x = left; titles.length && x <= left + width; x += 6 * dots) {
      const order = u.posToVal((x - left) / dots, "x");
      const held = titles.findLast(([, since]) => since <= order);
      if (held) taken.push([x, u.valToPos(held[2], "y", true)]);
    }
    ctx.font = `${size}px system-ui, sans-serif`;
    ctx.textAlign = "right";
    ctx.fillStyle = colours.quiet;
    for (const [name, value] of data.references) {
      if (value < low || value > high) continue;
      const text = `${name} ${value.toFixed(data.decimals)}`, wide = ctx.measureText(text).width;
      const line = u.valToPos(value, "y", true);
      const spots = [];
      for (let x = left + width - 4 * dots; x - wide > left; x -= 16 * dots) {
        for (const y of [line - 5 * dots, line + size + 2 * dots]) if (y - size > top && y < foot) spots.push([x, y]);
      }
      const away = 7 * dots;
      const spot = spots.find(([x, y]) => !taken.some(([mx, my]) =>
        mx > x - wide - away && mx < x + away && my > y - size - away && my < y + away));
      if (!spot) continue;
      ctx.fillText(text, ...spot);
      for (let x = spot[0] - wide; x <= spot[0]; x += away) taken.push([x, spot[1] - size / 2]);
    }
  }

  function drawRing(u, ctx, dots) {
    if (at + 1 < zoom[0] || at + 1 > zoom[1]) return;
    const [x, y] = place(u, at);
    ctx.strokeStyle = colours.ring;
    ctx.lineWidth = 2 * dots;
    ctx.beginPath();
    ctx.arc(x, y, 9 * dots, 0, 2 * Math.PI);
    ctx.stroke();
  }

  function axisDates(u, splits) {
    return splits.map((value) => {
      const order = Math.round(value);
      if (order !== value || order < 1 || order > count) return "";
      const date = columns.date[order - 1];
      return u.width < 600 || !/^[0-9]/.test(date) ? String(order) : `${order}\n${date.slice(5)}`;
    });
  }

  function makeChart() {
    takeColours();
    if (chart) chart.destroy();
    const axis = { stroke: () => colours.quiet, grid: { stroke: () => colours.line, width: 1 }, ticks: { stroke: () => colours.line, width: 1 }, font: "12px system-ui, sans-serif" };
    const isNarrow = box.clientWidth < 600;
    const orders = Array.from({ length: count }, (_, i) => i + 1);
    chart = new uPlot({
      width: box.clientWidth, height: height(), legend: { show: false },
      padding: [14, 14, 0, 0],
      scales: { x: { time: false, range: () => [zoom[0] - 0.5, zoom[1] + 0.5] }, y: { range: yRange } },
      series: [{}, { paths: () => null, points: { show: false } }],
      axes: [
        { ...axis, size: isNarrow ? 30 : 44, values: axisDates, space: isNarrow ? 60 : 76, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000] },
        { ...axis, size: isNarrow ? 56 : 68, space: 34, label: isNarrow ? undefined : `${data.metric}, ${sign > 0 ? "lower" : "higher"} is better`, labelFont: "12px system-ui, sans-serif", labelSize: 22,
          splits: (u, n, min, max, step) => (hasScores ? ticks(low, high, step) : []),
          values: (u, splits) => splits.map((value) => value.toFixed(Math.max(data.decimals - 2, digits(splits)))) },
      ],
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 5 } },
      hooks: { drawClear: [drawGround], draw: [drawMarks], setCursor: [pointed], setSelect: [selected] },
    }, [orders, columns.score], box);
    chart.over.addEventListener("dblclick", () => zoomTo(1, count));
    let down = 0;
    chart.over.addEventListener("mousedown", (event) => { down = event.clientX; });
    chart.over.addEventListener("click", (event) => {
      if (Math.abs(event.clientX - down) < 5) clicked();
    });
  }

  function ticks(from, to, step) {
    const found = [];
    for (let n = Math.ceil(from / step - 1e-9); n * step <= to; n++) found.push(+(n * step).toPrecision(12));
    return found;
  }

  const hasScores = columns.score.some((value) => value !== null);
  const digits = (values) => Math.max(0, ...values.map((value) => (String(value).split(".")[1] || "").length));

  function selected(u) {
    const { left, width } = u.select;
    if (width < 5) return;
    u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    zoomTo(u.posToVal(left, "x"), u.posToVal(left + width, "x"));
  }

  function zoomTo(from, to) {
    zoom = within(from, to);
    redraw();
    toAddress();
  }

  // The scales anew, and everything drawn.
  function redraw() {
    chart.setData(chart.data, true);
  }

  function pointed(u) {
    const found = isKept ? -1 : nearest(u);
    if (found >= 0 && found !== at) goTo(found);
  }

  // On the way to the box the pointer crosses other runs: these do not count until the next click.
  function clicked() {
    const found = nearest(chart);
    isKept = found >= 0 && !(isKept && found === at);
    over.classList.toggle("kept", isKept);
    if (found >= 0) goTo(found);
  }

  // The run whose mark is under the pointer, or not far from it; -1 where there is none.
  function nearest(u) {
    const { left, top } = u.cursor;
    if (left === undefined || left < 0) return -1;
    const dots = devicePixelRatio;
    const x = u.bbox.left + left * dots, y = u.bbox.top + top * dots;
    let best = -1, least = (REACH * dots) ** 2;
    const middle = u.posToVal(left, "x"), room = Math.max(1, Math.abs(u.posToVal(left + REACH, "x") - middle));
    for (let n = lower(middle - room - 1); n < shown.length && shown[n] < middle + room; n++) {
      const [mx, my] = place(u, shown[n]);
      const away = (mx - x) ** 2 + ((my - y) ** 2) / 4;
      if (away <= least) [best, least] = [shown[n], away];
    }
    return best;
  }

  // Where in `shown` the first row is that is not before a place.
  function lower(value) {
    let from = 0, to = shown.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (shown[middle] < value) from = middle + 1; else to = middle;
    }
    return from;
  }

  // --- the run that is looked at

  function goTo(i) {
    at = i;
    tell();
    chart.redraw(false);
  }

  function tell() {
    const facts = [];
    if (score(at)) facts.push(`${data.metric} ${score(at)}`);
    if (delta(at)) facts.push(`delta ${delta(at)}`);
    if (columns.seeds[at]) facts.push(columns.seeds[at] === 1 ? "1 seed" : `${columns.seeds[at]} seeds`);
    if (columns.side[at] !== "unknown") facts.push(columns.side[at]);
    if (isTitle[at]) facts.push("it took the title");
    over.replaceChildren(
      element("p", "", classMark(at), " ", runLink(at), " ", element("span", "quiet", `run ${at + 1}, ${columns.date[at]}, ${columns.by[at]}`)),
      element("p", "summary", columns.summary[at]), element("p", "", columns.sentence[at]), element("p", "quiet", facts.join(", ")));
    box.setAttribute("aria-valuenow", at + 1);
    box.setAttribute("aria-valuetext", `${columns.run[at]}, ${className(at)}. ${columns.sentence[at]}`);
    for (const row of body.querySelectorAll("tr.at")) row.className = "";
    const row = body.querySelector(`tr[data-row="${at}"]`);
    if (row) row.className = "at";
  }

  function pressed(event) {
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
    if (event.ctrlKey || event.metaKey || event.altKey || !shown.length) return;
    const here = lower(at), isHere = shown[here] === at;
    let next;
    if (event.key in steps) {
      const step = steps[event.key];
      next = here + step + (!isHere && step > 0 ? -1 : 0);
    } else if (event.key === "Home") next = lower(zoom[0] - 1);
    else if (event.key === "End") next = lower(zoom[1]) - 1;
    else if (event.key === "Enter" && columns.page[at]) { location.href = page(at); return; }
    else if (event.key === "Escape") { zoomTo(1, count); return; }
    else return;
    event.preventDefault();
    const i = shown[Math.min(Math.max(next, 0), shown.length - 1)];
    if (i + 1 < zoom[0] || i + 1 > zoom[1]) {
      const wide = zoom[1] - zoom[0];
      const from = i + 1 < zoom[0] ? i + 1 : i + 1 - wide;
      zoomTo(Math.max(1, from), Math.max(1, from) + wide);
    }
    goTo(i);
  }

  // --- what happens when

  function changed() {
    read();
    rowsOpen = PAGE;
    showTable();
    tell();
    if (chart) chart.redraw(false);
    toAddress();
  }

  function restored() {
    fromAddress();
    read();
    showTable();
    if (chart) redraw();
    tell();
  }

  for (const head of table.tHead.rows[0].cells) {
    const button = element("button", "", ...head.childNodes);
    button.type = "button";
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const by = head.dataset.sort;
      const isText = by in columns && typeof columns[by].find((value) => value !== null) === "string";
      sort = { by, up: sort.by === by ? !sort.up : isText || (by === "score" && sign > 0) };
      rowsOpen = PAGE;
      showTable();
      toAddress();
    });
  }
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { zoom = [1, count]; sort = { by: "order", up: false }; changed(); redraw(); }));
  more.querySelector("button").addEventListener("click", showMore);
  box.addEventListener("keydown", pressed);
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      const reign = titles.length ? titles[titles.length - 1][1] : 1;
      zoomTo(...{ all: [1, count], latest: [count - 99, count], reign: [reign, count] }[button.dataset.zoom]);
    });
  }
  addEventListener("hashchange", () => { if (location.hash.includes("=") || !location.hash) restored(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { takeColours(); chart.redraw(false); });
  let width = 0;
  new ResizeObserver(() => {
    if (box.clientWidth === width || !box.clientWidth) return;
    width = box.clientWidth;
    if ((chart.width < 600) !== (width < 600)) makeChart();
    else chart.setSize({ width, height: height() });
  }).observe(box);

  byId("live").hidden = false;
  width = box.clientWidth;
  fromAddress();
  read();
  showTable();
  makeChart();
  tell();
  document.documentElement.dataset.ready = Math.round(performance.now() - began);
}
