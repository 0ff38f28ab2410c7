"""Pull requests that the gate refuses, and that are mended on their branch."""

from datetime import UTC, datetime

from tests.e2e.world import BEST, BETTER, World, lane_text
from tests.fixes.scene import commands_of, follow, found, proposal, shell
from tests.hostile.corpus import CORPUS
from tests.hostile.ground import PRECISE
from tests.hostile.objects import EXECUTABLE
from tests.hostile.pulls import Pull, listed, report

CHECK = ("check", "--base", "main", "--head", "pull")
TEXT = {"<base>": "main"}


def opened(pull: Pull, case: str = "") -> World:
    """The work tree of a pull request that is made as the corpus has it."""
    if case:
        CORPUS[case].make(pull)
    pull.world.git("switch", "--quiet", "pull")
    return pull.world


def seen(pull: Pull, code: str, says: str = "") -> dict[str, str]:
    item = found(pull.world, code, *CHECK, says=says)
    return {name: str(value) for name, value in item.items()}


def gone(pull: Pull, code: str) -> None:
    """The gate refuses it no more."""
    ran = pull.world.homegolf(*CHECK, "--json")
    assert code not in ran.codes(), ran.said
    assert ran.code == 0 or ran.codes() == ["no_change"], ran.said


def rebased(pull: Pull, item: dict[str, str], script: str, **environment: str) -> None:
    """Run the fix's `git rebase -i <base>` with a list of commits that a script of sed changes."""
    follow(pull.world, item, only="git rebase -i", filled=TEXT, GIT_SEQUENCE_EDITOR=f"sed -i -e {script}", **environment)  # fmt: skip


def dropped(pull: Pull, code: str, case: str, says: str = "git rebase -i") -> None:
    """Drop the commit that is at fault, as the fix says."""
    opened(pull, case)
    item = seen(pull, code, says)
    rebased(pull, item, "s/^pick/drop/")
    gone(pull, code)


# --- what landed


@proposal("row_edited")
def a_row_that_landed(pull: Pull) -> None:
    dropped(pull, "row_edited", "edited_row")


@proposal("row_deleted")
def a_row_that_is_deleted(pull: Pull) -> None:
    dropped(pull, "row_deleted", "deleted_row")


@proposal("receipt_edited")
def a_receipt_that_landed(pull: Pull) -> None:
    dropped(pull, "receipt_edited", "edited_receipt")


@proposal("retraction_edited")
def a_retraction_that_landed(pull: Pull) -> None:
    dropped(pull, "retraction_edited", "edited_retraction")


@proposal("unlisted_receipt")
def a_receipt_of_a_row_that_landed(pull: Pull) -> None:
    opened(pull, "receipt_added_to_a_landed_row")
    item = seen(pull, "unlisted_receipt", "git rebase -i")
    assert "list it" not in item["fix"]  # the row stays as it landed
    rebased(pull, item, "s/^pick/drop/")
    gone(pull, "unlisted_receipt")


@proposal("unlisted_receipt")
def a_receipt_that_the_row_does_not_list(pull: Pull) -> None:
    pull.row(also={"ledger/home/receipts/eve1/more.json": "{}"})
    world = opened(pull)
    seen(pull, "unlisted_receipt", "remove")
    world.git("rm", "--quiet", "ledger/home/receipts/eve1/more.json")
    world.git("commit", "--quiet", "--amend", "--no-edit")
    gone(pull, "unlisted_receipt")


@proposal("generated_touched")
def a_scoreboard(pull: Pull) -> None:
    dropped(pull, "generated_touched", "generated_touched: home/SCOREBOARD.md")


@proposal("generated_touched")
def a_scoreboard_beside_a_row(pull: Pull) -> None:
    world = opened(pull, "row_with_its_own_scoreboard")
    item = seen(pull, "generated_touched")
    rebased(pull, item, "s/^pick/edit/")
    for command in commands_of(item)[1:]:
        shell(world, command.replace("<file>", item["path"]))
    gone(pull, "generated_touched")
    assert world.git("diff", "--name-only", "main", "pull") == "ledger/home/runs/2026-03/eve1.yaml"


