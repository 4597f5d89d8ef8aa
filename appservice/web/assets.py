"""Stylesheet and script, under names that change with what is in them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

_STATIC = Path(__file__).parent / "static"
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    path: str
    content_type: str
    body: bytes = field(repr=False)


def load_asset(name: str, content_type: str) -> Asset:
    file = _STATIC / name
    body = file.read_bytes()
    return Asset(
        f"/assets/{hashlib.sha256(body).hexdigest()[:16]}{file.suffix}", content_type, body
    )


def asset_routes(assets: Iterable[Asset]) -> list[web.RouteDef]:
    return [web.get(asset.path, _serving(asset)) for asset in assets]


def _serving(asset: Asset) -> Handler:
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.Response(
            body=asset.body,
            content_type=asset.content_type,
            charset="utf-8",
            headers={"Cache-Control": _FOR_EVER},
        )

    return serve
