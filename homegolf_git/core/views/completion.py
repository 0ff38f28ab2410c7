"""Completion for a shell: its script, and where it was installed; text and JSON."""

from collections.abc import Iterator

from homegolf_git.core.model.values import Document, Value


class Script(Value, frozen=True):
    """What a shell is to load."""

    text: str


class Installed(Value, frozen=True):
    """Where a script was written, and the start file that loads it now; None: it did before."""

    shell: str
    path: str
    start: str | None


def script_text(script: Script) -> Iterator[str]:
    """The script as it is."""
    yield script.text.rstrip("\n")


def script_json(script: Script) -> Document:
    """The script."""
    return {"script": script.text}


def installed_text(done: Installed) -> Iterator[str]:
    """What was written, and when it begins to work."""
    yield f"wrote {done.path}"
    if done.start is not None:
        yield f"added a line to {done.start}"
    yield f"every {done.shell} that is started from now on completes homegolf"


def installed_json(done: Installed) -> Document:
    """What was written."""
    return {"shell": done.shell, "path": done.path, "start": done.start}
