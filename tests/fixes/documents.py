"""Rows on their way in whose facts, names or receipts do not hold."""

import json
from typing import Any

from tests.build import Document, failure
from tests.e2e.world import BASE, BEST, BETTER, WORSE, World, lane_text
from tests.fixes.scene import follow, found, gone, situation
from tests.hostile.ground import PRECISE

HIGH = (1.3001, 1.2999, 1.3000)


def tried(world: World, code: str, *, says: str, good: Document, options: tuple[str, ...] = (), first: tuple[str, ...] = (), **bad: Any) -> None:  # noqa: ANN401 # fmt: skip
    """A row with `bad` facts gives the code, and with `good` ones in their place it lands."""
    bad = {"run_id": "eve1", "scores": WORSE, **bad}
    good = {**bad, **good}
    found(world, code, "record", *first, str(world.row(**bad)), says=says)
    world.count -= 1
    gone(world, code, "record", str(world.row(**good)), *options)


def remarked(world: World, code: str, *, good: Document, **bad: Any) -> None:  # noqa: ANN401
    """The same of what keeps no row out."""
    tried(world, code, good=good, first=("--dry-run",), **bad)


# --- a row in its place


@situation("wrong_place")
def a_file_by_another_name(world: World) -> None:
    row = world.row("eve1", BASE)
    other = row.rename(row.with_name("eve2.yaml"))
    found(
        world, "wrong_place", "record", str(other), "--dry-run", says="rename the file to eve1.yaml"
    )
    gone(world, "wrong_place", "record", str(other.rename(row)))


@situation("bad_pattern")
def a_pattern_that_could_take_for_ever(world: World) -> None:
    world.lane(capture={"patterns": {"val_bpb": "^(?:val|bpb)+: ([0-9.]+)$"}})
    found(world, "bad_pattern", "verify", says="'^val_bpb: +([0-9.]+)$'")
    world.lane(capture={"patterns": {"val_bpb": "^val_bpb: +([0-9.]+)$"}})
    left = [item["severity"] for item in world.answer("verify")["findings"]]
    assert left == ["note"]  # of the file before


@situation("wrong_place")
def a_lane_in_another_folder(world: World) -> None:
    world.commit("Add", {"ledger/new/lane.yaml": lane_text("other")})
    found(world, "wrong_place", "verify", says="`lane`")
    world.commit("Mend", {"ledger/new/lane.yaml": lane_text("new")})
    assert world.answer("verify")["ok"]
    assert world.outcomes("new") == {}


@situation("unknown_lane")
def a_lane_that_is_not_there(world: World) -> None:
    tried(world, "unknown_lane", says="name an existing lane", lane="moon", good={"lane": "home"})


@situation("unknown_lane")
def a_lane_that_is_added_first(world: World) -> None:
    row = str(world.row("eve1", BASE, lane="moon"))
    found(world, "unknown_lane", "record", row, says="add its lane.yaml first")
    world.lane("moon")
    gone(world, "unknown_lane", "record", row)


@situation("unknown_lane")
def a_ladder_that_names_no_lane(world: World) -> None:
    world.commit("Ladder", {"ledger/ladder.yaml": "schema: homegolf/ladder/v1\nlanes: [home, h100, moon]\n"})  # fmt: skip
    found(world, "unknown_lane", "verify", says="add its lane.yaml")
    world.lane("moon")
    gone(world, "unknown_lane", "verify")


@situation("bad_lane")
def rules_that_cannot_be_read(world: World) -> None:
    bad = lane_text("moon").replace("delta_min", "delta_mim")
    world.commit("Add", {"ledger/moon/lane.yaml": bad})
    row = str(world.row("eve1", BASE, lane="moon"))
    item = found(world, "bad_lane", "record", row, says="correct its lane.yaml")
    assert "delta_mim" in world.homegolf("verify").err
    assert "`homegolf verify`" in item["fix"]
    world.lane("moon")
    gone(world, "bad_lane", "record", row)


