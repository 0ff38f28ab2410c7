"""Section 3: whoever is killed at whatever instant, rows are whole or absent and the same command works again."""

import random
import time

import pytest

from tests.e2e.test_branch import trainer, with_rules
from tests.e2e.world import BASE, LANE, World
from tests.kills.commands import CASES, Case, begin
from tests.kills.ground import IS_LONG, Ground, is_alive, wait_for_group

INSTANTS = 60 if IS_LONG else 2
_SOONEST, _LATEST = 0.35, 1.05  # shares of the time that it takes: before there are only imports
_LOST_RACE = 5  # what a killed push still does on the remote may come in between, once


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    """A command on its ground."""
    return CASES[request.param]


@pytest.fixture
def ground(world: World, case: Case, request: pytest.FixtureRequest) -> Ground:
    """A clone as the command needs it."""
    if case.where == "branch":
        there = trainer(world)
        assert there.homegolf("init", "--lane", LANE, "--branch", "homegolf").code == 0
        there.git("add", "--all")
        there.git("commit", "--quiet", "--message", "Workflows")
        with_rules(there)
        laid = Ground(there, branch="homegolf")
    elif case.where == "forge":
        world.record("first", BASE)
        forge = request.getfixturevalue("forge")
        laid = Ground(forge.clone("clone"), remote=world)
        laid.world.count = 100
    else:
        laid = Ground(world)
        contract = dict.fromkeys(
            ("train_seconds_max", "artifact_bytes_max", "evaluated_tokens", "evaluation_modes")
        )
        world.lane("imported", contract=contract, decision={"procedure": 2, "repeats": "count"})
        if case.where == "hooks":
            world.hook("pre-commit", "sleep 0.05")
    return laid


def test_killed_at_random_instants(ground: Ground, case: Case) -> None:
    if case.where != "forge":
        begin(ground)
    draw = random.Random(11)  # noqa: S311 - instants, no secret
    took = 0.0
    for number in range(INSTANTS + 1):
        laid = case.lay(ground, number)
        group = 0
        if number:  # the first is not killed: how long it takes is to be known
            after = draw.uniform(_SOONEST, _LATEST) * took
            group = ground.killed(*laid.words, after=after, alone=number % 2 == 0)
            ground.assert_whole()
        began = time.monotonic()
        again = ground.again(*laid.words)
        took = took or time.monotonic() - began
        if group and (is_alive(group) or again.code == _LOST_RACE):
            # What it started goes on; what that leaves is taken away by the next command.
            wait_for_group(group)
            again = ground.again(*laid.words)
        case.assert_done(ground, laid, again, number)
    ground.assert_same_in_a_fresh_clone("fresh")
