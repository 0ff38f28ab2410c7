"""Generated files: the same bytes on every machine, and no text of a row acts in them (sections 2, 3)."""

import json
import re
from pathlib import Path

import jsonschema
import markdown_it
import pytest

from homegolf_git.shell import generated as generated_module
from homegolf_git.shell.files.datafiles import schema
from tests.e2e.world import BASE, BEST, BETTER, WORSE, World, lane_text

RETRACT = ("--reason", "wrong split", "--evidence", "issue 1", "--by", "someone")


def generated(world: World) -> dict[str, bytes]:
    """Every generated file of the work tree."""
    found = [
        *world.repo.glob("ledger/SCOREBOARD.md"),
        *world.repo.glob("ledger/*/SCOREBOARD.md"),
        *world.repo.glob("ledger/*/scoreboard.json"),
        *world.repo.glob("ledger/*/progress.svg"),
        *world.repo.glob("ledger/*/verdicts/*.jsonl"),
        *world.repo.glob("ledger/*/months/*.md"),
    ]
    return {str(path.relative_to(world.repo)): path.read_bytes() for path in found}


@pytest.fixture
def ledger(world: World) -> World:
    world.record("base", BASE, finished_at="2026-02-27T10:00:00Z")
    world.record("oom", (), finished_at="2026-02-28T10:00:00Z")
    world.record("better", BETTER, base="base")
    world.record("worse", WORSE, base="better")
    world.record("best", BEST, base="better")
    return world


def test_the_files_of_the_specification_are_written(ledger: World) -> None:
    answer = ledger.answer("scoreboard")
    files = generated(ledger)
    assert set(files) >= {
        "ledger/SCOREBOARD.md",
        "ledger/home/SCOREBOARD.md",
        "ledger/home/scoreboard.json",
        "ledger/home/progress.svg",
        "ledger/home/verdicts/2026-02.jsonl",
        "ledger/home/verdicts/2026-03.jsonl",
        "ledger/h100/SCOREBOARD.md",
        "ledger/h100/scoreboard.json",
    }
    assert set(answer["written"]) == set(files)
    status = ledger.git("status", "--porcelain", "--untracked-files=all").splitlines()
    assert {line[3:] for line in status} == set(files)