# --- what is put in


@proposal("stray_file")
def a_stray_file(pull: Pull) -> None:
    world = opened(pull, "stray_file: README.md")
    seen(pull, "stray_file", "move it out of ledger/")
    world.git("mv", "ledger/README.md", "NOTES.md")
    world.git("commit", "--quiet", "--amend", "--no-edit")
    gone(pull, "stray_file")


@proposal("bad_path")
@proposal("wrong_place")
def a_row_in_another_month(pull: Pull) -> None:
    row = pull.world.row("eve1", BEST)
    place, text = "ledger/home/runs/2026-02/eve1.yaml", row.read_text(encoding="utf-8")
    bad = "ledger/home/runs/eve2.yaml"
    pull.commit({place: text, bad: text})
    world = opened(pull)
    assert "homegolf record" in seen(pull, "bad_path")["fix"]
    item = seen(pull, "wrong_place", "homegolf record")
    assert item["path"] == place
    world.git("reset", "--quiet", "--hard", "main")
    assert world.homegolf("record", str(row)).code == 0
    gone(pull, "wrong_place")


@proposal("wrong_place")
def a_retraction_under_another_name(pull: Pull) -> None:
    world = opened(pull, "retraction: under another name")
    item = seen(pull, "wrong_place", "homegolf retract")
    text = (world.repo / item["path"]).read_text(encoding="utf-8")
    assert "better" in text
    world.git("reset", "--quiet", "--hard", "main")
    words = ("--reason", "wrong", "--evidence", "none", "--by", "eve")
    assert world.homegolf("retract", "better", *words).code == 0
    gone(pull, "wrong_place")


@proposal("not_a_file")
def a_row_that_can_be_run(pull: Pull) -> None:
    place, text = pull.world.place("eve1", BEST)
    pull.commit({place: pull.blob(text, EXECUTABLE)})
    world = opened(pull)
    seen(pull, "not_a_file", "without the executable bit")
    (world.repo / place).chmod(0o644)
    world.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    gone(pull, "not_a_file")


@proposal("unportable_name")
def two_names_of_one_file(pull: Pull) -> None:
    pull.row("con")
    world = opened(pull)
    seen(pull, "unportable_name", "choose another name")
    world.git("reset", "--quiet", "--hard", "main")
    assert world.homegolf("record", str(world.row("cone", BEST))).code == 0
    gone(pull, "unportable_name")


@proposal("unknown_run")
def a_retraction_of_nobody(pull: Pull) -> None:
    world = opened(pull, "retraction: of nobody")
    seen(pull, "unknown_run", "remove it")
    world.git("reset", "--quiet", "--hard", "main")
    gone(pull, "unknown_run")


@proposal("missing_receipt")
def a_receipt_that_comes_late(pull: Pull) -> None:
    opened(pull, "receipt_committed_behind_its_row")
    rebased(pull, seen(pull, "missing_receipt", "make them one commit"), "'2s/^pick/fixup/'")
    gone(pull, "missing_receipt")


@proposal("missing_receipt")
def a_receipt_that_is_not_there(pull: Pull) -> None:
    data = report(1, BEST[0])
    place, text = pull.world.place("eve1", BEST, receipts=[listed("r.json", data)])
    pull.commit({place: text})
    world = opened(pull)
    seen(pull, "missing_receipt", "ledger/home/receipts/eve1")
    world.write("ledger/home/receipts/eve1/r.json", data)
    world.git("add", "--all")
    world.git("commit", "--quiet", "--amend", "--no-edit")
    gone(pull, "missing_receipt")


# --- commits


@proposal("several_rows")
def two_rows_in_a_commit(pull: Pull) -> None:
    world = opened(pull, "two_rows_in_a_commit")
    seen(pull, "several_rows", "homegolf record --many")
    files = world.git("diff", "--name-only", "main", "pull").splitlines()
    for name in files:
        kept(world, name)
    world.git("reset", "--quiet", "--hard", "main")
    assert world.homegolf("record", "--many", str(world.root / "rows")).code == 0
    gone(pull, "several_rows")