@situation("duplicate_run_id")
def an_id_that_is_taken(world: World) -> None:
    world.record("eve1", BASE)
    row = world.row("eve1", BETTER, lane="h100")
    found(world, "duplicate_run_id", "record", str(row), says="another id")
    gone(world, "duplicate_run_id", "record", str(world.row("eve2", BETTER, lane="h100")))


@situation("different_content")
def a_row_that_landed_otherwise(world: World) -> None:
    world.record("eve1", BASE)
    world.count -= 1
    row = world.row("eve1", BETTER)
    found(world, "different_content", "record", str(row), says="retract it and record")
    words = ("--reason", "typo", "--evidence", "log", "--by", "me")
    gone(world, "different_content", "retract", "eve1", *words)
    gone(world, "different_content", "record", str(world.row("eve2", BETTER)))


@situation("unknown_run")
def a_run_that_it_settles(world: World) -> None:
    world.record("oom1", ())
    tried(world, "unknown_run", says="landed before", resolves=["nobody"], good={"resolves": ["oom1"]})  # fmt: skip


@situation("unknown_run")
def its_own_base(world: World) -> None:
    tried(world, "unknown_run", says="or null", base="eve1", good={"base": None})


@situation("not_blocked")
def a_run_that_needs_no_settling(world: World) -> None:
    world.record("fine", BASE)
    world.record("oom1", ())
    tried(world, "not_blocked", says="only blocked runs", resolves=["fine"], good={"resolves": ["oom1"]})  # fmt: skip


def trainer(world: World) -> World:
    """A trainer's repository with two commits that differ by one file."""
    there = World(world.root, world.root / "trainer", world.home)
    there.repo.mkdir()
    there.git("init", "--quiet", "--initial-branch=main")
    there.commit("One", {"model/a.py": "1\n"})
    there.commit("Two", {"model/b.py": "2\n"})
    return there


def of(there: World, name: str, paths: list[str] | None = None) -> Document:
    return {"source": {"revision": there.git("rev-parse", name), "dirty": False, "changed_paths": paths}}  # fmt: skip


@situation("wrong_paths")
def paths_of_another_change(world: World) -> None:
    there = trainer(world)
    source = ("--source", str(there.repo))
    world.record("base", BASE, **of(there, "HEAD~", []))
    row = world.row("eve1", BETTER, base="base", **of(there, "HEAD", ["else.py"]))
    found(world, "wrong_paths", "record", str(row), *source, says="leave changed_paths null")
    row = world.row("eve1", BETTER, base="base", **of(there, "HEAD"))
    gone(world, "wrong_paths", "record", str(row), *source)


@situation("unknown_paths")
def paths_of_no_base(world: World) -> None:
    there = trainer(world)
    source = ("--source", str(there.repo))
    world.record("base", BASE, **of(there, "HEAD~", []))
    row = world.row("eve1", BETTER, **of(there, "HEAD"))
    found(world, "unknown_paths", "record", str(row), *source, "--dry-run", says="name a base that landed")  # fmt: skip
    row = world.row("eve1", BETTER, base="base", **of(there, "HEAD"))
    gone(world, "unknown_paths", "record", str(row), *source)


# --- receipts


def reported(world: World, run_id: str, *seeds: tuple[int, float], **facts: Any) -> str:  # noqa: ANN401
    """A row file with a receipt for each seed."""
    listed = world.reports(*seeds, run_id=run_id)
    return str(world.row(run_id, dict(seeds), receipts=listed, **facts))


@situation("missing_receipt")
def a_receipt_in_another_folder(world: World) -> None:
    row = reported(world, "eve1", (1, 1.2))
    (world.root / "inbox" / "receipts").rename(world.root / "reports")
    found(world, "missing_receipt", "record", row, says="or give --receipts")
    gone(world, "missing_receipt", "record", row, "--receipts", str(world.root / "reports"))


