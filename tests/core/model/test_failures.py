"""How rules are held against an end: a small set of them; the shipped ones are tried beside their file."""

import time

import pytest

from homegolf_git.core.model.failures import (
    DETAIL_MAX,
    TEXT_MAX,
    Ended,
    Rule,
    Rules,
    classify,
    contradiction,
)
from homegolf_git.core.model.row import Failure

OOM = Rule("oom", None, "memory ran out", "infeasible", lines=("out of memory", "alloc ... failed"), unless=("retrying",))  # fmt: skip
KILLED = Rule("oom", None, "killed by its group", facts=("oom_killed",))
EXPORT = Rule("nonfinite_export", "export", "NaN", stages=("export",), lines=("nan",))
LATE = Rule("timeout", None, "timeout(1)", statuses=(124,))
HUP = Rule("other", None, "hung up", signals=("SIGHUP",))
ROSE = Rule("diverged", "train", "the loss rose", facts=("loss_rose",))
WELL = Rule("no_score_receipt", "score", "no score", facts=("ended_well",))
RULES = Rules((KILLED, OOM, EXPORT, LATE, HUP, ROSE, WELL), 1.5, 8)


def kind(*lines: str, status: int | None = 1) -> str:
    return classify(Ended(status, lines=lines), RULES).kind


class TestWords:
    """Whole words in any case, parts in their order on one line."""

    @pytest.mark.parametrize(
        "line",
        ["Out Of Memory", "x: out  of\tmemory!", "'out of memory'", "alloc of 3 bytes failed", "pre_alloc:failed"],
    )  # fmt: skip
    def test_found(self, line: str) -> None:
        assert kind(line) == "oom"

    @pytest.mark.parametrize(
        "line", ["about of memory", "out of memoryless", "failed to alloc", "allocate: failed", "out of", ""]
    )  # fmt: skip
    def test_not_found(self, line: str) -> None:
        assert kind(line, "last") == "crash"

    def test_a_second_place_counts_where_the_first_is_within_a_word(self) -> None:
        assert kind("about of memory, out of memory") == "oom"

    def test_a_line_that_was_overcome_is_no_evidence(self) -> None:
        assert kind("out of memory, retrying with half", "boom") == "crash"

    def test_signs_around_values_do_not_matter(self) -> None:
        rules = Rules((Rule("diverged", None, "", lines=("loss:nan",)),), 1.5, 8)
        for line in ('{"loss": NaN}', "loss = nan", "train_loss=nan", "loss :nan"):
            assert classify(Ended(1, lines=(line,)), rules).kind == "diverged", line
        assert classify(Ended(1, lines=("loss: nano",)), rules).kind == "crash"


class TestEvidence:
    """The detail is the evidence line, or the rule's words with the last line."""

    def test_the_last_line_that_matches(self) -> None:
        found = classify(Ended(1, lines=("out of memory 1", "out of memory 2", "bye")), RULES)
        assert found == Failure("oom", "train", "out of memory 2")

    def test_a_fact_stands_beside_the_last_line(self) -> None:
        ended = Ended(status=137, oom_kills=2, lines=("step 3", "  "), stage="score")
        assert classify(ended, RULES) == Failure("oom", "score", "killed by its group; last line: step 3")  # fmt: skip

    def test_no_output_at_all(self) -> None:
        assert classify(Ended(), RULES).detail == "ended"
        assert classify(Ended(oom_kills=1), RULES).detail == "killed by its group"

    def test_controls_are_escaped_and_it_is_one_line(self) -> None:
        found = classify(Ended(1, lines=("\x1b]0;a\x07 out of memory\x00\u202e",)), RULES)
        assert found.detail == "\\x1b]0;a\\x07 out of memory\\x00\\u202e"

    def test_colours_are_left_out(self) -> None:
        found = classify(Ended(1, lines=("\x1b[1;31mout of memory\x1b[0m",)), RULES)
        assert found == Failure("oom", "train", "out of memory")

    @pytest.mark.parametrize("sign", ["x", "\x07"])
    def test_it_keeps_to_the_schema(self, sign: str) -> None:
        detail = classify(Ended(1, lines=(sign * 5000,)), RULES).detail
        assert len(detail) == DETAIL_MAX
        assert detail.endswith("…")

    def test_what_a_progress_bar_wrote_over_is_a_line_of_its_own(self) -> None:
        found = classify(Ended(1, lines=("10%\r20%\rout of memory\r",)), RULES)
        assert found.detail == "out of memory"


class TestFallback:
    """Where no rule holds it is a crash, with how it ended and the last line."""

    @pytest.mark.parametrize(
        ("status", "number", "says"),
        [
            (1, None, "exit status 1"),
            (139, None, "killed by SIGSEGV"),
            (-9, None, "killed by SIGKILL"),
            (None, 6, "killed by SIGABRT"),
            (250, None, "exit status 250"),
            (None, None, "ended"),
        ],
    )
    def test_how_it_ended(self, status: int | None, number: int | None, says: str) -> None:
        ended = Ended(status, number, ("boom",), "closeout")
        assert classify(ended, RULES) == Failure("crash", "closeout", f"{says}; last line: boom")


