"""Principle 7: whatever brings a row, the same bytes get the same findings and the same values."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from homegolf_git.commands.record import RecordOptions, run_record
from homegolf_git.core.judge.admission import landed_breaches
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.meaning import landed_meaning
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import LaneId, Oid, RunId
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.gate import check_proposal
from homegolf_git.shell.landing.incoming import read_incoming
from homegolf_git.shell.reading.load import (
    current_ledger,
    load_ledger,
    promotion_tags,
    verified_ledger,
)
from tests.build import Document
from tests.e2e.world import (
    BASE,
    BETTER,
    LANE,
    World,
    clean_environment,
    lane_document,
    make_template,
    row_document,
    row_text,
)
from tests.hostile.objects import FILE, Entry, Objects

RUN = "tried-1"
FOLDER = f"ledger/{LANE}/receipts/{RUN}"
ROW_PATH = f"ledger/{LANE}/runs/2026-03/{RUN}.yaml"
# What only one way in can tell: where a file stands, and what a work tree holds.
OWN = {"wrong_place", "bad_lane", "no_checkpoint"}

Codes = dict[str, str]  # code -> the worst severity


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A ledger with two runs, one of them on another lane with a receipt."""
    root = tmp_path_factory.mktemp("door")
    with clean_environment(root / "home"):
        world = make_template(root)
        world.record("first", BASE)
        report = world.receipt("far", "r.json", receipt_text({}).encode())
        world.record("far", BETTER[:1], lane="h100", receipts=[report])
        yield world


def receipt_text(changes: Mapping[str, Any]) -> str:
    return json.dumps({"seed": 1, "final": {"val_bpb": 1.1801}, **changes})


RECEIPTS: dict[str, bytes | None] = {
    "good": receipt_text({}).encode(),
    "other": receipt_text({"note": 1}).encode(),
    "no file": None,
    "twice": b'{"seed": 1, "final": {"val_bpb": 1.1801}, "seed": 2}',
    "nan": b'{"seed": 1, "final": {"val_bpb": NaN}}',
    "deep": b'{"seed": 1, "final": {"val_bpb": 1.1801}, "a": ' + b"[" * 40 + b"]" * 40 + b"}",
    "latin": b'{"seed": 1, "final": {"val_bpb": 1.1801}, "a": "\xe9"}',
    "list": b"[]",
    "large": receipt_text({"log": "x" * 300 * 1024}).encode(),
    "wrong": receipt_text({"final": {"val_bpb": 1.2801}}).encode(),
    "no seed": b'{"final": {"val_bpb": 1.1801}}',
}
VALUES = st.sampled_from(
    [None, True, "", "x", "3", 0, -1, 3, 3.0, 1e30, 2**53 - 1, [], {}, [1], {"a": 1}, "\ud800", "é"]
)
TOP = ["submitter", "base", "change", "source", "config", "hardware", "evaluation", "verification",
       "seeds_planned", "seeds_run", "train_seconds_budget", "outcome", "results", "artifacts",
       "resolves", "promotion", "notes", "more", "schema"]  # fmt: skip
INNER = [("results", 0, "seed"), ("results", 0, "val_bpb"), ("results", 0, "evaluated_tokens"),
         ("results", 0, "train_seconds"), ("results", 1, "seed"), ("hardware", 0, "count"),
         ("hardware", 0, "device"), ("source", "revision"), ("source", "dirty"), ("config", "k"),
         ("evaluation", "mode"), ("change", "kind"), ("results", 0, "accuracy")]  # fmt: skip
MUTATION = st.tuples(
    st.one_of(st.sampled_from(TOP).map(lambda name: (name,)), st.sampled_from(INNER)), VALUES
)
LISTED = st.lists(
    st.tuples(
        st.sampled_from(["r.json", "s.json", "log.txt"]),
        st.sampled_from(sorted(RECEIPTS)),
        st.sampled_from(["plain-report", "psionic-training-report", "other-kind"]),
        st.sampled_from(["right", "right", "right", "wrong", "unlisted"]),
    ),
    max_size=2, unique_by=lambda item: item[0],
)  # fmt: skip


