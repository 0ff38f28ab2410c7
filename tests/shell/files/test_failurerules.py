"""The rules that come with the program: their file, and ends that trainers and clusters really have."""

from typing import Any

import pytest

from homegolf_git.core.model.failures import DETAIL_MAX, Ended, Fact
from homegolf_git.core.model.row import Failure
from homegolf_git.core.model.values import replace
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.datafiles import package_file, schema
from homegolf_git.shell.files.failurerules import (
    FILE,
    RulesError,
    failure_of,
    failure_rules,
    rules_of,
    shown_otherwise,
)

FAILURE = schema("run-v1")["properties"]["outcome"]["properties"]["failure"]["properties"]
RULES = failure_rules()


class TestFile:
    """The file is strict YAML, and says only what a row may say."""

    def test_every_rule_is_read(self) -> None:
        loaded: Any = rowyaml.load(package_file(FILE).read_bytes(), FILE)
        assert len(RULES.rules) == len(loaded.value["rules"])

    def test_kinds_and_stages_are_those_of_a_row(self) -> None:
        kinds = {name for rule in RULES.rules for name in (rule.kind, rule.after_retry or "oom")}
        assert kinds == set(FAILURE["kind"]["enum"])
        assert {rule.stage for rule in RULES.rules} - {None} <= set(FAILURE["stage"]["enum"])
        assert {name for rule in RULES.rules for name in rule.stages} <= set(FAILURE["stage"]["enum"])  # fmt: skip
        assert FAILURE["detail"]["maxLength"] == DETAIL_MAX

    def test_facts_are_those_that_are_known(self) -> None:
        named = {fact for rule in RULES.rules for fact in rule.facts}
        assert named == set(Fact.__args__)  # type: ignore[attr-defined] # of a Literal

    def test_no_words_stand_twice(self) -> None:
        words = [
            (rule.kind, rule.stages, line.lower()) for rule in RULES.rules for line in rule.lines
        ]
        assert len(words) == len(set(words))


GOOD = """\
schema: homegolf/failures/v1
loss: {factor: 1.5, readings: 8}
rules:
  - {kind: oom, stage: null, says: memory ran out, lines: [out of memory], unless: [retrying]}
"""


class TestOtherFiles:
    """What could not be held against an end is refused, with the reason."""

    def test_this_one_is_read(self) -> None:
        assert [rule.kind for rule in rules_of(GOOD.encode()).rules] == ["oom"]

    @pytest.mark.parametrize(
        ("old", "new", "why"),
        [
            ("rules:", "rules: [", "expected"),
            ("failures/v1", "failures/v2", "schema"),
            ("{factor: 1.5, readings: 8}", "8", "not subscriptable"),
            ("readings", "reading", "readings"),
            ("8", "0", "no readings"),
            ("8", "8.5", "int"),
            ("kind: oom, ", "", "kind"),
            ("kind", "kinds", "kinds"),
            ("[out of memory]", "out of memory", "array"),
            ("[out of memory]", "[1]", "str"),
            ("lines: [out of memory]", "facts: [lucky]", "lucky"),
            ("lines: [out of memory], ", "statuses: [1], ", "out of none"),
            (", lines: [out of memory], unless: [retrying]", "", "asks for nothing"),
            ("[out of memory]", "[out of memory, '\"']", "empty"),
            ("[retrying]", "['nan ... ']", "empty"),
        ],
    )
    def test_refused(self, old: str, new: str, why: str) -> None:
        assert old in GOOD
        with pytest.raises(RulesError, match=why):
            rules_of(GOOD.replace(old, new).encode())


