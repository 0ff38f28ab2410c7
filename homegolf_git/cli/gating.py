"""Commands around a pull request: check."""

from typing import Annotated

from homegolf_git.cli.app import Option, app, end, example, output, settings, usage


@app.command(
    epilog=example(
        "homegolf check --base origin/main --head HEAD",
        "homegolf check --base $BASE --head $HEAD --format github",
    )
)
def check(
    base: Annotated[str, Option("--base", metavar="REV", help="What it would be merged into.")],
    head: Annotated[str, Option("--head", metavar="REV", help="What would be merged.")],
    style: Annotated[
        str, Option("--format", metavar="FORMAT", help="text, json, github or markdown.")
    ] = "text",
    merge_group: Annotated[
        bool, Option("--merge-group", help="A queue may squash: several rows a commit are a note.")
    ] = False,
) -> None:
    """Judge a pull request by its base: what may be merged, and what its runs would be."""
    from homegolf_git.commands.check import FORMATS
    from homegolf_git.commands.check import check as command

    if style not in FORMATS:
        raise usage(f"--format takes {', '.join(FORMATS)}, not {style!r}")
    settings.as_json = style == "json" or (settings.as_json and style == "text")
    end(
        command(output("check"), settings.repo, base, head, style=style, is_merge_group=merge_group)
    )