def put(document: Any, place: tuple[Any, ...], value: Any) -> None:  # noqa: ANN401 - JSON values
    """Put a value in where the document has a place for it."""
    *folders, last = place
    for folder in folders:
        try:
            document = document[folder]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(document, dict):
        document[last] = value


# Each draw takes commits and readings; tests/fuzz/ways.py tries thousands of rows without them.
SETTINGS = settings(
    max_examples=settings().max_examples // 2,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# A file that is not the one that the row lists.
ASTRAY = ("r.json", "twice", "other-kind", "wrong")


class Ways:
    """One row and its receipts, brought in by a file, a pull request and the history."""

    def __init__(self, world: World, document: Document, receipts: Mapping[str, bytes]) -> None:
        self.repo, self.base = GitRepo(world.repo), world.head
        text = row_text(document)
        self.file = world.root / "inbox" / f"{RUN}.yaml"
        self.file.write_text(text, encoding="utf-8", newline="")
        folder = world.root / "inbox" / "receipts" / RUN
        for old in folder.glob("*"):
            old.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in receipts.items():
            (folder / name).write_bytes(data)
        objects = Objects(world.repo / ".git")
        files = {ROW_PATH: text.encode(), **{f"{FOLDER}/{n}": d for n, d in receipts.items()}}
        changes = {
            tuple(path.encode().split(b"/")): Entry(FILE, objects.write("blob", data))
            for path, data in files.items()
        }
        tree = objects.grow(objects.tree_of(self.base), changes)
        self.head = Oid(objects.commit(tree, [self.base], b"Land a row\n"))

    def by_file(self) -> tuple[Codes, Verdict | None]:
        options = RecordOptions(is_dry_run=True)
        recorded = run_record(self.repo, [read_incoming(self.file)], options)
        verdicts = [plan.verdict for plan in recorded.planned]
        return worst(recorded.findings), verdicts[0] if verdicts else None

    def by_pull_request(self) -> tuple[Codes, Verdict | None]:
        report = check_proposal(self.repo, self.base, self.head)
        return worst(report.findings), report.verdicts[0] if report.verdicts else None

    def by_history(self) -> tuple[Codes, Verdict | None]:
        ledger = load_ledger(self.repo, self.head)
        return self._landed(ledger)

    def from_the_store(self) -> tuple[Codes, Verdict | None]:
        verified_ledger(promotion_tags(self.repo), self.head)
        return self._landed(current_ledger(self.repo, self.head))

    def _landed(self, ledger: Ledger) -> tuple[Codes, Verdict | None]:
        found = [*ledger.findings, *landed_breaches(ledger)]
        lane = ledger.lanes[LaneId(LANE)]
        landed = lane.find(RunId(RUN))
        judged = judge_lane(lane)
        verdict = judged.verdicts[lane.numbers[landed.row.run_id]] if landed else None
        return worst([item for item in found if RUN in item.path]), verdict


def worst(found: Iterable[Finding]) -> Codes:
    rank = ["note", "warning", "error"]
    codes: Codes = {}
    for item in found:
        if item.code not in OWN:
            codes[item.code] = max(codes.get(item.code, "note"), item.severity, key=rank.index)
    return codes


MENDABLE = {
    "no_promotion",
    "receipt_mismatch",
    "receipt_reused",
    "duplicate_seed",
    "undisclosed_seeds",
}
# Said by the clock of the gate alone.
TIMES = {"in_the_future", "long_past"}
# Said of a row that wants to land; of one that landed its verdict says so.
ASKED = {"unknown_run", "not_blocked", "breaks_contract", "artifact_reused", "copied_scores",
         "empty_config", "second_seed", "seed_in_config", "self_scored", "other_bytes", "replicate_differs",
         "trailer_mismatch", *TIMES}  # fmt: skip
# Said of some that landed: of those that won, and where a fact alone is reason to look.
DOUBTS = {"failure_differs", "unrelated_resolves", "other_attribution", "renamed_keys", "near_copy",
          "seeds_kept_back"}  # fmt: skip


class TestThreeWaysIn:
    """`record`, `check` and `verify` never disagree about one row and its receipts."""

    @SETTINGS
    @given(mutations=st.lists(MUTATION, max_size=2), listed=LISTED)
    @example(mutations=[], listed=[ASTRAY, ("log.txt", "wrong", "plain-report", "right")])
    @example(mutations=[(("seeds_run",), 0)], listed=[ASTRAY])
    @example(mutations=[(("results", 1, "seed"), 1)], listed=[ASTRAY])
    @example(mutations=[(("results", 1, "seed"), 1)], listed=[("r.json", "no file", "x", "right")])
    def test_they_find_the_same(
        self,
        world: World,
        mutations: list[tuple[tuple[Any, ...], Any]],
        listed: list[tuple[str, str, str, str]],
    ) -> None:
        document = row_document(RUN, BETTER, finished_at="2026-03-29T00:00:00Z")
        receipts: dict[str, bytes] = {}
        entries = []
        for name, content, kind, how in listed:
            data = RECEIPTS[content]
            if data is not None:
                receipts[name] = data
            digest = hashlib.sha256(data or b"").hexdigest() if how != "wrong" else "0" * 64
            if how != "unlisted":
                entries.append({"kind": kind, "path": name, "sha256": digest})
        document["receipts"] = entries
        for place, value in mutations:
            put(document, place, value)
        ways = Ways(world, document, receipts)
        landed, landed_verdict = ways.by_history()
        assert ways.from_the_store() == (landed, landed_verdict)
        asked, asked_verdict = ways.by_pull_request()
        offered, offered_verdict = ways.by_file()
        unlisted = {"unlisted_receipt"} | (
            {"unreadable_receipt", "receipt_duplicate_key", "receipt_too_large"}
            if any(how == "unlisted" for *_, how in listed)
            else set()
        )
        assert set(offered) - unlisted == set(asked) - unlisted - (ASKED - set(offered))
        assert set(landed) - ASKED == set(asked) - ASKED
        for code in set(landed) - ASKED:
            assert landed[code] == ("warning" if code in MENDABLE else asked[code])
        if asked_verdict is not None and offered_verdict is not None:
            assert asked_verdict == offered_verdict == landed_verdict


LANE_PATH = f"ledger/{LANE}/lane.yaml"
LANE_INNER = [("metric", "name"), ("metric", "decimals"), ("metric", "direction"), ("contract", "hardware"),
              ("contract", "evaluated_tokens"), ("decision", "delta_min"), ("decision", "sigma0"),
              ("decision", "nu0"), ("decision", "block"), ("decision", "fresh_seeds"), ("stop", "p_star"),
              ("stop", "improving_below"), ("attribution", "config"), ("lane",), ("title",), ("schema",),
              ("receipts", "plain-report"), ("promotion", "max_in_flight"), ("references",)]  # fmt: skip


class TestRules:
    """A lane file is the same to the gate and to the history, and comes back from the store."""

    @SETTINGS
    @given(st.lists(st.tuples(st.sampled_from(LANE_INNER), VALUES), max_size=2))
    def test_they_find_the_same(
        self, world: World, mutations: list[tuple[tuple[Any, ...], Any]]
    ) -> None:
        document = lane_document()
        for place, value in mutations:
            put(document, place, value)
        repo, base = GitRepo(world.repo), world.head
        objects = Objects(world.repo / ".git")
        blob = objects.write("blob", row_text(document).encode())
        parts = tuple(LANE_PATH.encode().split(b"/"))
        tree = objects.grow(objects.tree_of(base), {parts: Entry(FILE, blob)})
        head = Oid(objects.commit(tree, [base], b"Change the rules\n"))
        landed = load_ledger(repo, head)
        verified_ledger(promotion_tags(repo), head)
        kept = current_ledger(repo, head)
        assert kept.findings == landed.findings
        assert repr(kept.lanes[LaneId(LANE)].rules) == repr(landed.lanes[LaneId(LANE)].rules)
        lane = landed.lanes[LaneId(LANE)]
        said = [*landed.findings, *landed_meaning(lane)]
        found = worst([item for item in said if item.path == LANE_PATH])
        asked = check_proposal(repo, base, head).findings
        assert worst([item for item in asked if item.path == LANE_PATH]) == found
