"""`homegolf demo`: the whole job on a small model, with a real remote and real seed noise."""

import json
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from homegolf_git.commands.draft import Request
from homegolf_git.commands.record import RecordOptions, record_drafted
from homegolf_git.commands.scoreboard import scoreboard
from homegolf_git.commands.status import status
from homegolf_git.commands.tags import sync
from homegolf_git.commands.verdicts import verdicts
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.draft import DraftFacts
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.values import Value
from homegolf_git.core.views import demo as view
from homegolf_git.errors import Exit, HomegolfError, environment_error, refused
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.datafiles import data_folder
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reporters import Answer

LANE = "demo-cpu"
PROCESSES = 2
_FULL_SPLIT = 40_000  # bytes that the trainer holds out
_FAILURES = {3: ("oom", "train"), 4: ("diverged", "train")}  # by the trainer's exit code


class Step(Value, frozen=True):
    """One row of the demo: a config of the trainer, run with these seeds."""

    run_id: str
    config: str
    seeds: tuple[int, ...]
    kind: str
    summary: str
    base: str | None = None
    validation_tokens: int = _FULL_SPLIT
    resolves: tuple[str, ...] = ()


STEPS = (
    Step("baseline", "baseline", (1, 2, 3, 4), "rerun", "the first config"),
    Step("tiny-decay", "within_noise", (11, 12, 13), "model", "weight decay 0.0001", "baseline"),
    Step("wide", "oom", (1,), "model", "ten trillion hidden units", "baseline"),
    Step("half-scored", "better_lr", (1,), "model", "scored on half of the text", "baseline", 20_000),
    Step("slow-lr", "regression", (1, 2, 3), "model", "learning rate 0.001", "baseline"),
    Step("hot-lr", "diverging", (1,), "model", "learning rate 1000000", "baseline"),
    Step("lr-24", "better_lr", (1, 2, 3), "model", "learning rate 0.024", "baseline"),
    Step("lr-24-again", "better_lr", (21, 22), "rerun", "fresh seeds of the winner", "lr-24"),
    Step(
        "big-batch", "bigger_batch", (1, 2, 3), "system", "512 bytes a step", "lr-24",
        resolves=("wide",),
    ),
)  # fmt: skip


class _Ran(Value, frozen=True):
    """How one seed ended: the trainer's exit code, its report, and its last words."""

    code: int
    report: Path
    said: str


def demo(into: Path | None, tell: Callable[[str], None]) -> Answer[view.Shown]:
    """Train, record, judge and tag in a scratch folder; `tell` is told each step as it begins."""
    if find_spec("numpy") is None:
        raise environment_error("no_numpy", "numpy is not installed, and the trainer needs it")
    top = _scratch(into)
    work = Workspace(_make_repository(top))
    repo = work.repo()
    revision = str(repo.head())
    for number, step in enumerate(STEPS, start=1):
        seeds = ", ".join(map(str, step.seeds))
        tell(f"[{number}/{len(STEPS)}] {step.run_id}: {step.summary} (seeds {seeds})")
        runs = _train(work.path / "trainer" / "train.py", top / "runs" / step.run_id, step)
        _record(work, step, runs, revision)
        _git(repo, "push", "--quiet", "origin", "main")
        sync(work, "origin")
    scoreboard(work, only_check=False)
    _git(repo, "add", "--", "ledger")
    _git(repo, "commit", "--quiet", "--message", "Write the scoreboard")
    _git(repo, "push", "--quiet", "origin", "main")
    shown = view.Shown(
        str(work.path), str(top / "remote.git"), verdicts(work, LANE).result, status(work, LANE).result,
        repo.run("tag", "--list").text.split(), _program(),
    )  # fmt: skip
    return Answer(shown, view.text, view.json)


def _scratch(into: Path | None) -> Path:
    if into is None:
        return Path(tempfile.mkdtemp(prefix="homegolf-demo-"))
    try:
        if into.is_symlink() or (into.exists() and (not into.is_dir() or any(into.iterdir()))):
            raise refused(finding("in_the_way", f"{into} is no empty folder", str(into)))
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(finding("cannot_write", f"{into}: {error.strerror}", str(into))) from error
    return into.resolve()


