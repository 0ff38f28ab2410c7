"""No traceback ever reaches a user, whatever the bytes and whatever the words (section 11)."""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.e2e.world import (
    BASE,
    BETTER,
    World,
    clean_environment,
    make_template,
    row_document,
    row_text,
)

GOOD = row_text(row_document("odd", (1.2,))).encode()
LIMITS = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One ledger for all examples, which leave it as it is."""
    root = tmp_path_factory.mktemp("shared")
    with clean_environment(root / "home"):
        world = make_template(root)
        world.record("base", BASE)
        world.record("better", BETTER)
        yield world


MARKS = [b"{", b"}", b"[", b"]", b": ", b"- ", b"\n", b"? ", b"&a ", b"*a", b"!!int ", b"!x ", b"|", b">",
         b"%YAML 1.2\n", b"---", b"...", b"#", b'"', b"'", b"\\x00", b"\t", b"<<", b"=", b"~", b".nan",
         b"1e999", b"0x1f", b"\xff", b"\xe2\x80\xa8", b"\xc2\x85", b"\x00", b"\x1b[2J", b"null", b"9" * 400,
         b"-0.0", b"1_000", b"2026-01-01", b"@", b"`"]  # fmt: skip


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A good row with pieces cut out and others put in."""
    text = GOOD
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        gone = draw(st.integers(0, 30))
        piece = draw(st.sampled_from(MARKS) | st.binary(max_size=8))
        text = text[:at] + piece + text[at + gone :]
    return text


@LIMITS
@given(
    st.binary(max_size=300) | broken() | st.lists(st.sampled_from(MARKS), max_size=40).map(b"".join)
)
@example(b"")
@example(b"\x00")
@example(b"[" * 20_000)
@example(b"? " * 20_000)
@example(b"{" * 20_000)
@example(b"!" * 20_000)
@example(b"run_id: odd\nlane: [home]\nreceipts: 3\nresults: {a: 1}\n")
def test_any_bytes_as_a_row(shared: World, data: bytes) -> None:
    row = shared.root / "odd.yaml"
    row.write_bytes(data)
    ran = shared.homegolf("record", "--dry-run", "--json", str(row))
    assert ran.code in {0, 1}, ran.said
    document = json.loads(ran.out)
    assert document["ok"] is (ran.code == 0)
    as_text = shared.homegolf("record", "--dry-run", str(row))
    assert as_text.code == ran.code
    assert not {char for char in as_text.said if char != "\n" and not char.isprintable()}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@LIMITS
@given(st.sampled_from(sorted(row_document("odd", (1.2,)))), VALUES)
def test_any_value_in_any_field(shared: World, field: str, value: object) -> None:
    document = {**row_document("odd", (1.2,)), field: value}
    row = shared.root / "odd.yaml"
    row.write_text(json.dumps(document), encoding="utf-8")
    ran = shared.homegolf("record", "--dry-run", "--json", str(row))
    assert ran.code in {0, 1}, ran.said


@LIMITS
@given(st.binary(max_size=200) | st.lists(st.sampled_from(MARKS), max_size=20).map(b"".join))
def test_any_bytes_as_a_receipt(shared: World, data: bytes) -> None:
    report = shared.root / "report.json"
    report.write_bytes(data)
    ran = shared.homegolf(
        "record", "--dry-run", "--json", "--receipt", str(report), "--lane", "home", "--seed", "1",
        "--run-id", "odd", "--finished-at", "2026-03-28T11:06:00Z", "--mode", "full", "--summary", "x",
    )  # fmt: skip
    assert ran.code in {0, 1}, ran.said


WORDS = [
    "verify", "verdicts", "status", "explain", "log", "record", "retract", "scoreboard", "tags",
    "sync", "base", "better", "home", "h100", "--lane", "--json", "--quiet", "--no-color",
    "--most", "3", "-1", "--check", "--dry-run", "--keep-invalid", "--help", "-h", "--", "-", "",
    "--many", "--receipt", "--receipts", "--set", "a=b", "=", "--device", "x:1", "x:", "--seed",
    "--kind", "model", "--budget", "nan", "1e400", "--finished-at", "--revision", "HEAD", "--reason",
    "--evidence", "--by", "--lane=", "--lane=home", "--run-id", "../x", "$(id)", "\x1b[31m", "é",
    "\u202e", "a\nb", "--failure", "oom", "--version",
]  # fmt: skip


@LIMITS
@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=6))
@example(["explain", "\x00"])
@example(["explain", "\udcff"])
@example(["verdicts", "--lane", "\udcff"])
@example(["record", "\x00"])
@example(["record", "\udcff"])
@example(["record", "--many", "a\x00b"])
@example(["record", "x" * 5000])
@example(["record", "--receipt", "\x00", "--lane", "home"])
@example(["retract", "base", "--reason", "\udcff", "--evidence", "x", "--by", "y", "--dry-run"])
@example(["--repo", "\x00", "verify"])
@example(["tags", "verify", "--repo", "x" * 5000])
@example(["--repo"])
def test_any_words(shared: World, words: list[str]) -> None:
    if "retract" in words or ("sync" in words and "tags" in words):
        words = [*words, "--dry-run"]
    ran = shared.homegolf(*words)
    assert ran.code in {0, 1, 2, 4}, shlex.join(words) + ran.said
    assert "Traceback" not in ran.said


@LIMITS
@given(st.lists(st.sampled_from(WORDS), max_size=5))
def test_any_words_as_json(shared: World, words: list[str]) -> None:
    if {"retract", "sync", "--help", "-h", "--version", "--"} & set(words):
        return
    ran = shared.homegolf("--json", *words)
    assert ran.code in {0, 1, 2, 4}, shlex.join(words) + ran.said
    assert isinstance(json.loads(ran.out), dict)


@pytest.mark.parametrize("what", ["ledger/home/lane.yaml", "ledger/ladder.yaml"])
@settings(LIMITS, max_examples=25)
@given(data=st.binary(max_size=60) | st.lists(st.sampled_from(MARKS), max_size=12).map(b"".join))
def test_any_bytes_as_rules_that_landed(shared: World, what: str, data: bytes) -> None:
    head = shared.head
    shared.commit("Rules", {what: data})
    try:
        for command in ("verify", "verdicts", "status"):
            ran = shared.homegolf(command, "--json")
            assert ran.code in {0, 1}, ran.said
    finally:
        shared.git("reset", "--quiet", "--hard", head)


@settings(LIMITS, max_examples=40)
@given(data=st.binary(max_size=120))
def test_any_bytes_as_a_tag(shared: World, data: bytes) -> None:
    text = data.decode("latin-1").replace("\x00", "")
    shared.git("tag", "--annotate", "--cleanup=verbatim", "--file=-", "incumbents/home/0001", "HEAD",
               stdin="x\n\n" + text)  # fmt: skip
    try:
        ran = shared.homegolf("tags", "verify", "--json")
        assert ran.code == 1, ran.said
    finally:
        shared.git("tag", "--delete", "incumbents/home/0001")


def test_a_reader_that_has_gone_is_no_bug(shared: World) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "homegolf_git", "verdicts", "--json"],
        cwd=shared.repo,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
    assert said == ""
    assert process.returncode in {0, 1, 141, -13}  # not 3: that would be a bug
