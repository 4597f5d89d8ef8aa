"""Which language is spoken where: in a direct room its person's, in rooms with others the house's."""

from dataclasses import dataclass

from bot.ids import RoomId
from bot.ports import Store


@dataclass(frozen=True, slots=True)
class KnownLanguage:
    """A language that the bot can speak."""

    code: str
    """https://www.rfc-editor.org/info/bcp47"""
    name: str
    """As those call it who speak it."""
    known_as: frozenset[str]
    """What people call it, in each of the languages, in small letters."""


@dataclass(frozen=True, slots=True)
class RoomLanguage:
    """Its code. Whoever never chose one hears the house's everywhere."""

    store: Store
    default: str

    async def __call__(self, room: RoomId) -> str:
        async with self.store.begin() as uow:
            person = await uow.direct_rooms.partner(room)
            chosen = await uow.people.language(person) if person else None
        return chosen or self.default