# What programs say when they end, cut to what tells: kind, stage, exit status, line.
LINES: list[tuple[str, str, int, str]] = [
    # PyTorch
    ("oom", "train", 1, "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 15.99 GiB"),
    ("oom", "train", 1, "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB"),
    ("oom", "train", 1, "torch.OutOfMemoryError: HIP out of memory. Tried to allocate 4.00 GiB. GPU 0"),
    ("oom", "train", 1, "RuntimeError: MPS backend out of memory (MPS allocated: 17.9 GB, max allowed: 18.1 GB)"),
    ("oom", "train", 1, "RuntimeError: CUDA error: out of memory"),
    ("oom", "train", 1, "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ("oom", "train", 1, "RuntimeError: [enforce fail at alloc_cpu.cpp:114] data. DefaultCPUAllocator: can't allocate memory: you tried to allocate 80 bytes"),
    ("oom", "train", 1, "RuntimeError: DataLoader worker (pid 71) is killed by signal: Bus error. It is possible that dataloader's workers are out of shared memory"),
    ("crash", "train", 1, "RuntimeError: CUDA error: an illegal memory access was encountered"),
    ("crash", "train", 1, "RuntimeError: CUDA error: device-side assert triggered"),
    ("crash", "train", 1, "RuntimeError: mat1 and mat2 shapes cannot be multiplied (8x512 and 768x64)"),
    ("crash", "train", 1, "torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:1970, unhandled system error"),
    ("crash", "train", 1, "[rank0]: ncclUnhandledCudaError: Call to CUDA function failed."),
    ("crash", "train", 134, "[rank3]:[E] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=7, OpType=ALLREDUCE)"),
    ("crash", "setup", 1, "torch._inductor.exc.InductorError: CalledProcessError: Command ['gcc'] returned non-zero exit status 1"),
    ("crash", "setup", 1, "torch._dynamo.exc.BackendCompilerFailed: backend='inductor' raised:"),
    ("crash", "setup", 1, "RuntimeError: CUDA error: no kernel image is available for execution on the device"),
    ("crash", "setup", 1, "RuntimeError: Error building extension 'fused': ninja: build stopped: subcommand failed."),
    ("crash", "setup", 1, "triton.compiler.errors.CompilationError: at 12:8"),
    ("infeasible", "setup", 1, "triton.runtime.errors.OutOfResources: out of resource: shared memory, Required: 131072, Hardware limit: 101376"),
    ("infeasible", "setup", 1, "ptxas error   : Entry function 'k' uses too much shared data (0x10400 bytes, 0xc000 max)"),
    ("infeasible", "setup", 1, "AssertionError: embed_dim must be divisible by num_heads (got `embed_dim`: 510 and `num_heads`: 8)."),
    ("infeasible", "setup", 1, "ValueError: 8 heads do not divide 510"),
    ("missing_input", "setup", 1, "RuntimeError: No CUDA GPUs are available"),
    ("missing_input", "setup", 1, "RuntimeError: Found no NVIDIA driver on your system."),
    ("diverged", "train", 1, "RuntimeError: The total norm of order 2.0 for gradients from `parameters` is non-finite, so it cannot be clipped."),
    ("diverged", "train", 1, "RuntimeError: Function 'MulBackward0' returned nan values in its 0th output."),
    # JAX and XLA
    ("oom", "train", 1, "jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 8589934592 bytes."),
    ("oom", "train", 1, "XlaRuntimeError: RESOURCE_EXHAUSTED: Error allocating device buffer: Attempting to allocate 1.5G"),
    ("oom", "train", 1, "RESOURCE_EXHAUSTED: Ran out of memory in memory space hbm. Used 17.1G of 15.5G hbm"),
    ("quota", "train", 1, "google.api_core.exceptions.ResourceExhausted: 429 RESOURCE_EXHAUSTED: Quota exceeded for metric"),
    ("diverged", "train", 1, "FloatingPointError: invalid value (nan) encountered in jit(step)"),
    ("infeasible", "setup", 1, "ValueError: One of pjit arguments is not evenly divisible: the global size of its dimension 0 should be divisible by 8"),
    ("missing_input", "setup", 1, "RuntimeError: Unable to initialize backend 'cuda': no supported devices found"),
    # MLX
    ("oom", "train", 1, "RuntimeError: [metal::malloc] Attempting to allocate 40265318400 bytes which is greater than the maximum allowed buffer size"),
    ("oom", "train", 134, "libc++abi: terminating: [METAL] Command buffer execution failed: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)"),
    ("crash", "setup", 1, "RuntimeError: [metal::Device] Unable to build metal library from source"),
    # the host
    ("oom", "train", 1, "MemoryError"),
    ("oom", "train", 134, "terminate called after throwing an instance of 'std::bad_alloc'"),
    ("oom", "train", 1, "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 29.8 GiB for an array with shape (4000000000,)"),
    ("oom", "train", 134, "memory allocation of 34359738368 bytes failed"),
    ("oom", "train", 1, "OSError: [Errno 12] Cannot allocate memory"),
    ("quota", "train", 1, "OSError: [Errno 122] Disk quota exceeded"),
    ("quota", "train", 1, "OSError: [Errno 28] No space left on device: '/scratch/m.pt'"),
    ("quota", "train", 153, "File size limit exceeded (core dumped)"),
    ("missing_input", "train", 1, "FileNotFoundError: [Errno 2] No such file or directory: 'data/val.bin'"),
    ("missing_input", "setup", 1, "ModuleNotFoundError: No module named 'flash_attn'"),
    ("other", "train", 1, "KeyboardInterrupt"),
    ("crash", "train", 139, "Segmentation fault (core dumped)"),
    ("crash", "train", 101, "thread 'main' panicked at src/main.rs:3:5: boom"),
    ("crash", "setup", 101, "error: could not compile `trainer` (bin) due to 2 previous errors"),
    # bash, coreutils
    ("missing_input", "setup", 127, "bash: line 1: torchrun: command not found"),
    ("missing_input", "setup", 127, ""),
    ("timeout", "train", 124, "step 812"),
    ("timeout", "train", 152, "CPU time limit exceeded (core dumped)"),
    ("other", "train", 130, "step 812"),
    ("crash", "train", 137, "bash: line 1: 4242 Killed                  python train.py"),
    # Slurm, Docker, Kubernetes, clouds
    ("oom", "train", 137, "slurmstepd: error: Detected 1 oom_kill event in StepId=77.batch. Some of the step tasks have been OOM Killed."),
    ("oom", "train", 1, "slurmstepd: error: Exceeded job memory limit at some point."),
    ("timeout", "train", 143, "slurmstepd: error: *** JOB 77 ON n1 CANCELLED AT 2026-03-28T11:06:00 DUE TO TIME LIMIT ***"),
    ("preempted", "train", 143, "slurmstepd: error: *** STEP 77.0 ON n1 CANCELLED AT 2026-03-28T11:06:00 DUE TO PREEMPTION ***"),
    ("crash", "train", 143, "slurmstepd: error: *** JOB 77 ON n1 CANCELLED AT 2026-03-28T11:06:00 DUE TO NODE FAILURE ***"),
    ("quota", "train", 1, "sbatch: error: QOSMaxGRESPerUser"),
    ("oom", "train", 137, "State: Terminated  Reason: OOMKilled  Exit Code: 137"),
    ("missing_input", "setup", 125, 'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].'),
    ("missing_input", "setup", 125, "docker: Error response from daemon: pull access denied for trainer, repository does not exist"),
    ("missing_input", "setup", 127, 'exec: "train": executable file not found in $PATH: unknown.'),
    ("preempted", "train", 143, "Instance trainer-7 was preempted."),
    ("missing_input", "train", 1, "botocore.errorfactory.NoSuchKey: An error occurred (NoSuchKey)"),
    # trainers
    ("diverged", "train", 1, "step:12/1000 train_loss:nan train_time:812ms"),
    ("diverged", "train", 1, '{"step": 12, "loss": NaN}'),
    ("diverged", "train", 1, "loss = inf at step 3, giving up"),
    ("diverged", "train", 0, "Loss is nan, stopping training"),
    ("nonfinite_export", "export", 101, "error: export failed: non-finite tensor (min NaN, max NaN)"),
    ("nonfinite_export", "export", 1, "ValueError: cannot quantize blocks.3.weight: NaN in scale"),
    ("refused_projection", "setup", 2, "refused: the projection of 31,000 s is over the cap"),
    ("refused_projection", "setup", 2, "projected train time 812 s exceeds the cap of 600 s"),
    ("no_score_receipt", "score", 0, "done, artifact exported"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "stage", "status", "line"), LINES)
def test_what_programs_say(kind: str, stage: str, status: int, line: str) -> None:
    found = failure_of(Ended(status, lines=("step 811 loss 3.2", line, "  at frame 7", "")))
    assert (found.kind, found.stage) == (kind, stage)


@pytest.mark.parametrize(("kind", "stage", "status", "line"), LINES)
def test_an_honest_log_contradicts_nothing(kind: str, stage: str, status: int, line: str) -> None:
    """Whatever the launcher knew besides, but for a loss that was lost before."""
    for ended in (
        Ended(status),
        Ended(143, is_preempted=True),
        Ended(143, is_wall_limit_reached=True),
        Ended(137, oom_kills=1),
        Ended(status, is_retry=True),
        Ended(-11),
        Ended(status, stage=stage),
    ):
        full = replace(ended, lines=("step 811 loss 3.2", line))
        found = shown_otherwise(failure_of(full), "\n".join(full.lines).encode())
        assert found == "" or kind == "diverged" != failure_of(full).kind


@pytest.mark.parametrize(
    "stated", ["oom", "crash", "timeout", "infeasible", "other", "missing_input"]
)
def test_a_regression_by_another_name_is_seen(stated: str) -> None:
    log = "\n".join(f"step {n} loss: {loss}" for n, loss in enumerate((7, 6, 5, 5, 8, 12, 14, 15)))
    found = shown_otherwise(Failure(stated, "train", ""), log.encode())
    assert found == f"the log shows diverged (the loss rose far above the run's own early loss; last line: step 7 loss: 15), the row says {stated}"  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "warning: vocab of 50257 is not divisible by 128, padded to 50304",
        "loss 3.2 information about nanoseconds",
        "CUDA out of memory, retrying with micro batch 4",
        "your branch and origin/main have diverged",
        "quota: 7 GB of 10 GB used",
        "missing input tensor t1",
        "exporting to /nanny/inf.bin",
    ],
)
def test_what_tells_nothing(line: str) -> None:
    assert failure_of(Ended(1, lines=(line, "boom"))).kind == "crash"


