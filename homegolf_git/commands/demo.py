"""`homegolf demo`: the whole job on a small model, with a real remote and real seed noise."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from homegolf_git.commands.capture import CaptureRequest, capture
from homegolf_git.commands.judge import judge
from homegolf_git.commands.loop import LoopRequest, loop
from homegolf_git.commands.loop_source import queue
from homegolf_git.commands.next import Budget, next_runs
from homegolf_git.commands.scoreboard import scoreboard
from homegolf_git.commands.status import status
from homegolf_git.commands.tags import sync
from homegolf_git.commands.verdicts import verdicts
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.draft import DraftFacts
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.search.looping import Attempt
from homegolf_git.core.views import demo as view
from homegolf_git.core.views.loop import Looped
from homegolf_git.errors import Exit, HomegolfError, environment_error, refused
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.datafiles import data_folder
from homegolf_git.shell.files.unwritten import unwritten
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reporters import Answer

LANE = "demo-cpu"
_FULL_SPLIT = 40_000  # bytes that the trainer holds out
_FAIL = ("oom",)  # configs that are to end without a score
_SPLIT = "the end of pydoc_data.topics"
_LOOP_RUNS = 30
IDEAS: tuple[tuple[str, dict[str, Json]], ...] = (
    ("learning rate 0.030", {"learning_rate": 0.030}),
    ("weight decay 0.0002", {"weight_decay": 0.0002}),
    ("half of the hidden units", {"hidden_dim": 64}),
)


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


def demo(into: Path | None, tell: Callable[[str], None]) -> Answer[view.Shown]:
    """Train, record, judge and tag in a scratch folder; `tell` is told each step as it begins."""
    if find_spec("numpy") is None:
        raise environment_error("no_numpy", "numpy is not installed, and the trainer needs it")
    top = _scratch(into)
    work = Workspace(_make_repository(top))
    repo = work.repo()
    for number, step in enumerate(STEPS, start=1):
        seeds = ", ".join(map(str, step.seeds))
        tell(f"[{number}/{len(STEPS)}] {step.run_id}: {step.summary} (seeds {seeds})")
        _capture(work, step, top / "runs" / step.run_id)
        _push(work, repo)
    tell(f"a loop of {len(IDEAS)} ideas, until it is honest to stop")
    looped = _loop(work, top / "runs" / "loop", tell).result
    _push(work, repo)
    scoreboard(work, only_check=False)
    _git(repo, "add", "--", "ledger")
    _git(repo, "commit", "--quiet", "--message", "Write the scoreboard")
    _git(repo, "push", "--quiet", "origin", "main")
    shown = view.Shown(
        str(work.path), str(top / "remote.git"), verdicts(work, LANE).result, status(work, LANE).result,
        repo.run("tag", "--list").text.split(), looped, judge(work, None, LANE).result,
        next_runs(work, LANE, Budget(), settles=False).result, _program(),
    )  # fmt: skip
    return Answer(shown, view.text, view.json)


def _push(work: Workspace, repo: GitRepo) -> None:
    _git(repo, "push", "--quiet", "origin", "main")
    sync(work, "origin")


def _scratch(into: Path | None) -> Path:
    if into is None:
        return Path(tempfile.mkdtemp(prefix="homegolf-demo-"))
    try:
        if into.is_symlink() or (into.exists() and (not into.is_dir() or any(into.iterdir()))):
            raise refused(finding("in_the_way", f"{into} is no empty folder", str(into)))
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritten(error, into) from error
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


def _capture(work: Workspace, step: Step, place: Path) -> None:
    """Run every seed of a step, and land its row."""
    place.mkdir(parents=True)
    config = _configs(work)[step.config]
    facts = DraftFacts(
        run_id=step.run_id, submitter="demo", base=step.base, change_kind=step.kind,
        change_summary=step.summary, seeds=step.seeds, split=_SPLIT, train_seconds_budget=60,
        config=config, resolves=step.resolves,
    )  # fmt: skip
    words = _command(work, place, step.validation_tokens)
    wanted = CaptureRequest(
        LANE, words, facts, reports=(_report(place),), folder=work.path, source=work.path
    )
    captured = capture(work, wanted, os.environ, prints_to=-1).result
    verdict = captured.decision.verdict
    if verdict.verdict_class == "blocked" and step.config not in _FAIL:
        raise refused(finding("demo_failed", f"{step.run_id}: {verdict.sentence}"))


def _command(work: Workspace, place: Path, tokens: int) -> tuple[str, ...]:
    trainer = work.path / "trainer" / "train.py"
    return (
        sys.executable, str(trainer), "--config", "{config}", "--seed", "{seed}",
        "--out", str(place / "seed-{seed}"), "--validation-tokens", str(tokens),
    )  # fmt: skip


def _report(place: Path) -> Path:
    return place / "seed-{seed}" / "report.json"


def _configs(work: Workspace) -> dict[str, dict[str, Json]]:
    found: dict[str, dict[str, Json]] = json.loads(
        (work.path / "trainer" / "configs.json").read_text(encoding="utf-8")
    )
    return found


def _loop(work: Workspace, place: Path, tell: Callable[[str], None]) -> Answer[Looped]:
    """A handful of ideas, tried until there is nothing left that is worth a run."""
    base = _configs(work)["bigger_batch"]
    ideas = [Attempt(words, {**base, **change}) for words, change in IDEAS]
    wanted = LoopRequest(
        LANE, _command(work, place, _FULL_SPLIT), max_runs=_LOOP_RUNS, source=work.path,
        folder=work.path, reports=(_report(place),),
    )  # fmt: skip
    answer = loop(work, wanted, queue(ideas, "demo"), os.environ, lambda line: tell(f"  {line}"))
    assert isinstance(answer.result, Looped)  # noqa: S101 - it was no dry run
    return answer


def _program() -> str:
    """The program as it was called, so that the lines above can be pasted."""
    called = Path(sys.argv[0])
    return str(called) if called.name in ("homegolf", "git-homegolf") else "homegolf"
