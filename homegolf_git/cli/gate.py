"""Commands around a pull request and a promotion: check, submit, promote."""

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

entry = group("Gate")


@entry(
    epilog=example(
        "homegolf check --base origin/main --head HEAD",
        "homegolf check --base $BASE --head $HEAD --format github --report check.json --summary $GITHUB_STEP_SUMMARY",
    )
)
def check(
    context: Context,
    base: Annotated[str, Option("--base", metavar="REV", help="What it would be merged into.")],
    head: Annotated[str, Option("--head", metavar="REV", help="What would be merged.")],
    style: Annotated[
        str, Option("--format", metavar="FORMAT", help="text, json, github or markdown.")
    ] = "text",
    merge_group: Annotated[
        bool, Option("--merge-group", help="A queue may squash: several rows a commit are a note.")
    ] = False,
    allow_empty_config: AllowEmptyConfig = False,
    new_seed: NewSeed = False,
    report: Annotated[
        Path | None, Option("--report", metavar="FILE", help="File to write the JSON to as well.")
    ] = None,
    summary: Annotated[
        Path | None,
        Option("--summary", metavar="FILE", help="File to append the Markdown to as well."),
    ] = None,
) -> None:
    """Judge a pull request by its base: what may be merged, and what its runs would be."""
    from homegolf_git.commands.check import FORMATS, CheckOptions
    from homegolf_git.commands.check import check as command
    from homegolf_git.core.judge.remarks import Meant

    if style not in FORMATS:
        raise usage_error(f"--format takes {', '.join(FORMATS)}, not {style!r}")
    call = call_of(context)
    call.as_json = style == "json" or (call.as_json and style == "text")
    options = CheckOptions(style, merge_group, Meant(allow_empty_config, new_seed), report, summary)
    end(context, command(workspace(context), base, head, options))


@entry(
    epilog=example(
        "homegolf submit examples/rows/example-oom.yaml",
        "homegolf submit examples/rows/example-oom.yaml --dry-run",
        "homegolf submit --receipt examples/rows/report.json --lane local-cluster --summary 'fused step' --set grad_accum_steps=32 --mode non_overlapping --seed 1337 --dry-run",
    )
)
@takes_facts
def submit(
    context: Context,
    files: Annotated[
        list[Path] | None, Argument(metavar="FILE...", help="Row files.", show_default=False)
    ] = None,
    receipts: Receipts = None,
    allow_empty_config: AllowEmptyConfig = False,
    new_seed: NewSeed = False,
    dry_run: Annotated[
        bool, Option("--dry-run", help="Say what the gate will say; push nothing.")
    ] = False,
    remote: Annotated[
        str, Option("--remote", metavar="NAME", help="The remote to merge into, and to push to.")
    ] = "origin",
    fork: Annotated[
        str | None,
        Option("--fork", metavar="NAME", help="Push to this remote instead, and ask from there."),
    ] = None,
    onto: Annotated[
        str,
        Option(
            "--onto",
            metavar="BRANCH",
            help="The branch to merge into; main, or the one that the ledger has for itself.",
            show_default=False,
        ),
    ] = "",
    branch: Annotated[
        str | None,
        Option("--branch", metavar="NAME", help="The new branch; run/<id> if not given."),
    ] = None,
    **stated: Any,  # noqa: ANN401 - the facts of a drafted row
) -> None:
    """Record rows on a branch, ask the gate, push it and open a pull request."""
    from homegolf_git.commands.record import RecordOptions
    from homegolf_git.commands.submit import SubmitOptions, submit_drafted
    from homegolf_git.commands.submit import submit as command
    from homegolf_git.core.judge.remarks import Meant

    drafts = is_drafted(stated)
    if bool(files) == drafts:
        raise usage_error("give row files, or --receipt FILE: one of the two")
    # Of rows that are there already nothing is stated, and --base has ever been the branch.
    onto = onto or ("" if drafts else stated["base"] or "")
    meant = Meant(allow_empty_config, new_seed)
    record = RecordOptions(tuple(receipts or ()), dry_run, meant, stated["source"])
    options = SubmitOptions(record, remote, onto, branch, fork)
    if drafts:
        wanted = request(stated, may_have_empty_config=allow_empty_config)
        end(context, submit_drafted(workspace(context), wanted, options))
    end(context, command(workspace(context), files or [], options))


@entry(
    epilog=example(
        "homegolf promote 20260328c --to h100 --dry-run",
        "homegolf promote 20260328c --to h100 --push origin",
    )
)
def promote(
    context: Context,
    run: Annotated[str, Argument(metavar="RUN", help="The incumbent of the lane below.")],
    target: Annotated[str, Option("--to", metavar="LANE", help="The lane to promote to.")],
    dry_run: Annotated[bool, Option("--dry-run", help="Print the checklist only.")] = False,
    push: Annotated[
        str | None, Option("--push", metavar="REMOTE", help="Push the promotion tag.")
    ] = None,
) -> None:
    """Decide on spending time one lane up: a checklist, and a tag if all of it is go."""
    from homegolf_git.commands.promote import promote as command

    end(context, command(workspace(context), run, target, is_dry_run=dry_run, remote=push))
