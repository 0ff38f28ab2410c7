"""What others know of the ledger, and signatures."""

from pathlib import Path

from tests.e2e.keys import SIGNERS, ask, line, make_keys, sign_with
from tests.e2e.world import BASE, BETTER, LANE, WORSE, World
from tests.fixes.landed import GROUNDS
from tests.fixes.scene import follow, found, gone, situation
from tests.fixes.tagged import origin

WITNESS = "../witness.json"
AUDIT = ("audit", "--witness", WITNESS)


def keyed(world: World, *names: str) -> dict[str, Path]:
    """Keys, the first of which git signs with."""
    keys = make_keys(world.root / "keys", *names)
    sign_with(world, keys[names[0]])
    return keys


def witnessed(world: World) -> Path:
    """A ledger of one run, and a witness of it."""
    world.record("base", BASE)
    assert world.homegolf("tags", "sync").code == 0
    assert world.homegolf(*AUDIT).code == 0
    return world.root / "witness.json"


@situation("tag_replaced")
def a_tag_that_was_made_anew(world: World) -> None:
    witnessed(world)
    tag = f"incumbents/{LANE}/0001"
    text = world.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}")
    words = ["--annotate", "--force", "--cleanup=verbatim", "-m", text]
    world.git("-c", "user.name=Eve", "tag", *words, tag, f"{tag}^{{commit}}")
    world.environment["GIT_COMMITTER_DATE"] = "2026-05-01T12:00:00+00:00"
    world.git("tag", *words, tag, f"{tag}^{{commit}}")
    item = found(world, "tag_replaced", "verify")
    assert item["path"] == tag
    follow(world, item)
    gone(world, "tag_replaced", "verify")


@situation("foreign_retraction")
def a_retraction_by_a_stranger(world: World) -> None:
    world.record("first", BASE)
    assert world.homegolf("retract", "first", *GROUNDS).code == 0
    found(world, "foreign_retraction", "verify", says="CODEOWNERS")
    world.commit("Own", {".github/CODEOWNERS": "* @me\n"})
    gone(world, "foreign_retraction", "verify")


@situation("ledger_differs")
def own_rows_beside_those_of_a_remote(world: World) -> None:
    world.record("base", BASE)
    origin(world)
    other = world.clone("other", source=str(world.root / "remote.git"))
    other.count = 10
    other.record("theirs", WORSE)
    other.git("push", "--quiet", "origin", "main")
    world.record("mine", BETTER)
    world.git("fetch", "--quiet", "origin")
    world.git("branch", "--quiet", "--set-upstream-to=origin/main")
    item = found(world, "ledger_differs", "audit", "--against", "origin")
    assert "theirs" in item["message"]
    assert "mine" in item["message"]
    follow(world, item)
    assert world.homegolf("tags", "sync").code == 0
    gone(world, "ledger_differs", "audit", "--against", "origin")


@situation("bad_witness")
def a_file_that_was_cut(world: World) -> None:
    file = witnessed(world)
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    found(world, "bad_witness", *AUDIT, says="whole")
    file.write_bytes(whole)
    gone(world, "bad_witness", *AUDIT)


@situation("witness_ahead")
def a_clone_that_is_behind(world: World) -> None:
    world.record("base", BASE)
    old = world.clone("old")
    world.record("worse", WORSE)
    assert world.homegolf("tags", "sync").code == 0
    old.git("fetch", "--quiet", "--tags")
    assert world.homegolf(*AUDIT).code == 0
    item = found(old, "witness_ahead", *AUDIT)
    follow(old, item)
    gone(old, "witness_ahead", *AUDIT)


@situation("other_ledger")
def a_witness_of_another_ledger(world: World) -> None:
    other = world.clone("other")
    other.git("checkout", "--quiet", "--orphan", "anew")
    other.commit("Anew", {"ledger/home/lane.yaml": (other.repo / "ledger/home/lane.yaml").read_text() + "# anew\n"})  # fmt: skip
    assert other.homegolf("audit", "--witness", "../other.json").code == 0
    witnessed(world)
    found(world, "other_ledger", "audit", "--witness", "../other.json", says="of this one")
    gone(world, "other_ledger", *AUDIT)


