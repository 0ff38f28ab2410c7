"""Commands that read: the fixed JSON, the text, global options, exit codes (section 11)."""

import math
import re
from typing import Any

import jsonschema
import pytest

from homegolf_git.shell.files.datafiles import schema
from tests.build import Document
from tests.e2e.world import BASE, BEST, BETTER, LANE, WORSE, Ran, World, lane_text

ROW_KEYS = {
    "run_id", "order", "class", "reason", "reasons", "flags", "delta", "incumbent_before",
    "incumbent_after", "attribution", "stats", "sentence",
}  # fmt: skip
STATS_KEYS = {
    "D", "se", "df", "t", "p_better", "p_worse", "alpha", "ucb95", "lcb95", "sigma", "nu", "basis",
    "n_incumbent", "n_challenger", "seeds_needed", "k", "look",
}  # fmt: skip
FINDING_KEYS = {"code", "severity", "path", "line", "message", "fix"}
CLASSES = {"improvement", "noise", "regression", "blocked", "invalid"}


@pytest.fixture
def ledger(world: World) -> World:
    """A ledger in which every class occurs, on one lane; the other is empty."""
    world.record("base", BASE)
    world.record("again", {11: 1.2, 12: 1.2001}, config={"model.knob": "base"})
    world.record("oom", ())
    world.record("probe", BEST, train_seconds_budget=None)
    world.record("better", BETTER, base="base")
    world.record("hint", (1.1785,), base="better", config={"system.x": 1, "model.knob": "better"})
    world.record("worse", WORSE, base="better")
    world.record("fresh", {50: 1.18, 51: 1.1801}, config={"model.knob": "better"})
    world.record("picked", (1.1775, 1.1777), base="better", seeds_planned=3, seeds_run=3)
    return world


def valid(document: Document) -> Document:
    """The document, which must be one of the report API."""
    assert jsonschema.Draft7Validator(schema("report-v1")).is_valid(document), document
    return document


