"""`!ppv export`: all that is kept about somebody. `!ppv export 2026-11 json`: a seller's sales of a time."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.domain.offers.attachment import MediaInfo, MediaKind
from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import tx_id
from bot.messages import Enclosure
from bot.ports import Rooms
from bot.services.auth.authorization import Authorizer
from bot.services.messaging.direct_room import DirectRoom
from bot.services.messaging.media_cache import CachedMedia
from bot.services.privacy.write_data_export import ExportOwnData
from bot.services.reporting.statement import Period, Statement, as_csv, as_json

_TYPES = {"csv": "text/csv", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class ExportCommand:
    rooms: Rooms
    direct_room: DirectRoom
    authorizer: Authorizer
    export_own_data: ExportOwnData
    statement: Statement
    cached_media: CachedMedia

    async def __call__(self, asked: CommandCall) -> None:
        if asked.argument.strip():
            await self._sales(asked)
        else:
            await self._all(asked)

    async def _all(self, asked: CommandCall) -> None:
        """Into a room that is as private as can be, even if this one is not."""
        origin = asked.event
        data = await self.export_own_data(origin.sender, origin.event)
        room = await self.direct_room(origin.sender)
        message = await self._file("my-data", "json", data.as_json())
        await self.rooms.confide(room, message, tx_id("own data", origin.event))
        if data.sales:
            table = await self._file("sales", "csv", as_csv(data.sales))
            await self.rooms.confide(room, table, tx_id("export", origin.event))

    async def _sales(self, asked: CommandCall) -> None:
        origin = asked.event
        await self.authorizer.require(origin.sender, Level.SELLER)
        words = asked.argument.lower().split()
        typed = " ".join(word for word in words if word not in {"sales", "csv", "json"})
        rows = await self.statement(origin.sender, Period.parsed(typed))
        if not rows:
            raise UserError(gettext_lazy("There was no sale in that time."))
        kind = "json" if "json" in words else "csv"
        data = as_json(rows) if kind == "json" else as_csv(rows)
        message = await self._file(f"sales{f'-{typed}' if typed else ''}", kind, data)
        await self.rooms.confide(asked.chat, message, tx_id("export", origin.event))

    async def _file(self, name: str, kind: str, data: bytes) -> Enclosure:
        return Enclosure(
            name=f"{name}.{kind}",
            kind=MediaKind.FILE,
            info=MediaInfo(mimetype=_TYPES[kind], size=len(data)),
            file=await self.cached_media.encrypted(data),
        )
