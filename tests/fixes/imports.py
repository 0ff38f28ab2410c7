"""Logs of other tools that cannot be read, and maps that lead nowhere."""

from tests.e2e.world import World
from tests.fixes.scene import found, gone, situation

LANE = "imported"
HEADER = "commit\tval_bpb\tmemory_gb\tstatus\tdescription\n"
LINE = "a1b2c3d\t0.997900\t44.0\tkeep\tbaseline\n"


def log(world: World, text: str, name: str = "results.tsv") -> str:
    path = world.root / name
    path.write_text(text)
    return str(path)


def lane(world: World) -> None:
    contract = dict.fromkeys(
        ("train_seconds_max", "artifact_bytes_max", "evaluated_tokens", "evaluation_modes")
    )
    world.lane(LANE, contract=contract, decision={"procedure": 2, "repeats": "count"})


@situation("unreadable_log")
def a_log_without_its_columns(world: World) -> None:
    lane(world)
    words = ("import", "autoresearch", log(world, "one\ttwo\n1\t2\n"), "--lane", LANE)
    found(world, "unreadable_log", *words, says="correct the file")
    log(world, HEADER + LINE)
    gone(world, "unreadable_log", *words)


@situation("bad_map")
def a_map_to_a_column_that_is_not_there(world: World) -> None:
    lane(world)
    table = log(world, "loss,what\n0.9979,baseline\n", "table.csv")
    mapping = log(world, "val_bpb: bpb\nchange.summary: what\n", "map.yaml")
    words = ("import", "csv", table, "--map", mapping, "--lane", LANE)
    found(world, "bad_map", *words, says="name a column of the table")
    log(world, "val_bpb: loss\nchange.summary: what\n", "map.yaml")
    gone(world, "bad_map", *words)
