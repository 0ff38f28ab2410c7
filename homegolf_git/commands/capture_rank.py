"""A capture in a process that is not the first of its run: it runs the command, and lands nothing."""

import signal
from collections.abc import Mapping

from homegolf_git.core.model.captured import Session
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.values import replace
from homegolf_git.core.views import capture as view
from homegolf_git.errors import Exit
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.running.keeping import Keeper
from homegolf_git.shell.running.live import Live
from homegolf_git.shell.running.machine import Cluster
from homegolf_git.shell.running.part import Watch, environment_of, run_part


def follow(
    keeper: Keeper,
    session: Session,
    lane: Lane,
    cluster: Cluster,
    environment: Mapping[str, str],
    live: Live,
) -> Answer[view.Followed]:
    """Run every part like the first process does; exit 1 where one of them failed.

    Raises:
        HomegolfError: where the command cannot be started.
    """
    own = environment_of(session, environment)
    if session.facts.run_id is None:
        del own["HOMEGOLF_RUN_ID"]  # the one made here is not the one that lands
    # The first process takes digests of artifacts, and keeps files under the run's own name.
    session = replace(session, artifacts=(), run_id=f"{session.run_id}.rank-{cluster.rank}")
    try:
        has_failed = _has_failed(keeper.with_config(session), lane, own, live)
    finally:
        keeper.forget(session.run_id)
    code = Exit.FINDINGS if has_failed else Exit.OK
    followed = view.Followed(cluster.rank, cluster.world, has_failed)
    return Answer(followed, view.followed_text, view.followed_json, code)


def _has_failed(session: Session, lane: Lane, environment: Mapping[str, str], live: Live) -> bool:
    watch = Watch(live.show, live.tick, lambda _: None)
    for seed in session.planned:
        ran = run_part(session, lane, seed, environment, watch)
        live.clear()
        if ran.finished.told == signal.SIGINT:
            raise KeyboardInterrupt
        if not ran.part.is_trained:
            return True
    return False
