"""The parts of the program as a CycloneDX document, from the locked sets and nothing else.

    python -m release.sbom > homegolf_git.cdx.json

The same locked sets give the same bytes: the document has no time, and its number follows from its content.
"""

import json
import re
import sys
import tomllib
import uuid
from typing import Any

from homegolf_git import __version__
from release.locks import SHIPPED, TOP, Locked, locked

Document = dict[str, Any]
NAME = "homegolf-git"


def document() -> Document:
    """The document, as of CycloneDX 1.6."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {item.name: item for item in locked("run")}
    optional = {item.name: item for name in SHIPPED for item in locked(name)}
    components = [_component(item, item.name in needed) for item in optional.values()]
    direct = {re.split(r"[<>=!~ \[]", text)[0] for text in project["dependencies"]}
    ours = _address(NAME, __version__)
    body: Document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": ours,
                "name": NAME,
                "version": __version__,
                "description": project["description"],
                "licenses": [{"license": {"id": project["license"]}}],
                "purl": ours,
            }
        },
        "components": sorted(components, key=lambda item: str(item["purl"])),
        "dependencies": [
            {"ref": ours, "dependsOn": sorted(_address(*needed[name][:2]) for name in direct)}
        ],
    }
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(body, sort_keys=True))
    return {**body, "serialNumber": f"urn:uuid:{number}"}


def _component(item: Locked, is_needed: bool) -> Document:
    address = _address(item.name, item.version)
    hashes = [{"alg": "SHA-256", "content": digest} for digest in item.digests]
    return {
        "type": "library",
        "bom-ref": address,
        "name": item.name,
        "version": item.version,
        "scope": "required" if is_needed else "optional",
        "purl": address,
        # One digest for each file of the version: which of them is installed depends on the machine.
        "externalReferences": [{"type": "distribution", "url": address, "hashes": hashes}],
    }


def _address(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"


def text() -> str:
    """The document as it is shipped."""
    return json.dumps(document(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
