"""Lanes that ask for signed rows and tags, with keys of ssh-keygen and git's own word on each."""

import json
from pathlib import Path

import pytest

from tests.build import Document
from tests.e2e.keys import SIGNERS, ask, line, make_keys, sign_with
from tests.e2e.test_capture import beside, rows
from tests.e2e.world import BASE, BETTER, LANE, WORSE, World, lane_text
from tests.importers.logs import PLAIN

Keys = dict[str, Path]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"), "ada", "bob", "eve")


@pytest.fixture
def signing(world: World, keys: Keys) -> World:
    """A lane that asks for signed rows and tags by ada and bob; git signs with ada's key."""
    ask(world, line(keys["ada"], "ada,ada@example.org") + line(keys["bob"], "bob"))
    sign_with(world, keys["ada"])
    return world


def record(world: World, run_id: str, submitter: str = "ada", **facts: object) -> Document:
    """Record a run; the errors of it by their codes."""
    ran = world.homegolf("record", str(world.row(run_id, BASE, submitter=submitter, **facts)), "--json")  # fmt: skip
    return {item["code"]: item for item in ran.json()["findings"] if item["severity"] == "error"}


def errors(world: World, *words: str) -> Document:
    ran = world.homegolf(*words, "--json")
    found = {item["code"]: item for item in ran.json()["findings"] if item["severity"] == "error"}
    assert ran.code == (1 if found else 0), ran.said
    return found


def by_hand(world: World, run_id: str, key: Path | None, submitter: str = "ada", **environment: str) -> str:  # fmt: skip
    """Commit a row with git alone; its path."""
    path, text = world.place(run_id, WORSE, submitter=submitter)
    world.write(path, text)
    world.git("add", "--all")
    sign_with(world, key)
    world.environment |= environment
    world.git("commit", "--quiet", *(["-S"] if key else []), "--message", f"run({LANE}): {run_id}")
    for name in environment:
        del world.environment[name]
    return path


