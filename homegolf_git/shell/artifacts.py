"""Artifacts from where they are kept, in streams; the only module that imports fsspec and aiohttp.

An address is a stranger's text: only protocols of the list are opened, never a chain of them, and of
local files only regular ones.
"""

import hashlib
import time
from collections.abc import Callable
from typing import Any

import aiohttp
from fsspec.core import url_to_fs

from homegolf_git.core.model.artifacts import Fetched

_CHUNK = 1 << 20  # bytes
_SLOWEST = 100_000  # bytes a second; what comes slower for long is given up
_GRACE = 600  # seconds that any artifact may take
_GONE = (404, 410)
_CLOUD = "run `pip install 'homegolf-git[cloud]'`, and run it again"


def _http(timeout: float) -> dict[str, Any]:
    limits = aiohttp.ClientTimeout(total=None, connect=timeout, sock_read=timeout)
    return {"client_kwargs": {"timeout": limits}, "skip_instance_cache": True}


# By protocol, what its file system is told of the longest silence.
_OPTIONS: dict[str, Callable[[float], dict[str, Any]]] = {
    "file": lambda _: {},
    "http": _http,
    "https": _http,
    "s3": lambda t: {"config_kwargs": {"connect_timeout": t, "read_timeout": t}},
    "gs": lambda t: {"timeout": t},
    "ssh": lambda t: {"timeout": t},
    "sftp": lambda t: {"timeout": t},
}


def fetch(
    uri: str, stated_bytes: int | None, timeout: float, tell: Callable[[int], None]
) -> Fetched:
    """Read what is at an address, and hash it; `tell` hears how many bytes have come.

    Reading ends behind the bytes that the row states, and after `timeout` seconds of silence.
    """
    protocol, separator, _ = uri.partition("://")
    if not separator or "::" in uri or protocol not in _OPTIONS:
        kinds = ", ".join(_OPTIONS)
        return _unreachable(f"no address of a kind that is fetched ({kinds})")
    try:
        return _read(protocol, uri, stated_bytes, timeout, tell)
    except ImportError:
        return _unreachable(f"the package that reads {protocol} is not installed", _CLOUD)
    except FileNotFoundError as error:
        return _not_found(error)
    except TimeoutError:
        return _unreachable(f"silent for {timeout:g} s")
    except Exception as error:  # noqa: BLE001 - each file system has errors of its own
        return _refused(error)


def _read(
    protocol: str, uri: str, stated: int | None, timeout: float, tell: Callable[[int], None]
) -> Fetched:
    system, path = url_to_fs(uri, **_OPTIONS[protocol](timeout))
    how: dict[str, Any] = {}
    if protocol in {"http", "https"}:
        # One answer from its first byte to its last; a size keeps fsspec from asking for it first.
        how = {"block_size": 0, "size": stated or 1}
    elif system.info(path)["type"] != "file":
        return _unreachable("no regular file")
    digest, size = hashlib.sha256(), 0
    until = time.monotonic() + _GRACE + (stated or 0) / _SLOWEST
    with system.open(path, "rb", **how) as file:
        while data := file.read(_CHUNK):
            size += len(data)
            if stated is not None and size > stated:
                return Fetched(size, is_cut=True)
            if time.monotonic() > until:
                return _unreachable(f"too slow: {size:,} bytes in {_GRACE:,} s and more")
            digest.update(data)
            tell(size)
    return Fetched(size, digest.hexdigest())


def _not_found(error: FileNotFoundError) -> Fetched:
    return Fetched(trouble="missing", said=f"nothing is there ({type(error).__name__})")


def _refused(error: Exception) -> Fetched:
    status = getattr(error, "status", None)
    if status in _GONE:
        return Fetched(trouble="missing", said=f"nothing is there (HTTP {status})")
    words = f"HTTP {status}" if isinstance(status, int) else type(error).__name__
    return _unreachable(f"it could not be read ({words})")


def _unreachable(said: str, fix: str = "") -> Fetched:
    return Fetched(trouble="unreachable", said=said, fix=fix)
