"""Starts ssh-keygen: signs with the key that git is set to sign with, and tells who signed.

What signs is what git is set to sign with. Who signed is asked of ssh-keygen itself, and of no list
of the user's.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.values import Value
from homegolf_git.errors import Exit, HomegolfError, environment_error
from homegolf_git.shell.files.unwritten import writing
from homegolf_git.shell.git.gitrepo import GitRepo

NAMESPACE = "homegolf-witness"  # what a signature is for, so that none of a commit passes for one
MARK = b"-----BEGIN SSH SIGNATURE-----"
_PROGRAM = "ssh-keygen"
_LITERALS = ("key::", "ssh-", "ecdsa-", "sk-")  # a key itself stands in the place of its file
UTC_TIMES = {"TZ": "UTC"}  # times of a list of signers are local ones unless they say otherwise
HOW_TO_SIGN = "run `git config gpg.format ssh` and `git config user.signingkey FILE`, where FILE is your public key, such as ~/.ssh/id_ed25519.pub"


class Signed(Value, frozen=True):
    """Whose signature it is; without a name nobody's that counts, and `why` says so."""

    names: tuple[str, ...] = ()
    why: str = ""


def signing_key(repo: GitRepo) -> str | None:
    """The SSH key that git is set to sign with, a file or the key itself; None where there is none."""
    how = repo.run("config", "--get", "gpg.format").text
    key = repo.run("config", "--type=path", "--get", "user.signingkey").text
    return key if how == "ssh" and key else None


def sign(repo: GitRepo, data: bytes) -> bytes | None:
    """A signature, armoured; None where git is set to sign with no SSH key.

    Raises:
        HomegolfError: where the key cannot sign.
    """
    key = signing_key(repo)
    if key is None:
        return None
    with _folder() as folder:
        words = ["-Y", "sign", "-n", NAMESPACE]
        if key.startswith(_LITERALS):
            file = folder / "key.pub"
            file.write_text(key.removeprefix("key::") + "\n", "utf-8")
            words += ["-U", "-f", str(file)]
        else:
            words += ["-f", key]
        program = repo.run("config", "--type=path", "--get", "gpg.ssh.program").text
        ran = _run(words, data, repo.top, program or _PROGRAM)
    if ran.returncode or not ran.stdout.startswith(MARK):
        said = _said(ran).rpartition("\n")[2]
        message = f"{said or 'ssh-keygen made no signature'}; the key is {key} (user.signingkey)"
        raise HomegolfError(Exit.ENVIRONMENT, finding("no_signing_key", message))
    return ran.stdout


def signed_by(data: bytes, signature: bytes, allowed: bytes, at: str) -> Signed:
    """Who of a list of allowed signers signed this, at the UTC time at which it says it was written.

    Raises:
        HomegolfError: where there is no ssh-keygen.
    """
    time = f"-Overify-time={datetime.fromisoformat(at):%Y%m%d%H%M%S}"
    with _folder() as folder:
        said, signers = folder / "signature", folder / "allowed_signers"
        said.write_bytes(signature)
        signers.write_bytes(allowed)
        common = ["-s", str(said), "-f", str(signers), time]
        found = _run(["-Y", "find-principals", *common], b"", folder)
        why = _said(found) or "nobody of the allowed signers"
        names = []
        for name in found.stdout.decode("utf-8", "replace").splitlines():
            checked = _run(["-Y", "verify", "-n", NAMESPACE, "-I", name, *common], data, folder)
            names += [name] if checked.returncode == 0 else []
            why = _said(checked)
    return Signed(tuple(names), "" if names else why.replace("\n", "; "))


def _said(ran: "subprocess.CompletedProcess[bytes]") -> str:
    return ran.stderr.decode("utf-8", "replace").strip()


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="homegolf-") as folder, writing(folder):
        yield Path(folder)


def _run(
    words: list[str], data: bytes, folder: Path, program: str = _PROGRAM
) -> "subprocess.CompletedProcess[bytes]":
    environment = {**os.environ, **UTC_TIMES, "LC_ALL": "C"}
    try:
        return subprocess.run(  # noqa: S603 - fixed words, keys and paths, no shell
            [program, *words], cwd=folder, env=environment, input=data, capture_output=True, check=False,
        )  # fmt: skip
    except OSError as error:
        raise environment_error(
            "no_ssh_keygen", f"{program} cannot be started: {error.strerror}"
        ) from error
