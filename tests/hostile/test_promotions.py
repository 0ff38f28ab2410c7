"""Rows on a lane that needs a promotion: a tag that is not a go decision admits none (section 9)."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from homegolf_git.core.judge.tagseries import Tag
from homegolf_git.core.model.findings import Finding
from homegolf_git.shell.reading import promotioncheck
from tests.build import Document
from tests.e2e.world import BEST
from tests.hostile.ground import PRECISE, RECEIPT
from tests.hostile.pulls import Pull, errors

TAG = "promotions/h100/0001"
UPSTREAM = (1.0701, 1.0699, 1.0700)


def promote(pull: Pull) -> Document:
    answer: Document = pull.world.answer("promote", "better", "--to", "h100")
    assert answer["tag"] == TAG
    return answer


def move_on(pull: Pull) -> None:
    """Let main go on by a commit that is no run's."""
    pull.main = pull.world.commit("Later", {"later.txt": "x"})
    pull.point(pull.main)


def message(pull: Pull, tag: str = TAG) -> str:
    """The message of a tag."""
    return pull.world.git("cat-file", "tag", tag).partition("\n\n")[2] + "\n"


def write_tag(pull: Pull, text: str, target: str, name: str = TAG) -> None:
    """Make (or replace) an annotated tag by hand."""
    pull.world.git("tag", "--force", "--annotate", "--cleanup=verbatim", "--file=-", name, target, stdin=text)  # fmt: skip


def landed_in(pull: Pull, run_id: str) -> str:
    """The commit of a run on home."""
    return pull.world.git("log", "-1", "--format=%H", "--grep", f"run(home): {run_id}", "main")


def altered(text: str, **facts: Any) -> str:  # noqa: ANN401 - JSON values
    """A tag's message that says something else."""
    headline, _, body = text.partition("\n\n")
    document = yaml.safe_load(body) | facts
    return f"{headline}\n\n{yaml.safe_dump(document, sort_keys=False)}"


@pytest.fixture
def promoted(pull: Pull) -> Pull:
    """The incumbent of home is promoted to h100, and main has gone on."""
    promote(pull)
    move_on(pull)
    return pull


class TestHonest:
    """A promotion that is what it says admits a row."""

    def test_a_row_that_names_it(self, promoted: Pull) -> None:
        promoted.row(scores=UPSTREAM, lane="h100", promotion=TAG)
        answers = promoted.examine()
        assert {ran.code for ran in answers.values()} == {0}
        assert answers["json"].json()["rows"][0]["reason"] == "baseline"

    def test_a_row_right_after_the_decision(self, pull: Pull) -> None:
        """The tag is on the tip of main, and the row would land on top of it."""
        promote(pull)
        pull.row(scores=UPSTREAM, lane="h100", promotion=TAG)
        assert pull.codes() == set()

    def test_a_row_recorded_right_after_the_decision(self, pull: Pull) -> None:
        promote(pull)
        pull.world.record("eve1", UPSTREAM, lane="h100", promotion=TAG)
        assert pull.world.outcomes("h100") == {"eve1": "improvement/baseline"}

    def test_it_counts_after_landing_as_before(self, promoted: Pull) -> None:
        promoted.row(scores=UPSTREAM, lane="h100", promotion=TAG)
        (said,) = promoted.answer()["rows"]
        promoted.land()
        (landed,) = promoted.world.verdicts("h100")
        assert (landed["class"], landed["reason"]) == (said["class"], said["reason"])


def as_lightweight(pull: Pull) -> None:
    pull.world.git("tag", "--force", TAG, "main")


def as_deleted(pull: Pull) -> None:
    pull.world.git("tag", "--delete", TAG)


def moved_to_the_branch(pull: Pull) -> None:
    text = message(pull)
    pull.commit({}, "Mine")
    write_tag(pull, text, "pull")


