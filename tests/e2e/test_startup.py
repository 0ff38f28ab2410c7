"""What is loaded when, what the help says, and what an installed program carries with it (section 11)."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import typer

from homegolf_git.cli import main as _loads_every_command  # noqa: F401
from homegolf_git.cli.app import GROUPS, app, parser
from tests.e2e.installed import locked
from tests.e2e.world import BASE, World

HEAVY = (
    "scipy", "numpy", "git", "jsonschema", "yaml", "tabulate", "fsspec", "aiohttp", "pyarrow", "jinja2",
)  # fmt: skip
TOP = Path(__file__).parents[2]


def loaded_by(world: World, *arguments: str) -> set[str]:
    """Which of the heavy packages a command loads."""
    script = (
        "import sys\nfrom homegolf_git.cli.main import run\n"
        f"code = run({list(arguments)!r})\n"
        f"print('LOADED', *(name for name in {HEAVY!r} if name in sys.modules))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=world.repo,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ran.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize(
    "arguments", [("--help",), ("record", "--help"), ("tags", "verify", "--help"), ("--version",)]
)
def test_help_loads_nothing_heavy(world: World, arguments: tuple[str, ...]) -> None:
    assert loaded_by(world, *arguments) & {"scipy", "numpy", "git", "jsonschema"} == set()


def test_work_loads_what_it_needs(world: World) -> None:
    """Or the test above would pass for a wrong reason."""
    assert "git" in loaded_by(world, "verdicts")


@pytest.mark.parametrize(
    "arguments",
    [("verify",), ("export", "--format", "csv", "-o", "out"), ("scoreboard",), ("status",)],
)
def test_what_an_option_needs_is_loaded_for_it_alone(
    world: World, arguments: tuple[str, ...]
) -> None:
    world.record("first", BASE)
    assert loaded_by(world, *arguments) & {"fsspec", "aiohttp", "pyarrow", "jinja2"} == set()


def test_the_site_loads_its_templates(world: World) -> None:
    assert "jinja2" in loaded_by(world, "site", "build", "-o", "../site")


def commands() -> dict[str, typer.core.TyperCommand]:
    """Every command that can be called, by the words that call it."""
    found: dict[str, typer.core.TyperCommand] = {}

    def walk(command: object, words: tuple[str, ...]) -> None:
        inner = getattr(command, "commands", None)
        if inner:
            for name, item in inner.items():
                walk(item, (*words, name))
        else:
            assert isinstance(command, typer.core.TyperCommand)
            found[" ".join(words)] = command

    walk(typer.main.get_command(app), ())
    return found


COMMANDS = commands()


@pytest.mark.parametrize("name", COMMANDS)
class TestHelp:
    """Every command, option and argument explains itself."""

    def test_it_ends_well_and_says_what_the_command_does(self, world: World, name: str) -> None:
        ran = world.homegolf(*name.split(), "--help")
        assert (ran.code, ran.err) == (0, "")
        assert (COMMANDS[name].help or "").split(".")[0] in " ".join(ran.out.split())

    def test_it_has_an_example_that_names_the_command(self, world: World, name: str) -> None:
        said = " ".join(world.homegolf(*name.split(), "--help").out.split())
        assert f"homegolf {name}" in said.partition("Example")[2]

    def test_every_option_and_argument_has_help(self, name: str) -> None:
        without = [item.name for item in COMMANDS[name].params if not getattr(item, "help", None)]
        assert without == []

    def test_short_help(self, world: World, name: str) -> None:
        assert world.homegolf(*name.split(), "-h").code == 0


@pytest.mark.parametrize("name", sorted({words.split()[0] for words in COMMANDS}))
def test_a_call_makes_the_options_of_its_command_alone(name: str) -> None:
    whole, called = parser(), parser(name)
    assert list(called.commands) == list(whole.commands)
    for other, command in called.commands.items():
        wanted = whole.commands[other]
        assert command.get_short_help_str() == wanted.get_short_help_str()
        assert command.rich_help_panel == wanted.rich_help_panel
        if hasattr(command, "commands"):
            assert list(command.commands) == list(wanted.commands)
        elif other == name:
            assert [item.opts for item in command.params] == [item.opts for item in wanted.params]
        else:
            assert command.params == []


def test_the_commands_of_the_ledger_are_there() -> None:
    assert set(COMMANDS) >= {
        "record", "verify", "verdicts", "status", "explain", "log", "retract", "scoreboard",
        "tags sync", "tags verify", "demo", "doctor",
    }  # fmt: skip


def test_each_group_of_the_help_is_one_file(world: World) -> None:
    headings: dict[str, str] = {}
    heading = ""
    for line in world.homegolf("--help").out.splitlines():
        if re.fullmatch("[A-Z][a-z]+:", line):
            heading = line[:-1]
        elif found := re.match("  ([a-z]+) ", line):
            headings[found[1]] = heading
    assert set(GROUPS) <= set(headings.values())
    for words, command in COMMANDS.items():
        group = headings[words.split()[0]]
        assert getattr(command.callback, "__module__", "").endswith(f".cli.{group.lower()}"), words


def test_all_console_scripts_are_one_program() -> None:
    scripts = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "scripts"
    ]
    assert set(scripts) == {"homegolf", "homegolf-git", "git-homegolf"}
    assert len(set(scripts.values())) == 1


# Packages whose module has another name.
MODULES = {"gitpython": "git", "jsonschema-rs": "jsonschema_rs", "pyyaml": "yaml"}


def declared(extra: str | None = None) -> set[str]:
    """Packages that the program needs, or that an extra adds."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    items = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return {re.split(r"[<>=!~ \[]", item)[0] for item in items}


@pytest.mark.parametrize(
    ("folder", "extras"),
    [("homegolf_git", ("optuna", "parquet", "ray")), ("examples", ("demo",))],
)
def test_what_is_imported_is_declared(folder: str, extras: tuple[str, ...]) -> None:
    """A package that only development brings in would be missing after an installation."""
    names = declared().union(*map(declared, extras))
    known = {MODULES.get(name, name) for name in names} | {"homegolf_git", "referencing"}
    found = set()
    own = {path.stem for path in (TOP / folder).rglob("*.py")}  # scripts that lie side by side
    for path in (TOP / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {item.name.partition(".")[0] for item in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    assert found - known - own - set(sys.stdlib_module_names) == set()


def test_what_is_declared_is_locked() -> None:
    """And an extra by itself; the tests need it beside the program, in the same version."""
    run, dev = locked("run"), locked("dev")
    assert declared() <= run.keys()
    for extra in ("demo", "parquet"):
        found = locked(extra)
        assert declared(extra) == found.keys()
        assert not found.keys() & run.keys()
        assert found.items() <= dev.items()
    for name in ("run", "build", "optuna"):  # what is there once must not be put in another version
        assert {(key, dev[key]) for key in locked(name).keys() & dev.keys()} <= locked(name).items()


class TestWheel:
    """The built program carries what it needs."""

    def test_it_carries_every_schema_and_no_test(self, wheel: Path) -> None:
        names = zipfile.ZipFile(wheel).namelist()
        for schema in (TOP / "schemas").glob("*.json"):
            assert any(name.endswith(f"schemas/{schema.name}") for name in names), schema.name
        assert any(name.endswith("py.typed") for name in names)
        assert not [name for name in names if name.startswith("tests/") or "/tests/" in name]
        assert not [name for name in names if name.endswith(".pyc")]

    def test_it_works_where_nothing_else_of_the_project_is(self, wheel: Path, world: World) -> None:
        place = world.root / "installed"
        zipfile.ZipFile(wheel).extractall(place)
        row = world.row("first", BASE)
        script = (
            "import sys\nsys.path.insert(0, sys.argv.pop(1))\nimport homegolf_git\n"
            "assert 'installed' in homegolf_git.__file__, homegolf_git.__file__\n"
            "from homegolf_git.cli.main import run\nsys.exit(run(sys.argv[1:]))\n"
        )

        def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
            return subprocess.run(
                [sys.executable, "-c", script, str(place), *arguments],
                cwd=world.repo,
                capture_output=True,
                text=True,
                check=False,
            )

        ran = run("record", str(row))
        assert ran.returncode == 0, ran.stderr
        assert "improvement/baseline" in run("verdicts").stdout
        row.write_text(row.read_text(encoding="utf-8") + "submiter: x\n", encoding="utf-8")
        assert "submitter?" in run("record", str(row)).stderr
