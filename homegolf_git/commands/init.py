"""`homegolf init`: give a repository a ledger; what is there already stays."""

import os

from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.autoresearch import LANE, past_lane
from homegolf_git.core.model.naming import lane_path, parse_path
from homegolf_git.core.model.values import replace
from homegolf_git.core.views import init as view
from homegolf_git.errors import Exit, HomegolfError, usage_error
from homegolf_git.shell.files.worktree import place_files
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.ledgerfiles import NewLanes, lanes_to_add, ledger_files
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.setup import nested_ledger

_BRANCH = "homegolf"  # of a ledger beside a trainer that somebody else's loop works on
TRAINERS = ("autoresearch",)


def init(
    workspace: Workspace, new: NewLanes, branch: str | None = None, trainer: str | None = None
) -> Answer[view.Begun] | Answer[view.Opened] | Answer[view.Moved]:
    """Write ladder, lanes, workflows, git attributes, owners, schemas and editor settings.

    With `branch`, or where the ledger has a branch for itself already, they go into a commit of it.
    With `trainer`, the kind of repository that this is, they always do, and the lane is made for it.
    """
    repo = workspace.repo()
    if trainer is not None:
        return _beside_trainer(workspace, repo, new, branch, trainer)
    if branch is not None or repo.ledger_ref is not None:
        from homegolf_git.shell.opening import open_branch  # noqa: PLC0415 - commits

        opened = open_branch(repo, new, branch or repo.ledger_name)
        return Answer(opened, view.opened_text, view.opened_json)
    return _into_work_tree(repo, new)


def _beside_trainer(
    workspace: Workspace, repo: GitRepo, new: NewLanes, branch: str | None, kind: str
) -> Answer[view.Moved]:
    if kind not in TRAINERS:
        raise usage_error(f"--from takes {' or '.join(TRAINERS)}, not {kind!r}")
    from homegolf_git.shell.autoresearch import place_note, trainer_of  # noqa: PLC0415 - this case
    from homegolf_git.shell.opening import open_branch  # noqa: PLC0415 - commits

    trainer = trainer_of(repo, workspace.path)
    name = branch or (_BRANCH if repo.ledger_ref is None else repo.ledger_name)
    lane = next(iter(new.lanes), LANE)
    # An incumbent that was imported has no source to be run again, so old runs are apart from new ones.
    past = past_lane(lane) if trainer.has_results else None
    lanes = (*(new.lanes or (lane,)), *([past] if past else []))
    opened = open_branch(repo, replace(new, lanes=lanes, trainer=trainer, past=past), name)
    opened = replace(opened, beside=place_note(repo, trainer, lane, name))
    return Answer(view.Moved(opened, lane, trainer, past), view.moved_text, view.moved_json)


def _into_work_tree(repo: GitRepo, new: NewLanes) -> Answer[view.Begun]:
    repo.require_work_tree()
    if (
        nested := nested_ledger(repo)
    ) is not None:  # what is written there would be no part of this
        raise HomegolfError(Exit.ENVIRONMENT, nested)
    left_out = repo.left_out()  # by a sparse checkout: it is there, and git has it
    drafts = [path.relative_to(repo.top).as_posix() for path in repo.top.glob(lane_path("*"))]
    places = [parse_path(path) for path in (*drafts, *left_out)]
    there_already = sorted({place.lane for place in places if place and place.kind == "lane"})
    rules = lanes_to_add(new, there_already)
    files = ledger_files(
        sorted({*there_already, *rules}), {lane_path(lane): data for lane, data in rules.items()}
    )
    there = [name for name in files if name in left_out or os.path.lexists(repo.top / name)]
    written = place_files(
        repo.top, {name: data for name, data in files.items() if name not in there}
    )
    return Answer(view.Begun(list(rules), written, there), view.text, view.json)
