"""Trailers of the commit that brings a row: what they say of the row, and where that is not so.

A commit need not have any: one that was imported has none, and a merge has those of the branch.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from homegolf_git.core.model.findings import Finding, finding

Said = tuple[tuple[str, str], ...]  # the end of a trailer's name in small letters, and its value
_TRAILER = re.compile(r"^Homegolf-(Run|Lane|Row-Sha256):(.*)$", re.MULTILINE | re.IGNORECASE)


def said_in(message: str) -> Said:
    """Every trailer of a message about a row, in their order; git ignores the case of their names."""
    return tuple((name.lower(), said.strip(" \t")) for name, said in _TRAILER.findall(message))


def said_of_runs(message: str, runs: Collection[str]) -> dict[str, Said]:
    """What the message of a commit says of the runs that it lands.

    Where messages were joined, those of one run begin with Homegolf-Run. A commit may have landed a
    part of them: of several runs one that is not named is left out.
    """
    found = said_in(message)
    blocks = said_of_named(found, runs)
    if len(runs) == 1 and not blocks and found:
        return dict.fromkeys(runs, found)
    return blocks


def said_of_named(found: Said, runs: Collection[str]) -> dict[str, Said]:
    """Those of the trailers that stand with the name of a run, by run."""
    if sum(name == "run" for name, _ in found) == 1:  # then their order does not matter
        (run,) = (said for name, said in found if name == "run")
        return {run: found} if run in runs else {}
    blocks: dict[str, Said] = {}
    run = ""
    for name, said in found:
        run = said if name == "run" else run
        if run in runs:
            blocks[run] = (*blocks.get(run, ()), (name, said))
    return blocks


def contradictions(said: Said, facts: Mapping[str, str], *, is_joined: bool) -> Iterator[str]:
    """Trailers that say other than the row; `facts` are what they should say.

    Where messages were joined one that fits is enough.
    """
    there = set(said)
    wanted = {name.lower(): (name, value) for name, value in facts.items()}
    for name, value in said:
        written, right = wanted[name]
        if value != right and not (is_joined and (name, right) in there):
            yield f"Homegolf-{written}: {value[:80]}"


def landed_findings(said: Said, facts: Mapping[str, str], path: str) -> Iterator[Finding]:
    """What the commit that landed a row says of it and is not so; nobody can mend it any more."""
    for claim in contradictions(said, facts, is_joined=True):
        fix = (
            f"find out which of the two was meant; if the row is wrong run "
            f"`homegolf retract {facts['Run']} --reason TEXT --evidence WHERE --by WHO`"
        )
        message = f"the commit that landed it says {claim}"
        yield finding("trailer_mismatch", message, path, severity="warning", fix=fix)
