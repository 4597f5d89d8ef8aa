"""Why somebody does not have yet what they paid for, in words for them."""

from bot.domain.purchases.delivery import DeliveryBlocker
from bot.domain.purchases.purchase import Purchase
from bot.i18n import gettext_lazy

_WHY = {
    DeliveryBlocker.NOT_JOINED: gettext_lazy(
        "You have an invitation from the bot to a direct chat. As soon as you accept it, your"
        " files are there."
    ),
    DeliveryBlocker.INVITES_BLOCKED: gettext_lazy(
        "The bot could not invite you to a chat: your account takes no invitations from it. If you"
        " start a direct chat with it yourself, your files come there at once."
    ),
    DeliveryBlocker.NO_DEVICE: gettext_lazy(
        "None of your apps can open my encrypted messages yet. Please verify your app: most ask for it under"
        " Settings, Security. If you have reset your encryption, say `!ppv identity confirm` to the bot as well."
        " Then your files come to your chat by themselves."
    ),
    DeliveryBlocker.SLOW: gettext_lazy(
        "The chat server is slow or out of reach just now. I keep trying by myself, and nothing is lost."
    ),
    DeliveryBlocker.HELD_UP: gettext_lazy(
        "Your files could not be sent to your chat yet. It is tried again by itself, and the people who"
        " run this know."
    ),
}


WAITS_FOR_BUYER = frozenset(
    {DeliveryBlocker.NOT_JOINED, DeliveryBlocker.INVITES_BLOCKED, DeliveryBlocker.NO_DEVICE}
)


def why_it_waits(purchase: Purchase) -> str | None:
    """None where nothing is in the way."""
    if not purchase.has_access or purchase.delivered or purchase.blocker is None:
        return None
    return _WHY[purchase.blocker]
