"""The trainer's repository."""

import hashlib
from pathlib import Path

import pytest

from homegolf_git.core.model.naming import Oid
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.trainer import frozen_digest
from tests.e2e.world import BASE, BEST, WORSE, World

FILES = {
    "prepare.py": "p\n",
    "eval/score.py": "s\n",
    "eval/deep/data.txt": "d\n",
    "train.py": "t\n",
}


@pytest.fixture
def trainer(world: World) -> World:
    world.commit("A trainer", FILES)
    return world


def digest(world: World, *globs: str, at: str = "HEAD") -> str:
    repo = GitRepo(world.repo)
    return frozen_digest(repo, repo.resolve(at) or Oid(at), globs)


class TestFrozenDigest:
    """SHA-256 over the sorted lines `<path> <blob id>` of the frozen paths of a commit."""

    def test_the_formula(self, trainer: World) -> None:
        lines = [
            f"{path} {trainer.git('rev-parse', f'HEAD:{path}').strip()}\n"
            for path in ("eval/deep/data.txt", "eval/score.py", "prepare.py")
        ]
        wanted = hashlib.sha256("".join(lines).encode()).hexdigest()
        assert digest(trainer, "prepare.py", "eval/**") == wanted
        assert digest(trainer, "eval/**", "prepare.py", "*.nothing") == wanted
        assert digest(trainer, "prepare.py", "eval/*") != wanted

    def test_of_a_tree_as_of_its_commit(self, trainer: World) -> None:
        tree = trainer.git("rev-parse", "HEAD^{tree}").strip()
        repo = GitRepo(trainer.repo)
        assert frozen_digest(repo, Oid(tree), ["eval/**"]) == digest(trainer, "eval/**")

    def test_what_is_not_frozen_changes_nothing(self, trainer: World) -> None:
        before = digest(trainer, "prepare.py", "eval/**")
        trainer.commit("Another model", {"train.py": "u\n"})
        assert digest(trainer, "prepare.py", "eval/**") == before

    @pytest.mark.parametrize(
        "path", ["prepare.py", "eval/score.py", "eval/new.py", "eval/\u00fc.py"]
    )
    def test_what_is_frozen_changes_it(self, trainer: World, path: str) -> None:
        before = digest(trainer, "prepare.py", "eval/**")
        trainer.commit("Another score", {path: "easy\n"})
        assert digest(trainer, "prepare.py", "eval/**") != before
        assert digest(trainer, "prepare.py", "eval/**", at="HEAD~") == before

    def test_it_is_of_git_and_not_of_the_work_tree(self, trainer: World) -> None:
        before = digest(trainer, "prepare.py")
        (Path(trainer.repo) / "prepare.py").write_text("changed\n")
        assert digest(trainer, "prepare.py") == before

    def test_no_name_stands_for_two_files(self, trainer: World) -> None:
        first = trainer.git("rev-parse", "HEAD:eval/score.py").strip()
        before = digest(trainer, "eval/**", "prepare.py")
        for path in ("eval/score.py", "eval/deep/data.txt", "prepare.py"):
            trainer.git("rm", "-q", path)
        blob = trainer.git("rev-parse", "HEAD:eval/deep/data.txt").strip()
        last = trainer.git("rev-parse", "HEAD:prepare.py").strip()
        forged = f"eval/deep/data.txt {blob}\neval/score.py {first}\nprepare.py"
        trainer.git("update-index", "--add", "--cacheinfo", f"100644,{last},{forged}")
        trainer.git("commit", "-qm", "One file with the names of three")
        assert digest(trainer, "eval/**", "prepare.py") != before


class TestVerdicts:
    """What a lane keeps out of a search's reach, from the rules to the verdict and its explanation."""

    def test_from_rules_to_explanation(self, trainer: World) -> None:
        frozen = digest(trainer, "prepare.py", "eval/**")
        trainer.lane(
            contract={
                "frozen_paths": ["prepare.py", "eval/**"],
                "frozen_sha256": frozen,
                "editable_paths": ["train.py"],
            }
        )
        source = {"revision": "68e46b82", "dirty": False, "frozen_sha256": frozen}
        honest = {**source, "changed_paths": ["train.py"]}
        trainer.record("base", BASE, source=honest)
        trainer.record("easier", BEST, source={**honest, "frozen_sha256": "cd" * 32})
        trainer.record("reaching", BEST, source={**source, "changed_paths": ["eval/score.py"]})
        trainer.record("silent", WORSE, source={"revision": "68e46b82", "dirty": False})
        assert trainer.outcomes() == {
            "base": "improvement/baseline",
            "easier": "invalid/eval_changed",
            "reaching": "invalid/outside_editable",
            "silent": "regression/worse",
        }
        flags = {row["run_id"]: row["flags"] for row in trainer.verdicts()}
        assert "self_scored" in flags["base"]
        assert {"self_scored", "unverified"} <= set(flags["silent"])
        said = trainer.homegolf("explain", "silent").out
        assert "source.frozen_sha256" in said
        assert "source.changed_paths" in said
        assert "never promoted" in said
        assert "(eval/score.py)" in trainer.homegolf("explain", "reaching").out
