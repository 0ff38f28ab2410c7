"""From checked documents to values."""

from homegolf_git.core.model.parse import ladder_of, retraction_of


class TestOtherDocuments:
    """Retractions and ladders from their documents."""

    def test_they_keep_what_they_say(self) -> None:
        said = {"run_id": "r", "reason": "a", "evidence": "b", "by": "c"}
        found = retraction_of(said)
        assert (found.run_id, found.reason, found.evidence, found.by) == ("r", "a", "b", "c")
        assert ladder_of({"lanes": ["a", "b"]}) == ("a", "b")
