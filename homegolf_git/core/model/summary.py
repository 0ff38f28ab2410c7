"""What a run tried, in words, where nobody says it."""

import json
from collections.abc import Mapping

from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Json

_KEYS_MAX = 4  # of a config that are named
_LENGTH_MAX = 120


def summary_of(
    base: Row | None, config: Mapping[str, Json], revision: str | None, subject: str
) -> str:
    """The subject of a new commit, else what the config changes, else that it is the base again."""
    if subject and revision != (base.source.revision if base else None):
        return _short(subject)
    if base is None:
        return "baseline"
    changed = [
        f"{key}={json.dumps(config[key])}" if key in config else f"without {key}"
        for key in sorted({*config, *base.config})
        if key not in config or key not in base.config or config[key] != base.config[key]
    ]
    if not changed:
        return f"rerun of {base.run_id}"
    more = f" and {len(changed) - _KEYS_MAX} more" if len(changed) > _KEYS_MAX else ""
    return _short(", ".join(changed[:_KEYS_MAX]) + more)


def _short(text: str) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= _LENGTH_MAX else text[: _LENGTH_MAX - 3] + "..."
