"""What the settings say, in the bot's own terms."""

from datetime import timedelta

from bot.assembly import Rules
from bot.ids import UserId
from bot.links import Links
from bot.permissions import Level, Permissions
from bot.selling.compose import Limits
from bot.selling.flag_in_room import Windows
from config.settings import Settings

_GATHERING = timedelta(seconds=10)
"""Clients that send several files at once need about a second for each that is not large."""


def bot_id(settings: Settings) -> UserId:
    return UserId(f"@{settings.appservice.bot_localpart}:{settings.homeserver.domain}")


def rules(settings: Settings) -> Rules:
    limits = settings.limits
    return Rules(
        bot=bot_id(settings),
        permissions=Permissions(
            {who: Level[level.upper()] for who, level in settings.permissions.items()}
        ),
        limits=Limits(file_size=limits.file_size, attachments=limits.attachments_per_offer),
        windows=Windows(timedelta(minutes=limits.listening_minutes), _GATHERING),
        currency=settings.prices.default_currency,
        links=Links(settings.public.url.rstrip("/")),
        live=settings.stripe.live,
        private=settings.encryption.direct_rooms == "required",
    )
