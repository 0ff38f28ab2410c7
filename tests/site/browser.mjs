// Tries a site in a real browser: node browser.mjs CHROMIUM FOLDER. One line of JSON a check: its name,
// and what went wrong, if anything. tests/site/test_browser.py builds the site and reads the lines.
import { strict as assert } from "node:assert";
import { readFileSync, mkdirSync, copyFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [, , program, folder] = process.argv;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const root = pathToFileURL(folder).href;
const at = (path) => `${root}/${path}`;
const LANE = at("home/index.html");
const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
const faults = []; // what any page said or asked for

async function open(url, { width = 1280, scheme = "light", ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 1000 }, colorScheme: scheme, ...options });
  const page = await context.newPage();
  page.on("console", (message) => faults.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => {
    const asked = request.url();
    if (!asked.startsWith(`${root}/`) && !asked.startsWith("data:,")) faults.push(`request: ${asked}`);
  });
  page.on("requestfailed", (request) => faults.push(`failed: ${request.url()}`));
  await page.goto(url);
  return page;
}

const cells = (page, column) => page.$$eval("#table tbody tr", (rows, n) => rows.map((row) => row.cells[n].textContent), column);
const hash = (page) => page.evaluate(() => decodeURIComponent(location.hash));
const chartAt = (page) => page.$eval("#chart", (chart) => [+chart.getAttribute("aria-valuenow"), chart.getAttribute("aria-valuetext")]);
const press = (page, ...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

async function axeClean(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], preload: false }));
  const said = found.violations.map((item) => `${item.id}: ${item.nodes.map((node) => node.html.slice(0, 150)).slice(0, 3).join(" | ")}`);
  assert.deepEqual(said, [], name);
}

