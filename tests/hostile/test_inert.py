"""Words from a pull request act nowhere: not on a terminal, a runner, a shell or a page."""

from typing import Any

import pytest

from tests.e2e.world import BEST, flow, lane_text, quoted, row_document, row_text
from tests.hostile.corpus import retraction
from tests.hostile.pulls import Pull, errors

WORDS = {
    "a page": "@ada <script>x</script> [x](javascript:x) ![i](http://e.x/i.png) #1 GH-2 a/b#3 **x**",
    "html": "</summary></details><img src=x onerror=alert(1)><a href=//e.x>x</a> &#64;ada &commat;ada",
    "a table": "| a | b |\n|---|---|\n| @ada | www.e.x |\n\n# heading\n\n- item\n> quote\n```\nfence\n",
    "a runner": "x\n::error file=a::pwned\n::stop-commands::x\r::set-output name=x::y\n  ::add-mask::e\n",
    "an older runner": "##[stop-commands]x ##[add-mask]e ##[error]pwned",
    "escaped for a runner": "%0A::error::x%0D%0A::add-mask::e",
    "a terminal": "\x1b[2J\x1b]0;title\x07\x1b]8;;http://e.x\x1b\\link\x9b31m\x08\x7f\x00",
    "two directions": "\u202egnp.exe\u2066\u2067\u2069\u200f\u061c",
    "nothing to see": "a\u200bb\u2060c\u00add\ufeffe\U000e0041\u2028f\u2029g\u0085h",
    "a shell": "$(touch canary) `touch canary`; touch canary | sh && touch canary > canary\n'\"; touch canary #",
    "a template": "${{ github.token }} {{7*7}} {0.__class__} %s %(x)s",
    "a backtick": "`@ada` ``x`` \\`@ada <b>\\",
    "an end": "-->\n<!-- @ada --> ]]> {% raw %}",
}  # fmt: skip
# Whatever a schema lets a person write.
TEXTS: dict[str, Any] = {
    "submitter": "{}",
    "notes": "{}",
    "change": {"kind": "model", "summary": "{}"},
    "config": {"{}": {"{}": ["{}"]}},
    "source": {"revision": "68e46b82", "repository": "{}", "dirty": False, "changed_paths": ["{}"]},
    "hardware": [{"device": "{}", "count": 1, "host": "{}"}],
    "evaluation": {"mode": "{}", "split": "{}"},
    "artifacts": [{"role": "model", "uri": "{}"}],
}
# What a schema does not let pass, so that its finding quotes it.
REFUSED: dict[str, Any] = {
    "run_id": "{}",
    "lane": "{}",
    "base": "{}",
    "finished_at": "{}",
    "promotion": "{}",
    "verification": "{}",
    "change": {"kind": "{}", "summary": "x"},
    "outcome": {"status": "{}"},
    "source": {"revision": "{}"},
    "resolves": ["{}"],
    "{}": "{}",
    "results": [{"seed": "{}", "{}": "{}"}],
    "receipts": [{"kind": "{}", "path": "{}", "sha256": "{}"}],
}


def filled(value: Any, words: str) -> Any:  # noqa: ANN401 - JSON values
    """A value with words in place of its braces."""
    if isinstance(value, str):
        return value.replace("{}", words)
    if isinstance(value, dict):
        return {filled(name, words): filled(item, words) for name, item in value.items()}
    return [filled(item, words) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
class TestWords:
    """In every field, in a name, in a message: harmless in text, JSON, annotations and Markdown."""

    def test_in_a_row_that_passes(self, pull: Pull, words: str) -> None:
        pull.row(**filled(TEXTS, words))
        answers = pull.examine()
        assert {ran.code for ran in answers.values()} == {0}
        assert "breaks_contract" in answers["text"].said

    def test_in_a_run_that_failed(self, pull: Pull, words: str) -> None:
        failure = {"kind": "other", "stage": "train", "detail": words}
        pull.row(scores=(), outcome={"status": "failed", "failure": failure})
        assert {ran.code for ran in pull.examine().values()} == {0}

    def test_in_rows_that_are_refused(self, pull: Pull, words: str) -> None:
        rows = {
            f"ledger/home/runs/2026-03/eve{number}.yaml": flow(
                row_document(f"eve{number}", BEST) | filled({field: value}, words)
            )
            for number, (field, value) in enumerate(REFUSED.items())
        }
        pull.commit(dict(rows))
        answers = pull.examine()
        assert {ran.code for ran in answers.values()} == {1}
        named = {item["path"] for item in answers["json"].json()["findings"]}
        assert set(rows) <= named

    def test_in_yaml_that_cannot_be_read(self, pull: Pull, words: str) -> None:
        text = row_text(row_document("eve1", BEST)) + f"notes: *{words}\n&{words} x: !<{words}> y\n"
        pull.commit({"ledger/home/runs/2026-03/eve1.yaml": text})
        assert {ran.code for ran in pull.examine().values()} == {1}

    def test_in_names_of_files(self, pull: Pull, words: str) -> None:
        name = words.replace("/", "\u2215").replace("\0", "")
        pull.commit({f"ledger/home/runs/2026-03/{name}.yaml": "x", name: "x"})
        pull.row(also={f"ledger/home/receipts/eve1/{name}.json": "{}"})
        answers = pull.examine()
        assert errors(answers["json"]) == {"bad_path", "mixed_change"}

    def test_in_a_commit_message(self, pull: Pull, words: str) -> None:
        message = f"{words}\n\nHomegolf-Run: {words}\nHomegolf-Lane: {words}\n"
        pull.row(message=message)
        assert "trailer_mismatch" in errors(pull.examine()["json"])

    def test_in_a_retraction(self, pull: Pull, words: str) -> None:
        text = retraction("better", reason=words, evidence=words, by=words)
        pull.commit({"ledger/home/retractions/better.yaml": text})
        assert {ran.code for ran in pull.examine().values()} == {0}
        pull.commit({"ledger/home/retractions/again.yaml": text})
        assert errors(pull.examine()["json"]) == {"wrong_place"}

    def test_in_a_receipt(self, pull: Pull, words: str) -> None:
        key = quoted(words).replace("\\U0000", "\\u").replace("\\U000e0041", "x")
        data = f'{{"seed": 1, {key}: 1, {key}: 2}}'.encode()
        pull.row(receipts={"r.json": data})
        found = errors(pull.examine()["json"])
        assert "receipt_duplicate_key" in found

    def test_in_rules(self, pull: Pull, words: str) -> None:
        text = lane_text(
            title=words, claim=words, references=[{"name": words, "value": 1.2}],
            metric={"unit": words[:20]}, attribution={"config": {"system": [words]}},
        )  # fmt: skip
        pull.commit({"ledger/home/lane.yaml": text})
        assert {ran.code for ran in pull.examine().values()} == {0}
        pull.land()
        pull.row()
        assert {ran.code for ran in pull.examine().values()} == {0}

    def test_as_a_revision(self, pull: Pull, words: str) -> None:
        words = words.replace("\0", "")
        for style in ("text", "json", "github", "markdown"):
            ran = pull.world.homegolf("check", "--base", words, "--head", "pull", "--format", style)
            assert ran.code in {1, 2}
            assert "\x1b" not in ran.said
            assert not [line for line in ran.said.splitlines() if line.lstrip().startswith("::")]
