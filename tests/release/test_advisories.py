"""The question about advisories, put by pip-audit to a service of this machine."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from release.advisories import Answer, ask, judged
from release.locks import locked

SETS = ("build",)
FIRST = locked("build")[0]
ADVISORY = {
    "id": "GHSA-0000-0000-0001", "modified": "2026-01-01T00:00:00Z", "summary": "s", "details": "d",
    "affected": [{
        "package": {"name": FIRST.name, "ecosystem": "PyPI"}, "versions": [FIRST.version],
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}],
    }],
}  # fmt: skip


class Service(BaseHTTPRequestHandler):
    """Answers as the public service of advisories does."""

    known: ClassVar[dict[str, list[Any]]] = {}

    def do_POST(self) -> None:
        """Tell the advisories of one package."""
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = self.known.get(query["package"]["name"], [])
        data = json.dumps({"vulns": found} if found else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    """The address of a service that knows of nothing."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    thread.join()
    server.server_close()


def at(address: str) -> Answer:
    return ask(SETS, ("--vulnerability-service", "osv", "--osv-url", address, "--timeout", "5"))


def test_nothing_is_known(service: str) -> None:
    assert at(service) == Answer([f"{len(locked('build'))} packages, no advisory"], 0)


def test_something_is_known(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Service.known, FIRST.name, [ADVISORY])
    said = f"{FIRST.name} {FIRST.version}: GHSA-0000-0000-0001, mended in 99.0"
    assert at(service) == Answer([said], 1)


def test_the_service_cannot_be_reached() -> None:
    answer = at("http://127.0.0.1:9/v1/query")  # where nobody listens
    assert answer.code == 4
    (line,) = answer.lines
    assert line.startswith("the advisory service could not be asked: ")


def test_a_package_that_was_passed_over_was_not_checked() -> None:
    """What asks calls that no known vulnerability."""
    skipped = {"name": "a", "skip_reason": "Dependency not found"}
    clean = {"name": "b", "version": "1", "vulns": []}
    unsafe = {"name": "c", "version": "1", "vulns": [{"id": "X-1", "fix_versions": []}]}
    assert judged([skipped, clean]).code == 4
    assert "no answer for 1 of 2 packages, such as a" in judged([skipped, clean]).lines[0]
    assert judged([skipped, unsafe]).code == 1
    assert judged([skipped, unsafe]).lines[0] == "c 1: X-1, mended in no version"
    assert judged([clean]).code == 0
