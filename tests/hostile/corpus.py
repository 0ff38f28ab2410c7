"""The corpus: each case makes a branch, and names the codes with which the gate must refuse it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.build import Document
from tests.e2e.world import BEST, BETTER, ladder_text, lane_text, row_document, row_text
from tests.hostile.ground import LANE_FILE, MODEL, PRECISE, RECEIPT, RETRACTION, ROW
from tests.hostile.objects import EXECUTABLE, FILE, FOLDER, LINK, SUBMODULE, Entry
from tests.hostile.pulls import Content, Pull, listed, report

Make = Callable[[Pull], object]


@dataclass(frozen=True, slots=True)
class Case:
    """A hostile branch: how it is made, the codes it must get, and those it may get beside them."""

    make: Make
    codes: frozenset[str]
    may: frozenset[str] = frozenset()


CORPUS: dict[str, Case] = {}


def hostile(*codes: str, may: tuple[str, ...] = ()) -> Callable[[Make], Make]:
    """Take a case into the corpus under its function's name."""

    def take(make: Make) -> Make:
        CORPUS[make.__name__] = Case(make, frozenset(codes), frozenset(may))
        return make

    return take


def several(code: str, cases: dict[str, Make]) -> None:
    """Take cases of one kind into the corpus."""
    for name, make in cases.items():
        CORPUS[f"{code}: {name}"] = Case(make, frozenset([code]))


def text_of(pull: Pull, path: str) -> str:
    return pull.world.git("show", f"main:{path}") + "\n"


def entry_of(pull: Pull, path: str) -> Entry:
    return Entry(FILE, pull.world.git("rev-parse", f"main:{path}"))


def odd_row(text: str | bytes, run_id: str = "eve1") -> Make:
    """A row whose file is this, in the place where it would belong."""
    return lambda pull: pull.commit({f"ledger/home/runs/2026-03/{run_id}.yaml": text})


def with_facts(**facts: Any) -> Make:  # noqa: ANN401 - JSON values
    """A row with these facts."""
    return lambda pull: pull.row(**facts)


def committing(files: Mapping[str, Content]) -> Make:
    """One commit with these files."""
    return lambda pull: pull.commit(files)


# --- what has landed stays as it is


@hostile("row_edited")
def edited_row(pull: Pull) -> None:
    pull.commit({ROW: text_of(pull, ROW).replace("1.180117", "1.080117")})


@hostile("row_edited")
def edited_row_by_a_space(pull: Pull) -> None:
    pull.commit({ROW: text_of(pull, ROW) + " "})


@hostile("row_deleted")
def deleted_row(pull: Pull) -> None:
    pull.commit({ROW: None})


@hostile("row_deleted", "wrong_place", "duplicate_run_id")
def row_renamed_to_another_month(pull: Pull) -> None:
    pull.commit({ROW: None, ROW.replace("2026-03", "2026-02"): text_of(pull, ROW)})


@hostile("row_deleted", "wrong_place")
def row_renamed_to_another_id(pull: Pull) -> None:
    pull.commit({ROW: None, ROW.replace("better", "other1"): text_of(pull, ROW)})


@hostile("row_deleted", "wrong_place", "duplicate_run_id")
def row_moved_to_another_lane(pull: Pull) -> None:
    pull.commit({ROW: None, ROW.replace("home", "h100"): text_of(pull, ROW)})


@hostile("row_deleted", "bad_path")
def row_in_another_case(pull: Pull) -> None:
    pull.commit({ROW: None, ROW.replace("better", "Better"): text_of(pull, ROW)})


@hostile("bad_path")
def row_beside_itself_in_another_case(pull: Pull) -> None:
    pull.commit({ROW.replace("better.yaml", "better.YAML"): text_of(pull, ROW)})


@hostile("row_edited")
def landed_row_made_executable(pull: Pull) -> None:
    pull.commit({ROW: Entry(EXECUTABLE, entry_of(pull, ROW).oid)})


@hostile("row_edited")
def landed_row_made_a_symlink(pull: Pull) -> None:
    pull.commit({ROW: pull.blob("../../../../README.md", LINK)})


@hostile("row_edited")
def landed_row_made_a_submodule(pull: Pull) -> None:
    pull.commit({ROW: Entry(SUBMODULE, pull.main)})


@hostile("row_deleted", "bad_path")
def landed_row_made_a_folder(pull: Pull) -> None:
    pull.commit({ROW: Entry(FOLDER, pull.objects.tree({b"x": entry_of(pull, ROW)}))})


@hostile("row_deleted", "bad_path")
def all_rows_hidden_behind_a_symlink(pull: Pull) -> None:
    pull.commit({"ledger/home/runs": pull.blob("../h100/runs", LINK)})


@hostile("row_deleted", may=("bad_path", "lane_deleted", "unknown_lane", "generated_touched",
                             "receipt_edited", "retraction_edited", "mixed_change"))  # fmt: skip
def whole_ledger_made_a_submodule(pull: Pull) -> None:
    pull.commit({"ledger": Entry(SUBMODULE, pull.main)})


@hostile("row_deleted", "taken_back", "mixed_change", may=("merge_changes",))
def row_dropped_by_a_merge(pull: Pull) -> None:
    """The branch says that it took main's side, and did not."""
    side = pull.commit({"notes.txt": "x"})
    pull.point(pull.main)
    tree = pull.objects.tree_of(pull.main)
    gone = pull.objects.grow(tree, {tuple(ROW.encode().split(b"/")): None})
    pull.point(pull.objects.commit(gone, [pull.main, side], b"Merge main"))


@hostile("changed_again")
def landed_row_edited_and_put_back(pull: Pull) -> None:
    text = text_of(pull, ROW)
    pull.commit({ROW: text.replace("1.180117", "1.080117")})
    pull.commit({ROW: text})


