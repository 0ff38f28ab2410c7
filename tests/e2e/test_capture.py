"""Section 12: a training command is run, watched, and its row lands; whatever the command does."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from homegolf_git.shell.files import rowyaml
from tests.build import Document
from tests.e2e.test_branch import with_rules
from tests.e2e.world import LANE, Ran, World, executable

CAPTURE: Document = {
    "patterns": {"val_bpb": "^val_bpb: +([0-9.]+)$", "evaluated_tokens": "^tokens: ([0-9]+)$"},
    "reports": ["report.json"],
}
WELL = "echo tokens: 1000; echo val_bpb: 1.2"
BLOCKED, INVALID = 23, 22
SHARED = Path(__file__).parents[2] / "schemas" / "report-v1.schema.json"


def beside(world: World, **parts: Any) -> World:  # noqa: ANN401 - JSON values
    """A trainer's repository whose ledger has a branch for itself; `parts` are of the lane."""
    there = World(world.root, world.root / "trainer", world.home)
    there.repo.mkdir()
    there.git("init", "--quiet", "--initial-branch=main")
    files = {"train.py": "print('one')\n", "prepare.py": "one\n", ".gitignore": "*.json\n*.pt\n"}
    there.commit("Source", files)
    assert there.homegolf("init", "--lane", LANE, "--branch", "homegolf").code == 0
    for name in ("audit", "comment"):
        (there.repo / ".github" / "workflows" / f"homegolf-{name}.yml").unlink()
    with_rules(there, **{"capture": CAPTURE, **parts})
    return there


@pytest.fixture
def trainer(world: World) -> World:
    """The trainer's repository that most tests need."""
    return beside(world)


def rows(world: World) -> dict[str, Any]:
    """Every row that landed, by its id, in their order."""
    log = world.git("log", "--reverse", "--format=", "--name-only", "homegolf", "--", "ledger/")
    paths = [name for name in log.splitlines() if "/runs/" in name]
    texts = [world.git("show", f"homegolf:{path}") for path in paths]
    documents = [rowyaml.load(text.encode() + b"\n").value for text in texts]
    return {str(row["run_id"]): row for row in documents if row is not None}


def row_of(world: World, run_id: str = "r-1") -> Any:  # noqa: ANN401 - a row's document
    return rows(world)[run_id]


def receipt(world: World, name: str = "log.txt", run_id: str = "r-1") -> str:
    """The text of a receipt that landed; of a log without its first line."""
    text = world.git("show", f"homegolf:ledger/{LANE}/receipts/{run_id}/{name}")
    return text.partition("\n")[2] if name == "log.txt" else text


def failure(world: World, run_id: str = "r-1") -> tuple[str, str, str]:
    """Kind, stage and detail of a failed run."""
    told = row_of(world, run_id)["outcome"]["failure"]
    return told["kind"], told["stage"], told["detail"]


def capture(world: World, script: str, *options: str, run_id: str = "r-1") -> Ran:
    """Capture a shell script in this process."""
    return world.homegolf("capture", "--run-id", run_id, *options, "--", "sh", "-c", script)


def started(world: World, *words: str, **environment: str) -> "subprocess.Popen[str]":
    """A capture as a process of its own, in a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "homegolf_git", "capture", *words],
        cwd=world.repo,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def kept(world: World) -> list[str]:
    """What of captures is in the git directory."""
    folder = world.repo / ".git" / "homegolf" / "captures"
    return sorted(path.name for path in folder.glob("*"))


def traces(world: World) -> list[str]:
    """Refs and files of the git directory, but for objects and the memory of what was read."""
    top = world.repo / ".git"
    files = (path.relative_to(top) for path in top.rglob("*") if path.is_file())
    own = [str(path) for path in files if path.parts[0] not in {"objects", "index"}]
    return sorted([*(name for name in own if "checkpoint" not in name), world.git("for-each-ref")])


def alive(mark: str) -> list[int]:
    """Processes with a text in their environment or words, this one apart."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            known = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            is_dead = (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            continue
        if mark.encode() in known and int(entry.name) != os.getpid() and not is_dead:
            found.append(int(entry.name))
    return found


def wait_for(path: Path) -> None:
    """Until a file is there; a minute at most."""
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, path
        time.sleep(0.01)


