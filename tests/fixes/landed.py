"""What landed past the gate, and that `verify` names."""

import hashlib
from pathlib import Path

from tests.e2e.world import BASE, BEST, BETTER, World, lane_document, lane_text, row_text
from tests.fixes.scene import follow, found, gone, situation
from tests.hostile.corpus import retraction

ROW = "ledger/home/runs/2026-03/first.yaml"
LANE_FILE = "ledger/home/lane.yaml"
GROUNDS = ("--reason", "wrong", "--evidence", "log", "--by", "me")


def landed(world: World) -> str:
    """A row; its text."""
    world.record("first", BASE)
    return (world.repo / ROW).read_text(encoding="utf-8")


@situation("row_edited")
def a_row_that_was_edited(world: World) -> None:
    text = landed(world)
    world.commit("Edit", {ROW: text.replace("1.2001", "1.1001")})
    item = found(world, "row_edited", "verify", says="restore")
    assert "retract" in item["fix"]
    follow(world, item, only="git cat-file")
    assert (world.repo / ROW).read_text(encoding="utf-8") == text
    world.commit("Restore", {ROW: text})
    put_right(world, "row_edited")
    gone(world, "row_edited", "retract", "first", *GROUNDS)


@situation("trailer_mismatch")
def a_commit_that_speaks_of_another_row(world: World) -> None:
    landed(world)
    message = world.git("log", "-1", "--format=%B").replace(
        "Homegolf-Run: first", "Homegolf-Run: f1"
    )
    world.git("commit", "--quiet", "--amend", "--message", message)
    item = found(world, "trailer_mismatch", "verify", says="which of the two was meant")
    follow(world, item, filled={"TEXT": "wrong", "WHERE": "log", "WHO": "me"})
    put_right(world, "trailer_mismatch")


def put_right(world: World, code: str) -> None:
    """It stays as a note that it was put right."""
    ran = world.homegolf("verify", "--json")
    assert ran.code == 0, ran.said
    assert {item["severity"] for item in ran.json()["findings"] if item["code"] == code} <= {"note"}


@situation("row_deleted")
def a_row_that_was_deleted(world: World) -> None:
    text = landed(world)
    world.commit("Delete", {ROW: None})
    found(world, "row_deleted", "verify", says="restore")
    world.commit("Restore", {ROW: text})
    put_right(world, "row_deleted")


@situation("receipt_edited")
def a_receipt_that_was_edited(world: World) -> None:
    listed = world.reports((1, 1.2), run_id="first")
    world.record("first", {1: 1.2}, receipts=listed)
    path = "ledger/home/receipts/first/seed-1.json"
    whole = (world.repo / path).read_bytes()
    world.commit("Edit", {path: whole + b"\n"})
    found(world, "receipt_edited", "verify", says="restore")
    world.commit("Restore", {path: whole})
    put_right(world, "receipt_edited")


@situation("retraction_edited")
def a_retraction_that_was_edited(world: World) -> None:
    landed(world)
    path = "ledger/home/retractions/first.yaml"
    assert world.homegolf("retract", "first", *GROUNDS).code == 0
    text = (world.repo / path).read_text(encoding="utf-8")
    world.commit("Delete", {path: None})
    found(world, "retraction_edited", "verify", says="restore")
    world.commit("Restore", {path: text})
    put_right(world, "retraction_edited")


@situation("unlisted_receipt")
def a_receipt_that_nobody_lists(world: World) -> None:
    landed(world)
    path = "ledger/home/receipts/first/more.json"
    world.commit("More", {path: "{}"})
    found(world, "unlisted_receipt", "verify", says="remove it")
    world.commit("Remove", {path: None})
    put_right(world, "unlisted_receipt")


@situation("unknown_run")
def a_retraction_of_nobody(world: World) -> None:
    path = "ledger/home/retractions/nobody.yaml"
    world.commit("Retract", {path: retraction("nobody")})
    found(world, "unknown_run", "verify", says="remove")
    world.commit("Remove", {path: None})
    put_right(world, "unknown_run")


@situation("bad_path")
def a_row_by_a_bad_name(world: World) -> None:
    row = world.row("first", BASE)
    path = ROW.replace("first", "First")
    world.commit("Row", {path: row.read_text(encoding="utf-8")})
    found(world, "bad_path", "verify", says="`homegolf record`")
    world.commit("Remove", {path: None})
    gone(world, "bad_path", "record", str(row))
    gone(world, "bad_path", "verify")


@situation("stray_file")
def a_file_that_belongs_elsewhere(world: World) -> None:
    world.commit("Notes", {"ledger/notes.md": "x\n"})
    found(world, "stray_file", "verify", says="move it out of ledger/")
    world.commit("Move", {"ledger/notes.md": None, "notes.md": "x\n"})
    gone(world, "stray_file", "verify")


@situation("not_a_file")
def a_row_that_can_be_run(world: World) -> None:
    row = world.row("first", BASE)
    world.write(ROW, row.read_text(encoding="utf-8"))
    (world.repo / ROW).chmod(0o755)
    world.git("add", "--all")
    world.git("commit", "--quiet", "--message", "Row")
    found(world, "not_a_file", "verify", says="without the executable bit")
    world.commit("Remove", {ROW: None})
    world.commit("Plain", {ROW: row.read_text(encoding="utf-8")})
    gone(world, "not_a_file", "verify")
    assert world.outcomes() == {"first": "improvement/baseline"}


