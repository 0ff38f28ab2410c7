"""What git complains of, made into one finding: a code, a place, and the command that mends it.

Git's words are looked at whole. Its first line alone is often the least of it: its advice stands in
the third, and the object's name in the last. The patterns are compiled when it does complain: there
are many, and a call that goes well needs none.
"""

import re
from pathlib import Path

from homegolf_git.core.model.values import Value
from homegolf_git.errors import HomegolfError, environment_error

_LABEL = r"^(?:fatal|error|warning): "
_OID = r"\b(?<!pack-)(?:[0-9a-f]{64}|[0-9a-f]{40})\b"
# Words before the name of the object that git could not have, not of one that leads to it.
_LACKS = r"ould not (?:read|fetch)|Can't load tree|missing object|bad object|bad ref|unable to |loose object|packed object|header for|cannot read"
_QUOTED = r"'[^'\n]*'"  # a name of the user's may hold any word
_DAMAGE = (
    r"inflate|corrupt|unable to (?:open|map|mmap|unpack)|object file \S+ is empty|header for|does not match index"
    r"|is too small|non-monotonic|wrong index|garbage at end|hash mismatch|cannot be (?:accessed|mapped)"
    r"|fatal: (?:commit-graph|multi-pack-index)|far too short|[Pp]ermission denied|Too many open files|Input/output error"
)
_CACHE = r"(?m)^fatal: (commit-graph|multi-pack-index)\b"
_CACHES = {"commit-graph": "info/commit-graph", "multi-pack-index": "pack/multi-pack-index"}
_LACK = r"unable to read |missing object|bad (?:tree )?object|Could not read |Can't load tree "
_PLACE = r"\bobjects/([0-9a-f]{2})/([0-9a-f]{62}|[0-9a-f]{38})\b"  # of a loose object
_HALF_READ = r"(?m)^error: (?:Could not read |[Oo]bject [0-9a-f]+ (?:is|not) a )"
_BROKEN = r"ignoring broken ref (\S+)"
_PACK = r"(?:packfile|index file|pack|stored in) (?P<path>\S+\.(?:pack|idx))\b"

# What git says where it could not write. What a remote says is of its own disk.
_HERE = r"(?m)^(?!remote: |error: remote )"
_FULL = (
    _HERE + r"(?P<line>.*\b(?P<words>No space left on device|Out of diskspace|Disk quota exceeded"
    r"|File too large|Read-only file system)\b.*)$"
)
_FORBIDDEN = (
    _HERE + r"(?P<line>(?=.*\b(?:create|lock|mkdir|unlink|write|adding) )"
    r".*\b(?P<words>Permission denied|insufficient permission)\b.*)$"
)
_UNSAID = (  # why it could not
    _HERE + r"(?P<line>.*(?:\bcouldn't (?:write|set) '|' write error\b|\bwrite (?:new )?index\b"
    r"|\bunable to (?:write file|create directory for)\b)(?!.*: No such file or directory$).*)(?P<words>)$"
)
_PATH = r"'([^'\n]+)'|(?:^| )([^\s:']*/[^\s:']*)"


class _Kind(Value, frozen=True):
    """A complaint: how it is known, and its code; texts take the groups of the pattern."""

    pattern: str
    code: str
    fix: str = ""
    message: str = ""  # git's own words where there is none


