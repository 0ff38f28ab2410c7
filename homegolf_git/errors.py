"""How a command ends when it cannot do its work, and the exit codes that say so."""

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the model is not needed to print a help text
    from homegolf_git.core.model.findings import Finding


class Exit(IntEnum):
    """Exit codes; they are part of the contract."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    BUG = 3
    ENVIRONMENT = 4
    LOST_RACE = 5
    PLATEAUED = 10
    DISCARD = 20
    MORE = 21
    INVALID = 22
    BLOCKED = 23
    INTERRUPTED = 130


class HomegolfError(Exception):
    """A command stops: with what exit code, and for what findings."""

    def __init__(self, exit_code: Exit, *findings: "Finding") -> None:
        super().__init__("; ".join(f"{item.code}: {item.message}" for item in findings))
        self.exit_code = exit_code
        self.findings = list(findings)


def environment_error(code: str, message: str, fix: str = "") -> HomegolfError:
    """Something around the command is not as it must be."""
    from homegolf_git.core.model.findings import finding  # noqa: PLC0415 - see above

    return HomegolfError(Exit.ENVIRONMENT, finding(code, message, fix=fix))


def usage_error(message: str, fix: str = "") -> HomegolfError:
    """The command was called wrongly, as the parser of options could not see."""
    from homegolf_git.core.model.findings import finding  # noqa: PLC0415 - see above

    return HomegolfError(Exit.USAGE, finding("usage", message, fix=fix))


def refused(*findings: "Finding") -> HomegolfError:
    """The input is not accepted."""
    return HomegolfError(Exit.FINDINGS, *findings)
