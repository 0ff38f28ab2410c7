"""Section 3: a full disk and a place that cannot be written are said in a line, and nothing is half done."""

import shutil
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.test_capture import WELL, beside, kept, rows
from tests.e2e.world import LANE, Ran, World
from tests.kills import disks
from tests.kills.commands import CASES, OTHERS, Case, begin
from tests.kills.ground import IS_LONG, Ground
from tests.kills.test_kills import ground

__all__ = ["ground"]

# Of the same way of landing one is enough for the short form, of the others a part in each test.
_LIMITED = (
    "record beside hooks",
    "record --many on a branch",
    "publish --push behind code",
    "submit",
)
_SMALL, _PLACED = ("record", "submit"), ("record",)
SIZES = (0, 1, 30, 60, 120, 250, 500, 1000, 2000, 4000, 8000, 16000) if IS_LONG else (120,)
OUTSIDE = ("temporary", "home")  # which a command can do without
PLACES = (
    ".",
    ".git",
    ".git/objects",
    ".git/refs",
    ".git/homegolf",
    "ledger",
    f"ledger/{LANE}",
    *OUTSIDE,
)
ROOM_MAX = 200  # pages; by then every command has done its work
# Each is said by git or the system itself.
WORDS = (
    *("No space left on device", "File too large", "Read-only file system", "Permission denied"),
    *("Out of diskspace", "insufficient permission", "couldn't write", "couldn't set"),
    *(
        "unable to create directory",
        "unable to write",
        "rite new index file",
        "disk I/O error",
        "disk is full",
    ),
    "no folder for temporary files",
)
ANSWERING = (CASES["verify"], CASES["doctor --fix"])  # all the same, and say what is still to do
ALL = CASES | OTHERS
Run = Callable[..., Ran]  # a command under a fault
needs_namespaces = pytest.mark.skipif(
    not disks.has_namespaces(), reason="this machine lets no test mount anything"
)


def assert_told(ran: Ran) -> None:
    """It is said what could not be written, and what helps; never how the program failed."""
    assert "Traceback" not in ran.said, ran.said
    if ran.code:
        assert ran.code == 4, ran.said
        assert "error[cannot_write]" in ran.err, ran.said
        assert any(word in ran.err for word in WORDS), ran.said
        assert "fix: " in ran.err, ran.said


def assert_sound(ground: Ground) -> None:
    """What others meet meanwhile: a repository that git accepts, and rows that are whole."""
    words = ("-c", "advice.graftFileDeprecated=false", "fsck", "--no-dangling", "--no-progress")
    ground.world.git(*words)
    ground.assert_whole()


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Case:
    """A command on its ground."""
    return ALL[request.param]


def cases(*short: str) -> pytest.MarkDecorator:
    """The commands that a test is about."""
    return pytest.mark.parametrize("case", [*ALL] if IS_LONG else short, indirect=True)


@pytest.fixture
def begun(ground: Ground, case: Case) -> Ground:
    """The ground with a row on it."""
    if case.where != "forge":
        begin(ground)
    return ground


def swept(ground: Ground, case: Case, faults: Iterable[int], run: Run) -> None:
    """A command under one fault after the other, each as if there had been none before it."""
    laid = case.lay(ground, 0)
    root = ground.world.root
    _ = ground.temporary
    before = root.with_name(f"{root.name}-before")
    shutil.copytree(root, before, symlinks=True)
    for number, fault in enumerate(faults):
        if number:
            _put_back(before, root)
        ran = run(ground, fault, *laid.words)
        assert_told(ran)
        assert_sound(ground)
        is_whole = ran.code == 0 and laid.done()
        assert is_whole or ran.code or case in ANSWERING, fault
        if is_whole:
            break
        case.assert_done(ground, laid, ground.again(*laid.words), fault)
    ground.assert_same_in_a_fresh_clone("fresh")


def _put_back(before: Path, root: Path) -> None:
    for path in root.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    shutil.copytree(before, root, symlinks=True, dirs_exist_ok=True)


