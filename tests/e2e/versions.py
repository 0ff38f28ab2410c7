"""A small ledger as a version of the program left it: history, tags, scoreboards and checkpoint.

    python -m tests.e2e.versions [NAME]

writes that of the present version into `tests/fixtures/versions/`, where later versions find it. What
is there is never written again: it is what that version really wrote.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from homegolf_git import __version__
from tests.build import Document
from tests.e2e.world import BASE, BEST, BETTER, WORSE, World, clean_environment, make_template

KEPT = Path(__file__).parents[1] / "fixtures" / "versions"
SECOND = "second"  # a lane of procedure 2
RETRACT = ("--reason", "a mistake", "--evidence", "an issue", "--by", "me")
QUESTIONS = (
    ("verify",), ("verdicts",), ("status",), ("log",), ("blockers",), ("tags", "verify"),
    ("deltas", "--lane", "home"), ("plateau", "--lane", "home"), ("plateau", "--lane", SECOND),
    ("transfer", "--from", "home", "--to", "h100"),
)  # fmt: skip
# How a thing is said may change; what is said may not.
WORDS = {"sentence", "message", "fix", "title", "why"}


def keep(folder: Path) -> None:
    """Write the fixture of the present version into a folder that is not there yet."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        with clean_environment(root / "home"):
            world = make_template(root)
            _live(world)
            answers = said(world)
            folder.mkdir(parents=True)
            world.git("bundle", "create", "--quiet", str(folder / "ledger.bundle"), "--all")
            shutil.copy(world.repo / ".git" / "homegolf" / "checkpoint", folder / "checkpoint")
    text = json.dumps(answers, indent=1, sort_keys=True) + "\n"
    (folder / "answers.json").write_text(text, encoding="utf-8")


def opened(root: Path, folder: Path, *, with_checkpoint: bool) -> World:
    """A repository with everything of a fixture."""
    world = World(root, root / "repo", root / "home", 100)
    world.home.mkdir(exist_ok=True)
    world.repo.mkdir()
    world.git("init", "--quiet", "--initial-branch=main")
    bundle = str(folder / "ledger.bundle")
    world.git("fetch", "--quiet", "--update-head-ok", bundle, "refs/*:refs/*")
    world.git("reset", "--quiet", "--hard")
    if with_checkpoint:
        (world.repo / ".git" / "homegolf").mkdir()
        shutil.copy(folder / "checkpoint", world.repo / ".git" / "homegolf" / "checkpoint")
    return world


def said(world: World) -> Document:
    """What every reading command says, but for its wording; and the scoreboards that are made now."""
    assert world.homegolf("scoreboard").code == 0
    found: Document = {}
    for words in QUESTIONS:
        ran = world.homegolf(*words, "--json")
        found[" ".join(words)] = {"code": ran.code, "answer": _without_words(ran.json())}
    for path in sorted((world.repo / "ledger").rglob("*.json*")):
        if "receipts" not in path.parts:
            lines = path.read_text(encoding="utf-8")
            documents = [lines] if path.suffix == ".json" else lines.splitlines()
            name = path.relative_to(world.repo).as_posix()
            found[name] = [_without_words(json.loads(text)) for text in documents]
    return found


def differences(then: Any, now: Any, place: str = "") -> list[str]:  # noqa: ANN401 - JSON values
    """Where something else is said now; what is said in addition is none."""
    if place.endswith("/findings"):  # later versions may remark on more; an error is a change
        known = {item["code"] for item in then}
        now = [item for item in now if item["code"] in known or item["severity"] == "error"]
    if isinstance(then, dict) and isinstance(now, dict):
        lost = [f"{place}/{name}: gone" for name in then if name not in now]
        pairs = [(name, then[name], now[name]) for name in then if name in now]
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        lost, pairs = [], [(str(i), *pair) for i, pair in enumerate(zip(then, now, strict=True))]
    else:
        return [] if then == now else [f"{place}: {then!r} is now {now!r}"]
    return lost + [
        line for name, one, other in pairs for line in differences(one, other, f"{place}/{name}")
    ]


def _without_words(value: Any) -> Any:  # noqa: ANN401 - JSON values
    if isinstance(value, dict):
        return {name: _without_words(item) for name, item in value.items() if name not in WORDS}
    return [_without_words(item) for item in value] if isinstance(value, list) else value


def _live(world: World) -> None:
    """A ledger in which everything has happened that verdicts, tags and boards tell of."""
    world.lane("h100", needs_promotion_from="home", promotion={"max_in_flight": 1, "min_gain": 0.0})
    world.lane(SECOND, decision={"procedure": 2, "pool_share": 0.25, "reference_guard": True})
    world.commit("Ladder", {"ledger/ladder.yaml": f"schema: homegolf/ladder/v1\nlanes: [home, h100, {SECOND}]\n"})  # fmt: skip
    _proven(world, "base", BASE, 1, "base")
    _proven(world, "better", BETTER, 1, "better")
    _proven(world, "better-again", BETTER, 11, "better")
    ran = world.homegolf("promote", "better", "--to", "h100")
    assert ran.code == 0, ran.said
    world.commit("Move on", {"README.md": "x\n"})
    up: Document = {"lane": "h100", "config": {"model.knob": "better"}}
    world.record("upstream", BETTER, promotion="promotions/h100/0001", **up)
    world.record("half", BEST, extra={"evaluated_tokens": 500})
    world.record("stuck", ())
    world.record("open", (), outcome={"status": "failed", "failure": {"kind": "crash", "stage": "export"}})  # fmt: skip
    world.record("settled", WORSE, resolves=["stuck"], base="base")
    world.record("mistaken", BEST, base="better")
    assert world.homegolf("retract", "mistaken", *RETRACT).code == 0
    world.lane("home", decision={"delta_min": 0.003})
    world.record("later", BEST, base="better")
    for number in range(5):
        scores = [score - number / 100 for score in BASE]
        world.record(f"step-{number}", scores, lane=SECOND, submitter="abc"[number % 3])
    world.record("repeat", {61: 1.1601}, lane=SECOND, config={"model.knob": "step-4"})
    assert world.homegolf("tags", "sync").code == 0
    assert world.homegolf("scoreboard").code == 0
    world.git("add", "--all")
    world.git("commit", "--quiet", "--message", "Scoreboards")
    path = "ledger/home/runs/2026-03/settled.yaml"  # and somebody edits what has landed
    text = (world.repo / path).read_text(encoding="utf-8")
    world.commit("Edit", {path: text.replace("1.23", "1.13")})


def _proven(world: World, run_id: str, scores: Sequence[float], first: int, knob: str) -> None:
    """Record a run with a receipt for each seed and a model, as a promotion asks."""
    by_seed = dict(enumerate(scores, start=first))
    model = {"role": "model", "uri": "s3://x/m", "sha256": f"{world.count:064x}", "bytes": 1000}
    facts = {"evaluated_tokens": 1000, "train_seconds": 590, "artifact_bytes": 15_000_000}
    row = world.row(
        run_id,
        by_seed,
        receipts=world.reports(*by_seed.items(), run_id=run_id),
        artifacts=[model],
        results=[{"seed": seed, "val_bpb": score, **facts} for seed, score in by_seed.items()],
        config={"model.knob": knob},
    )
    ran = world.homegolf("record", str(row), "--receipts", str(row.parent / "receipts"))
    assert ran.code == 0, ran.said


if __name__ == "__main__":
    place = KEPT / "".join(sys.argv[1:] or [__version__])
    if place.exists():
        sys.exit(f"{place} is there: it is what that version wrote")
    keep(place)
