"""The rules that tell why a run failed, from the data file that comes with the program."""

from functools import cache
from typing import Any

from homegolf_git.core.model.failures import Ended, Rule, Rules, classify, contradiction
from homegolf_git.core.model.row import Failure
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.datafiles import package_file

FILE = "failures.yaml"


@cache
def failure_rules() -> Rules:
    """All rules in their order."""
    document: Any = rowyaml.load(package_file(FILE).read_bytes(), FILE).value
    loss = document["loss"]
    rules = tuple(_rule(item) for item in document["rules"])
    return Rules(rules, loss["factor"], loss["readings"])


def failure_of(ended: Ended) -> Failure:
    """The failure of a run that ended without a score."""
    return classify(ended, failure_rules())


def shown_otherwise(failure: Failure, data: bytes) -> str:
    """What a log shows of a failure other than the one that is stated; or nothing."""
    return contradiction(failure, data.decode("utf-8", "replace").splitlines(), failure_rules())


def _rule(item: dict[str, Any]) -> Rule:
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in item.items()
    }
    return Rule(**fields)