class TestMade:
    """Commands sign by themselves where the lane asks."""

    def test_a_row_and_its_tags(self, signing: World) -> None:
        assert record(signing, "base") == {}
        assert errors(signing, "verify") == {}
        assert "BEGIN SSH" in signing.git("cat-file", "commit", "HEAD")
        assert errors(signing, "tags", "sync") == {}
        assert errors(signing, "tags", "verify") == {}
        assert "BEGIN SSH" in signing.git("cat-file", "tag", f"incumbent/{LANE}")
        assert errors(signing, "audit") == {}

    def test_several_rows_and_hooks(self, signing: World) -> None:
        signing.hook("pre-commit", "true")
        rows = [str(signing.row(name, BASE, submitter="ada")) for name in ("one", "two")]
        assert signing.homegolf("record", *rows).code == 0
        assert errors(signing, "verify") == {}

    def test_no_key_is_told_with_what_to_set(self, signing: World) -> None:
        sign_with(signing, None)
        before = signing.state()
        found = record(signing, "base")
        assert "git config user.signingkey" in found["no_signing_key"]["fix"]
        assert signing.state() == before

    @pytest.mark.parametrize(("key", "submitter", "code"), [
        ("eve", "ada", "unsigned"), ("bob", "ada", "wrong_signer"), ("ada", "eve", "wrong_signer"),
    ])  # fmt: skip
    def test_a_key_that_may_not_sign_for_it(
        self, signing: World, keys: Keys, key: str, submitter: str, code: str
    ) -> None:
        sign_with(signing, keys[key])
        before = signing.state()
        assert record(signing, "base", submitter).keys() == {code}
        assert signing.state() == before

    def test_a_captured_run(self, signing: World, keys: Keys) -> None:
        """Without a key nothing is run; with one its row is signed."""
        words = ("capture", "--lane", LANE, "--set", "model.knob=3", "--submitter", "ada")
        command = ("--", "sh", "-c", "touch ../ran; exit 1")
        sign_with(signing, None)
        ran = signing.homegolf(*words, "--json", *command)
        assert (ran.code, ran.codes()) == (4, ["no_signing_key"])
        assert not (signing.root / "ran").exists()
        sign_with(signing, keys["ada"])
        signing.process(*words, "--json", *command)
        assert (signing.root / "ran").exists()
        assert signing.git("log", "-1", "--format=%s").startswith(f"run({LANE})")
        assert errors(signing, "verify") == {}

    def test_an_imported_log(self, signing: World, keys: Keys) -> None:
        """Each row's commit is signed by a key that may sign for where the log is from; else none lands."""
        signers = line(keys["ada"], "ada,autoresearch") + line(keys["bob"], "bob")
        lane = lane_text(lane="imported", signatures={"rows": "required"})
        signing.commit("Lane of logs", {"ledger/imported/lane.yaml": lane, SIGNERS: signers})
        log = signing.root / "results.tsv"
        log.write_text(PLAIN, encoding="utf-8")
        words = ("import", "autoresearch", str(log), "--lane", "imported")
        before = signing.state()
        for key, code in ((None, "no_signing_key"), (keys["bob"], "wrong_signer")):
            sign_with(signing, key)
            assert signing.homegolf(*words, "--json").codes() == [code]
            assert signing.state() == before
        sign_with(signing, keys["ada"])
        count = signing.answer(*words)["recorded"]
        assert count > 1
        made = signing.git("rev-list", f"--max-count={count}", "HEAD").splitlines()
        assert all("BEGIN SSH" in signing.git("cat-file", "commit", commit) for commit in made)
        assert errors(signing, "verify") == {}

    def test_a_loop(self, world: World, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a key nothing is run; with one every row is signed."""
        asked, signers = {"rows": "required"}, line(keys["ada"], "Ada")
        trainer = beside(world, signatures=asked, signers=signers)
        monkeypatch.setenv("XDG_STATE_HOME", str(trainer.root / "state"))
        ideas = trainer.root / "ideas.jsonl"
        ideas.write_text('{"config": {"knob": 3}}\n', encoding="utf-8")
        command = "sh -c 'touch ../ran; echo tokens: 1000; echo val_bpb: 1.19'"
        words = ("loop", "--queue", str(ideas), "--run", command, "--max-runs", "2", "--json")
        sign_with(trainer, None)
        assert trainer.homegolf(*words).codes() == ["no_signing_key"]
        assert not (trainer.root / "ran").exists()
        sign_with(trainer, keys["ada"])
        assert trainer.homegolf(*words).code == 0
        assert len(rows(trainer)) == 1
        assert "BEGIN SSH" in trainer.git("cat-file", "commit", "homegolf")
        assert errors(trainer, "verify") == {}

    def test_a_retraction(self, signing: World, keys: Keys) -> None:
        record(signing, "base")
        words = ("retract", "base", "--reason", "wrong", "--evidence", "log", "--by")
        sign_with(signing, keys["bob"])
        assert errors(signing, *words, "ada").keys() == {"wrong_signer"}
        assert signing.homegolf(*words, "bob").code == 0
        assert errors(signing, "verify") == {}

    def test_tags_by_a_key_that_is_not_listed(self, signing: World, keys: Keys) -> None:
        record(signing, "base")
        sign_with(signing, keys["eve"])
        assert errors(signing, "tags", "sync").keys() == {"unsigned_tag"}
        assert signing.git("tag") == ""


class TestLanded:
    """What landed past the gate is told by `verify` and kept out by `publish`."""

    @pytest.mark.parametrize(("key", "submitter", "code"), [
        (None, "ada", "unsigned"), ("eve", "ada", "unsigned"), ("bob", "ada", "wrong_signer"),
    ])  # fmt: skip
    def test_a_row(
        self, signing: World, keys: Keys, key: str | None, submitter: str, code: str
    ) -> None:
        path = by_hand(signing, "wild", keys[key] if key else None, submitter)
        assert {k: v["path"] for k, v in errors(signing, "verify").items()} == {code: path}
        assert errors(signing, "publish").keys() == {code}

    def test_a_merge_takes_the_signed_commit_in(self, signing: World) -> None:
        signing.git("switch", "--quiet", "--create", "side")
        record(signing, "base")
        signing.git("switch", "--quiet", "main")
        signing.commit("Else", {"code.py": "x\n"})
        signing.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
        assert errors(signing, "verify") == {}

    def test_a_squash_loses_the_signature(self, signing: World) -> None:
        signing.git("switch", "--quiet", "--create", "side")
        record(signing, "base")
        signing.git("switch", "--quiet", "main")
        signing.git("merge", "--quiet", "--squash", "side")
        signing.git("commit", "--quiet", "--message", "Squashed")
        assert errors(signing, "verify").keys() == {"unsigned"}

    def test_rows_from_before_the_lane_asked(self, world: World, keys: Keys) -> None:
        world.record("early", BASE)
        ask(world, line(keys["ada"], "ada"))
        sign_with(world, keys["ada"])
        assert record(world, "late") == {}
        assert errors(world, "verify") == {}

    def test_a_key_that_is_taken_out_later(self, signing: World, keys: Keys) -> None:
        """What it signed before stays; what it signs from then on does not count."""
        record(signing, "base")
        signing.commit("Out", {SIGNERS: line(keys["bob"], "bob")})
        assert errors(signing, "verify") == {}
        path = by_hand(signing, "late", keys["ada"])
        assert errors(signing, "verify")["unsigned"]["path"] == path

    def test_nobody_lets_himself_in(self, signing: World, keys: Keys) -> None:
        """A commit that brings the list along with the row is judged by the list before it."""
        signing.write(SIGNERS, line(keys["eve"], "eve"))
        by_hand(signing, "base", keys["eve"], "eve")
        assert errors(signing, "verify").keys() == {"unsigned"}

    def test_a_key_that_has_ended(self, world: World, keys: Keys) -> None:
        """By its commit's own date in the history; by the clock in a pull request."""
        ask(world, line(keys["ada"], "ada", 'valid-before="20260101Z"'))
        by_hand(world, "late", keys["ada"])
        assert errors(world, "verify").keys() == {"unsigned"}
        world.git("reset", "--quiet", "--hard", "HEAD~")
        world.git("switch", "--quiet", "--create", "pull")
        by_hand(world, "dated", keys["ada"], GIT_COMMITTER_DATE="2025-05-01T12:00:00+00:00")
        assert errors(world, "verify") == {}
        found = errors(world, "check", "--base", "main", "--head", "pull")
        assert "unsigned" in found

    def test_settings_of_the_user_change_nothing(
        self, signing: World, keys: Keys, tmp_path: Path
    ) -> None:
        everybody = tmp_path / "everybody"
        everybody.write_text(line(keys["eve"], "*"))
        by_hand(signing, "wild", keys["eve"])
        for name, value in (
            ("gpg.ssh.allowedSignersFile", everybody), ("gpg.ssh.program", "true"),
            ("gpg.program", "true"), ("gpg.minTrustLevel", "ultimate"), ("log.showSignature", "true"),
        ):  # fmt: skip
            signing.git("config", "--global", name, str(value))
        assert errors(signing, "verify").keys() == {"unsigned"}

    def test_times_are_utc_everywhere(
        self, world: World, keys: Keys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ask(world, line(keys["ada"], "ada", 'valid-before="20260401120100"'))
        by_hand(world, "late", keys["ada"])
        for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Niue"):
            monkeypatch.setenv("TZ", zone)
            assert errors(world, "verify") == {}


class TestGate:
    """A pull request is judged by the list of its base."""

    def check(self, world: World) -> Document:
        return errors(world, "check", "--base", "main", "--head", "pull")

    def test_signed_and_not(self, signing: World) -> None:
        signing.git("switch", "--quiet", "--create", "pull")
        record(signing, "base")
        assert self.check(signing) == {}
        signing.git("commit", "--quiet", "--amend", "--no-edit", "--no-gpg-sign")
        assert self.check(signing).keys() == {"unsigned"}

    def test_the_fix_signs_it(self, signing: World) -> None:
        signing.git("switch", "--quiet", "--create", "pull")
        record(signing, "base")
        signing.git("commit", "--quiet", "--amend", "--no-edit", "--no-gpg-sign")
        assert "git rebase --exec 'git commit --amend --no-edit -S'" in self.check(signing)["unsigned"]["fix"]  # fmt: skip
        signing.git("rebase", "--quiet", "--exec", "git commit --amend --no-edit -S", "main")
        assert self.check(signing) == {}

    def test_the_list_of_the_head_does_not_count(self, signing: World, keys: Keys) -> None:
        signing.git("switch", "--quiet", "--create", "pull")
        signing.commit("Me", {SIGNERS: line(keys["eve"], "eve")})
        by_hand(signing, "base", keys["eve"], "eve")
        assert {"unsigned", "mixed_change"} <= self.check(signing).keys()

    def test_a_list_that_is_none(self, signing: World) -> None:
        signing.git("switch", "--quiet", "--create", "pull")
        signing.commit("Bad", {SIGNERS: "# fine\nada\n"})
        found = self.check(signing)["bad_signers"]
        assert (found["path"], found["line"]) == (SIGNERS, 2)

    def test_a_lane_that_asks_without_a_list(self, world: World) -> None:
        world.git("switch", "--quiet", "--create", "pull")
        world.lane(signatures={"rows": "required"})
        assert self.check(world).keys() == {"bad_signers"}

    def test_the_list_may_not_go_while_a_lane_asks(self, signing: World) -> None:
        signing.git("switch", "--quiet", "--create", "pull")
        signing.commit("Gone", {SIGNERS: None})
        assert self.check(signing).keys() == {"bad_signers"}

    def test_rules_taken_back(self, signing: World, keys: Keys) -> None:
        signing.commit("Off", {f"ledger/{LANE}/lane.yaml": lane_text()})
        by_hand(signing, "wild", None)
        ask(signing, line(keys["ada"], "ada"))
        ran = signing.homegolf("verify", "--json")
        assert "rules_taken_back" in ran.codes()


class TestTags:
    """Tags by a list, from the commit on at which the lane asks."""

    def test_a_tag_that_nobody_signed(self, signing: World, keys: Keys) -> None:
        record(signing, "base")
        errors(signing, "tags", "sync")
        tag = f"incumbents/{LANE}/0001"
        text = signing.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}").partition("-----BEGIN")[0]  # fmt: skip
        for key in (None, keys["eve"]):
            sign_with(signing, key)
            words = ["--sign" if key else "--annotate", "--force", "--cleanup=verbatim"]
            signing.git("tag", *words, "-m", text, tag, f"{tag}^{{commit}}")
            assert errors(signing, "tags", "verify")["unsigned_tag"]["path"] == tag

    def test_tags_from_before(self, world: World, keys: Keys) -> None:
        world.record("base", BASE)
        assert errors(world, "tags", "sync") == {}
        ask(world, line(keys["ada"], "ada"))
        sign_with(world, keys["ada"])
        assert errors(world, "tags", "verify") == {}
        ran = world.homegolf("record", str(world.row("better", BETTER, submitter="ada")))
        assert ran.code == 0, ran.said
        assert errors(world, "tags", "sync") == {}
        assert errors(world, "tags", "verify") == {}


def processes(world: World, *words: str) -> list[str]:
    """The git processes that a command starts."""
    trace = world.root / "trace"
    trace.unlink(missing_ok=True)
    assert world.process(*words, GIT_TRACE2_EVENT=str(trace)).code == 0
    events = [json.loads(line) for line in trace.read_text().splitlines()]
    return [" ".join(event["argv"]) for event in events if event["event"] == "start"]


class TestCost:
    """One process for all signatures, and none where no lane asks."""

    def test_processes_do_not_grow_with_rows(self, signing: World) -> None:
        for number in range(2):
            record(signing, f"row{number}")
            assert errors(signing, "verify") == {}
        few = processes(signing, "verify")
        for number in range(2, 5):
            record(signing, f"row{number}")
        assert len(processes(signing, "verify")) == len(few)

    def test_none_where_nobody_asks(self, world: World) -> None:
        world.commit("Rows", dict([world.place("base", BASE)]))
        world.git("switch", "--quiet", "--create", "pull")
        world.commit("More", dict([world.place("more", WORSE)]))
        for words in (("verify",), ("check", "--base", "main", "--head", "pull")):
            assert not [call for call in processes(world, *words) if "allowed" in call]
