"""Lists of allowed signers: whose key is whose."""

import base64
import hashlib
import time

import pytest

from homegolf_git.core.model.signers import Signer, read_signers, still_valid

KEY = base64.b64encode(b"a key").decode()
PRINT = "SHA256:" + base64.b64encode(hashlib.sha256(b"a key").digest()).decode().rstrip("=")


@pytest.mark.parametrize(("line", "names", "ends"), [
    (f"ada ssh-ed25519 {KEY}", ("ada",), ""),
    (f"ada,ada@example.org ssh-ed25519 {KEY} a comment", ("ada", "ada@example.org"), ""),
    (f'"Ada Lovelace,ada" ssh-rsa {KEY}', ("Ada Lovelace", "ada"), ""),
    (f'ada namespaces="git,file",valid-before="20260101" ecdsa-sha2-nistp256 {KEY}', ("ada",), "20260101"),
    (f"ada valid-before=20260101120000Z sk-ssh-ed25519@openssh.com {KEY}", ("ada",), "20260101120000"),
    (f"*@example.org\tcert-authority\tssh-ed25519\t{KEY}", ("*@example.org",), ""),
    (f"  ada   ssh-ed25519   {KEY}  \r", ("ada",), ""),
])  # fmt: skip
def test_lines(line: str, names: tuple[str, ...], ends: str) -> None:
    found = read_signers(f"# first\n\n{line}\n".encode())
    assert found.bad_lines == []
    assert found.all == [Signer(names, PRINT, ends)]


@pytest.mark.parametrize("line", [
    "ada", f"ssh-ed25519 {KEY}", "ada ssh-ed25519", f"ada rsa {KEY}", "ada ssh-ed25519 ====",
    f"ada nonsense more ssh-ed25519 {KEY}", "ada ssh-ed25519 abc", "\0", "ada ssh-ed25519 A",
])  # fmt: skip
def test_lines_that_are_none(line: str) -> None:
    assert read_signers(f"ada ssh-ed25519 {KEY}\n{line}\n".encode()).bad_lines == [2]


@pytest.mark.parametrize(("patterns", "name", "fits"), [
    (("ada",), "ada", True), (("ada",), "Ada", False), (("ada",), "adam", False),
    (("*",), "anybody", True), (("*@example.org",), "ada@example.org", True),
    (("a?a",), "ada", True), (("a*a*a",), "abaca", True), (("a*b",), "a", False),
    (("*", "!eve"), "eve", False), (("*", "!eve"), "ada", True), (("!eve",), "ada", False),
    (("",), "", True), (("ada*",), "ada", True),
])  # fmt: skip
def test_patterns(patterns: tuple[str, ...], name: str, fits: bool) -> None:
    assert Signer(patterns, PRINT).may_sign_for(name) is fits


def test_a_pattern_takes_no_time() -> None:
    start = time.process_time()
    assert not Signer(("*a" * 500 + "b",), PRINT).may_sign_for("a" * 5000)
    assert time.process_time() - start < 5


def test_who_may_sign() -> None:
    signers = read_signers(f"ada,a@example.org,b* ssh-ed25519 {KEY}\n".encode())
    assert signers.may_sign(PRINT, "ada", "a@example.org")
    assert signers.may_sign(PRINT, "ada", "bob")
    assert not signers.may_sign(PRINT, "ada", "eve")
    assert not signers.may_sign("SHA256:other", "x", "ada")
    assert signers.may_sign("SHA256:of-a-certificate", "eve", "eve")


def test_a_key_on_two_lines() -> None:
    """Only the line counts that git found valid; and it is told."""
    signers = read_signers(f"ada ssh-ed25519 {KEY}\nbob ssh-ed25519 {KEY}\n".encode())
    assert signers.bad_lines == [2]
    assert signers.may_sign(PRINT, "bob", "bob")
    assert not signers.may_sign(PRINT, "bob", "ada")


def test_keys_that_have_ended() -> None:
    lines = [
        b"# a list", f'ada valid-before="20260101" ssh-ed25519 {KEY}'.encode(), b"",
        f'bob valid-before="20270101" ssh-ed25519 {KEY}'.encode(), b"none",
    ]  # fmt: skip
    found = still_valid(b"\n".join(lines), "20260601000000")
    assert found == b"\n".join([lines[0], *lines[2:]])