const checks = {
  async "opens from a file and says nothing"() {
    const page = await open(at("index.html"));
    await page.click("text=home");
    await page.waitForSelector("[data-ready]");
    assert.match(page.url(), /home\/index\.html$/);
    assert.deepEqual(faults, []);
    await page.context().close();
  },

  async "draws every class and the titles"() {
    const page = await open(LANE);
    const colours = await page.$eval("#chart canvas", (canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const found = new Map();
      for (let i = 0; i < data.length; i += 4) {
        const key = `${data[i]},${data[i + 1]},${data[i + 2]},${data[i + 3]}`;
        found.set(key, (found.get(key) || 0) + 1);
      }
      return [...found].filter(([, n]) => n > 3).map(([key]) => key);
    });
    for (const wanted of ["9,105,218,255", "129,139,152,255", "188,76,0,255", "130,80,223,255", "221,244,255,255"]) {
      assert.ok(colours.includes(wanted), `${wanted} is not there`);
    }
    await page.context().close();
  },

  async "filters chart and table, and keeps the filters in the address"() {
    const page = await open(LANE);
    const all = await page.textContent("#shown");
    await page.uncheck("input[value=noise]");
    assert.equal((await cells(page, 2)).filter((text) => text.includes("noise")).length, 0);
    assert.notEqual(await page.textContent("#shown"), all);
    await page.fill("#find", "wide head");
    const found = await cells(page, 1);
    assert.ok(found.length && found.every((text) => text.includes("wide head")));
    await page.selectOption("#side", "system");
    assert.ok((await cells(page, 6)).every((text) => text === "system"));
    assert.match(await hash(page), /class=improvement,regression,blocked,invalid&side=system&find=wide\+head/);
    const again = await open(page.url());
    assert.deepEqual(await cells(again, 1), await cells(page, 1));
    assert.equal(await again.inputValue("#find"), "wide head");
    await again.focus("#chart");
    await press(again, "Home", "ArrowRight");
    assert.match((await chartAt(again))[1], /(improvement|regression|blocked|invalid)/);
    await again.click("button[type=reset]");
    await again.waitForFunction(() => !location.hash.includes("="));
    assert.equal(await again.textContent("#shown"), all);
    await again.check("input[name=titles]");
    assert.ok((await cells(again, 2)).every((text) => text.includes("improvement")));
    await again.context().close();
    await page.context().close();
  },

  async "sorts by each column both ways"() {
    const page = await open(LANE);
    for (const [name, column] of [["score", 3], ["by", 7], ["seeds", 5], ["date", 8], ["run", 1], ["class", 2], ["delta", 4], ["order", 0]]) {
      const head = `th[data-sort=${name}]`;
      await page.click(`${head} button`);
      const one = await page.getAttribute(head, "aria-sort");
      const first = (await cells(page, column))[0];
      await page.click(`${head} button`);
      const other = await page.getAttribute(head, "aria-sort");
      assert.deepEqual([one, other].sort(), ["ascending", "descending"], name);
      assert.notEqual((await cells(page, column))[0], first, name);
      assert.equal((await page.$$("th[aria-sort]")).length, 1);
    }
    await page.click("th[data-sort=score] button");
    const scores = (await cells(page, 3)).map(Number);
    assert.deepEqual(scores, scores.slice().sort((a, b) => a - b));
    assert.match(await hash(page), /sort=score/);
    await page.context().close();
  },

  async "shows more rows when asked"() {
    const page = await open(LANE);
    assert.equal((await cells(page, 0)).length, 50);
    await page.click("#more button");
    const rows = (await cells(page, 0)).length;
    assert.ok(rows > 50);
    assert.equal(await page.evaluate(() => document.activeElement.closest("tr").rowIndex), 51);
    assert.equal(await page.textContent("#shown"), `${rows} of ${rows} runs.`);
    await page.context().close();
  },

  async "zooms by dragging, and back"() {
    const page = await open(LANE);
    const area = await (await page.$("#chart .u-over")).boundingBox();
    await page.mouse.move(area.x + area.width * 0.3, area.y + 60);
    await page.mouse.down();
    await page.mouse.move(area.x + area.width * 0.6, area.y + 90, { steps: 4 });
    await page.mouse.up();
    const [from, to] = (await hash(page)).match(/zoom=(\d+)-(\d+)/).slice(1).map(Number);
    assert.ok(from > 30 && to < 90 && from < to, `${from} to ${to}`);
    const again = await open(page.url());
    await again.focus("#chart");
    await press(again, "Home");
    assert.equal((await chartAt(again))[0], from);
    await again.context().close();
    await page.dblclick("#chart .u-over");
    assert.doesNotMatch(await hash(page), /zoom/);
    for (const [name, shown] of [["latest", /zoom=\d+-\d+/], ["reign", /zoom=\d+-\d+/], ["all", /^#?$/]]) {
      await page.click(`[data-zoom=${name}]`);
      assert.match(await hash(page), shown);
    }
    await page.context().close();
  },

  async "is worked by keys alone"() {
    const page = await open(LANE);
    await page.focus("#chart");
    assert.equal(await page.getAttribute("#chart", "role"), "slider");
    const last = +(await page.getAttribute("#chart", "aria-valuemax"));
    const seen = [];
    for (const [key, wanted] of [["Home", 1], ["ArrowRight", 2], ["ArrowRight", 3], ["ArrowLeft", 2], ["PageUp", 12], ["PageDown", 2], ["End", last], ["ArrowRight", last]]) {
      await press(page, key);
      const [now, text] = await chartAt(page);
      assert.equal(now, wanted, key);
      assert.match(text, /^\S+, (improvement|noise|regression|blocked|invalid)\/?\S*\. \S/);
      assert.ok((await page.textContent("#over")).includes(text.split(",")[0]));
      seen.push(text);
    }
    await press(page, "Enter");
    await page.waitForURL(/runs\/.+\.html$/);
    assert.equal(await page.textContent("h1"), seen.at(-1).split(",")[0]);
    await page.context().close();
  },

  async "tells in a box below the chart what the pointer is over"() {
    const page = await open(LANE);
    const area = await (await page.$("#chart .u-over")).boundingBox();
    const below = await (await page.$("#over")).boundingBox();
    assert.ok(below.y >= area.y + area.height);
    const said = new Set();
    for (let part = 1; part < 20; part++) {
      for (let down = 1; down < 8; down++) await page.mouse.move(area.x + (area.width * part) / 20, area.y + (area.height * down) / 8);
      said.add(await page.textContent("#over"));
    }
    assert.ok(said.size > 8, `${said.size} runs`);
    assert.equal(await page.locator("#over a").count(), 1);
    await page.mouse.click(area.x + area.width / 2, area.y + area.height - 12);
    const kept = await page.textContent("#over");
    await page.mouse.move(area.x + area.width / 4, area.y + area.height - 12, { steps: 9 });
    assert.equal(await page.textContent("#over"), kept);
    await page.mouse.click(area.x + area.width / 4, area.y + area.height - 12);
    assert.notEqual(await page.textContent("#over"), kept);
    await page.click("#over a");
    await page.waitForURL(/runs\/.+\.html$/);
    await page.context().close();
  },

  async "works by touch on a phone"() {
    const page = await open(LANE, { width: 390, hasTouch: true, isMobile: true });
    await page.locator("#over").scrollIntoViewIfNeeded();
    const area = await (await page.$("#chart .u-over")).boundingBox();
    const before = await chartAt(page);
    await page.touchscreen.tap(area.x + area.width / 2, area.y + area.height - 12);
    await page.waitForFunction((text) => document.getElementById("chart").getAttribute("aria-valuetext") !== text, before[1], { timeout: 5000 });
    await page.context().close();
  },

  async "opens a run, and comes back to what was chosen"() {
    const page = await open(LANE);
    await page.uncheck("input[value=regression]");
    await page.click("#table tbody tr:nth-child(2) a");
    await page.waitForURL(/runs\/.+\.html$/);
    assert.ok(await page.textContent("h1"));
    await page.goBack();
    await page.waitForSelector("[data-ready]");
    assert.ok(!(await page.isChecked("input[value=regression]")));
    await page.click("nav.crumbs a");
    assert.match(page.url(), /index\.html$/);
    assert.equal(await page.textContent("h1"), "Scoreboard");
    await page.context().close();
  },

  async "a hostile row stays text everywhere"() {
    const page = await open(at("index.html"));
    for (const path of ["index.html", "home/index.html#find=hostile", "home/runs/hostile.html", "home/runs/hostile-failed.html"]) {
      await page.goto(at(path));
      if (await page.locator("#chart").count()) await press(page, "Tab", "End", "Home");
      const made = await page.evaluate(() => [
        document.querySelectorAll("img, iframe, object, embed, form:not(#filters), main script, main link, main style, [onerror], [onload], a[href^='javascript']").length,
        document.title.includes("owned"), "owned" in window,
      ]);
      assert.deepEqual(made, [0, false, false], path);
    }
    await page.goto(at("home/runs/hostile.html"));
    assert.match(await page.textContent("main"), /<img src=x onerror=owned\(\)>/);
    assert.match(await page.textContent("main"), /\\u202e/);
    await page.goto(at("home/index.html#find=hostile"));
    assert.match(await page.textContent("#table"), /<script>owned\(\)<\/script>/);
    assert.deepEqual(faults, []);
    await page.context().close();
  },

  async "its policy lets nothing else act or load"() {
    const page = await open(LANE);
    const before = faults.length;
    const found = await page.evaluate(async () => {
      const stopped = [];
      addEventListener("securitypolicyviolation", (event) => stopped.push(event.effectiveDirective));
      const add = (name, fields) => document.body.append(Object.assign(document.createElement(name), fields));
      add("script", { textContent: "window.owned = true" });
      add("style", { textContent: "body { display: none }" });
      add("img", { src: "https://example.org/x.png" });
      add("iframe", { src: "https://example.org/" });
      add("div", {}); document.body.lastChild.setAttribute("style", "color: red");
      await fetch("https://example.org/").catch(() => {});
      await new Promise((done) => setTimeout(done, 100));
      return [stopped.sort(), "owned" in window, getComputedStyle(document.body).display];
    });
    assert.deepEqual(found, [["connect-src", "frame-src", "img-src", "script-src-elem", "style-src-attr", "style-src-elem"], false, "block"]);
    faults.splice(before); // the browser told of each
    await page.context().close();
  },

  async "needs no script for its sections and the latest 50 rows"() {
    const page = await open(LANE, { javaScriptEnabled: false });
    assert.equal(await page.locator("#table tbody tr").count(), 50);
    const heads = await page.locator("main h2:visible").allTextContents();
    for (const wanted of ["Incumbent", "Progress", "What improved the score", "Runs", "Open blockers", "The lane"]) assert.ok(heads.includes(wanted), wanted);
    assert.ok(await page.isVisible("img.picture"));
    assert.ok(!(await page.isVisible("#filters")));
    const box = await (await page.$("img.picture")).boundingBox();
    assert.ok(box.height > 300);
    await page.context().close();
  },

  async "a row is the same with a script and without"() {
    const rows = (page) => page.$$eval("#table tbody tr", (found) => found.map((row) => [...row.cells].map((cell) => `${cell.className} ${cell.innerHTML}`)));
    const [one, other] = [await open(LANE), await open(LANE, { javaScriptEnabled: false })];
    assert.deepEqual(await rows(one), await rows(other));
    await one.context().close();
    await other.context().close();
  },

  async "axe finds nothing, and no page is wider than its window"() {
    const lane = "home/index.html#find=run-01"; // all sections, and ten rows
    const few = ["index.html", lane, "home/runs/third.html"];
    const all = [...few, "h100/index.html", "home/runs/hostile.html", "home/runs/hostile-failed.html"];
    for (const [width, scheme, paths] of [[1280, "light", all], [1280, "dark", few], [390, "light", few], [390, "dark", all]]) {
      const page = await open(at(paths[0]), { width, scheme });
      for (const path of paths) {
        await page.goto(at(path));
        await axeClean(page, `${path} ${width} ${scheme}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${path} is ${wide} wider than ${width}`);
      }
      await page.context().close();
    }
  },

  async "5,000 rows are ready at once"() {
    const many = 5000, script = readFileSync(join(folder, "home", "data.js"), "utf-8");
    const data = JSON.parse(script.slice("homegolfData(".length, -3));
    for (const [name, values] of Object.entries(data.columns)) data.columns[name] = Array.from({ length: many }, (_, i) => values[i % values.length]);
    mkdirSync(join(folder, "many"));
    copyFileSync(join(folder, "home", "index.html"), join(folder, "many", "index.html"));
    writeFileSync(join(folder, "many", "data.js"), `homegolfData(${JSON.stringify(data)});`);
    const page = await open(at("many/index.html"));
    assert.equal(await page.locator("#table tbody tr").count(), 50);
    const times = { ready: +(await page.getAttribute("html", "data-ready")) };
    const timed = (selector) => page.evaluate((found) => {
      const began = performance.now();
      document.querySelector(found).click();
      document.body.offsetHeight; // laid out
      return Promise.resolve().then(() => Math.round(performance.now() - began)); // and drawn
    }, selector);
    times.sort = await timed("th[data-sort=score] button");
    times.filter = await timed("input[value=noise]");
    times.zoom = await timed("[data-zoom=latest]");
    console.error(JSON.stringify(times));
    for (const [name, spent] of Object.entries(times)) assert.ok(spent < 3000, `${name} took ${spent} ms`);
    await page.context().close();
  },

  async "nothing was said, and nothing asked for, at any time"() {
    assert.deepEqual(faults, []);
  },
};

if (!folder) console.log(JSON.stringify(Object.keys(checks)));
else {
  for (const [name, check] of Object.entries(checks)) {
    const began = Date.now();
    const wrong = await check().then(() => "", (error) => String(error.message || error).slice(0, 2000));
    console.log(JSON.stringify({ name, wrong, ms: Date.now() - began }));
  }
}
await browser.close();
