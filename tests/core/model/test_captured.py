"""What a captured run left, and the report that capture writes of it."""

from homegolf_git.core.model.captured import Part, Result, Session, notes_of, report_of
from homegolf_git.core.model.draft import DraftFacts
from homegolf_git.core.model.row import Failure
from homegolf_git.core.model.values import decode, encode, replace

OOM = Failure("oom", "train", "no memory")
GOOD = Part(1, 2.5, "2026-03-28T11:06:00Z", (Result({"seed": 1, "val_bpb": 1.2}),))
BAD = Part(2, 1.0, "2026-03-28T11:07:00Z", failure=OOM)
SESSION = Session(
    "r-1", "home", DraftFacts(notes="said"), (1, 2, 3), ("train",), "/work", "ab12",
    measured={"session": "host/boot/day", "source.revision": "a" * 40, "source.dirty": False},
)  # fmt: skip


def test_parts_of_which_some_failed() -> None:
    session = replace(SESSION, parts=(GOOD, BAD))
    assert (session.scored, session.failure) == ([GOOD], None)
    report = report_of(session, [0], ())
    assert report["results"] == [{"seed": 1, "val_bpb": 1.2, "extra": {"wall_seconds": 2.5}}]
    assert (report["seeds_planned"], report["seeds_run"]) == (3, 1)
    assert report["finished_at"] == "2026-03-28T11:07:00Z"
    assert report["source"] == {"revision": "a" * 40, "dirty": False}
    assert notes_of(session) == (
        "said\nseed 2 ended without a score: oom at train, no memory"
    )  # fmt: skip


def test_no_score_at_all() -> None:
    session = replace(SESSION, parts=(BAD,))
    report = report_of(session, [], ())
    told = {"kind": "oom", "stage": "train", "detail": "no memory"}
    assert report["outcome"] == {"status": "failed", "failure": told}
    assert "results" not in report
    assert notes_of(session) == "said"
    assert (BAD.title, replace(BAD, seed=None).title) == ("seed 2", "the run")


def test_what_others_state_is_left_to_them() -> None:
    facts = DraftFacts(revision="b" * 40)
    report = report_of(replace(SESSION, parts=(GOOD,), facts=facts), [4], ["session"])
    assert "session" not in report
    assert "source" not in report
    assert report["results"][0]["repeat"] == 4  # type: ignore[index,call-overload]


def test_an_artifact_stands_once() -> None:
    model = {"role": "model", "uri": "file:///m", "sha256": "ab" * 32, "bytes": 1}
    part = replace(GOOD, artifacts=(model, model), facts={"evaluation.split": "val"})
    report = report_of(replace(SESSION, parts=(part, part)), [0, 1], ())
    assert report["artifacts"] == [model]
    assert report["evaluation"] == {"split": "val"}


def test_what_need_not_be_trained_again() -> None:
    unscored = replace(BAD, is_trained=True)
    assert replace(SESSION, parts=(GOOD, BAD, unscored)).whole == [GOOD, unscored]
    assert not GOOD.is_scored_apart
    assert replace(GOOD, facts={"evaluation.scorer": {}}).is_scored_apart


def test_it_is_kept_as_it_is() -> None:
    session = replace(SESSION, parts=(GOOD, BAD), running=7)
    assert decode(Session, encode(session)) == session
