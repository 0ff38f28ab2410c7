"""Promotion up the ladder: a tag that nobody else made, and a row above that has to name it."""

from collections.abc import Sequence

import pytest

from tests.build import Document
from tests.e2e.world import BASE, BEST, BETTER, World
from tests.forge.forge import Forge, Stage

TAG = "promotions/h100/0001"
NEXT = "promotions/h100/0002"
MODEL = [{"role": "model", "uri": "s3://x/m", "sha256": "ab" * 32, "bytes": 1000}]


def proven(world: World, name: str, scores: dict[int, float], **facts: object) -> str:
    """Record a row that has a receipt for each seed and a model."""
    listed = world.reports(*scores.items(), run_id=name)
    numbers = [
        {"seed": seed, "val_bpb": score, "evaluated_tokens": 1000, "train_seconds": 590,
         "artifact_bytes": 15_000_000}
        for seed, score in scores.items()
    ]  # fmt: skip
    model = [{**MODEL[0], "sha256": f"{world.count:064x}"}]
    row = world.row(name, scores, receipts=listed, artifacts=model, results=numbers, **facts)
    ran = world.homegolf("record", str(row), "--receipts", str(row.parent / "receipts"))
    assert ran.code == 0, ran.said
    return world.head


def reign(world: World, name: str, scores: Sequence[float]) -> None:
    """Make a run the incumbent, confirmed by fresh seeds of the same config."""
    config = {"config": {"model.knob": name}}
    proven(world, name, dict(enumerate(scores, start=1)), **config)
    fresh = dict(enumerate(scores, start=11))
    proven(world, f"{name}-again", fresh, **config)


@pytest.fixture
def ready(world: World, forge: Forge) -> Forge:
    """A lane below with a confirmed incumbent, and one above that needs a promotion."""
    world.lane("h100", needs_promotion_from="home", promotion={"max_in_flight": 1, "min_gain": 0.0})
    proven(world, "base", dict(enumerate(BASE, start=1)), config={"model.knob": "base"})
    reign(world, "better", BETTER)
    world.git("push", "--quiet", "origin", "main")
    return forge


def items(answer: Document) -> dict[str, bool]:
    return {item["name"]: item["is_go"] for item in answer["items"]}


def no_go(answer: Document) -> list[str]:
    return [name for name, is_go in items(answer).items() if not is_go]


def above(world: World, name: str = "upstream", **facts: object) -> tuple[int, list[str]]:
    """Check a pull request with a row on the lane above; exit code and errors."""
    world.git("switch", "--quiet", "--force-create", "proposal", "main")
    path, text = world.place(name, BASE, lane="h100", config={"model.knob": "better"}, **facts)
    world.commit(f"run(h100): {name}", {path: text})
    ran = world.homegolf("check", "--base", "main", "--head", "proposal", "--json")
    world.git("switch", "--quiet", "main")
    return ran.code, [
        item["code"] for item in ran.json()["findings"] if item["severity"] == "error"
    ]


def move_on(world: World) -> None:
    """A row can only name a promotion that was decided on an older commit."""
    world.commit("Move on", {"README.md": f"{world.count}\n"})


