"""`!ppv admin block @name:server reason`, and `unblock`: somebody is kept out, whatever the settings say."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.chat.commands.admin.admin_replies import act, answer, whom
from bot.domain.people.audit_log import AuditAction
from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.ports import Clock, Rooms, Store
from bot.services.auth.authorization import Authorizer
from bot.services.checkout.expire_checkouts import expire_checkouts_of


@dataclass(frozen=True, slots=True)
class BlockUser:
    store: Store
    rooms: Rooms
    authorizer: Authorizer
    clock: Clock

    async def __call__(self, asked: CommandCall) -> None:
        user, why = whom(asked)
        if await self.authorizer.allows(user, Level.ADMIN):
            raise UserError(
                f"{user} is an admin. Take that away in `permissions` first, in the configuration."
            )
        async with self.store.begin() as uow:
            await uow.blocks.set(user)
            await expire_checkouts_of(uow, user)
            await uow.sign_ins.forget(user=user)
            await uow.sign_in_links.forget(user=user)
            await uow.acts.add(act(asked, AuditAction.BLOCK, user, why, self.clock))
        await answer(
            self.rooms,
            asked,
            f"{user} is blocked from now on: I answer nothing, sell nothing and take nothing."
            " What they bought stays theirs. What they have on sale stands until you withdraw it"
            f" (`!ppv withdraw CODE`). To undo it: `!ppv admin unblock {user}`",
        )


@dataclass(frozen=True, slots=True)
class UnblockUser:
    store: Store
    rooms: Rooms
    clock: Clock

    async def __call__(self, asked: CommandCall) -> None:
        user, why = whom(asked)
        async with self.store.begin() as uow:
            await uow.blocks.lift(user)
            await uow.acts.add(act(asked, AuditAction.UNBLOCK, user, why, self.clock))
        words = f"{user} is no longer blocked from here: `permissions` in the configuration count again."
        await answer(self.rooms, asked, words)
