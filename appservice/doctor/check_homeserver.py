"""The homeserver: reachable both ways, and the bot as others see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp

from appservice.bot_config import bot_id
from appservice.bot_device import device_status
from appservice.doctor.check_result import Check, CheckFailed, explained
from appservice.matrix.bot_user import MatrixIdentity
from appservice.matrix.client import ActAs, MatrixClient
from appservice.matrix.json_fields import text
from appservice.matrix.media.media_repository import MatrixMedia
from appservice.matrix.media.upload_limit import UploadLimit
from appservice.matrix.responses import HomeserverFailed, MatrixRejected, TokenUnknown
from bot.domain.offers.content_summary import format_size
from bot.errors import OperatorError
from config.settings import Settings

_APART_SECONDS = 30.0
"""How far two clocks may differ. Stripe's signatures are held against ours, to five minutes."""

_NOT_REACHED = {
    "M_URL_NOT_SET": "the registration file names no url: write it anew with `matrix-ppv registration`, and"
    " restart the homeserver",
    "M_CONNECTION_FAILED": "the homeserver can't reach matrix-ppv at {url}: is matrix-ppv running, and is"
    " appservice.url right as the homeserver sees it?",
    "M_CONNECTION_TIMEOUT": "matrix-ppv does not answer the homeserver at {url} in time: is a firewall between"
    " them, or is something else there?",
}
"""By error code of the ping (https://spec.matrix.org/v1.17/application-service-api/#pinging)."""
_OTHER_TOKEN = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


