"""The ledger of this repository: what its public lanes say of themselves is what their rows give."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from homegolf_git.core.judge.arrivals import Spot, landed_row
from homegolf_git.core.judge.doubts import doubts
from homegolf_git.core.judge.fold import step
from homegolf_git.core.judge.history import landing_order
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import LaneId, Oid, parse_path
from homegolf_git.core.model.row import LandedRow
from homegolf_git.shell.files.documents import read_lane
from homegolf_git.shell.reading.door import Arrival, Delivered, read_arrival

LEDGER = Path(__file__).parents[2] / "ledger"
SOURCES = {
    "public-autoresearch": ("https://github.com/karpathy/autoresearch", 126),
    "public-parameter-golf": ("https://github.com/openai/parameter-golf", 60),
}


def verdicts(lane: str) -> dict[str, Any]:
    """The stored verdict of each run."""
    files = sorted((LEDGER / lane / "verdicts").glob("*.jsonl"))
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    return {row["run_id"]: row for row in rows}


def rows(lane: str) -> dict[str, str]:
    """The text of each row."""
    return {
        path.stem: path.read_text("utf-8") for path in (LEDGER / lane / "runs").glob("*/*.yaml")
    }


def claim(lane: str) -> str:
    """What the lane says of its scores, in one line."""
    text = (LEDGER / lane / "lane.yaml").read_text("utf-8")
    return " ".join(text.partition("\nclaim: >-\n")[2].split())


@pytest.mark.parametrize("lane", SOURCES)
def test_a_public_lane_names_where_it_is_from(lane: str) -> None:
    repository, count = SOURCES[lane]
    text = (LEDGER / lane / "lane.yaml").read_text("utf-8")
    name = repository.removeprefix("https://github.com/")
    assert f"{name} (MIT)" in text.partition("\ntitle: ")[2].partition("\n")[0]
    assert re.search(f"name: .*{name}, MIT", text)
    found = rows(lane)
    assert len(found) == len(verdicts(lane)) == count
    assert all(f"  repository: {repository}\n" in row for row in found.values())
    assert not any(re.search(r"/(home|root|tmp|work|Users)/", row) for row in found.values())


def test_what_the_session_kept_is_judged_as_its_lane_says() -> None:
    lane = "public-autoresearch"
    said, judged = rows(lane), verdicts(lane)
    kept = [judged[run_id] for run_id, row in said.items() if "they said: keep;" in row]
    won = sum(row["class"] == "improvement" for row in kept)
    undecided = sum(row["reason"] == "underpowered" for row in kept)
    assert won == sum(row["class"] == "improvement" for row in judged.values())
    assert won + undecided == len(kept)
    assert f"Of the {len(kept)} runs that the session kept, {won} won the title here" in claim(lane)
    assert f"the other {undecided} are undecided" in claim(lane)


def test_what_became_of_the_records_is_as_their_lane_says() -> None:
    lane = "public-parameter-golf"
    found = Counter(row["class"] for row in verdicts(lane).values())
    assert f"Of the {found.total()} folders {found['improvement']} won the title here" in claim(
        lane
    )
    assert f"{found['invalid']} broke a limit" in claim(lane)


def test_the_public_lanes_stand_outside_the_ladder() -> None:
    assert "public" not in (LEDGER / "ladder.yaml").read_text("utf-8")


def landed(lane: str) -> Iterator[LandedRow]:
    """The rows of a lane as they are read at the door, in the order in which they finished."""
    rules = rules_of(lane)
    found = []
    for path in (LEDGER / lane / "runs").glob("*/*.yaml"):
        place = parse_path(str(path.relative_to(LEDGER.parent)))
        arrival = Arrival("file", str(path), path.read_bytes(), place)
        folder = LEDGER / lane / "receipts" / path.stem
        receipts = {
            item.name: Delivered(Oid(""), item.stat().st_size, item.read_bytes())
            for item in (folder.iterdir() if folder.is_dir() else ())
        }
        read = read_arrival(arrival, receipts, rules)
        assert read.row is not None
        found.append(landed_row(read.row, read.evidence, Spot(str(path)), is_promoted=True))
    return iter(sorted(found, key=lambda item: landing_order(item.row)))


def rules_of(lane: str) -> Lane:
    path = LEDGER / lane / "lane.yaml"
    rules, found = read_lane(path.read_bytes(), str(path.relative_to(LEDGER.parent)), LaneId(lane))
    assert rules is not None, found
    return rules


def test_no_honest_row_is_doubted() -> None:
    """What asks a person to look asks nobody in vain: none of all 209 rows is remarked."""
    count, said = 0, list[Finding]()
    for lane in sorted(path.parent.name for path in LEDGER.glob("*/lane.yaml")):
        state = LaneState(rules_of(lane))
        gone = {path.stem for path in (LEDGER / lane / "retractions").glob("*.yaml")}
        for row in landed(lane):
            said += doubts(state, row, state.incumbent)
            step(state, row, is_retracted=row.row.run_id in gone)
            count += 1
    assert (count, said) == (209, [])
