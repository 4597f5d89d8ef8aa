"""Why somebody does not have yet what they paid for, in words for them."""

from bot.domain.purchases.delivery import Obstacle
from bot.domain.purchases.purchase import Purchase
from bot.i18n import spoken

_WHY = {
    Obstacle.NOT_JOINED: spoken(
        "You have an invitation from the bot to a direct chat. As soon as you accept it, your"
        " files are there."
    ),
    Obstacle.SHUT: spoken(
        "The bot could not invite you to a chat: your account takes no invitations from it. If you"
        " start a direct chat with it yourself, your files come there at once."
    ),
    Obstacle.NO_DEVICE: spoken(
        "None of your apps can open my encrypted messages yet. Please verify your app: most ask for it under"
        " Settings, Security. If you have reset your encryption, say `!ppv identity confirm` to the bot as well."
        " Then your files come to your chat by themselves."
    ),
    Obstacle.SLOW: spoken(
        "The chat server is slow or out of reach just now. I keep trying by myself, and nothing is lost."
    ),
    Obstacle.HELD_UP: spoken(
        "Your files could not be sent to your chat yet. It is tried again by itself, and the people who"
        " run this know."
    ),
}


WAITS_FOR_BUYER = frozenset({Obstacle.NOT_JOINED, Obstacle.SHUT, Obstacle.NO_DEVICE})


def why_it_waits(purchase: Purchase) -> str | None:
    """None where nothing is in the way."""
    if not purchase.owned or purchase.delivered or purchase.obstacle is None:
        return None
    return _WHY[purchase.obstacle]