class TestLauncher:
    """What the launcher knows comes before what was printed."""

    def test_the_kernels_count_comes_first(self) -> None:
        ended = Ended(status=137, oom_kills=1, is_wall_limit_reached=True, lines=("step 3",))
        assert failure_of(ended).kind == "oom"

    def test_preempted_and_wall_limit(self) -> None:
        lines = ("CUDA out of memory",)
        assert failure_of(Ended(143, lines=lines, is_preempted=True)).kind == "preempted"
        assert failure_of(Ended(143, lines=lines, is_wall_limit_reached=True)).kind == "timeout"

    @pytest.mark.parametrize("line", ["CUDA out of memory", "MemoryError"])
    def test_what_does_not_fit_after_one_retry_is_infeasible(self, line: str) -> None:
        assert failure_of(Ended(1, lines=(line,), is_retry=True)).kind == "infeasible"

    def test_the_first_cause_counts_among_ranks(self) -> None:
        lines = ("[rank1]: CUDA out of memory", "[rank0]: NCCL error: remote process exited")
        assert failure_of(Ended(1, lines=lines)).detail == lines[0]

    def test_a_loss_that_rose(self) -> None:
        lines = [f"step {n} loss: {loss}" for n, loss in enumerate((7, 6, 5, 5, 8, 12, 14, 15))]
        assert failure_of(Ended(0, lines=lines)).kind == "diverged"

    def test_nan_while_it_exports(self) -> None:
        assert failure_of(Ended(1, lines=("w3: nan",), stage="export")).kind == "nonfinite_export"


