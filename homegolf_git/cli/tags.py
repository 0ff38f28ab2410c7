"""Commands about incumbent tags: `homegolf tags sync` and `tags verify`."""

from typing import Annotated

from homegolf_git.cli.app import Context, Option, end, example, subcommands, workspace

entry = subcommands(
    "Tags", "tags", "Incumbent tags: made from the rows, checked against them."
).command


@entry("sync", epilog=example("homegolf tags sync", "homegolf tags sync --push origin"))
def tags_sync(
    context: Context,
    push: Annotated[
        str | None, Option("--push", metavar="REMOTE", help="Push them in one transaction.")
    ] = None,
) -> None:
    """Create the tags that are missing; numbered ones are never moved."""
    from homegolf_git.commands.tags import sync as command

    end(context, command(workspace(context), push))


@entry("verify", epilog=example("homegolf tags verify"))
def tags_verify(context: Context) -> None:
    """Recompute every tag and report those that are not what the rows say."""
    from homegolf_git.commands.tags import verify as command

    end(context, command(workspace(context)))
