"""What keeps a clone from working."""

import pytest

from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.views.doctor import Examined, json, text
from homegolf_git.core.views.findings import finding_json

NOTE = finding("loose_tags", "1,000 tags lie loose", severity="note")


@pytest.mark.parametrize(
    ("mended", "found", "lines"),
    [
        ([], [], ["nothing to mend"]),
        ([], [NOTE], ["1 remark"]),
        (["loose_tags"], [NOTE, NOTE], ["mended loose_tags", "2 remarks"]),
        (["loose_tags", "not_packed"], [],
         ["mended loose_tags", "mended not_packed", "nothing to mend"]),
    ],
)  # fmt: skip
def test_what_was_mended_and_how_much_is_left(
    mended: list[str], found: list[Finding], lines: list[str]
) -> None:
    assert list(text(Examined(mended, found))) == lines


def test_the_document_has_both() -> None:
    found = json(Examined(["not_packed"], [NOTE]))
    assert found == {"mended": ["not_packed"], "findings": [finding_json(NOTE)]}
