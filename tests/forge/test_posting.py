"""The step that puts the comment on its pull request, with a `gh` as strict as the service."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.build import Document
from tests.e2e.world import Ran
from tests.forge.script import OURS, environment, require_jq, step
from tests.forge.service import JOB, TOKEN, Comment, Pull, Repository, Service

NAME = "Put it on the pull request"
TEXT = OURS["comment"]
MARK = "<!-- homegolf-check -->\n"
OLD, HEAD = "b" * 40, "c" * 40
BASE, FORK = "team/ledger", "ada/ledger"
NOBODY = "no open pull request has this head\n"


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """A repository and a fork of it; the head that was checked is in the fork alone."""
    require_jq()
    repositories = {BASE: Repository(), FORK: Repository([OLD, HEAD])}
    return Service(tmp_path / "service.json", BASE, repositories)


def post(service: Service, head: str = FORK, branch: str = "run/x", **payload: object) -> Ran:
    """Run the step for a check of HEAD, as the runner does."""
    folder = service.path.parent / "work"
    folder.mkdir(exist_ok=True)
    (folder / "comment.md").write_text(f"{MARK}new\n", encoding="utf-8")
    service.install(folder.parent / "bin")
    run: Document = {
        "head_sha": HEAD, "head_branch": branch, "pull_requests": [],  # none for a fork
        "head_repository": {"full_name": head, "owner": {"login": head.partition("/")[0]}},
    } | payload  # fmt: skip
    github = {"token": TOKEN, "repository": BASE, "event": {"workflow_run": run}}
    ran = subprocess.run(
        ["/bin/bash", "-e", "-c", step(TEXT, NAME)], cwd=folder, capture_output=True, check=False,
        text=True, env=environment(TEXT, NAME, {"github": github})
        | {"PATH": f"{folder.parent / 'bin'}:{os.environ['PATH']}"},
    )  # fmt: skip
    service.load()
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def posted(number: int) -> list[str]:
    return [f"POST repos/{BASE}/issues/{number}/comments"]


class TestWhichPullRequest:
    """The forge says it: the open one of this repository whose head was checked."""

    def test_of_a_fork(self, service: Service) -> None:
        service.pulls = [Pull(7, FORK, "run/x", [OLD, HEAD])]
        ran = post(service)
        assert (ran.code, ran.said) == (0, "")
        assert service.writes() == posted(7)
        (comment,) = service.comments
        assert (comment.number, comment.body) == (7, f"{MARK}new\n")

    def test_of_a_branch_of_the_repository(self, service: Service) -> None:
        service.repositories[BASE].commits = [OLD, HEAD]
        service.pulls = [Pull(7, BASE, "run/x", [OLD, HEAD])]
        assert post(service, BASE).code == 0
        assert service.writes() == posted(7)

    @pytest.mark.parametrize(
        "branch",
        ["run/x", "a&state=closed", "a#b", "a+b", "a%20b", "a=b", "@file", "true", "7", "é", "a?b",
         "$(touch pwned)", "a'b\"c", "{branch}"],
    )  # fmt: skip
    def test_of_a_fork_that_the_token_cannot_read(self, service: Service, branch: str) -> None:
        """The branch leads there, whatever is in its name."""
        service.repositories[FORK].is_private = True
        service.pulls = [Pull(6, FORK, "other", [OLD]), Pull(7, FORK, branch, [OLD, HEAD])]
        assert post(service, branch=branch).code == 0
        assert service.writes() == posted(7)
        assert sorted(path.name for path in (service.path.parent / "work").iterdir()) == [
            "comment.md"
        ]

    def test_of_a_forks_default_branch(self, service: Service) -> None:
        """A commit that is there leads to merged pull requests alone."""
        service.repositories[FORK].landed = [OLD, HEAD]
        service.pulls = [Pull(5, FORK, "main", [HEAD], FORK, state="closed", is_merged=True),
                         Pull(7, FORK, "main", [OLD, HEAD])]  # fmt: skip
        assert post(service, branch="main").code == 0
        assert service.writes() == posted(7)

    def test_not_one_within_the_fork(self, service: Service) -> None:
        service.pulls = [Pull(3, FORK, "run/x", [HEAD], FORK), Pull(7, FORK, "run/x", [HEAD])]
        assert post(service).code == 0
        assert service.writes() == posted(7)

    @pytest.mark.parametrize(
        "pulls",
        [
            [],
            [Pull(7, FORK, "run/x", [HEAD], state="closed")],
            [Pull(7, FORK, "run/x", [HEAD], state="closed", is_merged=True)],
            [Pull(7, FORK, "run/x", [HEAD, OLD])],  # it has moved on since
            [Pull(7, FORK, "run/x", [OLD])],
            [Pull(7, FORK, "run/x", [HEAD], FORK)],
        ],
        ids=["none", "closed", "merged", "moved on", "not there yet", "within the fork"],
    )
    def test_none(self, service: Service, pulls: list[Pull]) -> None:
        service.pulls = pulls
        ran = post(service)
        assert (ran.code, ran.out) == (0, NOBODY)
        assert service.writes() == []

    def test_of_a_fork_that_is_gone(self, service: Service) -> None:
        """The event names no repository then."""
        ran = post(service, head_repository=None)
        assert (ran.code, ran.out) == (0, NOBODY)

    @pytest.mark.parametrize("fault", [f"repos/{BASE}/pulls", f"repos/{BASE}/issues"])
    def test_a_service_that_fails_is_not_taken_for_none(self, service: Service, fault: str) -> None:
        """Else there would be a second comment, or a green job without one."""
        service.repositories[FORK].is_private = True
        service.pulls = [Pull(7, FORK, "run/x", [HEAD])]
        service.comments = [Comment(1, 7, f"{MARK}old\n")]
        service.faults = {fault: "rate limit"}
        ran = post(service)
        assert ran.code == 1
        assert "rate limit" in ran.err
        assert service.writes() == []


class TestWhichComment:
    """The first of the job's own that begins with the mark."""

    @pytest.fixture(autouse=True)
    def pull(self, service: Service) -> None:
        service.pulls = [Pull(7, FORK, "run/x", [HEAD]), Pull(8, FORK, "run/y", [OLD])]

    @pytest.mark.parametrize("before", [0, 29, 30, 31, 90])
    def test_behind_many_others(self, service: Service, before: int) -> None:
        service.comments = [Comment(i, 7, "hello", "ada") for i in range(before)]
        service.comments += [Comment(500, 7, f"{MARK}old"), Comment(501, 7, f"{MARK}older")]
        assert post(service).code == 0
        assert service.writes() == [f"PATCH repos/{BASE}/issues/comments/500"]
        assert service.comments[before].body == f"{MARK}new\n"

    @pytest.mark.parametrize(
        "other",
        [Comment(5, 7, f"{MARK}x", "ada"), Comment(5, 7, f"> {MARK}", JOB), Comment(5, 8, MARK)],
        ids=["of a person", "of another job", "of another pull request"],
    )
    def test_others_stay(self, service: Service, other: Comment) -> None:
        service.comments = [other]
        assert post(service).code == 0
        assert service.writes() == posted(7)

    def test_twice(self, service: Service) -> None:
        for _ in range(2):
            assert post(service).code == 0
        assert len(service.comments) == 1

    def test_without_a_token(self, service: Service) -> None:
        service.install(service.path.parent / "bin")
        ran = subprocess.run(
            [service.path.parent / "bin" / "gh", "api", f"repos/{BASE}/pulls"], check=False,
            capture_output=True, text=True,
            env={"PATH": os.environ["PATH"], "GH_TOKEN": "other"},
        )  # fmt: skip
        assert (ran.returncode, ran.stderr) == (1, "gh: Bad credentials (HTTP 401)\n")
