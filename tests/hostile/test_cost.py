"""A small pull request costs little: what is read, found and judged is bounded before it is done."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from homegolf_git.core.judge.admission import Trial
from homegolf_git.core.model.findings import FINDINGS_MAX, FINDINGS_OF_FILE_MAX
from homegolf_git.core.model.naming import Oid
from homegolf_git.shell.git.objects import Objects as Read
from homegolf_git.shell.landing import gate, proposedfiles
from homegolf_git.shell.reading.promotions import PromotionTags
from tests.hostile.objects import FOLDER, Entry
from tests.hostile.pulls import Pull, listed, row_message

MIB = 1 << 20
NOES = "x: [" + ",".join(["no"] * 20_000) + "]\n"
RETRACTION = "schema: homegolf/retraction/v1\nrun_id: {0}\nreason: r\nevidence: e\nby: me\n"


class Work:
    """What git was asked for: objects read, and their bytes."""

    def __init__(self) -> None:
        self.objects = self.read = self.most = 0


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    done, contents = Work(), Read.contents

    def noted(read: Read, oids: Iterable[Oid]) -> dict[Oid, bytes]:
        found = contents(read, oids)
        size = sum(map(len, found.values()))
        done.objects, done.read = done.objects + len(found), done.read + size
        done.most = max(done.most, size)
        return found

    monkeypatch.setattr(Read, "contents", noted)
    return done


def unfolding(pull: Pull, depth: int = 10) -> Entry:
    """A folder that holds ten folders, which hold ten folders, and so on, in as many objects."""
    inner = pull.blob("x")
    for _ in range(depth):
        inner = Entry(FOLDER, pull.objects.tree({b"%d" % number: inner for number in range(10)}))
    return inner


def a_bomb(pull: Pull) -> None:
    pull.commit({"bomb": unfolding(pull)})


def a_bomb_of_rows(pull: Pull) -> None:
    pull.commit({"ledger/home/runs/2026-04": unfolding(pull)})


def a_bomb_that_is_taken_out(pull: Pull) -> None:
    a_bomb(pull)
    pull.commit({"bomb": None})


def a_bomb_of_a_merge(pull: Pull) -> None:
    side = pull.commit({"a": "1"})
    other = pull.commit({"b": "1"}, onto=[pull.main])
    pull.commit({"bomb": unfolding(pull)}, onto=[side, other])


def what_landed_a_thousand_times(pull: Pull) -> None:
    """A folder of folders that all are the ledger as it landed."""
    landed = pull.objects.entries(pull.objects.tree_of(pull.main))[b"ledger"]
    inner = Entry(FOLDER, pull.objects.tree({b"%d" % n: landed for n in range(100)}))
    pull.commit({"bomb": Entry(FOLDER, pull.objects.tree({b"%d" % n: inner for n in range(100)}))})


def a_million_files(pull: Pull) -> None:
    blob = bytes.fromhex(pull.blob("x").oid)
    data = b"".join(b"100644 %06x\0" % number + blob for number in range(1_000_000))
    pull.commit({"large": Entry(FOLDER, pull.objects.write("tree", data))})
    pull.commit({"large": None})


BOMBS = (a_bomb, a_bomb_of_rows, a_bomb_that_is_taken_out, a_bomb_of_a_merge, what_landed_a_thousand_times, a_million_files)  # fmt: skip


@pytest.mark.parametrize("make", BOMBS)
def test_what_unfolds_without_end(pull: Pull, work: Work, make: Callable[[Pull], None]) -> None:
    make(pull)
    assert pull.codes() == {"too_many_changes"}
    assert work.objects < 500
    assert work.read < MIB


def test_a_bomb_behind_an_honest_row_is_refused_too(pull: Pull) -> None:
    pull.row()
    a_bomb(pull)
    assert pull.codes() == {"too_many_changes"}


def test_thousands_of_findings(pull: Pull) -> None:
    """Each `no` is one: a hundred are told of a file, a thousand of all, and how many more there are."""
    pull.commit({f"ledger/home/runs/2026-04/eve{n}.yaml": f"{NOES}# {n}\n" for n in range(12)})
    ran = pull.check()
    found = ran.json()["findings"]
    assert ran.code == 1
    assert len(found) == FINDINGS_MAX + 1
    of_first = [item for item in found if item["path"].endswith("/eve0.yaml")]
    assert len(of_first) == FINDINGS_OF_FILE_MAX + 1
    of_file = next(item for item in found if item["code"] == "too_many_findings")
    assert (of_file["severity"], of_file["message"]) == ("error", "19,900 more findings")
    assert found[-1]["code"] == "too_many_findings"
    assert len(ran.out) < MIB


def test_an_error_behind_many_warnings_is_an_error(pull: Pull) -> None:
    """What is not told counts: here only what is behind the thousandth finding is an error."""
    kind = "kind-without-a-reader"
    for number in range(11):
        receipts = {f"r{n}.txt": b"%d" % (number * 100 + n) for n in range(100)}
        listing = [listed(name, data, kind) for name, data in receipts.items()]
        place, text = pull.world.place(f"eve{number:02}", (1.3 + number / 1e4,), receipts=listing)
        folder = f"ledger/home/receipts/eve{number:02}"
        files = {f"{folder}/{name}": data for name, data in receipts.items()}
        pull.commit({place: text, **files}, row_message(f"eve{number:02}", "home", text))
    place, text = pull.world.place("eve99", base="eve99")
    pull.commit({place: text}, row_message("eve99", "home", text))
    ran = pull.check()
    assert ran.code == 1
    assert [item for item in ran.json()["findings"][:-1] if item["severity"] == "error"] == []
    assert {item["severity"] for item in ran.json()["findings"][:-1]} == {"warning"}
    assert ran.json()["findings"][-1]["severity"] == "error"


def test_receipts_padded_with_blanks(
    pull: Pull, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is as large as it may be, and all together are more than is read."""
    monkeypatch.setattr(proposedfiles, "CONTENT_BYTES_MAX", 8 * MIB)
    for number in range(9):
        parts = [b"%d" % (number * 4 + n) + b" " * (256 * 1024 - 9) for n in range(4)]
        listing = [listed(f"r{n}.json", data) for n, data in enumerate(parts)]
        place, text = pull.world.place(f"eve{number}", receipts=listing)
        folder = f"ledger/home/receipts/eve{number}"
        files = {f"{folder}/r{n}.json": data for n, data in enumerate(parts)}
        pull.commit({place: text, **files}, row_message(f"eve{number}", "home", text))
    assert pull.codes() == {"too_many_changes"}
    assert work.read < MIB


