"""What a drafted row can be given, each as an option; every command that drafts one takes them."""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

from homegolf_git.cli.app import Option
from homegolf_git.errors import usage_error

if TYPE_CHECKING:
    from homegolf_git.commands.draft import Request
    from homegolf_git.core.model.draft import DraftFacts

C = TypeVar("C", bound=Callable[..., None])


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - what an option gives
    return value


def _several(values: list[Any] | None) -> tuple[Any, ...]:
    return tuple(values or ())


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
_CONFIG = ("config", "config_file")  # and two
_OF_REQUEST = ("lane", "receipt", "receipt_kind", "source")  # and no fact of the row
FACTS = (
    Fact("receipt", "--receipt", "FILE", "Draft the row from this report.", list[Path] | None),
    Fact("receipt_kind", "--receipt-kind", "KIND", "Reader of the reports; found out if not given."),
    Fact("lane", "--lane", "LANE", "The row's lane, where there are several."),
    Fact("source", "--source", "PATH", "The trainer's repository; the one around the working directory if not given.", Path | None),
    Fact("run_id", "--run-id", "ID", "The row's id; made of time and summary if not given."),
    Fact("finished_at", "--finished-at", "TIME", "When it finished, UTC with a Z; now if no report says."),
    Fact("submitter", "--submitter", "NAME", "Who submits it; git's user.name if not given."),
    Fact("base", "--base", "ID", "The run it was derived from; the incumbent if not given. For submit with row files: as --onto."),
    Fact("change_kind", "--kind", "KIND", "system, model, data, eval, mixed or rerun; derived if not given."),
    Fact("change_summary", "--summary", "TEXT", "What was changed."),
    Fact("repository", "--repository", "URL", "Where the trainer's repository is."),
    Fact("revision", "--revision", "HEX", "The trainer's commit."),
    Fact("is_dirty", "--dirty/--clean", None, "Whether the source had uncommitted changes.", bool | None),
    Fact("evaluation_mode", "--mode", "MODE", "The evaluation mode; the lane's only one if not given."),
    Fact("split", "--split", "NAME", "The validation split."),
    Fact("seeds", "--seed", "N", "A seed that no report names.", _NUMBERS, read=_several),
    Fact("seeds_planned", "--seeds-planned", "N", "Seeds planned.", int | None),
    Fact("seeds_run", "--seeds-run", "N", "All seeds that finished.", int | None),
    Fact("train_seconds_budget", "--budget", "SECONDS", "The training budget.", float | None),
    Fact("is_unbounded", "--no-budget", None, "No training budget was set.", bool, default=False),
    Fact("resolves", "--resolves", "ID", "A blocked run it settled.", _TEXTS, read=_several),
    Fact("promotion", "--promotion", "TAG", "The promotion that admitted it."),
    Fact("config", "--set", "KEY=VALUE", "A config key; its value is JSON, or text.", _TEXTS),
    Fact("config_file", "--config", "FILE", "The config: JSON or YAML.", Path | None),
    Fact("hardware", "--device", "NAME:COUNT", "Devices that trained; measured if no report says.", _TEXTS, read=_devices),
    Fact("failure", "--failure", "KIND", "Why there is no score; a receipt is not needed then."),
    Fact("stage", "--stage", "STAGE", "With --failure: where it failed.", str, "train"),
    Fact("detail", "--detail", "TEXT", "With --failure: one line.", str, ""),
    Fact("notes", "--notes", "TEXT", "Free text.", str, ""),
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
    from homegolf_git.commands.common import whole_config
    from homegolf_git.core.model.draft import DraftFacts

    failure = tuple(stated[name] for name in _FAILURE) if stated["failure"] else None
    config = whole_config(stated["config_file"], stated["config"] or ())
    fields = {
        fact.field: fact.read(stated[fact.field])
        for fact in FACTS
        if fact.field not in (*_FAILURE, *_CONFIG, *_OF_REQUEST)
    }
    return DraftFacts(**fields, config=config or {}, failure=failure)


def request(stated: Mapping[str, Any], *, may_have_empty_config: bool = False) -> "Request":
    """The row that is to be drafted, as the options say."""
    from homegolf_git.commands.draft import Request

    return Request(
        stated["lane"],
        tuple(stated["receipt"] or ()),
        draft_facts(stated),
        stated["receipt_kind"],
        stated["source"],
        may_have_empty_config,
    )


def is_drafted(stated: Mapping[str, Any]) -> bool:
    """Whether the options are of a row that is to be drafted."""
    return bool(stated["receipt"]) or stated["failure"] is not None
