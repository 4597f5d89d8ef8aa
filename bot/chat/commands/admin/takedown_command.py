"""`!ppv admin takedown CODE [refund] reason`, and `restore CODE reason`."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.chat.commands.admin.admin_replies import act, answer, reason
from bot.domain.people.audit_log import AuditAction
from bot.errors import UserError
from bot.ids import OfferId, code_of, parse_code
from bot.ports import Clock, Rooms
from bot.services.moderation.takedown import TakeDown


@dataclass(frozen=True, slots=True)
class TakeDownOffer:
    rooms: Rooms
    take_down: TakeDown
    clock: Clock

    async def __call__(self, asked: CommandCall) -> None:
        offer, words = _offer(asked, "takedown")
        first, rest = [*words.split(maxsplit=1), "", ""][:2]
        refund = first.lower() == "refund"
        why = reason(rest if refund else words)
        deed = act(asked, AuditAction.TAKE_DOWN, code_of(offer), why, self.clock)
        done = await self.take_down(offer, deed, refund=refund)
        lines = [
            f"{done.code} is taken down: off sale, out of sight, delivered to nobody any more."
        ]
        if done.refunded:
            lines.append(f"{done.refunded} of {done.buyers} buyers get their money back.")
        if done.buyers > done.refunded:
            lines.append(
                f"To send back the money of the others too: `!ppv admin takedown {done.code} refund reason`"
            )
        lines.append(
            f"The seller has your reason. If it was a mistake: `!ppv admin restore {done.code} reason`"
        )
        await answer(self.rooms, asked, "\n".join(lines))


@dataclass(frozen=True, slots=True)
class RestoreOffer:
    rooms: Rooms
    take_down: TakeDown
    clock: Clock

    async def __call__(self, asked: CommandCall) -> None:
        offer, words = _offer(asked, "restore")
        deed = act(asked, AuditAction.RESTORE, code_of(offer), reason(words), self.clock)
        await self.take_down.restore(offer, deed)
        words = f"{code_of(offer)} is allowed again, and its seller knows. Its pictures do not come back."
        await answer(self.rooms, asked, words)


def _offer(asked: CommandCall, task: str) -> tuple[OfferId, str]:
    typed, words = [*asked.argument.split(maxsplit=1), "", ""][:2]
    offer = parse_code(typed)
    if offer is None:
        raise UserError(
            f"Which offer? Write its code like this: `!ppv admin {task} K7QM2-XPA4E reason`"
        )
    return offer, words.strip()
