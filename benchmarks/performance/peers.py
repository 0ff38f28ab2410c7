"""What other programs take for a part of the job, on data of the same size.

They live in an environment of their own (`make peers`); without it their lines are left out.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.performance.measure import Cost, git, measure

FOLDER = Path(".venv-peers/bin")
_DVC_YAML = "metrics:\n  - metrics.json\nparams:\n  - params.yaml\n"
_QUIET = {"DVC_NO_ANALYTICS": "1", "ITERATIVE_DO_NOT_TRACK": "1", "GTO_NO_ANALYTICS": "1"}


def is_there() -> bool:
    """Whether the peers are installed."""
    return (FOLDER / "dvc").is_file()


def validation(rows: list[Path], repeats: int) -> Cost:
    """check-jsonschema over the work tree's rows, all in one process."""
    schema = str(Path("schemas/run-v1.schema.json").resolve())
    command = (str(FOLDER.resolve() / "check-jsonschema"), "--schemafile", schema)
    return measure((*command, *map(str, rows)), repeats)


def runs_of_dvc(runs: int, folder: Path) -> None:
    """A repository with a commit a run, its metrics and parameters in tracked files."""
    stream = []
    for number in range(runs):
        files = {
            "metrics.json": f'{{"val_bpb": {1.2 - number / 1e5:.6f}}}\n',
            "params.yaml": f"learning_rate: {number}\n",
            "dvc.yaml": _DVC_YAML,
        }
        changes = "".join(
            f"M 100644 inline {name}\ndata {len(text)}\n{text}\n" for name, text in files.items()
        )
        stream.append(
            "commit refs/heads/main\n"
            f"committer Bench <bench@example.org> {1_700_000_000 + number} +0000\n"
            f"data 1\nx\n{changes}"
        )
    _import(folder, "".join(stream))
    subprocess.run(
        [FOLDER.resolve() / "dvc", "init", "--quiet"], cwd=folder, check=True, env=_env()
    )
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "dvc")


def tags_of_gto(tags: int, folder: Path) -> None:
    """A repository with so many annotated versions of one artifact, packed."""
    stream = []
    for number in range(tags):
        stream.append(
            "commit refs/heads/main\n"
            f"committer Bench <bench@example.org> {1_700_000_000 + number} +0000\n"
            f"data 1\nx\nM 100644 inline run\ndata {len(str(number))}\n{number}\n"
        )
        stream.append(
            f"tag incumbent@v0.0.{number + 1}\nfrom refs/heads/main\n"
            f"tagger Bench <bench@example.org> {1_700_000_000 + number} +0000\ndata 1\nx\n"
        )
    _import(folder, "".join(stream))


def _import(folder: Path, stream: str) -> None:
    git(folder.parent, "init", "--quiet", "--initial-branch=main", str(folder))
    git(folder, "fast-import", "--quiet", data=stream)
    git(folder, "reset", "--quiet", "--hard")
    git(folder, "pack-refs", "--all")
    git(folder, "repack", "-a", "-d", "-q")


def tags(folder: Path, repeats: int) -> Cost:
    """`gto show` of every version."""
    return measure(
        (str(FOLDER.resolve() / "gto"), "show", "incumbent", "--repo", str(folder)), repeats,
        environment=_env(),
    )  # fmt: skip


def reading(folder: Path, runs: int, repeats: int) -> Iterator[tuple[str, Cost]]:
    """`dvc metrics diff` from the first run to the last, and `dvc exp show` of all."""
    dvc = str(FOLDER.resolve() / "dvc")
    first = f"HEAD~{runs - 1}"
    commands = {
        "dvc metrics diff": (dvc, "metrics", "diff", "--json", first, "HEAD"),
        "dvc exp show": (dvc, "exp", "show", "--json", "-n", str(runs)),
    }
    for name, command in commands.items():
        yield f"{name}, {runs:,} runs", measure(command, repeats, where=folder, environment=_env())


def _env() -> dict[str, str]:
    return {**os.environ, **_QUIET}