class TestPlaces:
    """A place that cannot be written is named, and what was there before stays as it was."""

    @staticmethod
    def refused(ground: Ground, case: Case, place: str, run: Run) -> None:
        """The command where it cannot write a place, and again where it can."""
        laid = case.lay(ground, 0)
        where = ground.world.repo / place
        if place in OUTSIDE:
            where = ground.world.root / place
        where.mkdir(parents=True, exist_ok=True)
        before = ground.world.state()
        ran = run(ground, where, *laid.words)
        assert_told(ran)
        assert_sound(ground)
        if ran.code == 0 and laid.done():
            return
        assert case in ANSWERING or (ran.code and str(ground.world.repo) in ran.err)
        is_half = case in ANSWERING or "the same command completes" in ran.err
        if not is_half and ground.world.state() != before:
            assert case.where == "forge"  # what others landed was taken in before
            ground.assert_clean()
        case.assert_done(ground, laid, ground.again(*laid.words), place)

    @cases(*_PLACED)
    @pytest.mark.parametrize("place", PLACES if IS_LONG else (".git", ".git/refs", "ledger"))
    def test_forbidden(self, begun: Ground, case: Case, place: str) -> None:
        """By the rights of a folder."""
        self.refused(begun, case, place, disks.forbidden)

    @needs_namespaces
    @cases(*_PLACED)
    @pytest.mark.parametrize("place", PLACES if IS_LONG else (".", ".git/objects"))
    def test_mounted_for_reading(self, begun: Ground, case: Case, place: str) -> None:
        """By the file system: everything below it too."""
        self.refused(begun, case, place, disks.fixed)


@cases(*_LIMITED)
def test_a_limit_of_file_sizes(begun: Ground, case: Case) -> None:
    """No file may grow beyond a few bytes: git is ended by a signal then."""
    swept(begun, case, SIZES, disks.limited)


@needs_namespaces
@cases(*_SMALL)
def test_a_small_disk(begun: Ground, case: Case) -> None:
    """A disk that is full after a few pages more, from none to as many as are wanted."""
    swept(begun, case, range(ROOM_MAX) if IS_LONG else (5,), disks.roomless)


@pytest.mark.skipif(not (IS_LONG and shutil.which("strace")), reason="long, and takes strace")
@cases()
@pytest.mark.parametrize("calls", ["mkdir,mkdirat", "rename,renameat,renameat2", "link,linkat",
                                   "ftruncate", "pwrite64", "fsync"])  # fmt: skip
def test_each_call(begun: Ground, case: Case, calls: str) -> None:
    """Each process finds the disk full at a call of its own, the first, the second, and so on."""
    swept(begun, case, range(1, 40), partial(_injected, calls))


def _injected(calls: str, ground: Ground, number: int, *words: str) -> Ran:
    return disks.injected(ground, calls, number, *words)


class TestCapture:
    """A run that was made is kept until it can land; where it could not be kept it is not made."""

    @staticmethod
    def kept_or_not_made(world: World, run: Run, faults: Iterable[int]) -> None:
        there = beside(world)
        ground = Ground(there, branch="homegolf")
        made = world.root.with_name(f"{world.root.name}-made")  # on another disk
        made.touch()
        before = there.git("status", "--porcelain")
        for number in faults:
            name = f"r-{number}"
            script = f"echo {name} >>{made}; {WELL}"
            words = ("capture", "--run-id", name, "--set", f"n={number}", "--", "sh", "-c", script)
            ran = run(ground, number, *words)
            has_room = ran.code not in {1, 2, 3, 4}
            if not has_room:
                assert_told(ran)
            there.git("-c", "advice.graftFileDeprecated=false", "fsck", "--no-dangling")
            ground.again("capture", "--resume")
            assert (name in rows(there)) == (name in made.read_text().split()), ran.said
            assert kept(there) == []
            assert there.git("status", "--porcelain") == before
            assert [*(there.repo / ".git").rglob("*.lock"), *ground.temporary.iterdir()] == []
            if has_room:
                break
        assert has_room
        assert there.answer("verify")["findings"] == []

    def test_a_limit_of_file_sizes(self, world: World) -> None:
        sizes = (*SIZES, 700, 1_000_000, 4_000_000) if IS_LONG else (700, 1_000_000, 4_000_000)
        self.kept_or_not_made(world, disks.limited, sizes)

    @pytest.mark.skipif(not IS_LONG, reason="long")
    @needs_namespaces
    def test_a_small_disk(self, world: World) -> None:
        self.kept_or_not_made(world, disks.roomless, [*range(40), *range(40, 700, 12), 2000])
