"""The rules of the house."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import ByteSize, Field

from config.sections.section import Section
from config.values import AsList


class Encryption(Section):
    direct_rooms: Literal["required", "preferred", "off"] = "required"
    devices: Literal["required", "preferred"] = "preferred"
    """Devices that their owner's cross-signing identity has not signed are never obeyed where there is an identity;
    `required`: nor are devices of people without one."""
    folder: Path = Path("ppv.crypto")
    """Where the bot's encryption keys lie."""


class Admins(Section):
    room: str = Field(default="", max_length=255)
    """Where alerts go: a room's id or alias; empty for direct chats with the admins."""
    policy_lists: Annotated[tuple[str, ...], AsList] = ()
    """Rooms with lists of whom to keep out: ids or aliases."""


class Limits(Section):
    file_size: ByteSize = ByteSize(200_000_000)
    """Bytes, of one attachment."""
    storage_per_seller: ByteSize = ByteSize(20_000_000_000)
    """Bytes, of all that one seller has here."""
    offers_per_day: int = Field(default=50, ge=1, le=100_000)
    """Of one seller."""
    open_checkouts: int = Field(default=10, ge=1, le=1000)
    """Of one buyer, at the same time."""
    commands_per_minute: int = Field(default=20, ge=1, le=10_000)
    """Of one person."""
    room_commands_per_minute: int = Field(default=60, ge=1, le=10_000)
    """In one room."""
    pages_per_minute: int = Field(default=120, ge=10, le=100_000)
    """Of one visitor's address."""
    attachments_per_offer: int = Field(default=10, ge=1, le=100)
    listening_minutes: int = Field(default=10, ge=1, le=60)
    """How long the bot waits in a room for what a seller has announced."""


class Delivery(Section):
    wait_until_joined: bool = True
    """Goods wait until the buyer is in the direct room."""
    give_up_after_days: int = Field(default=30, ge=1, le=3650)
    """For so long a buyer who does not come is waited for; then admins are told."""


class Messages(Section):
    language: Literal["en", "de", "fr"] = "en"
    """Spoken in rooms with others, and with whoever never chose another."""
    external_payment_span: bool = False
    """Mark price and link as MSC4286 asks, so that apps that must not show them can hide them."""


class Logging(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"