class TestJson:
    """The documents that outside checks read."""

    def test_verdicts(self, ledger: World) -> None:
        answer = valid(ledger.answer("verdicts"))
        assert answer["api"] == "homegolf/report/v1"
        assert list(answer["lanes"]) == [LANE, "h100"]
        assert answer["lanes"]["h100"]["rows"] == []
        assert answer["lanes"]["h100"]["incumbent"] is None
        lane = answer["lanes"][LANE]
        assert {"incumbent", "lane_sha256", "rows"} <= set(lane)
        assert lane["incumbent"] == "better"
        assert re.fullmatch("[0-9a-f]{64}", lane["lane_sha256"])
        assert {row["class"] for row in lane["rows"]} == CLASSES
        for number, row in enumerate(lane["rows"], start=1):
            assert set(row) >= ROW_KEYS
            assert row["order"] == number
            assert row["reason"] == row["reasons"][0]
            assert row["sentence"]
            if row["stats"] is not None:
                assert set(row["stats"]) >= STATS_KEYS
                assert row["stats"]["basis"] in {"assumed", "weak", "measured"}
                assert all(math.isfinite(n) for n in row["stats"].values() if isinstance(n, float))
        assert [row["incumbent_before"] for row in lane["rows"]] == [None] + [
            row["incumbent_after"] for row in lane["rows"][:-1]
        ]

    def test_stats_is_null_where_the_specification_says(self, ledger: World) -> None:
        rows = {row["run_id"]: row for row in ledger.verdicts()}
        assert [run for run, row in rows.items() if row["stats"] is None] == [
            "base", "again", "oom", "probe", "fresh",
        ]  # fmt: skip
        assert rows["base"]["delta"] is None
        assert rows["better"]["delta"] == pytest.approx(0.02, abs=1e-4)
        assert rows["better"]["stats"]["D"] == pytest.approx(0.02, abs=1e-4)
        assert rows["worse"]["delta"] < 0
        assert "picked" in rows["picked"]["flags"]
        assert rows["picked"]["delta"] < rows["picked"]["stats"]["D"]

    def test_verdicts_of_one_lane(self, ledger: World) -> None:
        whole = ledger.answer("verdicts")
        one = valid(ledger.answer("verdicts", "--lane", LANE))
        assert one["lanes"] == {LANE: whole["lanes"][LANE]}

    def test_verify(self, ledger: World) -> None:
        answer = valid(ledger.answer("verify"))
        assert {"ok", "rows", "findings"} <= set(answer)
        assert (answer["ok"], answer["rows"], answer["findings"]) == (True, 9, [])
        ledger.commit("Bad", {"ledger/home/runs/2026-03/odd.yaml": "lane: home\nlane: home\n"})
        answer = valid(ledger.answer("verify", code=1))
        assert answer["ok"] is False
        (item,) = [item for item in answer["findings"] if item["code"] == "duplicate_key"]
        assert set(item) == FINDING_KEYS
        assert item["path"] == "ledger/home/runs/2026-03/odd.yaml"
        assert item["line"] == 2

    @pytest.mark.parametrize(
        "command",
        [("status",), ("status", "--lane", LANE), ("log",), ("log", "--most", "2"),
         ("explain", "better"), ("explain", "oom"), ("tags", "verify"), ("tags", "sync"),
         ("scoreboard", "--check"), ("scoreboard",)],
    )  # fmt: skip
    def test_all_others_are_one_document_of_the_api(
        self, ledger: World, command: tuple[str, ...]
    ) -> None:
        ran = ledger.homegolf(*command, "--json")
        document = valid(ran.json())
        assert document["command"] == " ".join(command[: 2 if command[0] == "tags" else 1])
        assert list(document)[:3] == ["api", "command", "ok"]
        assert document["ok"] is (ran.code == 0)
        assert ran.err == ""

    def test_of_record_and_retract(self, ledger: World) -> None:
        valid(ledger.answer("record", str(ledger.row("best", BEST))))
        valid(ledger.answer("record", "--dry-run", str(ledger.row("more", BEST))))
        options = ("--reason", "a", "--evidence", "b", "--by", "c")
        valid(ledger.answer("retract", "best", *options))

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (("explain", "nobody"), 1),
            (("verdicts", "--lane", "nowhere"), 1),
            (("record", "nowhere.yaml"), 1),
            (("--repo", "/", "verify"), 4),
            (("verify", "--nonsense"), 2),
            (("nonsense",), 2),
            (("explain",), 2),
            (("log", "--most", "many"), 2),
            (("record",), 2),
            (("tags",), 2),
            (("tags", "nonsense"), 2),
            ((), 2),
        ],
    )
    def test_errors_are_one_document_too(
        self, ledger: World, command: tuple[str, ...], code: int
    ) -> None:
        ran = ledger.homegolf(*command, "--json")
        assert ran.code == code
        document = valid(ran.json())
        assert document["ok"] is False
        assert document["findings"]

    def test_strings_of_rows_cannot_act_on_a_terminal(self, world: World) -> None:
        world.record("base", BASE, change={"kind": "model", "summary": "\x1b[31mred\x9b\u202e"})
        ran = world.homegolf("log", "--json")
        assert ran.json()["rows"][0]["summary"] == "\x1b[31mred\x9b\u202e"
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", ran.out)


def numbers(value: Any) -> list[float]:  # noqa: ANN401 - a JSON value
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers(item)]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return [value] if is_number else []


