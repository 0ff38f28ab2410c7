"""Completion: the script of a shell, its place, and the names that a ledger has."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from homegolf_git.core.model.naming import LEDGER, TAG_FOLDERS, RunId, lane_id_of, parse_path
from homegolf_git.core.views import completion as view
from homegolf_git.errors import HomegolfError, usage_error
from homegolf_git.shell.export.output import whole_file
from homegolf_git.shell.files.datafiles import package_file, schema
from homegolf_git.shell.files.unwritten import writing
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reporters import Answer

SHELLS: Final = ("bash", "zsh", "fish")


def show(shell: str) -> Answer[view.Script]:
    """The script that a shell is to load."""
    return Answer(view.Script(_script(shell)), view.script_text, view.script_json, is_harmless=True)


def install(shell: str) -> Answer[view.Installed]:
    """Write the script where the shell of this user loads it, and say so in its start file."""
    script, home = _script(shell), Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    place, start = {
        "bash": (data / "homegolf" / "completion.bash", home / ".bashrc"),
        "zsh": (data / "homegolf" / "completion.zsh", Path(os.environ.get("ZDOTDIR") or home) / ".zshrc"),
        "fish": (config / "fish" / "completions" / "homegolf.fish", None),
    }[shell]  # fmt: skip
    place.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(place) as draft:
        draft.write_text(script, encoding="utf-8")
    is_changed = start is not None and _add_line(start, f'source "{place}"')
    return Answer(
        view.Installed(shell, str(place), str(start) if is_changed else None),
        view.installed_text,
        view.installed_json,
    )


def _script(shell: str) -> str:
    if shell not in SHELLS:
        raise usage_error(
            f"there is no completion for {shell!r}", f"name one of {', '.join(SHELLS)}"
        )
    return package_file(f"completion.{shell}").read_text(encoding="utf-8")


def _add_line(path: Path, line: str) -> bool:
    """Add a line to a file that does not have it; whether it was added."""
    text = path.read_text(encoding="utf-8", errors="surrogateescape") if path.exists() else ""
    if line in text.splitlines():
        return False
    begin = "" if not text or text.endswith("\n") else "\n"
    try:
        with writing(path), path.open("a", encoding="utf-8") as file:
            file.write(f"{begin}{line}\n")
    except HomegolfError:
        with suppress(OSError):  # half a line would trouble the shell
            os.truncate(path, len(text.encode("utf-8", "surrogateescape")))
        raise
    return True


class Names:
    """What a ledger has names for, as of its latest commit; nothing is judged."""

    def __init__(self, path: Path) -> None:
        self.repo = GitRepo(path)
        self.head = self.repo.ledger_head()

    def lanes(self) -> list[str]:
        """Lanes that have rules."""
        folders = {path.split("/")[1] for path in self._listed((), f"{LEDGER}/")}
        names = sorted(filter(lane_id_of, folders))
        rules = self.repo.lookups([f"{self.head}:{LEDGER}/{name}/lane.yaml" for name in names])
        return [name for name, oid in zip(names, rules, strict=True) if oid is not None]

    def runs(self) -> list[RunId]:
        """Runs that have landed in any lane."""
        folders = [f"{LEDGER}/{name}/runs/" for name in self.lanes()]
        places = map(parse_path, self._listed(("-r",), *folders) if folders else ())
        return [place.run_id for place in places if place is not None and place.kind == "row"]

    def tags(self) -> list[str]:
        """The ledger's tags."""
        return sorted(self.repo.tag_objects(*TAG_FOLDERS))

    def _listed(self, options: tuple[str, ...], *folders: str) -> Iterable[str]:
        if self.head is None:
            return ()
        words = ("ls-tree", "-z", "--name-only", "--full-tree", *options, self.head, *folders)
        return self.repo.fields(words)


def failure_words(name: str) -> list[str]:
    """The kinds, or the stages, that a failure of a row may have."""
    failure = schema("run-v1")["properties"]["outcome"]["properties"]["failure"]
    return list(failure["properties"][name]["enum"])
