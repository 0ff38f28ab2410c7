"""A world of its own for a test: a home, a repository with a ledger, and the command line in it."""

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from homegolf_git.cli.main import run
from tests import build
from tests.build import Document, Scores

GIT = shutil.which("git") or "git"
DATE = "2026-04-01T12:00:00+00:00"
LANE = "home"
CONTRACT: Document = {
    "train_seconds_max": 600,
    "train_seconds_tolerance": 0.5,
    "artifact_bytes_max": 16_000_000,
    "evaluated_tokens": 1000,
    "evaluation_modes": ["full"],
    "hardware": "any",
}
GIT_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": DATE,
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_COMMITTER_DATE": DATE,
    "GIT_CONFIG_NOSYSTEM": "1",
}
# Noise is small beside these distances: each name is what the judge calls such a run.
BASE = (1.2001, 1.1999, 1.2000, 1.2000)
BETTER = (1.1801, 1.1799, 1.1800)
BEST = (1.1601, 1.1599, 1.1600)
WORSE = (1.2301, 1.2299, 1.2300)


class Ran(NamedTuple):
    """How a command ended, and what it said where."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Everything it said."""
        return self.out + self.err

    def json(self) -> Any:  # noqa: ANN401 - a JSON document
        """The one document on standard output."""
        return json.loads(self.out)

    def codes(self) -> list[str]:
        """Codes of the findings of a JSON answer."""
        return [item["code"] for item in self.json()["findings"]]


