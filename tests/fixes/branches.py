"""What is wrong where the ledger has a branch of its own."""

from tests.e2e.test_branch import COPY, at, listed, trainer, with_rules
from tests.e2e.world import BASE, LANE, World
from tests.fixes.scene import follow, found, gone, shell, situation


def beside(world: World) -> World:
    """A trainer's repository whose ledger has a branch of its own, and a row."""
    there = trainer(world)
    assert there.homegolf("init", "--lane", LANE, "--branch", "homegolf").code == 0
    with_rules(there)
    there.record("first", BASE)
    return there


@situation("no_ledger_branch")
def a_branch_that_only_the_remote_has(world: World) -> None:
    clone = beside(world).clone("clone")
    clone.git("config", "homegolf.ref", "refs/heads/homegolf")
    follow(clone, found(clone, "no_ledger_branch", "status"))
    gone(clone, "no_ledger_branch", "status")


@situation("no_ledger_branch")
def a_setting_that_names_no_branch(world: World) -> None:
    there = beside(world)
    there.git("config", "homegolf.ref", "refs/tags/x")
    item = found(there, "no_ledger_branch", "status")
    follow(there, item, only="git config --unset")
    follow(there, found(there, "no_ledger", "status"), only="homegolf init")
    gone(there, "no_ledger_branch", "status")


@situation("no_ledger")
def a_clone_of_a_trainer_whose_ledger_has_a_branch(world: World) -> None:
    clone = beside(world).clone("clone")
    item = found(clone, "no_ledger", "status", says="homegolf init --branch homegolf")
    follow(clone, item, only="homegolf init")
    gone(clone, "no_ledger", "status")


@situation("ledger_deleted")
def a_branch_that_was_deleted(world: World) -> None:
    there = beside(world)
    there.git("branch", "--quiet", "-D", "homegolf")
    follow(there, found(there, "ledger_deleted", "doctor"))
    gone(there, "ledger_deleted", "doctor")
    assert listed(there) == ["first"]


@situation("ledger_restored")
def a_branch_that_a_command_brought_back(world: World) -> None:
    there = beside(world)
    there.git("branch", "--quiet", "-D", "homegolf")
    assert "ledger_restored" in there.homegolf("status").err
    assert "ledger_restored" not in there.homegolf("status").err


@situation("ledger_set_back")
def a_branch_that_was_set_back(world: World) -> None:
    there = beside(world)
    there.git("branch", "--quiet", "--force", "homegolf", "homegolf~1")
    follow(there, found(there, "ledger_set_back", "doctor"))
    gone(there, "ledger_set_back", "doctor")
    assert at(there) == at(there, COPY)


@situation("ledger_elsewhere")
def another_branch(world: World) -> None:
    there = beside(world)
    words = ("init", "--branch", "other")
    follow(there, found(there, "ledger_elsewhere", *words))
    gone(there, "ledger_elsewhere", *words)


@situation("ledger_elsewhere")
def a_ledger_of_head(world: World) -> None:
    item = found(world, "ledger_elsewhere", "init", "--branch", "homegolf")
    shell(world, item["fix"].split("`")[1])
    gone(world, "ledger_elsewhere", "init", "--branch", "homegolf")


@situation("not_autoresearch")
def a_trainer_that_is_not_committed(world: World) -> None:
    there = trainer(world)
    there.write("prepare.py", "TIME_BUDGET = 300\n")
    words = ("init", "--from", "autoresearch")
    follow(there, found(there, "not_autoresearch", *words))
    gone(there, "not_autoresearch", *words)


@situation("not_autoresearch")
def a_trainer_without_an_evaluation_of_its_own(world: World) -> None:
    there = trainer(world)
    words = ("init", "--from", "autoresearch")
    found(there, "not_autoresearch", *words, says="prepare.py")
    there.commit("The evaluation apart", {"prepare.py": "TIME_BUDGET = 300\n"})
    gone(there, "not_autoresearch", *words)


@situation("not_checked_out")
def no_work_tree_of_the_branch(world: World) -> None:
    there = beside(world)
    item = found(there, "not_checked_out", "verify", "--worktree")
    command = item["fix"].split("`")[1].replace("DIR", "../shown").replace("BRANCH", "homegolf")
    shell(there, command)
    gone(there, "not_checked_out", "verify", "--worktree")
