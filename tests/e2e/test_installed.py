"""Every command of the built wheel works beside the locked packages alone, which hold no numpy."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.installed import install
from tests.e2e.test_startup import COMMANDS
from tests.e2e.world import BASE, BETTER, GIT, LANE, Ran, World, clean_environment

# What each command is called with, and how it ends: a new command needs its line here.
CALLS: dict[str, tuple[str, int]] = {
    "check": ("--base HEAD~1 --head HEAD", 0),
    "submit": ("../inbox/next.yaml", 0),
    "promote": ("better --to h100 --dry-run", 1),
    "verify": ("", 0),
    "audit": ("--witness ../witness.json", 1),  # nobody has made the tags
    "doctor": ("--fix", 0),
    "verdicts": ("", 0),
    "status": ("", 0),
    "explain": ("better", 0),
    "log": ("", 0),
    "record": ("../inbox/next.yaml", 0),
    "draft": (f"--lane {LANE} --failure oom --set model.knob=3", 0),
    "loop": (f"--lane {LANE} --queue ../ideas.jsonl --run true --dry-run", 0),
    "capture": (f"--lane {LANE} --set model.knob=3 -- echo val_bpb", 23),
    "plateau": (f"--lane {LANE}", 0),
    "deltas": (f"--lane {LANE}", 0),
    "blockers": ("", 0),
    "transfer": (f"--from {LANE} --to h100", 0),
    "backtest": (f"--lane {LANE} --set decision.delta_min=0.1", 0),
    "retract": ("better --reason wrong --evidence issue-1 --by me", 0),
    "init": ("--lane other", 0),
    "scoreboard": ("", 0),
    "demo": ("--into ../demo", 4),
    "publish": ("--push origin", 0),
    "import": (f"autoresearch ../inbox/results.tsv --lane {LANE} --dry-run", 0),
    "show": ("better", 0),
    "diff": ("base better", 0),
    "export": ("--format sqlite -o ../runs.sqlite", 0),
    "site build": ("-o ../site", 0),
    "judge": ("better", 0),
    "next": (f"--lane {LANE}", 0),
    "seen": (f"--lane {LANE} something new", 0),
    "tags sync": ("--push origin", 0),
    "tags verify": ("", 1),  # nobody has made the tags
}


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the installed programs."""
    return install(wheel, tmp_path_factory.mktemp("installed") / "venv")


@pytest.fixture(scope="module")
def prepared(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small ledger with a remote, and a row that has not landed."""
    root = tmp_path_factory.mktemp("prepared") / "root"
    shutil.copytree(template, root)
    world = World(root, root / "repo", root / "home")
    with clean_environment(world.home):
        world.git("init", "--quiet", "--bare", "../origin.git")
        world.git("remote", "add", "origin", "../origin.git")
        world.lane("h100", needs_promotion_from=LANE, promotion={"max_in_flight": 1})
        world.record("base", BASE)
        world.record("wide", (), config={"model.knob": "wide"})
        world.record("better", BETTER)
        world.row("next", BETTER)
        log = "commit\tval_bpb\tmemory_gb\tstatus\tdescription\na1b2c3d\t1.1\t44.0\tkeep\tone\n"
        (root / "inbox" / "results.tsv").write_text(log)
        (root / "ideas.jsonl").write_text('{"config": {"lr": 1}}\n')
        world.git("push", "--quiet", "origin", "main")
    return root


@pytest.fixture
def call(programs: Path, prepared: Path, world: World, tmp_path: Path) -> Callable[..., Ran]:
    """Run an installed program inside a copy of the prepared ledger."""
    root = tmp_path / "copy"
    shutil.copytree(prepared, root)
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}

    def run(program: str, *arguments: str) -> Ran:
        ran = subprocess.run(
            [programs / program, *arguments],
            cwd=root / world.repo.name,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    return run


def test_numpy_is_not_there(call: Callable[..., Ran]) -> None:
    """Or the tests below would prove nothing."""
    for module in ("numpy", "scipy", "pytest"):
        assert "ModuleNotFoundError" in call("python", "-c", f"import {module}").err
    assert "installed" in call("python", "-c", "import homegolf_git as h; print(h.__file__)").out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_works(call: Callable[..., Ran], name: str) -> None:
    arguments, code = CALLS[name]
    ran = call("homegolf", *name.split(), *arguments.split())
    assert ran.code == code, ran.said
    assert "Traceback" not in ran.said


def test_a_trainer_gets_its_ledger(call: Callable[..., Ran], tmp_path: Path) -> None:
    """What `init --from` writes comes with the wheel."""
    there = tmp_path / "trainer"
    shutil.copytree(Path(__file__).parents[1] / "fixtures" / "autoresearch", there)
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message=Begin")):
        subprocess.run([GIT, *words], cwd=there, check=True)
    ran = call("homegolf", "--repo", str(there), "init", "--from", "autoresearch")
    assert ran.code == 0, ran.said
    assert (there / "homegolf.md").is_file()


def test_the_demo_says_how_to_get_numpy(call: Callable[..., Ran], tmp_path: Path) -> None:
    ran = call("homegolf", "demo", "--into", str(tmp_path / "demo"))
    assert ran.code == 4
    assert "error[no_numpy]" in ran.err
    assert "pip install 'homegolf-git[demo]'" in ran.err
    assert not (tmp_path / "demo").exists()
