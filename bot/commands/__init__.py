"""The chat commands, one file each. This is the whole list."""

from bot.asked import Command
from bot.commands.buy import BuyCommand
from bot.commands.discard import DiscardCommand
from bot.commands.done import DoneCommand
from bot.commands.draft import DraftCommand
from bot.commands.free import FreeCommand
from bot.commands.help import HelpCommand
from bot.commands.library import LibraryCommand
from bot.commands.paid import PaidCommand
from bot.commands.preview import PreviewCommand
from bot.commands.price import PriceCommand
from bot.commands.publish import PublishCommand
from bot.commands.remove import RemoveCommand
from bot.commands.text import TextCommand

COMMANDS: dict[str, type[Command]] = {
    "help": HelpCommand,
    "price": PriceCommand,
    "text": TextCommand,
    "free": FreeCommand,
    "paid": PaidCommand,
    "remove": RemoveCommand,
    "draft": DraftCommand,
    "preview": PreviewCommand,
    "publish": PublishCommand,
    "discard": DiscardCommand,
    "done": DoneCommand,
    "buy": BuyCommand,
    "library": LibraryCommand,
}

EVERYWHERE = frozenset({"help", "done", "buy", "library"})
"""Those that make sense in a room with others; the rest belong in the studio."""

EDITABLE = frozenset({"price", "text"})
"""Those that may be asked by editing an earlier message: asked twice, they do no harm."""