@hostile("receipt_edited")
def edited_receipt(pull: Pull) -> None:
    pull.commit({RECEIPT: report(1, 1.08)})


@hostile("receipt_edited")
def deleted_receipt(pull: Pull) -> None:
    pull.commit({RECEIPT: None})


@hostile("unlisted_receipt")
def receipt_added_to_a_landed_row(pull: Pull) -> None:
    pull.commit({RECEIPT.replace("seed-1", "seed-9"): report(9, 1.08)})


@hostile("retraction_edited")
def edited_retraction(pull: Pull) -> None:
    pull.commit({RETRACTION: text_of(pull, RETRACTION).replace("wrong split", "nothing")})


@hostile("retraction_edited")
def deleted_retraction(pull: Pull) -> None:
    pull.commit({RETRACTION: None})


@hostile("retraction_edited")
def retraction_of_what_is_retracted(pull: Pull) -> None:
    pull.commit({RETRACTION: retraction("gone", reason="once more")})


def rewritten(path: str) -> Make:
    """A generated file changed by hand."""
    return lambda pull: pull.commit({path: "better by far\n"})


several("generated_touched", {path: rewritten(f"ledger/{path}") for path in (
    "SCOREBOARD.md", "home/SCOREBOARD.md", "home/scoreboard.json", "home/progress.svg",
    "home/verdicts/2026-03.jsonl", "home/verdicts/2031-01.jsonl", "home/months/2026-03.md",
    "home/months/2031-01-2.md",
)})  # fmt: skip


@hostile("generated_touched", may=("mixed_change",))
def row_with_its_own_scoreboard(pull: Pull) -> None:
    pull.row(also={"ledger/home/SCOREBOARD.md": "eve1 is the best\n"})


# --- a row and something else


@hostile("mixed_change", "meaning_changed")
def row_and_its_lane(pull: Pull) -> None:
    contract = {"evaluated_tokens": None}
    pull.row(also={LANE_FILE: lane_text(contract=contract)})


@hostile("mixed_change")
def row_and_its_lane_in_two_commits(pull: Pull) -> None:
    pull.commit({LANE_FILE: lane_text(decision={"delta_min": 0.0001})})
    pull.row()


@hostile("mixed_change", "unknown_field")
def row_and_the_schema_that_admits_it(pull: Pull) -> None:
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}
    pull.row(verdict="improvement", also={"schemas/run-v1.schema.json": json.dumps(schema)})


@hostile("mixed_change", "unknown_lane")
def row_and_a_lane_of_its_own(pull: Pull) -> None:
    pull.row(lane="mine", also={"ledger/mine/lane.yaml": lane_text("mine")})


@hostile("mixed_change")
def row_and_the_lane_that_needs_no_promotion(pull: Pull) -> None:
    pull.row(also={"ledger/h100/lane.yaml": lane_text("h100")})


@hostile("mixed_change")
def retraction_and_the_ladder(pull: Pull) -> None:
    pull.commit({"ledger/home/retractions/better.yaml": retraction("better"),
                 "ledger/ladder.yaml": ladder_text("h100", "home")})  # fmt: skip


@hostile("mixed_change")
def row_and_the_program(pull: Pull) -> None:
    program = "import pathlib\npathlib.Path('canary').touch()\n"
    pull.row(also={
        "homegolf_git/__init__.py": program, "homegolf_git/__main__.py": program, "sitecustomize.py": program,
        "pyproject.toml": "[project]\nname = 'homegolf-git'\nversion = '99'\n[project.scripts]\nhomegolf = 'x:y'\n",
    })  # fmt: skip


def with_file(path: str, text: str = "x\n") -> Make:
    return lambda pull: pull.row(also={path: text})


