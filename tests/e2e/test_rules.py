"""Rules that landed past the gate: what they may not do, they do not, and nobody is stopped by them."""

import pytest

from tests.build import OTHER_SHA, SHA, Document
from tests.e2e.world import BASE, BEST, BETTER, WORSE, World, lane_document, lane_text, row_text
from tests.hostile.objects import FOLDER, LINK, SUBMODULE, Entry, Objects

LANE_FILE = "ledger/home/lane.yaml"
LADDER_FILE = "ledger/ladder.yaml"
# Every reader, and one that writes.
READERS = (
    "verify", "verify --jobs 2", "status", "verdicts", "log", "deltas --lane home", "blockers", "scoreboard",
    "plateau --lane home", "explain base", "tags sync", "tags verify", "transfer --from home --to h100",
    "backtest --lane home", "retract base --reason a --evidence b --by c",
)  # fmt: skip
POISONS: dict[str, str | Entry | None] = {
    "an age beyond all dates": lane_text(promotion={"max_revision_age_days": 2**52}),
    "another metric": lane_text(metric={"direction": "maximize"}),
    "no YAML": "[",
    "a bomb": lane_text() + "claim: &a x\n",
    "a submodule": Entry(SUBMODULE, "1" * 40),
    "globs that take for ever": lane_text(attribution={"config": {"model": ["*" + "a*" * 90]}}),
}


def land(world: World, files: dict[str, str | Entry | None], message: str = "Land") -> str:
    """Commit what git itself might refuse to."""
    objects = Objects(world.repo / ".git")
    changes = {
        tuple(path.encode().split(b"/")): Entry("100644", objects.write("blob", content.encode()))
        if isinstance(content, str)
        else content
        for path, content in files.items()
    }
    tree = objects.grow(objects.tree_of(world.head), changes)
    commit = objects.commit(tree, [world.head], message.encode())
    world.git("update-ref", "refs/heads/main", commit)
    world.git("read-tree", "HEAD")
    return commit


def errors(world: World) -> dict[str, str]:
    answer: Document = world.homegolf("verify", "--json").json()
    return {i["path"]: i["code"] for i in answer["findings"] if i["severity"] == "error"}


class TestPoison:
    """A file of rules by which nothing can be judged or read is a finding, and no reader stops."""

    @pytest.mark.parametrize("name", POISONS)
    def test_every_reader_goes_on(self, world: World, name: str) -> None:
        world.record("base", BASE)
        world.record("better", BETTER, base="base", config={"model." + "a" * 200: 1})
        before = world.outcomes()
        land(world, {LANE_FILE: POISONS[name]})
        is_finding = name != "globs that take for ever"
        assert (LANE_FILE in errors(world)) is is_finding
        path, text = world.place("worse", WORSE, base="base")
        land(world, {path: text})
        for command in READERS:
            ran = world.homegolf(*command.split())
            assert ran.code in {0, 1, 10}, f"{command}: {ran.said}"
            if command == "verdicts":
                assert world.outcomes() == before | {"worse": "regression/worse"}

    @pytest.mark.parametrize("name", [name for name in POISONS if name != "another metric"])
    def test_once_they_are_mended_it_is_a_note(self, world: World, name: str) -> None:
        world.record("base", BASE)
        land(world, {LANE_FILE: POISONS[name]})
        world.homegolf("verify")
        land(world, {LANE_FILE: lane_text(title="Mended")})
        assert errors(world) == {}
        assert world.answer("verdicts")["lanes"]["home"]["incumbent"] == "base"

    def test_a_lane_that_begins_with_them_begins_when_they_are_mended(self, world: World) -> None:
        path = "ledger/new/lane.yaml"
        land(world, {path: lane_text("new", promotion={"max_revision_age_days": 2**52})})
        assert errors(world) == {path: "unusable_rules"}
        assert "new" not in world.answer("verdicts")["lanes"]
        land(world, {path: lane_text("new")})
        assert errors(world) == {}
        world.record("first", BASE, lane="new")
        assert world.incumbent("new") == "first"

    @pytest.mark.parametrize("content", ["[", "lanes: []\n", Entry(SUBMODULE, "1" * 40)])
    def test_a_ladder(self, world: World, content: str | Entry) -> None:
        world.record("base", BASE)
        good = (world.repo / LADDER_FILE).read_text()
        land(world, {LADDER_FILE: content})
        assert list(errors(world)) == [LADDER_FILE]
        assert list(world.answer("verdicts")["lanes"]) == ["home", "h100"]
        land(world, {LADDER_FILE: good})
        assert errors(world) == {}

    @pytest.mark.parametrize("mode", [LINK, FOLDER, SUBMODULE])
    @pytest.mark.parametrize("kind", ["runs/2026-03/odd.yaml", "retractions/base.yaml"])
    def test_other_files_that_are_none(self, world: World, mode: str, kind: str) -> None:
        world.record("base", BASE)
        objects = Objects(world.repo / ".git")
        entry = Entry(LINK, objects.write("blob", b"base.yaml"))
        if mode == FOLDER:
            entry = Entry(
                FOLDER, objects.tree({b"x": Entry("100644", objects.write("blob", b"x"))})
            )
        land(world, {f"ledger/home/{kind}": entry if mode != SUBMODULE else Entry(mode, "1" * 40)})
        assert len(errors(world)) == 1
        assert world.outcomes() == {"base": "improvement/baseline"}

    def test_a_trial_reads_the_same_in_one_go_and_step_by_step(self, world: World) -> None:
        other = world.clone("other")
        world.record("base", BASE)
        for content in (*POISONS.values(), lane_text(title="Last")):
            land(world, {LANE_FILE: content})
            world.homegolf("status")
        world.record("better", BETTER)
        other.git("fetch", "--quiet", "origin")
        other.git("reset", "--quiet", "--hard", "origin/main")
        assert other.verdicts() == world.verdicts()
        assert other.homegolf("status") == world.homegolf("status")

    def test_rules_to_backtest(self, world: World) -> None:
        world.record("base", BASE)
        for setting, code in (
            ("metric.name=seed", "bad_format"),
            ("metric.name=val_loss", "metric_changed"),
            ("promotion.max_revision_age_days=4503599627370496", "unusable_rules"),
        ):
            ran = world.homegolf("backtest", "--lane", "home", "--set", setting, "--json")
            assert (ran.code, ran.codes()) == (1, [code])


