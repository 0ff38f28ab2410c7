"""May this commit be released under this tag, by this repository?

    python -m release.ready --tag v1.2.3 --repository https://forge.example/team/homegolf-git

Says what stands against it, and ends with 1 if anything does.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator

from homegolf_git import __version__
from release.locks import TOP


def objections(tag: str, repository: str, version: str = __version__) -> Iterator[str]:
    """What stands against a release, one sentence each."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changes = (TOP / "CHANGELOG.md").read_text(encoding="utf-8")
    if tag != f"v{version}":
        yield f"the tag is {tag}, the version {version}: tag v{version}, or change homegolf_git/__init__.py"
    # Else the package would lead its users to a repository that is not the one it came from.
    if repository != project["urls"]["Homepage"]:
        yield f"this is {repository}, pyproject.toml says {project['urls']['Homepage']}: change its project.urls"
    top = re.search(r"^## (.+)$", changes, re.MULTILINE)
    if top is None or not re.fullmatch(rf"{re.escape(version)} \(\d{{4}}-\d\d-\d\d\)", top[1]):
        yield f"the top section of CHANGELOG.md is not {version} with its date"


def main() -> None:
    """Say what stands against it, and end."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tag", required=True)
    parser.add_argument("--repository", required=True)
    given = parser.parse_args()
    found = list(objections(given.tag, given.repository))
    print("\n".join(found) or "ready")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
