"""The grammar of names: paths, tags, times; what is built can be parsed and nothing else."""

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model.naming import (
    LADDER_PATH,
    RECEIPT_FILE,
    TAG_FOLDERS,
    LaneId,
    LedgerPath,
    PathKind,
    RunId,
    TagKind,
    TagName,
    board_path,
    is_generated,
    is_promotion,
    is_utc_time,
    lane_id_of,
    lane_path,
    month_page_path,
    parse_path,
    parse_tag,
    receipt_folder,
    retraction_path,
    row_path,
    run_id_of,
    tag_of_ref,
    tag_ref,
    tag_refspec,
    time_key,
    verdicts_path,
)

LANES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True)
RUNS = st.from_regex(r"[a-z0-9][a-z0-9._-]{2,79}", fullmatch=True)
SEGMENTS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
FILES = st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join)
TIMES = st.datetimes().map(lambda at: at.replace(microsecond=0).isoformat() + "Z")


class TestIdentifiers:
    """Lane names: [a-z0-9][a-z0-9-]{0,31}; run ids: [a-z0-9][a-z0-9._-]{2,79}."""

    @pytest.mark.parametrize("name", ["a", "0", "local-cluster", "8xh100", "a" * 32, "a--"])
    def test_lanes(self, name: str) -> None:
        assert lane_id_of(name) == name

    @pytest.mark.parametrize(
        "name",
        ["", "-a", "A", "a_b", "a.b", "a/b", "a" * 33, "a\n", "a ", "é", "\u0661", ".", ".."],
    )
    def test_no_lanes(self, name: str) -> None:
        assert lane_id_of(name) is None

    @pytest.mark.parametrize("name", ["abc", "20260328d-g64-clip1", "0.1", "a" * 80, "a__"])
    def test_runs(self, name: str) -> None:
        assert run_id_of(name) == name

    @pytest.mark.parametrize(
        "name",
        ["", "ab", "a" * 81, "-ab", ".ab", "_ab", "Abc", "abc\n", "a c", "a/b", "abé", "ab\u0661"],
    )
    def test_no_runs(self, name: str) -> None:
        assert run_id_of(name) is None

    @pytest.mark.parametrize("name", ["a/B/c.d/e_f-9", "x"])
    def test_receipts(self, name: str) -> None:
        assert RECEIPT_FILE.fullmatch(name)

    @pytest.mark.parametrize(
        "name",
        ["", "a/", "/a", "a//b", "../a", "a/..", "a/.b", "a\n", "a/b/c/d/e", "a b", "-a", "é",
         "a\\b", "a" * 101],
    )  # fmt: skip
    def test_no_receipts(self, name: str) -> None:
        assert not RECEIPT_FILE.fullmatch(name)


class TestPathsRoundTrip:
    """Section 3: every path of the ledger means one thing, built and parsed in one place."""

    @given(LANES, TIMES, RUNS)
    def test_rows(self, lane: str, at: str, run_id: str) -> None:
        expected = LedgerPath("row", LaneId(lane), RunId(run_id), month=at[:7])
        assert parse_path(row_path(lane, at, run_id)) == expected

    @given(LANES, RUNS, FILES)
    def test_receipts(self, lane: str, run_id: str, file: str) -> None:
        expected = LedgerPath("receipt", LaneId(lane), RunId(run_id), file=file)
        assert parse_path(f"{receipt_folder(lane, run_id)}/{file}") == expected

    @given(LANES, RUNS)
    def test_retractions(self, lane: str, run_id: str) -> None:
        expected = LedgerPath("retraction", LaneId(lane), RunId(run_id))
        assert parse_path(retraction_path(lane, run_id)) == expected

    @given(LANES)
    def test_lanes(self, lane: str) -> None:
        assert parse_path(lane_path(lane)) == LedgerPath("lane", LaneId(lane))

    def test_the_ladder(self) -> None:
        assert parse_path(LADDER_PATH) == LedgerPath("ladder")
        assert LADDER_PATH == "ledger/ladder.yaml"

    @pytest.mark.parametrize(
        ("path", "kind"),
        [
            ("ledger/SCOREBOARD.md", "generated"),
            ("ledger/h100/SCOREBOARD.md", "generated"),
            ("ledger/h100/scoreboard.json", "generated"),
            ("ledger/h100/progress.svg", "generated"),
            ("ledger/h100/verdicts/2026-03.jsonl", "generated"),
            ("ledger/h100/runs/2026-03/abc.yaml", "row"),
            ("ledger/h100/receipts/abc/log.json", "receipt"),
            ("ledger/h100/retractions/abc.yaml", "retraction"),
            ("ledger/h100/lane.yaml", "lane"),
        ],
    )
    def test_examples(self, path: str, kind: PathKind) -> None:
        place = parse_path(path)
        assert place is not None
        assert place.kind == kind


