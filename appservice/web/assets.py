"""The one stylesheet, under a name that changes with what is in it."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

_STYLESHEET = Path(__file__).parent / "static" / "style.css"
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Stylesheet:
    path: str
    body: bytes = field(repr=False)


def load_stylesheet() -> Stylesheet:
    body = _STYLESHEET.read_bytes()
    return Stylesheet(f"/assets/{hashlib.sha256(body).hexdigest()[:16]}.css", body)


def asset_routes(style: Stylesheet) -> list[web.RouteDef]:
    async def stylesheet(_: web.Request) -> web.Response:
        return web.Response(
            body=style.body,
            content_type="text/css",
            charset="utf-8",
            headers={"Cache-Control": _FOR_EVER},
        )

    return [web.get(style.path, stylesheet)]