def _make_repository(top: Path) -> Path:
    """A bare remote and a clone of it that holds the trainer, the lane and the ladder."""
    work, remote = top / "ledger-repository", top / "remote.git"
    example = data_folder("examples") / "trainer"
    for folder in (remote, work):
        folder.mkdir()
    GitRepo.init(remote, bare=True)
    GitRepo.init(work)
    repo = GitRepo(work)
    _git(repo, "config", "user.name", "Demo")
    _git(repo, "config", "user.email", "demo@example.org")
    _git(repo, "config", "commit.gpgSign", "false")
    _git(repo, "config", "tag.gpgSign", "false")
    _git(repo, "remote", "add", "origin", str(remote))
    for name in ("train.py", "configs.json"):
        (work / "trainer").mkdir(exist_ok=True)
        shutil.copyfile(example / name, work / "trainer" / name)
    (work / "ledger" / LANE).mkdir(parents=True)
    shutil.copyfile(example / "lane.yaml", work / "ledger" / LANE / "lane.yaml")
    ladder = {"schema": "homegolf/ladder/v1", "lanes": [LANE]}
    (work / "ledger" / "ladder.yaml").write_text(rowyaml.dump(ladder), encoding="utf-8")
    _git(repo, "add", "--all")
    _git(repo, "commit", "--quiet", "--message", "Add the trainer and the rules of its lane")
    _git(repo, "push", "--quiet", "--set-upstream", "origin", "main")
    return work


def _git(repo: GitRepo, *arguments: str) -> None:
    ran = repo.run(*arguments)
    if ran.code:
        message = f"git {arguments[0]}: {ran.error}"
        raise HomegolfError(Exit.ENVIRONMENT, finding("demo_failed", message))


def _train(trainer: Path, folder: Path, step: Step) -> list[_Ran]:
    """Run every seed of a step, as many at once as there are processes."""
    folder.mkdir(parents=True)
    configs = json.loads((trainer.parent / "configs.json").read_text(encoding="utf-8"))
    config = folder / "config.json"
    config.write_text(json.dumps(configs[step.config]), encoding="utf-8")

    def run_seed(seed: int) -> _Ran:
        place = folder / f"seed-{seed}"
        ran = subprocess.run(  # noqa: S603 - the trainer that comes with the program
            [sys.executable, str(trainer), "--config", str(config), "--seed", str(seed),
             "--out", str(place), "--validation-tokens", str(step.validation_tokens)],
            capture_output=True, encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
        report = place / "report.json"
        if ran.returncode == 0:
            report = report.rename(place / f"report-seed-{seed}.json")
        return _Ran(ran.returncode, report, (ran.stderr.strip().splitlines() or [""])[-1])

    with ThreadPoolExecutor(PROCESSES) as pool:
        return list(pool.map(run_seed, step.seeds))


def _record(work: Workspace, step: Step, runs: Sequence[_Ran], revision: str) -> None:
    scored = [ran.report for ran in runs if ran.code == 0]
    failed = next((ran for ran in runs if ran.code), None)
    if failed is not None and failed.code not in _FAILURES:
        raise refused(finding("demo_failed", f"the trainer ended with: {failed.said}"))
    failure = (*_FAILURES[failed.code], failed.said[:200]) if failed else None
    config = json.loads((work.path / "trainer" / "configs.json").read_text(encoding="utf-8"))
    facts = DraftFacts(
        run_id=step.run_id,
        finished_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        submitter="demo",
        base=step.base,
        change_kind=step.kind,
        change_summary=step.summary,
        revision=revision,
        is_dirty=False,
        evaluation_mode="held_out_text",
        split="the end of pydoc_data.topics",
        seeds_planned=len(step.seeds),
        train_seconds_budget=60,
        config=config[step.config],
        hardware=((f"CPU {platform.machine() or 'core'}", 1),),
        failure=failure,
        resolves=step.resolves,
    )
    if record_drafted(work, Request(LANE, tuple(scored), facts), RecordOptions()).code != Exit.OK:
        raise refused(finding("demo_failed", f"{step.run_id} was not recorded"))


def _program() -> str:
    """The program as it was called, so that the lines above can be pasted."""
    called = Path(sys.argv[0])
    return str(called) if called.name in ("homegolf", "git-homegolf") else "homegolf"
