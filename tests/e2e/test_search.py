"""plateau, deltas, blockers, transfer, backtest and `record --source` on real repositories."""

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from homegolf_git.shell.files.datafiles import schema
from tests.build import Document, Scores
from tests.e2e.world import (
    BASE,
    BEST,
    BETTER,
    WORSE,
    Ran,
    World,
    lane_document,
    lane_text,
    row_text,
)

SAME = (1.2001, 1.1999, 1.2000)
OPTIONS: dict[str, tuple[str, ...]] = {
    "plateau": ("plateau", "--lane", "home"),
    "next": ("next", "--lane", "home", "--settle"),
    "deltas": ("deltas", "--lane", "home"),
    "blockers": ("blockers",),
    "transfer": ("transfer", "--from", "home", "--to", "h100"),
    "backtest": ("backtest", "--lane", "home", "--set", "decision.delta_min=0.001"),
    "status": ("status",),
    "verdicts": ("verdicts",),
    "scoreboard": ("scoreboard",),
}

SEARCH = ("plateau", "next", "deltas", "blockers", "transfer", "backtest")


def land(world: World, *rows: tuple[str, Scores, Document]) -> None:
    """Land rows by one commit made by hand; within it they count in the order of their times."""
    files = dict(world.place(name, scores, **facts) for name, scores, facts in rows)
    world.commit("Runs", files)


def tried(name: str, side: str, scores: Scores = SAME) -> tuple[str, Scores, Document]:
    config = {"model.knob": "base", f"{side}.{name}": 1}
    return name, scores, {"config": config, "base": "base"}


def searched(world: World, each: int) -> None:
    """A baseline, and as many ruled out challengers on either side."""
    rows: list[tuple[str, Scores, Document]] = [("base", BASE, {})]
    rows += [tried(f"{side}-{i}", side) for side in ("system", "model") for i in range(each)]
    land(world, *rows)


def checked(world: World, command: str) -> Document:
    """The JSON answer of a command, which must be valid and end well; its text must end so too."""
    ran = world.homegolf(*OPTIONS[command], "--json")
    assert ran.code in ({0, 10} if command in ("plateau", "next") else {0}), ran.said
    answer: Document = ran.json()
    jsonschema.Draft7Validator(schema("report-v1")).validate(answer)
    assert answer["ok"] is True  # a plateau is an answer, no error
    if command in SEARCH:
        assert world.homegolf(*OPTIONS[command]).code == ran.code
    return answer


def refused(ran: Ran, code: int) -> None:
    assert ran.code == code, ran.said
    assert "Traceback" not in ran.said
    assert "bug" not in ran.codes()


