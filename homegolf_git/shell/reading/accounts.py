"""What a ledger amounts to, so that another one can be held against it: files, line and tag series."""

from collections.abc import Collection, Mapping

from homegolf_git.core.judge.history import Track, landings
from homegolf_git.core.judge.witness import (
    Account,
    Difference,
    Entry,
    chain_findings,
    chains_of,
    entries_of,
    first_difference,
)
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import TAG_FOLDERS, Oid, parse_tag
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo
from homegolf_git.shell.git.rawlog import first_parent_history
from homegolf_git.shell.reading.memory import note, recall

_FILE = (
    f"{OWN_FOLDER}/tags.json"  # in the git directory: series -> its last tag and that one's object
)


def account_of(repo: GitRepo, head: Oid) -> Account:
    """The ledger up to a commit, with the tags that are here."""
    begins = next(iter(repo.positions(head)))
    tags = repo.tag_objects(*TAG_FOLDERS)
    return Account(begins, head, entries(repo, head), chains_of(tags))


def entries(repo: GitRepo, head: Oid, after: Oid | None = None) -> list[Entry]:
    """The files that landed up to a commit, from the first one or from those behind another one on."""
    return list(entries_of(landings(first_parent_history(repo, head, after), Track())))


def difference(repo: GitRepo, here: Oid, there: Oid) -> Difference | None:
    """Where two lines part in their files; None: they brought the same ones."""
    return first_difference(entries(repo, here, there), entries(repo, there, here))


# --- which tags were seen


def changed_tags(repo: GitRepo, objects: Mapping[str, Oid]) -> list[Finding]:
    """Numbered tags that are another object than the one that was here when it was looked at last.

    `objects` are the tags that are here, by name.
    """
    there = {name: each for name, each in _seen(repo).items() if each[0] in objects}
    return list(chain_findings(there, objects, "it was"))


def remember_tags(
    repo: GitRepo, objects: Mapping[str, Oid], made: Collection[str] | None = None
) -> None:
    """Note the last tag of each series; with `made` just those known ones that were made anew here.

    Where the git directory cannot be written nothing is remembered.
    """
    seen, now = _seen(repo), chains_of(objects)
    if made is not None:
        now = {
            name: (tag, objects.get(tag, oid) if tag in made else oid)
            for name, (tag, oid) in seen.items()
        }
    if now == seen:
        return
    note(repo, _FILE, now)


def _seen(repo: GitRepo) -> dict[str, tuple[str, Oid]]:
    found = recall(repo, _FILE).values()
    pairs = (each for each in found if isinstance(each, list) and len(each) == 2)  # noqa: PLR2004 - a tag and its object
    return {
        tag.rpartition("/")[0]: (tag, Oid(oid))
        for tag, oid in pairs
        if isinstance(tag, str) and isinstance(oid, str) and parse_tag(tag)
    }