def occurs(number: float, text: str) -> bool:
    """Whether the text holds the number, rounded to the digits that it gives."""
    for shown in re.findall(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", text):
        mantissa, _, exponent = shown.lstrip("+").partition("e")
        digits = len(mantissa.partition(".")[2]) - int(exponent or 0)
        if abs(float(shown) - number) <= 0.5001 * 10.0**-digits:
            return True
    return False


class TestExplain:
    """Every number of a verdict, in sentences."""

    @pytest.mark.parametrize("run", ["better", "hint", "worse", "picked"])
    def test_every_number_of_the_stats_occurs(self, ledger: World, run: str) -> None:
        row = next(row for row in ledger.verdicts() if row["run_id"] == run)
        said = ledger.homegolf("explain", run).out
        figures = numbers(row["stats"])
        assert len(figures) >= 18
        missing = [number for number in figures if not occurs(number, said)]
        assert missing == []
        assert row["stats"]["basis"] in said

    @pytest.mark.parametrize("run", ["base", "again", "oom", "probe", "better", "fresh", "picked"])
    def test_class_reason_sentence_and_flags_occur(self, ledger: World, run: str) -> None:
        row = next(row for row in ledger.verdicts() if row["run_id"] == run)
        said = ledger.homegolf("explain", run).out
        for words in (run, row["class"], *row["reasons"], row["sentence"], *row["flags"]):
            assert words in said
        assert ledger.answer("explain", run)["verdict"] == row

    def test_an_unknown_run_gets_the_nearest_name(self, ledger: World) -> None:
        ran = ledger.homegolf("explain", "beter")
        assert (ran.code, ran.out) == (1, "")
        assert "better?" in ran.err

    def test_a_run_that_landed_unreadable(self, ledger: World) -> None:
        ledger.commit("Bad", {"ledger/home/runs/2026-03/odd.yaml": "["})
        ran = ledger.homegolf("explain", "odd")
        assert ran.code == 1
        assert "odd.yaml" in ran.err


class TestText:
    """What a person reads."""

    def test_verdicts_name_every_run_with_its_class(self, ledger: World) -> None:
        said = ledger.homegolf("verdicts").out
        for row in ledger.verdicts():
            line = next(line for line in said.splitlines() if f" {row['run_id']} " in line)
            assert f"{row['class']}/{row['reason']}" in line

    def test_status_answers_who_is_the_incumbent_and_what_is_open(self, ledger: World) -> None:
        said = ledger.homegolf("status").out
        for words in ("home", "h100", "better", "1 blocked (1 open)", "picked"):
            assert words in said
        answer = ledger.answer("status")["lanes"][LANE]
        assert answer["incumbent"] == "better"
        assert answer["open_blockers"] == ["oom"]
        assert answer["latest"] == "picked"
        assert sum(answer["counts"].values()) == 9
        assert "h100" not in ledger.homegolf("status", "--lane", LANE).out

    def test_status_says_why_there_is_no_incumbent(self, world: World) -> None:
        world.record("oom", ())
        world.record("probe", BASE, train_seconds_budget=None)
        said = world.homegolf("status", "--lane", LANE).out
        assert "none" in said
        assert "1 blocked" in said
        assert "1 invalid" in said

    def test_log_is_newest_first(self, ledger: World) -> None:
        ledger.record("theirs", BASE, lane="h100")
        runs = [row["run_id"] for row in ledger.answer("log")["rows"]]
        assert runs == ["theirs", *[row["run_id"] for row in ledger.verdicts()][::-1]]
        lines = ledger.homegolf("log", "--most", "3").out.splitlines()
        assert len(lines) == 4
        assert "theirs" in lines[1]
        one = ledger.answer("log", "--lane", LANE, "--most", "1")["rows"]
        assert [row["run_id"] for row in one] == ["picked"]

    def test_log_names_commits_that_are_there(self, ledger: World) -> None:
        for row in ledger.answer("log")["rows"]:
            assert ledger.git("log", "-1", "--format=%s", row["commit"]).endswith(row["run_id"])

    @pytest.mark.parametrize("command", ["verdicts", "status", "log"])
    def test_an_unknown_lane_gets_the_nearest_name(self, ledger: World, command: str) -> None:
        ran = ledger.homegolf(command, "--lane", "hme")
        assert (ran.code, ran.out) == (1, "")
        assert "home?" in ran.err

    def test_findings_go_to_stderr_with_file_and_line(self, ledger: World) -> None:
        ledger.commit("Bad", {"ledger/home/runs/2026-03/odd.yaml": "lane: home\nlane: home\n"})
        ran = ledger.homegolf("verify")
        assert ran.code == 1
        assert "ledger/home/runs/2026-03/odd.yaml:2: " in ran.err
        assert "duplicate_key" in ran.err
        assert "duplicate_key" not in ran.out

    def test_reading_is_the_same_twice(self, ledger: World) -> None:
        for command in (("verdicts", "--json"), ("status",), ("log",), ("explain", "better")):
            assert ledger.homegolf(*command) == ledger.homegolf(*command)

    def test_reading_writes_nothing(self, ledger: World) -> None:
        before = ledger.state()
        for command in (("verdicts",), ("status",), ("log",), ("explain", "better"), ("verify",)):
            assert ledger.homegolf(*command).code == 0
        assert ledger.state() == before


class TestGlobalOptions:
    """They stand before or behind the command and last for one run."""

    def test_before_and_behind_the_command(self, ledger: World) -> None:
        there = World(ledger.root, ledger.root, ledger.home)
        repo = str(ledger.repo)
        expected = ledger.homegolf("verdicts", "--lane", LANE, "--json")
        for arguments in (
            ("--repo", repo, "--json", "verdicts", "--lane", LANE),
            ("verdicts", "--lane", LANE, "--json", "--repo", repo),
            (f"--repo={repo}", "verdicts", "--json", f"--lane={LANE}"),
            ("verdicts", "--json", f"--repo={repo}", "--lane", LANE, "--no-color"),
        ):
            assert there.homegolf(*arguments) == expected

    def test_behind_a_command_of_a_group(self, ledger: World) -> None:
        there = World(ledger.root, ledger.root, ledger.home)
        for arguments in (
            ("tags", "verify", "--json", "--repo", str(ledger.repo)),
            ("tags", "--json", "--repo", str(ledger.repo), "verify"),
            ("--repo", str(ledger.repo), "--json", "tags", "verify"),
        ):
            ran = there.homegolf(*arguments)
            assert ran.code == 1
            assert set(ran.codes()) == {"tag_missing"}

    def test_an_option_of_one_run_does_not_last(self, ledger: World) -> None:
        assert ledger.homegolf("verify", "--quiet").out == ""
        assert ledger.homegolf("verify").out != ""
        assert ledger.homegolf("verify", "--json").out.startswith("{")
        assert not ledger.homegolf("verify").out.startswith("{")

    def test_quiet_says_nothing_but_errors(self, ledger: World) -> None:
        for command in (("verdicts",), ("status",), ("log",), ("explain", "better"), ("verify",)):
            assert ledger.homegolf(*command, "--quiet") == Ran(0, "", "")
        assert ledger.homegolf("record", str(ledger.row("more", BEST)), "--quiet") == Ran(0, "", "")
        refused = ledger.homegolf("explain", "nobody", "--quiet")
        assert refused.code == 1
        assert "nobody" in refused.err

    def test_json_is_given_also_when_quiet(self, ledger: World) -> None:
        assert ledger.homegolf("verify", "--quiet", "--json").json()["ok"] is True

    def test_a_pipe_gets_no_colour(self, ledger: World) -> None:
        for environment in ({}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1", "NO_COLOR": "1"}):
            ran = ledger.process("explain", "nobody", **environment)
            assert "\x1b" not in ran.said

    def test_version(self, world: World) -> None:
        ran = world.homegolf("--version")
        assert ran.code == 0
        assert re.fullmatch(r"\S*\d+\.\d+\S*\n", ran.out)


class TestUsage:
    """What is not understood ends with 2."""

    @pytest.mark.parametrize(
        "command",
        [
            (),
            ("nonsense",),
            ("verify", "--nonsense"),
            ("verify", "more"),
            ("explain",),
            ("explain", "a", "b"),
            ("log", "--most", "many"),
            ("log", "--most", "0"),
            ("record",),
            ("record", "a.yaml", "--many", "b"),
            ("record", "a.yaml", "--receipt", "b"),
            ("record", "--failure", "oom"),
            ("retract", "base"),
            ("tags",),
            ("tags", "nonsense"),
            ("verdicts", "--lane"),
            ("--repo",),
        ],
    )
    def test_what_is_not_understood_ends_with_2(
        self, world: World, command: tuple[str, ...]
    ) -> None:
        before = world.state()
        ran = world.homegolf(*command)
        assert ran.code == 2, ran.said
        assert ran.out == ""
        assert ran.err
        assert "Traceback" not in ran.err
        assert world.state() == before


class TestWorktree:
    """`verify` reads HEAD: it says what it did not read, and reads it when asked."""

    def test_a_lane_file_edited_wrongly(self, world: World) -> None:
        world.write("ledger/home/lane.yaml", lane_text().replace('"delta_min"', '"delta_mim"'))
        ran = world.homegolf("verify", "--json")
        (item,) = ran.json()["findings"]
        assert (ran.code, item["code"], item["severity"]) == (0, "not_committed", "note")
        assert "--worktree" in item["fix"]
        ran = world.homegolf("verify", "--worktree", "--json")
        assert ran.code == 1
        assert {"unknown_field", "missing_field"} == set(ran.codes())

    def test_a_row_that_nobody_has_recorded(self, world: World) -> None:
        place, text = world.place("one", BASE)
        world.write(place, text)
        assert world.homegolf("verify", "--json").codes() == ["not_committed"]
        assert world.homegolf("verify", "--worktree", "--json").codes() == []
        world.write(place, text.replace("seeds_run:", "seeds_ran:"))
        ran = world.homegolf("verify", "--worktree", "--json")
        assert (ran.code, "unknown_field" in ran.codes()) == (1, True)

    def test_what_is_generated_is_nobodys_draft(self, world: World) -> None:
        world.record("one", BASE)
        assert world.homegolf("scoreboard").code == 0
        assert world.answer("verify")["findings"] == []

    def test_deleted_and_staged_files_are_named(self, world: World) -> None:
        world.record("one", BASE)
        world.git("rm", "--quiet", "ledger/home/lane.yaml")
        assert world.homegolf("verify", "--json").codes() == ["not_committed"]
        assert world.homegolf("verify", "--worktree", "--json").code == 0
