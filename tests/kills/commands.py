"""The commands that are killed: what comes before each, its words, and what it must have done."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.e2e.world import BASE, LANE, Ran
from tests.importers.logs import PLAIN
from tests.kills.ground import Ground

Where = Literal["head", "hooks", "branch", "forge"]


@dataclass(slots=True)
class Round:
    """One call of a command, and whether it has done its work."""

    words: Sequence[str]
    done: Callable[[], bool]


@dataclass(slots=True)
class Case:
    """A command on its ground; `lay` makes a round of it."""

    where: Where
    lay: Callable[[Ground, int], Round]

    # Whether it leaves files in the work tree that are not committed.
    is_dirty: bool = False

    def assert_done(self, ground: Ground, laid: Round, ran: Ran, where: object) -> None:
        """A round did its work, and nothing that a call before it left is still there."""
        assert ran.code == 0, f"{where}: {ran.said}"
        assert laid.done(), f"{where}: {ran.said}"
        ground.assert_nothing_left()
        if not self.is_dirty:
            ground.assert_clean()


def _scores(number: int) -> tuple[float, ...]:
    """Each round's is better than those before."""
    score = 1.19 - number / 100
    return (score, score + 0.0001, score + 0.0002)


def record(ground: Ground, number: int) -> Round:
    """One row with a receipt."""
    name = f"run-{number}"
    receipts = ground.world.reports((1, 1.19), run_id=name)
    path = ground.world.row(name, (1.19,), receipts=receipts)
    ground.rows[name] = path.read_bytes()
    return Round(("record", str(path)), lambda: name in ground.landed())


def record_many(ground: Ground, number: int) -> Round:
    """A folder of rows."""
    names = [f"many-{number}-{n}" for n in range(5)]
    folder = ground.world.root / f"many-{number}"
    folder.mkdir()
    for name in names:
        path = ground.row(name, (1.19,))
        path.rename(folder / path.name)
    return Round(("record", "--many", str(folder)), lambda: set(names) <= set(ground.landed()))


def import_log(ground: Ground, number: int) -> Round:
    """The log of another tool; each round's has commits of its own."""
    text = PLAIN.replace("abc", f"ab{number:02x}c")
    path = ground.world.root / f"log-{number}" / "results.tsv"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    words = ("import", "autoresearch", str(path), "--lane", "imported")

    def done() -> bool:
        answer = ground.world.answer(*words, "--dry-run")
        return bool(answer["recorded"] == 0 and answer["already_landed"] > 0)

    return Round(words, done)


def retract(ground: Ground, number: int) -> Round:
    """A run that does not count."""
    name = f"wrong-{number}"
    ground.world.record(name, (1.19,))
    words = ("retract", name, "--reason", "x", "--evidence", "y", "--by", "someone")
    path = f"{ground.branch}:ledger/{LANE}/retractions/{name}.yaml"

    def done() -> bool:
        return ground.world.git("cat-file", "-t", path, code=None) == "blob"

    return Round(words, done)


def scoreboard(ground: Ground, number: int) -> Round:
    """Generated files behind a new row."""
    ground.world.record(f"run-{number}", _scores(number))
    return Round(("scoreboard",), lambda: ground.world.homegolf("scoreboard", "--check").code == 0)


def verify(ground: Ground, number: int) -> Round:
    """Everything is read anew."""
    ground.world.record(f"run-{number}", _scores(number))
    return Round(("verify",), lambda: "no_checkpoint" not in _found(ground))


def doctor(ground: Ground, number: int) -> Round:
    """A clone with all that killed commands leave."""
    world = ground.world
    world.record(f"run-{number}", _scores(number))
    path = next(world.repo.glob(f"ledger/*/runs/*/run-{number}.yaml"))
    name = str(path.relative_to(world.repo))
    blob = world.git("rev-parse", f"HEAD:{name}")
    world.git("rm", "--quiet", "--cached", "--", name)
    path.unlink()
    entry = {"ref": "refs/heads/main", "blobs": {name: blob}, "made": [], "commit": world.head}
    world.write(".git/homegolf/journal.json", json.dumps(entry))
    for ref in ("refs/homegolf/new/1", "refs/homegolf/fetch/1-0000/base"):
        world.git("update-ref", ref, "HEAD")
    for file in (world.repo / ".git" / "homegolf").glob("checkpoint.*"):
        file.unlink()
    codes = {"killed_commit", "stray_refs", "no_checkpoint"}
    return Round(("doctor", "--fix"), lambda: not codes & set(_found(ground)))


