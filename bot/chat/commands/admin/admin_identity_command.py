"""`!ppv admin identity @name:server`: the new cross-signing identity of somebody is right."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.chat.commands.admin.admin_replies import act, answer, whom
from bot.domain.people.audit_log import Deed
from bot.errors import Refusal
from bot.jobs import delivery_lane
from bot.ports import Clock, Rooms, Store


@dataclass(frozen=True, slots=True)
class ConfirmIdentity:
    store: Store
    rooms: Rooms
    clock: Clock

    async def __call__(self, asked: Asked) -> None:
        user, why = whom(asked)
        async with self.store.begin() as uow:
            identity = await uow.people.identity(user)
            if identity is None or not identity.is_changed:
                raise Refusal(f"{user} has no new encryption identity that waits to be confirmed.")
            await uow.people.save_identity(identity.confirmed())
            await uow.jobs.wake(delivery_lane(user))
            await uow.acts.add(act(asked, Deed.IDENTITY, user, why, self.clock))
        await answer(
            self.rooms, asked, f"The new encryption identity of {user} counts from now on."
        )