def moved_back(pull: Pull) -> None:
    """To where the run had not even landed."""
    write_tag(pull, message(pull), landed_in(pull, "base"))


def for_another_run(pull: Pull) -> None:
    write_tag(pull, altered(message(pull), run_id="worse"), f"{TAG}^{{commit}}")


def for_nobody(pull: Pull) -> None:
    write_tag(pull, altered(message(pull), run_id="nobody"), f"{TAG}^{{commit}}")


def with_another_blob(pull: Pull) -> None:
    write_tag(pull, altered(message(pull), row_blob="1" * 40), f"{TAG}^{{commit}}")


def with_other_rules(pull: Pull) -> None:
    write_tag(pull, altered(message(pull), lane_sha256="1" * 64), f"{TAG}^{{commit}}")


def with_another_verdict(pull: Pull) -> None:
    verdict = {"class": "improvement", "reason": "strict", "delta": 0.5}
    write_tag(pull, altered(message(pull), verdict=verdict), f"{TAG}^{{commit}}")


def to_another_lane(pull: Pull) -> None:
    write_tag(pull, altered(message(pull), lane="home"), f"{TAG}^{{commit}}")


def from_another_lane(pull: Pull) -> None:
    write_tag(pull, altered(message(pull), promoted_from="h100"), f"{TAG}^{{commit}}")


def under_another_number(pull: Pull) -> None:
    write_tag(pull, altered(message(pull), number=2), f"{TAG}^{{commit}}")


def behind_a_tag_that_never_was(pull: Pull) -> None:
    previous = {"tag": "promotions/h100/0009", "oid": "1" * 40}
    write_tag(pull, altered(message(pull), previous=previous), f"{TAG}^{{commit}}")


def without_a_document(pull: Pull) -> None:
    write_tag(pull, "h100: go for better\n\ngo\n", f"{TAG}^{{commit}}")


def a_bomb(pull: Pull) -> None:
    bomb = "a: &a [x, x]\nb: [*a, *a]\n"
    write_tag(pull, "h100: go\n\n" + bomb, f"{TAG}^{{commit}}")


def sixty_thousand_deep(pull: Pull) -> None:
    write_tag(pull, "h100: go\n\n" + "[" * 60_000, f"{TAG}^{{commit}}")


def of_a_blob(pull: Pull) -> None:
    write_tag(pull, message(pull), "main:ledger/ladder.yaml")


def with_a_no_go(pull: Pull) -> None:
    """Whoever wrote it says himself that an item was no-go."""
    checklist = {"is_confirmed": "no-go: 0 of 2 fresh seeds"}
    write_tag(pull, altered(message(pull), checklist=checklist), f"{TAG}^{{commit}}")


FORGERIES = (
    as_lightweight, as_deleted, moved_to_the_branch, moved_back, for_another_run, for_nobody, with_another_blob,
    with_other_rules, with_another_verdict, to_another_lane, from_another_lane, under_another_number,
    behind_a_tag_that_never_was, without_a_document, a_bomb, sixty_thousand_deep, of_a_blob, with_a_no_go,
)  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forged_promotion_admits_nothing(promoted: Pull, forge: Callable[[Pull], None]) -> None:
    forge(promoted)
    promoted.row(scores=UPSTREAM, lane="h100", promotion=TAG)
    answers = promoted.examine()
    assert errors(answers["json"]) == {"no_promotion"}
    if forge is not as_deleted:
        assert promoted.world.homegolf("tags", "verify").code == 1


def test_a_promotion_of_what_is_not_to_be_promoted(promoted: Pull) -> None:
    """Written by hand on a commit where the checklist says no: the incumbent was not confirmed."""
    at = landed_in(promoted, "better")
    write_tag(promoted, message(promoted), at)
    promoted.row(scores=UPSTREAM, lane="h100", promotion=TAG)
    assert promoted.codes() == {"no_promotion"}


