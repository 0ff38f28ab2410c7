"""Order, append-only, rules in force and retractions, read from real histories (sections 2, 3, 5)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.build import Document
from tests.e2e.world import BASE, BEST, BETTER, LANE, WORSE, World, ladder_text, lane_text, row_text

RETRACT = ("--reason", "wrong split", "--evidence", "issue 1", "--by", "me")


def retract(world: World, run_id: str, code: int = 0) -> Document:
    answer: Document = world.answer("retract", run_id, *RETRACT, code=code)
    return answer


def errors(world: World) -> dict[str, str]:
    """Errors of `verify`, by path; it must end with 1 exactly when there is one."""
    ran = world.homegolf("verify", "--json")
    answer = ran.json()
    found = {
        item["path"]: item["code"] for item in answer["findings"] if item["severity"] == "error"
    }
    assert (ran.code, answer["ok"]) == ((1, False) if found else (0, True))
    return found


# --- order


def merge(world: World) -> None:
    world.git("merge", "--quiet", "--no-ff", "--no-edit", "side")


def squash(world: World) -> None:
    world.git("merge", "--quiet", "--squash", "side")
    world.git("commit", "--quiet", "--message", "Squashed")


def rebase(world: World) -> None:
    world.git("switch", "--quiet", "side")
    world.git("rebase", "--quiet", "main")
    world.git("switch", "--quiet", "main")
    world.git("merge", "--quiet", "--ff-only", "side")


def pick(world: World) -> None:
    world.git("cherry-pick", "main..side")


def nested(world: World) -> None:
    """The side brings its rows through a merge of its own."""
    world.git("switch", "--quiet", "--create", "inner", "side~1")
    world.commit("Work", {"code.txt": "x\n"})
    world.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
    world.git("switch", "--quiet", "main")
    world.git("merge", "--quiet", "--no-ff", "--no-edit", "inner")


WAYS: tuple[Callable[[World], None], ...] = (merge, squash, rebase, pick, nested)


def fork(world: World) -> None:
    """Rows on main, and two on a side that left it before the last of them."""
    world.record("base", BASE)
    world.git("branch", "side")
    late = world.row("on-main", BETTER, finished_at="2026-03-20T00:00:00Z")
    world.git("switch", "--quiet", "side")
    world.record("side-a", BEST, finished_at="2026-03-10T00:00:00Z")
    world.record("side-b", WORSE, finished_at="2026-03-11T00:00:00Z", base="side-a")
    world.git("switch", "--quiet", "main")
    assert world.homegolf("record", str(late)).code == 0


@pytest.mark.parametrize("way", WAYS)
def test_all_ways_to_land_give_the_same_verdicts(
    world: World, way: Callable[[World], None]
) -> None:
    fork(world)
    way(world)
    assert world.outcomes() == {
        "base": "improvement/baseline",
        "on-main": "improvement/strict",
        "side-a": "improvement/strict",
        "side-b": "regression/worse",
    }
    assert errors(world) == {}
    there = World(world.root, world.root / "straight", world.home)
    world.clone("straight")
    there.git("reset", "--quiet", "--hard", world.git("rev-list", "--max-parents=0", "HEAD"))
    for name in ("base", "on-main", "side-a", "side-b"):
        assert there.homegolf("record", str(world.root / "inbox" / f"{name}.yaml")).code == 0
    assert there.verdicts() == world.verdicts()


def test_the_main_side_of_a_merge_comes_first_however_old_the_other_is(world: World) -> None:
    fork(world)
    world.git("switch", "--quiet", "side")
    world.git("merge", "--quiet", "--no-ff", "--no-edit", "main")
    assert list(world.outcomes()) == ["base", "side-a", "side-b", "on-main"]


def test_commit_dates_order_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for day, name in ((28, "ccc"), (1, "aaa"), (15, "bbb")):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"2026-04-{day:02}T00:00:00Z")
        world.record(name, BASE, finished_at=f"2026-03-{29 - day:02}T00:00:00Z")
    assert list(world.outcomes()) == ["ccc", "aaa", "bbb"]


def test_rows_of_one_commit_are_ordered_by_finished_at_then_run_id(world: World) -> None:
    times = {
        "ddd": "2026-03-01T00:00:00Z",
        "aaa": "2026-03-01T00:00:00.000Z",
        "ccc": "2026-03-01T00:00:00.5Z",
        "bbb": "2026-03-01T00:00:00.25Z",
        "eee": "2026-02-28T23:59:59.999999Z",
    }
    world.commit("All", dict(world.place(run, BASE, finished_at=at) for run, at in times.items()))
    assert list(world.outcomes()) == ["eee", "aaa", "ddd", "bbb", "ccc"]
    answer = world.answer("verify")
    (note,) = answer["findings"]
    assert note["severity"] == "note"
    assert world.head[:12] in note["message"]
    assert answer["rows"] == 5


def test_rows_of_one_commit_on_two_lanes(world: World) -> None:
    world.commit("All", dict((world.place("one", BASE), world.place("two", BASE, lane="h100"))))
    assert world.outcomes() == {"one": "improvement/baseline"}
    assert world.outcomes("h100") == {"two": "improvement/baseline"}


def test_adding_rows_never_changes_earlier_verdicts(world: World) -> None:
    seen: list[Document] = []
    rows: tuple[tuple[str, Any, dict[str, Any]], ...] = (
        ("base", BASE, {}),
        ("oom", (), {}),
        ("again", {11: 1.2, 12: 1.2001}, {"config": {"model.knob": "base"}}),
        ("better", BETTER, {"base": "base"}),
        ("probe", BEST, {"train_seconds_budget": None}),
        ("worse", WORSE, {"base": "better", "resolves": ["oom"]}),
        ("fresh", {21: 1.18, 22: 1.1801}, {"config": {"model.knob": "better"}}),
        ("best", BEST, {"base": "better"}),
    )
    for run_id, scores, facts in rows:
        world.record(run_id, scores, **facts)
        now = world.verdicts()
        assert now[:-1] == seen
        seen = now
    assert [row["order"] for row in seen] == list(range(1, len(rows) + 1))


def test_a_commit_before_is_judged_as_it_was(world: World) -> None:
    for name, scores in (("base", BASE), ("better", BETTER), ("best", BEST)):
        world.record(name, scores)
    now = world.verdicts()
    world.git("checkout", "--quiet", "HEAD~1")
    assert world.verdicts() == now[:-1]


def test_the_work_tree_and_the_index_count_for_nothing(world: World) -> None:
    world.record("base", BASE)

    def found() -> tuple[object, object, object]:
        """All that is told of HEAD; that something else lies in the work tree is a note."""
        verified = world.answer("verify")
        said = [item for item in verified["findings"] if item["code"] != "not_committed"]
        return world.verdicts(), {**verified, "findings": []}, said

    before = found()
    world.write(*world.place("planned", BETTER))
    world.write("ledger/home/lane.yaml", "nonsense: [")
    (world.repo / "ledger/home/runs/2026-03/base.yaml").unlink()
    world.git("add", "--all")
    assert found() == before


# --- append-only


ROW = "ledger/home/runs/2026-03/base.yaml"


def edit(world: World) -> None:
    text = (world.repo / ROW).read_text().replace("1.2001", "1.0001")
    world.commit("Edit", {ROW: text})


def edit_a_comment(world: World) -> None:
    world.commit("Edit", {ROW: (world.repo / ROW).read_text() + "# typo\n"})


def delete(world: World) -> None:
    world.commit("Delete", {ROW: None})


def add_again(world: World) -> None:
    text = (world.repo / ROW).read_text()
    delete(world)
    world.commit("Add again", {ROW: text.replace("1.2001", "1.0001")})


def rename(world: World) -> None:
    world.git("mv", ROW, ROW.replace("base", "other"))
    world.git("commit", "--quiet", "--message", "Rename")


def move_to_another_month(world: World) -> None:
    there = ROW.replace("2026-03", "2026-04")
    (world.repo / there).parent.mkdir()
    world.git("mv", ROW, there)
    world.git("commit", "--quiet", "--message", "Move")


def move_to_another_lane(world: World) -> None:
    there = ROW.replace("home", "h100")
    (world.repo / there).parent.mkdir(parents=True)
    world.git("mv", ROW, there)
    world.git("commit", "--quiet", "--message", "Move")


def turn_into_a_link(world: World) -> None:
    (world.repo / ROW).unlink()
    (world.repo / ROW).symlink_to("better.yaml")
    world.git("commit", "--quiet", "--all", "--message", "Link")


def make_executable(world: World) -> None:
    (world.repo / ROW).chmod(0o755)
    world.git("commit", "--quiet", "--all", "--message", "Mode")


def turn_into_a_folder(world: World) -> None:
    (world.repo / ROW).unlink()
    world.commit("Folder", {f"{ROW}/inside.yaml": "x"})


def turn_into_a_submodule(world: World) -> None:
    world.git("update-index", "--cacheinfo", f"160000,{world.head},{ROW}")
    world.git("commit", "--quiet", "--message", "Submodule")


def delete_everything(world: World) -> None:
    world.git("rm", "-r", "--quiet", "ledger/home/runs")
    world.git("commit", "--quiet", "--message", "Delete all")


def edit_in_a_merge(world: World) -> None:
    world.git("switch", "--quiet", "--create", "side", "HEAD~1")
    edit(world)
    world.git("switch", "--quiet", "main")
    merge(world)


TAMPERING = (
    edit, edit_a_comment, delete, add_again, rename, move_to_another_month, move_to_another_lane,
    turn_into_a_link, make_executable, turn_into_a_folder, turn_into_a_submodule,
    delete_everything, edit_in_a_merge,
)  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERING)
def test_tampering_is_found_and_changes_no_verdict(
    world: World, tamper: Callable[[World], None]
) -> None:
    world.record("base", BASE)
    world.record("better", BETTER)
    before = world.verdicts()
    tamper(world)
    found = errors(world)
    assert ROW in found, found
    assert world.verdicts() == before
    world.record("best", BEST)
    assert world.verdicts()[:-1] == before
    assert ROW in errors(world)


def test_what_was_put_right_is_no_error(world: World) -> None:
    world.record("base", BASE)
    world.record("better", BETTER)
    before = world.verdicts()
    text = (world.repo / ROW).read_text()
    edit(world)
    world.commit("Put right", {ROW: text})
    assert errors(world) == {}
    assert ROW in [item["path"] for item in world.answer("verify")["findings"]]
    delete(world)
    world.commit("Put right again", {ROW: text})
    assert errors(world) == {}
    assert world.verdicts() == before


@pytest.mark.parametrize("how", ["edited", "deleted"])
def test_a_receipt_that_is_tampered_with(world: World, how: str) -> None:
    listed = world.reports((1, 1.2), run_id="base")
    world.record("base", (1.2,), receipts=listed)
    before = world.verdicts()
    path = "ledger/home/receipts/base/seed-1.json"
    other = '{"seed": 1, "final": {"val_bpb": 1.1}}'
    world.commit("Tamper", {path: other if how == "edited" else None})
    assert path in errors(world)
    assert world.verdicts() == before


def test_a_receipt_that_no_row_lists(world: World) -> None:
    world.record("base", BASE)
    world.commit("More", {"ledger/home/receipts/base/more.json": "{}"})
    world.commit("Alone", {"ledger/home/receipts/ghost/more.json": "{}"})
    assert len(errors(world)) == 2


@pytest.mark.parametrize("how", ["edited", "deleted"])
def test_a_retraction_stays(world: World, how: str) -> None:
    world.record("base", BASE)
    world.record("better", BETTER)
    retract(world, "better")
    before = world.verdicts()
    path = "ledger/home/retractions/better.yaml"
    text = (world.repo / path).read_text().replace("wrong split", "right split")
    world.commit("Tamper", {path: text if how == "edited" else None})
    assert path in errors(world)
    assert world.verdicts() == before


BAD_LANDINGS: dict[str, tuple[str, str]] = {
    "unreadable": ("runs/2026-03/odd.yaml", "["),
    "unknown field": ("runs/2026-03/odd.yaml", "submiter: me\n"),
    "name in capitals": ("runs/2026-03/Odd.yaml", "x"),
    "other suffix": ("runs/2026-03/odd.yml", "x"),
    "no month": ("runs/odd.yaml", "x"),
    "month 13": ("runs/2026-13/odd.yaml", "x"),
}


@pytest.mark.parametrize("name", BAD_LANDINGS)
def test_a_bad_row_that_landed_is_an_error_and_no_verdict(world: World, name: str) -> None:
    world.record("base", BASE)
    place, text = BAD_LANDINGS[name]
    world.commit("Bad", {f"ledger/home/{place}": text})
    assert list(errors(world)) == [f"ledger/home/{place}"]
    assert list(world.outcomes()) == ["base"]
    world.record("better", BETTER)
    assert list(world.outcomes()) == ["base", "better"]


def test_a_row_that_landed_as_a_link_has_no_verdict(world: World) -> None:
    world.record("base", BASE)
    link = world.repo / "ledger/home/runs/2026-03/linked.yaml"
    link.symlink_to("base.yaml")
    world.git("add", "--all")
    world.git("commit", "--quiet", "--message", "Link")
    assert list(errors(world)) == ["ledger/home/runs/2026-03/linked.yaml"]
    assert list(world.outcomes()) == ["base"]


@pytest.mark.parametrize("field", ["run_id", "lane", "finished_at"])
def test_a_row_in_a_wrong_place_is_an_error(world: World, field: str) -> None:
    path, text = world.place("odd", BASE)
    lines = text.splitlines()
    wrong = {"run_id": "even", "lane": "h100", "finished_at": '"2026-04-01T00:00:00Z"'}
    lines = [f"{field}: {wrong[field]}" if line.startswith(f"{field}:") else line for line in lines]
    world.commit("Misplaced", {path: "\n".join(lines) + "\n"})
    assert errors(world) == {path: "wrong_place"}
    assert world.outcomes() == {}


def test_one_run_id_in_two_lanes(world: World) -> None:
    world.record("base", BASE)
    path, text = world.place("base", BETTER, lane="h100")
    world.commit("Twice", {path: text})
    assert errors(world) == {path: "duplicate_run_id"}
    assert world.outcomes() == {"base": "improvement/baseline"}
    assert world.outcomes("h100") == {}


# --- rules in force


def challenge(world: World, number: int) -> Document:
    """A run a little better than the base; its verdict."""
    world.record(f"try-{number}", (1.1971, 1.1969, 1.1970), base="base")
    return world.verdicts()[-1]


class TestRules:
    """A lane's rules are those in force in the commit that landed the row."""

    def test_a_verdict_keeps_to_the_rules_at_its_landing(self, world: World) -> None:
        world.lane(decision={"delta_min": 0.01})
        world.record("base", BASE)
        first = challenge(world, 1)
        assert first["class"] == "noise"
        before = world.verdicts()
        world.lane(decision={"delta_min": 0.002})
        assert world.verdicts() == before
        second = challenge(world, 2)
        assert (second["class"], second["incumbent_after"]) == ("improvement", "try-2")
        assert world.verdicts()[:-1] == before

    def test_k_starts_anew_with_new_numbers(self, world: World) -> None:
        world.record("base", BASE)
        for number in (1, 2):
            world.record(f"worse-{number}", WORSE)
        assert [row["stats"]["k"] for row in world.verdicts()[1:]] == [1, 2]
        world.lane(decision={"delta_min": 0.003})
        world.record("worse-3", WORSE)
        last = world.verdicts()[-1]
        assert last["stats"]["k"] == 1
        assert last["incumbent_before"] == "base"

    def test_k_goes_on_when_only_words_change(self, world: World) -> None:
        world.record("base", BASE)
        world.record("worse-1", WORSE)
        world.lane(title="Another title", references=[{"name": "public", "value": 1.2}])
        world.record("worse-2", WORSE)
        assert world.verdicts()[-1]["stats"]["k"] == 2

    def test_rules_that_land_with_a_row_judge_it(self, world: World) -> None:
        world.record("base", BASE)
        path, text = world.place("try", (1.1971, 1.1969, 1.1970))
        strict = lane_text(decision={"delta_min": 0.01})
        world.commit("Both", {path: text, "ledger/home/lane.yaml": strict})
        assert world.outcomes()["try"].startswith("noise/")

    def test_rules_that_landed_before_a_merge_judge_what_it_brings(self, world: World) -> None:
        world.record("base", BASE)
        world.git("switch", "--quiet", "--create", "side")
        world.record("try", (1.1971, 1.1969, 1.1970))
        world.git("switch", "--quiet", "main")
        world.lane(decision={"delta_min": 0.01})
        merge(world)
        assert world.outcomes()["try"].startswith("noise/")

    def test_a_contract_applies_from_its_commit(self, world: World) -> None:
        world.record("base", BASE)
        world.lane(contract={"evaluation_modes": ["sliding"]})
        world.record("full", BETTER)
        world.record("slide", BETTER, evaluation={"mode": "sliding"})
        assert list(world.outcomes().values())[:2] == [
            "improvement/baseline",
            "invalid/evaluation_mode",
        ]
        assert world.incumbent() == "slide"

    def test_another_metric_is_refused_and_the_rules_before_it_stay(self, world: World) -> None:
        world.record("base", BASE)
        before = world.verdicts()
        world.lane(metric={"name": "accuracy", "direction": "maximize"})
        assert errors(world) == {"ledger/home/lane.yaml": "metric_changed"}
        assert world.verdicts() == before

    def test_deleted_rules_leave_the_verdicts(self, world: World) -> None:
        world.record("base", BASE)
        before = world.verdicts()
        world.commit("Delete", {"ledger/home/lane.yaml": None})
        assert "ledger/home/lane.yaml" in errors(world)
        assert world.verdicts() == before

    def test_a_row_before_its_lane_is_an_error(self, world: World) -> None:
        path, text = world.place("early", BASE, lane="new")
        world.commit("Row first", {path: text})
        world.lane("new")
        world.record("later", BASE, lane="new")
        assert errors(world) == {path: "unknown_lane"}
        assert list(world.outcomes("new")) == ["later"]


