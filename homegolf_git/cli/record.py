"""`homegolf record`."""

from pathlib import Path
from typing import Annotated, Any

from homegolf_git.cli.app import Argument, Option, app, end, example, output, settings, usage


@app.command(
    epilog=example(
        "homegolf record 20260328d-g64-clip1.yaml",
        "homegolf record --many rows/",
        "homegolf record --receipt report.json --lane local-cluster --run-id r1 --seed 1337 --mode non_overlapping --kind system --summary 'fused step'",
    )
)
def record(
    files: Annotated[
        list[Path] | None, Argument(metavar="FILE...", help="Row files.", show_default=False)
    ] = None,
    many: Annotated[
        Path | None,
        Option("--many", metavar="DIR", help="Record every row of a folder, one commit each."),
    ] = None,
    receipts: Annotated[
        list[Path] | None,
        Option("--receipts", metavar="DIR", help="Folder to look for listed receipts in."),
    ] = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Print what would be committed.")] = False,
    keep_invalid: Annotated[
        bool,
        Option("--keep-invalid", help="Let rows land that their submitter could mend."),
    ] = False,
    source: Annotated[
        Path | None,
        Option("--source", metavar="PATH", help="Trainer's repository: fill in changed_paths."),
    ] = None,
    receipt: Annotated[
        list[Path] | None,
        Option("--receipt", metavar="FILE", help="Build the row from this report."),
    ] = None,
    receipt_kind: Annotated[
        str | None,
        Option("--receipt-kind", metavar="KIND", help="Reader to use; found out if not given."),
    ] = None,
    lane: Annotated[
        str | None, Option("--lane", metavar="LANE", help="With --receipt: the row's lane.")
    ] = None,
    run_id: Annotated[
        str | None, Option("--run-id", metavar="ID", help="With --receipt: the row's id.")
    ] = None,
    finished_at: Annotated[
        str | None,
        Option("--finished-at", metavar="TIME", help="With --receipt: UTC, with a Z."),
    ] = None,
    submitter: Annotated[
        str | None,
        Option("--submitter", metavar="NAME", help="With --receipt; git's user.name if not given."),
    ] = None,
    base: Annotated[
        str | None,
        Option("--base", metavar="ID", help="With --receipt: the run it was derived from."),
    ] = None,
    kind: Annotated[
        str,
        Option(
            "--kind",
            metavar="KIND",
            help="With --receipt: system, model, data, eval, mixed or rerun.",
        ),
    ] = "rerun",
    summary: Annotated[
        str | None,
        Option("--summary", metavar="TEXT", help="With --receipt: what was changed."),
    ] = None,
    repository: Annotated[
        str | None,
        Option("--repository", metavar="URL", help="With --receipt: the trainer's repository."),
    ] = None,
    revision: Annotated[
        str | None,
        Option("--revision", metavar="HEX", help="With --receipt: the trainer's commit."),
    ] = None,
    dirty: Annotated[
        bool | None,
        Option("--dirty/--clean", help="With --receipt: whether the source had changes."),
    ] = None,
    mode: Annotated[
        str | None,
        Option("--mode", metavar="MODE", help="With --receipt: the evaluation mode."),
    ] = None,
    split: Annotated[
        str | None,
        Option("--split", metavar="NAME", help="With --receipt: the validation split."),
    ] = None,
    seed: Annotated[
        list[int] | None,
        Option("--seed", metavar="N", help="With --receipt: a seed that no receipt names."),
    ] = None,
    seeds_planned: Annotated[
        int | None,
        Option("--seeds-planned", metavar="N", help="With --receipt: seeds planned."),
    ] = None,
    seeds_run: Annotated[
        int | None,
        Option("--seeds-run", metavar="N", help="With --receipt: all seeds that finished."),
    ] = None,
    budget: Annotated[
        float | None,
        Option("--budget", metavar="SECONDS", help="With --receipt: the training budget."),
    ] = None,
    no_budget: Annotated[
        bool, Option("--no-budget", help="With --receipt: no training budget was set.")
    ] = False,
    resolves: Annotated[
        list[str] | None,
        Option("--resolves", metavar="ID", help="With --receipt: a blocked run it settled."),
    ] = None,
    promotion: Annotated[
        str | None,
        Option("--promotion", metavar="TAG", help="With --receipt: the tag that admitted it."),
    ] = None,
    config: Annotated[
        list[str] | None,
        Option("--set", metavar="KEY=VALUE", help="With --receipt: a config key, JSON value."),
    ] = None,
    device: Annotated[
        list[str] | None,
        Option("--device", metavar="NAME:COUNT", help="With --receipt: devices that trained."),
    ] = None,
    failure: Annotated[
        str | None,
        Option(
            "--failure", metavar="KIND", help="Why there is no score; a receipt is not needed then."
        ),
    ] = None,
    stage: Annotated[
        str, Option("--stage", metavar="STAGE", help="With --failure: where it failed.")
    ] = "train",
    detail: Annotated[
        str, Option("--detail", metavar="TEXT", help="With --failure: one line.")
    ] = "",
    notes: Annotated[
        str, Option("--notes", metavar="TEXT", help="With --receipt: free text.")
    ] = "",
) -> None:
    """Validate rows, put them in their place with their receipts, and commit each."""
    from homegolf_git.commands import record as command

    out = output("record")
    options = command.RecordOptions(tuple(receipts or ()), dry_run, keep_invalid, source)
    is_drafted = bool(receipt) or failure is not None
    if (bool(files), many is not None, is_drafted).count(True) != 1:
        raise usage("give row files, or --many DIR, or --receipt FILE: one of the three")
    if not is_drafted:
        rows = command.rows_in(many) if many is not None else files or []
        end(command.record(out, settings.repo, rows, options))
    if lane is None:
        raise usage("a row made from options needs --lane")
    from homegolf_git.commands.record_receipt import record_receipts
    from homegolf_git.core.model.draft import DraftFacts

    facts = DraftFacts(
        run_id=run_id, finished_at=finished_at, submitter=submitter, base=base, change_kind=kind,
        change_summary=summary, repository=repository, revision=revision, is_dirty=dirty,
        evaluation_mode=mode, split=split, seeds=tuple(seed or ()), seeds_planned=seeds_planned,
        seeds_run=seeds_run, train_seconds_budget=budget, config=_config(config or []),
        hardware=tuple(map(_device, device or [])),
        failure=(failure, stage, detail) if failure else None, notes=notes,
        is_unbounded=no_budget, resolves=tuple(resolves or ()), promotion=promotion,
    )  # fmt: skip
    end(record_receipts(out, settings.repo, lane, receipt or [], facts, options, kind=receipt_kind))


def _config(pairs: list[str]) -> dict[str, Any]:
    import json

    config: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise usage(f"--set takes KEY=VALUE, not {pair!r}")
        try:
            config[key] = json.loads(value)
        except (ValueError, RecursionError):
            config[key] = value
    return config


def _device(text: str) -> tuple[str, int]:
    name, _, count = text.rpartition(":")
    if not name or not count.isdecimal():
        raise usage(f"--device takes NAME:COUNT, not {text!r}")
    return name, int(count)