@situation("unsigned_witness")
def a_witness_that_nobody_signs(world: World) -> None:
    keys = make_keys(world.root / "keys", "ada")
    world.record("base", BASE)
    assert world.homegolf("tags", "sync").code == 0
    item = found(world, "unsigned_witness", *AUDIT, says="git config")
    follow(world, item, filled={"FILE": f"{keys['ada']}.pub"})
    (world.root / "witness.json").unlink()
    gone(world, "unsigned_witness", *AUDIT)


@situation("bad_signature")
def a_witness_of_somebody_else(world: World) -> None:
    keys = keyed(world, "eve", "ada")
    world.commit("List", {SIGNERS: line(keys["ada"], "ada")})
    witnessed(world)
    found(world, "bad_signature", *AUDIT, says="--signers FILE")
    mine = world.root / "mine"
    mine.write_text(line(keys["eve"], "eve"))
    gone(world, "bad_signature", *AUDIT, "--signers", str(mine))


@situation("no_signing_key")
def a_lane_that_asks_for_signed_rows(world: World) -> None:
    keys = make_keys(world.root / "keys", "someone")
    ask(world, line(keys["someone"], "someone"))
    row = str(world.row("base", BASE))
    item = found(world, "no_signing_key", "record", row)
    follow(world, item, filled={"FILE": f"{keys['someone']}.pub"})
    gone(world, "no_signing_key", "record", row)


def proposed(world: World, *names: str) -> dict[str, Path]:
    """A pull request with a row of somebody, whose lane asks for signatures."""
    keys = keyed(world, *names)
    ask(world, line(keys["someone"], "someone"), rows="required")
    world.git("switch", "--quiet", "--create", "pull")
    path, text = world.place("base", BASE)
    world.commit("run(home): base", {path: text})
    return keys


CHECK = ("check", "--base", "main", "--head", "pull")


@situation("unsigned")
def a_commit_without_a_signature(world: World) -> None:
    proposed(world, "someone")
    item = found(world, "unsigned", *CHECK)
    follow(world, item, filled={"<base>": "main"})
    gone(world, "unsigned", *CHECK)


@situation("wrong_signer")
def a_commit_that_another_signed(world: World) -> None:
    keys = proposed(world, "someone", "bob")
    sign_with(world, keys["bob"])
    world.git("commit", "--quiet", "--amend", "--no-edit", "-S")
    world.git("switch", "--quiet", "main")
    both = line(keys["someone"], "someone") + line(keys["bob"], "bob")
    world.commit("List", {SIGNERS: both})
    world.git("rebase", "--quiet", "--exec", "git commit --amend --no-edit -S", "main", "pull")
    item = found(world, "wrong_signer", *CHECK)
    sign_with(world, keys["someone"])
    follow(world, item, filled={"<base>": "main"})
    gone(world, "wrong_signer", *CHECK)


@situation("bad_signers")
def a_line_that_names_no_key(world: World) -> None:
    keys = make_keys(world.root / "keys", "someone")
    world.git("switch", "--quiet", "--create", "pull")
    world.commit("List", {SIGNERS: "someone\n"})
    assert found(world, "bad_signers", *CHECK, says="ssh-ed25519")["line"] == 1
    world.git("reset", "--quiet", "--hard", "main")
    world.commit("List", {SIGNERS: line(keys["someone"], "someone")})
    gone(world, "bad_signers", *CHECK)


@situation("unsigned_tag")
def a_tag_without_a_signature(world: World) -> None:
    keys = keyed(world, "someone")
    ask(world, line(keys["someone"], "someone"))
    world.record("base", BASE)
    assert world.homegolf("tags", "sync").code == 0
    tag = f"incumbent/{LANE}"
    text = world.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}")
    body = text.partition("-----BEGIN")[0]
    words = ["--annotate", "--force", "--cleanup=verbatim", "-m", body]
    world.git("tag", *words, tag, f"{tag}^{{commit}}")
    item = found(world, "unsigned_tag", "tags", "verify", says="delete it")
    world.git("tag", "--delete", tag)
    follow(world, item, only="homegolf tags sync")
    gone(world, "unsigned_tag", "tags", "verify")