class TestWell:
    """What a row says of a run that went well."""

    def test_the_row(self, trainer: World) -> None:
        ran = capture(trainer, WELL, "--seed", "5", "--json")
        assert ran.code == 0, ran.said
        answer = ran.json()
        assert (answer["decision"], answer["run_id"]) == ("keep", "r-1")
        assert answer["commit"] == trainer.git("rev-parse", "homegolf")
        row = row_of(trainer)
        assert [row["results"][0][name] for name in ("seed", "val_bpb", "evaluated_tokens")] == [5, 1.2, 1000]  # fmt: skip
        assert row["results"][0]["extra"]["wall_seconds"] == pytest.approx(answer["seconds"], abs=1)
        assert row["source"]["revision"] == trainer.head
        assert (row["source"]["dirty"], row["source"]["ref"]) == (False, "refs/homegolf/runs/r-1")
        assert trainer.git("rev-parse", "refs/homegolf/runs/r-1") == trainer.head
        assert row["hardware"][0]["host"]
        host, boot, day = row["session"].rsplit("/", 2)
        assert (host, len(boot)) == (row["hardware"][0]["host"][:40], 8)
        assert day == time.strftime("%Y-%m-%d", time.gmtime())
        assert row["base"] is None
        assert row["submitter"] == "Ada"
        assert receipt(trainer) == "tokens: 1000\nval_bpb: 1.2"
        assert trainer.answer("verify")["findings"] == []
        assert kept(trainer) == []

    def test_what_nobody_says_is_made(self, trainer: World) -> None:
        ran = trainer.homegolf("capture", "--json", "--", "sh", "-c", WELL)
        assert ran.code == 0, ran.said
        (row,) = rows(trainer).values()
        assert row["change"]["summary"] == "Source"
        assert row["run_id"].split("-")[2] == "source"
        assert row["results"][0]["seed"] is None
        assert row["evaluation"]["mode"] == "full"

    def test_output_goes_where_it_belongs(self, trainer: World) -> None:
        plain = trainer.process("capture", "--", "sh", "-c", f"echo hello; {WELL}")
        assert (plain.code, plain.out.splitlines()[0]) == (0, "hello")
        ran = trainer.process("capture", "--json", "--", "sh", "-c", f"echo hello >&2; {WELL}")
        assert ran.json()["command"] == "capture"
        assert "hello\n" in ran.err
        quiet = trainer.process("capture", "--quiet", "--", "sh", "-c", "echo hello; exit 3")
        assert "hello" not in quiet.said

    def test_output_into_a_file_is_no_end(self, trainer: World) -> None:
        """Its own output closed, a command still runs."""
        report = '{"seed": 5, "final": {"val_bpb": 1.2}}'
        ran = capture(trainer, f"exec >run.json 2>&1; sleep 0.5; echo '{report}' >report.json")
        assert ran.code == 0, ran.said
        assert row_of(trainer)["results"][0]["seed"] == 5

    def test_the_lane_has_the_command(self, world: World) -> None:
        there = beside(world, capture={**CAPTURE, "command": f"sh -c '{WELL}; echo $0' {{seed}}"})
        assert there.homegolf("capture", "--run-id", "r-1", "--seed", "7").code == 0
        assert receipt(there).splitlines()[-1] == "7"

    def test_no_log(self, trainer: World) -> None:
        assert capture(trainer, WELL, "--no-log").code == 0
        assert [item["path"] for item in row_of(trainer)["receipts"]] == ["capture.json"]

    def test_no_record_leaves_nothing(self, trainer: World) -> None:
        trainer.homegolf("status")
        before = traces(trainer)
        trainer.write("train.py", "print('two')\n")
        ran = capture(trainer, WELL, "--no-record", "--json")
        assert (ran.code, ran.json()["commit"]) == (0, None)
        assert "run_id: r-1" in ran.json()["row"]
        assert traces(trainer) == before

    def test_a_row_for_a_pull_request(self, trainer: World) -> None:
        trainer.write("train.py", "print('edited')\n")
        out = trainer.root / "out" / "r-1.yaml"
        before = trainer.git("rev-parse", "homegolf")
        ran = trainer.homegolf(
            "capture", "-o", str(out), "--json", "--set", "model.lr=1", "--", "sh", "-c", WELL
        )
        assert (ran.code, ran.json()["commit"], ran.json()["row"]) == (0, None, "")
        receipts = [out.parent / "receipts" / "r-1" / name for name in ("capture.json", "log.txt")]
        assert [Path(name) for name in ran.json()["written"]] == [out, *receipts]
        assert trainer.git("rev-parse", "homegolf") == before
        assert trainer.git("show", "refs/homegolf/runs/r-1:train.py") == "print('edited')"
        assert kept(trainer) == []
        assert trainer.homegolf("record", str(out)).code == 0
        assert row_of(trainer)["source"]["dirty"] is True
        assert "val_bpb: 1.2" in receipt(trainer)

    def test_an_edit_of_equal_size_just_behind_the_commit_is_kept(self, trainer: World) -> None:
        """Git takes such a file for unchanged unless the index is of the same second."""
        trainer.commit("Three", {"train.py": "print('three')\n"})
        trainer.write("train.py", "print('seven')\n")
        time.sleep(1.1)
        assert capture(trainer, WELL).code == 0
        assert trainer.git("show", "refs/homegolf/runs/r-1:train.py") == "print('seven')"

    def test_such_a_row_without_a_config_is_warned_of(self, trainer: World) -> None:
        out = trainer.root / "out" / "r-1.yaml"
        ran = capture(trainer, WELL, "-o", str(out), "--json")
        assert (ran.code, ran.codes()) == (0, ["empty_config"])
        assert trainer.homegolf("record", str(out), "--allow-empty-config").code == 0

    def test_a_place_that_is_taken_is_refused_before_anything_runs(self, trainer: World) -> None:
        out = trainer.write("row.yaml", "mine\n")
        ran = capture(trainer, f"touch ran; {WELL}", "-o", str(out), "--json")
        assert (ran.code, ran.codes()) == (1, ["in_the_way"])
        assert out.read_text() == "mine\n"
        assert not (trainer.repo / "ran").exists()

    def test_config(self, trainer: World) -> None:
        script = f'{WELL}; echo "$HOMEGOLF_CONFIG $HOMEGOLF_LANE $HOMEGOLF_RUN_ID"'
        assert capture(trainer, script, "--set", "model.lr=0.1").code == 0
        assert receipt(trainer).splitlines()[-1] == f'{{"model.lr": 0.1}} {LANE} r-1'
        assert row_of(trainer)["config"] == {"model.lr": 0.1}

    def test_the_next_run_knows_its_base(self, trainer: World) -> None:
        assert capture(trainer, WELL).code == 0
        trainer.commit("Faster", {"train.py": "print('two')\n"})
        capture(trainer, WELL, run_id="r-2")
        row = row_of(trainer, "r-2")
        assert (row["base"], row["source"]["changed_paths"]) == ("r-1", ["train.py"])
        assert row["change"]["summary"] == "Faster"

    def test_a_report_with_facts(self, trainer: World) -> None:
        report = {"schema": "homegolf/trainer-report/v1", "seed": 5, "val_bpb": 1.2,
                  "evaluated_tokens": 1000, "config": {"lr": 0.5}, "train_seconds": 3.5}  # fmt: skip
        assert capture(trainer, f"echo '{json.dumps(report)}' >report.json").code == 0
        row = row_of(trainer)
        assert (row["config"], row["results"][0]["train_seconds"]) == ({"lr": 0.5}, 3.5)
        assert {item["path"] for item in row["receipts"]} == {
            "report.json", "capture.json", "log.txt",
        }  # fmt: skip

    def test_answers_are_as_the_schema_says(self, trainer: World) -> None:
        jsonschema = pytest.importorskip("jsonschema")
        check = jsonschema.Draft7Validator(json.loads(SHARED.read_text(encoding="utf-8")))
        for ran in (
            capture(trainer, WELL, "--json"),
            capture(trainer, "exit 1", "--no-record", "--json", run_id="r-2"),
            trainer.homegolf("capture", "--resume", "--json"),
            capture(trainer, WELL, "--json", "--lane", "none", run_id="r-3"),
        ):
            check.validate(ran.json())


