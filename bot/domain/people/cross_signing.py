"""Cross-signing identities of people: the one first seen, and the one that the homeserver shows now.

https://spec.matrix.org/v1.17/client-server-api/#cross-signing
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.ids import UserId

CONFIRMABLE_AFTER = timedelta(days=3)
"""From then on a changed identity can be confirmed from one of its own devices."""

MAX_DEVICES = 50
"""Of one person; more are not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenIdentity:
    """What the homeserver shows of a person."""

    master_key: str
    """Empty where the person has no identity."""
    devices: frozenset[str]
    """Ed25519 keys of the devices that the identity has signed; without an identity, of all devices."""

    def signed(self, device: str) -> bool:
        return bool(self.master_key) and device in self.devices


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """The device that wrote an encrypted event, proved by the session that opened the event."""

    device: str
    seen: SeenIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person as the bot remembers them. Trust on first use: what was seen first counts."""

    user: UserId
    trusted: str
    """The master key that was seen first, or confirmed since; empty for a person without one."""
    devices: frozenset[str]
    """The devices that counted when the trusted identity was seen last."""
    shown: str
    """The master key that the homeserver showed last."""
    changed_at: datetime | None = None

    @classmethod
    def first(cls, user: UserId, seen: SeenIdentity) -> "Identity":
        return cls(user=user, trusted=seen.master_key, devices=seen.devices, shown=seen.master_key)

    @property
    def is_changed(self) -> bool:
        """Whether another identity is shown than the trusted one, and nobody has confirmed it."""
        return self.changed_at is not None

    def updated(self, seen: SeenIdentity, now: datetime) -> "Identity":
        if not self.trusted and not self.devices:
            return Identity.first(self.user, seen)  # Nothing was there to be trusted yet.
        if seen.master_key == self.trusted:
            return replace(self, devices=seen.devices, shown=seen.master_key, changed_at=None)
        if not seen.master_key or seen.master_key == self.shown:
            return self  # Identities are replaced, never removed: the homeserver hides this one.
        return replace(self, shown=seen.master_key, changed_at=now)

    def confirmed(self, seen: SeenIdentity | None = None) -> "Identity":
        """The identity that is shown is the trusted one from here on."""
        devices = seen.devices if seen and seen.master_key == self.shown else frozenset()
        return replace(self, trusted=self.shown, devices=devices, changed_at=None)

    def trusts(self, device: str, seen: SeenIdentity, *, required: bool) -> bool:
        """Whether what this device says counts, and whether it may read what the bot says.

        `required`: people without an identity do not count either.
        """
        if self.is_changed and device in self.devices:
            return True
        if seen.master_key:
            return device in seen.devices
        if self.trusted:
            return device in self.devices
        return not required
