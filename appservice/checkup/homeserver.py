"""The homeserver: reachable both ways, and the bot as others see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from appservice.bot_device import look_at_device
from appservice.checkup.finding import Check, Unwell
from appservice.matrix.answers import MatrixRejected
from appservice.matrix.client import MatrixClient
from appservice.matrix.identity import MatrixIdentity
from appservice.matrix.media import MatrixMedia
from appservice.rules import bot_id
from bot.errors import Transient
from config.settings import Settings

_APART = 30.0
"""Seconds that two clocks may differ. Stripe's signatures are held against ours, to five minutes."""


async def speaks_matrix(url: str) -> str | None:
    """The newest version that a homeserver at `url` speaks; None if there is none."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http,
            http.get(f"{url}/_matrix/client/versions") as answer,
        ):
            return str((await answer.json(content_type=None))["versions"][-1])
    except (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError, IndexError):
        return None


@dataclass(frozen=True, slots=True)
class HomeserverChecks:
    settings: Settings

    def all(self) -> Mapping[str, Check]:
        checks: dict[str, Check] = {
            "homeserver": self.reachable,
            "clock": self.clock,
            "appservice": self.both_ways,
        }
        if self.settings.encryption.direct_rooms != "off":
            checks["encryption"] = self.device
        return checks

    async def reachable(self) -> str:
        url = self.settings.homeserver.url
        version = await speaks_matrix(url)
        if version is None:
            raise Unwell(f"no Matrix homeserver answers at {url}: look at homeserver.url")
        return f"{url} speaks Matrix, up to {version}"

    async def clock(self) -> str:
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{self.settings.homeserver.url}/_matrix/client/versions") as answer,
        ):
            there = parsedate_to_datetime(answer.headers["Date"])
        apart = abs((datetime.now(UTC) - there).total_seconds())
        if apart > _APART:
            raise Unwell(
                f"this machine's clock and the homeserver's are {apart:.0f} s apart: set up time"
                " synchronisation (NTP), or webhooks are taken for old ones"
            )
        return "as the homeserver's"

    async def both_ways(self) -> str:
        settings = self.settings
        token = settings.appservice.as_token.get_secret_value()
        async with MatrixClient.open(
            settings.homeserver.url, bot_id(settings), "DOCTOR", token
        ) as client:
            identity = MatrixIdentity(client, MatrixMedia(client), settings.appservice.id, "")
            try:
                milliseconds = await identity.reach("doctor")
            except MatrixRejected as rejected:
                raise Unwell(
                    f"the homeserver does not take our token ({rejected.code}): is the registration"
                    " file in its configuration, with the same tokens, and was it restarted since?"
                ) from None
            except Transient:
                raise Unwell(
                    f"the homeserver can't reach matrix-ppv at {settings.appservice.url}: is matrix-ppv"
                    " running, and is that address right as the homeserver sees it?"
                ) from None
        return f"the homeserver reaches matrix-ppv in {milliseconds or 0} ms"

    async def device(self) -> str:
        device = await look_at_device(self.settings)
        if device is None:
            raise Unwell("the bot has no device yet: start matrix-ppv, which makes one")
        if not device.ours:
            raise Unwell(
                "the bot's identity on the homeserver is not the one in the crypto folder: restore"
                " identity.json from a backup"
            )
        if not device.signed:
            raise Unwell(
                "the bot's device is not signed, so strict apps don't read it: start matrix-ppv"
            )
        return f"device {device.id} is signed"