class TestMetric:
    """Until the first row a metric may change; then it is the lane's."""

    LOSS: Document = {"name": "val_loss", "unit": "nats", "direction": "minimize", "decimals": 3}  # noqa: RUF012

    def test_until_the_first_row(self, world: World) -> None:
        world.lane(metric={"name": "accuracy", "direction": "maximize"}, receipts={})
        world.lane(metric=self.LOSS, receipts={})
        assert errors(world) == {}
        world.record("base", BASE, metric="val_loss")
        assert world.outcomes() == {"base": "improvement/baseline"}
        before = world.verdicts()
        world.lane()
        assert errors(world) == {LANE_FILE: "metric_changed"}
        assert world.verdicts() == before

    def test_a_checkpoint_remembers_that_there_was_one(self, world: World) -> None:
        path, _ = world.place("odd")
        world.commit("Odd", {path: "["})
        world.homegolf("status")
        world.lane(metric=self.LOSS, receipts={})
        assert errors(world)[LANE_FILE] == "metric_changed"
        assert errors(world.clone("other"))[LANE_FILE] == "metric_changed"


class TestMeaning:
    """What a score means stays while somebody holds the title; the ledger says where it did not."""

    EVALUATION: Document = {"mode": "full", "dataset_sha256": SHA}  # noqa: RUF012

    def begin(self, world: World) -> None:
        world.lane(contract={"dataset_sha256": SHA})
        world.record("one", BASE, evaluation=self.EVALUATION)

    def test_past_verdicts_stay_and_it_is_an_error(self, world: World) -> None:
        self.begin(world)
        before = world.verdicts()
        world.lane(contract={"dataset_sha256": OTHER_SHA})
        assert world.verdicts() == before
        (found,) = [
            item
            for item in world.homegolf("verify", "--json").json()["findings"]
            if item["code"] == "meaning_changed"
        ]
        assert (found["severity"], found["path"]) == ("error", LANE_FILE)
        for word in ("one", SHA, OTHER_SHA):
            assert word in found["message"]
        assert "new lane" in found["fix"]

    def test_put_back_it_is_a_note(self, world: World) -> None:
        self.begin(world)
        world.lane(contract={"dataset_sha256": OTHER_SHA})
        world.lane(contract={"dataset_sha256": SHA})
        assert errors(world) == {}

    def test_runs_that_it_let_win_are_retracted_first(self, world: World) -> None:
        self.begin(world)
        world.lane(contract={"dataset_sha256": OTHER_SHA})
        world.record("two", BEST, evaluation={"mode": "full", "dataset_sha256": OTHER_SHA})
        world.lane(contract={"dataset_sha256": SHA})
        assert errors(world) == {LANE_FILE: "meaning_changed"}
        world.homegolf("retract", "two", "--reason", "a", "--evidence", "b", "--by", "c")
        assert errors(world) == {}


class TestTakenBack:
    """Rules that were changed for a few rows are a remark that names them."""

    def test_the_rows_are_named(self, world: World) -> None:
        world.record("base", BASE)
        world.lane(decision={"delta_min": 0.0001})
        world.record("tiny", tuple(score - 0.0015 for score in BASE), base="base")
        world.commit("Restore", {LANE_FILE: row_text(lane_document(title="As before"))})
        ran = world.homegolf("verify", "--json")
        assert ran.code == 0
        (found,) = ran.json()["findings"]
        assert (found["code"], found["severity"]) == ("rules_taken_back", "warning")
        assert found["path"] == LANE_FILE
        assert "tiny" in found["message"]
        assert world.git("rev-parse", "HEAD")[:12] in found["message"]
        assert world.git("rev-parse", "HEAD~2")[:12] in found["message"]
