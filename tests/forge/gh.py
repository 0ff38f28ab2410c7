"""A stand-in for GitHub's command line: `gh api` and `gh pr create`, run as a process.

It behaves as the real one: an answer that is an error is printed unfiltered, fields make a request a
POST unless a method is given, and only `--paginate` follows pages. What `--jq` filters, jq filters.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.forge.service import BODY_MAX, TITLE_MAX, TOKEN, Answer, Pull, Service


def main(arguments: Sequence[str]) -> int:
    """Run one command against the service that a file holds."""
    service = Service(Path(arguments[0])).load()
    parser = argparse.ArgumentParser(prog="gh", allow_abbrev=False)
    commands = parser.add_subparsers(required=True)
    api = commands.add_parser("api", allow_abbrev=False)
    api.set_defaults(run=_api)
    api.add_argument("endpoint")
    api.add_argument("-X", "--method")
    api.add_argument("-f", "--raw-field", action="append", default=[])
    api.add_argument("-F", "--field", action="append", default=[])
    api.add_argument("--paginate", action="store_true")
    api.add_argument("--jq")
    create = commands.add_parser("pr", allow_abbrev=False)
    create.set_defaults(run=_create)
    create.add_argument("action", choices=["create"])
    for name in ("--base", "--head", "--title", "--body-file"):
        create.add_argument(name, required=True)
    asked = parser.parse_args(arguments[1:])
    code: int = asked.run(service, asked)
    service.save()
    return code


def _api(service: Service, asked: argparse.Namespace) -> int:
    if not os.environ.get("GH_TOKEN"):
        _say("gh: set the GH_TOKEN environment variable")
        return 4
    fields: dict[str, Any] = dict(item.split("=", 1) for item in asked.raw_field)
    fields |= {name: _magic(text) for name, text in (f.split("=", 1) for f in asked.field)}
    method = asked.method or ("POST" if fields else "GET")
    page, has_more = 1, True
    while has_more:
        request = {"request": f"{method} {asked.endpoint}", "fields": fields, "page": page}
        service.asked.append(request)
        answer = service.answer(method, asked.endpoint, fields, page)
        if os.environ["GH_TOKEN"] != TOKEN:
            answer = Answer(401, {"message": "Bad credentials"})
        if answer.status >= 400:
            _answer(json.dumps(answer.document))
            _say(f"gh: {answer.document['message']} (HTTP {answer.status})")
            return 1
        _show(answer.document, asked.jq)
        page, has_more = page + 1, answer.has_more and asked.paginate
    return 0


def _answer(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _magic(text: str) -> object:
    """A field's value as `--field` takes it."""
    if text.startswith("@"):
        return Path(text[1:]).read_bytes().decode("utf-8")
    if re.fullmatch("[+-]?[0-9]+", text):
        return int(text)
    return {"true": True, "false": False, "null": None}.get(text, text)


def _show(document: object, jq: str | None) -> None:
    text = json.dumps(document)
    if jq is None:
        _answer(text)
        return
    program = shutil.which("jq") or "jq"
    subprocess.run([program, "--raw-output", jq], input=text, text=True, check=True)


def _create(service: Service, asked: argparse.Namespace) -> int:
    body = sys.stdin.read() if asked.body_file == "-" else Path(asked.body_file).read_text("utf-8")
    service.asked.append({
        "request": "POST pull", "base": asked.base, "head": asked.head, "title": asked.title,
        "body": body, "folder": str(Path.cwd()),
    })  # fmt: skip
    for pull in service.pulls:
        if (pull.state, pull.branch, pull.onto) == ("open", asked.head, asked.base):
            _say(f"a pull request already exists: {_address(pull)}")
            return 1
    heads = _heads()
    if why := service.faults.get("pull") or _refusal(heads, asked, body):
        _say(f"pull request create failed: GraphQL: {why} (createPullRequest)")
        return 1
    number = len(service.pulls) + 7
    made = Pull(number, service.own, asked.head, [heads[asked.head]], onto=asked.base)
    service.pulls.append(made)
    _answer(_address(made))
    return 0


def _heads() -> dict[str, str]:
    """The branches of the remote, as it shows them."""
    command = ["git", "ls-remote", "--heads", "origin"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = (line.split("\trefs/heads/") for line in said.splitlines())
    return {name: oid for oid, name in lines}


def _refusal(heads: Mapping[str, str], asked: argparse.Namespace, body: str) -> str | None:
    if asked.head not in heads or asked.base not in heads:
        return "Head sha can't be blank, Base sha can't be blank, Head ref must be a branch"
    if heads[asked.head] == heads[asked.base]:
        return f"No commits between {asked.base} and {asked.head}"
    if len(asked.title) > TITLE_MAX or len(body) > BODY_MAX:
        return f"title is too long (maximum is {TITLE_MAX}), or body is (maximum is {BODY_MAX})"
    return None


def _address(pull: Pull) -> str:
    return f"https://forge.example/{pull.base}/pull/{pull.number}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
