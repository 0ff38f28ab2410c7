"""The tables of the benchmark, written and read, and whether they keep what is promised."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.decisions.cell import Cell, Numbers

MARK = "<!-- tables: written by `make bench-decisions` -->"
TITLES = {
    "null": "When nothing helps: 200 challengers a ledger",
    "power": "When one gain is real: power as the 10th challenger",
    "picked": "When seeds are picked and disclosed, and nothing helps",
    "sessions": "When sessions differ and nothing helps: 200 challengers a ledger, delta 3 sigma",
    "scatter": "When configs do not scatter alike and nothing helps: 200 challengers a ledger",
    "fixed": "When every run repeats one seed and nothing helps: 200 challengers a ledger",
    "long": "When nothing helps for long: 500 challengers a ledger, delta 1.4 sigma",
    "drift": "When the lane drifts and nothing helps (delta 3 sigma)",
    "next": "When advice is followed: 40 ideas a ledger, one in five helps",
    "stop": "When to stop: at most 400 challengers, delta 3 sigma",
    "settle": "When a plateau is wanted: at most 200 runs, 9 of them the baseline's, delta 1.4 sigma",
}
_CHANCE = 2.33  # standard errors, passed once in a hundred
_HEADERS = {
    "null": ("rule", "seeds", "noise", "delta"),
    "power": ("rule", "seeds", "noise", "delta"),
    "picked": ("what", "noise"),
    "sessions": ("effect of a session", "rule", "sessions of the baseline"),
    "scatter": ("configs", "delta", "rule"),
    "fixed": ("rule", "noise", "delta"),
    "long": ("ideas", "rule"),
    "drift": ("drift", "incumbent", "rule"),
    "next": ("delta", "what is followed"),
    "stop": ("ideas", "rule"),
    "settle": ("ideas", "rule"),
}
_COLUMNS = {
    "any false": "ledgers with a false promotion",
    "false": "false promotions a ledger",
    "runs": "runs a challenger",
    "power 1": "power at delta",
    "power 2": "at 2 delta",
    "power 4": "at 4 delta",
    "remarked": "ledgers with the remark",
    "power last": "power at 2 delta as the 501st",
    "power next": "at 3 delta as the next",
    "won 1": "gains of delta promoted",
    "won 2": "gains of 2 delta promoted",
    "right": "ideas decided right",
    "runs a gain": "runs a gain promoted",
    "stops": "ledgers that stop",
    "at?median": "median challenger at the stop",
    "runs?median": "median runs at the stop",
    "gained": "true gain in deltas",
}
_OF_TABLE = {
    "sessions": {"power 2": "power at 2 delta"},
    "scatter": {"power 2": "power at 2 delta"},
    "fixed": {"power 2": "power at 2 delta"},
    "stop": {"false": "of them false"},
    "settle": {"false": "of them false"},
}
_NEVER = "never"


def _columns(name: str) -> dict[str, str]:
    return {**_COLUMNS, **_OF_TABLE.get(name, {})}


def missed_of(cell: Cell, numbers: Numbers, ledgers: int) -> Iterator[str]:
    """What a cell promises and does not keep, beyond what chance does to a share of so many ledgers."""
    for key, (sign, bound) in cell.needs.items():
        slack = _CHANCE * math.sqrt(bound * (1 - bound) / ledgers)
        is_kept = numbers[key] <= bound + slack if sign == "<=" else numbers[key] >= bound - slack
        if not is_kept:
            name = " / ".join((cell.table, *cell.labels))
            why = f"; known: {cell.known}" if cell.known else ""
            yield f"{name}: {key} is {numbers[key]:.3f}, {sign} {bound} was promised{why}"


def table(name: str, results: Sequence[tuple[Cell, Numbers]], ledgers: int) -> str:
    """One table as Markdown, from the cells with their numbers over so many ledgers."""
    rows = [(cell, numbers) for cell, numbers in results if cell.table == name]
    keys, titles = list(rows[0][1]), _columns(name)
    header = [*_HEADERS[name], *(titles[key] for key in keys)]
    lines = [f"### {TITLES[name]}", "", f"{ledgers} ledgers a cell.", ""]
    lines += [_line(header), "|---" * len(header) + "|"]
    for cell, numbers in rows:
        figures = [_NEVER if numbers[k] != numbers[k] else f"{numbers[k]:.4g}" for k in keys]
        lines.append(_line([*map(_label, cell.labels), *figures]))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _label(label: str) -> str:
    return f"**{label}**" if label.startswith("ours") else label


def numbers_in(page: str, cell: Cell) -> Numbers:
    """The numbers of a cell as the tables of a page give them; KeyError where it has none."""
    lines = _part(page, cell.table).splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    labels = [_label(label) for label in cell.labels]
    keys = {title: key for key, title in _columns(cell.table).items()}
    for row in rows[1:]:
        if row[: len(labels)] == labels:
            titled = zip(rows[0][len(labels) :], row[len(labels) :], strict=True)
            return {keys[t]: float("nan") if x == _NEVER else float(x) for t, x in titled}
    raise KeyError(cell.labels)


def ledgers_in(page: str, name: str) -> int:
    """How many ledgers a cell of a table on a page was made from; the fewest where cells differ."""
    line = next(line for line in _part(page, name).splitlines() if "ledgers a cell" in line)
    return min(map(int, re.findall(r"\d\d+", line)))


def joined(page: str, written: Mapping[str, str]) -> str:
    """All tables of a page in their order, those that are written anew in place of the old ones."""
    return "\n\n".join(filter(None, (written.get(name) or _part(page, name) for name in TITLES)))


def _part(page: str, name: str) -> str:
    """A table of a page with its title; nothing where it has none."""
    title = f"### {TITLES[name]}\n"
    found, behind = page.partition(title)[1:]
    return (found + behind.partition("\n### ")[0]).strip()
