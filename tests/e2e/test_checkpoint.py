"""The checkpoint in the git directory: it changes what a command costs, never what it says."""

import errno
import fcntl
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.model.naming import LaneId, Oid
from homegolf_git.core.model.stored import StoredMap
from homegolf_git.core.model.values import NotKeptError, Record, field
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.git import gitrepo, runner
from homegolf_git.shell.reading import checkpoint, pages, store
from homegolf_git.shell.reading.load import current_ledger, kept_ledger
from homegolf_git.shell.reading.pages import HEAD_BYTES
from tests.e2e.world import BASE, BEST, BETTER, WORSE, World

RETRACT = ("--reason", "a mistake", "--evidence", "an issue", "--by", "someone")
QUESTIONS = (
    ("verdicts",), ("status",), ("blockers",), ("deltas", "--lane", "home"),
    ("plateau", "--lane", "home"), ("log",), ("tags", "verify"), ("scoreboard", "--check"),
)  # fmt: skip


def folder(world: World) -> Path:
    return world.repo / ".git" / "homegolf"


def database(world: World) -> Path:
    return folder(world) / "checkpoint"


def said(world: World) -> list[tuple[int, str]]:
    """What every reading command says."""
    return [
        (ran.code, ran.out) for ran in (world.homegolf(*words, "--json") for words in QUESTIONS)
    ]


def kept_and_afresh(world: World) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """What is said with what was kept, and with nothing kept."""
    kept = said(world)
    shutil.rmtree(folder(world))
    return kept, said(world)


@pytest.fixture
def grown(world: World) -> World:
    """A ledger with some history, and a checkpoint of it."""
    world.record("base", BASE)
    world.record("better", BETTER, base="base")
    world.record("stuck", ())
    world.record("fresh", {50: 1.1801, 51: 1.1799}, config={"model.knob": "better"})
    assert world.homegolf("verify").code == 0
    return world


Step = Callable[[World], object]
STEPS: dict[str, Step] = {
    "a row": lambda w: w.record("next", BEST, base="better"),
    "a worse row": lambda w: w.record("worse", WORSE),
    "a replicate": lambda w: w.record("again", {60: 1.18}, config={"model.knob": "better"}),
    "a blocked row": lambda w: w.record("blocked", ()),
    "a row that settles one": lambda w: w.record("settled", WORSE, resolves=["stuck"]),
    "a retraction": lambda w: w.homegolf("retract", "better", *RETRACT),
    "new rules": lambda w: w.lane("home", decision={"delta_min": 0.01}),
    "a lane": lambda w: w.lane("other"),
    "a ladder": lambda w: w.commit("Ladder", {"ledger/ladder.yaml": None}),
    "a bad lane": lambda w: w.commit("Bad", {"ledger/home/lane.yaml": "x: [\n"}),
    "a bad row": lambda w: w.commit("Bad", {"ledger/home/runs/2026-03/bad.yaml": "a: b\n"}),
    "an edit": lambda w: w.commit("Edit", {"ledger/home/runs/2026-03/base.yaml": "a: b\n"}),
    "a deletion": lambda w: w.commit("Delete", {"ledger/home/runs/2026-03/base.yaml": None}),
    "a stray file": lambda w: w.commit("Stray", {"ledger/home/notes.md": "x"}),
    "a receipt alone": lambda w: w.commit("R", {"ledger/home/receipts/base/late.json": "{}"}),
    "a receipt without a row": lambda w: w.commit(
        "R", {"ledger/home/receipts/nobody/x.json": "{}"}
    ),
    "nothing of the ledger": lambda w: w.commit("Else", {"README.md": "x"}),
    "two rows in one commit": lambda w: w.commit("Two", dict([w.place("one"), w.place("two")])),
    "a tag": lambda w: w.homegolf("tags", "sync"),
}


