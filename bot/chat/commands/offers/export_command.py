"""`!ppv export`: all that is kept about somebody. `!ppv export 2026-11 json`: a seller's sales of a time."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.domain.offers.attachment import Kind, MediaInfo
from bot.domain.people.permissions import Level
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import tx_id
from bot.messages import Enclosure
from bot.ports import Rooms
from bot.services.auth.authorization import Standing
from bot.services.messaging.direct_room import DirectRoom
from bot.services.messaging.media_cache import HomeserverCopies
from bot.services.privacy.write_data_export import TakeOwnData
from bot.services.reporting.statement import Period, Statement, as_csv, as_json

_TYPES = {"csv": "text/csv", "json": "application/json"}


@dataclass(frozen=True, slots=True)
class ExportCommand:
    rooms: Rooms
    direct_room: DirectRoom
    standing: Standing
    own_data: TakeOwnData
    statement: Statement
    copies: HomeserverCopies

    async def __call__(self, asked: Asked) -> None:
        if asked.argument.strip():
            await self._sales(asked)
        else:
            await self._all(asked)

    async def _all(self, asked: Asked) -> None:
        """Into a room that is as private as can be, even if this one is not."""
        origin = asked.origin
        data = await self.own_data(origin.sender, origin.event)
        room = await self.direct_room(origin.sender)
        message = await self._file("my-data", "json", data.as_json())
        await self.rooms.confide(room, message, tx_id("own data", origin.event))
        if data.sales:
            table = await self._file("sales", "csv", as_csv(data.sales))
            await self.rooms.confide(room, table, tx_id("export", origin.event))

    async def _sales(self, asked: Asked) -> None:
        origin = asked.origin
        await self.standing.require(origin.sender, Level.SELLER)
        words = asked.argument.lower().split()
        typed = " ".join(word for word in words if word not in {"sales", "csv", "json"})
        rows = await self.statement(origin.sender, Period.parsed(typed))
        if not rows:
            raise Refusal(spoken("There was no sale in that time."))
        kind = "json" if "json" in words else "csv"
        data = as_json(rows) if kind == "json" else as_csv(rows)
        message = await self._file(f"sales{f'-{typed}' if typed else ''}", kind, data)
        await self.rooms.confide(asked.chat, message, tx_id("export", origin.event))

    async def _file(self, name: str, kind: str, data: bytes) -> Enclosure:
        return Enclosure(
            name=f"{name}.{kind}",
            kind=Kind.FILE,
            info=MediaInfo(mimetype=_TYPES[kind], size=len(data)),
            file=await self.copies.sealed(data),
        )
