"""`homegolf record`: one commit a row, with what belongs to it and nothing else (sections 3, 11)."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from homegolf_git.shell.files import worktree
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing import journal
from tests.e2e.world import BASE, BETTER, Ran, World, executable, row_document, row_text

PLACE = "ledger/home/runs/2026-03/first.yaml"


def files_of(world: World, commit: str = "HEAD") -> list[str]:
    return world.git("show", "--format=", "--name-status", "--no-renames", commit).splitlines()


def subjects(world: World) -> list[str]:
    """What was committed since the ledger was opened, oldest first."""
    return world.git("log", "--reverse", "--format=%s").splitlines()[1:]


def test_message_trailers_and_place_are_those_of_the_specification(world: World) -> None:
    row = world.row("first", BASE)
    before = world.head
    assert world.homegolf("record", str(row)).code == 0
    digest = hashlib.sha256(row.read_bytes()).hexdigest()
    assert world.git("log", "-1", "--format=%P") == before
    assert world.git("log", "-1", "--format=%B").rstrip() == (
        "run(home): first\n\n"
        f"Homegolf-Run: first\nHomegolf-Lane: home\nHomegolf-Row-Sha256: {digest}"
    )
    trailers = world.git("log", "-1", "--format=%(trailers:only,unfold)").split("\n")
    assert [line for line in trailers if line] == [
        "Homegolf-Run: first",
        "Homegolf-Lane: home",
        f"Homegolf-Row-Sha256: {digest}",
    ]
    assert files_of(world) == [f"A\t{PLACE}"]
    assert (world.repo / PLACE).read_bytes() == row.read_bytes()
    assert world.git("cat-file", "blob", f"HEAD:{PLACE}") + "\n" == row.read_text()
    assert world.git("ls-tree", "HEAD", PLACE).startswith("100644 blob")
    assert world.git("status", "--porcelain") == ""


def test_the_month_of_finished_at_names_the_folder(world: World) -> None:
    world.record("old-run", BASE, finished_at="2025-12-31T23:59:59.5Z")
    assert files_of(world) == ["A\tledger/home/runs/2025-12/old-run.yaml"]


def test_receipts_are_committed_with_their_row_and_nothing_else_is(world: World) -> None:
    world.write("notes.txt", "left alone")
    receipts = world.reports((1, 1.2), (2, 1.2001), run_id="first")
    world.record("first", (1.2, 1.2001), receipts=receipts)
    assert sorted(files_of(world)) == [
        "A\tledger/home/receipts/first/seed-1.json",
        "A\tledger/home/receipts/first/seed-2.json",
        f"A\t{PLACE}",
    ]
    assert world.git("status", "--porcelain") == "?? notes.txt"


def test_receipts_are_found_in_a_folder_that_is_named(world: World) -> None:
    listed = world.reports((1, 1.2), run_id="first")
    there = world.root / "elsewhere"
    (world.root / "inbox" / "receipts" / "first").rename(there)
    row = world.row("first", (1.2,), receipts=listed)
    assert world.homegolf("record", str(row)).code == 1
    assert world.homegolf("record", str(row), "--receipts", str(there)).code == 0
    assert "A\tledger/home/receipts/first/seed-1.json" in files_of(world)


def test_changes_that_are_not_staged_stay_as_they_are(world: World) -> None:
    ladder = world.repo / "ledger" / "ladder.yaml"
    ladder.write_text(ladder.read_text() + "# being edited\n", encoding="utf-8")
    world.record("first", BASE)
    assert files_of(world) == [f"A\t{PLACE}"]
    assert world.git("status", "--porcelain") == " M ledger/ladder.yaml"


def test_the_lane_the_rules_ignore_is_committed_all_the_same(world: World) -> None:
    world.commit("Ignore runs", {".gitignore": "runs/\n*.yaml\nreceipts/\n"})
    world.record("first", (1.2,), receipts=world.reports((1, 1.2), run_id="first"))
    assert len(files_of(world)) == 2


def test_from_a_subfolder_and_through_repo(world: World) -> None:
    row = world.row("first", BASE)
    here = World(world.root, world.repo / "ledger", world.home)
    assert here.homegolf("record", str(row)).code == 0
    there = World(world.root, world.root, world.home)
    second = world.row("second", BASE)
    assert there.homegolf("record", str(second), "--repo", str(world.repo)).code == 0
    assert subjects(world) == ["run(home): first", "run(home): second"]


def test_the_same_content_again_does_nothing(world: World) -> None:
    row = world.row("first", BASE)
    assert world.homegolf("record", str(row)).code == 0
    before = world.state()
    again = world.homegolf("record", str(row))
    assert again.code == 0
    assert "first" in again.out
    assert world.state() == before


def test_the_same_content_from_its_own_place_does_nothing(world: World) -> None:
    world.record("first", BASE)
    before = world.state()
    assert world.homegolf("record", str(world.repo / PLACE)).code == 0
    assert world.state() == before


@pytest.mark.parametrize("change", ["\n", "# a comment\n", "notes: other\n"])
def test_other_content_under_a_landed_id_is_refused(world: World, change: str) -> None:
    row = world.row("first", BASE)
    assert world.homegolf("record", str(row)).code == 0
    row.write_text(row.read_text() + change, encoding="utf-8")
    before = world.state()
    again = world.homegolf("record", str(row))
    assert again.code == 1
    assert "first" in again.err
    assert world.state() == before


def test_other_month_under_a_landed_id_is_refused(world: World) -> None:
    world.record("first", BASE, finished_at="2026-03-01T00:00:00Z")
    before = world.state()
    row = world.row("first", BASE, finished_at="2026-04-01T00:00:00Z")
    assert world.homegolf("record", str(row)).code == 1
    assert world.state() == before


def test_a_deleted_row_cannot_be_recorded_anew(world: World) -> None:
    row = world.row("first", BASE)
    world.homegolf("record", str(row))
    world.commit("Delete it", {PLACE: None})
    before = world.state()
    row.write_text(row.read_text() + "notes: other\n", encoding="utf-8")
    assert world.homegolf("record", str(row)).code == 1
    assert world.state() == before


def test_a_row_that_stands_untracked_in_its_place_is_committed_there(world: World) -> None:
    row = world.write(PLACE, row_text(row_document("first", BASE)))
    assert world.homegolf("record", str(row)).code == 0
    assert files_of(world) == [f"A\t{PLACE}"]
    assert world.git("status", "--porcelain") == ""


def test_a_refused_row_in_its_own_place_stays_there(world: World) -> None:
    row = world.write(PLACE, row_text(row_document("first", BASE, submiter="x")))
    before = world.state()
    assert world.homegolf("record", str(row)).code == 1
    assert world.state() == before


def test_another_untracked_file_in_the_way_is_kept(world: World) -> None:
    world.write(PLACE, "something else\n")
    before = world.state()
    ran = world.homegolf("record", str(world.row("first", BASE)))
    assert ran.code in {1, 4}
    assert PLACE in ran.err
    assert world.state() == before


def test_dry_run_says_what_it_would_commit_and_writes_nothing(world: World) -> None:
    row = world.row("first", (1.2,), receipts=world.reports((1, 1.2), run_id="first"))
    before = world.state()
    ran = world.homegolf("record", "--dry-run", str(row))
    assert ran.code == 0
    for words in (
        "run(home): first",
        "Homegolf-Row-Sha256: " + hashlib.sha256(row.read_bytes()).hexdigest(),
        PLACE,
        "ledger/home/receipts/first/seed-1.json",
        "improvement",
        "baseline",
    ):
        assert words in ran.out
    assert world.state() == before


def test_dry_run_refuses_what_record_would(world: World) -> None:
    row = world.row("first", BASE, lane="nowhere")
    assert world.homegolf("record", "--dry-run", str(row)).code == 1


def test_dry_run_judges_as_the_record_that_follows(world: World) -> None:
    world.record("base", BASE)
    row = world.row("better", BETTER)
    planned = world.answer("record", "--dry-run", str(row))
    landed = world.answer("record", str(row))
    assert planned["committed"][0]["verdict"] == landed["committed"][0]["verdict"]
    assert world.verdicts()[-1] == landed["committed"][0]["verdict"]


class TestMany:
    """`record --many DIR` commits each row of a folder in `finished_at` order, one commit each."""

    def folder(self, world: World, **times: str) -> Path:
        for run_id, finished_at in times.items():
            world.row(run_id, BASE, finished_at=finished_at)
        return world.root / "inbox"

    def test_order_is_that_of_finished_at(self, world: World) -> None:
        folder = self.folder(
            world,
            aaa="2026-03-03T00:00:00Z",
            bbb="2026-03-01T00:00:00.25Z",
            ccc="2026-03-02T00:00:00Z",
            ddd="2026-03-01T00:00:00Z",
            eee="2026-02-28T23:59:59Z",
        )
        assert world.homegolf("record", "--many", str(folder)).code == 0
        assert subjects(world) == [
            f"run(home): {run}" for run in ("eee", "ddd", "bbb", "ccc", "aaa")
        ]
        for commit in world.git("log", "-5", "--format=%H").split():
            assert len(files_of(world, commit)) == 1

    def test_equal_times_are_ordered_by_run_id(self, world: World) -> None:
        now = "2026-03-01T00:00:00Z"
        folder = self.folder(world, zzz=now, aaa=now, mmm=now)
        assert world.homegolf("record", "--many", str(folder)).code == 0
        assert subjects(world) == [f"run(home): {run}" for run in ("aaa", "mmm", "zzz")]

    def test_lanes_may_be_mixed(self, world: World) -> None:
        world.row("one", BASE, finished_at="2026-03-02T00:00:00Z")
        world.row("two", BASE, lane="h100", finished_at="2026-03-01T00:00:00Z")
        assert world.homegolf("record", "--many", str(world.root / "inbox")).code == 0
        assert subjects(world) == ["run(h100): two", "run(home): one"]

    def test_all_or_nothing(self, world: World) -> None:
        folder = self.folder(world, aaa="2026-03-01T00:00:00Z", ccc="2026-03-03T00:00:00Z")
        bad = folder / "bbb.yaml"
        bad.write_text(row_text(row_document("bbb", BASE)) + "lane: home\n", encoding="utf-8")
        before = world.state()
        ran = world.homegolf("record", "--many", str(folder))
        assert ran.code == 1
        assert "bbb.yaml:17" in ran.err
        assert world.state() == before

    def test_findings_of_all_files_come_at_once(self, world: World) -> None:
        folder = self.folder(world, aaa="2026-03-01T00:00:00Z")
        for name in ("bbb", "ccc"):
            (folder / f"{name}.yaml").write_text("[", encoding="utf-8")
        ran = world.homegolf("record", "--many", str(folder))
        assert ran.code == 1
        assert "bbb.yaml" in ran.err
        assert "ccc.yaml" in ran.err

    def test_one_id_twice_is_refused(self, world: World) -> None:
        folder = self.folder(world, aaa="2026-03-01T00:00:00Z")
        (folder / "aaa.yml").write_text(
            row_text(row_document("aaa", BETTER, lane="h100")), encoding="utf-8"
        )
        before = world.state()
        assert world.homegolf("record", "--many", str(folder)).code == 1
        assert world.state() == before

    def test_rows_that_have_landed_are_passed_over(self, world: World) -> None:
        folder = self.folder(world, aaa="2026-03-01T00:00:00Z", bbb="2026-03-02T00:00:00Z")
        assert world.homegolf("record", str(folder / "aaa.yaml")).code == 0
        assert world.homegolf("record", "--many", str(folder)).code == 0
        assert subjects(world) == ["run(home): aaa", "run(home): bbb"]
        assert world.homegolf("record", "--many", str(folder)).code == 0
        assert len(subjects(world)) == 2

    def test_rows_may_build_on_one_another(self, world: World) -> None:
        world.row("failed", ())
        world.row("mended", BASE, resolves=["failed"], base="failed")
        assert world.homegolf("record", "--many", str(world.root / "inbox")).code == 0
        assert world.outcomes() == {"failed": "blocked/oom", "mended": "improvement/baseline"}

    @pytest.mark.parametrize("content", ["missing", "empty", "file"])
    def test_a_folder_without_rows_is_refused(self, world: World, content: str) -> None:
        folder = world.root / "rows"
        if content == "empty":
            folder.mkdir()
        elif content == "file":
            folder.touch()
        assert world.homegolf("record", "--many", str(folder)).code in {1, 2}

    def test_a_hook_that_refuses_the_second_row_leaves_no_half_row(self, world: World) -> None:
        folder = self.folder(world, aaa="2026-03-01T00:00:00Z", bbb="2026-03-02T00:00:00Z")
        world.hook("commit-msg", 'grep -q "run(home): bbb" "$1" && exit 1; exit 0')
        assert world.homegolf("record", "--many", str(folder)).code == 1
        assert world.git("status", "--porcelain") == ""
        assert not list(world.repo.rglob("bbb.yaml"))


class TestHooks:
    """Real `git add` and `git commit`, so that hooks, filters and signing work."""

    @pytest.mark.parametrize("name", ["pre-commit", "commit-msg", "prepare-commit-msg"])
    def test_a_hook_that_refuses_leaves_nothing(self, world: World, name: str) -> None:
        world.hook(name, "echo lint says no >&2; exit 1")
        row = world.row("first", (1.2,), receipts=world.reports((1, 1.2), run_id="first"))
        before = world.state()
        ran = world.homegolf("record", str(row))
        assert ran.code == 1
        assert "lint says no" in ran.err
        assert world.state() == before
        assert not (world.repo / "ledger" / "home" / "runs").exists()
        assert not (world.repo / "ledger" / "home" / "receipts").exists()

    def test_a_row_in_its_own_place_stays_there_when_a_hook_refuses(self, world: World) -> None:
        row = world.write(PLACE, row_text(row_document("first", BASE)))
        world.hook("pre-commit", "exit 1")
        before = world.state()
        assert world.homegolf("record", str(row)).code == 1
        assert world.state() == before

    def test_a_refused_row_lands_once_the_hook_agrees(self, world: World) -> None:
        world.hook("pre-commit", "exit 1")
        row = world.row("first", BASE)
        assert world.homegolf("record", str(row)).code == 1
        world.hook("pre-commit", "exit 0")
        assert world.homegolf("record", str(row)).code == 0

    def test_a_prepare_hook_has_its_say(self, world: World) -> None:
        world.hook("prepare-commit-msg", 'echo "Signed-off-by: Hook" >> "$1"')
        world.record("first", BASE)
        trailers = world.git("log", "-1", "--format=%(trailers:only)")
        assert "Signed-off-by: Hook" in trailers
        assert "Homegolf-Run: first" in trailers

    def test_hooks_see_the_row_staged(self, world: World) -> None:
        world.hook("pre-commit", "git diff --cached --name-only > seen.txt")
        world.record("first", BASE)
        assert (world.repo / "seen.txt").read_text() == f"{PLACE}\n"

    def test_a_post_commit_hook_runs(self, world: World) -> None:
        world.hook("post-commit", "touch ran.txt")
        world.record("first", BASE)
        assert (world.repo / "ran.txt").exists()

    def test_line_end_conversion_does_not_lose_a_row(self, world: World) -> None:
        world.commit("Attributes", {".gitattributes": "* text=auto eol=lf\n"})
        row = world.row("first", BASE)
        assert world.homegolf("record", str(row)).code == 0
        assert world.homegolf("record", str(row)).code == 0
        assert world.answer("verify")["ok"]


FAKE_GPG = """\
echo "$@" >> "{log}"
cat > /dev/null
printf '[GNUPG:] BEGIN_SIGNING\\n[GNUPG:] SIG_CREATED D 1 8 00 1 X\\n' >&2
printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nZmFrZQ==\\n-----END PGP SIGNATURE-----\\n'"""


