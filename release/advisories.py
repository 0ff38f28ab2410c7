"""Are advisories known about a package of the locked sets?

    python -m release.advisories

Ends with 0 if none is, with 1 if some are, and with 4 if the service that knows could not be asked about
every package: then nothing is known, and that is said.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from release.locks import path_of

SETS = ("run", "build", "demo", "parquet", "optuna", "dev")
FOUND, UNKNOWN = 1, 4


class Answer(NamedTuple):
    """What is said, and how the program ends."""

    lines: list[str]
    code: int


def ask(sets: Sequence[str] = SETS, options: Sequence[str] = ()) -> Answer:
    """Ask about every package of the sets; `options` are pip-audit's, such as another service."""
    listed = [word for name in sets for word in ("--requirement", str(path_of(name)))]
    command = [
        sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json",
        "--progress-spinner", "off", *options, *listed,
    ]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages: list[dict[str, Any]] = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        said = ran.stderr.strip().splitlines() or ["it said nothing"]
        return Answer([f"the advisory service could not be asked: {said[-1][:300]}"], UNKNOWN)
    return judged(packages)


def judged(packages: Sequence[dict[str, Any]]) -> Answer:
    """What the service's answers come to; a package that it passed over was not checked."""
    passed_over = [str(each["name"]) for each in packages if "skip_reason" in each]
    lines = [line for each in packages for line in _advisories(each)]
    code = FOUND if lines else 0
    if passed_over:
        lines.append(
            f"the advisory service had no answer for {len(passed_over)} of {len(packages)} packages,"
            f" such as {passed_over[0]}: what it knows of them is not known here"
        )
        code = code or UNKNOWN
    if not lines:
        lines.append(f"{len(packages)} packages, no advisory")
    return Answer(lines, code)


def _advisories(package: dict[str, Any]) -> Iterator[str]:
    for each in package.get("vulns", ()):
        fixed = ", ".join(each["fix_versions"]) or "no version"
        yield f"{package['name']} {package['version']}: {each['id']}, mended in {fixed}"


def main() -> None:
    """Ask, say, end."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        epilog="Other options go to pip-audit, such as --vulnerability-service osv.",
    )
    _, options = parser.parse_known_args()
    answer = ask(options=options)
    print("\n".join(answer.lines))
    sys.exit(answer.code)


if __name__ == "__main__":
    main()
