"""Inputs made from seeds by chance alone; the same number gives the same input on any machine."""

import random
import re
from collections.abc import Callable, Sequence

SIZE_MAX = 16 * 1024  # bytes of an input
GROWN = 64 * 1024  # of one that is as large as a document may be
_WORDS = (
    b"", b"null", b"~", b"true", b"no", b"0", b"-1", b"1e3", b"1.0e+300", b"1e999", b".inf", b"NaN",
    b"9007199254740993", b"9" * 400, b"99999999999999999999", b"0x1F", b"0o7", b"1_000", b"12:30:45", b"2026-02-30",
    b"2026-03-28T11:06:00Z", b"[]", b"{}", b"[[", b"{a: 1}", b'"', b"'", b'"\\ud800"', b'"\\u0000"',
    b"&a", b"*a", b"!!str x", b"|", b">", b"- ", b": ", b"? ", b"#", b"%YAML 1.2\n---\n", b"---", b"...",
    b"\n", b"\r\n", b"\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc2\x85", b"\xe2\x80\xa8", b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80", b"\x00", b"\x1b[31m", b"../", b"/", b"~1", b"a" * 300, b"**", b"*a*b*c*",
    b"CON", b".", b"refs/heads/x", b"@{", b"-----BEGIN SSH SIGNATURE-----", b"(", b")", b".*", b"[0-9]+",
)  # fmt: skip
_SCALAR = re.compile(rb"[A-Za-z0-9_.+-]+")
_NUMBER = re.compile(rb"[0-9]{1,15}")
_WORD_OF_LINE = re.compile(rb"[^:=\t ]*[:=\t ]")


def mutant(seeds: Sequence[bytes], number: int) -> bytes:
    """The input of a number: one of the seeds, changed in one to four places."""
    chance = random.Random(number)  # noqa: S311 - nothing is kept secret by it
    return mutated(seeds[number % len(seeds)], seeds, chance)


def grown(seeds: Sequence[bytes], number: int) -> bytes:
    """One of the seeds, grown by a line or a few bytes of it, each time alike or with a number behind."""
    chance = random.Random(number)  # noqa: S311 - nothing is kept secret by it
    data = seeds[number % len(seeds)]
    if chance.random() < 0.5 and b"\n" in data:
        start = chance.choice([found.end() for found in re.finditer(b"\n", data)])
        end = data.find(b"\n", start) + 1 or len(data)
    else:
        start, end = _span(data, chance, 20)
    part, room = data[start:end] or b"\n", GROWN - len(data)
    word = _SCALAR.search(part)
    if word is None or chance.random() < 0.5:
        return data[:start] + part * (room // len(part)) + data[end:]
    pieces = [
        part[: word.end()] + b"%d" % count + part[word.end() :]
        for count in range(room // (len(part) + 5))
    ]
    return data[:start] + b"".join(pieces) + data[end:]


def mutated(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """An input changed in one to four places."""
    for _ in range(chance.choice((1, 1, 1, 2, 2, 4))):
        data = chance.choice(_CHANGES)(data, seeds, chance)
    return data[:SIZE_MAX]


def _span(data: bytes, chance: random.Random, most: int = 40) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.randrange(most))


def _bits(data: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    if not data:
        return b"\x00"
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _word(data: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _span(data, chance, 8)
    return data[:start] + chance.choice(_WORDS) + data[chance.choice((start, end)) :]


def _scalar(data: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Another word in the place of one, or that of another place: what keeps the form."""
    found = list(_SCALAR.finditer(data))
    if not found:
        return chance.choice(_WORDS)
    here, there = chance.choice(found), chance.choice(found)
    word = chance.choice((there[0], chance.choice(_WORDS)))
    return data[: here.start()] + word + data[here.end() :]


def _number(data: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """A number that is a little another, or of another size."""
    found = list(_NUMBER.finditer(data))
    if not found:
        return data + b"1"
    digits = chance.choice(found)
    number = int(digits[0])
    near = (number + 1, abs(number - 1), number * 10, number // 2, 0, 1)
    text = b"%0*d" % (len(digits[0]), chance.choice(near))
    return data[: digits.start()] + text + data[digits.end() :]


def _fact(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """A line in the place of one that begins with the same word: what is valid may stay so."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    others = chance.choice(seeds).split(b"\n")
    word = _WORD_OF_LINE.match(lines[at])
    same = [line for line in others if word and line.startswith(word[0])]
    return b"\n".join([*lines[:at], *([chance.choice(same)] if same else []), *lines[at + 1 :]])


def _cut(data: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + data[end:]


def _again(data: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _span(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 1, 2, 50)) + data[end:]


def _lines(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """A line less, twice, elsewhere, or from another seed."""
    lines = data.split(b"\n")
    line = lines.pop(chance.randrange(len(lines)))
    others = chance.choice(seeds).split(b"\n")
    put = chance.choice(([], [line], [line, line], [chance.choice(others)]))
    at = chance.randrange(len(lines) + 1)
    return b"\n".join([*lines[:at], *put, *lines[at:]])


def _splice(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(seeds)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


_CHANGES: tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...] = (
    _bits, _word, _word, _scalar, _scalar, _scalar, _scalar, _number, _number, _number, _number,
    _fact, _fact, _fact, _fact, _cut, _again, _lines, _lines, _splice,
)  # fmt: skip
