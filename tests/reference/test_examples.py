"""Every command line that a page or a help text shows runs, on the ledger of this repository or a page's own."""

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer

from homegolf_git.cli.app import app
from tests.e2e.world import BASE, BEST, BETTER, WORSE, World, clean_environment, lane_text

TOP = Path(__file__).parents[2]
OURS, DEMO, STORY, BESIDE, LOOP = "ours", "demo", "story", "beside", "loop"
# Whose ledger a page is about, where that is not this repository's.
PAGES = {
    "loop.md": STORY, "trust.md": DEMO,
    "reading.md": DEMO, "tags.md": DEMO, "search.md": STORY, "rows.md": STORY,
    "submitting.md": STORY, "maintaining.md": STORY, "lanes.md": STORY,
    "branch.md": BESIDE, "loops.md": LOOP,
}  # fmt: skip
# Pages whose commands are tried elsewhere: those of the help texts, and one that is run as a whole.
ELSEWHERE = {"commands.md", "tutorial.md"}
# Why a command line that is shown ends with 1: it is there to show what is refused.
REFUSED = {
    "homegolf record bad-run.yaml": "shows what is wrong with a file",
    "homegolf record fix1.yaml": "shows what may not be resolved",
    "homegolf submit --dry-run fast.yaml": "shows what the gate refuses",
    "homegolf promote 20260328c --to h100 --dry-run": "no lane here has an incumbent yet",
    "homegolf promote 20260328c --to h100 --push origin": "no lane here has an incumbent yet",
    "homegolf promote fused-proved --to up --push origin": "a test of its own runs it to the end",
    "homegolf loop --lane local-cluster --queue ideas.jsonl --run 'python train.py --seed {seed} --config {config}'": "there is no trainer here",
    "homegolf loop --agent 'my-agent --file train.py' --run 'python train.py' --max-hours 8": "there is no agent here",
    "homegolf scoreboard --check": "says that a file is stale",
}
# Which command lines are not run here, and why.
EXCEPTIONS: dict[str, str] = {
    "homegolf loop --lane h100 --queue ideas.jsonl --launcher slurm    --run 'python train.py --seed {seed} --config {config}'": "make test-cluster runs such a loop",
    "homegolf audit --witness ../witness.json --signers ~/.ssh/allowed_signers": "tests/e2e/test_audit.py runs it: whom somebody trusts is his own",
    "homegolf judge": "test_tutorial.py runs it behind a capture",
    "homegolf demo": "tests/e2e/test_demo.py runs it: it trains for a minute",
    "homegolf demo --into demo-ledger": "the same",
    'homegolf record --receipt report-1.json --receipt report-2.json --receipt report-3.json    --run-id fused --summary "fused step" --kind system': "tests/e2e/test_trainers.py runs it",
}


class Shown(NamedTuple):
    """A command line, and where it is shown."""

    page: str
    line: str


