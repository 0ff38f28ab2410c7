"""Train a small byte-level language model in about a second and write a receipt of its score.

The model predicts the next byte from the last `context` bytes: one embedding per byte value, one
hidden ReLU layer, softmax over the 256 byte values. The text is the language reference that every
CPython ships (`pydoc_data.topics`). A token is one byte, so bits per byte equal bits per token.

    python train.py --config config.json --seed 1337 --out DIR

Exit codes: 0 scored, report.json written; 2 unusable arguments, config or text; 3 out of memory;
4 diverged (non-finite loss). Unless the code is 0, DIR holds no report.json.
"""
# ruff: noqa: INP001 - a script to run, not part of a package

import argparse
import dataclasses
import hashlib
import io
import json
import math
import os
import platform
import sys
import time
from pathlib import Path
from pydoc_data.topics import topics

# BLAS reads these once, on import. With one thread each, runs side by side do not slow each
# other down, and sums are taken in the same order whatever the number of cores.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = os.environ["VECLIB_MAXIMUM_THREADS"] = "1"

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]

VOCABULARY = 256  # tokens are bytes
VALIDATION_BYTES = 40_000  # the end of the text; fixed, though CPython's versions differ in text
MIN_TRAIN_BYTES = 200_000
EVAL_CHUNK_TOKENS = 2_000  # keeps the (chunk, 256) logits inside the CPU cache
ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON = 0.9, 0.99, 1e-8
UNUSABLE, OUT_OF_MEMORY, DIVERGED = 2, 3, 4  # exit codes


class RunError(Exception):
    """A foreseen end without a score: args are the exit code and a one-line message."""


@dataclasses.dataclass(frozen=True)
class Config:
    """Everything that decides a run, apart from the seed; a config file names every field."""

    context: int  # bytes the model sees before the one it predicts
    embed_dim: int  # floats per byte embedding
    hidden_dim: int  # hidden units
    batch_tokens: int  # predicted bytes per step, sampled with replacement
    steps: int
    warmup_steps: int  # linear warm-up, under a linear decay to zero over all steps
    learning_rate: float  # Adam's peak step size
    grad_clip_norm: float  # largest allowed L2 norm of the whole gradient
    weight_decay: float  # decoupled, per unit of learning rate
    init_scale: float  # multiplies the 1/sqrt(fan-in) standard deviation of the initial weights

    @classmethod
    def read(cls, path: Path) -> "Config":
        """Parse a JSON config strictly, so that a misspelt setting cannot pass as a default."""
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise RunError(UNUSABLE, f"cannot read config {path}: {error}") from error
        if not isinstance(raw, dict):
            raise RunError(UNUSABLE, "config must be a JSON object")
        kinds = {field.name: field.type for field in dataclasses.fields(cls)}
        for label, names in (("unknown", raw.keys() - kinds), ("missing", kinds.keys() - raw)):
            if names:
                raise RunError(UNUSABLE, f"{label} config key: {', '.join(sorted(names))}")
        for name, kind in kinds.items():
            # By type(), because JSON's true would pass isinstance(..., int). 1 is a fine float.
            if type(raw[name]) not in {int, kind}:
                wanted = "an integer" if kind is int else "a number"
                raise RunError(UNUSABLE, f"config key {name} must be {wanted}: {raw[name]!r}")
            smallest = 0 if name in {"warmup_steps", "weight_decay"} else sys.float_info.min
            if not smallest <= raw[name] <= 2**53:  # refuses NaN too
                raise RunError(UNUSABLE, f"config key {name} is out of range: {raw[name]!r}")
            raw[name] = float(raw[name]) if kind is float else raw[name]
        return cls(**raw)


