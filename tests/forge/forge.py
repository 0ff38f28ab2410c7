"""A forge on this machine: a bare repository behind `git http-backend`, with hooks for rulesets."""

import base64
import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from tests.e2e.world import GIT, World, executable

# What a forge's rulesets promise: numbered tags are write-once, main is never forced or deleted.
RULES = """
zero=0000000000000000000000000000000000000000
while read -r old new ref; do
  case $ref in
    refs/tags/incumbents/*|refs/tags/promotions/*)
      if [ "$old" != "$zero" ]; then echo "ruleset: $ref is write-once" >&2; exit 1; fi ;;
    refs/heads/main)
      if [ "$new" = "$zero" ]; then echo "ruleset: main is not deleted" >&2; exit 1; fi
      if [ "$old" != "$zero" ] && ! git merge-base --is-ancestor "$old" "$new"; then
        echo "ruleset: main is not forced" >&2; exit 1
      fi ;;
  esac
done
"""
# A push asks which refs there are, then writes; something may happen on the forge before either.
Stage = Literal["listing", "writing"]
# A connection is lost before anything is done, in the middle of what is sent, when all is done and
# nothing or half of it was answered; or the forge is silent for long, or answers with a number.
_SILENCE = 3.0  # seconds
Drop = Literal["before", "upload", "after", "within", "silent", "429", "500", "502"]


@dataclass(slots=True)
class Forge:
    """The bare repository, its address, and what is to happen in the middle of the next push."""

    world: World
    bare: Path
    url: str = ""
    token: str | None = None  # while there is one, nothing is read or written without it
    pulls: int = 0
    pushes: int = 0
    interruptions: dict[Stage, Callable[[], object]] = field(default_factory=dict)
    drop: Callable[[], Drop | None] = lambda: None  # where the next request loses its connection

    def git(self, *arguments: str, code: int | None = 0) -> str:
        """Run git in the bare repository, past the rulesets."""
        return World(self.world.root, self.bare, self.world.home).git(*arguments, code=code)

    def refs(self, *patterns: str) -> dict[str, str]:
        """Object of each ref."""
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)", *patterns)
        return dict(line.split(" ") for line in lines.splitlines())

    def tags(self) -> dict[str, str]:
        """Object of each tag, by its short name."""
        found = self.refs("refs/tags")
        return {name.removeprefix("refs/tags/"): oid for name, oid in found.items()}

    @property
    def main(self) -> str:
        """The commit of main."""
        return self.git("rev-parse", "refs/heads/main")

    def clone(self, name: str, *options: str) -> World:
        """A clone over HTTP."""
        return self.world.clone(name, *options, source=self.url)

    def pull(self, branch: str, *, is_fork: bool = False) -> int:
        """Open a pull request of a branch; its number. The branch of a fork is not here."""
        self.pulls += 1
        self.git("update-ref", f"refs/pull/{self.pulls}/head", f"refs/heads/{branch}")
        if is_fork:
            self.git("update-ref", "-d", f"refs/heads/{branch}")
        return self.pulls

    def interrupt(self, stage: Stage, action: Callable[[], object]) -> None:
        """Do something in the middle of the next push."""
        self.interruptions[stage] = action


class _Server(ThreadingHTTPServer):
    """Waits for its handlers when it is closed."""

    daemon_threads = False

    def __init__(self, forge: Forge) -> None:
        self.forge, self.environment = forge, dict(os.environ)
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is nothing to speak of."""


class _Handler(BaseHTTPRequestHandler):
    """One request as `git http-backend` takes it."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve(has_body=False)

    def do_POST(self) -> None:
        self._serve(has_body=True)

    def _half_of_body(self) -> None:
        if self.headers.get("Transfer-Encoding") == "chunked":
            self.rfile.readline()
        self.rfile.read(int(self.headers.get("Content-Length", "2")) // 2)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _serve(self, *, has_body: bool) -> None:
        if self._is_stranger():
            self._refuse(401, "WWW-Authenticate", 'Basic realm="forge"')
            return
        drop = self.server.forge.drop()
        if drop == "upload" and has_body:
            self._half_of_body()
        if drop == "silent":
            time.sleep(_SILENCE)
        if drop in {"before", "silent", "upload"}:
            self.close_connection = True
            return
        body = self._body() if has_body else b""
        if drop and drop.isdigit():
            self._refuse(int(drop), "Retry-After", "1")
            return
        self._interrupt()
        ran = subprocess.run(
            [GIT, "http-backend"], env=self._environment(len(body)), input=body,
            capture_output=True, check=False,
        )  # fmt: skip
        if drop == "after":
            self.close_connection = True
            return
        head, _, content = ran.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200").split(" ")[0]))
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if drop == "within" else content)

    def _refuse(self, status: int, name: str, value: str) -> None:
        self.send_response(status)
        self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def _is_stranger(self) -> bool:
        token = self.server.forge.token
        given = self.headers.get("Authorization", "").partition(" ")[2]
        expected = f"x-access-token:{token}".encode()
        return token is not None and base64.b64decode(given) != expected

    def _interrupt(self) -> None:
        if "git-receive-pack" not in self.path:
            return
        stage: Stage = "writing" if self.command == "POST" else "listing"
        self.server.forge.pushes += stage == "writing"
        if action := self.server.forge.interruptions.pop(stage, None):
            action()

    def _environment(self, length: int) -> Mapping[str, str]:
        address = urlsplit(self.path)
        return self.server.environment | {
            "GIT_PROJECT_ROOT": str(self.server.forge.bare.parent),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REQUEST_METHOD": self.command,
            "PATH_INFO": address.path,
            "QUERY_STRING": address.query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REMOTE_ADDR": "127.0.0.1",
            "REMOTE_USER": "someone",
        }


@contextlib.contextmanager
def serve(world: World, name: str = "forge") -> Iterator[Forge]:
    """A forge that holds what the world's repository holds, which gets it as its origin."""
    bare = world.root / name / "ledger.git"
    bare.parent.mkdir()
    world.git("clone", "--quiet", "--bare", str(world.repo), str(bare))
    forge = Forge(world, bare)
    forge.git("config", "http.receivepack", "true")
    forge.git("config", "receive.fsckObjects", "true")
    forge.git("config", "receive.hideRefs", "refs/pull")  # they are the forge's own
    executable(bare / "hooks" / "pre-receive", RULES)
    with _Server(forge) as server:
        forge.url = f"http://127.0.0.1:{server.server_port}/ledger.git"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            world.git("remote", "add", "origin", forge.url)
            world.git("fetch", "--quiet", "origin")
            world.git("branch", "--quiet", "--set-upstream-to=origin/main", "main")
            yield forge
        finally:
            server.shutdown()
            thread.join()