several("mixed_change", {
    "workflow": with_file(".github/workflows/check.yml", "on: pull_request_target\n"),
    "action": with_file("action.yml"),
    "attributes": with_file(".gitattributes", "* filter=trap diff=trap merge=trap\n"),
    "attributes in the ledger's parent": with_file("LEDGER.gitattributes"),
    "submodules": with_file(".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% canary\n'),
    "hooks": with_file(".githooks/pre-commit", "#!/bin/sh\ntouch canary\n"),
    "owners": with_file(".github/CODEOWNERS", "* @eve\n"),
    "ignore": with_file(".gitignore", "ledger/\n"),
})  # fmt: skip
several("stray_file", {
    path: committing({f"ledger/{path}": "* filter=trap\n"})
    for path in (".gitattributes", "home/.gitattributes", "home/.gitmodules", "README.md", "home/Lane.yaml",
                 "Ladder.yaml", "home/scoreboard.md", "home/verdicts/latest.jsonl", ".git/config")
})  # fmt: skip


# --- rows in the wrong place, and of the wrong kind

several("wrong_place", {
    "lane": lambda pull: pull.row(lane="h100", path="ledger/home/runs/2026-03/eve1.yaml", message="x"),
    "month": lambda pull: pull.row(path="ledger/home/runs/2026-02/eve1.yaml"),
    "name": lambda pull: pull.row(path="ledger/home/runs/2026-03/eve2.yaml", message="x"),
})  # fmt: skip


@hostile("unknown_lane")
def row_on_no_lane(pull: Pull) -> None:
    pull.row(lane="nowhere")


@hostile("duplicate_run_id", may=("no_promotion",))
def id_that_has_landed_on_another_lane(pull: Pull) -> None:
    pull.row("better", lane="h100", promotion="promotions/h100/0001")


@hostile("duplicate_run_id", may=("no_promotion",))
def one_id_twice_in_a_pull_request(pull: Pull) -> None:
    pull.row("eve1")
    pull.row("eve1", lane="h100", config={"model.knob": 2})


def as_kind(make: Callable[[Pull], Entry]) -> Make:
    return lambda pull: pull.commit({"ledger/home/runs/2026-03/eve1.yaml": make(pull)})


several("not_a_file", {
    "symlink to a row": as_kind(lambda pull: pull.blob("better.yaml", LINK)),
    "symlink out of the tree": as_kind(lambda pull: pull.blob("/etc/passwd", LINK)),
    "submodule": as_kind(lambda pull: Entry(SUBMODULE, pull.main)),
    "submodule of a commit that is not here": as_kind(lambda _: Entry(SUBMODULE, "1" * 40)),
    "executable": as_kind(lambda pull: pull.blob(row_text(row_document("eve1", BEST)), EXECUTABLE)),
    "retraction as a symlink": lambda pull: pull.commit(
        {"ledger/home/retractions/better.yaml": pull.blob("gone.yaml", LINK)}),
    "lane as a symlink": lambda pull: pull.commit({LANE_FILE: pull.blob("../h100/lane.yaml", LINK)}),
})  # fmt: skip


@hostile("not_a_file", may=("missing_receipt",))
def receipt_that_is_a_symlink(pull: Pull) -> None:
    pull.row(receipts={"r.json": report(1, BEST[0])},
             also={"ledger/home/receipts/eve1/r2.json": pull.blob("/etc/passwd", LINK)})  # fmt: skip


@hostile("bad_path")
def folder_named_like_a_row(pull: Pull) -> None:
    inner = pull.objects.tree({b"x.yaml": pull.blob(row_text(row_document("eve1", BEST)))})
    pull.commit({"ledger/home/runs/2026-03/eve1.yaml": Entry(FOLDER, inner)})


@hostile("bad_path")
def submodule_named_like_a_receipts_folder(pull: Pull) -> None:
    pull.row(also={"ledger/home/receipts/eve1": Entry(SUBMODULE, pull.main)})


@hostile(may=("yaml_syntax", "not_utf8", "not_a_mapping", "not_a_file"))
def tree_that_says_it_is_a_file(pull: Pull) -> None:
    pull.commit(
        {"ledger/home/runs/2026-03/eve1.yaml": Entry(FILE, pull.objects.tree_of(pull.main))}
    )


@hostile(
    may=("yaml_syntax", "not_utf8", "not_a_mapping", "not_a_file", "missing_field", "wrong_type")
)
def commit_that_says_it_is_a_file(pull: Pull) -> None:
    pull.commit({"ledger/home/runs/2026-03/eve1.yaml": Entry(FILE, pull.main)})


# --- path tricks


def at(path: str) -> Make:
    return lambda pull: pull.commit({path: row_text(row_document("eve1", BEST))})


RUNS = "ledger/home/runs"
several("bad_path", {ascii(path)[:60]: at(path) for path in (
    f"{RUNS}/2026-03/../../../home/runs/2026-03/eve1.yaml", f"{RUNS}/2026-03/./eve1.yaml", f"{RUNS}/../lane.yaml",
    f"{RUNS}/2026-03/.git/config", f"{RUNS}/2026-03/.GIT/hooks/pre-commit", f"{RUNS}/2026-03/git~1/config",
    f"{RUNS}/2026-03/.g\u200cit/config", f"{RUNS}/2026-03/eve1.yaml.", f"{RUNS}/2026-03/eve1.yaml ",
    f"{RUNS}/2026-03 /eve1.yaml", f"{RUNS}/2026-03./eve1.yaml", f"{RUNS}/2026-03/eve1.yaml::$DATA",
    f"{RUNS}/2026-03/\u0435ve1.yaml", f"{RUNS}/2026-03/eve1\uff0eyaml", f"{RUNS}/2026\u201003/eve1.yaml",
    f"{RUNS}/\u0662026-03/eve1.yaml", f"{RUNS}/2026-03/" + "e" * 81 + ".yaml", f"{RUNS}/2026-03/" + "e" * 5000 + ".yaml",
    f"{RUNS}/2026-03/eve1\n.yaml", f"{RUNS}/2026-03/eve1.yaml\n", f"{RUNS}/2026-03/eve\t1.yaml",
    f"{RUNS}/2026-03/\x1b[31meve1.yaml", f"{RUNS}/2026-03/\u202elmay.1eve", f"{RUNS}/2026-03/eve1\x7f.yaml",
    f"{RUNS}/2026-03/-rf.yaml", f"{RUNS}/2026-03/--output=x.yaml", f"{RUNS}/-03/eve1.yaml",
    f"{RUNS}/2026-03/e\\ve1.yaml", f"{RUNS}/2026-03/\udcff\udcfe1.yaml", f"{RUNS}/2026-03/$(touch canary).yaml",
    f"{RUNS}/2026-13/eve1.yaml", f"{RUNS}/2026-3/eve1.yaml", f"{RUNS}/eve1.yaml", f"{RUNS}/2026-03/eve1.yml",
    f"{RUNS}/2026-03/EVE1.yaml", f"{RUNS}/2026-03/ev.yaml", "ledger/home/Runs/2026-03/eve1.yaml",
    "ledger/home/RUNS/2026-03/eve1.yaml", "ledger/Home/runs/2026-03/eve1.yaml", "ledger/-home/runs/2026-03/eve1.yaml",
    "ledger/home/Receipts/better/x.json", "ledger/home/receipts/Better/seed-1.json",
    "ledger/home/receipts/better/../better/seed-1.json", "ledger/home/receipts/better/.seed-1.json",
    "ledger/home/receipts/better/-x.json", "ledger/home/receipts/better/a/b/c/d/e.json",
    "ledger/home/Retractions/better.yaml", "ledger/home/retractions/Better.yaml",
    "Ledger/home/runs/2026-03/eve1.yaml", "LEDGER/home/receipts/better/seed-1.json",
)})  # fmt: skip


# --- commits


@hostile("several_rows")
def two_rows_in_a_commit(pull: Pull) -> None:
    one, other = pull.world.place("eve1", BEST), pull.world.place("eve2", BETTER)
    pull.commit(dict([one, other]))


@hostile("merge_changes")
def row_of_a_merge_commit(pull: Pull) -> None:
    side = pull.commit({}, "One side")
    other = pull.commit({}, "The other", onto=[pull.main])
    place, text = pull.world.place("eve1", BEST)
    pull.commit({place: text}, onto=[other, side])


@hostile("merge_changes")
def row_changed_by_a_merge_commit(pull: Pull) -> None:
    place, text = pull.world.place("eve1", BETTER)
    first = pull.commit({place: text})
    side = pull.commit({}, onto=[pull.main])
    pull.commit({place: text.replace("1.1801", "1.0801")}, onto=[first, side])


@hostile("merge_changes")
def row_of_an_octopus(pull: Pull) -> None:
    sides = [pull.commit({}, f"Side {n}", onto=[pull.main]) for n in range(3)]
    place, text = pull.world.place("eve1", BEST)
    pull.commit({place: text}, onto=sides)


@hostile("changed_again")
def row_changed_again(pull: Pull) -> None:
    place, text = pull.world.place("eve1", BETTER)
    pull.commit({place: text})
    pull.commit({place: text.replace("1.1801", "1.0801")})


@hostile("changed_again")
def row_taken_back_and_put_in_again(pull: Pull) -> None:
    place, text = pull.world.place("eve1", BETTER)
    pull.commit({place: text})
    pull.commit({place: None})
    pull.commit({place: text})


@hostile("changed_again")
def receipt_changed_again(pull: Pull) -> None:
    data = report(1, BEST[0])
    pull.row(receipts={"r.json": data}, also={"ledger/home/receipts/eve1/x.json": "{}"})
    pull.commit({"ledger/home/receipts/eve1/x.json": None})


@hostile("changed_again")
def row_of_two_branches_that_a_merge_chose_from(pull: Pull) -> None:
    place, text = pull.world.place("eve1", BETTER)
    one = pull.commit({place: text})
    other = pull.commit({place: text.replace("1.1801", "1.0801")}, onto=[pull.main])
    pull.commit({}, onto=[other, one])


several("bad_message", {
    repr(message): with_facts(message=message)
    for message in (b"run\0hidden", b"a\x1b[2Jb", b"a\rb", b"a\x08b", b"\xc2\x9b31m", b"\x7f")
})  # fmt: skip

several("trailer_mismatch", {
    said: with_facts(message=f"run(home): eve1\n\n{said}\n")
    for said in ("Homegolf-Run: better", "Homegolf-Lane: h100", "Homegolf-Row-Sha256: " + "0" * 64, "Homegolf-Run:",
                 "Homegolf-Run: eve1\nHomegolf-Run: better", "homegolf-run: better", "HOMEGOLF-LANE:h100")
})  # fmt: skip


@hostile("order_conflict")
def rows_against_the_clock(pull: Pull) -> None:
    pull.row("eve1", finished_at="2026-03-20T10:00:00Z")
    pull.row("eve2", BETTER, finished_at="2026-03-20T09:59:59.999999Z")


several("in_the_future", {
    when: with_facts(finished_at=when)
    for when in ("2999-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z")
})  # fmt: skip


@hostile("in_the_future")
def future_row_in_a_commit_of_the_future(pull: Pull) -> None:
    place, text = pull.world.place("eve1", BEST, finished_at="2999-01-01T00:00:00Z")
    pull.commit({place: text}, when=32_503_680_000)


@hostile("bad_time")
def day_that_does_not_exist(pull: Pull) -> None:
    pull.row(finished_at="2026-02-30T00:00:00Z")


@hostile("too_many_changes")
def six_thousand_files(pull: Pull) -> None:
    pull.commit({f"ledger/home/receipts/eve1/r{n}.json": "{}" for n in range(6000)})


@hostile("too_many_changes")
def thousands_of_commits(pull: Pull) -> None:
    pull.row()
    tree = pull.objects.tree_of(pull.tip)
    tip = pull.tip
    for n in range(3000):
        tip = pull.objects.commit(tree, [tip], b"%d" % n)
    pull.point(tip)


# --- changed and changed back: a rebase lands every commit

LOOSE = lane_text(decision={"delta_min": 0.0001, "sigma0": 0.0001})
LADDER_FILE = "ledger/ladder.yaml"
SCHEMA_FILE = "schemas/run-v1.schema.json"
WORKFLOW = ".github/workflows/check.yml"


def there_and_back(path: str, content: Content) -> Make:
    """A file changed in one commit and changed back in the next."""

    def make(pull: Pull) -> None:
        tree = pull.objects.tree_of(pull.main)
        pull.commit({path: content})
        pull.point(pull.objects.commit(tree, [pull.tip], b"Restore"))

    return make


def side_and_merge(pull: Pull, files: Mapping[str, Content]) -> None:
    """A side branch with these files, whose merge takes the other side alone."""
    side = pull.commit(files, "Side")
    ours = pull.commit({}, "Ours", onto=[pull.main])
    pull.point(pull.objects.commit(pull.objects.tree_of(ours), [ours, side], b"Merge"))


@hostile("taken_back", "mixed_change")
def row_between_rules_and_their_restoring(pull: Pull) -> None:
    """Net it is one row that is noise; landed commit by commit it becomes the incumbent."""
    pull.commit({LANE_FILE: LOOSE})
    pull.row(scores=[round(score - 0.001, 6) for score in PRECISE])
    pull.commit({LANE_FILE: text_of(pull, LANE_FILE)})


@hostile("taken_back", "mixed_change")
def row_between_rules_that_side_branches_change(pull: Pull) -> None:
    """Each merge looks like one commit; the rules are changed on one side and back on another."""
    main = pull.main
    pull.commit({LANE_FILE: LOOSE}, "Loosen")
    loose = pull.commit({}, "Merge", onto=[pull.tip, pull.commit({}, "x", onto=[main])])
    pull.point(loose)
    row = pull.row()
    tight = pull.commit({LANE_FILE: text_of(pull, LANE_FILE)}, onto=[loose])
    place = "ledger/home/runs/2026-03/eve1.yaml"
    entry = Entry(FILE, pull.world.git("rev-parse", f"{row}:{place}"))
    pull.commit({place: entry}, "Merge", onto=[tight, row])


@hostile("taken_back", "mixed_change")
def row_beside_rules_that_a_merge_leaves_out(pull: Pull) -> None:
    side_and_merge(pull, {LANE_FILE: LOOSE})
    pull.row()


@hostile("taken_back", "mixed_change", may=("merge_changes",))
def row_between_rules_that_a_merge_restores_itself(pull: Pull) -> None:
    loose = pull.commit({LANE_FILE: LOOSE})
    side = pull.commit({}, "Side", onto=[loose])
    pull.point(loose)
    row = pull.row()
    pull.commit({LANE_FILE: text_of(pull, LANE_FILE)}, "Merge", onto=[row, side])


@hostile("taken_back", "mixed_change")
def row_with_a_program_that_is_gone_again(pull: Pull) -> None:
    pull.row(also={"homegolf_git/__init__.py": "x\n"})
    pull.commit({"homegolf_git/__init__.py": None})


@hostile("changed_again", "mixed_change")
def row_taken_back_beside_other_rules(pull: Pull) -> None:
    pull.row()
    pull.commit({"ledger/home/runs/2026-03/eve1.yaml": None, LANE_FILE: LOOSE})


@hostile("taken_back")
def row_that_a_merge_leaves_out(pull: Pull) -> None:
    side_and_merge(pull, dict([pull.world.place("eve1", BEST)]))


@hostile("taken_back")
def landed_row_edited_where_a_merge_leaves_it_out(pull: Pull) -> None:
    side_and_merge(pull, {ROW: text_of(pull, ROW).replace("1.180117", "1.080117")})


@hostile("changed_again")
def retraction_taken_back(pull: Pull) -> None:
    path = "ledger/home/retractions/better.yaml"
    pull.commit({path: retraction("better")})
    pull.commit({path: None})


@hostile("changed_again")
def row_renamed_and_renamed_back(pull: Pull) -> None:
    pull.commit({ROW: None, ROW.replace("better", "other1"): entry_of(pull, ROW)})
    pull.commit({ROW.replace("better", "other1"): None, ROW: entry_of(pull, ROW)})


@hostile("changed_again")
def landed_row_made_executable_and_plain_again(pull: Pull) -> None:
    pull.commit({ROW: Entry(EXECUTABLE, entry_of(pull, ROW).oid)})
    pull.commit({ROW: entry_of(pull, ROW)})


@hostile("taken_back")
def lane_renamed_and_renamed_back(pull: Pull) -> None:
    pull.commit({LANE_FILE: None, "ledger/home2/lane.yaml": entry_of(pull, LANE_FILE)})
    pull.commit({"ledger/home2/lane.yaml": None, LANE_FILE: entry_of(pull, LANE_FILE)})


@hostile("taken_back")
def folder_in_the_place_of_a_file_and_back(pull: Pull) -> None:
    inner = pull.objects.tree({b"x.yaml": pull.blob("x")})
    tree = pull.objects.tree_of(pull.main)
    pull.commit({LADDER_FILE: Entry(FOLDER, inner)})
    pull.point(pull.objects.commit(tree, [pull.tip], b"Restore"))


several("taken_back", {
    "lane": there_and_back(LANE_FILE, LOOSE),
    "lane that cannot be read": there_and_back(LANE_FILE, "["),
    "new lane": there_and_back("ledger/mine/lane.yaml", lane_text("mine")),
    "deleted lane": there_and_back("ledger/h100/lane.yaml", None),
    "ladder": there_and_back(LADDER_FILE, ladder_text("h100", "home")),
    "schema": there_and_back(SCHEMA_FILE, "{}"),
    "workflow": there_and_back(WORKFLOW, "on: pull_request_target\n"),
    "code": there_and_back("homegolf_git/__init__.py", "x\n"),
    "large file": there_and_back("model.bin", b" " * (30 << 20)),
    "generated file": there_and_back("ledger/home/SCOREBOARD.md", "eve\n"),
    "deleted generated file": there_and_back("ledger/SCOREBOARD.md", None),
    "stray file": there_and_back("ledger/home/notes.md", "x\n"),
    "bad path": there_and_back("ledger/home/runs/2026-03/Eve.yaml", "x\n"),
    "submodule": there_and_back("vendor", Entry(SUBMODULE, "1" * 40)),
    "link": there_and_back(LANE_FILE, Entry(LINK, "1" * 40)),
    "path of no UTF-8": there_and_back("\udcff\udcfe", "x\n"),
    "path with a tab and a line feed": there_and_back("a\tb\nc", "x\n"),
    "mode": lambda pull: there_and_back(
        LANE_FILE, Entry(EXECUTABLE, entry_of(pull, LANE_FILE).oid))(pull),
    "several times": lambda pull: [there_and_back(f"code{n}.py", "x\n")(pull) for n in range(3)],
})  # fmt: skip


@hostile("changed_again", "receipt_too_large")
def receipt_of_30_mib_that_is_small_in_the_end(pull: Pull) -> None:
    path, data = "ledger/home/receipts/eve1/r.json", report(1, BEST[0])
    place, text = pull.world.place("eve1", BEST, receipts=[listed("r.json", data)])
    pull.commit({place: text, path: b" " * (30 << 20)})
    pull.commit({path: data})


@hostile("taken_back")
def large_file_that_is_small_in_the_end(pull: Pull) -> None:
    pull.commit({"model.bin": b" " * (30 << 20)})
    pull.commit({"model.bin": "x"})


@hostile("too_large")
def lane_of_30_mib_that_is_small_in_the_end(pull: Pull) -> None:
    pull.commit({LANE_FILE: b" " * (30 << 20)})
    pull.commit({LANE_FILE: lane_text(title="Small")})


@hostile("missing_receipt")
def receipt_committed_behind_its_row(pull: Pull) -> None:
    """Squashed it proves the row; landed commit by commit the row has no proof."""
    data = report(1, BEST[0])
    place, text = pull.world.place("eve1", BEST, receipts=[listed("r.json", data)])
    pull.commit({place: text})
    pull.commit({"ledger/home/receipts/eve1/r.json": data})


@hostile("too_many_changes")
def thousands_of_files_that_are_gone_again(pull: Pull) -> None:
    tree = pull.objects.tree_of(pull.main)
    pull.commit({f"junk/{n}": "x" for n in range(6000)})
    pull.point(pull.objects.commit(tree, [pull.tip], b"Clean"))


@hostile("too_many_changes")
def a_file_in_turns_at_thousands_of_places(pull: Pull) -> None:
    """Few commits and few files, and yet more changes than anybody reads."""
    one, other = pull.blob("1"), pull.blob("2")
    trees = [
        pull.objects.grow(
            pull.objects.tree_of(pull.main),
            {(b"junk",): Entry(FOLDER, pull.objects.tree({b"%d" % n: entry for n in range(4000)}))},
        )
        for entry in (one, other)
    ]
    for number in range(20):
        pull.point(pull.objects.commit(trees[number % 2], [pull.tip], b"x"))


# --- receipts, artifacts and scores


@hostile("receipt_mismatch")
def receipt_that_contradicts_the_row(pull: Pull) -> None:
    pull.row(receipts={"r.json": report(1, 1.2)})


@hostile("receipt_reused", may=("copied_scores",))
def receipt_of_another_run(pull: Pull) -> None:
    data = text_of(pull, RECEIPT).rstrip("\n").encode()
    pull.row(scores=(PRECISE[0], 1.17, 1.16), receipts={"r.json": data})


@hostile("receipt_reused")
def receipt_of_another_run_in_the_same_pull_request(pull: Pull) -> None:
    data = report(1, BEST[0])
    pull.row("eve1", receipts={"r.json": data})
    pull.row("eve2", receipts={"r.json": data}, config={"model.knob": 2})


@hostile("artifact_reused")
def model_of_another_run(pull: Pull) -> None:
    pull.row(artifacts=[{"role": "model", "sha256": MODEL}])


@hostile("unlisted_receipt")
def file_that_the_row_does_not_list(pull: Pull) -> None:
    pull.row(also={"ledger/home/receipts/eve1/more.json": "{}"})


@hostile("unlisted_receipt")
def receipts_without_their_row(pull: Pull) -> None:
    pull.commit({"ledger/home/receipts/eve1/more.json": "{}"})


@hostile("receipt_duplicate_key", may=("unreadable_receipt",))
def receipt_that_says_two_things(pull: Pull) -> None:
    pull.row(receipts={"r.json": b'{"seed": 1, "final": {"val_bpb": 1.1601}, "seed": 2}'})


@hostile("receipt_duplicate_key", may=("unreadable_receipt",))
def receipt_of_no_known_kind_that_says_two_things(pull: Pull) -> None:
    data = b'{"a": {"b": 1, "b": 2}}'
    place, text = pull.world.place("eve1", BEST, receipts=[listed("r.json", data, "other-kind")])
    pull.commit({place: text, "ledger/home/receipts/eve1/r.json": data})


@hostile("receipt_digest")
def receipt_that_is_another_file(pull: Pull) -> None:
    place, text = pull.world.place("eve1", BEST, receipts=[listed("r.json", report(1, BEST[0]))])
    pull.commit({place: text, "ledger/home/receipts/eve1/r.json": report(1, 1.2)})


@hostile("missing_receipt")
def receipt_that_is_not_there(pull: Pull) -> None:
    place, text = pull.world.place("eve1", BEST, receipts=[listed("r.json", b"{}")])
    pull.commit({place: text})


@hostile("bad_format")
def receipt_elsewhere(pull: Pull) -> None:
    place, text = pull.world.place(
        "eve1", BEST, receipts=[listed("../better/seed-1.json", report(1, BEST[0]))]
    )
    pull.commit({place: text})


@hostile("receipt_too_large", may=("missing_receipt",))
def receipt_of_300_kib(pull: Pull) -> None:
    pull.row(receipts={"r.json": report(1, BEST[0], log="x" * 300 * 1024)})


@hostile("receipt_too_large")
def receipts_that_are_large_together(pull: Pull) -> None:
    pull.row(
        receipts={f"r{n}.json": report(1, BEST[0], log="x" * 250 * 1024, n=n) for n in range(5)}
    )


several("unreadable_receipt", {
    repr(data[:30]): with_facts(receipts={"r.json": data})
    for data in (b"[" * 100_000, b'{"a":' * 50_000, b"{" * 100_000, b'{"seed": 1, "final": {"val_bpb": NaN}}', b"\xff", b"",
                 b"9" * 5000, b'{"seed": ' + b"1" * 5000 + b"}")
})  # fmt: skip


@hostile("copied_scores")
def scores_of_the_incumbent(pull: Pull) -> None:
    pull.row(scores=PRECISE)


@hostile("copied_scores")
def scores_of_the_incumbent_under_other_seeds(pull: Pull) -> None:
    pull.row(scores={31: PRECISE[2], 32: PRECISE[0], 33: PRECISE[1]})


@hostile("undisclosed_seeds")
def seeds_that_are_not_counted(pull: Pull) -> None:
    pull.row(seeds_run=2)


@hostile("undisclosed_seeds")
def seed_that_only_a_receipt_shows(pull: Pull) -> None:
    pull.row(receipts={"r.json": report(9, 1.25)})


@hostile("duplicate_seed")
def seed_given_twice(pull: Pull) -> None:
    pull.row(results=[{"seed": 1, "val_bpb": score, "evaluated_tokens": 1000} for score in (1.16, 1.15)],
             seeds_run=2)  # fmt: skip


@hostile("duplicate_seed")
def seed_of_the_incumbent_with_a_better_score(pull: Pull) -> None:
    pull.row(scores=(1.15,), config={"model.knob": "better"})


several("no_promotion", {
    "none": lambda pull: pull.row(lane="h100"),
    "one that is not there": lambda pull: pull.row(lane="h100", promotion="promotions/h100/0001"),
    "an incumbent's tag by a promotion's name": lambda pull: pull.row(lane="h100", promotion="promotions/home/0001"),
    "a failed run": lambda pull: pull.row(scores=(), lane="h100"),
})  # fmt: skip
several("unknown_run", {
    "resolves what never was": with_facts(resolves=["nobody"]),
    "is its own base": with_facts(base="eve1"),
})  # fmt: skip
several("not_blocked", {"resolves what is not blocked": with_facts(resolves=["better"])})


# --- documents


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
PLAIN = row_text(row_document("eve1", BEST))


def field(name: str, text: str) -> str:
    """A good row with one field as this text."""
    lines = [
        f"{name}: {text}" if line.startswith(f"{name}:") else line for line in PLAIN.splitlines()
    ]
    return "\n".join(lines) + "\n"


# What stands in the row's place, the code it must get, and those it may get beside it.
TEXTS: dict[str, tuple[str | bytes, str]] = {
    "a bomb of aliases": (PLAIN + "notes: &x z\n" + BOMB, "alias unknown_field"),
    "a merge key": (field("config", "{<<: &x {a: 1}}"), "ambiguous_scalar alias"),
    "100,000 deep": (field("config", "[" * 100_000), "too_large"),
    "60,000 deep": (field("config", "[" * 60_000), "too_deep"),
    "60,000 mappings deep": (field("config", "{a: " * 15_000), "too_deep"),
    "60,000 questions": ("? " * 30_000, "too_deep"),
    "64 KiB and a byte": (PLAIN + "#" * (65_537 - len(PLAIN)), "too_large"),
    "300 KiB": (PLAIN + "#" * 300_000, "too_large"),
    "a key twice": (PLAIN + "seeds_run: 3\n", "duplicate_key"),
    "python's tag": (field("submitter", "!!python/object/apply:os.system ['touch canary']"), "explicit_tag wrong_type"),
    "a directive": ("%YAML 1.1\n---\n" + PLAIN, "directive"),
    "two documents": (PLAIN + "---\n" + PLAIN, "several_documents"),
    "carriage returns": (PLAIN.replace("\n", "\r\n"), "carriage_return"),
    "a byte order mark": ("\ufeff" + PLAIN, "byte_order_mark"),
    "no UTF-8": (PLAIN.encode() + b"notes: \xff\n", "not_utf8"),
    "NUL": (PLAIN + "notes: \0\n", "yaml_syntax"),
    "an escape sequence": (PLAIN + "notes: \x1b[2J\n", "yaml_syntax"),
    "a hidden line": (PLAIN + "notes: x\u2028y\n", "line_separator yaml_syntax"),
    "nothing": ("", "not_a_mapping"),
    "a score that is no number": (PLAIN.replace("1.1601", ".nan"), "not_finite wrong_type"),
    "an infinite score": (PLAIN.replace("1.1601", "-.inf"), "not_finite wrong_type out_of_range"),
    "a score of another name": (PLAIN.replace('"val_bpb"', '"val_bpc"'), "unknown_field missing_field"),
    "a class of its own": (PLAIN + "class: improvement\n", "unknown_field"),
    "a delta of its own": (PLAIN + "delta: 0.5\n", "unknown_field"),
    "an id that is an option": (field("run_id", "--output=x"), "bad_format"),
    "an id with a line feed": (field("run_id", '"eve1\\n"'), "bad_format"),
    "a revision that is an option": (field("source", "{revision: '--upload-pack=touch canary'}"), "bad_format"),
    "a revision that is a range": (field("source", "{revision: 'HEAD..main'}"), "bad_format"),
    "a base that is an option": (field("base", "--all"), "bad_format"),
    "a promotion that is a path": (PLAIN + "promotion: promotions/h100/../../heads/main\n", "bad_format"),
    "a lane that is a path": (field("lane", "../home"), "bad_format"),
    "a time with a zone": (field("finished_at", '"2026-03-28T11:06:00+14:00"'), "bad_format"),
    "a number beyond JSON": (field("config", "{a: 9007199254740993}"), "too_precise"),
}  # fmt: skip
for _name, (_text, _codes) in TEXTS.items():
    CORPUS[f"row: {_name}"] = Case(
        odd_row(_text), frozenset(_codes.split()[:1]), frozenset(_codes.split()[1:])
    )


# --- retractions


def retraction(run_id: str, **facts: object) -> str:
    document: Document = {"schema": "homegolf/retraction/v1", "run_id": run_id, "reason": "wrong",
                          "evidence": "none", "by": "eve", **facts}  # fmt: skip
    return row_text(document)


def retracting(name: str, text: str, lane: str = "home") -> Make:
    return lambda pull: pull.commit({f"ledger/{lane}/retractions/{name}.yaml": text})


RETRACTIONS: dict[str, tuple[Make, str]] = {
    "of nobody": (retracting("nobody", retraction("nobody")), "unknown_run"),
    "on another lane": (retracting("better", retraction("better"), "h100"), "unknown_run"),
    "on no lane": (retracting("better", retraction("better"), "nowhere"), "unknown_run"),
    "under another name": (retracting("base", retraction("better")), "wrong_place"),
    "100,000 deep": (retracting("better", "reason: " + "[" * 100_000), "too_large"),
    "60,000 deep": (retracting("better", "reason: " + "[" * 60_000), "too_deep"),
    "a bomb": (retracting("better", retraction("better").replace('reason: "wrong"', "reason: &a wrong")), "alias"),
    "without a reason": (retracting("better", retraction("better").replace('reason: "wrong"\n', "")), "missing_field"),
    "of a row of its own": (
        with_facts(also={"ledger/home/retractions/eve1.yaml": retraction("eve1")}), "unknown_run"),
}  # fmt: skip
for _name, (_make, _code) in RETRACTIONS.items():
    CORPUS[f"retraction: {_name}"] = Case(_make, frozenset([_code]))


# --- rules


RULES: dict[str, tuple[Mapping[str, Content], str]] = {
    "a lane is deleted": ({"ledger/h100/lane.yaml": None}, "lane_deleted"),
    "another metric": ({LANE_FILE: lane_text(metric={"name": "val_loss"})}, "metric_changed"),
    "the metric turned round": ({LANE_FILE: lane_text(metric={"direction": "maximize"})}, "metric_changed"),
    "a lane under another name": ({LANE_FILE: lane_text("h100")}, "wrong_place"),
    "a bomb": ({LANE_FILE: lane_text() + "claim: &a x\n"}, "alias"),
    "60,000 deep": ({LANE_FILE: "contract: " + "[" * 60_000}, "too_deep"),
    "too large": ({LANE_FILE: lane_text() + "#" * 70_000}, "too_large"),
    "an unknown rule": ({LANE_FILE: lane_text(trust="eve")}, "unknown_field"),
    "the ladder is deleted": ({"ledger/ladder.yaml": None}, "unknown_lane"),
    "the ladder says nothing": ({"ledger/ladder.yaml": ladder_text()}, "out_of_range"),
    "other tokens under an incumbent": ({LANE_FILE: lane_text(contract={"evaluated_tokens": 2000})}, "meaning_changed"),
    "any tokens under an incumbent": ({LANE_FILE: lane_text(contract={"evaluated_tokens": None})}, "meaning_changed"),
    "another mode": ({LANE_FILE: lane_text(contract={"evaluation_modes": ["half"]})}, "meaning_changed"),
    "one more mode": ({LANE_FILE: lane_text(contract={"evaluation_modes": ["full", "half"]})}, "meaning_changed"),
    "a data set that nobody stated": ({LANE_FILE: lane_text(contract={"dataset_sha256": MODEL})}, "meaning_changed"),
    "a tokenizer that nobody stated": ({LANE_FILE: lane_text(contract={"tokenizer_sha256": MODEL})}, "meaning_changed"),
    "bytes that nobody stated": ({LANE_FILE: lane_text(contract={"evaluated_bytes": 4000})}, "meaning_changed"),
    "frozen files that nobody stated": ({LANE_FILE: lane_text(contract={"frozen_sha256": MODEL})}, "meaning_changed"),
    "a pattern that takes for ever": ({LANE_FILE: lane_text(capture={"patterns": {"val_bpb": "^(a+)+$"}})}, "bad_pattern"),
    "a report from elsewhere": ({LANE_FILE: lane_text(capture={"reports": ["../../secret.json"]})}, "bad_format"),
    "a metric by the name of a seed": ({"ledger/new/lane.yaml": lane_text("new", metric={"name": "seed"})}, "bad_format"),
    "an age beyond all dates": ({LANE_FILE: lane_text(promotion={"max_revision_age_days": 2**52})}, "unusable_rules"),
    "a new lane with an age beyond all dates": (
        {"ledger/new/lane.yaml": lane_text("new", promotion={"max_revision_age_days": 2**52})}, "unusable_rules"),
}  # fmt: skip
for _name, (_files, _code) in RULES.items():
    CORPUS[f"rules: {_name}"] = Case(committing(_files), frozenset([_code]))


def in_versions(codes: str, *texts: str) -> None:
    """A lane file that is changed several times: each version is tried, for a rebase lands it."""

    def make(pull: Pull) -> None:
        for text in texts:
            pull.commit({LANE_FILE: text})

    CORPUS[f"rules: {codes} in an earlier commit"] = Case(make, frozenset(codes.split()))


TITLED = lane_text(title="Another title")
in_versions("taken_back", LOOSE, TITLED)
in_versions("metric_changed taken_back", lane_text(metric={"direction": "maximize"}), TITLED)
in_versions("meaning_changed", lane_text(contract={"evaluated_tokens": 2000}),
            lane_text(contract={"evaluated_tokens": 1000, "train_seconds_max": 300}))  # fmt: skip
in_versions("unknown_field", lane_text(trust="eve"), TITLED)
in_versions("unusable_rules", lane_text(promotion={"max_revision_age_days": 2**52}), lane_text(promotion={}))  # fmt: skip


@hostile("too_many_changes")
def many_versions_of_a_lane(pull: Pull) -> None:
    for number in range(22):
        pull.commit({LANE_FILE: lane_text(title=f"Title {number}")})


@hostile("out_of_range")
def ladder_that_said_nothing_at_first(pull: Pull) -> None:
    pull.commit({LADDER_FILE: ladder_text()})
    pull.commit({LADDER_FILE: ladder_text("h100", "home")})
