"""Honest pull requests pass, and are told what their runs would be (section 10)."""

import pytest

from tests.build import Document
from tests.e2e.world import BEST, BETTER, WORSE, World, lane_text
from tests.hostile.corpus import retraction
from tests.hostile.ground import LANE_FILE, MODEL
from tests.hostile.objects import Objects
from tests.hostile.pulls import Pull, errors, report, row_message

BRANCH_SCORES = (1.1701, 1.1699, 1.1700)


def passed(pull: Pull) -> Document:
    """The JSON answer of a pull request that all formats let pass."""
    answers = pull.examine()
    document: Document = answers["json"].json()
    assert {style: ran.code for style, ran in answers.items()} == dict.fromkeys(answers, 0), answers
    assert document["ok"] is True
    return document


def outcomes(document: Document) -> dict[str, str]:
    return {row["run_id"]: f"{row['class']}/{row['reason']}" for row in document["rows"]}


class TestOneRow:
    """A row is judged against the incumbent of base."""

    def test_its_verdict(self, pull: Pull) -> None:
        pull.row()
        document = passed(pull)
        (row,) = document["rows"]
        assert document["findings"] == []
        assert (row["run_id"], row["class"], row["incumbent_before"]) == (
            "eve1",
            "improvement",
            "better",
        )
        assert row["delta"] == pytest.approx(1.18 - 1.16, abs=1e-3)
        assert row["incumbent_after"] == "eve1"

    def test_it_is_the_verdict_that_it_gets_when_it_lands(self, pull: Pull) -> None:
        pull.row(scores=BRANCH_SCORES, base="better", submitter="me")
        (said,) = passed(pull)["rows"]
        pull.land()
        landed = pull.world.verdicts()[-1]
        assert {name: said[name] for name in landed} == landed

    def test_with_receipts_and_a_model(self, pull: Pull) -> None:
        receipts = {f"r{seed}.json": report(seed, score) for seed, score in enumerate(BEST, 1)}
        model = {"role": "model", "sha256": MODEL[::-1]}
        pull.row(receipts=receipts, artifacts=[model])
        assert passed(pull)["findings"] == []

    def test_with_a_receipt_of_exactly_the_size_allowed(self, pull: Pull) -> None:
        data = report(1, BEST[0])
        data += b" " * (256 * 1024 - len(data))
        pull.row(receipts={"r.json": data})
        assert passed(pull)["findings"] == []

    def test_without_trailers(self, pull: Pull) -> None:
        pull.row(message="Add a run")
        assert outcomes(passed(pull)) == {"eve1": "improvement/strict"}

    def test_that_failed(self, pull: Pull) -> None:
        pull.row(scores=())
        assert outcomes(passed(pull)) == {"eve1": "blocked/oom"}

    def test_that_broke_the_contract(self, pull: Pull) -> None:
        pull.row(evaluation={"mode": "half"}, train_seconds_budget=9000)
        document = passed(pull)
        assert outcomes(document) == {"eve1": "invalid/bounded_probe"}
        (finding,) = document["findings"]
        assert (finding["code"], finding["severity"]) == ("breaks_contract", "warning")
        assert document["rows"][0]["reasons"] == ["bounded_probe", "evaluation_mode"]

    def test_that_resolves_a_blocker(self, pull: Pull) -> None:
        pull.row(scores=WORSE, resolves=["oom1"])
        document = passed(pull)
        assert document["findings"] == []
        states = document["plateau"]["home"]
        assert states["before"]["open_blockers"] == ["oom1"]
        assert states["after"]["open_blockers"] == []

    def test_that_measures_the_incumbent_again(self, pull: Pull) -> None:
        pull.row(scores={21: 1.18001}, config={"model.knob": "better"}, base="better")
        assert outcomes(passed(pull)) == {"eve1": "noise/replicate"}

    def test_scores_that_agree_by_chance(self, pull: Pull) -> None:
        pull.row(scores=WORSE)
        assert passed(pull)["findings"] == []

    @pytest.mark.parametrize("when", [0, 1, 4_102_444_800, 32_503_680_000])
    def test_commit_dates_say_nothing(self, pull: Pull, when: int) -> None:
        place, text = pull.world.place("eve1", BEST)
        pull.commit({place: text}, row_message("eve1", "home", text))
        expected = pull.answer()
        pull.point(pull.main)
        pull.commit({place: text}, row_message("eve1", "home", text), when=when)
        assert pull.answer() == expected

    def test_the_latest_time_that_is_allowed_has_passed(self, pull: Pull) -> None:
        pull.row(finished_at="2026-04-02T00:00:00Z")
        assert passed(pull)["findings"] == []