class TestPlateau:
    """Exit 0 to go on, 10 when plateaued (section 6)."""

    def test_go_on_and_stop(self, world: World) -> None:
        searched(world, 9)
        answer = world.answer("plateau", "--lane", "home")
        assert {
            "state",
            "reasons",
            "p_upper",
            "n",
            "unresolved",
            "cleared",
            "needed",
            "sentence",
        } <= (set(answer))
        assert (answer["state"], answer["reasons"]) == ("inconclusive", ["too_few"])
        assert (answer["n"], answer["unresolved"], answer["needed"]) == (18, 0, 1)
        assert answer["cleared"] == {"system": 9, "model": 9}
        assert "1 more cleared challenger" in answer["sentence"]
        land(world, tried("one-more", "model"))
        answer = world.answer("plateau", "--lane", "home", code=10)
        assert (answer["state"], answer["reasons"], answer["needed"]) == ("plateaued", [], 0)
        ran = world.homegolf("plateau", "--lane", "home")
        assert (ran.code, ran.out.splitlines()[0]) == (10, "plateaued")
        quiet = world.homegolf("--quiet", "plateau", "--lane", "home")
        assert (quiet.code, quiet.said) == (10, "")
        land(world, ("oom", (), {}))
        answer = world.answer("plateau", "--lane", "home")
        assert set(answer["reasons"]) == {"too_few", "blockers"}
        assert "would be plateaued" in answer["sentence"]
        assert checked(world, "blockers")["lanes"]["home"]["open"][0]["runs"] == ["oom"]

    def test_new_rules_start_a_new_window(self, world: World) -> None:
        searched(world, 10)
        assert world.homegolf("plateau", "--lane", "home").code == 10
        world.lane(stop={"p_star": 0.3})
        assert world.answer("plateau", "--lane", "home")["n"] == 0

    @pytest.mark.parametrize("command", ["plateau", "deltas", "backtest"])
    def test_several_lanes_need_a_name(self, world: World, command: str) -> None:
        ran = world.homegolf(command, "--json")
        refused(ran, 2)
        assert "home" in ran.said

    @pytest.mark.parametrize(
        "arguments",
        [
            ("plateau", "--lane", "hom"),
            ("deltas", "--lane", "../x"),
            ("blockers", "--lane", "hom"),
            ("backtest", "--lane", "hom"),
            ("transfer", "--from", "hom", "--to", "h100"),
            ("transfer", "--from", "home", "--to", "x"),
        ],
    )
    def test_a_lane_that_is_not_there(self, world: World, arguments: tuple[str, ...]) -> None:
        ran = world.homegolf(*arguments, "--json")
        refused(ran, 1)
        assert ran.codes() == ["no_such_lane"]

    def test_one_lane_needs_no_name(self, world: World) -> None:
        (world.repo / "ledger/h100/lane.yaml").unlink()
        fresh = world.clone("fresh")
        shutil.rmtree(fresh.repo / ".git")
        fresh.git("init", "--quiet", "--initial-branch=main")
        fresh.commit("Open", {"ledger/home/lane.yaml": lane_text()})
        shutil.rmtree(fresh.repo / "ledger/h100")
        assert fresh.answer("plateau")["state"] == "no_incumbent"


class TestDeltas:
    """Every change of incumbent with gain and standard error; totals add up (section 7)."""

    def test_steps_and_totals(self, world: World) -> None:
        land(
            world,
            ("base", BASE, {}),
            ("better", BETTER, {"base": "base"}),
            ("worse", WORSE, {"base": "better"}),
            ("best", BEST, {"base": "better", "config": {"model.knob": "better", "system.x": 1}}),
        )
        answer = checked(world, "deltas")
        wanted = {"from", "to", "gain", "se", "attribution"}
        assert all(wanted <= set(step) for step in answer["steps"])
        assert [(s["from"], s["to"], s["attribution"]) for s in answer["steps"]] == [
            ("base", "better", "model"),
            ("better", "best", "system"),
        ]
        assert set(answer["totals"]) == {"model", "system"}
        assert set(answer["total"]) == {"gain", "se"}
        total = sum(side["gain"] for side in answer["totals"].values())
        assert total == pytest.approx(answer["total"]["gain"], abs=1e-12)
        assert answer["total"]["gain"] == pytest.approx(0.04)
        world.homegolf("scoreboard")
        page = (world.repo / "ledger/home/SCOREBOARD.md").read_text("utf-8")
        waterfall = page.split("What improved the score")[1].split("\n#")[0]
        assert waterfall.index("`best`") < waterfall.index("`better`")
        assert "+0.0400" in waterfall


CYCLE: list[tuple[str, Scores, Document]] = [
    ("base", BASE, {"base": "two"}),
    ("two", BETTER, {"base": "base", "source": {"revision": "aaaaaaa", "changed_paths": ["x"]}}),
    ("three", BEST, {"base": "four", "source": {"revision": "bbbbbbb", "changed_paths": ["x"]}}),
    ("four", WORSE, {"base": "three", "source": {"revision": "ccccccc", "changed_paths": ["x"]}}),
]
BOTH = {"model.knob": "both", "system.x": 1}
LEDGERS: dict[str, list[Any]] = {
    "no rows": [],
    "one row": [("base", BASE, {})],
    "one seed": [("base", (1.2,), {})],
    "only blocked": [("oom", (), {}), ("again", (), {})],
    "only invalid": [("bad", BASE, {"seeds_run": 0})],
    "never varies": [(name, (1.2, 1.2, 1.2), {"base": "a-0"}) for name in ("a-0", "b-1", "c-2")],
    "base is no row": [("base", BASE, {"base": "gone"}), ("better", BETTER, {"base": "gone"})],
    "cycle of bases": CYCLE,
    "missing cell": [
        ("base", BASE, {}),
        ("both", BEST, {"base": "base", "config": BOTH}),
        ("half", BETTER, {"base": "base", "config": {**BOTH, "model.knob": "base"}}),
    ],
    "retracted base": [("base", BASE, {}), ("better", BETTER, {"base": "base"})],
}


