"""The same file, in two offers."""

from dataclasses import dataclass, field

from bot.ids import AttachmentId, OfferId


@dataclass(frozen=True, slots=True, order=True)
class DuplicateFile:
    """A file of one offer that stands in another one as well."""

    attachment: AttachmentId
    offer: OfferId
    """The other one."""
    name: str = field(repr=False)
    """What it is called there."""
