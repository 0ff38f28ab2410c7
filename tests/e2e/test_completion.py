"""Completion of commands, options and names of the ledger, in the shells themselves (section 11)."""

import os
import pty
import select
import shutil
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from homegolf_git.cli.app import parser
from homegolf_git.cli.completion import candidates
from tests.e2e.world import BASE, BETTER, World, clean_environment, executable, make_template

SHELLS = ("bash", "zsh", "fish")
PATIENCE = 20  # seconds


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two lanes, two runs, a tag, and the program on the path; nobody changes it."""
    root = tmp_path_factory.mktemp("known")
    with clean_environment(root / "home"):
        world = make_template(root)
        world.record("unique-run", BASE)
        world.record("other-run", BETTER)
        assert world.homegolf("tags", "sync").code == 0
        for name in ("homegolf", "git-homegolf"):
            executable(root / "bin" / name, f'exec {sys.executable} -m homegolf_git "$@"')
        package = str(Path(__file__).parents[2])
        os.environ.update(PATH=f"{root / 'bin'}:{os.environ['PATH']}", PYTHONPATH=package)
        yield world


def offered(world: World, *words: str) -> list[str]:
    """What may stand in place of the last word, without descriptions."""
    found = candidates(["--repo", str(world.repo), *words], parser())
    return [line.partition("\t")[0] for line in found]


class TestCandidates:
    """The program says what may stand at the cursor."""

    @pytest.mark.parametrize(
        ("line", "found"),
        [
            ("stat", ["status"]),
            ("tags ", ["sync", "verify"]),
            ("log --lane ", ["h100", "home"]),
            ("log --lane ho", ["home"]),
            ("log --lane=ho", ["--lane=home"]),
            ("log --lane = ho", ["home"]),
            ("log --json --lane ho", ["home"]),
            ("show u", ["unique-run"]),
            ("diff unique-run o", ["other-run"]),
            ("diff unique-run other-run ", []),
            ("record --failure oo", ["oom"]),
            ("record --stage tr", ["train"]),
            ("record --base un", ["unique-run"]),
            ("record --promotion incumbents/home/", ["incumbents/home/0001", "incumbents/home/0002"]),
            ("log --class in", ["invalid"]),
            ("log --cl", ["--class"]),
            ("log --no-c", ["--no-color"]),
            ("log --since ", []),
            ("nothing ", []),
            ("--show-completion z", ["zsh"]),
            ("promote unique-run --to h", ["h100", "home"]),
            ("show -- u", ["unique-run"]),
        ],
    )  # fmt: skip
    def test_it(self, known: World, line: str, found: list[str]) -> None:
        assert offered(known, *line.split(" ")) == found

    @pytest.mark.parametrize(
        "line", ["record ", "record --receipt x", "import pi ", "check --report "]
    )
    def test_a_file(self, known: World, line: str) -> None:
        assert "" in offered(known, *line.split(" "))

    def test_commands_are_described(self) -> None:
        (line,) = candidates(["statu"], parser())
        assert line.startswith("status\tShow incumbent")

    @pytest.mark.parametrize("words", [["show", ""], ["log", "--lane", ""]])
    def test_nothing_is_said_where_there_is_no_ledger(
        self, tmp_path: Path, words: list[str]
    ) -> None:
        ran = subprocess.run(
            [sys.executable, "-m", "homegolf_git", *words],
            cwd=tmp_path,
            env={**os.environ, "_HOMEGOLF_COMPLETE": "1", "GIT_CEILING_DIRECTORIES": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")

    def test_a_ledger_on_a_branch_of_its_own(self, world: World) -> None:
        world.git("config", "homegolf.ref", "refs/heads/other")
        world.git("branch", "other")
        world.git("rm", "-r", "--quiet", "ledger")
        world.git("commit", "--quiet", "--message", "Elsewhere")
        assert offered(world, "log", "--lane", "") == ["h100", "home"]


def script(world: World, shell: str) -> str:
    """The script, as it is shown."""
    ran = world.homegolf("--show-completion", shell)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def shell_path(name: str) -> str:
    """Where a shell is; without it the test is skipped."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def typed(command: list[str], world: World, start: str, keys: str, until: str) -> str:
    """What a terminal shows when keys are pressed in a shell that has run its start lines."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, 500))  # or a long prompt breaks the line
    with subprocess.Popen(
        command, cwd=world.repo, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**os.environ, "TERM": "dumb", "PS1": "> "},
    ) as process:  # fmt: skip
        os.close(theirs)
        said, end = "", time.monotonic() + PATIENCE
        os.write(ours, f"{start}; echo rea''dy\n".encode())
        is_sent = False
        while time.monotonic() < end:
            if select.select([ours], [], [], 0.05)[0]:
                said += os.read(ours, 1 << 16).decode(errors="replace")
            if not is_sent and "ready" in said:
                os.write(ours, keys.encode())
                is_sent, said = True, ""
            if is_sent and until in said:
                break
        process.kill()
    os.close(ours)
    return said


KEYS = [
    ("homegolf show un\t", "unique-run"),
    ("homegolf log --lane h1\t", "h100"),
    ("homegolf log --lane=h1\t", "h100"),
    ("homegolf record --failure nonf\t", "nonfinite_export"),
    ("homegolf record --promotion incumbents/home/0001 --base oth\t", "other-run"),
    ("git-homegolf show un\t", "unique-run"),
]


@pytest.mark.parametrize(("keys", "shown"), [*KEYS, ("git homegolf show un\t", "unique-run")])
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_keys_on_a_terminal(
    known: World, tmp_path: Path, shell: str, keys: str, shown: str
) -> None:
    path = shell_path(shell)
    file = tmp_path / "script"
    file.write_text(script(known, shell), "utf-8")
    options = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"]}[shell]
    # Bash has git's completion from elsewhere; this is what that does for a command it meets.
    start = f"source {file}" + ("; complete -F _git_homegolf git" if shell == "bash" else "")
    said = typed([path, *options], known, start, keys, shown)
    assert shown in said
    assert "rror" not in said


@pytest.mark.parametrize(("keys", "shown"), KEYS)
def test_in_fish(known: World, tmp_path: Path, keys: str, shown: str) -> None:
    path = shell_path("fish")
    file = tmp_path / "script"
    file.write_text(script(known, "fish"), "utf-8")
    ran = subprocess.run(
        [path, "--no-config", "--command", f"source {file}; complete -C '{keys.strip()}'"],
        cwd=known.repo,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert shown in ran.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_one_that_the_shell_can_read(known: World, tmp_path: Path, shell: str) -> None:
    path = shell_path(shell)
    file = tmp_path / "script"
    file.write_text(script(known, shell), "utf-8")
    subprocess.run([path, "-n", file], check=True)


@pytest.mark.parametrize("shell", SHELLS)
def test_installing_it(world: World, shell: str) -> None:
    start = {"bash": ".bashrc", "zsh": ".zshrc"}.get(shell)
    if start:
        (world.home / start).write_text("# mine", "utf-8")
    for _ in range(2):
        ran = world.homegolf("--install-completion", shell)
        assert ran.code == 0, ran.said
    written = Path(ran.out.splitlines()[0].removeprefix("wrote "))
    assert written.is_relative_to(world.home)
    assert written.read_text("utf-8") == script(world, shell)
    if start:
        lines = (world.home / start).read_text("utf-8").splitlines()
        assert lines == ["# mine", f'source "{written}"']


def test_installed_bash_completes(known: World) -> None:
    """The whole way: a new shell that reads its start file."""
    path = shell_path("bash")
    assert known.homegolf("--install-completion", "bash").code == 0
    said = typed([path, "-i"], known, ":", "homegolf show un\t", "unique-run")
    assert "unique-run" in said


def test_the_shell_in_use(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/usr/local/bin/fish")
    assert world.homegolf("--show-completion").out == script(world, "fish")


@pytest.mark.parametrize("shell", ["tcsh", ""])
def test_another_shell(world: World, shell: str) -> None:
    ran = world.homegolf("--install-completion", shell)
    assert ran.code == 2
    assert "name one of bash, zsh, fish" in ran.err