class TestConditions:
    """All conditions of a rule must hold, and the first rule wins."""

    def test_stage(self) -> None:
        assert classify(Ended(1, lines=("nan",), stage="export"), RULES).kind == "nonfinite_export"
        assert kind("nan") == "crash"

    def test_status_and_signal(self) -> None:
        assert kind(status=124) == "timeout"
        assert kind(status=129) == kind(status=-1) == "other"
        assert kind(status=0) == "no_score_receipt"

    def test_order(self) -> None:
        assert kind("out of memory", status=124) == "oom"

    def test_after_a_retry(self) -> None:
        ended = Ended(1, lines=("out of memory",), is_retry=True)
        assert classify(ended, RULES).kind == "infeasible"
        assert classify(Ended(124, is_retry=True), RULES).kind == "timeout"


class TestLoss:
    """The loss rose by the run's own early loss."""

    @staticmethod
    def lines(*losses: float, name: str = "train_loss:") -> tuple[str, ...]:
        return tuple(f"step:{n}/100 {name}{loss} 12ms" for n, loss in enumerate(losses))

    def test_far_above(self) -> None:
        assert kind(*self.lines(6, 5, 4, 4, 5, 9, 14, 20)) == "diverged"
        assert kind(*self.lines(6, 5, 4, 4, 5, 9, 14, 1e3, name="loss = ")) == "diverged"

    def test_a_spike_or_a_slow_rise_is_none(self) -> None:
        assert kind(*self.lines(6, 5, 4, 4, 4, 4, 4, 20)) == "crash"
        assert kind(*self.lines(6, 6, 6, 6, 7, 7, 7, 7)) == "crash"

    def test_too_few_readings(self) -> None:
        assert kind(*self.lines(6, 5, 4, 20, 20, 20, 20)) == "crash"

    def test_the_launchers_early_loss_counts(self) -> None:
        lines = self.lines(*[9.0] * 8)
        assert classify(Ended(1, lines=lines), RULES).kind == "crash"
        assert classify(Ended(1, lines=lines, early_loss=5.0), RULES).kind == "diverged"
        assert classify(Ended(1, lines=lines, early_loss=0.0), RULES).kind == "crash"

    def test_validation_is_no_reading(self) -> None:
        assert kind(*self.lines(6, 5, 4, 4, 5, 9, 14, 20, name="val_loss:")) == "crash"

    @pytest.mark.parametrize("text", ["loss: 3.5e", "loss: 12abc", "loss: -", "loss: 1e9999", "lossless 3"])  # fmt: skip
    def test_what_is_no_number_is_no_reading(self, text: str) -> None:
        assert kind(*[text] * 20) == "crash"


@pytest.mark.parametrize(
    "line",
    ["out of " * 9_363, "alloc " * 10_922, "loss:" * 13_107, "loss " + "1" * 65_000, "\r" * 65_536, " " * 65_536, "=" * 65_536],
    ids=lambda line: repr(line[:7]),
)  # fmt: skip
def test_hostile_lines_take_time_by_their_length(line: str) -> None:
    """A pattern that goes back would take hours here."""
    began = time.perf_counter()
    classify(Ended(1, lines=[line] * 200), RULES)
    assert time.perf_counter() - began < 2


def test_what_is_looked_at_is_bounded() -> None:
    full = ["x" * 4095] * (TEXT_MAX // 4096)
    assert kind("out of memory", *full) == "crash"
    assert kind("out of memory", *full[1:]) == "oom"
    assert kind("out of memory", *["x"] * 200) == "crash"
    assert kind("out of memory", *["x"] * 199) == "oom"


class TestContradiction:
    """What a log shows of another kind than the one that is stated."""

    BUG = Rule("crash", None, "", lines=("illegal memory access",))
    RULES = Rules((*RULES.rules, BUG), 1.5, 8)
    ROSE = tuple(f"train_loss: {loss}" for loss in (6, 5, 4, 4, 5, 9, 14, 20))

    def said(self, kind: str, *lines: str) -> str:
        return contradiction(Failure(kind, "train", ""), lines, self.RULES)

    def test_a_regression_called_oom(self) -> None:
        assert self.said("oom", *self.ROSE) == (
            "the log shows diverged (the loss rose; last line: train_loss: 20), the row says oom"
        )

    def test_memory_called_a_crash(self) -> None:
        found = self.said("crash", "CUDA out of memory", "bye")
        assert found == "the log shows oom (CUDA out of memory), the row says crash"

    @pytest.mark.parametrize(
        ("kind", "lines"),
        [
            ("oom", ["out of memory"]),
            ("infeasible", ["out of memory"]),
            ("diverged", ROSE),
            ("oom", ["step 3", "Killed"]),
            ("oom", ["illegal memory access"]),
            ("crash", ["step 3"]),
            ("crash", []),
        ],
    )
    def test_what_is_none(self, kind: str, lines: list[str]) -> None:
        assert self.said(kind, *lines) == ""

    def test_a_long_line_is_cut(self) -> None:
        assert len(self.said("crash", "out of memory " + "x" * 4000)) < 200
