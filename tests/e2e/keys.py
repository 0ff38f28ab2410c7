"""Keys of ssh-keygen, and a git that is set to sign with one."""

import subprocess
from pathlib import Path

from tests.e2e.world import LANE, World, lane_text

SIGNERS = "ledger/allowed_signers"


def make_keys(folder: Path, *names: str) -> dict[str, Path]:
    """A key for each name; the path of its private half."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]  # fmt: skip
        subprocess.run(words, check=True, capture_output=True)
    return {name: folder / name for name in names}


def line(key: Path, name: str, *options: str) -> str:
    """A line of a list of allowed signers."""
    kind, text, *_ = Path(f"{key}.pub").read_text().split()
    return " ".join([name, *([",".join(options)] if options else []), kind, text]) + "\n"


def sign_with(world: World, key: Path | None) -> None:
    """Have git sign with a key from now on, where it is told to sign; None: with none."""
    if key is None:
        world.git("config", "--unset-all", "gpg.format", code=None)
        world.git("config", "--unset-all", "user.signingkey", code=None)
        return
    world.git("config", "gpg.format", "ssh")
    world.git("config", "user.signingkey", f"{key}.pub")


def ask(world: World, signers: str, **asked: str) -> str:
    """Have the lane ask for signatures by this list; the commit."""
    asked = asked or {"rows": "required", "tags": "required"}
    return world.commit("Ask", {SIGNERS: signers, f"ledger/{LANE}/lane.yaml": lane_text(signatures=asked)})  # fmt: skip