class TestNastyPaths:
    """What lies outside the grammar is never taken for a row, a receipt or a lane."""

    @pytest.mark.parametrize(
        "path",
        [
            "",
            "README.md",
            "ledgers/h100/lane.yaml",
            "./ledger/h100/lane.yaml",
            "/ledger/h100/lane.yaml",
            "x/ledger/h100/lane.yaml",
        ],
    )
    def test_outside_the_ledger(self, path: str) -> None:
        assert parse_path(path) is None

    @pytest.mark.parametrize(
        "path",
        [
            "ledger",
            "Ledger/h100/lane.yaml",
            "LEDGER",
            "ledger./x",
            "\uff4cedger/x",
            "led\u200bger/x",
        ],
    )
    def test_what_a_file_system_could_take_for_the_ledger(self, path: str) -> None:
        place = parse_path(path)
        assert place is not None
        assert place.kind == "bad"

    @pytest.mark.parametrize(
        "path",
        [
            "ledger/h100/runs/2026-03/abc.yaml\n",
            "ledger/h100/runs/2026-03/abc.yml",
            "ledger/h100/runs/2026-03/ABC.yaml",
            "ledger/h100/runs/2026-03/ab.yaml",
            "ledger/h100/runs/2026-03/abc.yaml.orig",
            "ledger/h100/runs/2026-13/abc.yaml",
            "ledger/h100/runs/2026-00/abc.yaml",
            "ledger/h100/runs/202-03/abc.yaml",
            "ledger/h100/runs/2026-03/deep/abc.yaml",
            "ledger/h100/runs/abc.yaml",
            "ledger/h100/runs/2026-03/../abc.yaml",
            "ledger/h100/runs/2026-03/a\nc.yaml",
            "ledger/h100/runs/\u0662\u0660\u0662\u0666-03/abc.yaml",
            "ledger/h100/Runs/2026-03/abc.yaml",
            "ledger/H100/runs/2026-03/abc.yaml",
            "ledger/../runs/2026-03/abc.yaml",
            "ledger/h100/receipts/abc",
            "ledger/h100/receipts/abc/",
            "ledger/h100/receipts/abc/../../lane.yaml",
            "ledger/h100/receipts/abc/.git",
            "ledger/h100/receipts/abc/log.json\n",
            "ledger/h100/retractions/abc.yaml\n",
            "ledger/h100/retractions/deep/abc.yaml",
        ],
    )
    def test_a_bad_name_where_rows_and_receipts_are(self, path: str) -> None:
        place = parse_path(path)
        assert place is not None
        assert place.kind == "bad"

    @pytest.mark.parametrize(
        "path",
        [
            "ledger/h100/lane.yaml\n",
            "ledger/h100/lane.yml",
            "ledger/h100/notes.md",
            "ledger/ladder.yaml\n",
            "ledger/ladder.yml",
            "ledger/H100/lane.yaml",
            "ledger/../lane.yaml",
            "ledger/h100/SCOREBOARD.md\n",
            "ledger/h100/scoreboard.md",
            "ledger/h100/verdicts/2026-13.jsonl",
            "ledger/h100",
            "ledger/",
        ],
    )
    def test_a_stray_file(self, path: str) -> None:
        place = parse_path(path)
        assert place is not None
        assert place.kind == "stray"

    @given(st.text(max_size=60).map(lambda text: "ledger/" + text))
    def test_any_text_has_a_kind(self, path: str) -> None:
        assert isinstance(parse_path(path), LedgerPath)


class TestTags:
    """Section 8: incumbents/<lane>/<NNNN>, incumbent/<lane>, promotions/<lane>/<NNNN>."""

    @given(st.sampled_from(["incumbent", "promotion"]), LANES, st.integers(1, 9999))
    def test_numbered_ones(self, kind: TagKind, lane: str, number: int) -> None:
        tag = TagName(kind, LaneId(lane), number)
        assert parse_tag(str(tag)) == tag
        assert re.fullmatch(rf"{kind}s/{re.escape(lane)}/[0-9]{{4}}", str(tag))

    @given(LANES)
    def test_the_pointer(self, lane: str) -> None:
        tag = TagName("pointer", LaneId(lane))
        assert parse_tag(str(tag)) == tag
        assert str(tag) == f"incumbent/{lane}"

    @pytest.mark.parametrize(
        "name",
        [
            "",
            "v1.0",
            "incumbents/h100",
            "incumbents/h100/1",
            "incumbents/h100/00001",
            "incumbents/h100/0000",
            "incumbents/h100/0001\n",
            "incumbents/h100/0001/x",
            "incumbents/h100/-001",
            "incumbents/h100/\u0660\u0660\u0660\u0661",
            "incumbents/H100/0001",
            "Incumbents/h100/0001",
            "incumbents//0001",
            "incumbent/h100/0001",
            "incumbent/h100\n",
            "incumbent/",
            "incumbent/h100.lock",
            "promotion/h100/0001",
            "promotions/h100/0000",
            "promotions/h100",
            "refs/tags/incumbent/h100",
            "x/incumbent/h100",
        ],
    )
    def test_nothing_else(self, name: str) -> None:
        assert parse_tag(name) is None

    @given(st.text(max_size=40))
    def test_what_parses_is_built_the_same(self, name: str) -> None:
        tag = parse_tag(name)
        assert tag is None or str(tag) == name

    @given(st.sampled_from(["incumbent", "pointer", "promotion"]), LANES)
    def test_each_lies_in_a_folder(self, kind: TagKind, lane: str) -> None:
        name = str(TagName(kind, LaneId(lane), 1))
        assert name.partition("/")[0] in TAG_FOLDERS
        assert is_promotion(name) == (kind == "promotion")

    def test_a_folder_counts_whatever_lies_in_it(self) -> None:
        assert is_promotion("promotions/x")
        assert not is_promotion("promotions")

    def test_refs(self) -> None:
        assert tag_ref("incumbent/h100") == "refs/tags/incumbent/h100"
        assert tag_of_ref(tag_ref("incumbent/h100")) == "incumbent/h100"
        assert tag_refspec("incumbents") == "+refs/tags/incumbents/*:refs/tags/incumbents/*"


