"""Pictures, films, sounds and files as event content that every client shows and saves rightly.

No captions: clients would take one for the name of the file.
https://spec.matrix.org/v1.17/client-server-api/#mroommessage-msgtypes
"""

from typing import Any

from appservice.matrix.content.event_size import file_name
from appservice.matrix.content.sanitize import saveable
from bot.crypto.encrypted_file import EncryptedFile
from bot.domain.offers.attachment import MediaInfo, MediaKind
from bot.ids import MxcUri
from bot.messages import Enclosure, FreePreview, Goods, GoodsThumbnail, TeaserPicture

_PICTURED = frozenset({MediaKind.IMAGE, MediaKind.VIDEO})
_PLAYED = frozenset({MediaKind.VIDEO, MediaKind.AUDIO})


def attachment_content(message: TeaserPicture | FreePreview | Goods | Enclosure) -> dict[str, Any]:
    match message:
        case TeaserPicture():
            info = MediaInfo(
                mimetype="image/png", size=message.size, width=message.width, height=message.height
            )
            content = _content(MediaKind.IMAGE, "pixelated.png", info, message.size)
            return content | _where(message.where)
        case FreePreview():
            content = _content(message.kind, message.name, message.info, message.info.size)
            return content | _where(message.where)
        case Enclosure():
            content = _content(message.kind, message.name, message.info, message.info.size)
            return content | _where(message.file)
        case Goods():
            content = _content(message.kind, message.name, message.info, message.size)
            if message.thumbnail:
                content["info"] |= _thumbnail(message.thumbnail)
            return content | _where(message.file)


def _where(where: MxcUri | EncryptedFile) -> dict[str, Any]:
    return {"file": where.to_json()} if isinstance(where, EncryptedFile) else {"url": where}


def _content(kind: MediaKind, name: str, info: MediaInfo, size: int | None) -> dict[str, Any]:
    saved = saveable(file_name(name))
    content: dict[str, Any] = {
        "msgtype": str(kind),
        "body": saved,
        "filename": saved,
        "info": _info(kind, info, size),
        "m.mentions": {},
    }
    return content | _voice(info) if kind is MediaKind.AUDIO and info.voice else content


def _voice(info: MediaInfo) -> dict[str, Any]:
    """https://github.com/matrix-org/matrix-spec-proposals/pull/3245"""
    sound: dict[str, Any] = {"waveform": list(info.waveform)} if info.waveform else {}
    if info.duration_ms is not None:
        sound["duration"] = info.duration_ms
    return {"org.matrix.msc1767.audio": sound, "org.matrix.msc3245.voice": {}}


def _info(kind: MediaKind, info: MediaInfo, size: int | None) -> dict[str, Any]:
    facts = {
        "mimetype": info.mimetype,
        "size": size,
        "w": info.width if kind in _PICTURED else None,
        "h": info.height if kind in _PICTURED else None,
        "duration": info.duration_ms if kind in _PLAYED else None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _thumbnail(thumbnail: GoodsThumbnail) -> dict[str, Any]:
    return {
        "thumbnail_file": thumbnail.file.to_json(),
        "thumbnail_info": {
            "mimetype": thumbnail.mimetype,
            "size": thumbnail.size,
            "w": thumbnail.width,
            "h": thumbnail.height,
        },
    }
