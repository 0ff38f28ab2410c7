"""Commands that add to the ledger: record, retract."""

import os
from pathlib import Path
from typing import Annotated, Any

from homegolf_git.cli.app import (
    AllowEmptyConfig,
    Argument,
    Context,
    NewSeed,
    Option,
    Receipts,
    call_of,
    end,
    example,
    group,
    workspace,
)
from homegolf_git.cli.draft_facts import is_drafted, request, takes_facts
from homegolf_git.errors import usage_error

entry = group("Record")


@entry(
    epilog=example(
        "homegolf record examples/rows/example-oom.yaml",
        "homegolf record --many examples/rows",
        "homegolf record --receipt examples/rows/report.json --lane local-cluster --run-id r-1 --finished-at 2026-04-02T09:00:00Z --submitter ada --seed 1337 --mode non_overlapping --set grad_accum_steps=32 --kind system --summary 'fused step'",
    )
)
@takes_facts
def record(
    context: Context,
    files: Annotated[
        list[Path] | None, Argument(metavar="FILE...", help="Row files.", show_default=False)
    ] = None,
    many: Annotated[
        Path | None,
        Option("--many", metavar="DIR", help="Record every row of a folder, one commit each."),
    ] = None,
    receipts: Receipts = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Print what would be committed.")] = False,
    keep_invalid: Annotated[
        bool,
        Option("--keep-invalid", help="Let rows land that their submitter could mend."),
    ] = False,
    allow_empty_config: AllowEmptyConfig = False,
    new_seed: NewSeed = False,
    **stated: Any,  # noqa: ANN401 - the facts of a drafted row
) -> None:
    """Validate rows, put them in their place with their receipts, and commit each."""
    from homegolf_git.commands import record as command
    from homegolf_git.core.judge.remarks import Meant

    meant = Meant(allow_empty_config, new_seed, keep_invalid)
    options = command.RecordOptions(tuple(receipts or ()), dry_run, meant, stated["source"])
    drafts = is_drafted(stated)
    if (bool(files), many is not None, drafts).count(True) != 1:
        raise usage_error("give row files, or --many DIR, or --receipt FILE: one of the three")
    if drafts:
        wanted = request(stated, may_have_empty_config=allow_empty_config)
        end(context, command.record_drafted(workspace(context), wanted, options))
    rows = command.rows_in(many) if many is not None else files or []
    end(context, command.record(workspace(context), rows, options))


@entry(
    epilog=example(
        "homegolf draft --receipt examples/rows/report.json --lane local-cluster --summary 'fused step'",
        "homegolf draft --failure oom --detail 'no memory in step 1' --lane local-cluster -o row.yaml",
    )
)
@takes_facts
def draft(
    context: Context,
    out: Annotated[
        Path | None,
        Option("-o", "--out", metavar="FILE", help="Write it there, its receipts beside it."),
    ] = None,
    allow_empty_config: AllowEmptyConfig = False,
    **stated: Any,  # noqa: ANN401 - the facts of a drafted row
) -> None:
    """Draft a row from reports and what the machine knows, ready for record and submit."""
    from homegolf_git.commands.draft import draft as command

    if not is_drafted(stated):
        raise usage_error("there is nothing to draft from: give --receipt FILE, or --failure KIND")
    wanted = request(stated, may_have_empty_config=allow_empty_config)
    end(context, command(workspace(context), wanted, out))


