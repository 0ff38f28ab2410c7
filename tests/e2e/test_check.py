"""`homegolf check`: one run gives the log's text, a report in JSON and a summary in Markdown."""

from pathlib import Path

import pytest

from homegolf_git.core.search import advice
from tests.e2e.world import BASE, BETTER, Ran, World

STYLES = ("text", "json", "github", "markdown")


@pytest.fixture(params=["may be merged", "not to be merged"])
def pull(world: World, request: pytest.FixtureRequest) -> World:
    """A branch `pull` beside main: a good row, or a good one and one that cannot be read."""
    world.record("base", BASE)
    world.git("switch", "--quiet", "--create", "pull")
    files = dict([world.place("better", BETTER, base="base")])
    if request.param == "not to be merged":
        files["ledger/home/runs/2026-03/odd.yaml"] = "["
    world.commit("Runs", files)
    world.git("switch", "--quiet", "main")
    return world


def check(world: World, *options: str, head: str = "pull") -> Ran:
    return world.homegolf("check", "--base", "main", "--head", head, *options)


def files_of(world: World) -> tuple[Path, Path, tuple[str, ...]]:
    report, summary = world.root / "report.json", world.root / "summary.md"
    return report, summary, ("--report", str(report), "--summary", str(summary))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("flags", [(), ("--quiet",), ("--json",)])
def test_files_hold_what_the_formats_print(pull: World, style: str, flags: tuple[str, ...]) -> None:
    report, summary, options = files_of(pull)
    alone = check(pull, "--format", style, *flags)
    assert check(pull, "--format", style, *flags, *options) == alone
    assert report.read_text("utf-8") == check(pull, "--format", "json").out
    assert summary.read_text("utf-8") == check(pull, "--format", "markdown").out


def test_a_report_is_written_anew_and_a_summary_grows(pull: World) -> None:
    report, summary, options = files_of(pull)
    report.write_text("x" * 100_000)
    summary.write_text("before\n")
    check(pull, *options)
    assert report.read_text("utf-8") == check(pull, "--format", "json").out
    assert summary.read_text("utf-8") == "before\n" + check(pull, "--format", "markdown").out


def test_a_plan_is_worked_out_where_somebody_reads_it(
    pull: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(advice, "plan_of", lambda *state: asked.append(state))
    check(pull)
    assert asked == []
    check(pull, "--json")
    assert len(asked) == 2  # before and after


def test_a_refusal_is_reported_too(pull: World) -> None:
    report, summary, options = files_of(pull)
    ran = check(pull, *options, head="nowhere")
    assert (ran.code, ran.out) == (1, "")
    assert report.read_text("utf-8") == check(pull, "--format", "json", head="nowhere").out
    assert summary.read_text("utf-8") == ""


@pytest.mark.parametrize("option", ["--report", "--summary"])
def test_a_file_that_cannot_be_written(pull: World, option: str) -> None:
    report, summary, options = files_of(pull)
    nowhere = str(pull.root / "nowhere" / "file")
    ran = check(pull, *options, option, nowhere, "--format", "json")
    assert ran.code == 4
    assert ran.codes() == ["cannot_write"]
    assert ran.json()["findings"][0]["path"] == nowhere
    assert report.exists() == (option != "--report")  # the other one is there
    assert summary.exists() == (option != "--summary")


@pytest.mark.parametrize("head", ["main", "main~1"])
def test_nothing_to_judge_is_no_clean_pull_request(world: World, head: str) -> None:
    """A run that was refused leaves nothing behind; a green mark for that would mislead."""
    world.record("base", BASE)
    ran = check(world, "--format", "json", head=head)
    assert (ran.code, ran.codes()) == (1, ["no_change"])


def test_a_retraction_by_a_stranger_is_remarked(world: World) -> None:
    """Who is neither the submitter nor an owner of the base."""
    world.record("base", BASE)
    world.git("switch", "--quiet", "--create", "pull")
    words = ("retract", "base", "--reason", "wrong", "--evidence", "log", "--by", "eve")
    assert world.homegolf(*words).code == 0
    ran = world.homegolf("check", "--base", "main", "--head", "pull", "--json")
    assert ran.code == 0, ran.said
    (item,) = ran.json()["findings"]
    assert (item["code"], item["severity"]) == ("foreign_retraction", "warning")
    assert "eve" in item["message"]
    world.git("switch", "--quiet", "main")
    world.commit("Own", {".github/CODEOWNERS": "# people\n* @eve # and a note\n"})
    world.git("rebase", "--quiet", "main", "pull")
    assert world.homegolf("check", "--base", "main", "--head", "pull", "--json").codes() == []
