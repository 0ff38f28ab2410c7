"""A run as it landed."""

from homegolf_git.core.views.show import Shown, json, text
from tests.build import SHA, run
from tests.core.build import land, last

RECEIPT = {"kind": "log", "path": "a.json", "sha256": SHA}
DOCUMENT = run("r1", receipts=[RECEIPT])
SHOWN = Shown(land(DOCUMENT), last(DOCUMENT), "run_id: r1\nlane: home\n", DOCUMENT)


def test_text_has_place_receipts_verdict_and_the_file() -> None:
    lines = list(text(SHOWN))
    assert lines[1] == "path     ledger/local-cluster/runs/2026-03/r1.yaml"
    assert lines[2] == "receipt  ledger/local-cluster/receipts/r1/a.json"
    assert lines[3].startswith("verdict  improvement/baseline: ")
    assert lines[-2:] == ["run_id: r1", "lane: home"]


def test_json_has_the_document() -> None:
    found = json(SHOWN)
    assert found["row"] == DOCUMENT
    assert found["verdict"]["class"] == "improvement"