@situation("receipt_digest")
def a_receipt_that_was_changed(world: World) -> None:
    row = reported(world, "eve1", (1, 1.2))
    path = world.root / "inbox/receipts/eve1/seed-1.json"
    whole = path.read_bytes()
    path.write_bytes(whole + b"\n")
    found(world, "receipt_digest", "record", row, says="find the right file")
    path.write_bytes(whole)
    gone(world, "receipt_digest", "record", row)


@situation("receipt_too_large")
def a_receipt_with_a_log(world: World) -> None:
    data = json.dumps({"seed": 1, "final": {"val_bpb": 1.2}, "log": "x" * 300_000}).encode()
    big = [world.receipt("eve1", "r.json", data)]
    found(world, "receipt_too_large", "record", str(world.row("eve1", receipts=big)), says="the rest as artifact")  # fmt: skip
    small = [world.receipt("eve1", "r.json", b'{"seed": 1, "final": {"val_bpb": 1.2}}')]
    log = [{"role": "log", "uri": "s3://bucket/log"}]
    gone(world, "receipt_too_large", "record", str(world.row("eve1", receipts=small, artifacts=log)))  # fmt: skip


@situation("unreadable_receipt")
def a_receipt_of_another_kind(world: World) -> None:
    data = b'{"val_bpb": 1.2}'
    bad = [world.receipt("eve1", "r.json", data)]
    found(world, "unreadable_receipt", "record", str(world.row("eve1", receipts=bad)), says="correct the kind")  # fmt: skip
    good = [world.receipt("eve1", "r.json", data, kind="parameter-golf-submission")]
    gone(world, "unreadable_receipt", "record", str(world.row("eve1", receipts=good)))


@situation("unreadable_receipt")
def a_report_that_the_lane_does_not_map(world: World) -> None:
    report = world.root / "report.json"
    report.write_text('{"s": 1, "score": 1.2}')
    words = ("record", "--receipt", str(report), "--lane", "home", "--run-id", "eve1", "--mode",
             "full", "--submitter", "me", "--summary", "x", "--finished-at", "2026-03-01T10:00:00Z", "--budget", "600")  # fmt: skip
    found(world, "unreadable_receipt", *words, says="map its fields in lane.yaml")
    world.lane(receipts={"mine": {"seed": "/s", "val_bpb": "/score"}})
    gone(world, "unreadable_receipt", *words, "--set", "model.knob=1")


@situation("partly_read")
def a_mean_that_names_no_seed(world: World) -> None:
    kind = "parameter-golf-submission"
    bad = [world.receipt("eve1", "r.json", b'{"val_bpb": 1.2, "n_seeds": 3}', kind=kind)]
    found(world, "partly_read", "record", "--dry-run", str(world.row("eve1", receipts=bad)), says="each seed's score")  # fmt: skip
    data = b'{"val_bpb": 1.2, "seeds": {"1": {"val_bpb": 1.2}}}'
    good = [world.receipt("eve1", "r.json", data, kind=kind)]
    gone(world, "partly_read", "record", str(world.row("eve1", receipts=good)))


@situation("receipts_disagree")
def reports_of_two_configs(world: World) -> None:
    words = ["record", "--lane", "home", "--mode", "full", "--submitter", "me", "--summary", "x", "--budget", "600",
             "--finished-at", "2026-03-01T10:00:00Z"]  # fmt: skip
    given = []
    for seed in (1, 2):
        report = {
            "schema": "homegolf/trainer-report/v1",
            "seed": seed,
            "val_bpb": 1.2,
            "config": {"model.knob": seed},
        }
        path = world.root / f"report-{seed}.json"
        path.write_text(json.dumps(report))
        given += ["--receipt", str(path)]
    found(
        world, "receipts_disagree", *words, "--run-id", "eve1", *given, says="a row for each config"
    )
    gone(world, "receipts_disagree", *words, "--run-id", "eve1", *given[:2])
    gone(world, "receipts_disagree", *words, "--run-id", "eve2", *given[2:])


