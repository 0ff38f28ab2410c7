"""How the configs of the stop window stand now.

A lane that rejudges takes their gains from the reference and the noise of today, so that more
scores of the incumbent clear several configs at once; verdicts stay. Any other lane keeps them as
their latest row was judged. Source: docs/statistics.md, section "Stop condition".
"""

from homegolf_git.core.judge.reign import Reign, Window
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.values import replace

_KEPT = ("not_confirmed", "diverged")  # decided by something else than a comparison


def window_now(state: LaneState) -> Window:
    """The window of the incumbent as it stands after the lane's last row."""
    reign = state.reign
    if reign is None:
        return Window()
    return _rejudged(state, reign) if state.rules.stop.rejudge else reign.window


def _rejudged(state: LaneState, reign: Reign) -> Window:
    from homegolf_git.core.judge.decide import bounds  # noqa: PLC0415 - most lanes never ask

    rules, noise, reference = state.rules, state.noise, state.reference(reign)
    window = Window()
    for digest, entry in reign.window.entries.items():
        now = entry
        if entry.is_scored and entry.reason not in _KEPT:
            config = state.configs[digest]
            delta, is_cleared = bounds(
                reference,
                state.sample(config),
                config.unreported,
                noise,
                rules.decision,
                rules.metric,
            )
            now = replace(entry, delta=delta, is_cleared=is_cleared)
        window.put(digest, now)
    return window