def test_a_lane_that_maximizes_turns_the_sign(world: World) -> None:
    world.lane(
        "acc",
        metric={"name": "accuracy", "direction": "maximize", "unit": "share"},
        contract={"evaluated_tokens": None},
        receipts={},
    )
    facts: dict[str, Any] = {"lane": "acc", "metric": "accuracy"}
    world.record("base", (0.7001, 0.6999, 0.7000), **facts)
    world.record("better", (0.7201, 0.7199, 0.7200), **facts)
    world.record("worse", (0.6501, 0.6499, 0.6500), **facts)
    assert list(world.outcomes("acc").values()) == [
        "improvement/baseline",
        "improvement/strict",
        "regression/worse",
    ]
    rows = world.verdicts("acc")
    assert rows[1]["delta"] == pytest.approx(0.02)
    assert rows[2]["delta"] == pytest.approx(-0.07)
    assert world.incumbent("acc") == "better"


# --- blocked and resolved


def test_a_blocker_is_settled_by_the_run_that_resolves_it_or_repeats_it(world: World) -> None:
    world.record("oom-a", ())
    world.record("oom-b", ())
    world.record("oom-c", ())
    world.record("good", BASE, resolves=["oom-a"])
    world.record("again", BASE, config={"model.knob": "oom-b"})
    world.record("probe", BASE, resolves=["oom-c"], train_seconds_budget=None)
    status = world.answer("status")["lanes"][LANE]
    assert status["open_blockers"] == ["oom-c"]
    assert [row["class"] for row in world.verdicts()[:3]] == ["blocked"] * 3


