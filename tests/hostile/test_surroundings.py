"""What stands in a tree, a configuration or an environment changes no verdict and runs nothing."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.world import BEST, row_document, row_text
from tests.hostile.ground import LANE_FILE, ROW
from tests.hostile.objects import EXECUTABLE, SUBMODULE, Entry
from tests.hostile.pulls import Content, Pull, errors, row_message

SIGNATURE = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ\n -----END PGP SIGNATURE-----\n"
PROGRAM = "from pathlib import Path\nPath({canary!r}).touch()\n"


def tree_traps(pull: Pull) -> dict[str, Content]:
    """Everything that a tree can hold in the hope that somebody obeys it."""
    program = PROGRAM.format(canary=str(pull.canary))
    shell = f"#!/bin/sh\ntouch '{pull.canary}'\n"
    hook = pull.blob(shell, EXECUTABLE)
    config = f"[core]\n\tfsmonitor = touch {pull.canary}\n\thooksPath = .githooks\n[include]\n\tpath = ../.gitconfig\n"
    files: dict[str, Content] = {
        ".gitattributes": "* filter=trap diff=trap merge=trap working-tree-encoding=UTF-16 eol=crlf ident\n",
        ".gitconfig": config,
        "git/config": config,
        ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% canary\n\tupdate = !touch canary\n',
        ".lfsconfig": "[lfs]\n\turl = ext::sh\n",
        ".mailmap": "Ada <ada@example.org> <eve@example.org>\n",
        ".python-version": "2.7\n",
        "pyproject.toml": "[project]\nname = 'homegolf-git'\nversion = '99'\n[project.scripts]\nhomegolf = 'evil:x'\n",
        "schemas/run-v1.schema.json": "{}",
        "scipy/__init__.py": program,
        "yaml.py": program,
        "conftest.py": program,
    }
    for name in ("__init__", "__main__", "cli/__init__", "cli/main"):
        files[f"homegolf_git/{name}.py"] = program
    for name in ("sitecustomize", "usercustomize", "git", "typing", "evil"):
        files[f"{name}.py"] = program
    for name in (".githooks/pre-commit", "hooks/post-checkout", "bin/git", "git.sh", "git.exe"):
        files[name] = hook
    return files


def put_out(pull: Pull, files: dict[str, Content]) -> None:
    """Have the files in the work tree as a checkout of the branch would leave them."""
    for name, content in files.items():
        if isinstance(content, str):
            pull.world.write(name, content)
        elif isinstance(content, Entry) and content.mode == EXECUTABLE:
            path = pull.world.write(name, pull.objects.read(content.oid))
            path.chmod(0o755)


def test_the_traps_are_live(pull: Pull) -> None:
    """What these tests rest on: git does run what the configuration names."""
    for words in (("status",), ("commit", "--allow-empty", "--message", "x"), ("diff", "HEAD~1")):
        pull.arm()
        pull.world.git(*words, code=None)
        assert pull.disarm(), words
        pull.canary.unlink()


class TestTree:
    """Files of the branch, whether checked out or not."""

    def test_beside_a_row(self, pull: Pull) -> None:
        pull.row(also=tree_traps(pull))
        assert errors(pull.examine()["json"]) == {"mixed_change"}

    def test_checked_out(self, pull: Pull) -> None:
        traps = tree_traps(pull)
        pull.row(also=traps)
        expected = pull.answer(code=1)
        put_out(pull, traps)
        answers = pull.examine()
        assert errors(answers["json"]) == {"mixed_change"}
        assert answers["json"].json() == expected

    def test_the_installed_program_is_not_the_one_in_the_work_tree(self, pull: Pull) -> None:
        traps = tree_traps(pull)
        pull.row(also=traps)
        expected = pull.check()
        put_out(pull, traps)
        script = Path(sys.executable).with_name("homegolf")
        ran = subprocess.run(
            [script, "check", "--base", "main", "--head", "pull", "--json"],
            cwd=pull.world.repo, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (ran.returncode, ran.stdout) == (expected.code, expected.out)
        assert not pull.canary.exists()

    def test_a_submodule_that_git_is_told_to_ignore(self, pull: Pull) -> None:
        """With `ignore = all` in the work tree's .gitmodules, git's diffs do not show it."""
        path = "ledger/home/runs/2026-03/eve1.yaml"
        modules = f'[submodule "x"]\n\tpath = {path}\n\turl = https://e.x\n\tignore = all\n'
        pull.commit({path: Entry(SUBMODULE, "1" * 40)})
        assert pull.codes() == {"not_a_file"}
        pull.world.write(".gitmodules", modules)
        assert pull.codes() == {"not_a_file"}

    def test_a_row_replaced_by_a_submodule_that_git_is_told_to_ignore(self, pull: Pull) -> None:
        pull.commit({ROW: Entry(SUBMODULE, "1" * 40)})
        pull.world.write(
            ".gitmodules", f'[submodule "x"]\n\tpath = {ROW}\n\turl = https://e.x\n\tignore = all\n'
        )
        assert pull.codes() == {"row_edited"}

    def test_a_dirty_work_tree_says_nothing(self, pull: Pull) -> None:
        pull.row()
        expected = pull.answer()
        pull.world.write(LANE_FILE, "lane: mine\n")
        pull.world.write(ROW, "x")
        pull.world.write("ledger/home/runs/2026-03/eve1.yaml", "x")
        pull.world.git("add", "--all")
        assert pull.answer() == expected
        assert {ran.code for ran in pull.examine().values()} == {0}

    def test_the_branch_is_checked_out(self, pull: Pull) -> None:
        pull.row()
        expected = pull.answer()
        pull.world.git("checkout", "--quiet", "pull")
        assert pull.answer() == expected
        pull.world.git("checkout", "--quiet", "--detach", "pull")
        assert pull.answer() == expected

    def test_in_a_bare_clone(self, pull: Pull) -> None:
        pull.row()
        there = pull.world.clone("bare.git", "--bare")
        ran = there.homegolf("check", "--base", "main", "--head", "pull", "--json")
        assert (ran.code, ran.json()) == (0, pull.answer())

    def test_a_signed_commit_is_not_verified_by_a_program_of_the_configuration(
        self, pull: Pull
    ) -> None:
        place, text = pull.world.place("eve1", BEST)
        pull.commit({place: text}, row_message("eve1", "home", text), extra=SIGNATURE)
        assert {ran.code for ran in pull.examine().values()} == {0}


SETTINGS = {
    "diff.ignoreSubmodules": "all",
    "diff.renames": "copies",
    "diff.orderFile": "order",
    "diff.noprefix": "true",
    "diff.relative": "true",
    "diff.submodule": "log",
    "diff.external": "false",
    "log.diffMerges": "off",
    "log.follow": "true",
    "log.showRoot": "false",
    "log.showSignature": "true",
    "log.mailmap": "true",
    "log.decorate": "full",
    "log.abbrevCommit": "true",
    "format.pretty": "oneline",
    "core.abbrev": "4",
    "core.quotePath": "true",
    "core.fsmonitor": "false",
    "core.ignoreCase": "true",
    "core.precomposeUnicode": "true",
    "core.symlinks": "false",
    "core.fileMode": "false",
    "core.autocrlf": "true",
    "core.commitGraph": "false",
    "core.pager": "false",
    "color.ui": "always",
    "i18n.logOutputEncoding": "UTF-16",
    "i18n.commitEncoding": "latin1",
    "grep.patternType": "perl",
    "gc.auto": "1",
    "status.showUntrackedFiles": "no",
    "submodule.recurse": "true",
    "fetch.recurseSubmodules": "true",
    "notes.displayRef": "*",
}


def test_no_setting_changes_what_is_seen(pull: Pull) -> None:
    row = pull.objects.read(pull.world.git("rev-parse", f"main:{ROW}"))
    place, text = pull.world.place("eve2", BEST)
    pull.commit({"ledger/home/runs/2026-03/eve1.yaml": Entry(SUBMODULE, "1" * 40)})
    first = pull.commit({ROW.replace("better", "cop\u00efed"): row})
    side = pull.commit({}, "Side", onto=[pull.main])
    pull.commit({place: text}, "Merge", onto=[first, side])
    expected = pull.check()
    assert errors(expected) == {"not_a_file", "bad_path", "merge_changes"}
    pull.world.write("order", "ledger/h*\n")
    changing = []
    for setting, value in SETTINGS.items():
        pull.world.git("config", setting, value)
        if pull.check() != expected:
            changing.append(setting)
        pull.world.git("config", "--unset", setting)
    assert changing == []


def replace_main(pull: Pull) -> None:
    """Make the commit of main look as if it were another one, with other rules."""
    tree = pull.objects.grow(
        pull.objects.tree_of(pull.main),
        {tuple(LANE_FILE.encode().split(b"/")): pull.blob("lane: mine\n")},
    )
    other = pull.objects.commit(tree, [], b"Other")
    pull.world.write(f".git/refs/replace/{pull.main}", other + "\n")


def replace_row(pull: Pull) -> None:
    """Make a landed row's file look as if it were another."""
    blob = pull.world.git("rev-parse", f"main:{ROW}")
    other = pull.blob(row_text(row_document("better", (0.9,)))).oid
    pull.world.write(f".git/refs/replace/{blob}", other + "\n")


