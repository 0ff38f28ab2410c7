"""`homegolf promote`: a go decision up the ladder, kept as a write-once tag."""

from datetime import UTC, datetime

from homegolf_git.commands.common import lane_of, lanes_named, place_of_run, require_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.replay import judge_lane, verdict_of
from homegolf_git.core.judge.signed import wants_signed_tags
from homegolf_git.core.judge.tagseries import Tag, link, promoted_runs, promotion_document
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import LaneId, Oid, RunId, TagName, parse_tag, tag_ref
from homegolf_git.core.model.values import Value
from homegolf_git.core.search.promotion import Candidate, Item, checklist, unproven
from homegolf_git.core.views import promotion as view
from homegolf_git.errors import Exit, refused
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.tagobjects import create_tag, read_tags
from homegolf_git.shell.landing.commits import alone
from homegolf_git.shell.landing.signing import require_key
from homegolf_git.shell.progress import Progress
from homegolf_git.shell.reading.load import current_ledger
from homegolf_git.shell.reading.signatures import unsigned_tags
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.sending import arrived, send_promotion
from homegolf_git.shell.tags import fetch_tags


class _Decision(Value, frozen=True):
    """Everything a promotion is decided from."""

    ledger: Ledger
    run_id: RunId
    source: LaneId
    target: LaneId
    items: list[Item]
    earlier: list[Tag]
    sent: tuple[str, Oid] | None = None  # the tag that was pushed before, and no answer came

    @property
    def is_go(self) -> bool:
        """Whether every item is go."""
        return all(item.is_go for item in self.items)


def promote(
    workspace: Workspace, run_id: str, target: str, *, is_dry_run: bool, remote: str | None
) -> Answer[view.Promotion]:
    """Evaluate the checklist; only if all of it is go, make the promotion tag."""
    repo = workspace.repo()
    if is_dry_run:
        decision = _decided(workspace, repo, run_id, target, remote, is_dry_run=True)
        name, oid = None, None
    else:
        with alone(repo):
            decision = _decided(workspace, repo, run_id, target, remote, is_dry_run=False)
            name, oid = decision.sent or (None, None)
            if decision.is_go and name is None:
                name, oid = _made(repo, decision, remote)
    source = decision.ledger.lanes[decision.source]
    landed = source.find(decision.run_id)
    doubt = unproven(landed, source.current.lane.metric.name) if landed is not None else None
    found = [doubt] if doubt is not None else []
    promotion = view.Promotion(
        decision.run_id, decision.source, decision.target, decision.items, decision.is_go,
        is_dry_run, name, oid, found,
    )  # fmt: skip
    code = Exit.OK if decision.is_go or decision.sent else Exit.FINDINGS
    return Answer(promotion, view.text, view.json, code, found)


def _decided(
    workspace: Workspace,
    repo: GitRepo,
    run_id: str,
    target: str,
    remote: str | None,
    *,
    is_dry_run: bool,
) -> _Decision:
    if remote is not None:
        fetch_tags(repo, remote)  # a number that is taken there must not be taken here
    return _decide(repo, run_id, target, None if is_dry_run else remote, workspace.progress)


def _made(repo: GitRepo, decision: _Decision, remote: str | None) -> tuple[str, Oid]:
    """Make the tag, and push it where there is a remote: both or neither."""
    name, oid = _make_tag(repo, decision)
    if remote is not None:
        send_promotion(repo, remote, (decision.run_id, decision.target), name, oid)
    return name, oid


def _decide(
    repo: GitRepo, run: str, target: str, remote: str | None, progress: Progress
) -> _Decision:
    ledger = require_ledger(repo, current_ledger(repo, progress=progress))
    (above,) = lanes_named(ledger, target)
    rules = ledger.lanes[above].current.lane
    place = place_of_run(ledger, run)
    run_id, source = place.run_id, place.lane
    if rules.needs_promotion_from is None:
        raise refused(finding("no_promotion_rule", f"{above} needs no promotion"))
    if source != rules.needs_promotion_from:
        message = f"{run_id} is on {source}, {above} promotes from {rules.needs_promotion_from}"
        raise refused(finding("wrong_lane", message))
    sent = arrived(repo, remote, (run_id, above)) if remote is not None else None
    candidate, earlier = candidate_for(
        repo, ledger, run_id, source, above, without=sent and sent[0]
    )
    return _Decision(ledger, run_id, source, above, checklist(candidate), earlier, sent)


def candidate_for(
    repo: GitRepo,
    ledger: Ledger,
    run_id: RunId,
    source: LaneId,
    above: LaneId,
    *,
    without: str | None = None,
) -> tuple[Candidate, list[Tag]]:
    """A run as a candidate for the lane above its own, and the promotions that were made to it, but one."""
    earlier = [
        tag
        for name, tag in sorted(read_tags(repo).items())
        if (parsed := parse_tag(name))
        and (parsed.kind, parsed.lane) == ("promotion", above)
        and name != without
    ]
    candidate = Candidate(
        run_id=run_id,
        source=judge_lane(lane_of(ledger, source)).state,
        target=judge_lane(ledger.lanes[above]).state,
        promoted=promoted_runs(earlier),
        now=datetime.now(UTC),
    )
    return candidate, earlier


def promotable(workspace: Workspace, ledger: Ledger, name: LaneId) -> list[LaneId]:
    """Lanes above whose checklist a lane's incumbent passes, and that it was not promoted to before."""
    incumbent = judge_lane(ledger.lanes[name]).state.incumbent
    above = [
        n for n, lane in ledger.lanes.items() if lane.current.lane.needs_promotion_from == name
    ]
    if incumbent is None or not above:
        return []
    repo, found = workspace.repo(), []
    for target in above:
        candidate, _ = candidate_for(repo, ledger, incumbent, name, target)
        is_new = incumbent not in candidate.promoted.values()
        if is_new and all(item.is_go for item in checklist(candidate)):
            found.append(target)
    return found


def _make_tag(repo: GitRepo, decision: _Decision) -> tuple[str, Oid]:
    taken = [parsed.number for tag in decision.earlier if (parsed := parse_tag(tag.name))]
    number = max(taken, default=0) + 1
    name = str(TagName("promotion", decision.target, number))
    last = decision.earlier[-1] if decision.earlier else None
    source = decision.ledger.lanes[decision.source]
    landed = source.find(decision.run_id)
    assert landed is not None  # noqa: S101 - it is the incumbent
    document = promotion_document(
        decision.target, number, landed, verdict_of(source, decision.run_id),
        decision.ledger.lanes[decision.target].current.sha256,
        {item.name: f"go: {item.evidence}" for item in decision.items},
        link(last.name, last.oid) if last else None,
    )  # fmt: skip
    asks = wants_signed_tags(decision.ledger, decision.target)
    if asks:
        require_key(repo, "signed tags")
    oid = create_tag(repo, name, decision.ledger.head, document, must_sign=asks)
    if asks and (found := list(unsigned_tags(repo, decision.ledger.head, {name: oid}))):
        repo.update_ref(tag_ref(name), None)
        raise refused(*found)
    return name, oid