def test_divergence_is_no_blocker(world: World) -> None:
    diverged = {"status": "failed", "failure": {"kind": "diverged", "stage": "train"}}
    world.record("base", BASE)
    world.record("nan", (), outcome=diverged)
    assert world.outcomes()["nan"] == "regression/diverged"
    assert world.answer("status")["lanes"][LANE]["open_blockers"] == []


# --- retractions


def reign(world: World) -> list[Document]:
    for name, scores in (("base", BASE), ("better", BETTER), ("best", BEST), ("worse", WORSE)):
        world.record(name, scores)
    return world.verdicts()


class TestRetraction:
    """The one way to correct a row: later rows are judged again, and what changed is listed."""

    def test_it_is_one_file_in_one_commit(self, world: World) -> None:
        reign(world)
        before = world.head
        answer = retract(world, "better")
        assert answer["commit"] == world.head
        assert world.git("rev-parse", "HEAD~1") == before
        path = "ledger/home/retractions/better.yaml"
        assert world.git("show", "--format=", "--name-status", "HEAD") == f"A\t{path}"
        text = (world.repo / path).read_text()
        for line in ("schema: homegolf/retraction/v1", "run_id: better", "reason: wrong split"):
            assert line in text.replace('"', "")
        assert errors(world) == {}

    def test_later_rows_are_judged_again_and_earlier_ones_are_not(self, world: World) -> None:
        before = reign(world)
        answer = retract(world, "better")
        after = world.verdicts()
        assert after[0] == before[0]
        assert world.outcomes() == {
            "base": "improvement/baseline",
            "better": "invalid/retracted",
            "best": "improvement/strict",
            "worse": "regression/worse",
        }
        assert after[2]["incumbent_before"] == "base"
        changed = {item["before"]["run_id"]: item for item in answer["changed"]}
        assert set(changed) == {
            now["run_id"] for was, now in zip(before, after, strict=True) if was != now
        }
        for was, now in zip(before, after, strict=True):
            if was != now:
                assert changed[now["run_id"]]["before"] == was
                assert changed[now["run_id"]]["after"] == now

    def test_the_text_lists_what_changes(self, world: World) -> None:
        reign(world)
        said = world.homegolf("retract", "better", *RETRACT).out
        assert "invalid/retracted" in said
        assert "best" in said

    def test_without_the_incumbent_the_one_before_holds_the_title(self, world: World) -> None:
        reign(world)
        retract(world, "best")
        assert world.incumbent() == "better"
        retract(world, "better")
        assert world.incumbent() == "base"
        retract(world, "base")
        assert world.incumbent() == "worse"
        retract(world, "worse")
        assert world.incumbent() is None

    def test_other_lanes_are_not_touched(self, world: World) -> None:
        world.record("theirs", BASE, lane="h100")
        before = world.verdicts("h100")
        reign(world)
        retract(world, "base")
        assert world.verdicts("h100") == before

    def test_a_dry_run_lists_and_writes_nothing(self, world: World) -> None:
        reign(world)
        before = world.state()
        planned = world.answer("retract", "better", *RETRACT, "--dry-run")
        assert world.state() == before
        assert planned["changed"] == retract(world, "better")["changed"]

    def test_twice_does_nothing(self, world: World) -> None:
        reign(world)
        retract(world, "better")
        before = world.state()
        retract(world, "better")
        assert world.state() == before

    def test_an_unknown_run(self, world: World) -> None:
        reign(world)
        before = world.state()
        ran = world.homegolf("retract", "beter", *RETRACT)
        assert ran.code == 1
        assert "better?" in ran.err
        assert world.state() == before

    def test_an_empty_reason(self, world: World) -> None:
        reign(world)
        before = world.state()
        ran = world.homegolf("retract", "best", "--reason", "", "--evidence", "x", "--by", "me")
        assert ran.code in {1, 2}
        assert world.state() == before

    def test_a_hook_that_refuses_leaves_nothing(self, world: World) -> None:
        reign(world)
        world.hook("pre-commit", "exit 1")
        before = world.state()
        assert world.homegolf("retract", "best", *RETRACT).code == 1
        assert world.state() == before

    def test_of_a_run_that_never_landed(self, world: World) -> None:
        reign(world)
        before = world.verdicts()
        path = "ledger/home/retractions/ghost.yaml"
        text = row_text({
            "schema": "homegolf/retraction/v1", "run_id": "ghost", "reason": "a", "evidence": "b",
            "by": "c",
        })  # fmt: skip
        world.commit("Ghost", {path: text})
        assert path in errors(world)
        assert world.verdicts() == before

    def test_a_bad_row_is_settled_by_its_retraction(self, world: World) -> None:
        world.record("base", BASE)
        world.commit("Bad", {"ledger/home/runs/2026-03/odd.yaml": "["})
        assert errors(world) != {}
        retract(world, "odd")
        assert errors(world) == {}
        assert list(world.outcomes()) == ["base"]

    def test_in_a_merge(self, world: World) -> None:
        world.record("base", BASE)
        world.record("better", BETTER)
        world.git("switch", "--quiet", "--create", "side")
        retract(world, "better")
        world.git("switch", "--quiet", "main")
        world.record("best", BEST)
        merge(world)
        assert world.outcomes() == {
            "base": "improvement/baseline",
            "better": "invalid/retracted",
            "best": "improvement/strict",
        }


