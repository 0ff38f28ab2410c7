"""A pull request as a branch beside main, the gate's answer to it, and what it must leave alone."""

import hashlib
import html
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import markdown_it

from tests.build import Document, Scores
from tests.e2e.world import BEST, Ran, World, executable
from tests.hostile.objects import FILE, WHEN, Entry, Objects

STYLES = ("json", "text", "github", "markdown")
HOOKS = ("applypatch-msg", "commit-msg", "fsmonitor-watchman", "post-checkout", "post-commit", "post-index-change",
         "post-merge", "pre-auto-gc", "pre-commit", "pre-merge-commit", "pre-push", "prepare-commit-msg",
         "proc-receive", "push-to-checkout", "reference-transaction", "update")  # fmt: skip
# Everything that git runs on its own account when a configuration says so.
TRAPS = """
[core]
\tfsmonitor = {trap}
\tpager = {trap}
\teditor = {trap}
\tsshCommand = {trap}
\taskPass = {trap}
\tattributesFile = {attributes}
[filter "trap"]
\tclean = {trap}
\tsmudge = {trap}
\tprocess = {trap}
\trequired = true
[diff "trap"]
\tcommand = {trap}
\ttextconv = {trap}
[diff]
\texternal = {trap}
[merge "trap"]
\tdriver = {trap}
[log]
\tshowSignature = true
[gpg]
\tprogram = {trap}
[gpg "ssh"]
\tprogram = {trap}
[credential]
\thelper = !{trap}
[pager]
\tlog = {trap}
\tcat-file = {trap}
\tdiff-tree = {trap}
"""
ENVIRONMENT_TRAPS = ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "PAGER", "GIT_EDITOR", "EDITOR", "VISUAL",
                     "GIT_SSH_COMMAND", "GIT_ASKPASS", "SSH_ASKPASS", "GIT_PROXY_COMMAND")  # fmt: skip
COMMAND = re.compile(
    r"::(error|warning|notice) (?:file=[^,:\n]+,)?(?:line=[0-9]+,)?title=[a-z0-9_ ]+::[^\n]*"
)
MARKDOWN = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])

Content = str | bytes | Entry | None


@dataclass(slots=True)
class Pull:
    """A branch named pull; it begins at main and grows by commits that no git command has seen."""

    world: World
    objects: Objects
    tip: str
    main: str
    traps: list[Path] = field(default_factory=list)

    # --- building

    def blob(self, content: str | bytes, mode: str = FILE) -> Entry:
        """A file as a tree holds it."""
        data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
        return Entry(mode, self.objects.write("blob", data))

    def commit(
        self,
        changes: Mapping[str, Content],
        message: str | bytes = "Change",
        *,
        onto: Sequence[str] | None = None,
        when: int = WHEN,
        extra: str = "",
    ) -> str:
        """Commit changes on the branch; `onto` names other parents, the first of which is changed."""
        parents = [self.tip] if onto is None else list(onto)
        split = {
            tuple(path.encode("utf-8", "surrogateescape").split(b"/")): self.blob(content)
            if isinstance(content, str | bytes)
            else content
            for path, content in changes.items()
        }
        tree = self.objects.grow(self.objects.tree_of(parents[0]) if parents else None, split)
        data = message if isinstance(message, bytes) else message.encode("utf-8", "surrogateescape")
        return self.point(self.objects.commit(tree, parents, data, when=when, extra=extra))

    def point(self, commit: str, branch: str = "pull") -> str:
        """Point a branch (not main) at a commit."""
        self.world.write(f".git/refs/heads/{branch}", commit + "\n")
        self.tip = commit
        return commit

    def land(self) -> None:
        """Make the branch the new main, as a rebase merge would."""
        self.world.git("reset", "--quiet", "--hard", self.tip)
        self.main = self.tip

    def row(
        self,
        run_id: str = "eve1",
        scores: Scores = BEST,
        *,
        receipts: Mapping[str, bytes] | None = None,
        also: Mapping[str, Content] | None = None,
        message: str | bytes | None = None,
        path: str | None = None,
        **facts: Any,  # noqa: ANN401 - JSON values
    ) -> str:
        """Commit a row with its receipts as `record` does; `also` brings in something more."""
        receipts = receipts or {}
        if receipts:
            facts.setdefault("receipts", [listed(name, data) for name, data in receipts.items()])
        place, text = self.world.place(run_id, scores, **facts)
        lane = place.split("/")[1]
        files: dict[str, Content] = {path or place: text, **(also or {})}
        files |= {f"ledger/{lane}/receipts/{run_id}/{n}": data for n, data in receipts.items()}
        return self.commit(files, message or row_message(run_id, lane, text))

    # --- judging

    def check(self, style: str = "json", *options: str, head: str = "pull") -> Ran:
        """Run the gate from main's own work tree."""
        return self.world.homegolf(
            "check", "--base", "main", "--head", head, "--format", style, *options
        )

    def codes(self, *options: str) -> set[str]:
        """Codes of the errors."""
        return errors(self.check("json", *options))

    def answer(self, *options: str, code: int = 0) -> Document:
        """The JSON answer, where the gate must end with `code`."""
        ran = self.check("json", *options)
        assert ran.code == code, ran.said
        document: Document = ran.json()
        return document

    def examine(self, *options: str) -> dict[str, Ran]:
        """Answers in all formats: harmless to read, and nothing was run or written."""
        before = self.state()
        self.arm()
        try:
            answers = {style: self.check(style, *options) for style in STYLES}
        finally:
            is_sprung = self.disarm()
        assert not is_sprung
        assert self.state() == before
        for style, ran in answers.items():
            assert "Traceback" not in ran.said
            assert_inert(ran, style)
        assert len({ran.code for ran in answers.values()}) == 1
        return answers

    # --- what must stay as it was

    def state(self) -> dict[str, str]:
        """Every file of the work tree and of .git (refs, HEAD, index, configuration, hooks, logs).

        Objects may grow. `git status` says what the index and the work tree give, so no more is asked.
        """
        top = self.world.repo
        return {
            str(path.relative_to(top)): _digest(path)
            for path in sorted(top.rglob("*"))
            if path.relative_to(top).parts[:2] != (".git", "objects")
            and (path.is_file() or path.is_symlink())
        }

    @property
    def canary(self) -> Path:
        """The file that a trap makes."""
        return self.world.root / "canary"

    def arm(self) -> None:
        """Set a trap at everything that git could run."""
        trap = executable(self.world.root / "trap", f"touch '{self.canary}'\nexit 1")
        git_dir = self.world.repo / ".git"
        attributes = self.world.root / "attributes"
        attributes.write_text("* filter=trap diff=trap merge=trap\n", encoding="utf-8")
        text = (git_dir / "config").read_text(encoding="utf-8")
        (self.world.root / "config").write_text(text, encoding="utf-8")
        traps = TRAPS.format(trap=trap, attributes=attributes)
        (git_dir / "config").write_text(text + traps, encoding="utf-8")
        for hook in HOOKS:
            self.traps.append(executable(git_dir / "hooks" / hook, f"touch '{self.canary}'"))
        os.environ.update(dict.fromkeys(ENVIRONMENT_TRAPS, str(trap)))

    def disarm(self) -> bool:
        """Take the traps away; whether one was sprung."""
        for trap in self.traps:
            trap.unlink()
        self.traps.clear()
        for name in ENVIRONMENT_TRAPS:
            os.environ.pop(name, None)
        saved = self.world.root / "config"
        (self.world.repo / ".git" / "config").write_bytes(saved.read_bytes())
        return self.canary.exists()


