"""What can be wrong with the bot's encryption."""

from bot.errors import OperatorError


class CryptoUnusable(OperatorError):
    """The crypto folder cannot be worked with as it is; the text says what the operator does next."""
