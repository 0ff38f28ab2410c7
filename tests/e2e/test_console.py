"""What a command answers depends on no console, no locale and no reader; names need not be UTF-8."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from tests.e2e.world import (
    BASE,
    BETTER,
    WORSE,
    World,
    clean_environment,
    ladder_text,
    lane_text,
    make_template,
)

HOMEGOLF = [sys.executable, "-m", "homegolf_git"]
LATIN = b"l\xe4ufe"
COMMANDS = (
    ("log",), ("explain", "better"), ("verdicts", "--json"), ("doctor",), ("explain", "n\u00e4her"), ("--help",),
    ("check", "--base", "main", "--head", "pull", "--format", "markdown"), ("nothing",),
)  # fmt: skip
READING = (
    ("log",), ("status",), ("verify",), ("doctor",), ("tags", "verify"), ("scoreboard", "--check"), ("plateau", "--lane", "home"),
)  # fmt: skip
Ended = tuple[int, bytes, bytes]
CONSOLES: dict[str, dict[str, str]] = {
    "C": {"LC_ALL": "C"},
    "C, and Python told to believe it": {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    },
    "a locale that is not there": {"LC_ALL": "xx_YY.ISO-8859-1"},
    "ASCII": {"PYTHONIOENCODING": "ascii"},
    "Latin-1": {"PYTHONIOENCODING": "latin-1:strict"},
    "UTF-16": {"PYTHONIOENCODING": "utf-16"},
    "a code page": {"PYTHONIOENCODING": "cp437", "PYTHONUTF8": "0"},
    "UTF-8 mode": {"PYTHONUTF8": "1"},
    "no variable at all": {"LANG": "", "LC_ALL": "", "LANGUAGE": "de"},
}


def run(
    world: World, words: Sequence[str | bytes], environment: dict[str, str] | None = None
) -> tuple[int, bytes, bytes]:
    """How a process ends, and the bytes it writes."""
    ran = subprocess.run(
        [*HOMEGOLF, *words],
        cwd=world.repo,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        check=False,
    )
    return ran.returncode, ran.stdout, ran.stderr


@pytest.fixture(scope="module")
def wordy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Rows with letters of many scripts, and a branch with one more; nobody changes it."""
    root = tmp_path_factory.mktemp("wordy")
    with clean_environment(root / "home"):
        world = make_template(root)
        change = {"kind": "model", "summary": "gr\u00f6\u00dfer \u2026 \u6f22\u5b57 \U0001f3cc"}
        world.record("base", BASE, submitter="J\u00f6rg")
        world.record("better", BETTER, change=change, notes="\u03a9")
        world.git("switch", "--quiet", "--create", "pull")
        world.record("next", WORSE, change=change)
        world.git("branch", "n\u00e4her-\u6f22")
        world.git("switch", "--quiet", "main")
        world.homegolf("verify")
        yield world


@pytest.fixture(scope="module")
def plain(wordy: World) -> dict[tuple[str, ...], Ended]:
    """What each command answers on this machine's own console."""
    return {words: run(wordy, words) for words in (*COMMANDS, *TestReaders.ENDS)}


@pytest.mark.parametrize("console", CONSOLES)
def test_answers_are_the_same_bytes(
    wordy: World, plain: dict[tuple[str, ...], Ended], console: str
) -> None:
    for words in COMMANDS:
        code, out, err = run(wordy, words, CONSOLES[console])
        assert (code, out) == plain[words][:2], words
        assert code in {0, 1, 2}
        err.decode("utf-8")
    assert "\u6f22\u5b57".encode() in plain["log",][1]


@pytest.mark.parametrize("console", CONSOLES)
def test_a_name_that_is_asked_for(wordy: World, console: str) -> None:
    """In UTF-8 it is the same name whatever the locale is called."""
    words = ("check", "--base", "main", "--head", "n\u00e4her-\u6f22".encode(), "--json")
    code, out, _ = run(wordy, words, CONSOLES[console])
    assert (code, json.loads(out)["rows"][0]["run_id"]) == (0, "next")


@pytest.mark.parametrize("console", CONSOLES)
def test_everything_below_a_folder_with_such_a_name(world: World, console: str) -> None:
    there = world.clone("n\u00e4her \u6f22\u5b57")
    row, next_row = str(there.row("first", BASE)), str(there.row("next", BETTER))
    for words in (
        ("record", row),
        ("tags", "sync"),
        ("submit", "--dry-run", next_row),
        ("verify",),
    ):
        code, _, err = run(there, words, CONSOLES[console])
        assert code == 0, (words, err)


