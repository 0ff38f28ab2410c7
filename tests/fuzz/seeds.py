"""What inputs are made from: examples, fixtures, and a few made here."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from homegolf_git.core.judge.tagseries import incumbent_document, link, pointer_document
from homegolf_git.core.judge.witness import witness_of
from homegolf_git.core.model.naming import Oid, TagName
from homegolf_git.shell.files.witnessfile import document_of
from homegolf_git.shell.git.tagobjects import message_of
from tests.build import Document
from tests.e2e.world import BEST, WORSE, lane_text, row_document, row_text
from tests.fuzz import ground
from tests.fuzz.logs import CSV_MAP, FILE_MARK
from tests.fuzz.ways import DIGEST, RECEIPT

TOP = Path(__file__).parents[2]
TESTS = TOP / "tests"
_LISTED = [{"kind": "plain-report", "path": RECEIPT, "sha256": DIGEST.decode()}]


def _files(*patterns: str) -> list[bytes]:
    paths = sorted({path for pattern in patterns for path in TOP.glob(pattern)})
    return [path.read_bytes() for path in paths if path.is_file() and path.stat().st_size < 1 << 14]


def _examples(kind: str) -> list[bytes]:
    return _files(
        f"tests/examples/positive/{kind}*.yaml", f"tests/examples/negative/*/{kind}*.yaml"
    )


def row() -> list[bytes]:
    """Rows of every shape."""
    others = {*_examples("lane-"), *_examples("ladder-"), *_examples("receipts-")}
    others |= {*_examples("retraction-")}
    found = [data for data in _examples("") if data not in others]
    return [*found, *_files("examples/rows/*.yaml"), *ways()]


def lane() -> list[bytes]:
    """Rules of the lane home."""
    found = [lane_text().encode(), *_examples("lane-"), *_files("examples/*/lane.yaml")]
    return [data.replace(b"lane: local-cluster", b"lane: home") for data in found]


def retraction() -> list[bytes]:
    """Retractions and ladders."""
    return [*_examples("retraction-"), *_examples("ladder-")]


def receipt_map() -> list[bytes]:
    """Maps of receipts for all lanes."""
    return _examples("receipts-")


def csv_map() -> list[bytes]:
    """Maps of tables."""
    return ["".join(f"{name}: {fact}\n" for name, fact in CSV_MAP.items()).encode()]


def ways() -> list[bytes]:
    """Rows of the lane home, some with a receipt behind them."""
    report = json.dumps({"seed": 1, "final": {"val_bpb": 1.1801}}).encode()
    plain = row_text(ground.tried()).encode()
    proven = row_text(ground.tried(receipts=_LISTED)).encode()
    named = row_text(ground.tried(base="second", resolves=[], session="one", receipts=_LISTED))
    failed = row_text(
        ground.tried(
            results=[], seeds_run=0, outcome={"status": "failed", "failure": {"kind": "oom", "stage": "train"}}
        )
    )  # fmt: skip
    return [
        plain, failed.encode(), proven + b"\x00" + report, proven, plain + b"\x00" + report,
        named.encode() + b"\x00" + report.replace(b"1.1801", b"1.2801"),
        *(row_text(document).encode() for document in _judged_otherwise()),
    ]  # fmt: skip


def _judged_otherwise() -> list[Document]:
    """Rows that are judged in other ways than the first: better, worse, again, with every fact."""
    detailed = {
        "repeat": 1, "train_seconds": 596.1, "eval_seconds": 400.7, "steps": 4872, "train_tokens": 2554331136,
        "evaluated_bytes": 151080363, "artifact_bytes": 15979114, "extra": {"peak": 31.5},
    }  # fmt: skip
    better = row_document("tried-1", BEST, base="second")["results"]
    facts: Document = {
        "base": "second", "verification": "reproduced", "promotion": None, "notes": "twice",
        "change": {"kind": "system", "summary": "fused"}, "config": {"model.knob": "second", "system.fused": True},
        "evaluation": {"mode": "full", "split": "val", "dataset_sha256": None, "tokenizer_sha256": "ab" * 32},
        "artifacts": [{"role": "model", "uri": "s3://b/m", "sha256": "cd" * 32, "bytes": 15979114}],
        "hardware": [{"device": "H100", "count": 8, "host": "n1"}], "session": "n1/1/2026-03-29",
        "results": [{**result, **detailed} for result in better], "seeds_planned": 4, "seeds_run": 5,
    }  # fmt: skip
    again: Document = {"base": "first", "config": {"model.knob": "second"}, "session": "one"}
    return [
        ground.tried(results=better, base="second"),
        ground.tried(results=row_document("tried-1", WORSE)["results"], base="second"),
        ground.tried(**again, results=row_document("tried-1", {7: 1.1802, 8: 1.1797})["results"]),
        ground.tried(**facts),
    ]


def receipt() -> list[bytes]:
    """Reports of every kind."""
    trainer = _files("examples/rows/report.json")
    return [*_files("tests/fixtures/receipts/*.json"), *trainer, *ground.REPORTS]


def results() -> list[bytes]:
    """Tables of loops."""
    robust = (
        b'commit\tval_bpb\tmemory_gb\tstatus\tdescription\nab12\t1.25\t40.1\tkeep\t"two\nlines"\n'
    )
    return [*_files("tests/fixtures/importers/*.tsv", "tests/fixtures/importers/*.csv"), robust]


def jsonlines() -> list[bytes]:
    """Logs of loops, queues of ideas, configs."""
    ideas = [
        {"summary": "wider", "config": {"model.width": 768}, "base": "first", "kind": "model"},
        {"config": {"lr": 0.04}},
    ]
    lines = "".join(f"{json.dumps(idea)}\n" for idea in ideas)
    queue = "".join(f"- {json.dumps(idea)}\n" for idea in ideas)
    config = {"lr": 0.04, "model": {"width": 768, "deep": [1, 2, {"a": None}]}, "on": True}
    return [
        *_files("tests/fixtures/importers/*.jsonl"),
        *(text.encode() for text in (lines, queue, json.dumps(config), row_text(config))),
    ]


def logs() -> list[bytes]:
    """Folders of other tools."""
    meta = (
        "run_id: good\nrun_name: try\nstatus: 3\nend_time: 1775000000000\nlifecycle_stage: active\n"
    )
    store = [("r/good/meta.yaml", meta), ("r/good/metrics/val_bpb", "1 1.3 0\n2 1.21 1\n"),
             ("r/good/metrics/mem/peak", "1 14.5 0\n"), ("r/good/params/lr", "0.04"),
             ("r/good/params/seed", "7"), ("r/good/tags/mlflow.runName", "x")]  # fmt: skip
    page = (
        '"Name","State","Notes","User","Created","Runtime","lr","val_bpb"\n'
        '"b-1","finished","a try","me","2026-04-03T10:00:00.000Z","600","0.04","1.5"\n'
        '"b-2","crashed","","me","2026-04-03T11:00:00.000Z","60","0.04",""\n'
    )
    frame = (
        ",summary,config,name\n0,\"{'val/bpb': 1.5, '_step': 9, 'val_bpb': 1.4}\","
        "\"{'lr': 0.04, 'seed': 3, 'opt': {'name': 'muon'}}\",brisk\n"
    )
    speedrun = (
        "|   0  NVIDIA H100 80GB HBM3          On  |   00000000:19:00.0 Off |\nseed: 7\n"
        "step:1749/1750 train_time:178000ms step_avg:101.0ms\n"
        "step:1750/1750 val_loss:3.2789 train_time:178912ms step_avg:101.08ms\n"
        "peak memory allocated: 31550 MiB reserved: 32000 MiB\n"
    )
    submissions = _files("tests/fixtures/receipts/submission_*.json")
    golf_log = (
        "seed: 1337\nstep:1000/1000 val_loss:2.07 val_bpb:1.2244 train_time:600000ms\n"
        "final_int8_zlib_roundtrip val_loss:2.0727 val_bpb:1.2244 eval_time:1401ms\n"
        "Total submission size int8+zlib: 15863489 bytes\n"
    )
    reports = _files("tests/fixtures/receipts/psionic*.json")
    extracted = [
        {
            "folder": "2026-03-18_x", "track": "track_10min_16mb", "name": "x", "author": "me",
            "date_iso": "2026-03-18", "val_bpb": 1.2, "mean_val_bpb": None, "val_bpb_field": "val_bpb",
            "seed_results": {"1337": {"val_bpb": 1.2, "steps": 9, "train_time_s": 600.1, "artifact_bytes": 15}},
            "all_seeds_disclosure": {"all_2_val_bpb": {"1337": 1.2, "7": 1.21}},
            "hardware": "8x H100", "bytes_total": 15, "raw_blob": "records/x/submission.json",
            "logs": [{"path": "a/train_seed1337.log", "file_seed": 1337, "seed_in_log": 2, "val_bpb": 1.2,
                      "metric_label": "final int8", "world_size": 8, "steps": 9, "in_reported_set": True}],
        }
    ]  # fmt: skip
    return [
        _packed([("submissions.json", json.dumps(extracted))]), _store(),
        _packed(store), _packed([("a.csv", page)]), _packed([("a.csv", frame)]),
        _packed([("records/2025-05-25_Faster/run.txt", speedrun)]),
        _packed([("old/run.log", "s:5100 tel:3.2798\n")]),
        *(
            _packed([("records/2026-03-01_x/submission.json", item.decode()),
                     ("records/2026-03-01_x/train_seed1337.log", golf_log)])
            for item in submissions
        ),
        *(_packed([("report.json", item.decode())]) for item in reports),
    ]  # fmt: skip


def _store() -> bytes:
    """A store of MLflow in sqlite."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript("""
            PRAGMA page_size = 512;
            CREATE TABLE runs (run_uuid, name, user_id, status, end_time, lifecycle_stage);
            CREATE TABLE latest_metrics (key, value, timestamp, step, is_nan, run_uuid);
            CREATE TABLE params (key, value, run_uuid);
            CREATE TABLE tags (key, value, run_uuid);
            INSERT INTO runs VALUES ('a', 'good', 'ada', 'FINISHED', 1775000000000, 'active');
            INSERT INTO runs VALUES ('b', 'bad', 'ada', 'FAILED', 1775000000001, 'active');
            INSERT INTO latest_metrics VALUES ('val_bpb', 1.21, 0, 1, 0, 'a'), ('a/b', 14.5, 0, 0, 0, 'a');
            INSERT INTO params VALUES ('lr', '0.04', 'a'), ('seed', '7', 'a');
            INSERT INTO tags VALUES ('mlflow.user', 'ada', 'a');
        """)
        return FILE_MARK[1:] + b"mlflow.db\n" + database.serialize()


def _packed(files: list[tuple[str, str]]) -> bytes:
    whole = b"".join(FILE_MARK + name.encode() + b"\n" + text.encode() for name, text in files)
    return whole.removeprefix(b"\n")


def patterns() -> list[bytes]:
    """Patterns with lines that they fit."""
    return [
        b"^val_bpb[: ]+([0-9.]+)$\nval_bpb: 1.25\nother\n\x1b[1mval_bpb: 1.25\x1b[0m\r",
        b"step \\d{1,6} loss ([-+0-9.eE]+)\nstep 100 loss 1.25e-3\nstep",
        b"^\\s*finished_at=(\\S+)\\s\nfinished_at=2026-03-28T11:06:00Z x\n  finished_at=",
        b"^[^=]*=([a-z_]*) ?x*?$\na=b\na=",
        b"(a+)b*\naaaaaab\naaaaaaaa",
    ]


def failures() -> list[bytes]:
    """How runs ended."""
    lines = (
        "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB",
        "RuntimeError: NCCL error in: ProcessGroupNCCL.cpp:1691, unhandled system error",
        'Traceback (most recent call last):\n  File "x.py", line 3\nAssertionError: no',
        "step 1 train loss: 3.0\nstep 2 train loss: 3.1\nloss 2.9\nloss: 40.0\nloss: 50.0\nloss: 60.0",
        "loss: nan\r\rstep 3\x1b[31m", "slurmstepd: error: *** JOB 1 ON x CANCELLED DUE TO TIME LIMIT ***",
        "OSError: [Errno 28] No space left on device", "Killed", "",
    )  # fmt: skip
    heads = (b"\x81\x00\x01\x00", b"\x00\x09\x02\x00", b"\x80\x00\x55\x1e")
    return [head + text.encode() for text in lines for head in heads]


def failure_rules() -> list[bytes]:
    """Small files of rules, and an end that they are held against."""
    head = "schema: homegolf/failures/v1\nloss: {factor: 1.5, readings: 3}\nrules:\n"
    rules = (
        "  - {kind: oom, after_retry: infeasible, stage: null, says: memory ran out, lines: [out of memory, RESOURCE ... hbm], unless: [retrying]}\n",
        "  - {kind: timeout, stage: null, says: reached the wall limit, facts: [wall_limit]}\n",
        "  - {kind: quota, stage: setup, says: a file grew, signals: [SIGXFSZ], statuses: [1, 124]}\n",
        "  - kind: nonfinite_export\n    stage: export\n    says: not finite\n    stages: [export, train]\n    lines:\n      - nan\n      - \"'loss' = tensor(nan\"\n",
        "  - {kind: diverged, stage: train, says: the loss rose, facts: [loss_rose]}\n",
        "  - {kind: no_score_receipt, stage: score, says: no score, facts: [ended_well]}\n",
    )
    ends = failures()
    return [
        f"{head}{one}{other}\0".encode() + ends[(3 * number + step) % len(ends)]
        for number, one in enumerate(rules)
        for step, other in enumerate(("", *rules))
        if one != other
    ]


def tag() -> list[bytes]:
    """Tags of the series of the lane, signed and not."""
    lane_ledger, found = ground.ledger().lanes[ground.HOME], []
    previous = None
    for change in ground.changes():
        document = incumbent_document(ground.HOME, lane_ledger, change, previous)
        name = str(TagName("incumbent", ground.HOME, change.number))
        found.append(f"{name}\n{message_of(document)}".encode())
        previous = link(name, Oid("1" * 40))
    pointer = pointer_document(document, name, Oid("1" * 40))
    text = f"{TagName('pointer', ground.HOME)}\n{message_of(pointer)}"
    signature = "-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n"
    promotion = {**document, "kind": "promotion", "promoted_from": "h100", "checklist": {"a": "b"}}
    promoted = f"{TagName('promotion', ground.HOME, 1)}\n{message_of(promotion)}"
    return [*found, text.encode(), (text + signature).encode(), promoted.encode()]


def witness() -> list[bytes]:
    """Witnesses of both ledgers that they are held against."""
    return [
        document_of(witness_of(account, "2026-03-28T11:06:00Z")) for account in ground.accounts()
    ]


def signers() -> list[bytes]:
    """Lists as ssh-keygen reads them."""
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEdPfhRTqwnjYB8z4KEuKHS4SBvZSBGvHiS5nJWkYBC8"
    return [
        f"ada@example.org {key} a note\n# none\n*,!eve {key}\n".encode(),
        f'"ada,b*b" cert-authority,namespaces="git,file",valid-before="20260327" {key}\n'.encode(),
        f"node-? valid-after=20260101,valid-before=20260401120000Z {key}\nada no key\n".encode(),
    ]


def trailer() -> list[bytes]:
    """Messages of commits."""
    one = (
        "run(home): first\n\nHomegolf-Run: first\nHomegolf-Lane: home\n"
        f"Homegolf-Row-Sha256: {'ab' * 32}\n"
    )
    other = one.replace("first", "second")
    return [
        text.encode()
        for text in (one, f"{one}\n{other}", "Squash (#7)\n\n* " + other, one.lower(), "no\n")
    ]