class TestChecklist:
    """Only if all of it is go there is a tag."""

    def test_go_is_pushed(self, ready: Forge, world: World) -> None:
        refs = ready.refs()
        answer = world.answer("promote", "better", "--to", "h100", "--push", "origin")
        assert no_go(answer) == []
        assert (answer["ok"], answer["tag"]) == (True, TAG)
        assert ready.refs() == refs | {f"refs/tags/{TAG}": answer["oid"]}
        assert world.homegolf("tags", "sync").code == 0
        assert world.homegolf("tags", "verify").code == 0

    def test_a_dry_run_prints_only(self, ready: Forge, world: World) -> None:
        before, refs = world.state(), ready.refs()
        answer = world.answer("promote", "better", "--to", "h100", "--dry-run", "--push", "origin")
        assert (answer["ok"], answer["tag"]) == (True, None)
        assert (world.state(), ready.refs()) == (before, refs)

    @pytest.mark.usefixtures("ready")
    def test_status_and_next_say_so_until_it_is_done(self, world: World) -> None:
        def first() -> list[str]:
            """What each of them says first."""
            status = world.answer("status")["lanes"]["home"]["next"]
            assert status == world.answer("next", "--lane", "home")["actions"][0]
            return [status["action"], world.homegolf("status").out.partition("next       ")[2][:18]]

        assert first() == ["promote", "promote the incumb"]
        assert world.answer("promote", "better", "--to", "h100")["ok"]
        assert first() == ["idea", "try a new idea (1 "]

    def test_no_go_makes_nothing(self, ready: Forge, world: World) -> None:
        before, refs = world.state(), ready.refs()
        answer = world.answer("promote", "base", "--to", "h100", "--push", "origin", code=1)
        assert "is_incumbent" in no_go(answer)
        assert (answer["ok"], answer["tag"]) == (False, None)
        assert (world.state(), ready.refs()) == (before, refs)

    @pytest.mark.usefixtures("ready")
    def test_an_unconfirmed_incumbent_is_no_go(self, world: World) -> None:
        proven(world, "best", dict(enumerate(BEST, start=1)), config={"model.knob": "best"})
        answer = world.answer("promote", "best", "--to", "h100", code=1)
        assert no_go(answer) == ["is_confirmed"]

    @pytest.mark.usefixtures("ready")
    def test_at_most_one_in_flight(self, world: World) -> None:
        assert world.answer("promote", "better", "--to", "h100")["tag"] == TAG
        answer = world.answer("promote", "better", "--to", "h100", code=1)
        assert no_go(answer) == ["in_flight"]
        assert world.git("tag", "--list", "promotions/*") == TAG
        move_on(world)
        world.record("upstream", BASE, lane="h100", promotion=TAG, config={"model.knob": "better"})
        reign(world, "best", BEST)
        answer = world.answer("promote", "best", "--to", "h100")
        assert (no_go(answer), answer["tag"]) == ([], NEXT)
        assert world.homegolf("tags", "sync").code == 0
        assert world.homegolf("tags", "verify").code == 0


@pytest.mark.usefixtures("ready")
class TestScoreboard:
    """A scoreboard knows a promotion once a row rests on it, and no sooner."""

    def page(self, world: World) -> str:
        world.homegolf("scoreboard")
        return (world.repo / "ledger/home/SCOREBOARD.md").read_text(encoding="utf-8")

    def test_it_says_whether_the_incumbent_is_ready(self, world: World) -> None:
        page = self.page(world)
        assert "| **Promotion to h100** | **go** · all " in page
        assert "## Promotion to h100" in page

    def test_a_tag_alone_changes_nothing(self, world: World) -> None:
        """Or whoever has it would write other bytes than whoever has not."""
        before = self.page(world)
        assert world.answer("promote", "better", "--to", "h100")["tag"] == TAG
        assert self.page(world) == before

    def test_gains_are_counted_from_the_promotion_that_a_row_rests_on(self, world: World) -> None:
        before = self.page(world)
        assert "since the first incumbent" in before
        world.homegolf("promote", "better", "--to", "h100")
        move_on(world)
        world.record("upstream", BASE, lane="h100", promotion=TAG, config={"model.knob": "better"})
        page = self.page(world)
        assert "since the promotion of better" in page
        assert world.homegolf("scoreboard", "--check").code == 0