def _digest(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    return f"{path.stat().st_mode:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def errors(ran: Ran) -> set[str]:
    """Codes of the errors of a JSON answer."""
    return {item["code"] for item in ran.json()["findings"] if item["severity"] == "error"}


def listed(name: str, data: bytes, kind: str = "plain-report") -> Document:
    """A receipt as a row lists it."""
    return {"kind": kind, "path": name, "sha256": hashlib.sha256(data).hexdigest()}


def report(seed: int, score: float, **more: Any) -> bytes:  # noqa: ANN401 - JSON values
    """A receipt of the kind that the lane maps."""
    return json.dumps({"seed": seed, "final": {"val_bpb": score}, **more}).encode()


def row_message(run_id: str, lane: str, text: str) -> str:
    """The message that `record` gives a row's commit."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return (
        f"run({lane}): {run_id}\n\nHomegolf-Run: {run_id}\nHomegolf-Lane: {lane}\n"
        f"Homegolf-Row-Sha256: {digest}\n"
    )


# --- harmless to read


def assert_inert(ran: Ran, style: str) -> None:
    """Nothing of an answer acts on a terminal, on a runner or on a page."""
    assert not active(ran.said), ran.said
    if style == "json":
        assert ran.out.isascii()
    if style == "github":
        assert_commands(ran.said.splitlines())
    else:
        assert not [line for line in ran.said.splitlines() if line.lstrip().startswith("::")]
    if style == "markdown":
        assert_page(ran.out)


def active(text: str) -> set[str]:
    """Characters that do something rather than show something."""
    return {
        char
        for char in text
        if char != "\n" and unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}
    }


def assert_commands(lines: Iterable[str]) -> None:
    """Every line that a runner would obey is one of ours (it trims what stands before `::`)."""
    for line in lines:
        if line.lstrip().startswith("::"):
            assert COMMAND.fullmatch(line), line
        else:  # the older form is obeyed wherever it stands in a line
            assert "##[" not in line


def assert_page(text: str) -> None:
    """A page of plain words: no link, picture, element, mention, reference or address."""
    rendered = MARKDOWN.render(text)
    elements = set(re.findall(r"</?([a-zA-Z][a-zA-Z0-9]*)", rendered))
    assert elements <= {"h2", "h3", "ul", "li", "p", "code", "em"}, elements
    shown = re.sub(r"<code>.*?</code>", "", rendered, flags=re.DOTALL)
    words = html.unescape(shown)
    assert not re.search(r"@\w|://|\bwww\.|(?<![&\w])#[0-9]|\bGH-[0-9]", words), words
    assert len(text) <= 60_000
