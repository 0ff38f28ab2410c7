"""What GitHub answers, as far as the program and its workflows ask; kept in one JSON file.

It is as strict as the service is documented to be, or was seen to be:

- the pull requests of a commit are known to a repository that has the commit: a base knows nothing of
  what only a fork has, and a default branch's commits lead to merged pull requests alone;
- a list has 30 entries a page, or `per_page`, up to 100;
- a job's token reads its own repository and public ones, and writes to its own;
- a body has 65,536 characters at most, a title 256.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

JOB = "github-actions[bot]"
TOKEN = "not-a-token"  # noqa: S105 - of the stand-in
BODY_MAX, TITLE_MAX = 65_536, 256


class Answer(NamedTuple):
    """A status, a document, and whether there are more pages of it."""

    status: int
    document: Any
    has_more: bool = False


NOT_FOUND = Answer(404, {"message": "Not Found"})


@dataclass
class Pull:
    """A pull request; the last of its commits is its head."""

    number: int
    head: str
    branch: str
    commits: list[str]
    base: str = "team/ledger"
    onto: str = "main"
    state: str = "open"
    is_merged: bool = False

    def document(self) -> dict[str, Any]:
        """As the service shows it."""
        return {
            "number": self.number,
            "state": self.state,
            "merged_at": "2026-04-01T12:00:00Z" if self.is_merged else None,
            "head": {"ref": self.branch, "sha": self.commits[-1], "repo": {"full_name": self.head},
                     "label": f"{self.head.partition('/')[0]}:{self.branch}"},
            "base": {"ref": self.onto, "repo": {"full_name": self.base}},
        }  # fmt: skip


@dataclass
class Comment:
    """A comment on a pull request."""

    id: int
    number: int
    body: str
    login: str = JOB

    def document(self) -> dict[str, Any]:
        """As the service shows it."""
        kind = "Bot" if self.login.endswith("[bot]") else "User"
        return {"id": self.id, "body": self.body, "user": {"login": self.login, "type": kind}}


@dataclass
class Repository:
    """The commits that it has, and those of them on its default branch."""

    commits: list[str] = field(default_factory=list)
    landed: list[str] = field(default_factory=list)
    is_private: bool = False


@dataclass
class Service:
    """All that there is; `own` is the repository whose job asks."""

    path: Path
    own: str = "team/ledger"
    repositories: dict[str, Repository] = field(default_factory=dict)
    pulls: list[Pull] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)  # what is asked, and why it is refused
    asked: list[dict[str, Any]] = field(default_factory=list)

    # --- kept between the processes that ask

    def save(self) -> None:
        """Keep it in its file."""
        document = asdict(self) | {"path": str(self.path)}
        self.path.write_text(json.dumps(document), encoding="utf-8")

    def load(self) -> "Service":
        """What its file holds by now."""
        kept = json.loads(self.path.read_text(encoding="utf-8"))
        self.repositories = {name: Repository(**it) for name, it in kept["repositories"].items()}
        self.pulls = [Pull(**item) for item in kept["pulls"]]
        self.comments = [Comment(**item) for item in kept["comments"]]
        self.own, self.faults, self.asked = kept["own"], kept["faults"], kept["asked"]
        return self

    def install(self, folder: Path) -> None:
        """Put a `gh` that asks this service into a folder of programs."""
        self.save()
        folder.mkdir(exist_ok=True)
        root = Path(__file__).resolve().parents[2]
        command = f"PYTHONPATH='{root}' exec '{sys.executable}' -S -m tests.forge.gh '{self.path}'"
        (folder / "gh").write_text(f'#!/bin/sh\n{command} "$@"\n', encoding="utf-8")
        (folder / "gh").chmod(0o755)

    def writes(self) -> list[str]:
        """What was asked to be written, in order."""
        asked = (item["request"] for item in self.load().asked)
        return [request for request in asked if not request.startswith("GET ")]

    # --- answers

    def answer(self, method: str, path: str, fields: Mapping[str, Any], page: int = 1) -> Answer:
        """The answer to one request."""
        for asked, why in self.faults.items():
            if path.startswith(asked):
                return Answer(403, {"message": why})
        parts = path.split("/")
        if len(parts) < 4 or parts[0] != "repos":
            return NOT_FOUND
        name, parts = "/".join(parts[1:3]), parts[3:]
        there = self.repositories.get(name)
        if there is None or (there.is_private and name != self.own):
            return NOT_FOUND
        if method != "GET":
            return self._write(method, name, parts, fields)
        found = self._listed(name, parts, fields)
        if found is None:
            return NOT_FOUND
        size = min(int(fields.get("per_page", 30)), 100)
        shown = found[(page - 1) * size : page * size]
        return Answer(200, [item.document() for item in shown], len(found) > page * size)

    def _listed(
        self, name: str, parts: list[str], fields: Mapping[str, Any]
    ) -> list[Pull] | list[Comment] | None:
        match parts:
            case ["commits", commit, "pulls"]:
                return self._of_commit(name, commit)
            case ["pulls"]:
                return [pull for pull in self.pulls if pull.base == name and _fits(pull, fields)]
            case ["issues", number, "comments"] if self._pull(name, number):
                return [item for item in self.comments if item.number == int(number)]
        return None

    def _of_commit(self, name: str, commit: str) -> list[Pull]:
        there = self.repositories[name]
        if commit not in there.commits:
            return []
        found = [pull for pull in self.pulls if commit in pull.commits]
        found = [pull for pull in found if name in {pull.base, pull.head}]
        is_landed = commit in there.landed
        return [p for p in found if p.is_merged or (p.state == "open" and not is_landed)]

    def _pull(self, name: str, number: str) -> Pull | None:
        for pull in self.pulls:
            if pull.base == name and str(pull.number) == number:
                return pull
        return None

    def _write(self, method: str, name: str, parts: list[str], fields: Mapping[str, Any]) -> Answer:
        if name != self.own:
            return Answer(403, {"message": "Resource not accessible by integration"})
        body = fields.get("body")
        if not isinstance(body, str) or not body.strip() or len(body) > BODY_MAX:
            return Answer(422, {"message": "Validation Failed"})
        match method, parts:
            case "POST", ["issues", number, "comments"] if self._pull(name, number):
                made = Comment(1000 + len(self.comments), int(number), body)
                self.comments.append(made)
                return Answer(201, made.document())
            case "PATCH", ["issues", "comments", wanted]:
                for item in self.comments:
                    if str(item.id) == wanted:
                        item.body = body
                        return Answer(200, item.document())
        return NOT_FOUND


def _fits(pull: Pull, fields: Mapping[str, Any]) -> bool:
    """As the filters of a list ask; a head without its owner is no filter."""
    head, state = str(fields.get("head", "")), fields.get("state", "open")
    is_head = ":" not in head or pull.document()["head"]["label"] == head
    return is_head and state in {pull.state, "all"}
