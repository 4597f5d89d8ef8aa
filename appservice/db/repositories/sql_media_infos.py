"""What is known of a file, as JSON."""

from appservice.db.columns import from_json, nullable
from bot.domain.offers.attachment import MediaInfo, Place


def info_from_json(text: str) -> MediaInfo:
    """JSON has lists only."""
    fields = from_json(text)
    return MediaInfo(
        **fields
        | {
            "waveform": tuple(fields.get("waveform", ())),
            "place": nullable(Place, fields.get("place")),
        }
    )
