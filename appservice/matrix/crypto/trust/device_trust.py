"""The devices of others, and Olm sessions with them."""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any

import nio

from appservice.matrix.crypto.trust.user_identities import seen_identity
from appservice.matrix.json_fields import section
from bot.domain.people.cross_signing import Author, Identity, SeenIdentity
from bot.ids import UserId, homeserver_of

_PATIENCE_WITH_KEYLESS = 60.0
"""Seconds before a device that had no one-time key left is asked again."""
_SERVER_RETRY_SECONDS = 60.0
"""A homeserver that does not answer is not asked again for so long: each try takes ten seconds."""

log = logging.getLogger(__name__)


class Devices:
    """`required`: devices of people without a cross-signing identity do not count."""

    def __init__(
        self, olm: Any, clock: Callable[[], float] = time.monotonic, *, required: bool = False
    ) -> None:
        self._olm = olm
        self._clock = clock
        self._required = required
        self._seen: dict[str, SeenIdentity] = {}
        self._asked: set[str] = set()
        self._keyless: dict[tuple[str, str], float] = {}
        self._away: dict[str, float] = {}

    def changed(self, users: Iterable[object]) -> None:
        """Their devices must be asked for before they are used again."""
        self._asked.difference_update(user for user in users if isinstance(user, str))

    def forget_all(self) -> None:
        """We may have missed changes."""
        self._asked.clear()

    def unknown(self, users: Iterable[str]) -> list[str]:
        """Those whose devices must be asked for."""
        now = self._clock()
        unknown = set(users) - self._asked
        return sorted(u for u in unknown if self._away.get(homeserver_of(UserId(u)), now) <= now)

    def take_in(self, users: Collection[str], answer: Mapping[str, Any]) -> None:
        """What `/keys/query` says of `users`. One user's nonsense is no other's loss."""
        found, failed = section(answer, "device_keys"), section(answer, "failures")
        for user in users:
            if user not in found and homeserver_of(user) in failed:
                self._away[homeserver_of(user)] = self._clock() + _SERVER_RETRY_SECONDS
                continue  # Their server is away: what we knew stands, and the next time we ask again.
            devices = {
                id_: dict(keys)
                for id_, keys in section(found, user).items()
                if isinstance(keys, Mapping)
            }
            self._seen[user] = seen_identity(user, answer)
            with _harmless("devices"):
                self._olm.handle_response(nio.KeysQueryResponse({user: devices}, {}))
            self._asked.add(user)

    def without_session(self, devices: Iterable[Any]) -> dict[str, dict[str, str]]:
        """The body of `/keys/claim` for devices that we cannot write to yet; empty if there are none."""
        now = self._clock()
        wanted: dict[str, dict[str, str]] = {}
        for device in devices:
            if self.has_session(device):
                continue
            if self._keyless.get((device.user_id, device.id), now) <= now:
                wanted.setdefault(device.user_id, {})[device.id] = "signed_curve25519"
        return wanted

    def claimed(self, wanted: Mapping[str, Mapping[str, str]], answer: Mapping[str, Any]) -> None:
        """What `/keys/claim` said."""
        keys = section(answer, "one_time_keys")
        for user, devices in wanted.items():
            for device in devices:
                key = section(section(keys, user), device)
                with _harmless("one-time key"):
                    if key:
                        self._olm.handle_response(nio.KeysClaimResponse({user: {device: key}}, {}))
                if device in self._olm.get_missing_sessions([user]).get(user, []):
                    self._keyless[user, device] = self._clock() + _PATIENCE_WITH_KEYLESS
                else:
                    self._keyless.pop((user, device), None)

    def has_session(self, device: Any) -> bool:
        return self._olm.session_store.get(device.curve25519) is not None

    def seen(self, user: str) -> SeenIdentity | None:
        """What `/keys/query` showed last; None before it was asked."""
        return self._seen.get(user)

    def keys_of(self, user: str) -> dict[str, str]:
        """Ed25519 keys of a person's devices by their Curve25519 keys, devices that are gone included."""
        devices = self._olm.device_store[user].values()
        return {device.curve25519: device.ed25519 for device in devices}

    def author(self, user: str, device: str) -> Author | None:
        """None where the homeserver was not asked about this person."""
        seen = self._seen.get(user)
        return Author(device=device, seen=seen) if seen is not None else None

    def readers(
        self, users: Iterable[str], identities: Mapping[str, Identity], *, confidential: bool
    ) -> tuple[list[Any], list[Any]]:
        """Devices that may read what the bot says, and those that may not.

        Further devices of the bot's own account are neither: whoever holds the appservice's token can
        log them in. `confidential`: a changed identity that nobody has confirmed does not count.
        """
        trusted: list[Any] = []
        untrusted: list[Any] = []
        for user in sorted(set(users) - {self._olm.user_id}):
            for device in self._olm.device_store.active_user_devices(user):
                counts = self._counts(device, identities.get(user), confidential=confidential)
                (trusted if counts else untrusted).append(device)
        return trusted, untrusted

    def _counts(self, device: Any, known: Identity | None, *, confidential: bool) -> bool:
        seen = self._seen.get(device.user_id)
        if seen is None:
            return False
        identity = known or Identity.first(UserId(device.user_id), seen)
        if confidential and identity.is_changed:
            return device.ed25519 in identity.devices
        return identity.trusts(device.ed25519, seen, required=self._required)

    def wedged(self) -> dict[str, dict[str, str]]:
        """Devices whose session with us is broken, to be given a new one."""
        with suppress(nio.LocalProtocolError):
            return {
                user: dict.fromkeys(devices, "signed_curve25519")
                for user, devices in self._olm.get_users_for_key_claiming().items()
            }
        return {}


class _harmless:  # noqa: N801 - reads as a phrase
    """What strangers have uploaded may be anything; nio and vodozemac raise all kinds of errors on it."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        if kind is None or not issubclass(kind, Exception):
            return False
        log.warning("unusable key material", extra={"what": self._what, "error": kind.__name__})
        return True
