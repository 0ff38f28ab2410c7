"""The rules that tell why a run failed, from the data file that comes with the program."""

from functools import cache
from typing import Any

from homegolf_git.core.model.failures import Ended, Rule, Rules, classify, contradiction, fault_of
from homegolf_git.core.model.row import Failure
from homegolf_git.core.model.values import DecodeError, decode, encode
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.datafiles import package_file

FILE = "failures.yaml"
SCHEMA = "homegolf/failures/v1"


class RulesError(ValueError):
    """A file states no rules, and why."""


@cache
def failure_rules() -> Rules:
    """All rules in their order."""
    return rules_of(package_file(FILE).read_bytes())


def rules_of(data: bytes) -> Rules:
    """The rules that a file states, in their order.

    Raises:
        RulesError: for a file that could not be held against an end.
    """
    loaded = rowyaml.load(data, FILE)
    if loaded.findings:
        raise RulesError(loaded.findings[0].message)
    document: Any = loaded.value
    if document.get("schema") != SCHEMA:
        raise RulesError(f"the schema is not {SCHEMA}")
    try:
        loss, items = document["loss"], document["rules"]
        stated = Rules(tuple(Rule(**item) for item in items), loss["factor"], loss["readings"])
        rules = decode(Rules, encode(stated))  # which holds every field to its type
    except (KeyError, TypeError, DecodeError) as error:
        raise RulesError(str(error)) from error
    if fault := fault_of(rules):
        raise RulesError(fault)
    return rules


def failure_of(ended: Ended) -> Failure:
    """The failure of a run that ended without a score."""
    return classify(ended, failure_rules())


def shown_otherwise(failure: Failure, data: bytes) -> str:
    """What a log shows of a failure other than the one that is stated; or nothing."""
    return contradiction(failure, data.decode("utf-8", "replace").splitlines(), failure_rules())