def graft_main(pull: Pull) -> None:
    """Make main look as if it had no history."""
    pull.world.write(".git/info/grafts", pull.main + "\n")


def graft_head(pull: Pull) -> None:
    """Make the branch look as if it were main's child by another way."""
    pull.world.write(".git/info/grafts", f"{pull.tip} {pull.world.git('rev-parse', 'main~3')}\n")


@pytest.mark.parametrize("rewrite", [replace_main, replace_row, graft_main, graft_head])
def test_history_is_what_the_objects_say(pull: Pull, rewrite: Callable[[Pull], None]) -> None:
    pull.row()
    expected = pull.answer()
    rewrite(pull)
    assert pull.answer() == expected
    assert {ran.code for ran in pull.examine().values()} == {0}


def test_a_boundary_that_hides_history_is_refused(pull: Pull) -> None:
    pull.row()
    pull.world.write(".git/shallow", pull.main + "\n")
    ran = pull.check()
    assert (ran.code, ran.codes()) == (4, ["shallow"])


@pytest.mark.parametrize(
    ("name", "value"),
    [("GIT_DIR", "/nowhere"), ("GIT_WORK_TREE", "/"), ("GIT_INDEX_FILE", "/dev/null"), ("GIT_OBJECT_DIRECTORY", "/nowhere"),
     ("GIT_NAMESPACE", "x"), ("GIT_REPLACE_REF_BASE", "refs/heads/"), ("GIT_CEILING_DIRECTORIES", "/"),
     ("GIT_DIFF_OPTS", "--output=stolen"), ("GIT_EXTERNAL_DIFF", "touch canary"), ("GIT_LITERAL_PATHSPECS", "1"),
     ("GIT_GRAFT_FILE", "grafts"), ("GIT_SHALLOW_FILE", "grafts"), ("GIT_ALTERNATE_OBJECT_DIRECTORIES", "/nowhere"),
     ("GIT_CONFIG_PARAMETERS", "'diff.ignoreSubmodules=all'"), ("GIT_ATTR_SOURCE", "pull"), ("GIT_QUARANTINE_PATH", "/")],
)  # fmt: skip
def test_the_environment_of_a_hook_changes_nothing(pull: Pull, name: str, value: str) -> None:
    pull.row()
    expected = pull.answer()
    pull.world.write("grafts", pull.main + "\n")
    os.environ[name] = value
    assert pull.answer() == expected


