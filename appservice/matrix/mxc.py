"""Addresses of media. https://spec.matrix.org/v1.17/client-server-api/#matrix-content-mxc-uris"""

import re

from bot.errors import OperatorError
from bot.ids import MxcUri

_MXC = re.compile(r"mxc://((?:[A-Za-z0-9]|\[)[A-Za-z0-9.:\[\]-]*)/([A-Za-z0-9_-]+)", re.ASCII)


def is_mxc(url: str) -> bool:
    return _MXC.fullmatch(url) is not None


def server_and_media_id(url: MxcUri) -> tuple[str, str]:
    """Raises OperatorError for what is no such address."""
    found = _MXC.fullmatch(url)
    if found is None:
        raise OperatorError("an address of media that is none")
    return found[1], found[2]
