"""What log files have in common: who they are, and what their folders say."""

import hashlib
import re
from datetime import date

from homegolf_git.importers.entries import LogFile, Record

_DAY = re.compile(r"(20[0-9]{2})[-_]?([01][0-9])[-_]?([0-3][0-9])")


def file_record(file: LogFile) -> Record:
    """A whole file as a record: its digest is what makes it this one."""
    return Record(file.name, 0, {"sha256": hashlib.sha256(file.data).hexdigest()})


def folder_of(name: str) -> str:
    """The name of the folder that a file lies in; empty at the top."""
    return name.rpartition("/")[0].rpartition("/")[2]


def day_of(name: str) -> str | None:
    """Midnight of the day that a name begins with."""
    match = _DAY.search(name)
    try:
        return f"{date(*map(int, match.groups())).isoformat()}T00:00:00Z" if match else None
    except ValueError:
        return None