class Model:
    """The network; its weights are views into one vector, so that the optimiser needs no loop."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.shapes: dict[str, tuple[int, ...]] = {
            "embedding": (VOCABULARY, config.embed_dim),
            "hidden_weight": (config.context * config.embed_dim, config.hidden_dim),
            "hidden_bias": (config.hidden_dim,),
            "output_weight": (config.hidden_dim, VOCABULARY),
            "output_bias": (VOCABULARY,),
        }
        self.flat, self.weights = self._zeros()
        self.flat_grad, self.grads = self._zeros()

    def _zeros(self) -> tuple[Floats, dict[str, Floats]]:
        """Allocate one vector as long as all weights, and views of it in the weights' shapes."""
        count = sum(math.prod(shape) for shape in self.shapes.values())
        if 4 * count > sys.maxsize:  # numpy would call this a ValueError
            raise MemoryError(f"no address space for {count} weights")
        flat, views, start = np.zeros(count, np.float32), {}, 0
        for name, shape in self.shapes.items():
            views[name] = flat[start : start + math.prod(shape)].reshape(shape)
            start += math.prod(shape)
        return flat, views

    def initialise(self, rng: np.random.Generator) -> None:
        """Draw the weights; biases stay zero."""
        for name, fan_in in (
            ("embedding", 1),  # a look-up, nothing is summed
            ("hidden_weight", self.config.context * self.config.embed_dim),
            ("output_weight", self.config.hidden_dim),
        ):
            std = self.config.init_scale / math.sqrt(fan_in)
            self.weights[name][:] = std * rng.standard_normal(self.shapes[name], np.float32)

    def forward(self, text: Bytes, at: Ints) -> tuple[Bytes, Floats, Floats, Floats]:
        """Predict text[at] from the bytes before it; `at` is (batch,), each at least `context`.

        Returns the bytes before (batch, context), their embeddings (batch, context * embed_dim),
        the hidden units (batch, hidden_dim) and log-probabilities in nats (batch, 256).
        """
        before: Bytes = text[at[:, None] + np.arange(-self.config.context, 0)]
        inputs: Floats = self.weights["embedding"][before].reshape(len(at), -1)
        hidden: Floats = inputs @ self.weights["hidden_weight"]
        hidden += self.weights["hidden_bias"]
        np.maximum(hidden, 0, out=hidden)
        logits: Floats = hidden @ self.weights["output_weight"]
        logits += self.weights["output_bias"]
        logits -= logits.max(axis=1, keepdims=True)  # so that exp() cannot overflow
        logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return before, inputs, hidden, logits

    def backward(self, text: Bytes, at: Ints) -> float:
        """Set `grads` to the gradient of the mean loss at `at`; return that loss (nats/token)."""
        before, inputs, hidden, log_probs = self.forward(text, at)
        rows, targets = np.arange(len(at)), text[at]
        loss = -float(log_probs[rows, targets].mean())
        d_logits = np.exp(log_probs, out=log_probs)
        d_logits[rows, targets] -= 1
        d_logits /= len(at)
        np.matmul(hidden.T, d_logits, out=self.grads["output_weight"])
        d_logits.sum(axis=0, out=self.grads["output_bias"])
        d_hidden = d_logits @ self.weights["output_weight"].T
        d_hidden *= hidden > 0
        np.matmul(inputs.T, d_hidden, out=self.grads["hidden_weight"])
        d_hidden.sum(axis=0, out=self.grads["hidden_bias"])
        d_inputs = d_hidden @ self.weights["hidden_weight"].T
        # A byte occurs many times in a batch; bincount sums over those far faster than add.at.
        size = self.config.embed_dim
        cells = before.astype(np.int64)[:, :, None] * size + np.arange(size)
        summed = np.bincount(cells.ravel(), d_inputs.ravel(), VOCABULARY * size)
        self.grads["embedding"][:] = summed.reshape(VOCABULARY, size)
        return loss

    def validation_loss(self, text: Bytes, tokens: int) -> float:
        """Score the first `tokens` held-out bytes, each once, in order; return nats per token."""
        start, total_nats = len(text) - VALIDATION_BYTES, 0.0
        for first in range(start, start + tokens, EVAL_CHUNK_TOKENS):
            at = np.arange(first, min(first + EVAL_CHUNK_TOKENS, start + tokens))
            log_probs = self.forward(text, at)[-1]
            total_nats -= float(log_probs[np.arange(len(at)), text[at]].sum(dtype=np.float64))
        return total_nats / tokens