class TestRaces:
    """Two maintainers: one number is one promotion."""

    @pytest.mark.parametrize("stage", ["listing", "writing"])
    def test_the_second_is_refused(self, ready: Forge, stage: Stage) -> None:
        one, other = ready.clone("one"), ready.clone("other")
        one.environment = {"GIT_COMMITTER_NAME": "One"}
        command = ("promote", "better", "--to", "h100", "--push", "origin", "--json")
        ready.interrupt(stage, lambda: one.process(*command))
        ran = other.homegolf(*command)
        assert (ran.code, ran.codes()) == (5, ["lost_race"])
        assert other.git("tag", "--list") == ""
        winner = ready.tags()
        assert set(winner) == {TAG}
        ran = other.homegolf(*command)  # the forge's tags come first, so it sees the other's now
        assert ran.code == 1, ran.said
        assert no_go(ran.json()) == ["in_flight"]
        assert ready.tags() == winner

    def test_a_forge_that_refuses(self, ready: Forge, world: World) -> None:
        hook = ready.bare / "hooks" / "update"
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
        before = world.state()
        ran = world.homegolf("promote", "better", "--to", "h100", "--push", "origin", "--json")
        assert (ran.code, ran.codes()) == (4, ["push_failed"])
        assert world.state() == before


class TestRequired:
    """A row on the lane above is admitted by a valid promotion alone."""

    @pytest.mark.usefixtures("ready")
    def test_without(self, world: World) -> None:
        assert above(world) == (1, ["no_promotion"])
        assert above(world, promotion=TAG) == (1, ["no_promotion"])  # there is none

    def test_with(self, ready: Forge, world: World) -> None:
        assert world.homegolf("promote", "better", "--to", "h100", "--push", "origin").code == 0
        move_on(world)
        assert above(world, promotion=TAG) == (0, [])
        reader = ready.clone("reader")
        move_on(reader)
        assert above(reader, promotion=TAG) == (0, [])

    def test_one_that_was_not_fetched(self, ready: Forge, world: World) -> None:
        assert world.homegolf("promote", "better", "--to", "h100", "--push", "origin").code == 0
        reader = ready.clone("reader", "--no-tags")
        move_on(reader)
        assert above(reader, promotion=TAG) == (1, ["no_promotion"])

    @pytest.mark.usefixtures("ready")
    @pytest.mark.parametrize("kind", ["lightweight", "empty", "other run", "off history", "moved"])
    def test_forged(self, world: World, kind: str) -> None:
        assert world.homegolf("promote", "better", "--to", "h100").code == 0
        message = world.git("cat-file", "tag", TAG).partition("\n\n")[2] + "\n"
        world.git("tag", "--delete", TAG)
        options = ("tag", "--annotate", "--cleanup=verbatim", "--file=-", TAG)
        if kind == "lightweight":
            world.git("tag", TAG)
        elif kind == "empty":
            world.git("tag", "--annotate", "--message=go", TAG)
        elif kind == "other run":
            world.git(*options, stdin=message.replace("run_id: better", "run_id: base"))
        elif kind == "moved":
            first = world.git("rev-list", "--max-parents=0", "HEAD")
            world.git(*options, first, stdin=message)
        else:
            world.git("switch", "--quiet", "--create", "side")
            world.commit("Aside", {"x.txt": "x"})
            world.git(*options, stdin=message)
            world.git("switch", "--quiet", "main")
        move_on(world)
        assert above(world, promotion=TAG) == (1, ["no_promotion"])
        ran = world.homegolf("tags", "verify", "--json")
        assert TAG in [item["path"] for item in ran.json()["findings"]]

    @pytest.mark.usefixtures("ready")
    @pytest.mark.parametrize("tag", ["incumbents/home/0001", "promotions/home/0001", NEXT])
    def test_another_tag(self, world: World, tag: str) -> None:
        assert world.homegolf("tags", "sync").code == 0
        assert world.homegolf("promote", "better", "--to", "h100").code == 0
        move_on(world)
        code, found = above(world, promotion=tag)
        assert code == 1
        assert set(found) <= {"no_promotion", "bad_format", "schema"}
        assert found

    @pytest.mark.usefixtures("ready")
    def test_record_asks_the_same(self, world: World) -> None:
        row = world.row("upstream", BASE, lane="h100", promotion=TAG)
        ran = world.homegolf("record", str(row), "--json")
        assert (ran.code, ran.codes()) == (1, ["no_promotion"])
        assert world.homegolf("promote", "better", "--to", "h100").code == 0
        move_on(world)
        assert world.homegolf("record", str(row)).code == 0
        assert world.outcomes("h100")["upstream"] == "improvement/baseline"