class TestSeeds:
    """Several runs of one command are one row."""

    SCRIPT = 'echo tokens: 1000; echo val_bpb: 1.2$HOMEGOLF_SEED; echo "$0 $HOMEGOLF_SEED"'

    def several(self, world: World, script: str, *options: str, run_id: str = "r-1") -> Ran:
        words = ("sh", "-c", script, "{seed}")
        return world.homegolf("capture", "--run-id", run_id, *options, "--", *words)

    def test_each_has_its_seed(self, trainer: World) -> None:
        assert self.several(trainer, self.SCRIPT, "--seed", "1", "--seed", "2").code == 0
        row = row_of(trainer)
        assert [(one["seed"], one["val_bpb"]) for one in row["results"]] == [(1, 1.21), (2, 1.22)]
        assert (row["seeds_planned"], row["seeds_run"]) == (2, 2)
        assert receipt(trainer).splitlines()[-4:] == [
            "== r-1: seed 2", "tokens: 1000", "val_bpb: 1.22", "2 2",
        ]  # fmt: skip

    def test_one_that_fails_in_the_middle(self, trainer: World) -> None:
        script = f'[ "$0" = 2 ] && exit 3; {self.SCRIPT}'
        seeds = [word for seed in "123" for word in ("--seed", seed)]
        ran = self.several(trainer, script, *seeds, "--json")
        row = row_of(trainer)
        assert [one["seed"] for one in row["results"]] == [1]
        assert (row["seeds_planned"], row["seeds_run"]) == (3, 1)
        assert "seed 2 ended without a score: crash at train" in row["notes"]
        assert ran.json()["class"] in {"improvement", "noise"}

    def test_repeats_go_on_behind_those_that_landed(self, world: World) -> None:
        trainer = beside(world, decision={"repeats": "one"})

        def repeats(run_id: str) -> list[tuple[int, int]]:
            results = row_of(trainer, run_id)["results"]
            return [(one["seed"], one.get("repeat", 0)) for one in results]

        self.several(trainer, self.SCRIPT, "--seed", "1", "--repeat", "2")
        assert repeats("r-1") == [(1, 0), (1, 1)]
        self.several(trainer, self.SCRIPT, "--seed", "2", "--seed", "1", "--repeat", "2", run_id="r-2")  # fmt: skip
        assert repeats("r-2") == [(2, 0), (2, 1), (1, 2), (1, 3)]

    def test_a_lane_that_takes_one_score_a_seed(self, trainer: World) -> None:
        """What could not land is not run."""
        self.several(trainer, self.SCRIPT, "--seed", "1")
        for options in (("--seed", "2", "--repeat", "2"), ("--seed", "2", "--seed", "1")):
            ran = self.several(trainer, self.SCRIPT, *options, "--json", run_id="r-2")
            assert (ran.code, ran.codes()) == (1, ["duplicate_seed"])
        assert trainer.git("for-each-ref", "refs/homegolf/runs/r-2") == ""

    def test_a_seed_that_the_run_ignores(self, trainer: World) -> None:
        report = '{"seed": 7, "final": {"val_bpb": 1.2}}'
        ran = capture(trainer, f"echo '{report}' >report.json", "--seed", "5", "--json")
        assert "seed_ignored" in ran.codes()
        assert row_of(trainer)["results"][0]["seed"] == 7