# Public HOMEGOLF runs: run, exit status, what its documents say of the end, kind.
PUBLIC: list[tuple[str, int, str, str]] = [
    ("homegolf_competitive_worktree_relaunch_20260328", 1, "disk_quota_exceeded", "quota"),
    ("archlinux_rerun_quota_failures_20260328", 1, "disk_quota_exceeded", "quota"),
    ("tailrun-matrix-pre-fix-attempts-20260328", 1, "disk_quota_exceeded", "quota"),
    ("google-single-h100-lane-20260328", 1, "zero H100 quota", "quota"),
    ("runpod-lane-20260328", 1, "missing provider credential", "missing_input"),
    ("homegolf_competitive_nottt_ema_fullscore_20260328", 1, "missing input tensor t1", "crash"),
    ("homegolf_competitive_nottt_ema_projection_refusal_8dad683d_20260328", 2, "refused_wallclock_projection", "refused_projection"),
    ("homegolf-baseline-g64-roundtrip-600s-20260328b", 1, "diverged_at_step: 2", "diverged"),
    ("20260328c", 101, "artifact_export: non-finite tensor (min NaN, max NaN)", "nonfinite_export"),
    ("homegolf-baseline-g64-stepcap2-clip1-lr050-ema997-artifactonly-600s-20260328m", 101, "non-finite tensor; panicked", "nonfinite_export"),
    ("homegolf_baseline_actual_20260328", 0, "artifact_exported: true", "no_score_receipt"),
    ("homegolf-baseline-g64-stepcap1-clip1-600s-20260328d", 0, "artifact_exported: true", "no_score_receipt"),
]  # fmt: skip


@pytest.mark.parametrize(("run", "status", "said", "kind"), PUBLIC)
def test_public_runs(run: str, status: int, said: str, kind: str) -> None:
    assert failure_of(Ended(status, lines=(said,))).kind == kind, run