async def matrix_version(url: str) -> str:
    """Return the newest version that the homeserver at `url` speaks. Raises CheckFailed, saying what is there."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http,
            http.get(f"{url}/_matrix/client/versions") as answer,
        ):
            return str((await answer.json(content_type=None))["versions"][-1])
    except (aiohttp.ClientError, OSError) as error:
        raise CheckFailed(f"no Matrix homeserver answers at {url}: {explained(error)}") from None
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise CheckFailed(f"something answers at {url}, but it is no Matrix homeserver") from None


async def server_name(url: str) -> str | None:
    """Return the name by which the homeserver signs; None if it does not tell at this address.

    https://spec.matrix.org/v1.17/server-server-api/#get_matrixkeyv2server
    """
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http,
            http.get(f"{url}/_matrix/key/v2/server") as answer,
        ):
            name = (await answer.json(content_type=None)).get("server_name")
    except (aiohttp.ClientError, OSError, ValueError, AttributeError, RecursionError):
        return None
    return name if isinstance(name, str) else None


@dataclass(frozen=True, slots=True)
class HomeserverChecks:
    settings: Settings

    def all(self) -> Mapping[str, Check]:
        checks: dict[str, Check] = {
            "homeserver": self.reachable,
            "clock": self.clock,
            "appservice": self.both_ways,
            "uploads": self.uploads,
        }
        if self.settings.encryption.direct_rooms != "off":
            checks["encryption"] = self.device
        return checks

    async def reachable(self) -> str:
        url = self.settings.homeserver.url
        try:
            version = await matrix_version(url)
        except CheckFailed as unwell:
            raise CheckFailed(f"{unwell}. Look at homeserver.url") from None
        return f"{url} speaks Matrix, up to {version}"

    async def clock(self) -> str:
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{self.settings.homeserver.url}/_matrix/client/versions") as answer,
        ):
            said = answer.headers.get("Date", "")
        try:
            apart = abs((datetime.now(UTC) - parsedate_to_datetime(said)).total_seconds())
        except (ValueError, TypeError):
            return "not compared: the homeserver's answers bear no date"
        if apart > _APART_SECONDS:
            raise CheckFailed(
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
            await self._known(client)
            identity = MatrixIdentity(client, MatrixMedia(client), settings.appservice.id, "")
            try:
                milliseconds = await identity.reach("doctor")
            except MatrixRejected as rejected:
                raise CheckFailed(
                    f"the homeserver has the registration of another appservice for our token"
                    f" ({rejected.code}): is its id “{settings.appservice.id}”, as appservice.id says?"
                ) from None
            except HomeserverFailed as failed:
                raise CheckFailed(self._not_reached(failed)) from None
        if milliseconds is None:
            return await self._running()
        return f"the homeserver reaches matrix-ppv in {milliseconds} ms"

    async def _known(self, client: MatrixClient) -> None:
        """Raises CheckFailed if the homeserver does not know our token, or has another name."""
        try:
            answer = await client.call(
                "GET", "/_matrix/client/v3/account/whoami", acting=ActAs.SERVICE
            )
        except (OperatorError, TokenUnknown) as rejected:
            raise CheckFailed(
                f"the homeserver does not take our token: is the registration file in its configuration,"
                f" with the same as_token, and was it restarted since? ({rejected})"
            ) from None
        there = (text(answer, "user_id") or "").partition(":")[2]
        if there != self.settings.homeserver.domain:
            raise CheckFailed(
                f"the homeserver's own domain is {there}: change homeserver.domain, which says"
                f" {self.settings.homeserver.domain}, and write the registration file anew"
            )

    def _not_reached(self, failed: HomeserverFailed) -> str:
        url = self.settings.appservice.url
        if words := _NOT_REACHED.get(failed.code):
            return words.format(url=url)
        status = failed.answer.get("status")
        if status in _OTHER_TOKEN:
            return (
                f"matrix-ppv at {url} refuses the homeserver: the hs_token in the registration file is another"
                " than appservice.hs_token. Write the file anew with `matrix-ppv registration`, and restart"
                " the homeserver"
            )
        if failed.code == "M_BAD_STATUS":
            return (
                f"something else than matrix-ppv answers the homeserver at {url} (status {status})"
            )
        return str(failed)

    async def _running(self) -> str:
        """Ask the appservice listener ourselves, for homeservers without a ping."""
        listen = self.settings.appservice.listen
        url = f"http://{listen}/_matrix/app/v1/ping"
        bearer = f"Bearer {self.settings.appservice.hs_token.get_secret_value()}"
        try:
            async with (
                aiohttp.ClientSession() as http,
                http.post(url, json={}, headers={"Authorization": bearer}) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, OSError) as error:
            raise CheckFailed(f"matrix-ppv does not run: {explained(error)}") from None
        if status != HTTPStatus.OK:
            raise CheckFailed(f"something else than this matrix-ppv answers at {listen} ({status})")
        return (
            "matrix-ppv runs; this homeserver knows no ping, so whether it reaches"
            f" {self.settings.appservice.url} could not be tried"
        )

    async def uploads(self) -> str:
        """Never unwell: what the homeserver does not take, the web hands over."""
        settings = self.settings
        token = settings.appservice.as_token.get_secret_value()
        async with MatrixClient.open(
            settings.homeserver.url, bot_id(settings), "DOCTOR", token
        ) as client:
            limit = await UploadLimit(client).ask()
        ours = settings.limits.file_size
        if limit is None or limit >= ours:
            return f"the homeserver takes all files that may be sold, up to {format_size(ours)}"
        return (
            f"the homeserver takes files up to {format_size(limit)}: larger ones, up to {format_size(ours)},"
            " buyers open on their own web page"
        )

    async def device(self) -> str:
        device = await device_status(self.settings)
        if device is None:
            raise CheckFailed("the bot has no device yet: start matrix-ppv, which makes one")
        if not device.identity_matches:
            raise CheckFailed(
                "the bot's identity on the homeserver is not the one in the crypto folder: restore"
                " identity.json from a backup"
            )
        if not device.signed:
            raise CheckFailed(
                "the bot's device is not signed, so strict apps don't read it: start matrix-ppv"
            )
        if device.unknown_devices:
            names = ", ".join(device.unknown_devices)
            raise CheckFailed(
                f"somebody else has signed in as the bot ({names}): make new tokens (`matrix-ppv"
                " registration`), restart the homeserver, and delete these devices there"
            )
        return f"device {device.id} is signed"
