"""A lane as a picture: what it shows, that its bytes are the same everywhere, and that no text acts in it."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.search.chartlayout import MANY
from homegolf_git.core.views.picture import headline, picture
from homegolf_git.core.views.scoreboard import subject_of
from homegolf_git.shell.generated import board_of
from tests.build import failed, run
from tests.core.boards import board, drawn, search
from tests.core.build import BASELINE
from tests.core.drawn import EVENTS, lane_of
from tests.core.ledgers import WINNER, tried
from tests.core.views.build import FULL, NAME

SVG = "{http://www.w3.org/2000/svg}"
NUMBERS = re.compile(r"-?[0-9]*\.?[0-9]+")


def parsed(found: str) -> ET.Element:
    """A picture as XML."""
    return ET.fromstring(found)  # noqa: S314 - our own


def texts(found: str, kind: str = "wide") -> list[str]:
    """What stands in a picture, in the form for wide or for small screens."""
    whole = parsed(found)
    return [
        node.text or ""
        for node in whole.iter(f"{SVG}text")
        if kind in node.get("class", kind).split()
    ]


def marks(found: str, name: str) -> int:
    """How many marks of a class a picture has, beside those that its legend explains."""
    whole = parsed(found)
    paths = [node.get("d", "") for node in whole.iter(f"{SVG}path") if node.get("class") == name]
    return sum(len(re.findall("M", path)) for path in paths) - 2 * bool(paths)


class TestPicture:
    """Every row has a mark, every title a step."""

    def test_marks(self) -> None:
        found = drawn(*FULL)
        assert {name: marks(found, name) for name in ("improvement", "noise", "blocked", "invalid")} == {
            "improvement": 2, "noise": 1, "blocked": 1, "invalid": 1,
        }  # fmt: skip

    def test_words(self) -> None:
        found = drawn(*FULL)
        said = texts(found)
        assert (
            said[0]
            == "local-cluster: incumbent at 1.0450 bits/byte, 0.0200 better than the first of 2"
        )
        assert said[1] == "val_bpb of 6 runs in the order in which they landed; lower is better"
        assert "1.0450 (+0.0200) a change" in said
        assert "no score" in said
        assert texts(found, "small")[0] == "local-cluster: 1.0450, gained 0.0200"
        whole = parsed(found)
        assert whole.get("role") == "img"
        assert whole.findtext(f"{SVG}title") == said[0]
        described = whole.findtext(f"{SVG}desc") or ""
        assert "2 improvement, 1 noise, 1 regression, 1 blocked, 1 invalid" in described
        assert "The incumbent is winner since run 4" in described

    def test_no_incumbent(self) -> None:
        found = drawn(failed("oom"), failed("crash", "crash", knob=1))
        assert 'viewBox="0 0 880 190"' in found
        assert "No run has a score that counts yet." in texts(found)
        assert marks(found, "blocked") == 2

    def test_no_run(self) -> None:
        assert texts(drawn())[0] == "local-cluster: no run has landed"

    def test_the_first_of_a_lane(self) -> None:
        assert headline(subject_of(board(BASELINE))).endswith("bits/byte, the first of its lane")

    def test_a_reference_on_the_scale_is_drawn(self) -> None:
        references = [{"name": "naive", "value": 1.05}, {"name": "far", "value": 9.0}]
        found = drawn(BASELINE, WINNER, references=references)
        assert "naive 1.0500" in texts(found)
        assert "far" not in found

    def test_the_name_of_a_reference_covers_no_run(self) -> None:
        rows = [tried(f"run-{n}", (1.0452,)) for n in range(60)]
        found = drawn(BASELINE, WINNER, *rows, references=[{"name": "naive", "value": 1.0451}])
        (name,) = [
            node for node in parsed(found).iter(f"{SVG}text") if "naive" in (node.text or "")
        ]
        places = re.findall(
            r"M([0-9.]+) ([0-9.]+)", found.partition('class="noise"')[2].partition("/>")[0]
        )
        baseline = float(name.get("y", ""))
        assert len(places) >= 60
        assert all(not baseline - 10 < float(y) < baseline + 3 for _, y in places)

    def test_a_reference_without_room_has_no_name(self) -> None:
        rows = [tried(f"run-{n}", (1.045 + n % 10 * 0.002,)) for n in range(200)]
        references = [{"name": "naive" * 8, "value": 1.0551}]
        found = drawn(BASELINE, WINNER, *rows, references=references)
        assert 'class="reference"' in found
        assert "naive" not in found

    def test_more_is_better(self) -> None:
        events = (BASELINE, tried("higher", (1.2, 1.2001, 1.2)))
        found = drawn(*events, metric={"direction": "maximize", "unit": ""})
        assert "higher is better" in texts(found)[1]
        assert "incumbent at 1.2000, 0.1350 better" in texts(found)[0]

    def test_a_title_that_was_lost_says_so_in_the_sum(self) -> None:
        events = (BASELINE, tried("won", {1: 1.06, 2: 1.0601, 3: 1.06}, side="system"))
        worse = run("again", dict.fromkeys(range(11, 14), 1.0668), config=events[1]["config"])
        subject = subject_of(board(*events, worse, decision={"fresh_seeds": 3, "delta_min": 0.002}))
        assert "better" in headline(subject) or "first of its lane" in headline(subject)

    def test_many_rows(self) -> None:
        found = drawn(*search(MANY + 60))
        assert 'class="many"' in found
        assert len(found) < 60_000
        assert ".many" in found

    def test_off_the_scale(self) -> None:
        far = tried("far", (9.0,), base="winner")
        assert texts(drawn(BASELINE, WINNER, far)).count("off scale") == 1


@settings(max_examples=30)
@given(EVENTS)
def test_any_lane_can_be_drawn(events: list[object]) -> None:
    """It is XML, every coordinate lies within the picture, and drawing it again gives the same."""
    ledger = Ledger(Oid("0" * 40), (NAME,), {NAME: lane_of(events)})
    subject = subject_of(board_of(NAME, ledger, {}))
    found = picture(subject)
    whole = parsed(found)
    height = float(whole.get("height", "0"))
    for node in whole.iter(f"{SVG}text"):
        assert 0 <= float(node.get("x", "-1")) <= 880
        assert 0 <= float(node.get("y", "-1")) <= height
    for node in whole.iter(f"{SVG}path"):
        for x, y in re.findall(r"[ML](-?[0-9.]+) (-?[0-9.]+)", node.get("d", "")):
            assert 0 <= float(x) <= 880
            assert 0 <= float(y) <= height
    assert picture(subject) == found


HOSTILE = (
    "<script>alert(1)</script>", '" onload="x', "' onload='x", "]]>", "<!-- -->", "&lt;b&gt; &#x202e;",
    "</text></svg>", "a\u202eb\u2066c\u200b", "\x1b[31m\x00\x85", "a\nb\u2028c", "\ud800", "日本語𝄞" * 20,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_acts(text: str) -> None:
    change = {"kind": "model", "summary": text}
    events = (BASELINE | {"change": change}, WINNER | {"change": change})
    found = drawn(*events, metric={"unit": text}, references=[{"name": text, "value": 1.05}])
    plain = drawn(*FULL[:1], WINNER, references=[{"name": "x", "value": 1.05}])
    kinds = [{node.tag for node in parsed(each).iter()} for each in (found, plain)]
    assert kinds[0] == kinds[1]
    assert not any(name.startswith("on") for node in parsed(found).iter() for name in node.attrib)
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff]", found
    )