@situation("bad_receipt_path")
def a_report_by_an_odd_name(world: World) -> None:
    report = world.root / "my report.json"
    report.write_text('{"seed": 1, "final": {"val_bpb": 1.2}}')
    words = ("--lane", "home", "--run-id", "eve1", "--mode", "full", "--submitter", "me", "--summary", "x", "--set",
             "model.knob=1", "--finished-at", "2026-03-01T10:00:00Z", "--budget", "600")  # fmt: skip
    found(world, "bad_receipt_path", "record", "--receipt", str(report), *words, says="rename the file")  # fmt: skip
    report = report.rename(world.root / "my-report.json")
    gone(world, "bad_receipt_path", "record", "--receipt", str(report), *words)


@situation("unknown_receipt_kind")
def a_kind_that_nobody_reads(world: World) -> None:
    listed = [world.receipt("eve1", "r.json", b'{"s": 1, "score": 1.2}', kind="mine")]
    row = str(world.row("eve1", receipts=listed))
    found(world, "unknown_receipt_kind", "record", "--dry-run", row, says="map it in lane.yaml")
    world.lane(receipts={"mine": {"seed": "/s", "val_bpb": "/score"}})
    gone(world, "unknown_receipt_kind", "record", row)


@situation("receipt_duplicate_key")
def a_receipt_that_says_two_things(world: World) -> None:
    bad = [world.receipt("eve1", "r.json", b'{"seed": 1, "seed": 2, "final": {"val_bpb": 1.2}}')]
    found(world, "receipt_duplicate_key", "record", str(world.row("eve1", receipts=bad)), says="regenerate")  # fmt: skip
    good = [world.receipt("eve1", "r.json", b'{"seed": 1, "final": {"val_bpb": 1.2}}')]
    gone(world, "receipt_duplicate_key", "record", str(world.row("eve1", receipts=good)))


@situation("receipt_mismatch")
def another_number_than_the_receipt(world: World) -> None:
    listed = world.reports((1, 1.3), run_id="eve1")
    tried(world, "receipt_mismatch", says="copy what the receipt says", scores={1: 1.2}, receipts=listed,
          good={"scores": {1: 1.3}})  # fmt: skip


@situation("receipt_reused")
def the_receipt_of_another_run(world: World) -> None:
    listed = world.reports((1, 1.2), run_id="base")
    world.record("base", {1: 1.2}, receipts=listed)
    world.receipt("eve1", "seed-1.json", (world.root / "inbox/receipts/base/seed-1.json").read_bytes())  # fmt: skip
    row = world.row("eve1", {1: 1.2}, receipts=listed)
    found(world, "receipt_reused", "record", str(row), says="its own receipt")
    gone(world, "receipt_reused", "record", reported(world, "eve1", (1, 1.3)))


# --- remarks and breaches


@situation("artifact_reused")
def the_model_of_another_run(world: World) -> None:
    model = {"role": "model", "sha256": "ab" * 32}
    world.record("base", BASE, artifacts=[model])
    tried(world, "artifact_reused", says="the file this run produced", artifacts=[model],
          good={"artifacts": [{**model, "sha256": "cd" * 32}]})  # fmt: skip


@situation("copied_scores")
def the_scores_of_another_run(world: World) -> None:
    world.record("base", PRECISE)
    tried(world, "copied_scores", says="this run's own scores", scores=PRECISE, good={"scores": WORSE})  # fmt: skip


@situation("empty_config")
def no_config(world: World) -> None:
    tried(world, "empty_config", says="--set KEY=VALUE", config={}, good={"config": {"model.a": 1}})
    tried(world, "empty_config", says="--allow-empty-config", run_id="eve2", config={}, good={}, options=("--allow-empty-config",))  # fmt: skip