_KINDS = (
    _Kind(
        r"(?m)^\s*(?P<advice>git config --global --add safe\.directory .+?)\s*$",
        "dubious_ownership", "run `{advice}`",
    ),
    _Kind(r"cannot use bare repository", "bare_not_allowed"),
    _Kind(
        r"must be run in a work tree",
        "no_repository", "run it in the work tree, not in its git directory, or name that with --repo",
    ),
    _Kind(r"Expected git repo version|unknown repository extension", "old_git", "install a newer git"),
    _Kind(
        r"bad config line (?P<line>\d+) in file (?P<path>.+)",
        "bad_git_config", "correct line {line} of {path}",
    ),
    _Kind(
        r"bad config variable '\S+' in file '(?P<path>.+)' at line (?P<line>\d+)",
        "bad_git_config", "correct line {line} of {path}",
    ),
    _Kind(
        r"(?:[Bb]ad \w+ config value '.*' for|(?:[Mm]issing|[Mm]alformed|[Ii]nvalid) value for) '?(?P<name>\w[\w.-]*\w)",
        "bad_git_config", "run `git config --show-origin --get-all {name}`, and correct it there",
    ),
    _Kind(
        r"\b(?P<name>GIT_CONFIG_(?:COUNT|KEY_\d+|VALUE_\d+))\b",
        "bad_git_config", "run `unset GIT_CONFIG_COUNT`", "the environment's settings cannot be read, for {name}",
    ),
    _Kind(
        _HERE + r".*(?:[Oo]ut of memory|Cannot allocate memory|cannot create thread|cannot fork|Resource temporarily unavailable)",
        "no_resources",
    ),
    _Kind(
        r"v1-only extensions? found",
        "bad_git_config", "take the section [extensions] out of the repository's file config",
    ),
    _Kind(
        r"invalid mode for object creation",
        "bad_git_config", "run `git config --show-origin --get-all core.createObject`, and correct it there",
    ),
    _Kind(
        r"(?m)^(?:fatal|error): (?P<path>[^\s:]+/[^\s:]+): .+: Permission denied$",
        "no_permission", "run `chmod -R u+rwX {path}` as its owner", "{path} may not be read",
    ),
    _Kind(
        r"(?m)^(?:fatal|error): .*?(?P<path>[^\s'\"]+)['\")]*: Permission denied$",
        "no_permission", "run `chmod -R u+rwX {path}` as its owner", "{path} may not be read",
    ),
    _Kind(
        r"index file (?:corrupt|smaller|open failed)|bad signature 0x|bad index |unordered stage entries|index uses",
        "corrupt_index",
    ),
    _Kind(
        r"unexpected line in (?P<path>.+?packed-refs): ",
        "damaged_repository", "take that line out of {path}",
    ),
)  # fmt: skip


def unwritten_by_git(said: str, folder: Path) -> HomegolfError | None:
    """That git, having run in a folder, could not write; None where that is not what ended it."""
    match = re.search(_FULL, said) or re.search(_FORBIDDEN, said) or re.search(_UNSAID, said)
    if match is None:
        return None
    from homegolf_git.shell.files.unwritten import unwritten_by  # noqa: PLC0415 - rarely needed

    line = re.sub(_LABEL, "", match["line"].strip())
    message = line if str(folder) in line else f"{folder}: {line}"
    named = ["", *(quoted or plain for quoted, plain in re.findall(_PATH, line))]
    return unwritten_by(message, match["words"], folder / named[-1])


def complaint(said: str, folder: Path) -> HomegolfError | None:
    """What a failure is that git explains so, having run in a folder; None where that is not known."""
    if (full := unwritten_by_git(said, folder)) is not None:
        return full
    for kind in _KINDS:
        if match := re.search(kind.pattern, said):
            parts = {name: found for name, found in match.groupdict().items() if found}
            if "path" in parts:
                parts["path"] = str(folder / parts["path"])
            message = kind.message.format(**parts) or sentence(said)
            return environment_error(kind.code, message, kind.fix.format(**parts))
    return None


def sentence(said: str) -> str:
    """The line that says most: the one that was fatal, else the first error."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    starts = ("fatal: ", "error: ", "")
    found = (line for start in starts for line in lines if line.startswith(start))
    return re.sub(_LABEL, "", next(found, "git failed"))


def lacking(said: str) -> str | None:
    """The object that git could not have."""
    if (place := re.search(_PLACE, said)) is not None:
        return place[1] + place[2]
    for line in said.splitlines():
        if (words := re.search(_LACKS, line)) and (
            name := re.compile(_OID).search(line, words.start())
        ):
            return name[0]
    found = re.search(_OID, said)
    return found[0] if found else None


def damaged_pack(said: str) -> str | None:
    """The pack that git cannot use."""
    found = re.search(_PACK, said)
    return found["path"] if found else None


def damaged_cache(said: str) -> str | None:
    """The file below `objects` that git keeps for speed alone, and that ended it."""
    if found := re.search(_CACHE, said):
        return _CACHES[found[1]]
    return None


def broken_ref(said: str) -> str | None:
    """The ref that git left out because it cannot be read."""
    found = re.search(_BROKEN, said)
    return found[1] if found else None


def is_unreadable(said: str) -> bool:
    """Whether git met an object that it could not have, or could not read."""
    return re.search(_LACK, said) is not None or is_damage(said)


def is_half_read(said: str) -> bool:
    """Whether git answered without a commit that it could not read, as `merge-base` does."""
    return re.search(_HALF_READ, said) is not None


def is_damage(said: str) -> bool:
    """Whether git met something that is there and that it could not read."""
    return re.search(_DAMAGE, re.sub(_QUOTED, "''", said)) is not None