def test_schemas_are_those_of_base(pull: Pull) -> None:
    """Where base has schemas of its own they count, whatever the branch says (sections 3 and 10)."""
    schema = Path(__file__).parents[2] / "schemas" / "run-v1.schema.json"
    text = schema.read_text(encoding="utf-8")
    assert '"maxLength": 2000' in text
    pull.commit(
        {"schemas/run-v1.schema.json": text.replace('"maxLength": 2000', '"maxLength": 20')}
    )
    pull.land()
    pull.row(notes="longer than twenty characters")
    assert pull.codes() == {"out_of_range"}


@pytest.mark.parametrize(
    "text",
    ["{", "[]", b"\xff", " " * 300_000 + "{}", '{"type": 7}', '{"$ref": "http://127.0.0.1:9/x"}', '{"$ref": "#/nope"}',
     '{"properties": {"run_id": {"pattern": "("}}}', '{"not":' * 5000 + "{}" + "}" * 5000, '{"minimum": NaN}'],
    ids=lambda text: ascii(text)[:30],
)  # fmt: skip
def test_a_schema_that_is_none(pull: Pull, text: str | bytes) -> None:
    """Refused before it lands; landed, it is a finding about that file, and rows are judged all the same."""
    pull.commit({"schemas/run-v1.schema.json": text})
    assert pull.codes() == {"unusable_rules"}
    pull.land()
    pull.row()
    (found,) = pull.answer()["findings"]
    assert (found["code"], found["severity"]) == ("unusable_rules", "warning")
    assert found["path"] == "schemas/run-v1.schema.json"


def test_a_pattern_of_base_that_would_take_for_ever(pull: Pull) -> None:
    schema = '{"properties": {"run_id": {"pattern": "^(a+)+$"}}}'
    pull.commit({"schemas/run-v1.schema.json": schema})
    assert pull.codes() == set()
    pull.land()
    pull.row("a" * 60 + "b")
    before = time.process_time()
    assert pull.codes() == {"bad_format"}
    assert time.process_time() - before < 2
