"""The site in a real browser, opened from files: what `browser.mjs` tries.

Needs node, Chromium and the packages of package-lock.json, which `make site-tests` installs.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.e2e.world import BASE, BEST, BETTER, WORSE, World, clean_environment, make_template

HERE = Path(__file__).parent
SCRIPT = HERE / "browser.mjs"
CHECKS = re.findall(r'^  async "([^"]+)"\(\)', SCRIPT.read_text("utf-8"), re.MULTILINE)
NODE = shutil.which("node")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OWNED = "<img src=x onerror=owned()>"
SUMMARIES = ("clip gradients", "wide head", "tied embeddings", "twice the batch")


def missing() -> str:
    """Why a browser cannot be driven here; empty where it can."""
    if NODE is None or CHROMIUM is None:
        return "node or Chromium is not installed"
    if not (HERE / "node_modules" / "playwright-core").is_dir():
        return "make site-tests has not installed what drives the browser"
    return ""


def filled(root: Path) -> World:
    """A ledger with a row of every kind, enough of them for a long table, and hostile ones."""
    world = make_template(root)
    world.lane(
        title=f"</title><script>owned()</script>{OWNED}",
        references=[{"name": f"elsewhere {OWNED}", "value": 1.19}],
        claim=f"nothing {OWNED}",
    )
    dice, files = Random(7), {}  # noqa: S311 - a simulated world

    def land(run_id: str, scores: Any, **facts: Any) -> None:  # noqa: ANN401 - as `World.place` takes them
        path, text = world.place(run_id, scores, **facts)
        files[path] = text

    land("first", BASE)
    land("second", BETTER, base="first", config={"system.batch": 2})
    extra = {"evaluated_tokens": 1000, "train_seconds": 500.5, "train_tokens": 2**31, "steps": 4872}
    land("third", BEST, base="second", config={"model.width": 3}, extra=extra)
    for number in range(120):
        kind = dice.random()
        side = ("system", "model")[number % 2]
        facts: dict[str, Any] = {
            "base": "third",
            "config": {"model.width": 3, f"{side}.knob": number},
            "change": {"kind": side, "summary": SUMMARIES[number % 4]},
            "submitter": ("ada", "grace", "loop")[number % 3],
        }
        scores: tuple[float, ...] = ()
        if kind > 0.1:
            middle = 1.16 + (0.02 if kind > 0.6 else 0) + dice.gauss(0, 0.0002)
            scores = tuple(round(middle + dice.gauss(0, 0.0001), 6) for _ in range(1 + number % 3))
        if 0.55 < kind < 0.6:
            facts["evaluation"] = {"mode": "other"}
        land(f"run-{number:03}_of_many", scores, **facts)
    hostile: dict[str, Any] = {
        "base": "third",
        "change": {"kind": "model", "summary": f"<script>owned()</script> \u202e {OWNED}"},
        "submitter": '"><script>owned()</script>',
        "config": {OWNED: "javascript:owned()", "model.width": [OWNED]},
        "notes": f"{OWNED}\n</p></main><script>owned()</script>\n\u202eowned",
        "source": {"repository": "javascript:owned()", "revision": None, "changed_paths": [OWNED]},
        "artifacts": [{"role": "log", "uri": "javascript:owned()"}],
    }
    land("hostile", WORSE, **hostile)
    failure = {"kind": "crash", "stage": "train", "detail": f"{OWNED}\u2028owned"}
    land("hostile-failed", (), outcome={"status": "failed", "failure": failure}, **hostile)
    world.commit("Rows", files)
    return world


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_in_a_browser(tmp_path: Path) -> None:
    """One browser for all checks: to start it takes longer than most of them."""
    with clean_environment(tmp_path / "home"):
        ran = filled(tmp_path).homegolf("site", "build", "-o", str(tmp_path / "site"))
        assert ran.code == 0, ran.said
    done = subprocess.run(
        [str(NODE), str(SCRIPT), str(CHROMIUM), str(tmp_path / "site")],
        cwd=HERE, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = {line["name"]: line["wrong"] for line in map(json.loads, done.stdout.splitlines())}
    assert found == dict.fromkeys(CHECKS, "")


def test_there_are_checks() -> None:
    assert len(CHECKS) > 14