class TestOddLedgers:
    """Every command has an answer, whatever has landed."""

    @pytest.mark.parametrize(
        ("name", "contract"),
        [*((name, True) for name in LEDGERS), ("no rows", False), ("missing cell", False)],
    )
    def test_each_command_answers(self, world: World, name: str, contract: bool) -> None:
        if not contract:
            rules = row_text(lane_document() | {"contract": {}})
            world.commit("No numbers", {"ledger/home/lane.yaml": rules})
        if LEDGERS[name]:
            land(world, *LEDGERS[name])
        if name == "retracted base":
            ran = world.homegolf(
                "retract", "base", "--reason", "wrong", "--evidence", "seen", "--by", "me"
            )
            assert ran.code == 0, ran.said
        for command in OPTIONS:
            answer = checked(world, command)
            assert "NaN" not in json.dumps(answer)

    def test_what_is_said_of_them(self, world: World) -> None:
        assert world.answer(*OPTIONS["plateau"])["state"] == "no_incumbent"
        assert world.answer(*OPTIONS["deltas"])["steps"] == []
        assert world.answer(*OPTIONS["transfer"])["state"] == "unknown"
        assert world.answer(*OPTIONS["backtest"])["changed"] == []
        land(world, *LEDGERS["missing cell"])
        ablation = world.answer(*OPTIONS["deltas"])["steps"][0]["ablation"]
        assert ablation["missing"] == ["model"]

    def test_a_cycle_is_unknown(self, world: World) -> None:
        land(world, *CYCLE)
        steps = world.answer(*OPTIONS["deltas"])["steps"]
        assert [step["attribution"] for step in steps] == ["unknown", "unknown"]


class TestTransfer:
    """The same change in both lanes, by config and revision or by promotion tag."""

    def test_pairs(self, world: World) -> None:
        land(world, ("base", BASE, {}), ("better", BETTER, {"base": "base"}))
        config = {"config": {"model.knob": "base"}}
        land(
            world,
            ("up-base", (1.1,), {"lane": "h100", **config}),
            (
                "up-better",
                (1.09,),
                {"lane": "h100", "base": "up-base", "config": {"model.knob": "better"}},
            ),
        )
        answer = checked(world, "transfer")
        assert (answer["from"], answer["to"], answer["state"]) == ("home", "h100", "unknown")
        assert [(p["run_id"], p["upstream_run_id"]) for p in answer["pairs"]] == [
            ("better", "up-better")
        ]

    def test_a_lane_with_itself(self, world: World) -> None:
        land(world, ("base", BASE, {}), ("better", BETTER, {"base": "base"}))
        answer = world.answer("transfer", "--from", "home", "--to", "home", code=2)
        assert [item["code"] for item in answer["findings"]] == ["usage"]


