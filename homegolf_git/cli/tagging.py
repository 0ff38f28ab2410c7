"""`homegolf tags`."""

from typing import Annotated

from homegolf_git.cli.app import Option, end, example, output, settings, tags_app


@tags_app.command("sync", epilog=example("homegolf tags sync", "homegolf tags sync --push origin"))
def tags_sync(
    push: Annotated[
        str | None, Option("--push", metavar="REMOTE", help="Push them in one transaction.")
    ] = None,
) -> None:
    """Create the tags that are missing; numbered ones are never moved."""
    from homegolf_git.commands.tags import sync as command

    end(command(output("tags sync"), settings.repo, push))


@tags_app.command("verify", epilog=example("homegolf tags verify"))
def tags_verify() -> None:
    """Recompute every tag and report those that are not what the rows say."""
    from homegolf_git.commands.tags import verify as command

    end(command(output("tags verify"), settings.repo))