@entry(
    context_settings={"allow_interspersed_args": False},
    epilog=example(
        "homegolf capture --lane local-cluster --summary 'fused step' --seed 1 --seed 2 -- python train.py --seed {seed}",
        "homegolf capture --resume",
    ),
)
@takes_facts
def capture(
    context: Context,
    command: Annotated[
        list[str] | None,
        Argument(
            metavar="[-- COMMAND...]",
            help="The command; the lane's if not given.",
            show_default=False,
        ),
    ] = None,
    repeat: Annotated[int, Option("--repeat", metavar="N", help="Run each seed N times.")] = 1,
    artifact: Annotated[
        list[str] | None,
        Option(
            "--artifact",
            metavar="[ROLE=]FILE",
            help="A file that it saves; a model if no role is given.",
        ),
    ] = None,
    no_record: Annotated[
        bool, Option("--no-record", help="Print the row and what it would be; commit nothing.")
    ] = False,
    out: Annotated[
        Path | None,
        Option(
            "-o",
            "--out",
            metavar="FILE",
            help="Write the row there for submit, its receipts near it; commit nothing. Names the run.",
        ),
    ] = None,
    no_log: Annotated[bool, Option("--no-log", help="Keep no lines of output.")] = False,
    resume: Annotated[
        bool,
        Option(
            "--resume",
            help="Land what a capture that was killed has left, or score it again; RUN in place of COMMAND names one.",
        ),
    ] = False,
    allow_empty_config: AllowEmptyConfig = False,
    **stated: Any,  # noqa: ANN401 - the facts of a drafted row
) -> None:
    """Run a training command, watch it, and land its row; exits as judge does."""
    environment = dict(os.environ)  # as the user has it, before git's own is cleaned
    from homegolf_git.cli.draft_facts import draft_facts
    from homegolf_git.commands import capture as of
    from homegolf_git.shell.running.live import stream

    call, words = call_of(context), tuple(command or ())
    if stated["failure"] is not None:
        raise usage_error("capture sees itself whether the run failed: leave out --failure")
    prints_to = stream(as_json=call.as_json, is_quiet=call.is_quiet)
    if resume:
        if len(words) > 1:
            raise usage_error("--resume takes one RUN at most")
        end(
            context,
            of.resume(
                workspace(context), next(iter(words), None), environment, prints_to=prints_to
            ),
        )
    wanted = of.CaptureRequest(
        lane=stated["lane"], command=words, facts=draft_facts(stated), repeat=repeat,
        reports=tuple(stated["receipt"] or ()), receipt_kind=stated["receipt_kind"],
        artifacts=tuple(artifact or ()), source=stated["source"],
        is_recorded=not no_record and out is None, out=out,
        has_log=not no_log, may_have_empty_config=allow_empty_config,
    )  # fmt: skip
    end(context, of.capture_by_rank(workspace(context), wanted, environment, prints_to=prints_to))


@entry(
    epilog=example(
        "homegolf retract 20260328c --reason 'half of the split was scored' --evidence issue-12 --by me"
    )
)
def retract(
    context: Context,
    run: Annotated[str, Argument(metavar="RUN", help="The run that does not count.")],
    reason: Annotated[str, Option("--reason", metavar="TEXT", help="Why not.")],
    evidence: Annotated[str, Option("--evidence", metavar="TEXT", help="Where that can be seen.")],
    by: Annotated[str, Option("--by", metavar="NAME", help="Who says so.")],
    dry_run: Annotated[
        bool, Option("--dry-run", help="List the verdicts it would change.")
    ] = False,
) -> None:
    """Commit a retraction and list the verdicts it changes."""
    from homegolf_git.commands.retract import Grounds
    from homegolf_git.commands.retract import retract as command

    grounds = Grounds(reason, evidence, by)
    end(context, command(workspace(context), run, grounds, is_dry_run=dry_run))


@entry(
    "import",
    epilog=example(
        "homegolf import autoresearch results.tsv --lane local-cluster --dry-run",
        "homegolf import csv runs.csv --map columns.yaml --lane local-cluster",
    ),
)
def import_(
    context: Context,
    kind: Annotated[
        str,
        Argument(
            metavar="KIND",
            help="autoresearch, pi, parameter-golf, psionic, modded-nanogpt, mlflow, wandb or csv.",
        ),
    ],
    paths: Annotated[list[Path], Argument(metavar="PATH...", help="Logs, or folders of them.")],
    lane: Annotated[str, Option("--lane", metavar="LANE", help="The lane that the rows go to.")],
    map_file: Annotated[
        Path | None,
        Option("--map", metavar="FILE", help="YAML from column to fact, for csv and wandb."),
    ] = None,
    replicates: Annotated[
        str,
        Option(
            "--replicates",
            metavar="BY",
            help="What makes rows runs of one config: none, commit or description.",
        ),
    ] = "none",
    repository: Annotated[
        str | None,
        Option(
            "--repository", metavar="URL", help="Where the runs are from, if the log is silent."
        ),
    ] = None,
    dry_run: Annotated[
        bool, Option("--dry-run", help="Show what would be recorded, and record nothing.")
    ] = False,
) -> None:
    """Record the runs that another tool kept: one commit a row, and nothing twice."""
    from homegolf_git.commands import importing as command

    options = command.ImportOptions(
        kind, tuple(paths), lane, map_file, replicates, dry_run, repository
    )
    end(context, command.import_log(workspace(context), options, call_of(context).reporter().say))
