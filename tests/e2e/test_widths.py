"""Whatever a ledger holds, an answer is as wide as COLUMNS says, on a terminal and piped (section 11)."""

import os
import re
from collections.abc import Iterator

import pytest
from rich.cells import cell_len

from homegolf_git.core.model.values import Json
from tests.e2e.test_startup import COMMANDS
from tests.e2e.world import (
    BASE,
    BEST,
    BETTER,
    LANE,
    WORSE,
    World,
    clean_environment,
    ladder_text,
    lane_text,
    make_template,
)

WIDTHS = (80, 100, 119, 120, 160, 200)
LONG = "a-long-name-of-a-run-" + "x" * 59  # as long as one may be
OTHER = "b-long-name-of-a-run-" + "y" * 59
UP = "a-lane-with-the-longest-name-of-1"[:32]
SUMMARIES = {
    "words": "a summary of very many words, " * 6,
    "one word": "https://example.org/" + "path/" * 30,
    "漢字": "学習率を半分にして、勾配を一でクリップする。" * 5,
    "emoji": "🚀 faster 🏌️ than before 👩‍🔬 " * 8,
    "combining": "a\u0301e\u0308o\u0302 " * 30,
}
# Every command that reads, with what it is asked; the others write, or answer for machines.
READING = {
    "status": "", "log": "", "show": LONG, "diff": f"{LONG} {OTHER}", "explain": LONG, "verdicts": "",
    "judge": LONG, "seen": f"--lane {LANE} a summary of very many words",
    "plateau": f"--lane {LANE}", "next": f"--lane {LANE} --settle", "deltas": f"--lane {LANE}",
    "blockers": "", "transfer": f"--from {LANE} --to {UP}", "verify": "", "doctor": "",
    "backtest": f"--lane {LANE} --set decision.delta_min=0.5", "scoreboard": "--check",
    "promote": f"{LONG} --to {UP} --dry-run", "tags verify": "",
    "check": "--base HEAD~3 --head HEAD", "audit": "",
}  # fmt: skip
WRITING = {
    "capture", "draft", "loop", "record", "retract", "import", "submit", "init", "publish", "export", "demo", "tags sync", "site build"
}  # fmt: skip
TABLES = {"log", "diff", "verdicts", "deltas", "blockers", "transfer", "backtest", "status"}
LINES = [
    (name, more, width)
    for name, more in [*READING.items(), ("log", "--brief")]
    for width in (WIDTHS if name in TABLES or os.environ.get("HOMEGOLF_LONG") else WIDTHS[:1])
]


def change(summary: str) -> dict[str, Json]:
    return {"kind": "model", "summary": summary[:200].strip()}


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two lanes with long names, long words and letters of every width; nobody changes it."""
    root = tmp_path_factory.mktemp("wide")
    with clean_environment(root / "home"):
        world = make_template(root)
        world.commit("Lanes", {
            f"ledger/{UP}/lane.yaml": lane_text(
                UP, title="漢字 " * 20, needs_promotion_from=LANE, promotion={"max_in_flight": 1}),
            "ledger/ladder.yaml": ladder_text(LANE, "h100", UP),
        })  # fmt: skip
        world.record(
            "base", BASE, change=change(SUMMARIES["words"]), config={"model.漢字": "漢" * 60}
        )
        world.record(OTHER, BETTER, base="base", change=change(SUMMARIES["漢字"]))
        world.record(LONG, BEST, base=OTHER, change=change(SUMMARIES["emoji"]), notes="字" * 150)
        world.record("worse", WORSE, base=LONG, change=change(SUMMARIES["one word"]))
        world.record("maybe", BEST[:1], base=LONG, change=change(SUMMARIES["combining"]))
        for name in ("z" * 80, "oom-2"):
            failure = {"kind": "oom", "stage": "train", "detail": SUMMARIES["漢字"][:90]}
            world.record(name, (), outcome={"status": "failed", "failure": failure})
        yield world


def test_every_command_is_walked() -> None:
    assert READING.keys() | WRITING == COMMANDS.keys()


@pytest.mark.parametrize(("name", "more", "width"), LINES)
def test_no_line_is_wider(
    wide: World, monkeypatch: pytest.MonkeyPatch, name: str, more: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    ran = wide.homegolf(*name.split(), *more.split())
    assert ran.code in {0, 1, 10, 20, 21}, ran.said
    for line in ran.out.splitlines():
        is_id_alone = re.fullmatch(r"\s*[a-z0-9._-]{60,}[,.:]?", line)
        assert cell_len(line) <= width or is_id_alone, line
    assert ran.out or name in {"scoreboard", "tags verify", "check"}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["log", "verdicts"])
def test_no_run_id_is_cut(
    wide: World, monkeypatch: pytest.MonkeyPatch, name: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    out = wide.homegolf(name).out
    assert {LONG, OTHER, "base", "worse", "maybe", "z" * 80, "oom-2"} <= set(out.split())


def test_a_row_is_a_block_below_120_columns(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.record("first", BASE)
    monkeypatch.setenv("COLUMNS", "119")
    narrow = world.homegolf("log").out
    monkeypatch.setenv("COLUMNS", "120")
    assert len(world.homegolf("log").out.splitlines()) == 2
    assert narrow.splitlines()[0] == "first"


@pytest.mark.parametrize("columns", ["", "0", "wide", "-3"])
def test_a_width_that_is_none(world: World, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """Piped, nothing is cut; a document never is."""
    world.record("first", BASE, change=change("漢" * 150))
    monkeypatch.setenv("COLUMNS", columns)
    assert "漢" * 150 in world.homegolf("log").out
    monkeypatch.setenv("COLUMNS", "40")
    assert "漢" * 150 in world.answer("log")["rows"][0]["summary"]


def ladder_of_three(world: World) -> None:
    """Three lanes with everything that status has a line for, and a fault."""
    names = (LANE, "h100", "8xh100")
    world.commit("Three lanes", {
        "ledger/ladder.yaml": ladder_text(*names), "ledger/8xh100/lane.yaml": lane_text("8xh100"),
        f"ledger/{LANE}/runs/2026-03/Bad.yaml": "x\n",
    })  # fmt: skip
    for number, lane in enumerate(names):
        ids = [
            f"20260328-12000{number}-a-slug-of-words-{word}" for word in ("base", "best", "loss")
        ]
        world.record(ids[0], BASE, lane=lane)
        world.record(ids[1], BETTER, lane=lane, base=ids[0])
        world.record(f"oom-{number}", (), lane=lane)
        world.record(ids[2], WORSE, lane=lane, base=ids[1])


def test_status_is_one_screen_and_says_what_next_does(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ladder_of_three(world)
    monkeypatch.setenv("COLUMNS", "80")
    lines = world.homegolf("status").out.splitlines()
    assert len(lines) < 24  # and the prompt
    assert max(map(cell_len, lines)) <= 80
    labels = [line.split()[0] for line in lines if line.startswith("  ")]
    assert labels == ["incumbent", "noise", "rows", "latest", "search", "next"] * 3
    found = world.answer("status")["lanes"]
    for lane, item in found.items():
        assert item["next"] == world.answer("next", "--lane", lane)["actions"][0]
    assert {item["next"]["action"] for item in found.values()} == {"fresh"}
