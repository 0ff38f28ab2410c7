"""A row file with a fault, and the file with what its fix says done."""

from typing import Any, NamedTuple

from tests.build import SHA, Document
from tests.e2e.world import BEST, World, row_document, row_text
from tests.fixes.scene import found, gone, situation
from tests.hostile.corpus import PLAIN, field

NOTE = 'notes: "%s"\n'


class Text(NamedTuple):
    """A file before and after, and words of the fix that is followed in between."""

    bad: str | bytes
    says: str
    good: str


def facts(**stated: Any) -> str:  # noqa: ANN401 - JSON values
    """A row with these facts."""
    return row_text(row_document("eve1", BEST, **stated))


def results(**numbers: Any) -> str:  # noqa: ANN401 - JSON values
    """A row with one result that has these numbers as well."""
    whole: Document = {"seed": 1, "val_bpb": 1.16, "evaluated_tokens": 1000, **numbers}
    return facts(results=[whole], seeds_planned=1, seeds_run=1)


def receipts(*paths: str) -> str:
    return facts(receipts=[{"kind": "plain-report", "path": path, "sha256": SHA} for path in paths])


SCORE = results()
TEXTS: dict[str, list[Text]] = {
    "too_large": [Text(PLAIN + NOTE % ("x" * 70_000), "list them as artifacts",
                       facts(artifacts=[{"role": "log", "uri": "file:log.txt"}]))],
    "not_utf8": [Text(PLAIN.encode() + b'notes: "\xe9"\n', "save it as UTF-8", PLAIN + NOTE % "é")],
    "byte_order_mark": [Text("\ufeff" + PLAIN, "without a mark", PLAIN)],
    "carriage_return": [Text(PLAIN.replace("\n", "\r\n"), "line feed only", PLAIN)],
    "line_separator": [Text(PLAIN + NOTE % "x\u2028y", '"\\u2028"', PLAIN + NOTE % "x\\u2028y")],
    "yaml_syntax": [Text(field("config", "{a: [}"), "at this line", field("config", "{a: []}"))],
    "not_a_mapping": [Text("- a\n- b\n", "`field: value`", PLAIN)],
    "ambiguous_scalar": [
        Text(field("config", "{a: yes}"), '"yes"', field("config", "{a: 'yes'}")),
        Text(field("config", "{a: 1e-3}"), "1.0e-3", field("config", "{a: 1.0e-3}")),
        Text(field("config", "{a: 010}"), "", field("config", "{a: '010'}")),
    ],
    "not_finite": [
        Text(field("config", "{a: .nan}"), "leave", field("config", "{b: 1}")),
        Text(SCORE.replace("1.16,", ".inf,"), "--failure",
             row_text(row_document("eve1", ()))),
        Text(results(train_loss=2.5).replace("2.5", ".nan"), "leave", SCORE),
    ],
    "duplicate_key": [
        Text(PLAIN + "seeds_run: 3\n", "remove one", PLAIN),
    ],
    "key_not_string": [Text(field("config", "{1: a}"), "quote", field("config", '{"1": a}'))],
    "alias": [Text(field("config", "{a: &x 1, b: *x}"), "write the value out", field("config", "{a: 1, b: 1}"))],
    "explicit_tag": [Text(field("config", "{a: !!str 1}"), "remove the tag", field("config", "{a: 1}"))],
    "directive": [Text("%YAML 1.1\n---\n" + PLAIN, "begins with %", "---\n" + PLAIN)],
    "several_documents": [Text(PLAIN + "---\n" + PLAIN, "one document", PLAIN)],
    "too_deep": [Text(field("config", "{a: " + "[" * 40 + "]" * 40 + "}"), "flatten", field("config", "{a: [1]}"))],
    "missing_field": [
        Text("".join(line for line in PLAIN.splitlines(keepends=True) if not line.startswith("submitter")), "add submitter", PLAIN),
        Text(SCORE.replace('"val_bpb": 1.16, ', ""), "add val_bpb", SCORE),
    ],
    "unknown_field": [
        Text(PLAIN.replace("seeds_run", "seeds_ran"), "seeds_run?", PLAIN),
        Text(PLAIN + "zzz: good\n", "known here", PLAIN),
        Text(SCORE.replace("val_bpb", "val_bpc"), "val_bpb", SCORE),
    ],
    "wrong_type": [Text(field("seeds_run", '"3"'), "All seeds that finished", PLAIN)],
    "bad_format": [
        Text(field("finished_at", '"yesterday"'), "2026-03-28T11:06:00Z", field("finished_at", '"2026-03-28T11:06:00Z"')),
        Text(field("run_id", '"Eve 1"'), "Example", PLAIN),
        Text(facts(resolves=["A B"]), "", facts()),
        Text(facts(artifacts=[{"role": "model", "sha256": "xyz"}]), "", facts(artifacts=[{"role": "model", "sha256": SHA}])),
    ],
    "not_allowed": [
        Text(facts(change={"kind": "magic", "summary": "s"}), "", facts(change={"kind": "model", "summary": "s"})),
        Text(facts(outcome={"status": "scored", "failure": {"kind": "oom", "stage": "train"}}), "remove it", PLAIN),
    ],
    "out_of_range": [
        Text(field("seeds_run", "-1"), "", PLAIN),
        Text(results(train_seconds=-1), "", results(train_seconds=1)),
        Text(facts(config={"a" * 600: {"b" * 600: 1}}), "shorten it", facts(config={"a": {"b": 1}})),
    ],
    "too_many_findings": [
        Text(field("config", "{a: [" + ", ".join(["no"] * 200) + "]}"), "mend those", field("config", "{a: ['no']}")),
    ],
    "bad_time": [Text(field("finished_at", '"2026-02-30T00:00:00Z"'), "2026-03-28T11:06:00Z",
                      field("finished_at", '"2026-03-28T11:06:00Z"'))],
    "too_precise": [
        Text(field("config", "{a: 9007199254740993}"), "quoted text", field("config", '{a: "9007199254740993"}')),
        Text(results(steps=1).replace('"steps": 1', '"steps": 9007199254740993'), "keep it within 2^53", results(steps=1)),
    ],
    "unportable_name": [Text(PLAIN.replace("eve1", "eve1.lock"), "choose another name", PLAIN)],
}  # fmt: skip


def played(code: str, text: Text) -> None:
    """Take a file before and after into the table."""

    @situation(code)
    def play(world: World) -> None:
        name = "eve1.lock.yaml" if code == "unportable_name" else "eve1.yaml"
        path = world.root / name
        path.write_bytes(text.bad if isinstance(text.bad, bytes) else text.bad.encode())
        found(world, code, "record", "--dry-run", str(path), says=text.says)
        path = world.root / "eve1.yaml"
        path.write_bytes(text.good.encode())
        gone(world, code, "record", "--dry-run", str(path))


for _code, _texts in TEXTS.items():
    for _text in _texts:
        played(_code, _text)


@situation("duplicate_key")
def a_receipt_twice(world: World) -> None:
    world.count = 1
    listed = world.reports((1, 1.16), run_id="eve1")
    row = world.row("eve1", BEST[2:], receipts=[*listed, *listed])
    found(world, "duplicate_key", "record", str(row), says="remove one")
    row = world.row("eve1", BEST[2:], receipts=listed)
    gone(world, "duplicate_key", "record", str(row))