class TestSeveralCommits:
    """The gate is right whatever the shape of the branch."""

    def test_three_rows_in_three_commits(self, pull: Pull) -> None:
        for run_id, scores in (("eve1", WORSE), ("eve2", BRANCH_SCORES), ("eve3", BEST)):
            pull.row(run_id, scores)
        document = passed(pull)
        assert [row["run_id"] for row in document["rows"]] == ["eve1", "eve2", "eve3"]
        assert [row["incumbent_before"] for row in document["rows"]] == ["better", "better", "eve2"]

    def test_two_rows_in_one_commit_of_a_queue(self, pull: Pull) -> None:
        pull.commit(dict([pull.world.place("eve1", WORSE), pull.world.place("eve2", BEST)]))
        document = pull.answer("--merge-group")
        (finding,) = document["findings"]
        assert (finding["code"], finding["severity"]) == ("several_rows", "note")
        assert list(outcomes(document)) == ["eve1", "eve2"]

    def test_main_merged_into_the_branch(self, pull: Pull) -> None:
        before = pull.main
        place, text = pull.world.place("eve1", WORSE)
        pull.point(before)
        pull.row("other1", BRANCH_SCORES)
        pull.land()
        landed = pull.tip
        mine = pull.commit({place: text}, onto=[before])
        merged = pull.objects.grow(
            pull.objects.tree_of(landed), {tuple(place.encode().split(b"/")): pull.blob(text)}
        )
        pull.point(pull.objects.commit(merged, [mine, landed], b"Merge main"))
        document = passed(pull)
        assert document["findings"] == []
        assert document["rows"][0]["incumbent_before"] == "other1"

    def test_rebased(self, pull: Pull) -> None:
        place, text = pull.world.place("eve1", WORSE)
        pull.row("other1", BRANCH_SCORES)
        pull.land()
        pull.commit({place: text}, row_message("eve1", "home", text))
        assert passed(pull)["rows"][0]["incumbent_before"] == "other1"

    def test_a_branch_that_main_has_overtaken(self, pull: Pull) -> None:
        before = pull.main
        place, text = pull.world.place("eve1", WORSE)
        pull.row("other1", BRANCH_SCORES)
        pull.land()
        pull.commit({place: text}, row_message("eve1", "home", text), onto=[before])
        document = passed(pull)
        assert list(outcomes(document)) == ["eve1"]
        assert document["rows"][0]["incumbent_before"] == "other1"

    def test_the_merge_commit_that_a_forge_makes(self, pull: Pull) -> None:
        mine = pull.row()
        tree = pull.objects.tree_of(mine)
        pull.point(pull.objects.commit(tree, [pull.main, mine], b"Merge pull request"))
        assert outcomes(passed(pull)) == {"eve1": "improvement/strict"}

    @pytest.mark.parametrize("head", ["main", "main~2"])
    def test_nothing_is_proposed(self, pull: Pull, head: str) -> None:
        """Somebody compared the wrong revisions, or the wrong way round."""
        pull.point(pull.world.git("rev-parse", head))
        answers = pull.examine()
        assert {ran.code for ran in answers.values()} == {1}
        document = answers["json"].json()
        assert (document["rows"], document["plateau"]) == ([], {})
        assert [item["code"] for item in document["findings"]] == ["no_change"]
        assert "--base" in answers["text"].said

    def test_a_thousand_commits(self, pull: Pull) -> None:
        tree, tip = pull.objects.tree_of(pull.row()), pull.tip
        for number in range(999):
            tip = pull.objects.commit(tree, [tip], b"%d" % number)
        pull.point(tip)
        assert list(outcomes(pull.answer())) == ["eve1"]