def tags_sync(ground: Ground, number: int) -> Round:
    """A new incumbent's tags, here and on the remote."""
    ground.world.record(f"run-{number}", _scores(number))
    ground.world.git("push", "--quiet", "origin", "main")

    def done() -> bool:
        assert ground.world.homegolf("tags", "verify").code == 0
        wanted = ground.world.git("for-each-ref", "refs/tags").splitlines()
        listed = ground.world.git("ls-remote", "--tags", "--refs", "origin").splitlines()
        there = {line.split("\t")[1] for line in listed}
        return len(wanted) == number + 3 and there == {line.split("\t")[1] for line in wanted}

    return Round(("tags", "sync", "--push", "origin"), done)


def publish(ground: Ground, number: int) -> Round:
    """Tags, scoreboards and one commit behind a row that somebody else landed."""
    assert ground.remote is not None
    ground.remote.git("pull", "--quiet", "--rebase", "origin", "main")
    ground.remote.record(f"run-{number}", _scores(number))
    ground.remote.git("push", "--quiet", "origin", "main")

    def done() -> bool:
        there = ground.world.git("ls-remote", "origin", "refs/heads/main").split("\t")[0]
        assert ground.world.homegolf("tags", "verify").code == 0
        is_stale = ground.world.homegolf("scoreboard", "--check").code
        return there == ground.world.head and not is_stale and f"run-{number}" in ground.landed()

    return Round(("publish", "--push", "origin"), done)


def publish_code(ground: Ground, number: int) -> Round:
    """The same behind code that somebody else landed too: a file, a program and one that goes."""
    assert ground.remote is not None
    ground.remote.git("pull", "--quiet", "--rebase", "origin", "main")
    (ground.remote.repo / "run.sh").unlink(missing_ok=True)
    gone = {} if number == 0 else {f"src/old-{number - 1}.py": None}
    ground.remote.write("run.sh", f"echo {number}\n").chmod(0o755)
    ground.remote.commit("Code", {
        "run.sh": f"echo {number}\n", f"src/old-{number}.py": f"{number}\n" * 2000, **gone
    })  # fmt: skip
    return publish(ground, number)


def submit(ground: Ground, number: int) -> Round:
    """A branch with a row on the remote."""
    name = f"run-{number}"
    path = ground.row(name, (1.19,))
    branch = f"refs/heads/run/{name}"

    def done() -> bool:
        there = ground.world.git("ls-remote", "origin", branch).split("\t")[0]
        if not there or there != ground.world.git("rev-parse", branch):
            return False
        names = ground.world.git("diff", "--name-only", "origin/main", branch).splitlines()
        return names == [f"ledger/{LANE}/runs/2026-03/{name}.yaml"]

    return Round(("submit", str(path)), done)


def submit_dry(ground: Ground, number: int) -> Round:
    """A submission that is only tried."""
    path = ground.row(f"run-{number}", (1.19,))

    def done() -> bool:
        return ground.world.git("branch", "--list", "run/*") == ""

    return Round(("submit", "--dry-run", str(path)), done)


def export_to(style: str) -> Callable[[Ground, int], Round]:
    """The ledger as tables, in place of an earlier export."""

    def export(ground: Ground, number: int) -> Round:
        ground.world.record(f"run-{number}", _scores(number))
        out = ground.world.root / f"tables-{style}"
        words = ("export", "--format", style, "-o", str(out))
        assert ground.again(*words).code == 0
        ground.world.record(f"more-{number}", (1.19,))
        return Round(words, lambda: _holds(out, f"more-{number}") and not _parts(ground))

    return export