def train(
    model: Model, text: Bytes, rng: np.random.Generator, max_seconds: float
) -> tuple[int, float]:
    """Run Adam on the text before the held-out part; return steps made and seconds taken."""
    config, started, seconds, step = model.config, time.perf_counter(), 0.0, 0
    mean, square, grad = np.zeros_like(model.flat), np.zeros_like(model.flat), model.flat_grad
    while step < config.steps and seconds < max_seconds:
        step += 1
        at = rng.integers(config.context, len(text) - VALIDATION_BYTES, config.batch_tokens)
        loss = model.backward(text, at)
        norm = math.sqrt(float(grad @ grad))
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise RunError(DIVERGED, f"diverged at step {step}: loss {loss}, gradient norm {norm}")
        grad *= min(1.0, config.grad_clip_norm / (norm + ADAM_EPSILON))
        mean += (1 - ADAM_BETA1) * (grad - mean)
        square += (1 - ADAM_BETA2) * (grad * grad - square)
        rate = config.learning_rate * min(1.0, step / (config.warmup_steps + 1))
        rate *= 1 - (step - 1) / config.steps
        model.flat *= 1 - rate * config.weight_decay
        root = np.sqrt(square / (1 - ADAM_BETA2**step)) + ADAM_EPSILON
        model.flat -= rate / (1 - ADAM_BETA1**step) * mean / root
        seconds = time.perf_counter() - started
        if step % max(1, config.steps // 4) == 0:
            say(f"step {step}/{config.steps}: loss {loss:.4f} nats/token, {seconds:.2f} s")
    return step, seconds


def say(line: str) -> None:
    """Put one line on stderr; stdout stays free."""
    sys.stderr.write(line + "\n")


def sha256_hex(content: bytes) -> str:
    """Give the SHA-256 digest in lower-case hex."""
    return hashlib.sha256(content).hexdigest()


def write_atomically(path: Path, content: bytes) -> None:
    """Put the whole of `content` under `path`, or leave nothing new there."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def run(args: argparse.Namespace) -> None:
    """Train, export, score the exported file and write the receipt, in that order."""
    config = Config.read(args.config)
    text_bytes = "".join(topics[key] for key in sorted(topics)).encode("utf-8")
    needed_bytes = VALIDATION_BYTES + max(MIN_TRAIN_BYTES, config.context + 1)
    if len(text_bytes) < needed_bytes:
        raise RunError(UNUSABLE, f"text too short: {len(text_bytes)} of {needed_bytes} bytes")
    text: Bytes = np.frombuffer(text_bytes, np.uint8)

    rng = np.random.default_rng(args.seed)  # the only source of randomness
    model = Model(config)
    model.initialise(rng)
    steps, train_seconds = train(model, text, rng, args.max_train_seconds)

    halves = {name: weight.astype(np.float16) for name, weight in model.weights.items()}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **halves)
    artifact_path = args.out / "model.npz"
    write_atomically(artifact_path, buffer.getvalue())

    # What is scored is what was shipped: the half-precision weights as read back from the disk.
    artifact = artifact_path.read_bytes()
    exported = Model(config)
    with np.load(io.BytesIO(artifact)) as arrays:
        for name, weight in exported.weights.items():
            weight[:] = arrays[name]
    tokens = scored_bytes = args.validation_tokens  # a token is a byte
    started = time.perf_counter()
    val_loss = exported.validation_loss(text, tokens)
    eval_seconds = time.perf_counter() - started
    if not math.isfinite(val_loss):  # for one, a weight beyond the range of half precision
        raise RunError(DIVERGED, f"diverged at step {steps}: validation loss {val_loss}")

    val_bpb = val_loss * tokens / (scored_bytes * math.log(2))
    report = {
        "format": "homegolf-demo-report/1",
        "seed": args.seed,
        "config": dataclasses.asdict(config),
        "final": {
            "val_bpb": val_bpb,
            "val_loss": val_loss,
            "evaluated_tokens": tokens,
            "evaluated_bytes": scored_bytes,
        },
        "train": {"steps": steps, "tokens": steps * config.batch_tokens, "seconds": train_seconds},
        "eval": {"seconds": eval_seconds},
        "artifact": {"file": "model.npz", "bytes": len(artifact), "sha256": sha256_hex(artifact)},
        "data": {"sha256": sha256_hex(text_bytes), "validation_bytes": VALIDATION_BYTES},
        "host": {"machine": platform.machine(), "cores": os.cpu_count()},
    }
    write_atomically(args.out / "report.json", (json.dumps(report, indent=2) + "\n").encode())
    say(f"val_bpb {val_bpb:.4f} over {tokens} tokens, {len(artifact)} bytes of model")


def main() -> int:
    """Parse the command line, run, and turn each foreseen failure into its exit code."""
    parser = argparse.ArgumentParser(description="Train and score a small byte-level model.")
    parser.add_argument("--config", type=Path, required=True, help="JSON file, every key given")
    parser.add_argument("--seed", type=int, required=True, help="0 or more")
    parser.add_argument("--out", type=Path, required=True, help="folder for report and model")
    parser.add_argument("--validation-tokens", type=int, default=VALIDATION_BYTES, metavar="N")
    parser.add_argument("--max-train-seconds", type=float, default=math.inf, metavar="S")
    args = parser.parse_args()
    try:
        args.out.mkdir(parents=True, exist_ok=True)
        for name in ("report.json", "model.npz"):  # an earlier run's must not pass for this one's
            (args.out / name).unlink(missing_ok=True)
    except OSError as error:
        parser.error(f"cannot use --out: {error}")
    if args.seed < 0 or not args.max_train_seconds > 0:
        parser.error("--seed must be 0 or more, and --max-train-seconds above 0")
    if not 1 <= args.validation_tokens <= VALIDATION_BYTES:
        parser.error(f"--validation-tokens must be 1 to {VALIDATION_BYTES}")
    try:
        with np.errstate(all="ignore"):  # non-finite numbers are looked for where they matter
            run(args)
    except RunError as error:
        code, message = error.args
        say(message)
        return int(code)
    except MemoryError as error:
        say(f"out of memory: {error}")
        return OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main())