class TestReaders:
    """Whoever reads may stop, or may not be there: the command ends as it would."""

    ENDS: ClassVar = (
        ("verdicts",),
        ("verdicts", "--json"),
        ("plateau", "--lane", "home"),
        ("explain", "nobody"),
        ("--help",),
    )

    @pytest.mark.parametrize("words", ENDS, ids=" ".join)
    @pytest.mark.parametrize("stream", ["stdout", "stderr"])
    def test_a_pipe_that_is_closed(
        self, wordy: World, plain: dict[tuple[str, ...], Ended], words: tuple[str, ...], stream: str
    ) -> None:
        expected = plain[words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        # What a library has set behind Python's back, such as COLUMNS, is not in os.environ.
        with subprocess.Popen(
            [*HOMEGOLF, *words], cwd=wordy.repo, env={**os.environ}, **pipes
        ) as process:  # type: ignore[call-overload] # pipes
            getattr(process, stream).close()
            other = process.stderr if stream == "stdout" else process.stdout
            said = other.read()
        assert process.returncode == expected[0]
        assert said == (expected[2] if stream == "stdout" else expected[1])

    @pytest.mark.parametrize("words", ENDS, ids=" ".join)
    @pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
    def test_a_stream_that_is_not_there(
        self, wordy: World, plain: dict[tuple[str, ...], Ended], words: tuple[str, ...], closed: str
    ) -> None:
        expected = plain[words][0]
        script = f'"$@" {closed}'
        ran = subprocess.run(
            ["sh", "-c", script, "sh", *HOMEGOLF, *words], cwd=wordy.repo, capture_output=True, check=False
        )  # fmt: skip
        assert ran.returncode == expected
        assert b"Traceback" not in ran.stderr

    def test_recording_without_streams(self, world: World) -> None:
        """No file is opened in a stream's place, so nothing is written into it."""
        row = world.row("more", WORSE)
        script = '"$@" <&- >&- 2>&-'
        ran = subprocess.run(
            ["sh", "-c", script, "sh", *HOMEGOLF, "record", str(row)], cwd=world.repo, check=False
        )
        assert ran.returncode == 0
        assert world.answer("verify")["ok"]
        world.git("fsck", "--strict")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
    @pytest.mark.parametrize("words", [("verdicts",), ("verdicts", "--json")])
    def test_a_disk_that_is_full(self, wordy: World, words: tuple[str, ...]) -> None:
        with Path("/dev/full").open("wb") as full:
            ran = subprocess.run(
                [*HOMEGOLF, *words],
                cwd=wordy.repo,
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
            )
        assert ran.returncode == 4
        assert b"cannot_write" in ran.stderr
        assert b"Traceback" not in ran.stderr


@pytest.fixture
def latin(world: World) -> World:
    """Names, messages, branches, tags and files in Latin-1, beside a ledger in order."""
    world.record("base", BASE)
    world.record("better", BETTER)
    world.homegolf("tags", "sync")
    git: list[str | bytes] = [
        "git",
        "-c",
        b"user.name=J\xf6rg",
        "-c",
        b"user.email=j\xf6rg@example.org",
    ]
    environment = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(("GIT_AUTHOR_N", "GIT_COMMITTER_N"))
    }

    def run_git(*words: str | bytes) -> None:
        subprocess.run(
            [*git, *words], cwd=world.repo, env=environment, check=True, capture_output=True
        )

    run_git("commit", "--quiet", "--allow-empty", "--message", b"Gr\xfc\xdfe")
    for name in (LATIN, b"ledger/home/" + LATIN, b"ledger/" + LATIN + b"/lane.yaml"):
        path = Path(os.fsdecode(os.fsencode(world.repo) + b"/" + name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(LATIN)
    run_git("add", "--all")
    run_git("commit", "--quiet", "--message", b"Dateien \xe4")
    run_git("tag", "--annotate", "--message", b"\xe4", b"incumbents/home/" + LATIN)
    run_git("tag", b"promotions/" + LATIN)
    run_git("branch", b"base-" + LATIN)
    run_git("checkout", "--quiet", "-b", LATIN)
    run_git("remote", "add", "origin", b"../" + LATIN)
    return world


class TestNotUtf8:
    """Git's texts are bytes: reading commands answer all the same, and nothing of them is a bug."""

    @pytest.mark.parametrize("console", ["ASCII", "C, and Python told to believe it", "UTF-8 mode"])
    def test_reading(self, latin: World, console: str) -> None:
        for words in READING:
            for more in ((), ("--json",)):
                code, out, err = run(latin, (*words, *more), CONSOLES[console])
                assert code in {0, 1}, (words, err)
                out.decode()
                err.decode()
                if more:
                    assert isinstance(json.loads(out), dict)

    def test_the_gate(self, latin: World) -> None:
        files = ("--report", "report.json", "--summary", "summary.md")
        words: list[str | bytes] = ["check", "--base", b"base-" + LATIN, "--head", LATIN, *files]
        for style in ("text", "json", "github", "markdown"):
            code, out, err = run(latin, [*words, "--format", style])
            assert code == 1, err
            assert "no_change" in (out + err).decode()  # both names stand for one commit
        code, out, _ = run(latin, ["check", "--base", "main~2", "--head", LATIN, "--json"])
        assert code in {0, 1}
        assert "ledger/home/l\udce4ufe" in {item["path"] for item in json.loads(out)["findings"]}
        code, out, _ = run(latin, ["check", "--base", b"\xff", "--head", LATIN, "--json"])
        assert (code, json.loads(out)["findings"][0]["code"]) == (1, "no_such_revision")

    def test_files_of_such_names_are_findings(self, latin: World) -> None:
        paths = {item["path"] for item in latin.homegolf("verify", "--json").json()["findings"]}
        assert "ledger/home/l\udce4ufe" in paths
        assert "l\\udce4ufe" in latin.homegolf("verify").err

    def test_what_was_kept_says_the_same(self, latin: World) -> None:
        first = latin.homegolf("verify", "--json").out
        assert latin.homegolf("verify", "--json").out == first
        assert latin.homegolf("status").code == latin.homegolf("status").code == 0

    def test_a_name_in_the_configuration(self, latin: World) -> None:
        """A row is UTF-8, so a draft takes no other name; every other way to name one works."""
        config = latin.repo / ".git" / "config"
        config.write_bytes(
            config.read_bytes() + b"[user]\n\tname = J\xf6rg\n\temail = j@example.org\n"
        )
        (report,) = latin.reports((70, 1.3), run_id="draft")
        words = ["record", "--dry-run", "--receipt", str(latin.root / "inbox/receipts/draft" / report["path"]), "--lane", "home",
                 "--run-id", "draft", "--finished-at", "2026-03-28T11:06:00Z", "--mode", "full", "--summary", "x", "--set", "a=1"]  # fmt: skip
        code, out, err = run(latin, [*words, "--json"])
        assert (code, json.loads(out)["findings"][0]["code"]) == (4, "identity_not_utf8"), err
        said = run(latin, [*words, "--submitter", "me"])
        assert said[0] == 0, (said[1][-1500:], said[2])
        for command in (("status",), ("doctor",), ("verify",)):
            assert run(latin, command)[0] in {0, 1}

    def test_a_trainer_with_such_paths(self, latin: World) -> None:
        latin.git("switch", "--quiet", "--create", "plain")
        first = latin.git("rev-list", "--max-parents=0", "HEAD")
        latin.record(
            "rooted", WORSE, source={"revision": first, "dirty": False, "changed_paths": []}
        )
        row = latin.row(
            "next",
            WORSE,
            base="rooted",
            source={"revision": latin.head, "dirty": False, "changed_paths": None},
        )
        code, _, err = run(latin, ["record", "--dry-run", str(row), "--source", "."])
        assert code in {0, 1}, err

    def test_a_folder_with_such_a_name(self, world: World) -> None:
        place = Path(os.fsdecode(os.fsencode(world.root) + b"/" + LATIN))
        shutil.copytree(world.repo, place)
        there = World(world.root, place, world.home)
        row = str(there.row("first", BASE))
        for console in ("UTF-8 mode", "C, and Python told to believe it"):
            for words in (
                ("record", row),
                ("status",),
                ("verify",),
                ("scoreboard",),
                ("tags", "sync"),
                ("init",),
            ):
                code, out, err = run(there, words, CONSOLES[console])
                assert code == 0, (words, out, err)

    def test_such_a_file_as_a_row(self, world: World) -> None:
        path = Path(os.fsdecode(os.fsencode(world.root) + b"/" + LATIN + b".yaml"))
        path.write_bytes(b"run_id: \xe4\n")
        for more in ([], ["--json"]):
            code, out, err = run(world, ["record", os.fsencode(path), *more])
            assert code == 1, err
            (out + err).decode()


def test_ladder_and_lane_that_are_not_utf8(world: World) -> None:
    bad = {
        "ledger/home/lane.yaml": lane_text().encode().replace(b"Home cluster", b"H\xf6me"),
        "ledger/ladder.yaml": ladder_text("home").encode() + b"# \xe4\n",
    }
    world.commit("Bad", bad)
    for words in (("verify",), ("status",), ("doctor",)):
        ran = world.homegolf(*words, "--json")
        assert ran.code in {0, 1}
    assert "not_utf8" in world.homegolf("verify", "--json").codes()
