"""Bad input gets a clear finding and exit 1; nothing is written, nothing is committed."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.world import (
    BASE,
    World,
    ladder_text,
    lane_text,
    row_document,
    row_text,
)

GOOD = row_text(row_document("odd", (1.2,)))
FIELDS = [line.partition(":")[0] for line in GOOD.splitlines()]


def line_of(field: str) -> int:
    return FIELDS.index(field) + 1


def swap(field: str, value: str) -> bytes:
    """The good row with another text behind one field."""
    lines = GOOD.splitlines()
    lines[line_of(field) - 1] = f"{field}: {value}"
    return ("\n".join(lines) + "\n").encode()


def also(*lines: str) -> bytes:
    return (GOOD + "".join(f"{line}\n" for line in lines)).encode()


END = len(FIELDS) + 1
TEXTS: dict[str, tuple[bytes, str, int]] = {
    "duplicate key": (also("lane: home"), "duplicate_key", END),
    "duplicate key, nested": (
        swap("config", "{a: 1, a: 2}"), "duplicate_key", line_of("config"),
    ),
    "duplicate key, written otherwise": (also('"lane": home'), "duplicate_key", END),
    "exponent without a point": (
        swap("results", "[{seed: 1, val_bpb: 1e-3}]"), "ambiguous_scalar", line_of("results"),
    ),
    "exponent in config": (
        swap("config", "{lr: 1e-3}"), "ambiguous_scalar", line_of("config"),
    ),
    "octal": (swap("seeds_run", "010"), "ambiguous_scalar", line_of("seeds_run")),
    "no": (swap("submitter", "no"), "ambiguous_scalar", line_of("submitter")),
    "base sixty": (swap("config", "{t: 12:30:45}"), "ambiguous_scalar", line_of("config")),
    "date without quotes": (
        swap("finished_at", "2026-03-28T11:06:00Z"), "ambiguous_scalar", line_of("finished_at"),
    ),
    "nan": (swap("results", "[{seed: 1, val_bpb: .nan}]"), "not_finite", line_of("results")),
    "infinity": (swap("config", "{lr: -.inf}"), "not_finite", line_of("config")),
    "too large for a double": (
        swap("results", "[{seed: 1, val_bpb: 1.0e+999}]"), "not_finite", line_of("results"),
    ),
    "anchor": (swap("config", "&a {x: 1}"), "alias", line_of("config")),
    "alias": (
        swap("config", "{x: &a [1], y: *a}"), "alias", line_of("config"),
    ),
    "merge key": (also("notes: &n {a: b}", "more: {<<: *n}"), "alias", END),
    "tag": (swap("seeds_run", "!!int 1"), "explicit_tag", line_of("seeds_run")),
    "python tag": (
        swap("config", "!!python/object/apply:os.system [echo]"), "explicit_tag", line_of("config"),
    ),
    "more than 64 KiB": (also("#" * 65_536), "too_large", 0),
    "33 levels": (swap("config", "{a: " + "[" * 33 + "]" * 33 + "}"), "too_deep", line_of("config")),
    "100,000 levels": (b"[" * 60_000, "too_deep", 1),
    "100,000 mappings": (b"{a: " * 15_000, "too_deep", 1),
    "carriage return": (GOOD.replace("\n", "\r\n").encode(), "carriage_return", 1),
    "one carriage return": (swap("submitter", '"a\r"'), "carriage_return", line_of("submitter")),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD.encode(), "byte_order_mark", 1),
    "utf-16": (GOOD.encode("utf-16"), "not_utf8", 1),
    "latin-1": (swap("submitter", "Zoe").replace(b"Zoe", b"Zo\xeb"), "not_utf8", line_of("submitter")),
    "overlong": (swap("submitter", "Zoe").replace(b"Zoe", b"\xc0\xaf"), "not_utf8", line_of("submitter")),
    "lone surrogate": (
        swap("submitter", "Zoe").replace(b"Zoe", b"\xed\xa0\x80"), "not_utf8", line_of("submitter"),
    ),
    "key that is a number": (swap("config", "{1: 2}"), "key_not_string", line_of("config")),
    "two documents": (also("---", "a: b"), "several_documents", END),
    "not closed": (swap("config", "{"), "yaml_syntax", 0),
    "a list": (b"- a\n", "not_a_mapping", 1),
    "empty": (b"", "not_a_mapping", 0),
    "unknown field": (also("submiter: me"), "unknown_field", END),
    "verdict given": (also("delta: 0.1"), "unknown_field", END),
    "number under an unknown name": (
        swap("results", "[{seed: 1, val_bpb: 1.2, val_bpp: 1.3}]"), "unknown_field", 0,
    ),
    "text as metric": (
        swap("results", '[{seed: 1, val_bpb: "1.2"}]'), "wrong_type", line_of("results"),
    ),
    "metric missing": (swap("results", "[{seed: 1, val_loss: 1.2}]"), "missing_field", 0),
    "metric null": (swap("results", "[{seed: 1, val_bpb: null}]"), "missing_field", 0),
    "seed missing": (swap("results", "[{val_bpb: 1.2}]"), "missing_field", line_of("results")),
    "no result": (swap("results", "[]"), "out_of_range", line_of("results")),
    "date without zone": (
        swap("finished_at", '"2026-03-28T11:06:00"'), "bad_format", line_of("finished_at"),
    ),
    "date with another zone": (
        swap("finished_at", '"2026-03-28T11:06:00+02:00"'), "bad_format", line_of("finished_at"),
    ),
    "no such day": (swap("finished_at", '"2026-02-30T11:06:00Z"'), "bad_time", 0),
    "digest too short": (
        swap("evaluation", f"{{mode: full, dataset_sha256: {'a' * 63}}}"),
        "bad_format", line_of("evaluation"),
    ),
    "digest too long": (
        swap("evaluation", f"{{mode: full, dataset_sha256: {'a' * 65}}}"),
        "bad_format", line_of("evaluation"),
    ),
    "digest in capitals": (
        swap("evaluation", f"{{mode: full, tokenizer_sha256: {'A' * 64}}}"),
        "bad_format", line_of("evaluation"),
    ),
    "digest of a receipt too short": (
        also(f"receipts: [{{kind: plain-report, path: a.json, sha256: {'a' * 63}}}]"),
        "bad_format", END,
    ),
    "revision of digits without quotes": (
        swap("source", "{revision: 1234567}"), "wrong_type", line_of("source"),
    ),
    "lane that climbs": (swap("lane", "../h100"), "bad_format", line_of("lane")),
    "lane that is a path": (swap("lane", "home/runs"), "bad_format", line_of("lane")),
    "receipt that climbs": (
        also(f"receipts: [{{kind: plain-report, path: ../a.json, sha256: {'a' * 64}}}]"),
        "bad_format", END,
    ),
    "receipt that climbs within": (
        also(f"receipts: [{{kind: plain-report, path: a/../../b, sha256: {'a' * 64}}}]"),
        "bad_format", END,
    ),
    "receipt from the root": (
        also(f"receipts: [{{kind: plain-report, path: /etc/passwd, sha256: {'a' * 64}}}]"),
        "bad_format", END,
    ),
    "run id that climbs": (swap("run_id", "../odd"), "bad_format", line_of("run_id")),
    "run id with a line feed": (swap("run_id", r'"odd\n"'), "bad_format", 0),
    "run id in capitals": (swap("run_id", "Odd"), "bad_format", line_of("run_id")),
    "unknown lane": (swap("lane", "hme"), "unknown_lane", 0),
    "unknown kind": (
        swap("change", "{kind: modell, summary: x}"), "not_allowed", line_of("change"),
    ),
    "failure of a scored run": (
        swap("outcome", "{status: scored, failure: {kind: oom, stage: train}}"),
        "not_allowed", line_of("outcome"),
    ),
    "results of a failed run": (
        swap("outcome", "{status: failed, failure: {kind: oom, stage: train}}"),
        "out_of_range", line_of("results"),
    ),
    "resolves an unknown run": (also("resolves: [other]"), "unknown_run", 0),
    "resolves itself": (also("resolves: [odd]"), "unknown_run", 0),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_bad_row_is_refused_with_code_file_and_line(world: World, name: str) -> None:
    text, code, line = TEXTS[name]
    row = world.root / "odd.yaml"
    row.write_bytes(text)
    before = world.state()
    ran = world.homegolf("record", str(row), "--json")
    assert ran.code == 1, ran.said
    assert ran.err == ""
    found = [item for item in ran.json()["findings"] if item["code"] == code]
    assert found, ran.out
    assert all(item["path"] == str(row) for item in found)
    assert all(item["message"] and item["fix"] and item["severity"] == "error" for item in found)
    if line:
        assert line in {item["line"] for item in found}, found
    assert world.state() == before
    as_text = world.homegolf("record", str(row))
    assert as_text.code == 1
    assert as_text.out == ""
    assert code in as_text.err
    assert "Traceback" not in as_text.err
    assert world.state() == before


def test_the_smallest_row_has_no_fault(world: World) -> None:
    """The row that the others above are made from."""
    row = world.root / "odd.yaml"
    row.write_text(GOOD, encoding="utf-8")
    assert world.homegolf("record", str(row)).code == 0


def test_a_process_survives_nesting_that_kills_parsers(world: World) -> None:
    row = world.root / "odd.yaml"
    for text in (b"[" * 100_000, b"- " * 30_000, b"{a: " * 16_000, b"? " * 30_000):
        row.write_bytes(text)
        ran = world.process("record", str(row))
        assert ran.code == 1
        assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("submiter", "submitter"), ("seed_planned", "seeds_planned"), ("artefacts", "artifacts")],
)
def test_an_unknown_field_gets_the_nearest_name(world: World, wrong: str, right: str) -> None:
    row = world.root / "odd.yaml"
    row.write_bytes(also(f"{wrong}: x"))
    ran = world.homegolf("record", str(row))
    assert wrong in ran.err
    assert f"{right}?" in ran.err


def test_a_number_under_an_unknown_name_gets_the_nearest_name(world: World) -> None:
    row = world.root / "odd.yaml"
    row.write_bytes(swap("results", "[{seed: 1, val_bpb: 1.2, val_los: 2.0}]"))
    assert "val_loss?" in world.homegolf("record", str(row)).err


def test_all_findings_of_a_file_come_at_once(world: World) -> None:
    row = world.root / "odd.yaml"
    text = swap("results", "[{seed: 1, val_bpb: 1e-3}]").decode()
    row.write_text(text + "lane: home\nconfig: !!map {}\n", encoding="utf-8")
    codes = world.homegolf("record", str(row), "--json").codes()
    assert {"ambiguous_scalar", "duplicate_key", "explicit_tag"} <= set(codes)
    row.write_bytes(
        swap("submitter", "7").replace(b"finished_at:", b"finnished_at:") + b"seeds: 3\n"
    )
    codes = world.homegolf("record", str(row), "--json").codes()
    assert {"wrong_type", "missing_field", "unknown_field"} <= set(codes)


def test_a_number_that_needs_rewriting_is_shown_rewritten(world: World) -> None:
    row = world.root / "odd.yaml"
    row.write_bytes(swap("results", "[{seed: 1, val_bpb: 1e-3}]"))
    said = world.homegolf("record", str(row)).err
    assert "0.001" in said or "1.0e-3" in said


class TestIdentity:
    """The run id equals the file name and is unique in the ledger."""

    def test_the_id_differs_from_the_file_name(self, world: World) -> None:
        """It goes to its own place, whatever the file is called; somebody may have copied it."""
        row = world.row("first", BASE).rename(world.root / "other.yaml")
        ran = world.homegolf("record", str(row), "--json")
        assert (ran.code, ran.codes()) == (0, ["wrong_place"])
        assert [verdict["run_id"] for verdict in world.verdicts()] == ["first"]

    def test_the_id_is_taken_in_another_lane(self, world: World) -> None:
        world.record("first", BASE)
        row = world.row("first", BASE, lane="h100")
        before = world.state()
        ran = world.homegolf("record", str(row), "--json")
        assert ran.code == 1
        assert "duplicate_run_id" in ran.codes()
        assert "home" in ran.out
        assert world.state() == before

    def test_an_unknown_lane_names_those_there_are(self, world: World) -> None:
        row = world.row("first", BASE, lane="hone")
        ran = world.homegolf("record", str(row))
        assert ran.code == 1
        assert "home" in ran.err
        assert "h100" in ran.err

    @pytest.mark.parametrize("status", ["scored", "invalid", "diverged"])
    def test_only_blocked_runs_can_be_resolved(self, world: World, status: str) -> None:
        diverged = {"status": "failed", "failure": {"kind": "diverged", "stage": "train"}}
        kinds: dict[str, dict[str, Any]] = {
            "scored": {"scores": BASE},
            "invalid": {"scores": BASE, "train_seconds_budget": None},
            "diverged": {"scores": (), "outcome": diverged},
        }
        world.record("first", **kinds[status])
        row = world.row("second", BASE, resolves=["first"])
        before = world.state()
        ran = world.homegolf("record", str(row), "--json")
        assert ran.code == 1
        assert "not_blocked" in ran.codes()
        assert world.state() == before

    def test_a_blocked_run_of_another_lane_cannot_be_resolved(self, world: World) -> None:
        world.record("first", (), lane="h100")
        row = world.row("second", BASE, resolves=["first"])
        assert world.homegolf("record", str(row)).code == 1


class TestReceipts:
    """Receipts are small, are there, and are what the row says."""

    def refused(self, world: World, row: Path, code: str) -> None:
        before = world.state()
        ran = world.homegolf("record", str(row), "--json")
        assert ran.code == 1, ran.said
        assert code in ran.codes()
        assert world.state() == before

    def test_missing(self, world: World) -> None:
        listed = world.reports((1, 1.2), run_id="first")
        (world.root / "inbox" / "receipts" / "first" / "seed-1.json").unlink()
        self.refused(world, world.row("first", (1.2,), receipts=listed), "missing_receipt")

    def test_other_digest(self, world: World) -> None:
        listed = world.reports((1, 1.2), run_id="first")
        listed[0]["sha256"] = "0" * 64
        self.refused(world, world.row("first", (1.2,), receipts=listed), "receipt_digest")

    def test_a_byte_too_large(self, world: World) -> None:
        listed = [world.receipt("first", "log.txt", b"x" * (256 * 1024 + 1), "log")]
        self.refused(world, world.row("first", (1.2,), receipts=listed), "receipt_too_large")

    def test_the_largest(self, world: World) -> None:
        listed = [world.receipt("first", "log.txt", b"x" * (256 * 1024), "log")]
        world.record("first", (1.2,), receipts=listed)

    def test_too_large_together(self, world: World) -> None:
        listed = [
            world.receipt("first", f"{i}.txt", bytes([65 + i]) * (256 * 1024), "log")
            for i in range(5)
        ]
        self.refused(world, world.row("first", (1.2,), receipts=listed), "receipt_too_large")

    def test_listed_twice(self, world: World) -> None:
        listed = world.reports((1, 1.2), run_id="first") * 2
        self.refused(world, world.row("first", (1.2,), receipts=listed), "duplicate_key")

    def test_not_what_its_kind_says(self, world: World) -> None:
        listed = [world.receipt("first", "a.json", b"{}")]
        self.refused(world, world.row("first", (1.2,), receipts=listed), "unreadable_receipt")

    def test_a_duplicate_key_in_json(self, world: World) -> None:
        data = b'{"seed": 1, "final": {"val_bpb": 1.3, "val_bpb": 1.2}}'
        listed = [world.receipt("first", "a.json", data)]
        self.refused(world, world.row("first", (1.2,), receipts=listed), "unreadable_receipt")

    def test_deep_nesting_in_json(self, world: World) -> None:
        listed = [world.receipt("first", "a.json", b"[" * 100_000)]
        self.refused(world, world.row("first", (1.2,), receipts=listed), "unreadable_receipt")

    def test_a_link(self, world: World) -> None:
        listed = world.reports((1, 1.2), run_id="first")
        there = world.root / "inbox" / "receipts" / "first" / "seed-1.json"
        there.rename(world.root / "real.json")
        there.symlink_to(world.root / "real.json")
        self.refused(world, world.row("first", (1.2,), receipts=listed), "symlink")

    def test_a_folder_in_its_place(self, world: World) -> None:
        listed = world.reports((1, 1.2), run_id="first")
        there = world.root / "inbox" / "receipts" / "first" / "seed-1.json"
        there.unlink()
        there.mkdir()
        self.refused(world, world.row("first", (1.2,), receipts=listed), "missing_receipt")


class TestLinks:
    """Symbolic links are not followed, neither on the way in nor in the ledger."""

    def refused(self, world: World, row: Path) -> None:
        before = world.state()
        outside = sorted(
            str(path) for path in world.root.rglob("*") if world.repo not in path.parents
        )
        ran = world.homegolf("record", str(row))
        assert ran.code == 1, ran.said
        assert "symbolic link" in ran.err
        assert world.state() == before
        now = sorted(str(path) for path in world.root.rglob("*") if world.repo not in path.parents)
        assert now == outside

    def test_a_row_file(self, world: World) -> None:
        link = world.root / "first.yaml"
        link.symlink_to(world.row("first", BASE))
        self.refused(world, link)

    def test_a_row_file_that_leads_nowhere(self, world: World) -> None:
        link = world.root / "first.yaml"
        link.symlink_to(world.root / "nowhere.yaml")
        self.refused(world, link)

    @pytest.mark.parametrize("folder", ["ledger", "ledger/home", "ledger/home/runs"])
    def test_a_folder_of_the_ledger(self, world: World, folder: str) -> None:
        outside = world.root / "outside"
        place = world.repo / folder
        if place.exists():
            place.rename(outside)
        else:
            outside.mkdir()
        place.symlink_to(outside)
        self.refused(world, world.row("first", BASE))

    def test_a_link_in_the_row_s_place(self, world: World) -> None:
        place = world.repo / "ledger/home/runs/2026-03/first.yaml"
        place.parent.mkdir(parents=True)
        place.symlink_to(world.root / "stolen.yaml")
        self.refused(world, world.row("first", BASE))
        assert not (world.root / "stolen.yaml").exists()

    def test_a_folder_of_receipts(self, world: World) -> None:
        (world.root / "outside").mkdir()
        place = world.repo / "ledger/home/receipts"
        place.symlink_to(world.root / "outside")
        listed = world.reports((1, 1.2), run_id="first")
        self.refused(world, world.row("first", (1.2,), receipts=listed))


class TestFiles:
    """What is no row file at all."""

    @pytest.mark.parametrize("kind", ["missing", "folder", "fifo", "locked"])
    def test_no_regular_file(self, world: World, kind: str) -> None:
        row = world.root / "first.yaml"
        if kind == "folder":
            row.mkdir()
        elif kind == "fifo":
            os.mkfifo(row)
        elif kind == "locked":
            row = world.root / "first.yaml" / "inside.yaml"
            row.parent.touch()
        before = world.state()
        ran = world.homegolf("record", str(row))
        assert ran.code in {1, 2}
        assert "first.yaml" in ran.err
        assert world.state() == before

    def test_a_name_that_is_no_text(self, world: World) -> None:
        row = world.root / os.fsdecode(b"\xff\x1b[31m.yaml")
        row.write_text(GOOD, encoding="utf-8")
        ran = world.process("record", str(row))
        assert ran.code == 0
        assert "\x1b" not in ran.said
        assert "Traceback" not in ran.err


BAD_RULES: dict[str, tuple[dict[str, str], str]] = {
    "unknown field": ({"ledger/home/lane.yaml": lane_text(delta=1)}, "unknown_field"),
    "duplicate key": ({"ledger/home/lane.yaml": lane_text() + "title: x\n"}, "duplicate_key"),
    "other lane": ({"ledger/home/lane.yaml": lane_text("h100")}, "wrong_place"),
    "no delta": (
        {"ledger/home/lane.yaml": lane_text(decision={"delta_min": 0})}, "out_of_range",
    ),
    "ladder": ({"ledger/ladder.yaml": ladder_text("home", "home")}, "out_of_range"),
    "ladder with a strange lane": ({"ledger/ladder.yaml": ladder_text("home", "moon")}, "unknown_lane"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_RULES)
def test_bad_rules_are_findings_of_verify_and_hide_no_rows(world: World, name: str) -> None:
    files, code = BAD_RULES[name]
    world.record("first", BASE)
    before = world.verdicts()
    world.commit("Bad rules", files)
    answer = world.answer("verify", code=1)
    assert answer["ok"] is False
    assert code in [item["code"] for item in answer["findings"]]
    assert world.verdicts() == before