def kept(world: World, name: str) -> None:
    """Put a row of the branch into a folder of its own."""
    place = world.root / "rows"
    place.mkdir(exist_ok=True)
    (place / name.rpartition("/")[2]).write_bytes((world.repo / name).read_bytes())


@proposal("merge_changes")
def a_row_that_a_merge_changes(pull: Pull) -> None:
    world = opened(pull, "row_changed_by_a_merge_commit")
    item = seen(pull, "merge_changes", "git rebase")
    follow(world, item, only="git rebase", filled=TEXT)
    gone(pull, "merge_changes")


@proposal("changed_again")
def a_row_that_is_changed_again(pull: Pull) -> None:
    opened(pull, "row_changed_again")
    rebased(pull, seen(pull, "changed_again"), "'2s/^pick/fixup/'")
    gone(pull, "changed_again")


@proposal("taken_back")
def rules_that_are_taken_back(pull: Pull) -> None:
    opened(pull, "taken_back: lane")
    rebased(pull, seen(pull, "taken_back"), "s/^pick/drop/")
    gone(pull, "taken_back")


@proposal("taken_back")
def a_large_file(pull: Pull) -> None:
    pull.commit({"model.bin": b" " * (11 << 20)})
    pull.commit({"model.bin": "x"})
    opened(pull)
    rebased(pull, seen(pull, "taken_back", "make them one commit"), "'2s/^pick/fixup/'")
    gone(pull, "taken_back")


@proposal("bad_message")
def a_message_with_an_escape(pull: Pull) -> None:
    pull.row(message=b"a\x1b[2Jb")
    opened(pull)
    item = seen(pull, "bad_message")
    script = pull.world.root / "words"
    script.write_text("reworded\n")
    rebased(pull, item, "s/^pick/reword/", GIT_EDITOR=f"cp {script}")
    gone(pull, "bad_message")


@proposal("trailer_mismatch")
def trailers_of_another_row(pull: Pull) -> None:
    row = pull.world.row("eve1", BEST)
    pull.world.count -= 1
    pull.row(message="run(home): eve1\n\nHomegolf-Run: better\n")
    world = opened(pull)
    seen(pull, "trailer_mismatch", "`homegolf record`")
    world.git("reset", "--quiet", "--hard", "main")
    assert world.homegolf("record", str(row)).code == 0
    gone(pull, "trailer_mismatch")


@proposal("order_conflict")
def rows_against_the_clock(pull: Pull) -> None:
    world = opened(pull, "rows_against_the_clock")
    item = seen(pull, "order_conflict")
    for name in world.git("diff", "--name-only", "main", "pull").splitlines():
        kept(world, name)
    world.git("reset", "--quiet", "--hard", "main")
    follow(world, item, only="homegolf record", filled={"DIR": str(world.root / "rows")})
    gone(pull, "order_conflict")


@proposal("in_the_future")
def a_row_of_the_future(pull: Pull) -> None:
    place, text = pull.world.place("eve1", BEST, finished_at="2999-01-01T00:00:00Z")
    pull.commit({place: text})
    world = opened(pull)
    seen(pull, "in_the_future", "correct finished_at")
    world.git("reset", "--quiet", "--hard", "main")
    assert world.homegolf("record", str(world.row("eve1", BEST))).code == 0
    gone(pull, "in_the_future")


@proposal("long_past")
def a_row_of_long_ago(pull: Pull) -> None:
    place, text = pull.world.place("eve1", BEST, finished_at="2020-01-01T00:00:00Z")
    pull.commit({place: text})
    world = opened(pull)
    item = seen(pull, "long_past", "correct finished_at")
    assert item["severity"] == "note"
    assert world.homegolf(*CHECK).code == 0
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    world.git("reset", "--quiet", "--hard", "main")
    assert world.homegolf("record", str(world.row("eve1", BEST, finished_at=now))).code == 0
    gone(pull, "long_past")