class TestFailures:
    """A run without a score is a row that says why."""

    @pytest.mark.parametrize(
        ("script", "kind", "stage"),
        [
            ("kill -9 $$", "crash", "train"),
            ("exit 137", "crash", "train"),
            ("exit 3", "crash", "train"),
            ("echo nothing", "no_score_receipt", "score"),
            ("echo val_bpb: 1.2.3", "no_score_receipt", "score"),
            ("echo val_bpb: 1.2; echo val_bpb: 1.3", "no_score_receipt", "score"),
            ("echo val_bpb: 1.2; exit 1", "crash", "train"),
            ("ulimit -f 1; head -c 100000 /dev/zero >big.pt", "quota", "train"),
            ("echo loss=nan; exit 1", "diverged", "train"),
            ("echo CUDA out of memory; exit 1", "oom", "train"),
            ("not-a-program", "missing_input", "setup"),
        ],
    )
    def test_kinds(self, trainer: World, script: str, kind: str, stage: str) -> None:
        ran = capture(trainer, script, "--json")
        assert ran.json()["commit"], ran.said
        assert failure(trainer)[:2] == (kind, stage)
        assert ran.code == (20 if kind == "diverged" else BLOCKED), ran.said
        assert row_of(trainer)["results"] == []

    def test_two_numbers_are_named(self, trainer: World) -> None:
        ran = capture(trainer, "echo val_bpb: 1.2; echo val_bpb: 1.3", "--json")
        assert "ambiguous_metric" in ran.codes()
        assert "'1.2' and '1.3'" in failure(trainer)[2]

    def test_the_same_number_twice_is_one(self, trainer: World) -> None:
        assert capture(trainer, f"{WELL}; echo val_bpb: 1.20").code == 0

    def test_it_hangs(self, world: World) -> None:
        there = beside(world, capture={**CAPTURE, "wall_seconds_max": 1})
        began = time.monotonic()
        assert capture(there, f"{WELL}; sleep 60").code == BLOCKED
        assert time.monotonic() - began < 8
        assert failure(there)[:2] == ("timeout", "train")

    def test_it_hangs_without_output(self, world: World) -> None:
        there = beside(world, capture={**CAPTURE, "wall_seconds_max": 1})
        began = time.monotonic()
        assert capture(there, "exec >/dev/null 2>&1; sleep 60").code == BLOCKED
        assert time.monotonic() - began < 8
        assert failure(there)[0] == "timeout"

    def test_what_outlives_it_is_ended(self, trainer: World) -> None:
        name = f"7531.{os.getpid()}"
        script = f"sleep {name} & setsid sleep {name} & setsid sh -c 'sleep {name} & wait' & "
        began = time.monotonic()
        assert capture(trainer, script + WELL).code == 0
        assert time.monotonic() - began < 10
        assert alive(f"sleep\x00{name}") == []

    def test_much_output(self, trainer: World) -> None:
        """Time and memory do not follow it: 200 MB of different numbers under one name."""
        lines = "import sys\nfor i in range(400): sys.stdout.write(''.join(f'val_bpb: 1.{i:03}{j:05}{\"0\" * 480}\\n' for j in range(1024)))\n"
        trainer.write("noisy.pt", lines)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.monotonic()
        ran = capture(trainer, f"{sys.executable} noisy.pt", "--json")
        assert ran.code == BLOCKED
        assert time.monotonic() - began < 60
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024
        assert len(receipt(trainer)) <= 64 * 1024
        assert len(receipt(trainer).splitlines()) <= 200

    def test_a_line_without_end(self, trainer: World) -> None:
        assert capture(trainer, f"head -c 3000000 /dev/zero | tr '\\0' x; echo; {WELL}").code == 0
        assert len(receipt(trainer).splitlines()[0]) <= 4096

    def test_no_line_feed_at_the_end(self, trainer: World) -> None:
        assert capture(trainer, "echo tokens: 1000; printf 'val_bpb: 1.2'").code == 0


