"""`homegolf loop`: try ideas until it is honest to stop."""

from collections.abc import Callable, Mapping

from homegolf_git.commands.loop_request import LoopRequest
from homegolf_git.commands.loop_share import Share
from homegolf_git.commands.loop_source import Source
from homegolf_git.commands.loop_work import Loop
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.findings import finding
from homegolf_git.core.search.looping import Reason
from homegolf_git.core.views import loop as view
from homegolf_git.errors import Exit
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.running.guard import TamperedError

__all__ = ["CODES", "LoopRequest", "loop"]

CODES: dict[Reason, Exit] = {
    "plateaued": Exit.PLATEAUED, "budget": Exit.OK, "failures": Exit.FINDINGS,
    "exhausted": Exit.OK, "tampered": Exit.FINDINGS,
}  # fmt: skip


def loop(
    workspace: Workspace,
    request: LoopRequest,
    source: Source,
    environment: Mapping[str, str],
    say: Callable[[str], None],
    share: Share | None = None,
) -> Answer[view.Looped] | Answer[view.Planned]:
    """Carry out one order after the other until one of five reasons ends it.

    It may be killed at any moment: what is done stands in the ledger, and the next call goes on.

    Args:
        workspace: Where the ledger is.
        request: What is run, and when it ends.
        source: Where the ideas come from.
        environment: Of the command, as the user has it.
        say: Gets a line a run.
        share: Whom it shares the lane with.
    """
    loop_ = Loop(workspace, request, source, environment, say, share)
    if request.is_dry_run:
        planned = loop_.planned()
        return Answer(planned, view.planned_text, view.planned_json)
    try:
        reason = loop_.whole()
    except TamperedError as error:  # what the agent left stays to be looked at
        return answered(loop_.ended("tampered", [finding("tampered", str(error))]))
    finally:
        loop_.let_go()
    source.stand_at(loop_.incumbent())
    return answered(loop_.ended(reason))


def answered(looped: view.Looped) -> Answer[view.Looped]:
    """The report, with the exit code of its reason."""
    return Answer(looped, view.text, view.json, CODES[looped.reason], looped.findings)