@dataclass(slots=True)
class World:
    """A repository and what is around it; commands run inside the repository."""

    root: Path
    repo: Path
    home: Path
    count: int = 0
    environment: dict[str, str] = field(default_factory=dict)  # for commands run as processes

    # --- git

    def git(self, *arguments: str, stdin: str | None = None, code: int | None = 0) -> str:
        """Run git in the repository; its output without the last line feed."""
        ran = subprocess.run(
            [GIT, *arguments],
            cwd=self.repo,
            env={**os.environ, **self.environment},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert code is None or ran.returncode == code, f"git {arguments}: {ran.stderr}{ran.stdout}"
        return ran.stdout.rstrip("\n")

    @property
    def head(self) -> str:
        """The commit of HEAD."""
        return self.git("rev-parse", "HEAD")

    def commit(self, message: str, files: Mapping[str, str | bytes | None]) -> str:
        """Write (or with None delete) files and commit them; the commit."""
        for name, content in files.items():
            if content is None:
                (self.repo / name).unlink()
            else:
                self.write(name, content)
        self.git("add", "--all", "--force", "--", *files)
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.head

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the work tree."""
        path = self.repo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def clone(self, name: str, *options: str, source: str | None = None) -> "World":
        """A clone beside the repository, with the same home."""
        there = self.root / name
        self.git("clone", "--quiet", *options, source or str(self.repo), str(there))
        return World(self.root, there, self.home, self.count, dict(self.environment))

    def hook(self, name: str, script: str) -> None:
        """Put a shell script in as a hook."""
        executable(self.repo / ".git" / "hooks" / name, script)

    def state(self) -> list[str]:
        """All that a refused command must leave as it was."""
        files = sorted(
            f"{path.relative_to(self.repo)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
            for path in self.repo.rglob("*")
            if path.is_file() and ".git" not in path.relative_to(self.repo).parts
        )
        return [
            self.git("rev-parse", "--verify", "--quiet", "HEAD", code=None),
            self.git("symbolic-ref", "--quiet", "HEAD", code=None),
            self.git("for-each-ref"),
            self.git("ls-files", "--stage"),
            self.git("status", "--porcelain", "--untracked-files=all", "--ignored"),
            *files,
        ]

    # --- the program

    def homegolf(self, *arguments: str) -> Ran:
        """Run the command line in this process."""
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.repo),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = run(list(arguments))
        return Ran(code, out.getvalue(), err.getvalue())

    def process(self, *arguments: str, **environment: str) -> Ran:
        """Run the command line as a process of its own."""
        ran = subprocess.run(
            [sys.executable, "-m", "homegolf_git", *arguments],
            cwd=self.repo,
            env={**os.environ, **self.environment, **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def answer(self, *arguments: str, code: int = 0) -> Any:  # noqa: ANN401 - a JSON document
        """The JSON answer of a command that must end with `code`."""
        ran = self.homegolf(*arguments, "--json")
        assert ran.code == code, ran.said
        return ran.json()

    # --- the ledger

    def lane(self, name: str = LANE, **parts: Any) -> str:  # noqa: ANN401 - JSON values
        """Commit a lane's rules; the commit. Mappings among `parts` are merged one level deep."""
        return self.commit(
            f"Rules of {name}", {f"ledger/{name}/lane.yaml": lane_text(name, **parts)}
        )

    def row(self, run_id: str, scores: Scores = (1.2,), **facts: Any) -> Path:  # noqa: ANN401
        """Write a row file outside the repository; its path."""
        self.count += 1
        folder = self.root / "inbox"
        folder.mkdir(exist_ok=True)
        path = folder / f"{run_id}.yaml"
        path.write_text(self.text(run_id, scores, **facts), encoding="utf-8", newline="")
        return path

    def text(self, run_id: str, scores: Scores = (1.2,), **facts: Any) -> str:  # noqa: ANN401
        """The text of a row file; rows finish a minute after one another."""
        late = {"finished_at": f"2026-03-{1 + self.count // 60:02}T10:{self.count % 60:02}:00Z"}
        return row_text(row_document(run_id, scores, **{**late, **facts}))

    def record(self, run_id: str, scores: Scores = (1.2,), **facts: Any) -> str:  # noqa: ANN401
        """Record a run that must be accepted; the commit."""
        ran = self.homegolf("record", str(self.row(run_id, scores, **facts)))
        assert ran.code == 0, ran.said
        return self.head

    def place(self, run_id: str, scores: Scores = (1.2,), **facts: Any) -> tuple[str, str]:  # noqa: ANN401
        """Path and text of a row as it stands in the ledger, for a commit made by hand."""
        self.count += 1
        text = self.text(run_id, scores, **facts)
        lane = facts.get("lane", LANE)
        month = facts.get("finished_at", "2026-03")[:7]
        return f"ledger/{lane}/runs/{month}/{run_id}.yaml", text

    def verdicts(self, lane: str = LANE) -> list[Document]:
        """The verdicts of a lane."""
        rows: list[Document] = self.answer("verdicts", "--lane", lane)["lanes"][lane]["rows"]
        return rows

    def outcomes(self, lane: str = LANE) -> dict[str, str]:
        """Class and reason of each run of a lane, in their order."""
        return {row["run_id"]: f"{row['class']}/{row['reason']}" for row in self.verdicts(lane)}

    def incumbent(self, lane: str = LANE) -> str | None:
        """The incumbent of a lane."""
        found: str | None = self.answer("verdicts")["lanes"][lane]["incumbent"]
        return found

    def reports(self, *seeds: tuple[int, float], run_id: str) -> list[Document]:
        """Write receipts of the kind the lane maps, where `record` looks; the row's list."""
        listed = []
        for seed, score in seeds:
            data = json.dumps({"seed": seed, "final": {"val_bpb": score}, "of": run_id}).encode()
            listed.append(self.receipt(run_id, f"seed-{seed}.json", data))
        return listed

    def receipt(self, run_id: str, name: str, data: bytes, kind: str = "plain-report") -> Document:
        """Write a receipt where `record` looks for it; its entry in the row."""
        path = self.root / "inbox" / "receipts" / run_id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return {"kind": kind, "path": name, "sha256": hashlib.sha256(data).hexdigest()}


def executable(path: Path, script: str) -> Path:
    """Write a shell script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(
        missing_ok=True
    )  # of a link the file that it leads to would be written, such as git
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def quoted(text: str) -> str:
    """A YAML double-quoted scalar with every unusual character as an escape."""
    safe = json.dumps(text, ensure_ascii=False)
    return "".join(char if " " <= char <= "~" else f"\\U{ord(char):08x}" for char in safe)


def flow(value: Any) -> str:  # noqa: ANN401 - a JSON value
    """A value in YAML's flow style."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{quoted(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return json.dumps(value)


def row_text(document: Mapping[str, Any]) -> str:
    """A row as YAML, one line a field."""
    return "".join(f"{name}: {flow(value)}\n" for name, value in document.items())


def row_document(run_id: str, scores: Scores = (1.2,), **facts: Any) -> Document:  # noqa: ANN401
    """A clean run on the lane; without scores it failed. The run's id makes its config its own."""
    ours: Document = {
        "lane": LANE,
        "change": {"kind": "model", "summary": f"try {run_id}"},
        "config": {"model.knob": run_id},
        "evaluation": {"mode": "full"},
        "extra": {"evaluated_tokens": 1000},
    }
    if not scores:
        ours["outcome"] = build.failure("oom", "train", detail="out of memory")
    return build.run(run_id, scores, **{**ours, **facts})


def lane_document(name: str = LANE, **parts: Any) -> Document:  # noqa: ANN401
    """A lane's rules; its noise is well known, so few seeds decide."""
    ours = build.lane_document(
        lane=name,
        contract=CONTRACT,
        decision={"sigma0": 0.0002, "nu0": 10, "fresh_seeds": 2},
        attribution={"config": {"system": ["system.*"], "model": ["model.*"]}},
        receipts={"plain-report": {"seed": "/seed", "val_bpb": "/final/val_bpb"}},
    )
    return build.merged(ours, parts)


def lane_text(name: str = LANE, **parts: Any) -> str:  # noqa: ANN401
    """A lane's rules as YAML."""
    return row_text(lane_document(name, **parts))


def ladder_text(*lanes: str) -> str:
    """A ladder as YAML."""
    return row_text({"schema": "homegolf/ladder/v1", "lanes": list(lanes)})


def make_template(root: Path) -> World:
    """A repository with a ladder of two lanes and no row."""
    world = World(root, root / "repo", root / "home")
    for folder in (world.repo, world.home):
        folder.mkdir(parents=True)
    world.git("init", "--quiet", "--initial-branch=main", "--template=")
    (world.home / ".gitconfig").touch()
    world.commit(
        "Open the ledger",
        {
            "ledger/ladder.yaml": ladder_text(LANE, "h100"),
            f"ledger/{LANE}/lane.yaml": lane_text(),
            "ledger/h100/lane.yaml": lane_text("h100", title="One H100"),
        },
    )
    return world


@contextlib.contextmanager
def clean_environment(home: Path) -> Iterator[None]:
    """An environment that holds one identity and one date, and no trace of the user's git."""
    before = dict(os.environ)
    for name in before:
        if name.startswith("GIT_") or name in {"XDG_CONFIG_HOME", "EMAIL", "NO_COLOR", "COLUMNS"}:
            del os.environ[name]
    os.environ.update(GIT_ENVIRONMENT, HOME=str(home), PYTHONWARNINGS="error")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
