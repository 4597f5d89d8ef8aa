"""Errors of the bot's encryption."""

from bot.errors import OperatorError


class CryptoUnusable(OperatorError):
    """The crypto folder cannot be used. The text says what the operator has to do."""