class TestOtherChanges:
    """Retractions, rules and code."""

    def test_a_retraction_lists_what_it_changes(self, pull: Pull) -> None:
        pull.commit({"ledger/home/retractions/better.yaml": retraction("better", by="someone")})
        document = passed(pull)
        assert (document["rows"], document["findings"]) == ([], [])
        after = {pair["after"]["run_id"]: pair["after"] for pair in document["rejudged"]}
        assert after["better"]["reason"] == "retracted"
        assert all(pair["before"] != pair["after"] for pair in document["rejudged"])

    def test_several_retractions_are_told_by_where_they_end(self, pull: Pull) -> None:
        """Each run once, from the base to what is behind all of them, and who holds the title."""
        for run_id in ("base", "worse", "better", "again"):
            pull.commit({f"ledger/home/retractions/{run_id}.yaml": retraction(run_id)})
        document = passed(pull)
        runs = [pair["after"]["run_id"] for pair in document["rejudged"]]
        assert len(runs) == len(set(runs))
        assert {pair["after"]["class"] for pair in document["rejudged"]} == {"invalid", "blocked"}
        assert document["incumbents"] == {"home": {"before": "better", "after": None}}
        assert "  incumbent in home: better -> nobody" in pull.check("text").out.splitlines()
        assert "- incumbent in `home`: `better` → nobody" in pull.check("markdown").out
        before = {row["run_id"]: row for row in pull.world.verdicts()}
        pull.land()
        after = {row["run_id"]: row for row in pull.world.verdicts()}
        for pair in document["rejudged"]:
            run_id = pair["after"]["run_id"]
            assert (pair["before"], pair["after"]) == (before[run_id], after[run_id])
        assert set(runs) == {run_id for run_id in after if after[run_id] != before[run_id]}

    def test_a_retraction_beside_a_row(self, pull: Pull) -> None:
        pull.commit({"ledger/home/retractions/better.yaml": retraction("better")})
        pull.row()
        assert passed(pull)["rows"][0]["incumbent_before"] == "again"

    def test_changed_rules_get_a_report(self, pull: Pull) -> None:
        pull.commit({LANE_FILE: lane_text(decision={"delta_min": 0.05})})
        document = passed(pull)
        assert (document["rows"], document["findings"]) == ([], [])
        assert "better" in str(document["rules"]["home"])

    def test_changed_rules_change_no_verdict_that_has_landed(self, pull: Pull) -> None:
        before = pull.world.verdicts()
        pull.commit({LANE_FILE: lane_text(decision={"delta_min": 0.05})})
        pull.land()
        assert pull.world.verdicts() == before

    def test_code(self, pull: Pull) -> None:
        pull.commit(
            {"homegolf_git/x.py": "x = 1\n", "README.md": "x\n", ".gitattributes": "* text\n"}
        )
        assert passed(pull)["findings"] == []

    def test_a_pin_of_what_every_score_of_the_incumbent_states(self, pull: Pull) -> None:
        """The mode was open at first; the incumbent and its fresh seeds were scored in one."""
        pull.commit({LANE_FILE: lane_text(contract={"evaluation_modes": ["full"]})})
        assert passed(pull)["findings"] == []

    def test_a_stricter_contract(self, pull: Pull) -> None:
        contract = {"train_seconds_max": 300, "requires": ["score_receipt"]}
        pull.commit({LANE_FILE: lane_text(contract=contract)})
        assert passed(pull)["findings"] == []

    def test_the_metric_of_a_lane_without_a_row(self, pull: Pull) -> None:
        metric = {"name": "accuracy", "unit": "share", "direction": "maximize", "decimals": 2}
        pull.commit({"ledger/h100/lane.yaml": lane_text("h100", metric=metric)})
        assert passed(pull)["findings"] == []
        pull.land()
        pull.world.lane("h100", metric=metric)
        pull.world.record("first", lane="h100", metric="accuracy", scores={1: 0.7})
        assert pull.world.incumbent("h100") == "first"
        assert pull.world.homegolf("verify").code == 0

    def test_code_in_several_commits(self, pull: Pull) -> None:
        """Each adds to the same file, one adds a line that the next one takes out, none is undone."""
        for text in ("a\n", "a\nb\nc\n", "a\nb\n"):
            pull.commit({"homegolf_git/x.py": text, ".github/workflows/new.yml": text})
        assert passed(pull)["findings"] == []

    def test_a_picture_that_is_replaced(self, pull: Pull) -> None:
        for size in (1 << 20, 2 << 20):
            pull.commit({"docs/picture.png": b"x" * size})
        assert passed(pull)["findings"] == []

    def test_rules_in_several_commits(self, pull: Pull) -> None:
        for bar in (0.05, 0.04):
            pull.commit({LANE_FILE: lane_text(decision={"delta_min": bar})})
        assert passed(pull)["findings"] == []

    def test_code_that_main_has_meanwhile(self, pull: Pull) -> None:
        """The same commit is on main; main is merged, and a rebase would leave the commit out."""
        fork = pull.main
        theirs = pull.commit({"fix.py": "x\n"})
        pull.land()
        mine = pull.commit({"fix.py": "x\n"}, onto=[fork])
        pull.commit({}, "Merge main", onto=[theirs, mine])
        assert passed(pull)["findings"] == []

    def test_a_new_lane(self, pull: Pull) -> None:
        pull.commit({"ledger/new/lane.yaml": lane_text("new")})
        assert passed(pull)["findings"] == []