@situation("failure_differs")
def a_failure_that_the_log_does_not_show(world: World) -> None:
    listed = [world.receipt("eve1", "log.txt", b"step 3\nCUDA out of memory\n", kind="log")]

    def row(kind: str) -> str:
        outcome = failure(kind, "train")
        return str(world.row("eve1", (), outcome=outcome, receipts=listed))

    found(world, "failure_differs", "record", "--dry-run", row("crash"), says="state the kind")
    gone(world, "failure_differs", "record", row("oom"))


@situation("unrelated_resolves")
def a_run_that_settles_another_idea(world: World) -> None:
    world.record("base", BASE, config={"model.knob": 1})
    world.record("oom1", (), base="base", config={"model.knob": 1, "model.wide": 7})
    remarked(world, "unrelated_resolves", says="take the run out", base="base", resolves=["oom1"],
          config={"model.knob": 1, "model.tiny": 7}, good={"resolves": []})  # fmt: skip
    again = {"config": {"model.knob": 1, "model.wide": 6}}
    remarked(world, "unrelated_resolves", says="tries again", run_id="eve2", base="base", resolves=["oom1"],
          config={"model.knob": 1, "model.low": 7}, good=again)  # fmt: skip


@situation("other_attribution")
def a_throwaway_base(world: World) -> None:
    world.record("base", BASE, config={"model.knob": 1})
    world.record("throw", WORSE, base="base", config={"model.knob": 1, "system.x": 7})
    remarked(world, "other_attribution", says="name the incumbent as base", base="throw",
          scores=(1.2201, 1.2199), config={"model.knob": 2, "system.x": 7}, good={"base": "base"})  # fmt: skip


@situation("renamed_keys")
def other_names_for_the_same_values(world: World) -> None:
    world.record("base", BASE, config={"model.lr": 0.0317})
    remarked(world, "renamed_keys", says="the names that the earlier run has", config={"system.lr": 0.0317},
          good={"config": {"model.lr": 0.0317}, "scores": {9: 1.2}})  # fmt: skip


@situation("near_copy")
def hardly_another_config(world: World) -> None:
    world.record("base", BASE, config={"model.lr": 0.0317})
    remarked(world, "near_copy", says="then it is a replicate", config={"model.lr": 0.0318},
          good={"config": {"model.lr": 0.0317}, "scores": {9: 1.2}})  # fmt: skip


@situation("seeds_kept_back")
def most_seeds_unreported(world: World) -> None:
    world.record("base", {1: 1.2}, seeds_run=4)
    shown = dict(enumerate((1.21, 1.2101, 1.2099, 1.21), start=1))
    remarked(world, "seeds_kept_back", says="a result for each", scores={1: 1.21}, seeds_run=4,
          good={"scores": shown})  # fmt: skip


@situation("seed_in_config")
def the_seed_in_the_config(world: World) -> None:
    row = world.row("eve1", {7: 1.2}, config={"model.knob": 1, "seed": 7})
    found(world, "seed_in_config", "record", "--dry-run", str(row), says="take the key out")
    gone(world, "seed_in_config", "record", str(world.row("eve1", {7: 1.2}, config={"model.knob": 1})))  # fmt: skip


@situation("other_bytes")
def other_bytes_on_the_same_split(world: World) -> None:
    world.record("base", BASE, extra={"evaluated_tokens": 1000, "evaluated_bytes": 4000})
    row = world.row("eve1", WORSE, extra={"evaluated_tokens": 1000, "evaluated_bytes": 4100})
    found(world, "other_bytes", "record", "--dry-run", str(row), says="score the same bytes")
    world.lane(contract={"evaluated_bytes": 4000})
    gone(world, "meaning_changed", "verify")
    row = world.row("eve1", WORSE, extra={"evaluated_tokens": 1000, "evaluated_bytes": 4000})
    gone(world, "other_bytes", "record", str(row))


