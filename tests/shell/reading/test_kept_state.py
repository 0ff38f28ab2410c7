"""A lane that was kept and read again goes on as if it had never been away."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from homegolf_git.core.judge.ledger import LaneLedger, Ledger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import LaneId, Oid
from homegolf_git.core.model.values import decode, encoder
from homegolf_git.core.search.plateau import plateau
from homegolf_git.shell.reading.checkpoint import _let_go, _write
from homegolf_git.shell.reading.parts import attach, left_out, parts_of
from homegolf_git.shell.reading.store import Store
from tests.build import LANE, Document, failed
from tests.core.build import land, lane
from tests.core.drawn2 import LISTS_OF_RUNS, declarations, document
from tests.core.ledgers import landed_lane
from tests.core.reference2 import Declared, Run

SUBMITTERS = ("someone", "somebody else", "a third")


@st.composite
def lanes(draw: st.DrawFn) -> tuple[Lane, list[Document]]:
    """Any rules of procedure 2, and rows of several submitters, some of which failed."""
    declared: Declared = draw(declarations())
    runs: list[Run] = draw(LISTS_OF_RUNS)
    flags = {name: draw(st.booleans()) for name in ("honesty", "reference_guard")}
    stop = {"rejudge": draw(st.booleans())}
    documents = [
        document(number, one, submitter=SUBMITTERS[number % 3]) for number, one in enumerate(runs)
    ]
    for number in draw(st.sets(st.integers(0, len(runs) - 1), max_size=2)):
        knob = runs[number].config
        kind = "oom" if number % 2 else "diverged"
        documents[number] = failed(documents[number]["run_id"], kind, knob=knob)
    return lane(decision={**declared.decision, **flags}, stop=stop), documents


def kept(of: LaneLedger, store: Store) -> Ledger:
    """Write a ledger with this lane as a checkpoint does, and read it again."""
    ledger = Ledger(Oid("0" * 40), lanes={LaneId(LANE): of})
    parts = list(parts_of(ledger))
    encode = encoder(left_out(parts, ledger.lanes.values()))
    written = list(_write(parts, store, encode))
    data = encode(ledger)
    store.commit()
    _let_go(written)
    again = decode(Ledger, data)
    attach(again, store)
    return again


@settings(max_examples=12)
@given(lanes(), st.data())
def test_it_goes_on_with_the_same_verdicts(
    drawn: tuple[Lane, list[Document]], data: st.DataObject
) -> None:
    rules, documents = drawn
    cut = data.draw(st.integers(0, len(documents)))
    straight = judge_lane(landed_lane(*documents, rules=rules))
    before = landed_lane(*documents[:cut], rules=rules)
    judge_lane(before)
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "kept.sqlite", is_new=True)
        resumed = kept(before, store).lanes[LaneId(LANE)]
        for position, one in enumerate(documents[cut:], start=cut + 1):
            resumed.land(land(one, position=position))
        judged = judge_lane(resumed)
        assert list(judged.verdicts) == list(straight.verdicts)
        state, expected = judged.state, straight.state
        assert state.noise == expected.noise
        assert state.scatter.plain == expected.scatter.plain
        assert state.scatter.within == expected.scatter.within
        assert state.scatter.repeats == expected.scatter.repeats
        assert dict(state.configs.items()) == dict(expected.configs.items())
        assert state.recent == expected.recent
        found, other = plateau(state), plateau(expected)
        assert (found.state, found.reasons, found.p_upper) == (
            other.state, other.reasons, other.p_upper,
        )  # fmt: skip
        store.close()