class TestTwoAgainstOneIncumbent:
    """Two pull requests are green against the same incumbent; the second is judged again."""

    @pytest.mark.parametrize(
        ("scores", "expected"),
        [((1.1601, 1.1599, 1.1600), "noise"), (BRANCH_SCORES, "regression"), ((1.1501, 1.1499, 1.1500), "improvement")],
    )  # fmt: skip
    def test_the_second(self, pull: Pull, scores: tuple[float, ...], expected: str) -> None:
        place, text = pull.world.place("second", scores)
        first = pull.row("first1", BEST)
        second = pull.commit({place: text}, onto=[pull.main])
        rows = {}
        for tip in (first, second):
            pull.point(tip)
            (row,) = passed(pull)["rows"]
            assert (row["class"], row["incumbent_before"]) == ("improvement", "better")
            rows[tip] = row
        pull.point(first)
        pull.land()
        pull.point(second)
        (row,) = passed(pull)["rows"]
        assert (row["class"], row["incumbent_before"]) == (expected, "first1")
        assert row["delta"] < rows[second]["delta"]

    def test_the_same_run_twice(self, pull: Pull) -> None:
        pull.row()
        pull.land()
        pull.point(pull.world.git("rev-parse", "main~1"))
        pull.row()
        assert pull.codes() == {"duplicate_run_id"}


class TestShape:
    """The names that outside checks read (section 11)."""

    def test_check(self, pull: Pull) -> None:
        pull.row(evaluation={"mode": "half"})
        document = pull.answer()
        assert document["api"] == "homegolf/report/v1"
        assert {"ok", "findings", "rows", "plateau"} <= set(document)
        (finding,) = document["findings"]
        assert set(finding) == {"code", "severity", "path", "line", "message", "fix"}
        (row,) = document["rows"]
        assert {
            "run_id", "order", "class", "reason", "reasons", "flags", "delta", "incumbent_before",
            "incumbent_after", "attribution", "stats", "sentence",
        } <= set(row)  # fmt: skip
        assert set(document["plateau"]["home"]) == {"before", "after"}
        for state in document["plateau"]["home"].values():
            assert {"state", "reasons", "p_upper", "n", "unresolved", "cleared", "needed", "sentence"} <= set(state)  # fmt: skip

    def test_stats(self, pull: Pull) -> None:
        pull.row()
        stats = pull.answer()["rows"][0]["stats"]
        assert {
            "D", "se", "df", "t", "p_better", "p_worse", "alpha", "ucb95", "lcb95", "sigma", "nu", "basis",
            "n_incumbent", "n_challenger", "seeds_needed", "k", "look",
        } <= set(stats)  # fmt: skip

    def test_the_global_option_gives_the_same(self, pull: Pull) -> None:
        pull.row()
        ran = pull.world.homegolf("--json", "check", "--base", "main", "--head", "pull")
        assert ran.json() == pull.answer()

    def test_findings_name_file_and_line(self, pull: Pull) -> None:
        place, text = pull.world.place("eve1", BEST)
        pull.commit({place: text + "notes: &a x\n"})
        (finding,) = pull.answer(code=1)["findings"]
        line = text.count("\n") + 1
        assert (finding["path"], finding["line"]) == (place, line)
        assert f"::error file={place},line={line},title=alias::" in pull.check("github").out
        assert f"{place}:{line}" in pull.check("markdown").out

    def test_ten_annotations_and_how_many_more(self, pull: Pull) -> None:
        pull.commit({f"ledger/home/runs/2026-03/X{n}.yaml": "x" for n in range(30)})
        ran = pull.check("github")
        lines = [line for line in ran.out.splitlines() if line.startswith("::")]
        assert [line.split(" ")[0] for line in lines] == ["::error"] * 10 + ["::notice"]
        assert "20 more" in lines[-1]
        assert errors(pull.check()) == {"bad_path"}

    def test_the_worst_comes_first(self, pull: Pull) -> None:
        for number in range(12):
            pull.row(f"eve{number}", evaluation={"mode": "half"}, config={"model.knob": number})
        pull.commit({"ledger/home/runs/2026-03/X.yaml": "x"})
        assert pull.check("github").out.startswith("::error file=ledger/home/runs/2026-03/X.yaml")

    def test_a_page_is_never_too_long_for_a_forge(self, pull: Pull) -> None:
        pull.commit({f"ledger/home/runs/2026-03/{'X' * 3000}{n}.yaml": "x" for n in range(60)})
        assert len(pull.check("markdown").out) <= 60_000


def test_rows_of_both_lanes_in_one_pull_request(pull: Pull) -> None:
    pull.world.lane("h100")
    pull.main = pull.world.head
    pull.point(pull.main)
    pull.row("eve1", BETTER)
    pull.row("eve2", lane="h100")
    document = passed(pull)
    assert [row["lane"] for row in document["rows"]] == ["home", "h100"]
    assert set(document["plateau"]) == {"home", "h100"}


def test_the_first_row_of_a_ledger(world: World) -> None:
    opened = Pull(world, Objects(world.repo / ".git"), world.head, world.head)
    opened.row()
    assert outcomes(passed(opened)) == {"eve1": "improvement/baseline"}