def test_a_full_month_goes_on_in_parts(ledger: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Joined they are the month; a part that is full stays as it is when a row lands."""
    ledger.homegolf("scoreboard")
    folder = ledger.repo / "ledger/home/verdicts"
    whole = (folder / "2026-03.jsonl").read_bytes()
    monkeypatch.setattr(generated_module, "FILE_BYTES_MAX", len(whole) // 2)
    answer = ledger.answer("scoreboard")
    assert "ledger/home/verdicts/2026-03-2.jsonl" in answer["written"]

    def parts() -> list[bytes]:
        names = ["2026-03.jsonl", *(f"2026-03-{n}.jsonl" for n in range(2, 9))]
        return [(folder / name).read_bytes() for name in names if (folder / name).is_file()]

    before = parts()
    assert b"".join(before) == whole
    ledger.record("later", WORSE, base="better")
    ledger.homegolf("scoreboard")
    assert parts()[: len(before) - 1] == before[:-1]
    assert ledger.homegolf("scoreboard", "--check").code == 0
    monkeypatch.undo()
    assert "ledger/home/verdicts/2026-03-2.jsonl" in ledger.answer("scoreboard")["removed"]


def test_the_stored_verdicts_are_those_of_the_command(ledger: World) -> None:
    ledger.homegolf("scoreboard")
    files = generated(ledger)
    lines = [
        json.loads(line)
        for month in ("2026-02", "2026-03")
        for line in files[f"ledger/home/verdicts/{month}.jsonl"].decode().splitlines()
    ]
    assert lines == ledger.verdicts()


def test_the_scoreboard_is_valid_and_says_who_is_the_incumbent(ledger: World) -> None:
    ledger.homegolf("scoreboard")
    files = generated(ledger)
    board = json.loads(files["ledger/home/scoreboard.json"])
    jsonschema.Draft7Validator(schema("scoreboard-v1")).validate(board)
    assert board["incumbent"]["run_id"] == "best"
    assert [change["run_id"] for change in board["incumbents"]] == ["base", "better", "best"]
    assert board["open_blockers"] == ["oom"]
    for name in ("ledger/SCOREBOARD.md", "ledger/home/SCOREBOARD.md"):
        assert b"best" in files[name]
    overview = files["ledger/SCOREBOARD.md"].decode()
    for lane in ("home", "h100"):
        assert f"]({lane}/SCOREBOARD.md)" in overview


def test_the_board_keeps_the_latest_100_rows_and_the_verdicts_keep_all(world: World) -> None:
    rows = dict(world.place(f"run-{number:03}", (1.2 + number / 1000,)) for number in range(103))
    world.commit("Many", rows)
    world.homegolf("scoreboard")
    files = generated(world)
    board = json.loads(files["ledger/home/scoreboard.json"])
    assert board["rows_total"] == 103
    assert [row["run_id"] for row in board["rows"]][::99] == ["run-003", "run-102"]
    assert (
        b"`run-002`"
        not in files["ledger/home/SCOREBOARD.md"].partition(b"## Latest")[2].partition(b"\n## ")[0]
    )
    stored = b"".join(data for name, data in files.items() if name.endswith(".jsonl"))
    assert len(stored.splitlines()) == 103


class TestMonths:
    """Rows that the page does not show any more stand on pages of their months, whole months each."""

    @pytest.fixture
    def long(self, world: World) -> World:
        rows = dict(
            world.place(f"run-{number:03}", (1.2 + number / 1000,), finished_at=at)
            for number in range(130)
            for at in (f"2026-0{1 + number // 60}-{1 + number % 28:02}T10:00:00Z",)
        )
        world.commit("Many", rows)
        return world

    def pages(self, world: World) -> dict[str, str]:
        found = sorted((world.repo / "ledger/home/months").glob("*.md"))
        return {path.name: path.read_text(encoding="utf-8") for path in found}

    def test_a_month_is_whole_and_in_order(self, long: World) -> None:
        long.homegolf("scoreboard")
        pages = self.pages(long)
        assert list(pages) == ["2026-01.md"]  # all of the other months are among the latest 100
        orders = [int(n) for n in re.findall(r"\*\*#([0-9]+)\*\*", pages["2026-01.md"])]
        assert orders == list(range(1, 61))
        board = (long.repo / "ledger/home/SCOREBOARD.md").read_text(encoding="utf-8")
        assert "Earlier runs by month: [Jan 2026](months/2026-01.md)." in board
        assert (long.repo / "ledger/home/months/../runs/2026-01/run-000.yaml").is_file()
        assert "](../runs/2026-01/run-000.yaml)" in pages["2026-01.md"]

    def test_a_full_page_stays_as_it_is(self, long: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(generated_module, "FILE_BYTES_MAX", 6000)
        long.homegolf("scoreboard")
        before = self.pages(long)
        assert len(before) > 2
        assert all(len(page.encode()) < 6500 for page in before.values())
        rows = dict(
            long.place(f"more-{n:03}", (1.5,), finished_at="2026-04-01T10:00:00Z")
            for n in range(60)
        )
        long.commit("More", rows)
        long.homegolf("scoreboard")
        after = self.pages(long)
        january = [name for name in before if name.startswith("2026-01")]
        assert [after[name] for name in january[:-1]] == [before[name] for name in january[:-1]]
        assert long.homegolf("scoreboard", "--check").code == 0

    def test_a_page_that_no_row_needs_is_stale(self, long: World) -> None:
        long.homegolf("scoreboard")
        extra = long.write("ledger/home/months/2020-01.md", "x\n")
        beside = long.write("ledger/home/months/notes.md", "mine\n")
        answer = long.answer("scoreboard", "--check", code=1)
        assert [item["path"] for item in answer["findings"]] == ["ledger/home/months/2020-01.md"]
        long.homegolf("scoreboard")
        assert not extra.exists()
        assert beside.exists()


def test_twice_writes_nothing(ledger: World) -> None:
    ledger.homegolf("scoreboard")
    before = generated(ledger)
    stamps = {name: (ledger.repo / name).stat().st_mtime_ns for name in before}
    answer = ledger.answer("scoreboard")
    assert (answer["written"], answer["removed"]) == ([], [])
    assert generated(ledger) == before
    assert {name: (ledger.repo / name).stat().st_mtime_ns for name in before} == stamps


def test_committing_them_changes_nothing(ledger: World) -> None:
    before = ledger.answer("verdicts"), ledger.answer("verify")
    ledger.homegolf("scoreboard")
    ledger.git("add", "--all")
    ledger.git("commit", "--quiet", "--message", "Write the scoreboards")
    assert ledger.answer("scoreboard")["written"] == []
    assert (ledger.answer("verdicts"), ledger.answer("verify")) == before


class TestCheck:
    """`--check` writes nothing and names what is stale."""

    def test_it_writes_nothing(self, ledger: World) -> None:
        before = ledger.state()
        assert ledger.homegolf("scoreboard", "--check").code == 1
        assert ledger.state() == before

    def test_it_agrees_with_what_was_written(self, ledger: World) -> None:
        ledger.homegolf("scoreboard")
        assert ledger.homegolf("scoreboard", "--check").code == 0

    @pytest.mark.parametrize(
        "name",
        [
            "ledger/SCOREBOARD.md",
            "ledger/home/scoreboard.json",
            "ledger/home/progress.svg",
            "ledger/home/verdicts/2026-02.jsonl",
        ],
    )
    @pytest.mark.parametrize("how", ["edited", "deleted"])
    def test_each_stale_file_is_named(self, ledger: World, name: str, how: str) -> None:
        ledger.homegolf("scoreboard")
        if how == "edited":
            (ledger.repo / name).write_bytes((ledger.repo / name).read_bytes() + b" ")
        else:
            (ledger.repo / name).unlink()
        answer = ledger.answer("scoreboard", "--check", code=1)
        assert [item["path"] for item in answer["findings"]] == [name]
        assert ledger.answer("scoreboard")["written"] == [name]

    def test_a_new_row_makes_them_stale(self, ledger: World) -> None:
        ledger.homegolf("scoreboard")
        ledger.record("more", WORSE)
        assert ledger.homegolf("scoreboard", "--check").code == 1

    def test_a_month_that_no_row_has_is_stale(self, ledger: World) -> None:
        ledger.homegolf("scoreboard")
        extra = ledger.write("ledger/home/verdicts/2020-01.jsonl", "{}\n")
        assert ledger.homegolf("scoreboard", "--check").code == 1
        ledger.homegolf("scoreboard")
        assert not extra.exists()


def test_a_link_in_the_way_is_not_written_through(ledger: World) -> None:
    outside = ledger.root / "outside.md"
    outside.write_text("mine", encoding="utf-8")
    (ledger.repo / "ledger/SCOREBOARD.md").symlink_to(outside)
    folder = ledger.root / "outside"
    folder.mkdir()
    (ledger.repo / "ledger/home/verdicts").symlink_to(folder)
    ledger.homegolf("scoreboard")
    assert outside.read_text(encoding="utf-8") == "mine"
    assert list(folder.iterdir()) == []


ELSEWHERE = (
    {"LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "COLUMNS": "20"},
    {"LC_ALL": "C.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "2", "PYTHONUTF8": "0",
     "LANG": "tr_TR.UTF-8", "COLUMNS": "400", "NO_COLOR": "1"},
    {"LC_ALL": "POSIX", "TZ": "UTC", "PYTHONHASHSEED": "3", "PYTHONIOENCODING": "ascii",
     "OMP_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "Prescott"},
)  # fmt: skip


def test_two_clones_in_different_surroundings_write_the_same_bytes(ledger: World) -> None:
    ledger.lane("home", title="Zuhause: größer, 日本, 𝄞")
    summary = "naïve Δ 日本 𝄞 ✓"
    ledger.record("more", (1.16, 1.1602, 1.1601), change={"kind": "model", "summary": summary})
    written, answers = [], []
    for number, surroundings in enumerate(ELSEWHERE):
        there = ledger.clone(f"clone-{number}")
        ran = there.process("scoreboard", **surroundings)
        assert ran.code == 0, ran.said
        written.append(generated(there))
        answers.append(there.process("verdicts", "--json", **surroundings).out)
    assert written[0] == written[1] == written[2]
    assert answers[0] == answers[1] == answers[2]
    assert written[0]["ledger/home/SCOREBOARD.md"].decode("utf-8").isprintable() is False


HOSTILE = {
    "pipes": "a | b || c \\| d",
    "html": "<script>alert(1)</script><img src=x onerror=y><!-- --><b>",
    "mention": "@someone cc @org/team #1 GH-2 org/repo#3 fixes #4",
    "links": "[x](javascript:y) ![z](https://example.org/p.png) https://example.org www.example.org",
    "code": "`x` ``y`` ```z``` ~~s~~ **b** _i_ $a$ $$b$$",
    "terminal": "\x1b[31mred\x1b]0;title\x07\x9b2J\x08\x7f\x85",
    "bidi": "abc\u202edef\u202c \u2066x\u2069 \u200e\u200f\u061c \ufeff\u200b\u00ad\U000e0041",
    "lines": "a\nb\r\nc\u2028d\u2029e\u0085f\x0bg\x0ch",
    "starts": "# heading",
    "list": "- item",
    "table": "--- | ---",
    "entity": "&lt;b&gt; &#x202e; &amp;",
    "math": "$$\\unicode{x202e}$$ \\(x\\)",
}
ACTIVE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


def hostile_rows(world: World, text: str) -> None:
    """Every text a submitter may write says the same."""
    short = text[:90]
    facts = {
        "submitter": short,
        "notes": text,
        "change": {"kind": "model", "summary": text},
        "hardware": [{"device": short, "count": 1, "host": short}],
        "source": {
            "revision": "68e46b82",
            "dirty": False,
            "changed_paths": [short],
            "repository": text,
        },
        "artifacts": [{"role": "model", "uri": text}],
    }
    world.record("base", BASE, **facts, config={text: text})
    world.record("better", BETTER, **facts, config={text: 2}, base="base")
    failure = {"kind": "oom", "stage": "train", "detail": text}
    world.record("oom", (), **{**facts, "outcome": {"status": "failed", "failure": failure}})


def tables(text: str) -> list[list[int]]:
    """Cells of each line of each table, as Markdown sees them."""
    found: list[list[int]] = []
    for token in markdown_it.MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append(0)
        elif token.type in {"td_open", "th_open"}:
            found[-1][-1] += 1
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_of_a_row_acts(world: World, name: str) -> None:
    plain = world.clone("plain")
    hostile_rows(world, HOSTILE[name])
    hostile_rows(plain, "harmless")
    for there in (world, plain):
        there.homegolf("scoreboard")
    files, expected = generated(world), generated(plain)
    assert set(files) == set(expected)
    for path, data in files.items():
        assert not ACTIVE.search(data.decode("utf-8")), path
        if path.endswith(".md"):
            text = data.decode("utf-8")
            assert tables(text) == tables(expected[path].decode("utf-8")), path
            assert structure(text) == structure(expected[path].decode("utf-8")), path
            assert not re.search(r"(?<![\w`])@\w", without_code(text)), path
        elif path.endswith(".jsonl"):
            assert data.count(b"\n") == expected[path].count(b"\n")
    for command in (("log",), ("status",), ("verdicts",), ("explain", "oom"), ("explain", "better"),
                    ("verify",), ("log", "--json"), ("explain", "oom", "--json")):  # fmt: skip
        ran = world.homegolf(*command)
        assert ran.code == 0
        assert not ACTIVE.search(ran.said), command


def structure(text: str) -> list[str]:
    """What Markdown makes of a page, without its words: blocks, links, images, emphasis, HTML."""
    kinds = []
    for token in markdown_it.MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        kinds.append(token.type)
        for child in token.children or ():
            is_comment = child.type == "html_inline" and child.content.startswith("<!--")
            if child.type != "text" and not is_comment and child.type != "text_special":
                kinds.append(child.type)
    return kinds


def without_code(text: str) -> str:
    return re.sub(r"`[^`]*`", "", text)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_of_a_lane_acts(world: World, name: str) -> None:
    text = HOSTILE[name]
    rules = lane_text(
        title=text[:100],
        claim=text,
        references=[{"name": text[:100], "value": 1.2}],
    )
    world.commit("Rules", {"ledger/home/lane.yaml": rules})
    world.record("base", BASE)
    assert world.homegolf("scoreboard").code == 0
    for path, data in generated(world).items():
        assert not ACTIVE.search(data.decode("utf-8")), path
        if path.endswith(".md"):
            assert len({len(set(cells)) for cells in tables(data.decode("utf-8"))}) <= 1, path
            assert "<script" not in data.decode("utf-8")
    for command in ("status", "verdicts"):
        assert not ACTIVE.search(world.homegolf(command).said)


def test_findings_about_hostile_names_cannot_act(world: World) -> None:
    path = Path(world.root / "bad\x1b[2J\u202e.yaml")
    path.write_text('"a\\u001b[2J\\u202e": 1\n', encoding="utf-8")
    ran = world.homegolf("record", str(path))
    assert ran.code == 1
    assert not ACTIVE.search(ran.said)
    world.commit("Bad", {"ledger/home/runs/2026-03/\x1b[2J\u202e.yaml": "x"})
    ran = world.homegolf("verify")
    assert ran.code == 1
    assert not ACTIVE.search(ran.said)
    world.git("tag", "--annotate", "--message", "x\n\n\x1b[2J", "incumbents/home/\u202e1")
    assert not ACTIVE.search(world.homegolf("tags", "verify").said)