class TestTimes:
    """finished_at is a real UTC time such as 2026-03-28T11:06:00Z."""

    @given(TIMES)
    def test_real_times(self, at: str) -> None:
        assert is_utc_time(at)

    @given(st.lists(st.datetimes(), min_size=2, max_size=6))
    def test_they_sort_as_they_happened(self, at: list[datetime]) -> None:
        written = [moment.isoformat() + "Z" for moment in at]
        assert [time.removesuffix("Z") for time in sorted(written, key=time_key)] == [
            moment.isoformat() for moment in sorted(at)
        ]

    def test_fractions_of_any_length_sort(self) -> None:
        times = ["2026-03-28T11:06:00Z", "2026-03-28T11:06:00.05Z", "2026-03-28T11:06:00.5Z"]
        latest_first = times[::-1]
        assert sorted(latest_first, key=time_key) == times

    @pytest.mark.parametrize("at", ["2024-02-29T00:00:00Z", "2026-03-28T11:06:00.123456Z"])
    def test_leap_days_and_fractions(self, at: str) -> None:
        assert is_utc_time(at)

    @pytest.mark.parametrize(
        "at",
        [
            "",
            "2026-03-28",
            "2026-03-28T11:06:00",
            "2026-03-28T11:06:00+00:00",
            "2026-03-28T11:06:00z",
            "2026-03-28 11:06:00Z",
            "2026-03-28T11:06Z",
            "2026-03-28T11:06:00Z\n",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-03-32T00:00:00Z",
            "2026-03-28T24:00:00Z",
            "2026-03-28T11:60:00Z",
            "2026-03-28T11:06:60Z",
            "2026-03-28T11:06:00.Z",
            "2026-03-28T11:06:00.1234567Z",
            "0000-01-01T00:00:00Z",
            "\u0662\u0660\u0662\u0666-03-28T11:06:00Z",
        ],
    )
    def test_no_times(self, at: str) -> None:
        assert not is_utc_time(at)


class TestVerdictFiles:
    """A month's verdicts, and the parts that a full month goes on in."""

    @pytest.mark.parametrize("part", [1, 2, 17])
    def test_what_is_built_is_known(self, part: int) -> None:
        place = parse_path(verdicts_path("h100", "2026-03", part))
        assert place is not None
        assert (place.kind, place.lane) == ("generated", "h100")

    def test_the_first_part_is_the_month(self) -> None:
        assert verdicts_path("h100", "2026-03", 1) == "ledger/h100/verdicts/2026-03.jsonl"
        assert verdicts_path("h100", "2026-03", 2) == "ledger/h100/verdicts/2026-03-2.jsonl"

    @pytest.mark.parametrize("part", [1, 2, 17])
    def test_pages_of_months(self, part: int) -> None:
        place = parse_path(month_page_path("h100", "2026-03", part))
        assert place is not None
        assert (place.kind, place.lane, place.month) == ("generated", "h100", "2026-03")
        assert month_page_path("h100", "2026-03", 2) == "ledger/h100/months/2026-03-2.md"

    @pytest.mark.parametrize("file", ["SCOREBOARD.md", "scoreboard.json", "progress.svg"])
    def test_files_of_a_lane(self, file: str) -> None:
        assert is_generated(board_path("h100", file))

    @pytest.mark.parametrize("path", ["months/2026-13.md", "months/2026-03-0.md", "months/x.md"])
    def test_no_other_file_beside_them(self, path: str) -> None:
        assert not is_generated(f"ledger/h100/{path}")

    @pytest.mark.parametrize("name", ["2026-03-0", "2026-03-02", "2026-03-", "2026-03-2-1"])
    def test_other_names_are_not(self, name: str) -> None:
        place = parse_path(f"ledger/h100/verdicts/{name}.jsonl")
        assert place is not None
        assert place.kind == "stray"