class TestBacktest:
    """What other rules would have said: read only."""

    @pytest.fixture
    def ledger(self, world: World) -> World:
        land(
            world,
            ("base", BASE, {}),
            ("small", (1.1986, 1.1984, 1.1985, 1.1985), {"base": "base"}),
            ("better", BETTER, {"base": "base"}),
        )
        return world

    def test_another_delta_min(self, ledger: World) -> None:
        before = ledger.state()
        answer = checked(ledger, "backtest")
        assert ledger.state() == before
        changed = {row["run_id"]: row for row in answer["changed"]}
        assert changed["small"]["before"]["class"] == "noise"
        assert changed["small"]["after"]["class"] == "improvement"
        assert answer["incumbents"] == {
            "before": ["base", "better"],
            "after": ["base", "small", "better"],
        }
        assert answer["rows"] == 3

    @pytest.mark.parametrize("settings", [(), ("--set", "decision.delta_min=0.002")])
    def test_the_same_rules(self, ledger: World, settings: tuple[str, ...]) -> None:
        answer = ledger.answer("backtest", "--lane", "home", *settings)
        assert answer["changed"] == []

    def test_a_lane_file(self, ledger: World) -> None:
        path = ledger.root / "new.yaml"
        path.write_text(lane_text(decision={"delta_min": 0.001}), encoding="utf-8")
        answer = ledger.answer("backtest", "--lane", "home", "--lane-file", str(path))
        assert {row["run_id"] for row in answer["changed"]} >= {"small"}
        both = ("--lane-file", str(path), "--set", "decision.delta_min=0.002")
        assert ledger.answer("backtest", "--lane", "home", *both)["changed"] == []

    @pytest.mark.parametrize(
        "setting",
        ["", "=1", "decision.delta_min", "decision.delta_min.x=1", "lane.x=1"],
    )
    def test_a_setting_that_is_none(self, ledger: World, setting: str) -> None:
        refused(ledger.homegolf("backtest", "--lane", "home", "--set", setting, "--json"), 2)

    @pytest.mark.parametrize(
        "setting",
        [
            "decision.delta_min=small",
            "decision.delta_min=-1",
            "decision.delta_min=null",
            "decision.unknown=1",
            "decision=1",
            "lane=h100",
            "lane=X",
            "metric.direction=sideways",
            "metric.name=accuracy",
            "metric.name=val_loss",
            "attribution.config.model=x",
            "title=",
            "decision.delta_min=NaN",
            "decision.delta_min=Infinity",
            "decision.delta_min=1e999",
            'title="\\ud800"',
            "a..b=1",
            ".=1",
            "decision.block=" + "9" * 5000,
            "title=" + "[" * 100_000,
        ],
        ids=lambda setting: setting[:24].encode("unicode-escape").decode(),
    )
    def test_a_setting_that_does_not_fit(self, ledger: World, setting: str) -> None:
        ran = ledger.homegolf("backtest", "--lane", "home", "--set", setting, "--json")
        refused(ran, ran.code if ran.code in {1, 2} else 1)

    @pytest.mark.parametrize("setting", ["title=\x1b[31m\x00", "title=@ada | x", "claim=[1"])
    def test_text_of_a_setting_does_not_act(self, ledger: World, setting: str) -> None:
        for options in ((), ("--json",)):
            ran = ledger.homegolf("backtest", "--lane", "home", "--set", setting, *options)
            assert ran.code == 0, ran.said
            assert "\x1b" not in ran.said

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", None),
            ("[]\n", None),
            ("lane: [\n", None),
            ("schema: homegolf/lane/v1\n", None),
            (lane_text("h100"), "wrong_place"),
            (lane_text(metric={"name": "accuracy"}), None),
        ],
        ids=["empty", "a list", "broken", "half", "another lane", "another metric"],
    )
    def test_a_bad_lane_file(self, ledger: World, text: str, code: str | None) -> None:
        path = ledger.root / "bad.yaml"
        path.write_text(text, encoding="utf-8")
        ran = ledger.homegolf("backtest", "--lane", "home", "--lane-file", str(path), "--json")
        refused(ran, 1)
        assert ran.codes()
        assert code is None or code in ran.codes()

    def test_no_lane_file(self, ledger: World) -> None:
        ran = ledger.homegolf("backtest", "--lane", "home", "--lane-file", "gone.yaml", "--json")
        refused(ran, 1)

    def test_rules_that_were_deleted(self, ledger: World) -> None:
        """The rules before stay in force, so a backtest starts from those."""
        ledger.commit("Delete", {"ledger/home/lane.yaml": None})
        ran = ledger.homegolf(*OPTIONS["backtest"], "--json")
        assert ran.code in {0, 1}, ran.said
        assert "Traceback" not in ran.said

    def test_rules_that_cannot_be_read_any_more(self, ledger: World) -> None:
        ledger.commit("Break", {"ledger/home/lane.yaml": "lane: [\n"})
        ran = ledger.homegolf(*OPTIONS["backtest"], "--json")
        assert ran.code in {0, 1}, ran.said