@situation("self_scored")
def a_score_of_the_training_process(world: World) -> None:
    world.lane(contract={"frozen_paths": ["eval/**"]})
    row = world.row("eve1", BASE)
    found(world, "self_scored", "record", "--dry-run", str(row), says="in evaluation.scorer")
    scorer = {"revision": "abcdef1", "command": "python eval/score.py model.bin"}
    row = world.row("eve1", BASE, evaluation={"mode": "full", "scorer": scorer})
    gone(world, "self_scored", "record", str(row))


@situation("replicate_differs")
def a_replicate_that_is_none(world: World) -> None:
    world.record("base", BASE)
    config = {"model.knob": "base"}
    row = world.row("eve1", {11: 1.3, 12: 1.3001}, config=config)
    found(world, "replicate_differs", "record", "--dry-run", str(row), says="state it in config")
    row = world.row("eve1", {11: 1.3, 12: 1.3001}, config={**config, "system.gpu": "other"})
    gone(world, "replicate_differs", "record", str(row))


@situation("duplicate_seed")
def a_seed_with_two_scores(world: World) -> None:
    world.record("base", {1: 1.2})
    config = {"model.knob": "base"}
    tried(world, "duplicate_seed", says="report each seed once", scores={1: 1.19}, config=config, good={"scores": {2: 1.19}})  # fmt: skip


@situation("duplicate_seed")
def a_rerun_of_a_seed(world: World) -> None:
    """In a lane that takes repeats, or takes them from now on."""
    world.record("base", {1: 1.2})
    rerun: Document = {"run_id": "eve1", "config": {"model.knob": "base"}, "seeds_run": 1}
    again: Document = {
        "results": [{"seed": 1, "repeat": 1, "val_bpb": 1.2001, "evaluated_tokens": 1000}]
    }
    row = str(world.row(**rerun, **again))
    found(world, "duplicate_seed", "record", row, says="declares `repeats: one` or `count`")
    world.lane(decision={"repeats": "one"})
    tried(world, "duplicate_seed", says="its own `repeat: 1`", scores={1: 1.2001}, **rerun, good=again)  # fmt: skip


@situation("duplicate_seed")
def a_repeat_that_is_given_twice(world: World) -> None:
    world.lane(decision={"repeats": "count"})
    results = [
        {"seed": 1, "repeat": repeat, "val_bpb": 1.2 + repeat / 1e4, "evaluated_tokens": 1000}
        for repeat in range(3)
    ]
    twice = [*results[:2], {**results[2], "repeat": 1}]
    facts: Document = {"seeds_planned": 3, "seeds_run": 3}
    tried(world, "duplicate_seed", says="(2, 3, ...)", results=twice, **facts, good={"results": results})  # fmt: skip


def one_seed(world: World) -> None:
    """A lane that counts the repeats of a seed, with a score of seed 7."""
    world.lane(decision={"repeats": "count"})
    world.record("base", {7: 1.2})


@situation("second_seed")
def another_seed_by_mistake(world: World) -> None:
    one_seed(world)
    tried(world, "second_seed", says="the seed of the other scores", scores={8: 1.19}, good={"scores": {7: 1.19}})  # fmt: skip


@situation("second_seed")
def another_seed_that_is_meant(world: World) -> None:
    one_seed(world)
    tried(world, "second_seed", says="--new-seed", scores={8: 1.19}, good={}, options=("--new-seed",))  # fmt: skip
    gone(world, "second_seed", "record", str(world.row("eve2", {9: 1.19})))


@situation("undisclosed_seeds")
def more_seeds_than_it_says(world: World) -> None:
    tried(world, "undisclosed_seeds", says="`seeds_run`", scores=WORSE, seeds_run=2, good={"seeds_run": 3})  # fmt: skip