@proposal("too_many_changes")
def too_many_files(pull: Pull) -> None:
    pull.commit({f"more/{number}": "x" for number in range(5_500)})
    seen(pull, "too_many_changes", "split it")
    pull.point(pull.main)
    pull.commit({f"more/{number}": "x" for number in range(2_000)})
    gone(pull, "too_many_changes")


@proposal("too_many_changes")
def too_many_versions(pull: Pull) -> None:
    world = opened(pull, "many_versions_of_a_lane")
    item = seen(pull, "too_many_changes", "git rebase -i")
    rebased(pull, item, "'2,$s/^pick/fixup/'")
    gone(pull, "too_many_changes")
    assert world.git("rev-list", "--count", "main..pull") == "1"


@proposal("no_change")
def the_wrong_way_round(pull: Pull) -> None:
    pull.row()
    swapped = ("check", "--base", "pull", "--head", "main")
    found(pull.world, "no_change", *swapped, says="--head what would be merged")
    gone(pull, "no_change")


@proposal("no_merge_base")
def a_branch_of_its_own(pull: Pull) -> None:
    place, text = pull.world.place("eve1", BEST)
    pull.commit({place: text}, onto=[])
    world = opened(pull)
    item = seen(pull, "no_merge_base", "git rebase")
    follow(world, item, only="git rebase", filled=TEXT)
    assert world.git("rev-parse", "pull~") == pull.main
    gone(pull, "no_merge_base")


@proposal("no_such_revision")
def a_revision_that_is_not_here(pull: Pull) -> None:
    pull.row()
    found(pull.world, "no_such_revision", *CHECK[:4], "nowhere", says="fetch it first")
    gone(pull, "no_such_revision")


@proposal("mixed_change")
def a_row_and_a_workflow(pull: Pull) -> None:
    world = opened(pull, "row_and_its_lane_in_two_commits")
    seen(pull, "mixed_change", "two pull requests")
    world.git("switch", "--quiet", "--create", "rest", "pull~")
    world.git("switch", "--quiet", "pull")
    world.git("rebase", "--quiet", "--onto", "main", "pull~")
    gone(pull, "mixed_change")
    ran = world.homegolf("check", "--base", "main", "--head", "rest", "--json")
    assert ran.code == 0, ran.said


# --- rules


@proposal("lane_deleted")
def a_lane_that_is_deleted(pull: Pull) -> None:
    dropped(pull, "lane_deleted", "rules: a lane is deleted")


@proposal("unknown_lane")
def a_ladder_that_is_deleted(pull: Pull) -> None:
    dropped(pull, "unknown_lane", "rules: the ladder is deleted")


@proposal("unusable_rules")
def a_schema_that_is_none(pull: Pull) -> None:
    pull.commit({"schemas/run-v1.schema.json": "[]"})
    world = opened(pull)
    seen(pull, "unusable_rules", "JSON Schema")
    world.write("schemas/run-v1.schema.json", '{"type": "object"}')
    world.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    gone(pull, "unusable_rules")


@proposal("metric_changed")
def another_metric(pull: Pull) -> None:
    opened(pull, "rules: the metric turned round")
    seen(pull, "metric_changed", "open a new lane")
    new_lane(pull, metric={"direction": "maximize"})
    gone(pull, "metric_changed")


@proposal("meaning_changed")
def other_tokens(pull: Pull) -> None:
    opened(pull, "rules: other tokens under an incumbent")
    seen(pull, "meaning_changed", "open a new lane")
    new_lane(pull, contract={"evaluated_tokens": 2000})
    gone(pull, "meaning_changed")


def new_lane(pull: Pull, **parts: object) -> None:
    """A lane of its own in place of the change."""
    pull.world.git("reset", "--quiet", "--hard", "main")
    pull.world.commit("A new lane", {"ledger/new/lane.yaml": lane_text("new", **parts)})


@proposal("copied_scores")
def scores_of_the_incumbent(pull: Pull) -> None:
    pull.row(scores=PRECISE)
    world = opened(pull)
    seen(pull, "copied_scores", "own scores")
    world.git("reset", "--quiet", "--hard", "main")
    assert world.homegolf("record", str(world.row("eve1", BETTER))).code == 0
    gone(pull, "copied_scores")
