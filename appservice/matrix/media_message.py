"""Attachments as clients send them: one event each, clear or encrypted, with a caption or without.

https://spec.matrix.org/v1.17/client-server-api/#mroommessage-msgtypes
"""

import re

from appservice.matrix.fields import LARGEST, Json, count, section, text
from appservice.matrix.mxc import is_mxc
from appservice.matrix.names import file_name
from bot.attachment import Kind, MediaInfo, Source
from bot.concerns import PRICE_FLAG
from bot.crypto.encrypted_file import EncryptedFile
from bot.events import MediaMessage, Origin
from bot.ids import MxcUri

_KINDS = {str(kind): kind for kind in Kind}
_MIMETYPE = re.compile(r"[A-Za-z0-9.+-]{1,60}/[A-Za-z0-9.+-]{1,60}")
_AMOUNT = re.compile(r"[+-]?[0-9.,]{1,20}")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_UNREADABLE_PRICE = "?"


def media_message(content: Json, origin: Origin) -> MediaMessage | None:
    msgtype = content.get("msgtype")
    kind = _KINDS.get(msgtype) if isinstance(msgtype, str) else None
    source = _source(content, origin, "url", "file")
    if kind is None or source is None:
        return None
    info = section(content, "info")
    body, filename = text(content, "body") or "", text(content, "filename")
    return MediaMessage(
        origin=origin,
        name=file_name(filename or body),
        kind=kind,
        info=_info(info),
        source=source,
        thumbnail=_source(info, origin, "thumbnail_url", "thumbnail_file"),
        caption=body if filename and filename != body else "",
        price_flag=_price_flag(content),
    )


def _source(content: Json, origin: Origin, clear: str, encrypted: str) -> Source | None:
    """Where the bytes lie. An encrypted file comes first, as clients that send both mean that one."""
    if encrypted in content:
        file = _encrypted_file(section(content, encrypted))
        return Source(origin.room, origin.event, file.url, file) if file else None
    url = text(content, clear)
    return Source(origin.room, origin.event, MxcUri(url)) if url and is_mxc(url) else None


def _encrypted_file(value: Json) -> EncryptedFile | None:
    try:
        file = EncryptedFile.from_json(value)
    except ValueError:
        return None
    return file if is_mxc(file.url) else None


def _info(info: Json) -> MediaInfo:
    mimetype = text(info, "mimetype") or ""
    return MediaInfo(
        mimetype=mimetype if _MIMETYPE.fullmatch(mimetype) else MediaInfo().mimetype,
        size=count(info, "size"),
        width=count(info, "w"),
        height=count(info, "h"),
        duration_ms=count(info, "duration"),
    )


def _price_flag(content: Json) -> str | None:
    """The flag as text. A malformed one becomes text in which nobody will see a price."""
    if PRICE_FLAG not in content:
        return None
    flag = section(content, PRICE_FLAG)
    amount, currency = _amount(flag.get("amount")), text(flag, "currency") or ""
    if not _AMOUNT.fullmatch(amount) or not _CURRENCY.fullmatch(currency):
        return _UNREADABLE_PRICE
    return f"{amount} {currency.upper()}"


def _amount(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > LARGEST:
        return _UNREADABLE_PRICE
    return str(value)