class TestSame:
    """Whatever landed since, the answers are those of reading everything again."""

    @pytest.mark.parametrize("name", STEPS)
    def test_after_one_step(self, grown: World, name: str) -> None:
        STEPS[name](grown)
        kept, afresh = kept_and_afresh(grown)
        assert kept == afresh

    def test_after_every_step(self, grown: World) -> None:
        for name, step in STEPS.items():
            step(grown)
            first = said(grown)
            assert said(grown) == first, name  # as it was kept just now
        kept, afresh = kept_and_afresh(grown)
        assert kept == afresh

    def test_verify_believes_nothing_that_was_kept(self, grown: World) -> None:
        before = database(grown).stat()
        assert grown.answer("verify")["rows"] == 4
        assert database(grown).stat().st_ino != before.st_ino  # it was written anew


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def rename(path: Path) -> None:
    """An id of the kept list is another, which would let the row land again."""
    path.write_bytes(path.read_bytes().replace(b"tbase", b"tbose"))


def no_head(path: Path) -> None:
    path.write_bytes(bytes(HEAD_BYTES) + path.read_bytes()[HEAD_BYTES:])


def stating(name: str, value: bytes) -> Callable[[Path], None]:
    """Say otherwise, as a program would."""

    def state(path: Path) -> None:
        with closing(store.Store(path)) as kept:
            kept.set_fact(name, value)
            kept.commit()

    return state


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


TAMPERED: dict[str, Callable[[Path], object]] = {
    "a bit": flip,
    "a byte more": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "empty": lambda path: path.write_bytes(b""),
    "another file": lambda path: path.write_text("{}"),
    "another row": rename,
    "another program": stating("program", b"other"),
    "another ledger": stating("ledger", b"\xc0\xff\xee"),
    "no head": no_head,
    "a folder": a_folder,
}


class TestNotBelieved:
    """A checkpoint that is not this program's, whole and of this history is ignored."""

    @pytest.mark.parametrize("name", TAMPERED)
    def test_tampered(self, grown: World, name: str) -> None:
        expected = said(grown)
        TAMPERED[name](database(grown))
        assert said(grown) == expected
        row = grown.row("base", BEST)
        assert grown.homegolf("record", str(row)).code == 1  # its id is taken still

    def test_rules_that_are_not_the_commits(self, grown: World) -> None:
        with closing(store.Store(database(grown))) as kept:
            data = kept.fact("ledger")
            blob = grown.git("rev-parse", "HEAD:ledger/home/lane.yaml").encode()
            assert data is not None
            assert blob in data
            kept.set_fact("ledger", data.replace(blob, b"0" * len(blob)))
            kept.commit()
        assert checkpoint.read_checkpoint(gitrepo.GitRepo(grown.repo)) is None
        again, afresh = kept_and_afresh(grown)
        assert again == afresh

    @pytest.mark.parametrize(
        "rewritten",
        [
            ("commit", "--amend", "--message", "Other words"),
            ("reset", "--hard", "--quiet", "HEAD~2"),
            ("checkout", "--quiet", "-B", "main", "HEAD~1"),
        ],
        ids=["amended", "taken back", "another branch"],
    )
    def test_another_history(self, grown: World, rewritten: tuple[str, ...]) -> None:
        grown.git(*rewritten)
        kept, afresh = kept_and_afresh(grown)
        assert kept == afresh

    def test_a_commit_that_is_gone(self, grown: World) -> None:
        grown.git("reset", "--hard", "--quiet", "HEAD~1")
        grown.git("reflog", "expire", "--expire=now", "--all")
        grown.git("gc", "--quiet", "--prune=now")
        kept, afresh = kept_and_afresh(grown)
        assert kept == afresh

    def test_a_merge_that_turns_the_first_parent(self, grown: World) -> None:
        """The commit of the checkpoint is an ancestor still, but not on the first-parent chain."""
        grown.git("checkout", "--quiet", "-b", "side", "HEAD~1")
        grown.commit("Beside", {"README.md": "x"})
        grown.git("merge", "--quiet", "--no-edit", "main")
        kept, afresh = kept_and_afresh(grown)
        assert kept == afresh

    def test_it_is_dropped_where_a_promotion_tag_is_another(self, grown: World) -> None:
        grown.lane("h100", needs_promotion_from="home")
        path, text = grown.place("upstream", BASE, lane="h100", promotion="promotions/h100/0001")
        grown.commit("Up", {path: text})
        before = said(grown)
        grown.git("tag", "--annotate", "--message", "no document", "promotions/h100/0001", "HEAD~1")
        repo = gitrepo.GitRepo(grown.repo)
        assert checkpoint.read_checkpoint(repo) is None
        assert said(grown)[0] == before[0]  # a tag that says nothing admits nothing