class TestSource:
    """`record --source`: changed_paths from the trainer's own repository (section 7)."""

    @pytest.fixture
    def trainer(self, world: World) -> World:
        """A trainer's repository with two commits."""
        there = World(world.root, world.root / "trainer", world.home)
        there.repo.mkdir()
        there.git("init", "--quiet", "--initial-branch=main", "--template=")
        there.commit("One", {"src/a.py": "1\n", "src/b c.py": "1\n", "old.py": "1\n"})
        there.commit("Two", {"src/a.py": "2\n", "src/ü.py": "1\n", "old.py": None})
        return there

    CHANGED = ("old.py", "src/a.py", "src/ü.py")

    def revisions(self, trainer: World) -> tuple[str, str]:
        return trainer.git("rev-parse", "HEAD^"), trainer.head

    def rows(self, world: World, trainer: World, **facts: Any) -> Path:  # noqa: ANN401
        """A base at the first commit that has landed, and a row file at the second."""
        first, second = self.revisions(trainer)
        world.record("base", BASE, source={"revision": first, "dirty": False})
        source = {"revision": second, "dirty": False, "changed_paths": None}
        return world.row("next", SAME, **{"base": "base", "source": source, **facts})

    def record(self, world: World, trainer: World, row: Path, *options: str) -> Ran:
        return world.homegolf("record", "--source", str(trainer.repo), *options, str(row), "--json")

    def landed(self, world: World, name: str = "next") -> Document:
        found: Document = yaml.safe_load(
            world.git("show", f"HEAD:ledger/home/runs/2026-03/{name}.yaml")
        )
        return found

    @pytest.mark.parametrize("given", [None, ...], ids=["null", "absent"])
    def test_filled_in(self, world: World, trainer: World, given: Any) -> None:  # noqa: ANN401
        source: Document = {"revision": trainer.head, "dirty": False}
        if given is None:
            source["changed_paths"] = None
        ran = self.record(world, trainer, self.rows(world, trainer, source=source))
        assert ran.code == 0, ran.said
        assert ran.codes() == []
        assert tuple(self.landed(world)["source"]["changed_paths"]) == self.CHANGED
        assert world.answer("verify")["ok"] is True
        assert trainer.git("status", "--porcelain") == ""

    def test_it_gives_the_attribution(self, world: World, trainer: World) -> None:
        rules = {"config": {"model": ["model.*"]}, "paths": {"system": ["**"]}}
        world.lane(attribution=rules)
        config = {"config": {"model.knob": "base"}}
        self.record(world, trainer, self.rows(world, trainer, **config))
        assert world.verdicts()[-1]["attribution"] == "system"

    def test_short_revisions(self, world: World, trainer: World) -> None:
        first, second = self.revisions(trainer)
        world.record("base", BASE, source={"revision": first[:10]})
        row = world.row("next", SAME, base="base", source={"revision": second[:12]})
        assert self.record(world, trainer, row).code == 0
        assert tuple(self.landed(world)["source"]["changed_paths"]) == self.CHANGED

    def test_stated_paths_that_are_right(self, world: World, trainer: World) -> None:
        paths = list(reversed(self.CHANGED))
        source = {"revision": trainer.head, "changed_paths": paths}
        row = self.rows(world, trainer, source=source)
        ran = self.record(world, trainer, row)
        assert ran.code == 0, ran.said
        assert self.landed(world)["source"]["changed_paths"] == paths

    @pytest.mark.parametrize("paths", [[], ["src/a.py"], [*CHANGED, "more.py"]])
    def test_stated_paths_that_are_wrong(
        self, world: World, trainer: World, paths: list[str]
    ) -> None:
        source = {"revision": trainer.head, "changed_paths": paths}
        row = self.rows(world, trainer, source=source)
        before = world.state()
        ran = self.record(world, trainer, row)
        refused(ran, 1)
        assert ran.codes() == ["wrong_paths"]
        assert world.state() == before

    @pytest.mark.parametrize(
        "facts",
        [
            {"source": {"revision": "0123456789abcdef"}},
            {"source": {"revision": None}},
            {"base": None, "source": {"revision": "HEAD-revision"}},
            {"base": "gone", "source": {"revision": "HEAD-revision"}},
        ],
        ids=["not there", "null", "no base", "base not landed"],
    )
    def test_what_cannot_be_computed_is_a_warning(
        self, world: World, trainer: World, facts: Document
    ) -> None:
        source = dict(facts["source"])
        if source["revision"] == "HEAD-revision":
            source["revision"] = trainer.head
        row = self.rows(world, trainer, **{**facts, "source": source})
        ran = self.record(world, trainer, row)
        assert ran.code == 0, ran.said
        found = {item["code"]: item["severity"] for item in ran.json()["findings"]}
        assert found["unknown_paths"] == "warning"
        assert self.landed(world)["source"].get("changed_paths") is None

    def test_a_base_whose_revision_is_not_there(self, world: World, trainer: World) -> None:
        world.record("base", BASE)
        row = world.row("next", SAME, base="base", source={"revision": trainer.head})
        ran = self.record(world, trainer, row)
        assert (ran.code, ran.codes()) == (0, ["unknown_paths"])

    def test_the_same_revision_has_no_path(self, world: World, trainer: World) -> None:
        world.record("base", BASE, source={"revision": trainer.head})
        row = world.row("next", SAME, base="base", source={"revision": trainer.head})
        assert self.record(world, trainer, row).code == 0
        assert self.landed(world)["source"]["changed_paths"] == []

    def test_a_dry_run_says_the_same(self, world: World, trainer: World) -> None:
        row = self.rows(world, trainer)
        before = world.state()
        assert self.record(world, trainer, row, "--dry-run").code == 0
        assert world.state() == before

    def test_recorded_again_it_does_nothing(self, world: World, trainer: World) -> None:
        row = self.rows(world, trainer)
        assert self.record(world, trainer, row).code == 0
        before = world.head
        ran = self.record(world, trainer, row)
        assert ran.code == 0, ran.said
        assert ran.json()["already_landed"] == ["next"]
        assert world.head == before

    def test_a_chain_recorded_at_once(self, world: World, trainer: World) -> None:
        """The base of the second row is the first, which lands just before it."""
        first, second = self.revisions(trainer)
        rows = [
            world.row("base", BASE, source={"revision": first}),
            world.row("next", SAME, base="base", source={"revision": second}),
        ]
        ran = world.homegolf("record", "--source", str(trainer.repo), *map(str, rows), "--json")
        assert ran.code == 0, ran.said
        assert tuple(self.landed(world)["source"]["changed_paths"]) == self.CHANGED

    def test_a_source_that_is_no_repository(self, world: World, trainer: World) -> None:
        row = self.rows(world, trainer)
        for path in (world.root / "gone", world.home):
            ran = world.homegolf("record", "--source", str(path), str(row), "--json")
            refused(ran, 4)

    def test_a_row_that_cannot_be_read_stays_the_finding(
        self, world: World, trainer: World
    ) -> None:
        bad = world.root / "bad.yaml"
        bad.write_text("run_id: [\n", encoding="utf-8")
        refused(self.record(world, trainer, bad), 1)

    def test_hostile_settings_of_the_trainer_do_not_count(
        self, world: World, trainer: World
    ) -> None:
        trainer.git("config", "diff.noprefix", "true")
        trainer.git("config", "diff.external", "false")
        trainer.git("config", "core.quotePath", "true")
        trainer.git("config", "diff.relative", "true")
        row = self.rows(world, trainer)
        ran = world.homegolf("record", "--source", str(trainer.repo / "src"), str(row), "--json")
        assert ran.code == 0, ran.said
        assert tuple(self.landed(world)["source"]["changed_paths"]) == self.CHANGED