def site_build(ground: Ground, number: int) -> Round:
    """The pages, in place of earlier ones."""
    ground.world.record(f"run-{number}", _scores(number))
    site = ground.world.root / "site"
    words = ("site", "build", "-o", str(site))
    assert ground.again(*words).code == 0
    ground.world.record(f"more-{number}", (1.19,))
    page = site / LANE / "runs" / f"more-{number}.html"
    return Round(words, lambda: page.exists() and not _parts(ground))


def init(ground: Ground, number: int) -> Round:
    """A ledger for a repository that has none."""
    repo = _without_ledger(ground, number)
    words = ("--repo", str(repo), "init", "--lane", LANE)

    def done() -> bool:
        answer = ground.world.answer("--repo", str(repo), "init")
        is_whole = (repo / "schemas" / "retraction-v1.schema.json").exists()  # written last
        return is_whole and answer["written"] == []

    return Round(words, done)


def init_branch(ground: Ground, number: int) -> Round:
    """The same on a branch of its own."""
    repo = _without_ledger(ground, number)
    words = ("--repo", str(repo), "init", "--lane", LANE, "--branch", "homegolf")

    def done() -> bool:
        answer = ground.world.answer("--repo", str(repo), "verdicts")
        return list(answer["lanes"]) == [LANE] and (repo / ".github" / "workflows").is_dir()

    return Round(words, done)


def draft(ground: Ground, number: int) -> Round:
    """A row file with its receipt."""
    report = ground.world.root / f"report-{number}.json"
    report.write_text(json.dumps({"seed": 5, "final": {"val_bpb": 1.2}}))
    out = ground.world.root / f"drafts-{number}" / "row.yaml"
    words = ("draft", "--receipt", str(report), "--lane", LANE, "--summary", "x",
             "--set", "model.lr=0.1", "-o", str(out))  # fmt: skip
    return Round(
        words, lambda: {path.name for path in out.parent.glob("*")} == {report.name, out.name}
    )


def witness(ground: Ground, number: int) -> Round:
    """A statement of what the ledger holds."""
    assert ground.world.homegolf("tags", "sync").code == 0
    out = ground.world.root / f"witness-{number}.json"
    words = ("audit", "--witness", str(out))
    return Round(words, lambda: out.exists() and ground.world.homegolf(*words).code == 0)


def _without_ledger(ground: Ground, number: int) -> Path:
    repo = ground.world.root / f"new-{number}"
    ground.world.git("init", "--quiet", "--initial-branch=main", "--template=", str(repo))
    ground.world.git("-C", str(repo), "commit", "--quiet", "--allow-empty", "--message", "First")
    return repo


def _holds(place: Path, text: str) -> bool:
    files = [place] if place.is_file() else place.glob("*")
    return any(text.encode() in path.read_bytes() for path in files)


def _parts(ground: Ground) -> list[Path]:
    return [*ground.world.root.glob(".*.part"), *ground.world.root.glob(".*.tmp")]


def _found(ground: Ground) -> list[str]:
    return ground.world.homegolf("doctor", "--json").codes()


def begin(ground: Ground) -> None:
    """What every ground has before the first kill."""
    ground.world.record("base", BASE)


CASES: dict[str, Case] = {
    "record": Case("head", record),
    "record beside hooks": Case("hooks", record),
    "record on a branch": Case("branch", record),
    "record --many": Case("head", record_many),
    "record --many on a branch": Case("branch", record_many),
    "import": Case("head", import_log),
    "retract": Case("head", retract),
    "scoreboard": Case("head", scoreboard, is_dirty=True),
    "scoreboard on a branch": Case("branch", scoreboard),
    "verify": Case("head", verify),
    "doctor --fix": Case("head", doctor),
    "tags sync --push": Case("forge", tags_sync),
    "publish --push": Case("forge", publish),
    "submit": Case("forge", submit),
    "submit --dry-run": Case("forge", submit_dry),
}

# What writes beside the ledger; the folders that it goes to take its place whole.
OTHERS: dict[str, Case] = {
    "export csv": Case("head", export_to("csv")),
    "export sqlite": Case("head", export_to("sqlite")),
    "site build": Case("head", site_build),
    "init": Case("head", init),
    "init --branch": Case("head", init_branch),
    "publish --push behind code": Case("forge", publish_code),
    "draft -o": Case("head", draft),
    "audit --witness": Case("head", witness),
}
