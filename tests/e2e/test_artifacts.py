"""`homegolf verify --artifacts`: real files and a real server over HTTP, on their worse days too."""

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.build import Document
from tests.e2e.world import BASE, Ran, World

DATA = b"weights" * 300_000  # two reads and a bit
SHA = hashlib.sha256(DATA).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Serves what the path says; HEAD is not allowed, as some stores have it."""

    protocol_version = "HTTP/1.1"
    ended = threading.Event()
    ways: dict[str, Callable[["Handler"], None]] = {}  # noqa: RUF012 - filled once, below

    def do_GET(self) -> None:
        """Answer."""
        self.ways[self.path](self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def give(self, data: bytes, *, length: int | None = None) -> None:
        """A body, and what is said of its length."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = length is not None

    def status(self, code: int, **headers: str) -> None:
        """A bare answer."""
        self.send_response(code)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def hang(self) -> None:
        """Half of it, and then silence."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(DATA)))
        self.end_headers()
        self.wfile.write(DATA[:1000])
        self.wfile.flush()
        self.ended.wait(20)


Handler.ways = {
    "/good": lambda h: h.give(DATA),
    "/short": lambda h: h.give(DATA[:-1]),
    "/long": lambda h: h.give(DATA + b"x"),
    "/other": lambda h: h.give(b"W" + DATA[1:]),
    "/cut": lambda h: h.give(DATA[:1000], length=len(DATA)),
    "/gone": lambda h: h.status(404),
    "/left": lambda h: h.status(410),
    "/private": lambda h: h.status(403),
    "/broken": lambda h: h.status(500),
    "/moved": lambda h: h.status(302, Location="/good"),
    "/round": lambda h: h.status(302, Location="/round"),
    "/away": lambda h: h.status(302, Location="file:///etc/passwd"),
    "/hang": Handler.hang,
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    Handler.ended.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        Handler.ended.set()
        running.shutdown()
        thread.join()


def artifact(uri: str | None, **facts: Any) -> Document:  # noqa: ANN401
    """An artifact as a row lists it."""
    return {"role": "model", "uri": uri, "sha256": SHA, "bytes": len(DATA), **facts}


def verify(world: World, *words: str) -> Ran:
    return world.homegolf("verify", "--artifacts", *words, "--json")


def codes(world: World, *artifacts: Document, words: tuple[str, ...] = ()) -> list[str]:
    """What is said of a row with these artifacts."""
    world.record("first", BASE, artifacts=list(artifacts))
    return verify(world, *words).codes()


@pytest.fixture
def kept(world: World) -> Path:
    """A file of the right bytes."""
    path = world.root / "m.ptz"
    path.write_bytes(DATA)
    return path


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/good", None),
        ("/moved", None),
        ("/short", "artifact_differs"),
        ("/long", "artifact_differs"),
        ("/other", "artifact_differs"),
        ("/gone", "artifact_missing"),
        ("/left", "artifact_missing"),
        ("/cut", "artifact_unreachable"),
        ("/private", "artifact_unreachable"),
        ("/broken", "artifact_unreachable"),
        ("/round", "artifact_unreachable"),
        ("/away", "artifact_unreachable"),
    ],
)
def test_over_http(world: World, server: str, path: str, code: str | None) -> None:
    assert codes(world, artifact(server + path)) == ([code] if code else [])


@pytest.mark.parametrize("stated", [{"bytes": None}, {"sha256": None}])
def test_size_or_digest_alone(world: World, server: str, stated: Document) -> None:
    listed = [artifact(server + path, **stated) for path in ("/good", "/short")]
    assert codes(world, *listed) == ["artifact_differs"]


def test_a_server_that_falls_silent(world: World, server: str) -> None:
    began = time.monotonic()
    assert codes(world, artifact(f"{server}/hang"), words=("--timeout", "0.5")) == [
        "artifact_unreachable"
    ]
    assert time.monotonic() - began < 10


def test_nobody_listens(world: World) -> None:
    world.record("first", BASE, artifacts=[artifact("http://127.0.0.1:1/m")])
    ran = verify(world)
    assert (ran.code, ran.codes()) == (0, ["artifact_unreachable"])
    assert ran.json()["findings"][0]["severity"] == "warning"
    assert ran.json()["artifacts"]["matching"] == 0


def test_a_file_as_it_changes(world: World, kept: Path) -> None:
    world.record("first", BASE, artifacts=[artifact(kept.as_uri())])
    assert verify(world).codes() == []
    for data in (DATA[:-1], DATA + b"x", b"W" + DATA[1:]):
        kept.write_bytes(data)
        ran = verify(world)
        assert (ran.code, ran.codes()) == (1, ["artifact_differs"])
    kept.unlink()
    ran = verify(world)
    assert (ran.code, ran.codes()) == (1, ["artifact_missing"])
    (item,) = ran.json()["findings"]
    assert item["path"] == "ledger/home/runs/2026-03/first.yaml"
    assert "first artifacts[0] (model)" in item["message"]


def test_what_is_no_file_is_not_read(world: World, kept: Path) -> None:
    pipe = world.root / "pipe"
    os.mkfifo(pipe)
    uris = [pipe.as_uri(), world.root.as_uri(), "file:///dev/zero"]
    assert codes(world, *map(artifact, uris)) == ["artifact_unreachable"] * 3
    assert kept.exists()


@pytest.mark.parametrize(
    "uri",
    ["m.ptz", "/etc/passwd", "memory://x", "zip://a::file:///tmp/x.zip", "simplecache::http://127.0.0.1:1/x", "github://a:b@c/d", "data:,x", "reference://", "://", "http://", "file://\x00", "s3://bucket/m"],
)  # fmt: skip
def test_no_other_address_is_opened(world: World, uri: str) -> None:
    assert codes(world, artifact(uri)) == ["artifact_unreachable"]


def test_what_is_passed_over_is_counted(world: World, kept: Path) -> None:
    uri = kept.as_uri()
    listed = [artifact(uri), artifact(None), artifact(uri, sha256=None, bytes=None)]
    world.record("first", BASE, artifacts=listed)
    world.record("second", (1.3,), artifacts=[artifact(f"{uri}.lost", role="log")])
    world.record("third", (1.3,))
    assert world.homegolf("retract", "second", "--reason", "lost", "--evidence", "x", "--by", "me").code == 0  # fmt: skip
    ran = verify(world)
    assert ran.code == 0, ran.said
    assert ran.json()["artifacts"] == {
        "listed": 4, "checked": 1, "matching": 1, "bytes": len(DATA),
        "without_address": 1, "without_digest": 1, "retracted": 1,
    }  # fmt: skip
    said = world.homegolf("verify", "--artifacts").out
    assert "1 artifact of 4 fetched, 2,100,000 bytes: 1 as their rows say" in said
    assert (
        "passed over: 1 without an address, 1 without size or digest, 1 of retracted runs" in said
    )


def test_a_sample_is_the_same_at_one_commit(world: World, kept: Path) -> None:
    for number in range(6):
        world.record(
            f"run-{number}", (1.3,), artifacts=[artifact(f"{kept.as_uri()}.{number}", role="log")]
        )

    def drawn() -> list[str]:
        ran = verify(world, "--sample", "2")
        assert ran.json()["artifacts"]["checked"] == 2
        return [item["path"] for item in ran.json()["findings"]]

    first = drawn()
    assert len(first) == 2
    assert drawn() == first
    seen = {tuple(first)}
    for number in range(5):
        world.commit(f"More {number}", {"notes.md": str(number)})
        seen.add(tuple(drawn()))
    assert len(seen) > 1


def test_nothing_is_fetched_unless_asked_for(world: World, kept: Path) -> None:
    world.record("first", BASE, artifacts=[artifact(f"{kept.as_uri()}.lost")])
    assert world.homegolf("verify").code == 0
    assert world.homegolf("verify", "--sample", "2").code == 2