def sign(world: World, script: str) -> Path:
    log = world.root / "gpg.log"
    program = executable(world.root / "fake-gpg", script.format(log=log))
    for name, value in (
        ("gpg.program", str(program)),
        ("user.signingKey", "ABCD"),
        ("commit.gpgSign", "true"),
        ("tag.gpgSign", "true"),
    ):
        world.git("config", name, value)
    return log


def test_commits_and_tags_are_signed_where_git_is_told_so(world: World) -> None:
    log = sign(world, FAKE_GPG)
    world.record("first", BASE)
    assert "BEGIN PGP SIGNATURE" in world.git("cat-file", "commit", "HEAD")
    assert world.homegolf("tags", "sync").code == 0
    for tag in ("incumbents/home/0001", "incumbent/home"):
        assert "BEGIN PGP SIGNATURE" in world.git("cat-file", "tag", tag)
    assert len(log.read_text().splitlines()) == 3
    assert world.answer("tags", "verify")["findings"] == []
    assert world.answer("tags", "sync")["created"] == []


def test_a_signature_that_fails_leaves_nothing(world: World) -> None:
    row = world.row("first", BASE)
    sign(world, "cat > /dev/null; exit 2")
    before = world.state()
    ran = world.homegolf("record", str(row))
    assert ran.code in {1, 4}
    assert world.state() == before