class TestWriting:
    """It is written where that is possible, and nobody waits for it."""

    @pytest.mark.parametrize("how", [fcntl.LOCK_SH, fcntl.LOCK_EX], ids=["reads", "writes"])
    def test_somebody_else(self, grown: World, how: int) -> None:
        with database(grown).open() as held:
            fcntl.flock(held, how)
            grown.record("next", BEST)
            now = said(grown)
        kept, afresh = kept_and_afresh(grown)
        assert now == kept == afresh

    @pytest.mark.parametrize("part", ["rows", "verdicts", "configs", "landed"])
    def test_no_room(self, grown: World, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
        """The disk is full when a part is written: the answer is right, nothing is kept of it."""
        expected = said(grown)

        def full(method: Callable[..., None]) -> Callable[..., None]:
            def write(kept: store.Store, name: str, *rest: Any, **named: Any) -> None:  # noqa: ANN401
                if part in name:
                    raise OSError(errno.ENOSPC, "No space left on device")
                method(kept, name, *rest, **named)

            return write

        for method in ("write_table", "write_series"):
            monkeypatch.setattr(store.Store, method, full(getattr(store.Store, method)))
        shutil.rmtree(folder(grown))
        assert said(grown) == expected
        assert not database(grown).exists()

    def test_a_file_where_the_folder_would_be(self, world: World) -> None:
        """Reading goes on without a checkpoint; a commit needs the lock that lies there."""
        world.record("base", BASE)
        shutil.rmtree(world.repo / ".git" / "homegolf")
        world.write(".git/homegolf", "in the way")
        assert world.outcomes() == {"base": "improvement/baseline"}
        before = world.state()
        ran = world.homegolf("record", str(world.row("next", BETTER)), "--json")
        assert (ran.code, ran.codes()) == (4, ["cannot_write"])
        assert world.state() == before

    @pytest.mark.skipif(os.geteuid() == 0, reason="the superuser writes everywhere")
    def test_a_git_directory_that_cannot_be_written(self, grown: World) -> None:
        expected = said(grown)
        shutil.rmtree(folder(grown))
        (grown.repo / ".git").chmod(0o555)
        try:
            assert said(grown) == expected
        finally:
            (grown.repo / ".git").chmod(0o755)

    def test_nothing_of_it_is_in_the_work_tree(self, grown: World) -> None:
        assert grown.git("status", "--porcelain", "--ignored") == ""

    def test_a_bare_repository(self, grown: World) -> None:
        bare = grown.clone("bare.git", "--bare")
        assert bare.answer("verify")["ok"]
        assert (bare.repo / "homegolf" / "checkpoint").is_file()
        assert bare.verdicts() == grown.verdicts()

    def test_a_work_tree_shares_the_repositorys(self, grown: World) -> None:
        grown.git("worktree", "add", "--quiet", str(grown.root / "beside"))
        beside = World(grown.root, grown.root / "beside", grown.home, grown.count)
        assert beside.verdicts() == grown.verdicts()
        assert list(folder(grown).glob("checkpoint*")) == [database(grown)]

    def test_what_a_crash_left_is_cleared_away(self, grown: World) -> None:
        left = [folder(grown) / name for name in ("checkpoint.1.new", "checkpoint.sqlite")]
        for path in left:
            path.write_text("half, or an earlier version's")
        grown.homegolf("verify")
        assert not any(path.exists() for path in left)


BLOCK = 512  # bytes that a disk writes at once
Damage = Callable[[bytearray, int, random.Random], object]


def swap(data: bytearray, at: int, drawn: random.Random) -> None:
    """Two sectors change places."""
    one, other = at // BLOCK * BLOCK, drawn.randrange(len(data) // BLOCK) * BLOCK
    here, there = data[one : one + BLOCK], data[other : other + BLOCK]
    data[one : one + BLOCK], data[other : other + BLOCK] = there, here


def overwrite(data: bytearray, at: int, _: random.Random) -> None:
    data[at : at + BLOCK] = bytes(len(data[at : at + BLOCK]))


def flip_byte(data: bytearray, at: int, drawn: random.Random) -> None:
    data[at] ^= drawn.randrange(1, 256)


def flip_bit(data: bytearray, at: int, drawn: random.Random) -> None:
    data[at] ^= 1 << drawn.randrange(8)


def truncate(data: bytearray, at: int, _: random.Random) -> None:
    del data[at:]


DAMAGES: tuple[Damage, ...] = (flip_byte, flip_bit, truncate, swap, overwrite)


def standing(path: Path) -> list[tuple[int, int]]:
    """From where to where bytes count: what was replaced is read by nobody."""
    with closing(pages.Pages(path)) as kept:
        blocks = list(kept.blocks())
    return [(0, HEAD_BYTES), *((block.offset, block.offset + block.length) for block in blocks)]


ASKED = (*QUESTIONS, ("verify",), ("show", "better"), ("explain", "worse"), ("next",), ("diff", "base", "better"),
         ("check", "--base", "main", "--head", "pull"), ("record", "--dry-run", "row.yaml"), ("doctor",))  # fmt: skip


class TestDamaged:
    """A part that is not as it was written is noticed where it is read, and everything is read again."""

    @pytest.fixture
    def worn(self, grown: World) -> World:
        """A checkpoint that was written to in parts, of which some are old by now."""
        grown.record("worse", WORSE)
        path, text = grown.place("next", BEST, base="better")
        grown.git("checkout", "--quiet", "-b", "pull")
        grown.commit("run(home): next", {path: text})
        grown.git("checkout", "--quiet", "main")
        grown.write("row.yaml", text)
        assert grown.homegolf("verdicts").code == 0
        return grown

    def test_everywhere(self, worn: World) -> None:
        """Hundreds of places: each question gets the answer that it gets without a checkpoint."""
        path, is_long = database(worn), bool(os.environ.get("HOMEGOLF_LONG"))
        whole, spans = path.read_bytes(), standing(path)
        expected = {}
        for words in ASKED:
            shutil.rmtree(folder(worn), ignore_errors=True)
            ran = worn.homegolf(*words, "--json")
            expected[words] = ran.code, ran.out
        folder(worn).mkdir(exist_ok=True)
        for number in range(400 if is_long else 60):
            drawn = random.Random(number)  # noqa: S311 - seeded
            at = drawn.randrange(*(drawn.choice(spans) if number % 3 else (len(whole),)))
            data = bytearray(whole)
            DAMAGES[number % len(DAMAGES)](data, at, drawn)
            is_met = any(data[start:stop] != whole[start:stop] for start, stop in spans)
            for words in ASKED if is_long else (ASKED[number // len(DAMAGES) % len(ASKED)],):
                path.with_name("damaged").unlink(missing_ok=True)
                path.write_bytes(data)
                ran = worn.homegolf(*words, "--json")
                if words == ("doctor",):
                    assert ran.codes() == ["damaged_checkpoint"] * is_met, number
                else:
                    assert (ran.code, ran.out) == expected[words], (number, words)

    def test_it_is_noted_until_it_is_mended(self, worn: World) -> None:
        expected = said(worn)
        no_head(database(worn))
        assert said(worn) == expected
        assert worn.homegolf("doctor", "--json").codes() == ["damaged_checkpoint"]
        assert worn.answer("doctor", "--fix")["mended"] == ["damaged_checkpoint"]
        assert worn.answer("doctor")["findings"] == []

    @pytest.mark.parametrize("name", STEPS)
    def test_it_is_met_midway(self, grown: World, name: str) -> None:
        """All is damaged but what is read first: whatever landed, the rest is made anew in its place."""
        STEPS[name](grown)
        expected = said(grown)
        ledger = current_ledger(gitrepo.GitRepo(grown.repo))
        path = database(grown)
        path.write_bytes(HEAD_BYTES * b"\0" + bytes(path.stat().st_size - HEAD_BYTES))
        for lane in ledger.lanes.values():
            assert len(list(lane.rows)) == len(lane.numbers)
        assert (folder(grown) / "damaged").exists()
        assert said(grown) == expected


def kept_tags(world: World) -> dict[str, str]:
    """Tags that the checkpoint has as verified."""
    found = checkpoint.read_checkpoint(gitrepo.GitRepo(world.repo))
    assert found is not None
    return dict(found[0].verified_tags.items())


class Undeclared(Record):
    """A record with a table that the store knows nothing of."""

    table: StoredMap[str, int] = field(default_factory=StoredMap)


class TestWith:
    """What a command finds out is kept where its block ends well."""

    def find_out(self, world: World, what: Callable[[Ledger], object]) -> None:
        with kept_ledger(gitrepo.GitRepo(world.repo)) as ledger:
            ledger.verified_tags["found"] = Oid("out")
            what(ledger)

    def test_the_end_keeps_it(self, grown: World) -> None:
        self.find_out(grown, lambda _: None)
        assert kept_tags(grown) == {"found": "out"}

    def test_an_exception_does_not(self, grown: World) -> None:
        grown.record("next", BEST)  # which is read in the block, and kept by that
        with pytest.raises(KeyError):
            self.find_out(grown, lambda ledger: ledger.lanes[LaneId("nowhere")])
        assert kept_tags(grown) == {}
        kept, afresh = kept_and_afresh(grown)
        assert kept == afresh

    def test_a_table_that_is_not_declared_is_refused(self, grown: World) -> None:
        """It would be lost in silence; what was kept before stays."""
        before = said(grown)
        with pytest.raises(NotKeptError, match="StoredMap"):
            self.find_out(
                grown, lambda ledger: ledger.waiting.update(x=cast("Any", [Undeclared()]))
            )
        assert kept_tags(grown) == {}
        assert said(grown) == before


def test_whole_numbers_with_a_point(world: World) -> None:
    """They are whole numbers everywhere: judged, shown, kept and read again."""
    world.lane(
        "home",
        metric={"decimals": 4.0},
        contract={"evaluated_tokens": 1000.0, "hardware": [{"device_matches": "RTX", "count": 1.0}]},
        decision={"block": 20.0, "fresh_seeds": 2.0},
        stop={"min_cleared_per_side": 5.0, "improving_below": 10.0},
    )  # fmt: skip
    hardware = [{"device": "NVIDIA GeForce RTX 4080", "count": 1.0}]
    artifacts = [{"role": "model", "bytes": 1000.0}]
    world.record("base", BASE, seeds_planned=4.0, seeds_run=4.0, artifacts=artifacts)
    results = [
        {"seed": 7.0, "val_bpb": 1, "evaluated_tokens": 1000.0},
        {"seed": 8, "val_bpb": 1.0001},
    ]
    world.record(
        "better", BETTER, hardware=hardware, results=results, seeds_planned=2.0, seeds_run=2
    )
    assert world.outcomes() == {"base": "improvement/baseline", "better": "improvement/strict"}
    kept, afresh = kept_and_afresh(world)
    assert kept == afresh


class TestTags:
    """Tags that were found right are not opened again; those that changed are."""

    @pytest.fixture
    def tagged(self, grown: World) -> World:
        grown.record("best", BEST)
        grown.answer("tags", "sync")
        assert grown.answer("tags", "verify")["findings"] == []
        return grown

    def faults(self, world: World) -> set[tuple[str, str]]:
        ran = world.homegolf("tags", "verify", "--json")
        return {(item["code"], item["path"]) for item in ran.json()["findings"]}

    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_a_tag_that_moves_and_comes_back(self, tagged: World, number: int) -> None:
        name = f"incumbents/home/{number:04}"
        oid = tagged.git("rev-parse", name)
        tagged.git("tag", "--force", "--annotate", "--message", "x", name, "HEAD")
        expected = self.faults(tagged)
        assert ("tag_unreadable", name) in expected
        shutil.rmtree(folder(tagged))
        # What the clone remembered of the tags is gone as well.
        assert self.faults(tagged) == expected - {("tag_replaced", name)}
        tagged.git("update-ref", f"refs/tags/{name}", oid)
        assert self.faults(tagged) == set()

    def test_a_tag_behind_one_that_is_made_anew(self, tagged: World) -> None:
        """The first may be right by itself: the second names the object that it was."""
        first = "incumbents/home/0001"
        tagged.git("tag", "--delete", first)
        assert ("tag_missing", first) in self.faults(tagged)
        message = tagged.git("cat-file", "tag", "incumbent/home").partition("\n\n")[2]
        tagged.git("tag", "--annotate", "--message", message, first, "HEAD")
        again = self.faults(tagged)
        assert ("tag_broken_chain", "incumbents/home/0002") in again
        assert self.faults(tagged) == again


def costs(world: World, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, int, Any]:
    """Processes a command starts and documents that it parses, with its answer."""
    counts = {"processes": 0, "documents": 0}
    started, load = runner.start, rowyaml.load

    def counted_start(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - passed through
        counts["processes"] += 1
        return started(*arguments, **named)

    def counted_load(*arguments: Any) -> Any:  # noqa: ANN401 - passed through
        counts["documents"] += 1
        return load(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(runner, "start", counted_start)
        patch.setattr(rowyaml, "load", counted_load)
        answer = world.answer(*words)
    return counts["processes"], counts["documents"], answer


def fill(world: World, start: int, stop: int) -> None:
    """Land so many rows, each in a commit of its own, as quickly as git can."""
    stream = []
    for number in range(start, stop):
        world.count = number
        path, text = world.place(f"row-{number:04}", (1.2 + number % 7 / 100, 1.21 + number / 1e5))
        parent = "from refs/heads/main^0\n" if number == start else ""
        stream.append(
            "commit refs/heads/main\ncommitter Ada <ada@example.org> 1800000000 +0000\n"
            f"data 1\nx\n{parent}M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n"
        )
    subprocess.run(
        ["git", "fast-import", "--quiet", "--force"],
        cwd=world.repo, env={**os.environ, **world.environment}, check=True,
        input="".join(stream).encode(),
    )  # fmt: skip
    world.git("reset", "--hard", "--quiet")


def test_a_check_costs_the_same_at_any_size(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most 3 documents and 8 processes, however many rows have landed."""
    measured = []
    for start, stop in ((0, 20), (20, 300)):
        fill(world, start, stop)
        world.homegolf("verify")
        path, text = world.place(f"new-{stop}", BEST, base="row-0003")
        world.commit("Else", {"README.md": str(stop)})  # the checkpoint lags by a commit
        world.git("checkout", "--quiet", "-b", f"pr-{stop}")
        world.commit(f"run(home): new-{stop}", {path: text})
        world.git("checkout", "--quiet", "main")
        measured.append(
            costs(world, monkeypatch, "check", "--base", "main", "--head", f"pr-{stop}")
        )
    (small_processes, small_documents, _), (processes, documents, answer) = measured
    assert [row["run_id"] for row in answer["rows"]] == ["new-300"]
    assert (processes, documents) == (small_processes, small_documents)
    assert processes <= 8
    assert documents <= 3


@pytest.mark.parametrize(
    ("words", "most"),
    [(("status",), 2), (("plateau", "--lane", "home"), 2), (("tags", "verify"), 5)],
    ids=["status", "plateau", "tags"],
)
def test_reading_again_parses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], most: int
) -> None:
    fill(world, 0, 60)
    world.homegolf("verify")
    world.homegolf("tags", "sync")
    world.homegolf("tags", "verify")
    processes, documents, _ = costs(world, monkeypatch, *words)
    assert processes <= most
    assert documents <= 1 if words[0] == "tags" else documents == 0


def test_record_reads_one_row(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = []
    for start, stop in ((0, 20), (20, 300)):
        fill(world, start, stop)
        world.homegolf("verify")
        row = world.row(f"new-{stop}", WORSE)
        measured.append(costs(world, monkeypatch, "record", str(row))[:2])
        world.git("reset", "--hard", "--quiet", "HEAD~1")
    assert measured[0] == measured[1]
    assert measured[0][1] == 1


@pytest.mark.parametrize("words", [("status",), ("plateau", "--lane", "home")])
def test_reading_again_loads_nothing_heavy(grown: World, words: tuple[str, ...]) -> None:
    script = (
        "import sys\nfrom homegolf_git.cli.main import run\n"
        f"run({[*words, '--json']!r})\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=grown.repo, capture_output=True, text=True, check=True,
        env={**os.environ, **grown.environment},
    )  # fmt: skip
    assert json.loads(ran.stdout)["command"] == words[0]
    loaded = set(ran.stderr.split())
    assert "git" in loaded
    assert loaded & {"scipy", "numpy", "jsonschema", "jsonschema_rs", "yaml", "pydantic"} == set()