class TestLog:
    """What of the output is kept."""

    def test_secrets_and_control_characters(
        self, trainer: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("WANDB_API_KEY", "s3cr3t-value")
        monkeypatch.setenv("my_token", "other-value")
        script = f"echo key s3cr3t-value, $my_token.; printf 'a\\033[31mb\\007\\n'; {WELL}"
        assert capture(trainer, script).code == 0
        log = receipt(trainer)
        assert "s3cr3t-value" not in log
        assert log.splitlines()[0] == "key [masked], [masked]."
        assert "\x1b" not in log
        assert "\x07" not in log

    def test_secrets_of_a_report_that_cannot_be_read(
        self, trainer: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("API_KEY", "s3cr3t-value")
        script = 'echo "{$API_KEY" >report.json; exit 1'
        assert capture(trainer, script).code == BLOCKED
        assert "s3cr3t-value" not in receipt(trainer)
        assert "== report.json\n{[masked]" in receipt(trainer)

    def test_the_evidence_has_no_secret(
        self, trainer: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DB_PASSWORD", "s3cr3t-value")
        capture(trainer, "echo out of memory at s3cr3t-value; exit 1")
        assert failure(trainer)[2] == "out of memory at [masked]"


class TestReports:
    """What a report proves, and what it does not."""

    @pytest.mark.parametrize("text", ["no json", '{"seed": 5, "final": {"val_bpb": NaN}}', "[1, 2"])
    def test_one_that_cannot_be_read_blocks_no_row(self, trainer: World, text: str) -> None:
        ran = capture(trainer, f"echo '{text}' >report.json; echo loss: nan; exit 1", "--json")
        assert "unreadable_receipt" in ran.codes()
        assert failure(trainer)[0] == "diverged"
        assert text in receipt(trainer)
        assert [item["path"] for item in row_of(trainer)["receipts"]] == ["capture.json", "log.txt"]
        assert trainer.answer("verify")["ok"]

    def test_one_of_an_earlier_run_proves_nothing(self, trainer: World) -> None:
        trainer.write("report.json", '{"seed": 5, "final": {"val_bpb": 1.0}}')
        assert capture(trainer, "true").code == BLOCKED
        assert failure(trainer)[0] == "no_score_receipt"

    def test_it_differs_from_what_was_printed(self, trainer: World) -> None:
        script = f'{WELL}; echo \'{{"seed": 5, "final": {{"val_bpb": 1.1}}}}\' >report.json'
        ran = capture(trainer, script, "--json")
        assert (ran.code, "ambiguous_metric" in ran.codes()) == (BLOCKED, True)

    @pytest.mark.parametrize("script", ["mkfifo report.json", "ln -s /dev/zero report.json", "mkdir report.json"])  # fmt: skip
    def test_what_is_no_file_is_left_alone(self, trainer: World, script: str) -> None:
        assert capture(trainer, f"{script}; {WELL}", "--artifact", "report.json").code == 0
        assert row_of(trainer)["artifacts"] == []


class TestSource:
    """What a run is made from, and what is kept of it."""

    def test_changes_that_are_not_committed(self, trainer: World) -> None:
        """The same change is the same config, another change another."""
        for number, run_id in ((1, "r-1"), (1, "r-2"), (2, "r-3")):
            trainer.write("train.py", f"print({number})\n")
            trainer.write("new.py", f"{number}\n")
            trainer.write("notes.txt", run_id)
            assert capture(trainer, WELL, run_id=run_id).code in {0, 20, 21}
        assert trainer.outcomes()["r-2"] == "noise/replicate"
        assert trainer.outcomes()["r-3"] != "noise/replicate"
        sources = {run_id: row["source"] for run_id, row in rows(trainer).items()}
        assert all(source["dirty"] for source in sources.values())
        assert sources["r-1"]["revision"] == sources["r-2"]["revision"] != sources["r-3"]["revision"]  # fmt: skip
        assert sources["r-3"]["changed_paths"] == ["new.py", "train.py"]
        kept_there = {name: trainer.git("show", f"refs/homegolf/runs/r-1:{name}") for name in ("train.py", "new.py", "notes.txt")}  # fmt: skip
        assert kept_there == {"train.py": "print(1)", "new.py": "1", "notes.txt": "r-1"}
        assert trainer.git("show", "refs/homegolf/runs/r-3:new.py") == "2"
        assert trainer.git("diff", "--cached", "--name-only") == ""

    def test_a_run_that_changes_its_own_source(self, trainer: World) -> None:
        ran = capture(trainer, f"echo 3 >train.py; {WELL}", "--json")
        assert "source_changed" in ran.codes()
        row = row_of(trainer)
        assert row["source"]["dirty"]
        assert "the source changed while the command ran" in row["notes"]

    def test_a_run_that_loses_the_branch(self, trainer: World) -> None:
        ran = capture(trainer, f"git checkout -q --orphan other; {WELL}", "--json")
        assert "source_changed" in ran.codes()
        assert row_of(trainer)["results"][0]["val_bpb"] == 1.2

    def test_a_run_that_edits_a_frozen_file(self, world: World) -> None:
        there = beside(world, contract={"frozen_paths": ["prepare.py"]})
        capture(there, WELL)
        pinned = row_of(there)["source"]["frozen_sha256"]
        capture(there, f"echo easy >prepare.py; {WELL}", run_id="r-2")
        assert row_of(there, "r-2")["source"]["frozen_sha256"] != pinned

    def test_a_pinned_file_that_was_edited(self, world: World) -> None:
        there = beside(world, contract={"frozen_paths": ["prepare.py"], "frozen_sha256": "a" * 64})
        ran = capture(there, WELL, "--json")
        assert (ran.code, ran.json()["reason"]) == (INVALID, "eval_changed")

    def test_no_source_and_no_config(self, world: World) -> None:
        """Then nothing tells two runs apart."""
        words = ("capture", "--lane", LANE, "--json", "--", "echo", "val_bpb: 1")
        ran = world.homegolf(*words)
        assert (ran.code, ran.codes()) == (1, ["empty_config"])
        assert world.homegolf(*words[:-3], "--allow-empty-config", *words[-3:]).code == BLOCKED
        assert world.homegolf(*words[:-3], "--set", "model.lr=1", *words[-3:]).code == BLOCKED

    def test_a_ledger_on_the_trainers_own_branch(self, world: World) -> None:
        """Rows that land change no source."""
        world.commit("Source", {"train.py": "1\n"})
        source = world.head
        for number, run_id in enumerate(("r-1", "r-2")):
            words = ("--run-id", run_id, "--lane", "home", "--", "sh", "-c", f"sleep 0.{number}")
            assert world.homegolf("capture", *words).code == BLOCKED
        assert world.head != source
        for path in world.repo.glob("ledger/home/runs/*/*.yaml"):
            row: Any = rowyaml.load(path.read_bytes()).value
            assert row["source"]["revision"] == source

    def test_an_agent_that_resets_cleans_and_deletes(self, trainer: World) -> None:
        """The ledger's branch loses nothing by what is done to the trainer's, during and between."""
        for number in range(3):
            trainer.git("switch", "--quiet", "-c", f"idea-{number}", "main")
            trainer.commit(f"Idea {number}", {"train.py": f"print({number})\n"})
            trainer.write("stray.py", "x\n")
            script = (
                f"git reset -q --hard main; git clean -fdxq; git switch -q main; "
                f"git branch -q -D idea-{number}; {WELL}"
            )
            ran = capture(trainer, script, run_id=f"r-{number}")
            assert ran.code in {0, 20, 21}, ran.said
            trainer.git("reset", "--quiet", "--hard", "HEAD")
            trainer.git("clean", "-fdxq")
        assert list(rows(trainer)) == ["r-0", "r-1", "r-2"]
        for number in range(3):
            shown = trainer.git("show", f"refs/homegolf/runs/r-{number}:train.py")
            assert shown == f"print({number})"
        assert trainer.answer("verify")["findings"] == []


SCORER = """
import json, pathlib, sys
score = float(pathlib.Path(sys.argv[1]).read_text())
print("scored", score)
pathlib.Path("score.json").write_text(json.dumps({"seed": int(sys.argv[2] or 1), "final": {"val_bpb": score}}))
"""
SCORED = {"command": f"{sys.executable} score.py {{artifact}} {{seed}}", "report": "score.json"}
GREEDY = "echo val_bpb: 1.1; echo 1.2 >model.pt"


def with_scorer(world: World) -> World:
    """A lane whose scorer is pinned to a revision of the trainer's repository."""
    there = World(world.root, world.root / "trainer", world.home)
    made = beside(world, capture={**CAPTURE, "scorer": SCORED})
    made.commit("Scorer", {"score.py": SCORER})
    pinned = {**CAPTURE, "scorer": {**SCORED, "revision": there.head}}
    with_rules(there, notes="pinned", capture=pinned, contract={"requires": ["scorer"]})
    return there


class TestScorer:
    """The score of the saved artifact, by a program that the run cannot reach."""

    def test_a_trainer_that_prints_a_better_number(self, world: World) -> None:
        there = with_scorer(world)
        script = f"{GREEDY}; echo 'raise SystemExit(print(0))' >score.py"
        ran = capture(there, script, "--artifact", "model.pt", "--seed", "5", "--json")
        assert ran.code == 0, ran.said
        assert {"score_differs", "source_changed"} <= set(ran.codes())
        row = row_of(there)
        assert (row["results"][0]["val_bpb"], row["results"][0]["seed"]) == (1.2, 5)
        assert row["evaluation"]["scorer"]["revision"] == there.git("rev-parse", "HEAD")
        assert row["artifacts"][0]["bytes"] == 4

    def test_what_the_training_report_states_is_kept(self, world: World) -> None:
        there = with_scorer(world)
        report = {"schema": "homegolf/trainer-report/v1", "seed": 7, "val_bpb": 1.1, "config": {"lr": 0.5}}  # fmt: skip
        script = f"echo 1.2 >model.pt; echo '{json.dumps(report)}' >report.json"
        assert capture(there, script, "--artifact", "model.pt").code == 0
        row = row_of(there)
        assert row["config"] == {"lr": 0.5}
        assert row["results"][0]["val_bpb"] == 1.2

    def test_a_model_of_an_earlier_run(self, world: World) -> None:
        there = with_scorer(world)
        there.write("model.pt", "1.0")
        ran = capture(there, "echo val_bpb: 1.1", "--artifact", "model.pt", "--json")
        assert (ran.code, failure(there)[:2]) == (BLOCKED, ("missing_input", "score"))

    def test_one_that_it_cannot_read_is_scored_again(self, world: World) -> None:
        there = with_scorer(world)
        script = "echo broken >model.pt"
        ran = capture(there, script, "--artifact", "model.pt", "--json")
        assert (ran.code, "capture_left" in ran.codes()) == (BLOCKED, True)
        assert failure(there)[1] == "score"
        there.write("model.pt", "1.2")
        again = there.homegolf("capture", "--resume", "r-1", "--json")
        assert again.code == 0, again.said
        row = row_of(there, "r-1-scored")
        assert (row["resolves"], row["results"][0]["val_bpb"]) == (["r-1"], 1.2)
        assert kept(there) == []


def test_the_trainer_of_the_documents(world: World) -> None:
    """examples/greedy praises itself, and its row has what the scorer finds."""
    there = beside(world, contract={"evaluated_tokens": None})
    examples = Path(__file__).parents[2] / "examples" / "greedy"
    there.commit(
        "Greedy", {name: (examples / name).read_text() for name in ("greedy.py", "score.py")}
    )
    (there.repo / ".git" / "info" / "exclude").write_text("__pycache__\n")
    command = f"{sys.executable} score.py {{artifact}}"
    scorer = {"command": command, "report": "score.json", "revision": there.head}
    with_rules(there, "scorer", capture={**CAPTURE, "scorer": scorer})
    ran = there.homegolf(
        "capture", "--run-id", "r-1", "--artifact", "model.json", "--", sys.executable, "greedy.py"
    )
    page = (Path(__file__).parents[2] / "docs" / "capturing.md").read_text(encoding="utf-8")
    said = [line for line in ran.err.splitlines() if "score_differs" in line]
    assert ran.code == 0, ran.said
    assert said[0] in page
    assert row_of(there)["results"][0]["val_bpb"] == 5.19856


class TestSignals:
    """A person and a scheduler end a run in different ways."""

    SCRIPT = '[ "$HOMEGOLF_SEED" = 1 ] || { touch began; sleep 60; }; ' + WELL

    def stopped(self, world: World, number: int, *seeds: str) -> Ran:
        seeds = tuple(word for seed in seeds for word in ("--seed", seed))
        process = started(world, "--run-id", "r-1", *seeds, "--", "sh", "-c", self.SCRIPT)
        wait_for(world.repo / "began")
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        return Ran(process.returncode, out, err)

    def test_a_person_before_anything_is_whole(self, trainer: World) -> None:
        trainer.homegolf("status")
        before = traces(trainer)
        ran = self.stopped(trainer, signal.SIGINT, "2")
        assert (ran.code, rows(trainer), kept(trainer)) == (130, {}, [])
        assert traces(trainer) == before

    def test_a_person_after_one_seed(self, trainer: World) -> None:
        ran = self.stopped(trainer, signal.SIGINT, "1", "2")
        assert (ran.code, rows(trainer)) == (130, {})
        assert "capture_left" in ran.err
        assert trainer.homegolf("capture", "--resume").code == 0
        row = row_of(trainer)
        assert ([one["seed"] for one in row["results"]], row["seeds_planned"]) == ([1], 2)
        assert kept(trainer) == []

    @pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
    def test_while_it_is_scored(self, world: World, number: int, code: int) -> None:
        """What the trainer said of itself does not take the place of the score."""
        there = with_scorer(world)
        scorer = {**SCORED, "revision": there.head}
        slow = {**scorer, "command": f"sh -c 'touch {there.repo / 'began'}; sleep 60'"}
        with_rules(there, "slow", capture={**CAPTURE, "scorer": slow})
        words = ("--run-id", "r-1", "--artifact", "model.pt", "--", "sh", "-c", GREEDY)
        process = started(there, *words)
        wait_for(there.repo / "began")
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        assert (process.returncode, rows(there)) == (code, {}), err
        with_rules(there, "as before", capture={**CAPTURE, "scorer": scorer})
        again = there.homegolf("capture", "--resume", "--json")
        assert again.code == 0, again.said
        assert row_of(there)["results"][0]["val_bpb"] == 1.2
        assert kept(there) == []

    def test_killed_without_recording(self, trainer: World) -> None:
        words = ("--run-id", "r-1", "--no-record", "--", "sh", "-c", "touch began; sleep 60")
        process = started(trainer, *words)
        wait_for(trainer.repo / "began")
        process.kill()
        process.communicate()
        assert trainer.answer("capture", "--resume")["resumed"] == []
        assert (rows(trainer), kept(trainer)) == ({}, [])

    def test_a_scheduler(self, trainer: World) -> None:
        ran = self.stopped(trainer, signal.SIGTERM, "2")
        assert (ran.code, failure(trainer)[0]) == (BLOCKED, "preempted")
        assert kept(trainer) == []


LONG = bool(os.environ.get("HOMEGOLF_LONG"))
KILLS = 60 if LONG else 8


class TestKilled:
    """Killed at any instant, alone or with its group, a capture lands by `--resume` or leaves nothing."""

    SLEEP = f"7533.{os.getpid()}"  # by which its processes are known
    SCRIPT = f"setsid sleep {SLEEP} & sleep 0.2; {WELL}"

    def test_at_random(self, trainer: World) -> None:
        chance = random.Random(12)  # noqa: S311 - the same instants each time
        for number in range(KILLS):
            run_id = f"r-{number}"
            process = started(
                trainer, "--run-id", run_id, "--seed", str(number), "--", "sh", "-c", self.SCRIPT
            )
            time.sleep(chance.uniform(0.1, 2.5))
            if chance.random() < 0.5:
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for stream in (process.stdout, process.stderr):
                assert stream is not None
                stream.close()
            ran = trainer.homegolf("capture", "--resume", "--json")
            assert ran.code in {0, 20, 21, BLOCKED}, (number, ran.said)
            assert alive(f"sleep\x00{self.SLEEP}") == [], number
            assert kept(trainer) == [], number
            has_ref = trainer.git("for-each-ref", f"refs/homegolf/runs/{run_id}") != ""
            assert (run_id in rows(trainer)) is has_ref, number
        if LONG:  # or the instants would prove little
            assert len(rows(trainer)) > 10
            assert len({one["outcome"]["status"] for one in rows(trainer).values()}) == 2
        clone = trainer.clone("fresh")
        clone.homegolf("init", "--branch", "homegolf")
        assert (
            clone.homegolf("verdicts", "--json").out == trainer.homegolf("verdicts", "--json").out
        )
        assert trainer.answer("verify")["findings"] == []


class TestBadInput:
    """What cannot be run is refused before anything is done."""

    @pytest.mark.parametrize(
        ("options", "code", "finding"),
        [
            (("--run-id", "../../x"), 1, "bad_format"),
            (("--lane", "nowhere"), 1, "no_such_lane"),
            (("--seed", "1", "--seed", "1"), 2, "usage"),
            (("--repeat", "0"), 2, "usage"),
            (("--kind", "odd"), 1, None),
            (("--failure", "oom"), 2, "usage"),
        ],
    )
    def test_options(
        self, trainer: World, options: tuple[str, ...], code: int, finding: str | None
    ) -> None:
        trainer.homegolf("status")
        before = traces(trainer)
        ran = trainer.homegolf("capture", *options, "--json", "--", "touch", "ran")
        assert ran.code == code, ran.said
        assert finding in (None, ran.codes()[0]), ran.said
        assert not (trainer.repo / "ran").exists()
        assert traces(trainer) == before

    def test_a_command_that_is_not_there(self, trainer: World) -> None:
        trainer.homegolf("status")
        before = traces(trainer)
        executable(trainer.root / "broken", "").write_text("#!/not/there\n")
        for words in (("not-a-program",), (str(trainer.root / "broken"),), ("./train.py",)):
            ran = trainer.homegolf("capture", "--json", "--", *words)
            assert (ran.code, ran.codes()) == (1, ["no_command"]), ran.said
        assert trainer.homegolf("capture", "--json").code == 2
        assert traces(trainer) == before

    def test_no_ledger(self, trainer: World) -> None:
        there = World(trainer.root, trainer.root / "other", trainer.home)
        there.repo.mkdir()
        there.git("init", "--quiet")
        there.commit("Source", {"train.py": ""})
        ran = there.homegolf("capture", "--json", "--", "true")
        assert ran.codes() == ["no_ledger"]

    @pytest.mark.parametrize("pattern", ["", "^(a+)+$", "^x(.*)(.*)$"])
    def test_patterns(self, world: World, pattern: str) -> None:
        there = beside(world, capture={"patterns": {"val_bpb": pattern}})
        ran = there.homegolf("capture", "--json", "--", "touch", "ran")
        assert "bad_pattern" in ran.codes(), ran.said
        assert not (there.repo / "ran").exists()

    def test_an_id_that_has_landed(self, trainer: World) -> None:
        assert capture(trainer, WELL).code == 0
        before = traces(trainer)
        ran = capture(trainer, f"touch ran; {WELL}", "--json")
        assert (ran.code, ran.codes()) == (1, ["duplicate_run_id"])
        assert not (trainer.repo / "ran").exists()
        assert traces(trainer) == before