@situation("breaks_contract")
def too_long(world: World) -> None:
    long = {"evaluated_tokens": 1000, "train_seconds": 700.0}
    row = str(world.row("eve1", BASE, extra=long))
    found(world, "breaks_contract", "record", row, says="land it all the same")
    assert world.outcomes() == {"eve1": "invalid/over_time"}
    row = str(world.row("eve2", BASE, extra={**long, "train_seconds": 600.0}))
    gone(world, "breaks_contract", "record", row)


@situation("in_the_way")
def a_file_in_the_way(world: World) -> None:
    row = world.row("eve1", BASE)
    path = world.write("ledger/home/runs/2026-03/eve1.yaml", "mine\n")
    found(world, "in_the_way", "record", str(row), says="move it, or remove it")
    path.unlink()
    gone(world, "in_the_way", "record", str(row))


@situation("no_file")
def no_such_file(world: World) -> None:
    found(world, "no_file", "record", "nothing.yaml", says="existing file")
    gone(world, "no_file", "record", str(world.row("eve1", BASE)))


@situation("symlink")
def a_link_to_a_file(world: World) -> None:
    row = world.row("eve1", BASE)
    link = world.root / "eve1.yaml"
    link.symlink_to(row)
    found(world, "symlink", "record", str(link), says="the file itself")
    gone(world, "symlink", "record", str(link.resolve()))


@situation("stored_differently")
def a_rule_that_changes_bytes(world: World) -> None:
    world.commit("Attributes", {".gitattributes": "*.yaml filter=note\n"})
    world.git("config", "filter.note.clean", "sed s/someone/somebody/")
    row = str(world.row("eve1", BASE))
    item = found(world, "stored_differently", "record", row, says="at the end of .gitattributes")
    line = item["fix"].split("`")[1]
    world.commit("Mend", {".gitattributes": f"*.yaml filter=note\n{line}\n"})
    gone(world, "stored_differently", "record", row)


# --- what was typed


@situation("missing_option")
def a_report_without_the_score(world: World) -> None:
    report = world.root / "report.json"
    report.write_text('{"schema": "homegolf/trainer-report/v1", "steps": 3}')
    words = ("--receipt", str(report), "--lane", "home", "--set", "model.knob=1")
    found(world, "missing_option", "record", *words, says="--failure KIND and --stage STAGE")
    gone(world, "missing_option", "record", *words, "--failure", "crash", "--stage", "score")


@situation("unstated")
def facts_that_nobody_states(world: World) -> None:
    report = world.root / "report.json"
    report.write_text('{"schema": "homegolf/trainer-report/v1", "val_bpb": 1.2}')
    words = ["draft", "--receipt", str(report), "--lane", "home", "--set", "model.knob=1"]
    item = found(world, "unstated", *words, says="give the options")
    values = {"--mode": "full", "--split": "val", "--revision": "a" * 40, "--budget": "600"}
    for option, value in values.items():
        if option in item["message"]:
            words += [option, value]
    gone(world, "unstated", *words)


@situation("usage")
def an_option_that_is_not_there(world: World) -> None:
    found(world, "usage", "status", "--nothing", says="--help")
    assert world.homegolf("status", "--help").code == 0
    gone(world, "usage", "status")


@situation("usage")
def a_lane_of_several(world: World) -> None:
    item = found(world, "usage", "plateau", says="give --lane")
    assert "home" in item["message"]
    gone(world, "usage", "plateau", "--lane", "home")


@situation("no_such_run")
def a_run_that_is_not_there(world: World) -> None:
    world.record("base", BASE)
    item = found(world, "no_such_run", "explain", "zzzzzzzz", says="`homegolf log`")
    follow(world, item)
    assert "base" in world.homegolf("log").out
    gone(world, "no_such_run", "explain", "base")
    found(world, "no_such_run", "explain", "bose", says="did you mean base?")


