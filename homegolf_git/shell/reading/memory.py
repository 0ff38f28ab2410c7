"""What a clone remembers between two commands: small JSON files in its git directory."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from homegolf_git.shell.git.gitrepo import GitRepo


def recall(repo: GitRepo, file: str) -> dict[str, Any]:
    """What was noted; nothing where the file is missing, or holds no mapping."""
    try:
        found = json.loads((repo.common_dir / file).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def note(repo: GitRepo, file: str, memory: Mapping[str, object]) -> None:
    """Note it whole; where the git directory cannot be written nothing is remembered."""
    path = repo.common_dir / file
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        try:
            draft.write_text(json.dumps(memory, indent=1, sort_keys=True) + "\n", "ascii")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
