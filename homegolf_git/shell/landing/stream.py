"""Commits as `git fast-import` reads them: one process for a whole series."""

from collections.abc import Mapping, Sequence

from homegolf_git.core.model.naming import REGULAR_FILE_MODE, Oid

Part = tuple[str, Mapping[str, bytes]]  # the message of a commit, and the files that it adds


def commit_stream(
    ref: str,
    head: Oid,
    idents: Mapping[str, bytes],
    parts: Sequence[Part],
    gone: Sequence[str] = (),
) -> bytes:
    """Commits one on the other, the first on `head` if there is one; names go as git has them, UTF-8 or not."""
    lines: list[bytes] = []
    for number, (message, files) in enumerate(parts):
        text = message.encode()
        lines.append(f"commit {ref}\n".encode())
        lines += [role.encode() + b" " + ident + b"\n" for role, ident in idents.items()]
        lines += [b"data %d\n" % len(text), text, b"\n"]
        if number == 0 and head:  # the others stand on the one before
            lines.append(f"from {head}\n".encode())
        for name, data in files.items():
            lines += [
                f"M {REGULAR_FILE_MODE} inline {name}\ndata {len(data)}\n".encode(),
                data,
                b"\n",
            ]
        lines += [f"D {name}\n".encode() for name in gone]
    return b"".join(lines)
