"""A list of allowed signers, as ssh-keygen reads it (ALLOWED SIGNERS): whose key is whose.

Git itself tells whether a signature is right; this says for whom its key may sign.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Sequence

from homegolf_git.core.model.values import Value

BYTES_MAX = 256 * 1024
_LINE = re.compile(
    r'(?P<names>"[^"]*"|[^\s"]+)[ \t]+(?:(?P<options>(?:[^\s"]|"[^"]*")+)[ \t]+)?'
    r"(?P<kind>(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+)[ \t]+(?P<key>[A-Za-z0-9+/]+=*)(?:[ \t].*)?"
)
_ENDS = re.compile(r'(?:^|,)valid-before="?([0-9]{8}(?:[0-9]{4}(?:[0-9]{2})?)?)Z?"?', re.IGNORECASE)


class Signer(Value, frozen=True):
    """A key, known by its fingerprint, and the names that it may sign for.

    `ends` is when it ceases to count, as digits of a UTC time; empty: never.
    """

    names: tuple[str, ...]  # patterns: * and ?, and ! in front of one that is left out
    fingerprint: str
    ends: str = ""

    def may_sign_for(self, name: str) -> bool:
        """Whether one of the patterns fits, and none that is left out."""
        fits = [pattern for pattern in self.names if _fits(pattern.removeprefix("!"), name)]
        return bool(fits) and not any(pattern.startswith("!") for pattern in fits)


class Signers(Value, frozen=True):
    """A list, and the numbers of those lines that name no key, or one that stands there already."""

    all: Sequence[Signer] = ()
    bad_lines: Sequence[int] = ()

    def may_sign(self, fingerprint: str, found: str, name: str) -> bool:
        """Whether a key may sign for somebody; `found` is the name that git has found for it.

        Of several lines with one key only the one counts that git found valid. A key that is on none
        was vouched for by another key, for that name.
        """
        known = [signer for signer in self.all if signer.fingerprint == fingerprint]
        valid = [signer for signer in known if found in signer.names]
        return any(signer.may_sign_for(name) for signer in valid) or (not known and found == name)


def read_signers(data: bytes) -> Signers:
    """Read a list."""
    signers, bad, keys = [], [], set()
    for number, line in _lines(data):
        signer = _signer(line)
        if signer is not None:
            signers.append(signer)
        if signer is None or signer.fingerprint in keys:
            bad.append(number)
        else:
            keys.add(signer.fingerprint)
    return Signers(signers, bad)


def still_valid(data: bytes, time: str) -> bytes:
    """The list without keys that have ended; `time` is UTC, as its digits.

    Whoever has such a key can date a commit back to when it counted.
    """
    gone = {number for number, line in _lines(data) if (signer := _signer(line)) and signer.ends and signer.ends.ljust(14, "0") <= time}  # fmt: skip
    lines = data.split(b"\n")
    return b"\n".join(line for number, line in enumerate(lines, start=1) if number not in gone)


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), start=1):
        text = line.strip()
        if text and not text.startswith("#"):
            yield number, text


def _signer(line: str) -> Signer | None:
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    try:
        key = base64.b64decode(found["key"], validate=True)
    except binascii.Error:
        return None
    digest = base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")
    ends = _ENDS.search(found["options"] or "")
    names = tuple(found["names"].strip('"').split(","))
    return Signer(names, f"SHA256:{digest}", ends[1] if ends else "")


def _fits(pattern: str, name: str) -> bool:
    """Whether a pattern of * and ? fits a name, in time that is at most the product of their lengths."""
    at = place = 0
    star, mark = -1, 0
    while place < len(name):
        if at < len(pattern) and pattern[at] == "*":
            star, mark = at, place
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", name[place]):
            at += 1
            place += 1
        elif star >= 0:
            mark += 1
            at, place = star + 1, mark
        else:
            return False
    return all(char == "*" for char in pattern[at:])