def test_receipts_are_read_one_by_one(pull: Pull, work: Work) -> None:
    for number in range(20):
        data = b'{"seed": %d}' % number + b" " * 250_000
        pull.row(f"eve{number}", receipts={"r.json": data})
    pull.check()
    assert work.read > 20 * 250_000
    assert work.most < MIB


def test_false_trailers_in_a_merge_group(pull: Pull) -> None:
    """Each of 2,000 in a message is looked up, not looked for."""
    for number in range(3):
        place, text = pull.world.place(f"eve{number}")
        pull.commit({place: text}, "run\n\n" + "Homegolf-Lane: else\n" * 2_000)
    ran = pull.check("json", "--merge-group")
    codes = [item["code"] for item in ran.json()["findings"]]
    assert codes.count("trailer_mismatch") == 3 * FINDINGS_OF_FILE_MAX
    assert codes.count("too_many_findings") == 3


def test_many_retractions_judge_a_lane_once(pull: Pull, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[int] = []
    judge = Trial.rejudged

    def noted(trial: Trial, name: Any) -> Any:  # noqa: ANN401 - passed through
        judged.append(1)
        return judge(trial, name)

    monkeypatch.setattr(Trial, "rejudged", noted)
    runs = ("base", "better", "again", "worse", "oom1")
    pull.commit({f"ledger/home/retractions/{run}.yaml": RETRACTION.format(run) for run in runs})
    answer = pull.answer()
    assert {item["after"]["run_id"] for item in answer["rejudged"]} >= set(runs)
    assert judged == [1]


def test_of_verdicts_that_a_retraction_changes_the_first_are_told(
    pull: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull.commit({"ledger/home/retractions/base.yaml": RETRACTION.format("base")})
    whole = pull.answer()["rejudged"]
    monkeypatch.setattr(gate, "REJUDGED_MAX", 2)
    answer = pull.answer()
    assert answer["rejudged"] == whole[:2]
    (item,) = [item for item in answer["findings"] if item["code"] == "too_many_findings"]
    assert (item["severity"], item["message"].split()[0]) == ("note", str(len(whole) - 2))


def test_promotions_that_rows_name(pull: Pull, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes a reading of its ledger: only those are judged that rows name, and so many at most."""
    asked: list[str | None] = []

    def noted(tags: PromotionTags, head: Oid, **named: Any) -> Any:  # noqa: ANN401 - passed through
        del tags, head
        asked.append(named.get("only"))
        return {}, {}

    monkeypatch.setattr(PromotionTags, "valid", noted)
    for number in range(gate.PROMOTIONS_MAX + 5):
        pull.row(f"eve{number:02}", lane="h100", promotion=f"promotions/h100/{number:04}")
    assert pull.codes() == {"no_promotion", "too_many_changes"}
    assert asked == [f"promotions/h100/{number:04}" for number in range(gate.PROMOTIONS_MAX)]


def test_a_key_of_twenty_thousand_characters(pull: Pull) -> None:
    place, text = pull.world.place("eve1")
    config = "config:\n  ? " + "ab" * 10_000 + "\n  : 1\n"
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("config:")]
    text = "".join(lines) + config
    pull.commit({place: text}, row_message("eve1", "home", text))
    (item,) = pull.answer(code=1)["findings"]
    assert (item["code"], "20,000 characters" in item["message"]) == ("out_of_range", True)


def test_keys_that_multiply(pull: Pull) -> None:
    """Thousands of keys below one long one would be megabytes with it in front of each."""
    config: Any = {f"k{number}": number for number in range(2_000)}
    for _ in range(25):
        config = {"k" * 800: config}
    place, text = pull.world.place("eve1", config=config)
    pull.commit({place: text}, row_message("eve1", "home", text))
    (item,) = pull.answer(code=1)["findings"]
    assert item["code"] == "out_of_range"


@pytest.mark.skipif(not os.environ.get("HOMEGOLF_LONG"), reason="a long form, by `make test-long`")
class TestMemory:
    """The same and more as a process of its own, with its memory measured."""

    def peak(self, pull: Pull, *options: str) -> tuple[int, int, str]:
        """Exit code, megabytes of the largest process, and what was said."""
        command = (sys.executable, "-m", "homegolf_git", "check", "--base", "main", "--head", "pull", "--json", *options)  # fmt: skip
        script = (
            "import resource, subprocess, sys\n"
            "ran = subprocess.run(sys.argv[1:], capture_output=True, text=True)\n"
            "sys.stdout.write(ran.stdout)\n"
            "print(ran.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)\n"
        )
        ran = subprocess.run(
            [sys.executable, "-c", script, *command],
            cwd=pull.world.repo, capture_output=True, text=True, check=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (120, 120)),
        )  # fmt: skip
        code, kilobytes = map(int, ran.stderr.split()[-2:])
        return code, kilobytes // 1024, ran.stdout

    @pytest.mark.parametrize("make", BOMBS)
    def test_bombs(self, pull: Pull, make: Callable[[Pull], None]) -> None:
        make(pull)
        assert self.peak(pull)[1] < 512

    def test_findings(self, pull: Pull) -> None:
        pull.commit({f"ledger/home/runs/2026-04/eve{n}.yaml": f"{NOES}# {n}\n" for n in range(100)})
        code, most, said = self.peak(pull)
        assert (code, most < 512, len(said) < MIB) == (1, True, True)
        assert len(json.loads(said)["findings"]) == FINDINGS_MAX + 1

    def test_a_thousand_rows_with_receipts(self, pull: Pull) -> None:
        for number in range(1_000):
            data = b'{"seed": %d}' % number + b" " * 250_000
            pull.row(f"eve{number}", (1.3 + number / 1e5,), receipts={"r.json": data})
        assert self.peak(pull)[1] < 512
        assert self.peak(pull, "--merge-group")[1] < 512

    def test_false_trailers(self, pull: Pull) -> None:
        for number in range(200):
            place, text = pull.world.place(f"eve{number}")
            pull.commit({place: text}, "run\n\n" + "Homegolf-Lane: else\n" * 3_000)
        code, most, _ = self.peak(pull, "--merge-group")
        assert (code, most < 512) == (1, True)