def test_a_retraction_is_signed_too(world: World) -> None:
    world.record("first", BASE)
    log = sign(world, FAKE_GPG)
    options = ("--reason", "wrong split", "--evidence", "issue 1", "--by", "me")
    assert world.homegolf("retract", "first", *options).code == 0
    assert log.exists()


class TestBreaches:
    """What a submitter can mend is an error in `record`; the rest of section 4 is a warning."""

    def invalid(self, world: World, **facts: object) -> Ran:
        return world.homegolf("record", str(world.row("odd", (1.2,), **facts)))

    @pytest.mark.parametrize(
        ("facts", "reason"),
        [
            ({"train_seconds_budget": None}, "bounded_probe"),
            ({"train_seconds_budget": 601}, "bounded_probe"),
            ({"evaluation": {"mode": "other"}}, "evaluation_mode"),
            (
                {"results": [{"seed": 1, "val_bpb": 1.2, "evaluated_tokens": 999}]},
                "partial_validation",
            ),
            ({"results": [{"seed": 1, "val_bpb": 1.2, "artifact_bytes": 16000001}]}, "over_bytes"),
            ({"results": [{"seed": 1, "val_bpb": 1.2, "train_seconds": 600.6}]}, "over_time"),
            ({"results": [{"seed": 1, "val_bpb": -1.2}]}, "inconsistent_score"),
        ],
    )
    def test_an_honest_breach_lands_with_a_warning(
        self, world: World, facts: dict[str, object], reason: str
    ) -> None:
        ran = self.invalid(world, **facts)
        assert ran.code == 0, ran.said
        assert reason in ran.said
        assert world.outcomes() == {"odd": f"invalid/{reason}"}

    def test_a_duplicate_seed_must_be_mended(self, world: World) -> None:
        row = world.row("odd", (1.2,))
        text = row.read_text().replace(
            '"evaluated_tokens": 1000}', '"evaluated_tokens": 1000}, {"seed": 1, "val_bpb": 1.3}'
        )
        row.write_text(text.replace("seeds_run: 1", "seeds_run: 2"), encoding="utf-8")
        before = world.state()
        ran = world.homegolf("record", str(row))
        assert ran.code == 1
        assert "duplicate_seed" in ran.err
        assert world.state() == before
        kept = world.homegolf("record", "--keep-invalid", str(row))
        assert kept.code == 0
        assert world.outcomes() == {"odd": "invalid/duplicate_seed"}

    def test_undisclosed_seeds_must_be_mended(self, world: World) -> None:
        ran = self.invalid(world, seeds_run=0)
        assert ran.code == 1
        assert "undisclosed_seeds" in ran.err

    def test_a_lane_above_needs_its_promotion(self, world: World) -> None:
        world.lane("h100", needs_promotion_from="home")
        row = world.row("odd", BASE, lane="h100", promotion="promotions/h100/0001")
        before = world.state()
        ran = world.homegolf("record", str(row))
        assert ran.code == 1
        assert "no_promotion" in ran.err
        assert world.state() == before
        assert world.homegolf("record", "--keep-invalid", str(row)).code == 0
        assert world.outcomes("h100") == {"odd": "invalid/no_promotion"}

    def test_keep_invalid_lets_no_unreadable_row_in(self, world: World) -> None:
        row = world.row("odd", BASE, submiter="me")
        before = world.state()
        assert world.homegolf("record", "--keep-invalid", str(row)).code == 1
        assert world.state() == before


