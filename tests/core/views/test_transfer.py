"""How gains of one lane predicted gains of another, in words and as JSON."""

from homegolf_git.core.search.transfer import summarize
from homegolf_git.core.views.transfer import transfer_lines
from tests.core.ledgers import VECTORS
from tests.core.search.build import LOW_NEW, LOW_OLD, UP_NEW, UP_OLD, above, below, pairs_of


class TestPairs:
    """The same change in both lanes: by config and revision, or by promotion tag."""

    def test_words(self) -> None:
        few = "\n".join(
            transfer_lines(pairs_of(below(LOW_OLD, LOW_NEW), above(UP_OLD, UP_NEW)).summary)
        )
        assert "3 more pairs" in few
        many = "\n".join(transfer_lines(summarize(VECTORS["V17"]["input"], 0.002)))
        assert "5 of 6" in many
        assert "0.49" in many
        assert "exact p" in many
        assert "0.68 ± 0.15" in many
