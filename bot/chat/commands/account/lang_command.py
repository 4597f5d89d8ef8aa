"""`!ppv lang`: which language the bot speaks with somebody. `!ppv lang de`: another one, from now on."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.chat.commands.account.nearest_command import nearest
from bot.errors import UserError
from bot.i18n import Translatable, concat, gettext_lazy
from bot.ids import UserId, tx_id
from bot.messages import Line
from bot.ports import Rooms, Store
from bot.services.auth.room_language import KnownLanguage


@dataclass(frozen=True, slots=True)
class LangCommand:
    store: Store
    rooms: Rooms
    tongues: tuple[KnownLanguage, ...]
    house: str
    """The code of the one that is spoken with whoever never chose."""

    async def __call__(self, asked: CommandCall) -> None:
        origin, wanted = asked.event, asked.argument.strip(" .!").casefold()
        if wanted:
            tongue = self._tongue(wanted)
            async with self.store.begin() as uow:
                await uow.people.save_language(origin.sender, tongue.code)
            words = gettext_lazy(
                "In our direct chat I speak {language} with you from now on. What you type to me stays as it is:"
                " `!ppv help`",
                language=tongue.name,
            )
        else:
            words = await self._spoken_with(origin.sender)
        await self.rooms.send(
            origin.room, Line(words), tx_id("lang", origin.event), reply_to=origin.event
        )

    def _tongue(self, wanted: str) -> KnownLanguage:
        """Raises UserError for one that the bot does not speak."""
        by_name = {name: each for each in self.tongues for name in each.known_as}
        if wanted in by_name:
            return by_name[wanted]
        near = nearest(wanted, by_name)
        if near:
            raise UserError(
                gettext_lazy(
                    "I don't know “{name}”. Did you mean `!ppv lang {near}`?",
                    name=wanted[:40],
                    near=near,
                )
            )
        raise UserError(
            gettext_lazy(
                "I don't speak “{name}” yet. I speak {languages}",
                name=wanted[:40],
                languages=_ways(self.tongues),
            )
        )

    async def _spoken_with(self, who: UserId) -> Translatable:
        async with self.store.begin() as uow:
            code = await uow.people.language(who) or self.house
        ours = next((each.name for each in self.tongues if each.code == code), code)
        others = [each for each in self.tongues if each.code != code]
        return gettext_lazy(
            "I speak {language} with you. Other languages: {others}",
            language=ours,
            others=_ways(others),
        )


def _ways(tongues: tuple[KnownLanguage, ...] | list[KnownLanguage]) -> Translatable:
    return concat((f"{each.name} (`!ppv lang {each.code}`)" for each in tongues), by=", ")
