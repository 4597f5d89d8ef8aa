"""Attachments as clients send them: one event each, clear or encrypted, with a caption or without.

https://spec.matrix.org/v1.17/client-server-api/#mroommessage-msgtypes
"""

import re

from appservice.matrix.content.sanitize import file_name
from appservice.matrix.json_fields import LARGEST, Json, count, section, text
from appservice.matrix.mxc import is_mxc
from bot.crypto.encrypted_file import EncryptedFile
from bot.domain.matrix.event_filter import PRICE_FLAG
from bot.domain.matrix.matrix_event import EventMeta, MediaMessage
from bot.domain.offers.attachment import MediaInfo, MediaKind, Source
from bot.domain.offers.media_types import ANYTHING, normalized
from bot.ids import MxcUri

_KINDS = {str(kind): kind for kind in MediaKind}
_VOICE = "org.matrix.msc3245.voice"
_SOUND = "org.matrix.msc1767.audio"
"""https://github.com/matrix-org/matrix-spec-proposals/pull/3246 has the waveform in it."""
_MOST_WAVES = 256
_LOUDEST = 1024
_AMOUNT = re.compile(r"[+-]?[0-9.,]{1,20}")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_UNREADABLE_PRICE = "?"


def media_message(content: Json, origin: EventMeta) -> MediaMessage | None:
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
        info=_info(content, info),
        source=source,
        thumbnail=_source(info, origin, "thumbnail_url", "thumbnail_file"),
        caption=body if filename and filename != body else "",
        price_flag=_price_flag(content),
    )


def _source(content: Json, origin: EventMeta, clear: str, encrypted: str) -> Source | None:
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


def _info(content: Json, info: Json) -> MediaInfo:
    voice = content.get("msgtype") == MediaKind.AUDIO and _VOICE in content
    return MediaInfo(
        mimetype=normalized(info.get("mimetype")) or ANYTHING,
        size=count(info, "size"),
        width=count(info, "w"),
        height=count(info, "h"),
        duration_ms=count(info, "duration"),
        voice=voice,
        waveform=_waveform(section(content, _SOUND)) if voice else (),
    )


def _waveform(said: Json) -> tuple[int, ...]:
    """Empty unless all of it is as the proposal has it."""
    waves = said.get("waveform")
    if not isinstance(waves, list) or len(waves) > _MOST_WAVES:
        return ()
    fits = all(type(each) is int and 0 <= each <= _LOUDEST for each in waves)
    return tuple(waves) if fits else ()


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
