"""`!ppv admin identity @name:server`: the new cross-signing identity of somebody is right."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.chat.commands.admin.admin_replies import act, answer, whom
from bot.domain.people.audit_log import AuditAction
from bot.errors import UserError
from bot.jobs.delivery_jobs import delivery_lock
from bot.ports import Clock, Rooms, Store


@dataclass(frozen=True, slots=True)
class ConfirmIdentity:
    store: Store
    rooms: Rooms
    clock: Clock

    async def __call__(self, asked: CommandCall) -> None:
        user, why = whom(asked)
        async with self.store.begin() as uow:
            identity = await uow.people.identity(user)
            if identity is None or not identity.is_changed:
                raise UserError(
                    f"{user} has no new encryption identity that waits to be confirmed."
                )
            await uow.people.save_identity(identity.confirmed())
            await uow.jobs.wake(delivery_lock(user))
            await uow.acts.add(act(asked, AuditAction.IDENTITY, user, why, self.clock))
        await answer(
            self.rooms, asked, f"The new encryption identity of {user} counts from now on."
        )
