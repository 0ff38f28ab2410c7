"""The facts of a row that no receipt states, each as an option; every command that drafts one takes them."""

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

from homegolf_git.cli.app import Option
from homegolf_git.errors import usage_error

if TYPE_CHECKING:
    from homegolf_git.core.model.draft import DraftFacts

C = TypeVar("C", bound=Callable[..., None])


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - what an option gives
    return value


def _several(values: list[Any] | None) -> tuple[Any, ...]:
    return tuple(values or ())


def _config(pairs: list[str] | None) -> dict[str, Any]:
    """Config keys with their values; of a key that is given twice the last."""
    from homegolf_git.commands.common import setting

    return dict(map(setting, pairs or ()))


def _devices(texts: list[str] | None) -> tuple[tuple[str, int], ...]:
    devices = []
    for text in texts or ():
        name, _, count = text.rpartition(":")
        if not name or not count.isdecimal():
            raise usage_error(f"--device takes NAME:COUNT, not {text!r}")
        devices.append((name, int(count)))
    return tuple(devices)


class Fact(NamedTuple):
    """An option and the field of DraftFacts that it states."""

    field: str
    option: str
    metavar: str | None
    help: str
    kind: Any = str | None
    default: Any = None
    read: Callable[[Any], Any] = _as_it_is


_TEXTS, _NUMBERS = list[str] | None, list[int] | None
_FAILURE = ("failure", "stage", "detail")  # three options that state one field together
FACTS = (
    Fact("run_id", "--run-id", "ID", "With --receipt: the row's id."),
    Fact("finished_at", "--finished-at", "TIME", "With --receipt: UTC, with a Z."),
    Fact("submitter", "--submitter", "NAME", "With --receipt; git's user.name if not given."),
    Fact("base", "--base", "ID", "With --receipt: the run it was derived from."),
    Fact("change_kind", "--kind", "KIND", "With --receipt: system, model, data, eval, mixed or rerun; rerun if nobody says."),
    Fact("change_summary", "--summary", "TEXT", "With --receipt: what was changed."),
    Fact("repository", "--repository", "URL", "With --receipt: the trainer's repository."),
    Fact("revision", "--revision", "HEX", "With --receipt: the trainer's commit."),
    Fact("is_dirty", "--dirty/--clean", None, "With --receipt: whether the source had changes.", bool | None),
    Fact("evaluation_mode", "--mode", "MODE", "With --receipt: the evaluation mode."),
    Fact("split", "--split", "NAME", "With --receipt: the validation split."),
    Fact("seeds", "--seed", "N", "With --receipt: a seed that no receipt names.", _NUMBERS, read=_several),
    Fact("seeds_planned", "--seeds-planned", "N", "With --receipt: seeds planned.", int | None),
    Fact("seeds_run", "--seeds-run", "N", "With --receipt: all seeds that finished.", int | None),
    Fact("train_seconds_budget", "--budget", "SECONDS", "With --receipt: the training budget.", float | None),
    Fact("is_unbounded", "--no-budget", None, "With --receipt: no training budget was set.", bool, default=False),
    Fact("resolves", "--resolves", "ID", "With --receipt: a blocked run it settled.", _TEXTS, read=_several),
    Fact("promotion", "--promotion", "TAG", "With --receipt: the tag that admitted it."),
    Fact("config", "--set", "KEY=VALUE", "With --receipt: a config key, JSON value.", _TEXTS, read=_config),
    Fact("hardware", "--device", "NAME:COUNT", "With --receipt: devices that trained.", _TEXTS, read=_devices),
    Fact("failure", "--failure", "KIND", "Why there is no score; a receipt is not needed then."),
    Fact("stage", "--stage", "STAGE", "With --failure: where it failed.", str, "train"),
    Fact("detail", "--detail", "TEXT", "With --failure: one line.", str, ""),
    Fact("notes", "--notes", "TEXT", "With --receipt: free text.", str, ""),
)  # fmt: skip


def takes_facts(command: C) -> C:
    """Give a command an option for every fact, in place of its `**stated`."""
    signature = inspect.signature(command)
    own = [item for item in signature.parameters.values() if item.kind is not item.VAR_KEYWORD]
    facts = [
        inspect.Parameter(
            fact.field,
            inspect.Parameter.KEYWORD_ONLY,
            default=fact.default,
            annotation=Annotated[
                fact.kind, Option(fact.option, metavar=fact.metavar, help=fact.help)
            ],
        )
        for fact in FACTS
    ]
    command.__signature__ = signature.replace(parameters=[*own, *facts])  # type: ignore[attr-defined] # which typer reads
    return command


def draft_facts(stated: Mapping[str, Any]) -> "DraftFacts":
    """What the options state.

    Raises:
        HomegolfError: for a value that cannot be understood.
    """
    from homegolf_git.core.model.draft import DraftFacts

    failure = tuple(stated[name] for name in _FAILURE) if stated["failure"] else None
    fields = {
        fact.field: fact.read(stated[fact.field]) for fact in FACTS if fact.field not in _FAILURE
    }
    return DraftFacts(**fields, failure=failure)
