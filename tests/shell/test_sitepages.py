"""Pages and assets as files: what others wrote is what they published, and what a site is known by."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from homegolf_git.shell.files.datafiles import package_file
from homegolf_git.shell.sitepages import Pages, assets, foreign_files

TESTS = Path(__file__).parents[1] / "site"
VENDORED: dict[str, Any] = json.loads(package_file("site/vendored.json").read_text("utf-8"))


class TestVendored:
    """The files of uPlot, by their digests."""

    @pytest.mark.parametrize("name", VENDORED["files"])
    def test_a_file_is_the_one_that_is_pinned(self, name: str) -> None:
        assert hashlib.sha256(assets()[name]).hexdigest() == VENDORED["files"][name]["sha256"]

    def test_the_package_is_locked(self) -> None:
        lock = json.loads((TESTS / "package-lock.json").read_text("utf-8"))["packages"]
        wanted = {key: VENDORED[key] for key in ("version", "integrity")}
        assert lock["node_modules/uplot"].items() >= wanted.items()
        assert all("integrity" in item for name, item in lock.items() if name)

    @pytest.mark.parametrize("name", VENDORED["files"])
    def test_it_is_what_the_package_holds(self, name: str) -> None:
        package = TESTS / "node_modules" / "uplot"
        if not package.is_dir():
            pytest.skip("make site-tests has not installed the package")
        assert assets()[name] == (package / VENDORED["files"][name]["from"]).read_bytes()

    def test_everything_else_is_our_own(self) -> None:
        assert assets().keys() == {"site.css", "site.js", *VENDORED["files"]}


class TestForeign:
    """A folder is replaced only where every file of it is a site's."""

    @pytest.fixture
    def site(self, tmp_path: Path) -> Path:
        """A site of one lane and one run."""
        for name in ("index.html", "home/data.js", "home/runs/one.html", "assets/site.css"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(Pages().index([]))
        return tmp_path

    def test_a_site(self, site: Path) -> None:
        assert list(foreign_files(site)) == []

    @pytest.mark.parametrize(
        "name",
        ["CNAME", "home/notes.txt", "home/runs/one.txt", "assets/mine.css", "home/runs/a/b.html",
         "Home/index.html", "home/runs/x.html", ".git/config"],
    )  # fmt: skip
    def test_a_file_that_no_site_has(self, site: Path, name: str) -> None:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("mine", encoding="utf-8")
        assert list(foreign_files(site)) == [name]

    def test_a_link(self, site: Path, tmp_path: Path) -> None:
        (site / "h100").symlink_to(tmp_path.parent)
        assert list(foreign_files(site)) == ["h100"]

    def test_pages_of_another_program(self, site: Path) -> None:
        (site / "index.html").write_text("<!doctype html><title>Mine</title>", encoding="utf-8")
        assert list(foreign_files(site)) == ["assets", "home", "index.html"]
        (site / "index.html").unlink()
        assert list(foreign_files(site)) == ["assets", "home"]

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        assert list(foreign_files(tmp_path)) == []