@situation("no_such_lane")
def a_lane_that_is_nowhere(world: World) -> None:
    found(world, "no_such_lane", "plateau", "--lane", "moon", says="lanes: home, h100")
    found(world, "no_such_lane", "plateau", "--lane", "hame", says="did you mean home?")
    gone(world, "no_such_lane", "plateau", "--lane", "home")


@situation("no_promotion_rule")
def a_lane_that_takes_none(world: World) -> None:
    confirmed(world)
    words = ("promote", "better", "--to", "h100")
    found(world, "no_promotion_rule", *words, says="set needs_promotion_from and promotion")
    above(world)
    gone(world, "no_promotion_rule", *words)


@situation("wrong_lane")
def a_run_of_another_lane(world: World) -> None:
    confirmed(world)
    world.record("theirs", BEST, lane="h100")
    above(world)
    found(world, "wrong_lane", "promote", "theirs", "--to", "h100", says="needs_promotion_from names")  # fmt: skip
    gone(world, "wrong_lane", "promote", "better", "--to", "h100")


@situation("no_promotion")
def a_row_that_needs_a_promotion(world: World) -> None:
    confirmed(world)
    above(world)
    facts = {"lane": "h100", "config": {"model.knob": "better"}}
    row = world.row("upstream", BEST, **facts)
    item = found(world, "no_promotion", "record", str(row), says="`homegolf promote")
    follow(world, item, only="homegolf promote", filled={"RUN": "better", "LANE": "h100"})
    row = world.row("upstream", BEST, promotion="promotions/h100/0001", **facts)
    gone(world, "no_promotion", "record", str(row))


@situation("unproven_promotion")
def a_text_as_the_only_receipt(world: World) -> None:
    confirmed(world)
    above(world)
    words = ("promote", "--dry-run", "--to", "h100")
    item = found(
        world, "unproven_promotion", *words, "better", says="record a replicate with a report"
    )
    assert item["message"].endswith("none of which states train_tokens, hardware")
    report = {
        "schema": "homegolf/trainer-report/v1", "seed": 21, "val_bpb": 1.18, "train_tokens": 10**9,
        "hardware": [{"device": "NVIDIA GeForce RTX 4080", "count": 1}],
    }  # fmt: skip
    listed = [world.receipt("proved", "r.json", json.dumps(report).encode(), kind="trainer-report")]
    numbers = {"evaluated_tokens": 1000, "train_seconds": 590.0, "artifact_bytes": 15_000_000}
    world.record("proved", {21: 1.18}, extra=numbers, receipts=listed, base="base",
                 config={"model.knob": "better"}, artifacts=[{"role": "model", "sha256": "5a" * 32}])  # fmt: skip
    gone(world, "unproven_promotion", *words, "proved")


def confirmed(world: World) -> None:
    """An incumbent of home that may go up."""
    numbers = {"evaluated_tokens": 1000, "train_seconds": 590.0, "artifact_bytes": 15_000_000}
    world.record("base", BASE, extra=numbers)
    for name, scores in (
        ("better", dict(enumerate(BETTER, 1))),
        ("again", {11: 1.18, 12: 1.1801, 13: 1.1799}),
    ):
        listed = world.reports(*scores.items(), run_id=name)
        world.record(name, scores, extra=numbers, receipts=listed, config={"model.knob": "better"},
                     base="base", artifacts=[{"role": "model", "sha256": f"{world.count:064x}"}])  # fmt: skip


def above(world: World) -> None:
    """The lane h100 takes promoted runs alone."""
    world.lane("h100", needs_promotion_from="home", promotion={"max_in_flight": 1, "min_gain": 0.0, "gating_blockers": []})  # fmt: skip


@situation("stale_scoreboard")
def a_scoreboard_that_is_behind(world: World) -> None:
    world.record("base", BASE)
    follow(world, found(world, "stale_scoreboard", "scoreboard", "--check"))
    gone(world, "stale_scoreboard", "scoreboard", "--check")