def test_there_the_checklist_says_no(pull: Pull) -> None:
    pull.world.git("reset", "--quiet", "--hard", landed_in(pull, "better"))
    ran = pull.world.homegolf("promote", "better", "--to", "h100", "--json")
    assert (ran.code, ran.json()["ok"]) == (1, False)
    assert [item["name"] for item in ran.json()["items"] if not item["is_go"]][:1] == [
        "is_confirmed"
    ]


def test_a_later_promotion_admits_no_row_that_landed_before_it(pull: Pull) -> None:
    """A verdict depends on nothing that came after its row (section 2)."""
    row = pull.world.row("eve1", UPSTREAM, lane="h100", promotion=TAG)
    assert pull.world.homegolf("record", "--keep-invalid", str(row)).code == 0
    before = pull.world.verdicts("h100")
    assert before[0]["reason"] == "no_promotion"
    promote(pull)
    pull.world.commit("Later", {"later.txt": "x"})
    assert pull.world.verdicts("h100") == before


def test_a_receipt_that_proves_a_run_of_the_lane_below(promoted: Pull) -> None:
    """A receipt proves one row of the ledger, whatever its lane (section 4)."""
    data = (promoted.world.repo / RECEIPT).read_bytes()
    promoted.row(
        scores=(PRECISE[0], 1.07, 1.06), lane="h100", promotion=TAG, receipts={"r.json": data}
    )
    assert promoted.codes() == {"receipt_reused"}


def test_another_lanes_promotion(promoted: Pull) -> None:
    """The number is right, the lane is not."""
    write_tag(promoted, altered(message(promoted), lane="home"), f"{TAG}^{{commit}}", "promotions/home/0001")  # fmt: skip
    promoted.row(scores=UPSTREAM, lane="h100", promotion="promotions/home/0001")
    assert promoted.codes() == {"no_promotion"}


def test_a_promotion_on_a_lane_that_needs_none_says_nothing(promoted: Pull) -> None:
    promoted.row(scores=BEST, promotion=TAG)
    assert promoted.codes() == set()


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The promotion tags that were judged, in their order."""
    names: list[str] = []
    judge = promotioncheck.promotion_findings

    def noted(tag: Tag, *rest: Any) -> Iterator[Finding]:  # noqa: ANN401 - passed through
        names.append(tag.name)
        return judge(tag, *rest)

    monkeypatch.setattr(promotioncheck, "promotion_findings", noted)
    return names


class TestOnce:
    """Judging a promotion means reading a ledger: a command judges each once."""

    def test_rows_of_one_pull_request(self, promoted: Pull, judged: list[str]) -> None:
        promoted.row("eve1", UPSTREAM, lane="h100", promotion=TAG)
        promoted.row("eve2", BEST, lane="h100", promotion=TAG)
        assert promoted.codes() == set()
        assert judged == [TAG]

    def test_rows_that_landed_and_tags_that_are_verified(
        self, promoted: Pull, judged: list[str]
    ) -> None:
        promoted.row("eve1", UPSTREAM, lane="h100", promotion=TAG)
        promoted.land()
        world = promoted.world
        shutil.rmtree(world.repo / ".git" / "homegolf")
        judged.clear()
        assert world.homegolf("tags", "sync").code == 0
        shutil.rmtree(world.repo / ".git" / "homegolf")
        judged.clear()
        assert world.homegolf("tags", "verify").code == 0
        assert judged == [TAG]

    def test_rows_that_are_recorded_together(self, promoted: Pull, judged: list[str]) -> None:
        world = promoted.world
        rows = [
            str(world.row(name, scores, lane="h100", promotion=TAG))
            for name, scores in (("eve1", UPSTREAM), ("eve2", BEST))
        ]
        world.git("checkout", "--quiet", "main")
        shutil.rmtree(world.repo / ".git" / "homegolf")
        assert world.homegolf("record", *rows).code == 0
        assert judged == [TAG]