# --- confirmation


class TestConfirmation:
    """Fresh seeds defend the title; where they fail, the previous incumbent is reinstated (2.6)."""

    def winner(self, world: World, *fresh: float) -> Document:
        world.record("base", BASE)
        world.record("better", BETTER)
        scores = dict(enumerate(fresh, start=50))
        world.record("fresh", scores, config={"model.knob": "better"})
        return world.verdicts()[-1]

    def test_it_holds(self, world: World) -> None:
        last = self.winner(world, 1.1801, 1.1799)
        assert (last["class"], last["reason"]) == ("noise", "replicate")
        assert world.incumbent() == "better"

    def test_it_fails(self, world: World) -> None:
        last = self.winner(world, 1.1998, 1.1996)
        assert (last["class"], last["reason"]) == ("noise", "not_confirmed")
        assert last["delta"] == pytest.approx(0.0003, abs=1e-9)
        assert last["stats"] is None
        assert (last["incumbent_before"], last["incumbent_after"]) == ("better", "base")
        assert world.incumbent() == "base"

    def test_the_next_winner_meets_the_reinstated_incumbent(self, world: World) -> None:
        self.winner(world, 1.1998, 1.1996)
        world.record("best", BEST)
        last = world.verdicts()[-1]
        assert (last["incumbent_before"], last["incumbent_after"]) == ("base", "best")
        assert last["stats"]["k"] == 2


# --- lanes


def test_rows_of_other_lanes_never_matter(world: World) -> None:
    alone = world.clone("alone")
    rows = (("base", BASE), ("oom", ()), ("better", BETTER), ("worse", WORSE), ("best", BEST))
    for number, (run_id, scores) in enumerate(rows):
        world.record(f"theirs-{number}", BEST if number % 2 else WORSE, lane="h100")
        world.record(run_id, scores)
        assert alone.homegolf("record", str(world.root / "inbox" / f"{run_id}.yaml")).code == 0
    world.lane("h100", decision={"delta_min": 0.5})
    world.commit("Ladder", {"ledger/ladder.yaml": ladder_text("h100", LANE)})
    retract(world, "theirs-1")
    assert world.verdicts() == alone.verdicts()