def commands_in(text: str) -> Iterator[str]:
    """The calls of `homegolf` in the code blocks of a page."""
    for block in re.findall(r"^```(?:sh|console|text)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for line in block.replace("\\\n", " ").splitlines():
            words = line.removeprefix("$ ").removeprefix("while ")
            if words.startswith("homegolf ") and "..." not in words:
                yield re.split(r" +#|;| \|", words)[0].strip()


def leaves(command: Any, words: str = "homegolf") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - typer's own
    """Every command with its words, and what its help ends with."""
    inner = getattr(command, "commands", {})
    yield words, command.epilog or ""
    for name, item in inner.items():
        yield from leaves(item, f"{words} {name}")


def shown() -> list[Shown]:
    """All that is shown."""
    found = []
    for path in (TOP / "README.md", *sorted((TOP / "docs").glob("*.md"))):
        if path.name not in ELSEWHERE:
            found += [Shown(path.name, line) for line in commands_in(path.read_text("utf-8"))]
    for words, epilog in leaves(typer.main.get_command(app)):
        said = epilog.partition("Example: ")[2].partition(" Every command also")[0].rstrip(".")
        for line in said.split("; "):
            text = line.removeprefix("while ")
            if text.startswith("homegolf"):
                found.append(Shown(words, text))
    return list(dict.fromkeys(found))


SHOWN = shown()


def test_there_are_many() -> None:
    assert len(SHOWN) > 60
    assert {page for page, _ in SHOWN} >= {"README.md", *PAGES}
    lines = {line for _, line in SHOWN}
    assert REFUSED.keys() | EXCEPTIONS.keys() <= lines


# --- the ledgers


def begin(root: Path) -> World:
    """An empty repository."""
    world = World(root, root / "repo", root / "home")
    for folder in (world.repo, world.home):
        folder.mkdir(parents=True)
    world.git("init", "--quiet", "--initial-branch=main")
    return world


def published(world: World) -> None:
    """A remote that has everything so far."""
    world.git("clone", "--quiet", "--bare", str(world.repo), str(world.root / "remote.git"))
    world.git("remote", "add", "origin", str(world.root / "remote.git"))
    world.git("fetch", "--quiet", "origin")


def proposed(world: World, **facts: Any) -> None:  # noqa: ANN401 - JSON values
    """A row ahead of the remote's main branch, as a pull request has it, and one ahead of that."""
    world.git("switch", "--quiet", "--create", "topic")
    for run_id in ("proposed", "later"):
        ran = world.homegolf("record", str(world.row(run_id, (), **facts)))
        assert ran.code == 0, ran.said
    world.git("update-ref", "refs/homegolf/head", "HEAD")
    world.git("reset", "--quiet", "--hard", "HEAD~")
    world.git("push", "--quiet", "origin", "topic")


def ours(root: Path) -> World:
    """The ledger of this repository, with what else of it examples name."""
    world = begin(root)
    for name in ("ledger", "examples", "schemas"):
        shutil.copytree(TOP / name, world.repo / name)
    for path in (world.repo / "ledger").glob("public-*/runs"):
        shutil.rmtree(path)  # 186 rows that each example would copy and read
    world.commit("All", {"README.md": "x\n"})
    world.git("add", "--all")
    world.git("commit", "--quiet", "--message", "The ledger")
    (world.repo / "ideas.jsonl").write_text('{"config": {"lr": 0.1}}\n', "utf-8")
    (world.repo / "columns.yaml").write_text("bpb: val_bpb\nlr: config.lr\n", "utf-8")
    (world.repo / "runs.csv").write_text("bpb,lr\n1.25,0.04\n", "utf-8")
    (world.repo / "results.tsv").write_text(
        "commit\tval_bpb\tstatus\tdescription\nabc1234\t1.25\tkeep\tbaseline\n", "utf-8"
    )
    (world.repo / "submissions.json").write_text(
        '[{"folder": "2026-03-20_One", "val_bpb": 1.2}]', "utf-8"
    )
    published(world)
    proposed(world, lane="local-cluster", finished_at="2026-04-03T10:00:00Z")
    return world


def demo(root: Path) -> World:
    """A ledger with the lane and the runs of the demo, of which the last two are its incumbents."""
    world = begin(root)
    lane = "demo-cpu"
    world.commit("Open", {f"ledger/{lane}/lane.yaml": lane_text(lane, contract={"evaluation_modes": ["full", "held_out_text"]})})  # fmt: skip
    facts: dict[str, Any] = {"lane": lane}
    for run_id, scores in (("baseline", BASE), ("lr-24", BETTER), ("big-batch", BEST)):
        world.record(run_id, scores, **facts)
    assert world.homegolf("tags", "sync").code == 0
    published(world)
    report = '{"seed": 4, "final": {"val_bpb": 1.15}}'
    (world.repo / "report.json").write_text(report, "utf-8")
    return world


def story(root: Path) -> World:
    """The lanes and runs of the guides: `tiny` below `up`, and `local` below `above`."""
    world = begin(root)
    world.commit("Open", {
        f"ledger/{name}/lane.yaml": lane_text(name) for name in ("tiny", "local", "up", "above", "demo-cpu")
    } | {
        "ledger/up/lane.yaml": lane_text("up", needs_promotion_from="tiny", promotion={"max_in_flight": 1}),
        "ledger/ladder.yaml": "schema: homegolf/ladder/v1\nlanes: [tiny, up, local, above, demo-cpu]\n",
    })  # fmt: skip
    for run_id, lane, scores in (
        ("start", "tiny", BASE), ("fused-proved", "tiny", BETTER), ("clip", "tiny", WORSE),
        ("rate-2", "local", BASE), ("u-rate", "above", BASE),
    ):  # fmt: skip
        world.record(run_id, scores, lane=lane)
    world.git("switch", "--quiet", "--create", "run/clip-two")
    world.record("clip-two", BEST, lane="tiny")
    world.git("switch", "--quiet", "main")
    published(world)
    shutil.copytree(world.repo, world.root / "trainer")
    proposed(world, lane="tiny")
    for run_id in ("first-run", "fused"):
        shutil.copy(world.row(run_id, BEST, lane="tiny"), world.repo)
    for run_id, facts in (("bad-run", {"verification": "no"}), ("fast", {"seeds_run": 1}), ("fix1", {"resolves": ["clip"]})):  # fmt: skip
        shutil.copy(world.row(run_id, BEST, lane="tiny", **facts), world.repo)
    shutil.copy(world.row("oom1", (), lane="tiny"), world.repo)
    (world.repo / "report.json").write_text('{"seed": 4, "final": {"val_bpb": 1.15}}', "utf-8")
    (world.repo / "ideas.jsonl").write_text('{"config": {"lr": 0.1}}\n', "utf-8")
    return world


def beside(root: Path) -> World:
    """A trainer's repository whose ledger has a branch of its own."""
    world = begin(root)
    world.commit("Source", {"train.py": "x\n"})
    assert world.homegolf("init", "--branch", "homegolf").code == 0
    world.git("add", "--all")
    world.git("commit", "--quiet", "--message", "Workflows")
    published(world)
    (world.repo / ".git" / "info" / "exclude").write_text("clip-1.yaml\n", "utf-8")
    shutil.copy(world.row("clip-1", BASE, lane="local-cluster"), world.repo)
    return world


def loop(root: Path) -> World:
    """An autoresearch repository with a log of runs, and its ledger."""
    world = begin(root)
    shutil.copytree(TOP / "tests" / "fixtures" / "autoresearch", world.repo, dirs_exist_ok=True)
    world.git("add", "--all")
    world.git("commit", "--quiet", "--message", "Baseline")
    assert world.homegolf("init", "--from", "autoresearch").code == 0
    published(world)
    return world


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each ledger, to be copied."""
    found = {}
    for name, make in ((OURS, ours), (DEMO, demo), (STORY, story), (BESIDE, beside), (LOOP, loop)):
        found[name] = tmp_path_factory.mktemp(name)
        with clean_environment(found[name] / "home"):
            make(found[name])
    return found


def with_lane(line: str) -> str:
    """A guide's ledger has one lane; the one that is used here has those of all guides."""
    words = line.split()
    needs = {"deltas", "backtest", "plateau"} & set(words[1:2])
    return f"{line} --lane local" if needs and "--lane" not in words else line


@pytest.mark.parametrize("number", range(len(SHOWN)), ids=[f"{page}: {line[:70]}" for page, line in SHOWN])  # fmt: skip
def test_it_runs(tmp_path: Path, grounds: dict[str, Path], number: int) -> None:
    page, line = SHOWN[number]
    if line in EXCEPTIONS:
        return
    needs_beside = "init --branch" in line or "--agent" in line or '"as it is"' in line
    ground = BESIDE if needs_beside else PAGES.get(page, OURS)
    ground = LOOP if "init --from" in line else ground
    shutil.copytree(grounds[ground], tmp_path, dirs_exist_ok=True, symlinks=True)
    with clean_environment(tmp_path / "home"):
        world = World(tmp_path, tmp_path / "repo", tmp_path / "home")
        world.git("remote", "set-url", "origin", str(tmp_path / "remote.git"))
        os.environ.update(BASE="main", HEAD="topic", GITHUB_STEP_SUMMARY=str(tmp_path / "summary"))
        text = with_lane(line) if ground == STORY else line
        ran = world.homegolf(*shlex.split(os.path.expandvars(text))[1:])
    allowed = {0, 1, 10} if line in REFUSED else {0, 10, 20, 21, 22, 23}
    assert ran.code in allowed, (ran.code, ran.said)
    assert "error[usage]" not in ran.said
    assert "error[no_such" not in ran.said
    assert "error[no_file]" not in ran.said


def test_every_exception_has_a_reason() -> None:
    assert all(EXCEPTIONS.values())
    assert all(REFUSED.values())


# --- what is named in a sentence, or behind another program

_NAMED = re.compile(r"`(?:[^`\n]*? )??homegolf ([^`\n]+)`")
TEXTS = [
    *(TOP / name for name in ("README.md", "CONTRIBUTING.md", "examples/autoresearch/homegolf.md")),
    *sorted((TOP / "docs").rglob("*.md")),
]
EVERYWHERE = {"--help", "-h", "--install-completion", "--show-completion", "--version"}


def named() -> list[Shown]:
    """Every call of the program in a sentence or a block, wherever it stands in its line."""
    found = []
    for path in TEXTS:
        text = path.read_text("utf-8")
        blocks = re.findall(r"^```(?:sh|console)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        lines = "\n".join(blocks).replace("\\\n", " ")
        inside = re.findall(
            r"^[^#\n]*?(?<![-/\w.'\"])homegolf ([a-z-][^\n#;|`]*)", lines, re.MULTILINE
        )
        found += [Shown(path.name, words.strip()) for words in (*_NAMED.findall(text), *inside)]
    return list(dict.fromkeys(found))


def unknown_words(words: str) -> list[str]:
    """The command or the options of a call that the program does not have."""
    group = typer.main.get_command(app)
    options = {name for item in group.params for name in (*item.opts, *item.secondary_opts)}
    bare = re.sub("'[^']*'|\"[^\"]*\"", "", words.partition(" -- ")[0]).split()
    if not bare or bare[0] in {"COMMAND", *EVERYWHERE}:
        return []
    command: Any = group
    given = [word for word in bare if word not in options]
    while given and hasattr(command, "commands") and not given[0].startswith("-"):
        if given[0] not in command.commands:
            return [given[0]]
        command = command.commands[given.pop(0)]
    options |= {name for item in command.params for name in (*item.opts, *item.secondary_opts)}
    asked = [re.sub("[=,.)\\]'\"].*", "", word) for word in given if re.match("-{1,2}[a-z]", word)]
    return [word for word in asked if word not in options | EVERYWHERE]


def test_what_is_named_exists() -> None:
    every = named()
    assert len(every) > 150
    unknown = {shown: unknown_words(shown.line) for shown in every}
    assert {shown: words for shown, words in unknown.items() if words} == {}


def test_targets_and_modules_exist() -> None:
    """`make TARGET` and `python -m MODULE` of every page."""
    makefile = (TOP / "Makefile").read_text("utf-8")
    for path in TEXTS:
        text = path.read_text("utf-8")
        for target in re.findall(r"(?:`|^ *)make ([a-z-]+)", text, re.MULTILINE):
            assert f"\n{target}:" in makefile, (path.name, target)
        for module in re.findall(r"python -m (benchmarks[a-z.]*)", text):
            place = TOP / module.replace(".", "/")
            assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module