def test_the_json_answer_names_what_was_committed(world: World) -> None:
    answer = world.answer("record", str(world.row("first", BASE)))
    assert answer["ok"] is True
    (committed,) = answer["committed"]
    assert committed["run_id"] == "first"
    assert committed["commit"] == world.head
    assert committed["files"] == [PLACE]
    assert json.dumps(committed["verdict"]) == json.dumps(world.verdicts()[0])


def test_as_a_process(world: World) -> None:
    ran = world.process("record", str(world.row("first", BASE)))
    assert (ran.code, ran.err) == (0, "")
    assert "first" in ran.out


class TestCommits:
    """A commit is made without `git commit` where it would be the same."""

    def test_it_is_the_commit_that_git_would_make(self, world: World) -> None:
        other = world.clone("other")
        other.hook("post-commit", "true")  # so that git itself has to make it
        row = world.row("base", BASE)
        for place in (world, other):
            assert place.homegolf("record", str(row)).code == 0
            assert place.git("status", "--porcelain") == ""
        assert world.head == other.head
        assert world.git("log", "-1", "--format=%an %cn %ad") == other.git(
            "log", "-1", "--format=%an %cn %ad"
        )

    def test_the_index_is_written_once_and_knows_the_file(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = GitRepo.run
        writes: list[str] = []

        def counted(repo: GitRepo, *words: str, **more: Any) -> object:  # noqa: ANN401 - as given
            writes.extend(word for word in words if word == "update-index")
            return real(repo, *words, **more)

        monkeypatch.setattr(GitRepo, "run", counted)
        world.record("first", BASE)
        assert len(writes) == 1
        assert (
            world.git("diff-files", PLACE) == ""
        )  # which would name a file whose times it does not know
        assert world.git("status", "--porcelain") == ""

    def test_what_somebody_writes_into_the_file_at_once_is_not_staged(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = worktree.replace_file

        def edited(folder: Path, name: str, data: bytes) -> None:
            real(folder, name, data + b"# mine\n" if name == PLACE else data)

        monkeypatch.setattr(journal, "replace_file", edited)
        world.record("first", BASE)
        assert world.git("diff", "--cached", "--name-only") == ""
        assert world.git("diff", "--name-only") == PLACE

    @pytest.mark.parametrize(
        ("attributes", "setting", "cause"),
        [
            ("*.yaml filter=note", ("filter.note.clean", "sed s/someone/somebody/"), "filter=note"),
            ("* text=auto", ("core.abbrev", "12"), "text=auto"),
            ("*.txt text", ("core.autocrlf", "input"), "core.autocrlf=input"),
            ("*.json ident", ("core.abbrev", "12"), "ident=set"),
        ],
    )
    def test_what_git_would_store_differently_is_refused_and_the_fix_mends_it(
        self, world: World, attributes: str, setting: tuple[str, str], cause: str
    ) -> None:
        world.commit("Attributes", {".gitattributes": attributes + "\n"})
        world.git("config", *setting)
        data = b'{\r\n "seed": 1, "id": "$Id: x$",\r\n "final": {"val_bpb": 1.2}}\r\n'
        row = world.row("base", (1.2,), receipts=[world.receipt("base", "r.json", data)])
        before = world.state()
        ran = world.homegolf("record", str(row), "--json")
        assert (ran.code, ran.codes()) == (1, ["stored_differently"])
        assert cause in ran.json()["findings"][0]["message"]
        assert world.state() == before
        line = ran.json()["findings"][0]["fix"].split("`")[1]
        world.commit("As the fix says", {".gitattributes": f"{attributes}\n{line}\n"})
        assert world.homegolf("record", str(row)).code == 0
        assert world.answer("verify")["findings"] == []
        assert world.git("status", "--porcelain") == ""

    @pytest.mark.parametrize(
        ("script", "name"),
        [
            (
                "sed -i s/someone/somebody/ ledger/home/runs/2026-03/base.yaml; git add -u",
                "base.yaml",
            ),
            ("echo x > more.txt; git add more.txt", "more.txt"),
        ],
    )
    def test_a_hook_that_changes_what_is_landed_lands_nothing(
        self, world: World, script: str, name: str
    ) -> None:
        world.hook("pre-commit", script)
        head = world.head
        ran = world.homegolf("record", str(world.row("base", BASE)), "--json")
        assert (ran.code, ran.codes()) == (1, ["commit_refused"])
        assert name in ran.json()["findings"][0]["message"]
        assert world.head == head
        assert world.git("diff", "--cached", "--name-only") == ""
        assert not list(world.repo.rglob("base.yaml"))

    def test_somebody_else_was_first(self, world: World) -> None:
        """Whoever moves the branch while the commit is made."""
        real = shutil.which("git")
        script = f'case " $* " in *" fast-import "*) {real} commit -q --allow-empty -m x ;; esac\nexec {real} "$@"'
        executable(world.root / "bin" / "git", script)
        row = world.row("base", BASE)
        path = f"{world.root / 'bin'}:{os.environ['PATH']}"
        ran = world.process("record", str(row), PATH=path)
        assert (ran.code, "lost_race" in ran.err) == (5, True)
        assert world.git("status", "--porcelain") == ""
        assert world.homegolf("record", str(row)).code == 0
