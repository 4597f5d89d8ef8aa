"""`!ppv export`: a seller's movements of money as a table. `!ppv export 2026-11 json`: of a time, as JSON."""

from dataclasses import dataclass

from bot.asked import Asked
from bot.attachment import Kind, MediaInfo
from bot.books.statement import Period, Statement, as_csv, as_json
from bot.delivering.copies import HomeserverCopies
from bot.errors import Refusal
from bot.ids import tx_id
from bot.messages import Enclosure
from bot.permissions import Level
from bot.ports import Rooms
from bot.standing import Standing


@dataclass(frozen=True, slots=True)
class ExportCommand:
    rooms: Rooms
    standing: Standing
    statement: Statement
    copies: HomeserverCopies

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        await self.standing.require(origin.sender, Level.SELLER)
        words = asked.argument.lower().split()
        as_table = "json" not in words
        typed = " ".join(word for word in words if word not in {"csv", "json"})
        rows = await self.statement(origin.sender, Period.parsed(typed))
        if not rows:
            raise Refusal("There was no sale in that time.")
        data = as_csv(rows) if as_table else as_json(rows)
        kind = "csv" if as_table else "json"
        message = Enclosure(
            name=f"sales{f'-{typed}' if typed else ''}.{kind}",
            kind=Kind.FILE,
            info=MediaInfo(
                mimetype=f"text/{kind}" if as_table else "application/json", size=len(data)
            ),
            file=await self.copies.sealed(data),
        )
        await self.rooms.send(origin.room, message, tx_id("export", origin.event))
