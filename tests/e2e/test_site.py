"""`homegolf site build`: whole or not at all, the same everywhere, and nobody's files but its own."""

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from homegolf_git.commands import site as command
from tests.e2e.world import BASE, BETTER, WORSE, Ran, World

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"


@pytest.fixture
def filled(world: World) -> World:
    """A change of incumbent, a regression and a blocker; the other lane is empty."""
    world.record("first", BASE)
    world.record("second", BETTER, base="first", notes="two\nlines")
    world.record("third", WORSE, base="second")
    world.record("fourth", (), base="second")
    return world


def build(world: World, name: str = "site", *words: str) -> Ran:
    return world.homegolf("site", "build", "-o", str(world.root / name), *words)


def built(world: World, name: str = "site") -> Path:
    ran = build(world, name)
    assert ran.code == 0, ran.said
    return world.root / name


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


class Read(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.page, self.links, self.tags = page, list[str](), list[tuple[str, dict[str, Any]]]()
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self.links += [str(found[name]) for name in ("href", "src") if found.get(name)]


class TestPages:
    """What is there, and what no page holds."""

    def test_the_files(self, filled: World) -> None:
        assert set(digests(built(filled))) == {
            "index.html",
            *(f"assets/{name}" for name in ("site.css", "site.js", "uplot.js", "uplot.css", "LICENSE-uplot")),
            *(f"{lane}/{name}" for lane in ("home", "h100") for name in ("index.html", "data.js", "progress.svg")),
            *(f"home/runs/{run}.html" for run in ("first", "second", "third", "fourth")),
        }  # fmt: skip

    def test_the_answer(self, filled: World) -> None:
        answer = build(filled, "site", "--json").json()
        assert answer["command"] == "site build"
        assert (answer["lanes"], answer["runs"], answer["left_out"]) == (2, 4, 0)
        assert answer["files"] == len(digests(filled.root / "site"))

    def test_without_a_folder_it_is_named_site(self, filled: World) -> None:
        assert "_site/index.html" in filled.homegolf("site", "build").out
        assert (filled.repo / "_site" / "index.html").is_file()

    def test_every_link_leads_somewhere(self, filled: World) -> None:
        folder = built(filled)
        for page in folder.rglob("*.html"):
            ids = {found.get("id") for _, found in Read(page).tags}
            for link in Read(page).links:
                path, _, part = link.partition("#")
                assert link.startswith("data:") or not path or (page.parent / path).is_file(), link
                assert path or part in ids, f"{page} {link}"

    def test_a_policy_and_nothing_inline(self, filled: World) -> None:
        for page in built(filled).rglob("*.html"):
            tags = Read(page).tags
            policies = [
                found["content"] for tag, found in tags
                if tag == "meta" and found.get("http-equiv") == "Content-Security-Policy"
            ]  # fmt: skip
            assert policies == [POLICY]
            assert not [found for tag, found in tags if tag == "style" or "style" in found]
            assert not [name for _, found in tags for name in found if name.startswith("on")]
            assert all("src" in found for tag, found in tags if tag == "script")

    def test_only_the_latest_and_the_titles_have_pages(
        self, filled: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(command, "RUNS_MAX", 1)
        answer = build(filled, "site", "--json").json()
        assert (answer["runs"], answer["left_out"]) == (3, 1)
        folder = filled.root / "site"
        assert not (folder / "home" / "runs" / "third.html").exists()
        assert "third" in (folder / "home" / "data.js").read_text("utf-8")

    def test_a_row_that_cannot_be_judged_and_one_that_is_retracted(self, filled: World) -> None:
        ran = filled.homegolf("retract", "third", "--reason", "x", "--evidence", "y", "--by", "me")
        assert ran.code == 0, ran.said
        page = (built(filled) / "home" / "runs" / "third.html").read_text("utf-8")
        assert "retracted" in page


class TestHostile:
    """What a row says is text, in every page and for the script."""

    OWNED = '"><img src=x onerror=owned()><script>owned()</script>'

    @pytest.fixture
    def folder(self, filled: World) -> Path:
        """A site with a lane and two rows that want to act."""
        filled.lane(title=self.OWNED, claim=self.OWNED, references=[{"name": self.OWNED, "value": 1.2}])  # fmt: skip
        facts: dict[str, Any] = {
            "change": {"kind": "model", "summary": f"{self.OWNED}\u202e"},
            "submitter": self.OWNED,
            "config": {self.OWNED: self.OWNED, "model.knob": [self.OWNED]},
            "notes": f"{self.OWNED}\n{self.OWNED}\u202e",
            "source": {"repository": "javascript:owned()", "revision": None},
            "artifacts": [{"role": "log", "uri": "javascript:owned()"}],
        }
        filled.record("hostile", (1.25,), base="second", **facts)
        failure = {"kind": "crash", "stage": "train", "detail": self.OWNED}
        filled.record("blocked", (), outcome={"status": "failed", "failure": failure}, **facts)
        return built(filled)

    def test_no_page_has_an_element_of_it(self, folder: Path) -> None:
        for page in folder.rglob("*.html"):
            tags = Read(page).tags
            assert all(found["src"].endswith(".js") for tag, found in tags if tag == "script")
            assert [found["class"] for tag, found in tags if tag == "img"] in ([], ["picture"])
            assert not [name for _, found in tags for name in found if name.startswith("on")]
            assert not [link for link in Read(page).links if link.startswith("javascript")]

    def test_it_is_shown(self, folder: Path) -> None:
        text = (folder / "home" / "runs" / "hostile.html").read_text("utf-8")
        assert text.count("&lt;img src=x onerror=owned()&gt;") > 5
        assert "javascript:owned()" in text

    def test_what_cannot_be_seen_is_an_escape(self, folder: Path) -> None:
        for path in folder.rglob("*"):
            if path.is_file() and path.parent.name != "assets":
                assert "\u202e" not in path.read_text("utf-8"), path
        assert "\\u202e" in (folder / "home" / "runs" / "hostile.html").read_text("utf-8")

    def test_the_script_s_rows_hold_no_markup(self, folder: Path) -> None:
        assert "<" not in (folder / "home" / "data.js").read_text("utf-8")


class TestSameEverywhere:
    """The same commit gives the same bytes."""

    def test_on_other_machines(self, filled: World) -> None:
        wanted = digests(built(filled))
        places = (
            {"LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "COLUMNS": "20"},
            {"LC_ALL": "POSIX", "TZ": "America/St_Johns", "PYTHONHASHSEED": "2", "PYTHONIOENCODING": "ascii"},
        )  # fmt: skip
        for number, place in enumerate(places):
            name = f"again-{number}"
            ran = filled.process("site", "build", "-o", str(filled.root / name), **place)
            assert ran.code == 0, ran.said
            assert digests(filled.root / name) == wanted

    def test_in_a_bare_repository(self, filled: World) -> None:
        wanted = digests(built(filled))
        bare = filled.clone("bare.git", "--bare")
        assert digests(built(bare, "of-bare")) == wanted

    def test_nothing_of_the_repository_changes(self, filled: World) -> None:
        before = filled.state()
        built(filled)
        assert filled.state() == before


class TestWhole:
    """A site stands in its place whole, or what stood there stays."""

    def left(self, world: World) -> list[str]:
        return [item.name for item in world.root.iterdir() if item.name.endswith(".part")]

    def test_an_earlier_one_is_replaced(self, filled: World) -> None:
        folder = built(filled)
        filled.record("fifth", (1.3,), base=None)
        assert built(filled) == folder
        assert (folder / "home" / "runs" / "fifth.html").is_file()
        assert not self.left(filled)

    def test_a_link_to_a_folder_stays_one(self, filled: World) -> None:
        (filled.root / "link").symlink_to(built(filled), target_is_directory=True)
        assert build(filled, "link").code == 0
        assert (filled.root / "link").is_symlink()
        assert (filled.root / "site" / "index.html").is_file()

    @pytest.mark.parametrize("name", ["CNAME", "home/mine.txt"])
    def test_other_files_are_left_alone(self, filled: World, name: str) -> None:
        folder = built(filled)
        (folder / name).write_text("mine", encoding="utf-8")
        before = digests(folder)
        ran = build(filled, "site", "--json")
        assert (ran.code, ran.codes()) == (4, ["in_the_way"])
        assert name in ran.json()["findings"][0]["message"]
        assert digests(folder) == before
        (folder / name).unlink()
        assert build(filled).code == 0

    def test_what_is_no_site_is_left_alone(self, filled: World) -> None:
        assert build(filled, "repo").code == 4
        (filled.root / "file").write_text("x", encoding="utf-8")
        ran = build(filled, "file")
        assert (ran.code, "name a folder" in ran.err) == (4, True)
        assert build(filled, "nowhere/site").code == 4
        (filled.root / "empty").mkdir()
        assert build(filled, "empty").code == 0

    def test_a_fault_midway(self, filled: World, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = built(filled)
        before = digests(folder)

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(command, "picture", fail)
        ran = build(filled, "site", "--json")
        assert (ran.code, ran.codes()) == (4, ["cannot_write"])
        assert digests(folder) == before
        assert not self.left(filled)

    def test_killed_and_built_again(self, filled: World) -> None:
        """At an instant when the draft is there; the same command takes away what it left."""
        folder = built(filled)
        before = digests(folder)
        script = (
            "import os, signal, sys\n"
            "from homegolf_git.commands import site\n"
            "from homegolf_git.cli.main import run\n"
            "site.picture = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
            "run(sys.argv[1:])\n"
        )
        ran = subprocess.run(
            [sys.executable, "-c", script, "site", "build", "-o", str(folder)],
            cwd=filled.repo, env={**os.environ}, capture_output=True, check=False,
        )  # fmt: skip
        assert ran.returncode == -signal.SIGKILL
        assert len(self.left(filled)) == 1
        assert digests(folder) == before
        assert build(filled).code == 0
        assert not self.left(filled)

    def test_the_draft_of_another_build_is_left_alone(self, filled: World) -> None:
        draft = filled.root / f".site.{os.getppid()}-0a1b2c3d.part"
        draft.mkdir()
        built(filled)
        assert draft.is_dir()


def test_it_reads_no_clock(filled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = digests(built(filled))
    monkeypatch.setattr(time, "time", lambda: 4e9)
    assert digests(built(filled, "later")) == wanted
    assert not re.search(r"\bago\b", (filled.root / "site" / "index.html").read_text("utf-8"))