@situation("not_committed")
def a_draft(world: World) -> None:
    world.write(LANE_FILE, lane_text(title="Draft"))
    item = found(world, "not_committed", "verify", says="commit it")
    follow(world, item, only="homegolf verify")
    gone(world, "not_committed", "verify", "--worktree")
    world.git("commit", "--quiet", "--all", "--message", "As it says")
    gone(world, "not_committed", "verify")


@situation("unusable_rules")
def a_number_beyond_all_dates(world: World) -> None:
    landed(world)
    world.lane(promotion={"max_revision_age_days": 2**52})
    found(world, "unusable_rules", "verify", says="correct the number")
    world.lane(promotion={"max_revision_age_days": 30})
    put_right(world, "unusable_rules")


@situation("lane_deleted")
def a_lane_that_was_deleted(world: World) -> None:
    landed(world)
    world.commit("Delete", {LANE_FILE: None})
    found(world, "lane_deleted", "verify", says="restore its lane.yaml")
    world.lane()
    put_right(world, "lane_deleted")


@situation("metric_changed")
def another_metric(world: World) -> None:
    landed(world)
    world.lane(metric={"direction": "maximize"})
    found(world, "metric_changed", "verify", says="open a new lane")
    world.lane()
    world.lane("other", metric={"direction": "maximize"})
    put_right(world, "metric_changed")


@situation("meaning_changed")
def another_split(world: World) -> None:
    landed(world)
    world.lane(contract={"evaluated_tokens": 2000})
    found(world, "meaning_changed", "verify", says="open a new lane")
    world.lane()
    world.lane("other", contract={"evaluated_tokens": 2000})
    put_right(world, "meaning_changed")


@situation("rules_taken_back")
def rules_for_one_row(world: World) -> None:
    landed(world)
    world.lane(decision={"delta_min": 0.0001})
    world.record("tiny", tuple(score - 0.0015 for score in BASE), base="first")
    world.commit("Restore", {LANE_FILE: row_text(lane_document(title="As before"))})
    found(world, "rules_taken_back", "verify", says="retract those")
    gone(world, "rules_taken_back", "retract", "tiny", *GROUNDS)
    gone(world, "rules_taken_back", "verify")


@situation("rewritten_history")
def a_branch_that_was_turned(world: World) -> None:
    landed(world)
    gone(world, "rewritten_history", "verify")
    known = world.head
    world.git("reset", "--quiet", "--hard", "HEAD~")
    world.record("second", BETTER)
    item = found(world, "rewritten_history", "verify", says="`git rebase")
    follow(world, item, only="git rebase")
    gone(world, "rewritten_history", "verify")
    assert world.git("rev-parse", "HEAD~") == known


@situation("rewritten_history")
def a_line_that_is_meant(world: World) -> None:
    landed(world)
    gone(world, "rewritten_history", "verify")
    world.git("reset", "--quiet", "--hard", "HEAD~")
    world.record("second", BEST)
    follow(world, found(world, "rewritten_history", "verify"), only="homegolf verify")
    gone(world, "rewritten_history", "verify")


@situation("placeholder_owners")
def owners_that_nobody_is(world: World) -> None:
    world.commit("Owners", {"CODEOWNERS": "* @your-org/maintainers\n"})
    found(world, "placeholder_owners", "doctor", says="put your maintainers in place")
    world.commit("Owners", {"CODEOWNERS": "* @us/all\n"})
    gone(world, "placeholder_owners", "doctor")


@situation("lane_not_on_ladder")
def a_lane_beside_the_ladder(world: World) -> None:
    world.lane("other")
    found(world, "lane_not_on_ladder", "doctor", says="add other to `lanes`")
    world.commit("Ladder", {"ledger/ladder.yaml": "schema: homegolf/ladder/v1\nlanes: [home, h100, other]\n"})  # fmt: skip
    gone(world, "lane_not_on_ladder", "doctor")
    world.commit("None", {"ledger/ladder.yaml": None})
    found(
        world,
        "lane_not_on_ladder",
        "doctor",
        says="name every lane from which or to which runs go up",
    )


def kept_artifact(world: World) -> Path:
    """A row whose artifact is in a file; that file."""
    path = world.root / "m.ptz"
    path.write_bytes(b"weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    world.record(
        "first", BASE, artifacts=[{"role": "model", "uri": path.as_uri(), "sha256": digest}]
    )
    gone(world, "artifact_missing", "verify", "--artifacts")
    return path


@situation("artifact_missing")
def an_artifact_that_is_lost(world: World) -> None:
    path = kept_artifact(world)
    path.unlink()
    found(world, "artifact_missing", "verify", "--artifacts", says="put the file back")
    path.write_bytes(b"weights")
    gone(world, "artifact_missing", "verify", "--artifacts")
    path.unlink()
    gone(world, "artifact_missing", "retract", "first", *GROUNDS)
    gone(world, "artifact_missing", "verify", "--artifacts")


@situation("artifact_differs")
def an_artifact_that_was_changed(world: World) -> None:
    path = kept_artifact(world)
    path.write_bytes(b"others")
    found(world, "artifact_differs", "verify", "--artifacts", says="put the run's own file back")
    path.write_bytes(b"weights")
    gone(world, "artifact_differs", "verify", "--artifacts")


@situation("artifact_unreachable")
def an_artifact_that_is_no_file(world: World) -> None:
    path = kept_artifact(world)
    path.unlink()
    path.mkdir()
    found(world, "artifact_unreachable", "verify", "--artifacts", says="reachable from here")
    path.rmdir()
    path.write_bytes(b"weights")
    gone(world, "artifact_unreachable", "verify", "--artifacts")
