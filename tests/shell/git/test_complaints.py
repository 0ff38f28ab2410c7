"""What git says where it cannot write, made into a finding that names the place and what helps."""

from pathlib import Path

import pytest

from homegolf_git.shell.git.complaints import lacking, unwritten_by_git

GIT_SAYS = {
    "error: unable to create temporary file: No space left on device": "df -h {top}",
    "fatal: Unable to create temporary file '{top}/objects/pack/tmp_pack_XXXXXX': Disk quota exceeded": "quota",
    "fatal: sha1 file 'objects/tmp_pack_YgvuRw' write error. Out of diskspace": "df -h {top}/objects",
    "fatal: write error: File too large": "ulimit -f unlimited",
    "fatal: Unable to create '{top}/index.lock': Read-only file system": "have {top} mounted",
    "error: insufficient permission for adding an object to repository database ./objects": "chmod -R u+rwX {top}/objects",
    "fatal: Unable to create '{top}/index.lock': Permission denied": "chmod -R u+rwX {top}",
    "error: cannot update ref 'refs/heads/main': couldn't write '{top}/main.lock'": "make room",
    "error: cannot lock ref 'refs/a/b': unable to create directory for objects/a/b": "make room",
    "error: unable to write file x.yaml\nfatal: Could not reset index file to revision 'HEAD'.": "make room",
    "error: first\nfatal: cannot store it: No space left on device\nhint: last": "df -h {top}",
}
OTHERS = (
    "remote: fatal: write error: No space left on device",
    "error: remote unpack failed: No space left on device",
    "error: could not write to the tracker",
    "fatal: unable to write file /x/objects/pack/pack-1.pack: No such file or directory",  # pruned
    "fatal: Unable to create '/x/index.lock': File exists.",
    "error: open('x'): Permission denied",
)


@pytest.mark.parametrize(("said", "helps"), GIT_SAYS.items())
def test_could_not_write(tmp_path: Path, said: str, helps: str) -> None:
    (tmp_path / "objects").mkdir()
    error = unwritten_by_git(said.format(top=tmp_path), tmp_path)
    assert error is not None
    (item,) = error.findings
    assert (error.exit_code, item.code) == (4, "cannot_write")
    assert str(tmp_path) in item.message
    assert helps.format(top=tmp_path) in item.fix


@pytest.mark.parametrize("said", OTHERS)
def test_is_something_else(tmp_path: Path, said: str) -> None:
    assert unwritten_by_git(said, tmp_path) is None


@pytest.mark.parametrize(
    "said",
    [
        f"error: object file .git/objects/d9/{'b' * 38} is empty",
        f"error: garbage at end of loose object 'd9{'b' * 38}'\nfatal: loose object {'a' * 40}",
        f"fatal: Can't load tree d9{'b' * 38}",
    ],
)
def test_the_object_that_it_could_not_have(said: str) -> None:
    assert lacking(said) == "d9" + "b" * 38
