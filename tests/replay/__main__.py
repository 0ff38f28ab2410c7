"""`python -m tests.replay`: record the folders in a scratch repository and print the verdicts."""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.replay.folders import row_documents
from tests.replay.ledger import Answer, recorded
from tests.replay.sources import ABSENT, all_folders, extract

_LAYOUT = "{:>3} {:<48} {:<29} {:>5} {:>8} {:>9}  {}"


def table(verdicts: list[Answer]) -> str:
    """The verdicts in their order, and how many there are of each."""
    lines = [_LAYOUT.format("#", "run", "verdict", "seeds", "score", "gain", "why")]
    lines += [_line(verdict) for verdict in verdicts]
    counted = Counter(f"{verdict['class']}/{verdict['reason']}" for verdict in verdicts)
    lines += ["", *(f"{count:>5} {name}" for name, count in counted.most_common())]
    lines += ["", f"incumbent {verdicts[-1]['incumbent_after']}"]
    return "\n".join(lines)


def _line(verdict: Answer) -> str:
    score, gain = verdict["score"], verdict["delta"]
    return _LAYOUT.format(
        verdict["order"],
        verdict["run_id"][:48],
        f"{verdict['class']}/{verdict['reason']}",
        verdict["seeds"],
        "" if score is None else f"{score:.4f}",
        "" if gain is None else f"{gain:+.4f}",
        verdict["sentence"],
    )


def main() -> None:
    """Replay everything that is at hand."""
    folders = all_folders()
    if folders is None:
        sys.stderr.write(f"{ABSENT}; this is the extract\n")
        folders = extract()
    with tempfile.TemporaryDirectory(prefix="homegolf-replay-") as top:
        sys.stdout.write(table(recorded(Path(top), row_documents(folders)).verdicts()) + "\n")


if __name__ == "__main__":
    main()
