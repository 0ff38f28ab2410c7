"""A promotion tag on its way to a remote: whether it has arrived the remote alone knows.

Where the answer to a push is lost, or the command is killed in between, the tag may be there or not. A
note of it stays, and whoever promotes the same run again is given the tag that has arrived; one that
has not is taken back, and decided anew.
"""

from homegolf_git.core.model.naming import LaneId, Oid, RunId, tag_ref
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo
from homegolf_git.shell.git.remotes import remote_ref
from homegolf_git.shell.reading.memory import note, recall
from homegolf_git.shell.tags import push_tags

_FILE = f"{OWN_FOLDER}/promoting.json"  # in the git directory


def send_promotion(
    repo: GitRepo, remote: str, run: tuple[RunId, LaneId], name: str, oid: Oid
) -> None:
    """Push the tag by which a run goes up to a lane; one that is not known to have arrived goes here.

    Raises:
        HomegolfError: as `push_tags` does.
    """
    run_id, lane = run
    on_its_way = {"remote": remote, "run_id": run_id, "lane": lane, "tag": name, "oid": oid}
    note(repo, _FILE, on_its_way)
    try:
        push_tags(repo, remote, {name: oid})
    except HomegolfError:
        repo.update_ref(tag_ref(name), None)
        raise
    _forget(repo)


def arrived(repo: GitRepo, remote: str, run: tuple[RunId, LaneId]) -> tuple[str, Oid] | None:
    """The tag of this run that was sent before without an answer, and is there; others are settled too."""
    said = recall(repo, _FILE)
    name, oid = str(said.get("tag", "")), Oid(str(said.get("oid", "")))
    if not name or not oid or said.get("remote") != remote:
        return None
    if (there := remote_ref(repo, remote, tag_ref(name))) == "":
        return None  # it does not answer, and what comes next says so
    if there != oid and repo.tag_objects(name).get(name) == oid:
        repo.update_ref(tag_ref(name), None, oid)
    _forget(repo)
    is_same = (said.get("run_id"), said.get("lane")) == run
    return (name, oid) if there == oid and is_same else None


def _forget(repo: GitRepo) -> None:
    (repo.common_dir / _FILE).unlink(missing_ok=True)
