"""The envelope of every JSON answer."""

from homegolf_git.core.model.values import Json

API = "homegolf/report/v1"


def document(command: str, **fields: Json) -> dict[str, Json]:
    """A document of the report API."""
    return {"api": API, "command": command, **fields}
