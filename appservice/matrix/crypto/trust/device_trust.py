"""Devices of other users, which of them are trusted, and Olm sessions with them."""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import nio

from appservice.matrix.crypto.trust.user_identities import seen_identity
from appservice.matrix.json_fields import section
from bot.domain.people.cross_signing import Author, Identity, SeenIdentity
from bot.ids import UserId, homeserver_of

_KEY_RETRY_SECONDS = 60.0
"""Pause before keys are claimed again from a device that had none left."""
_SERVER_RETRY_SECONDS = 60.0
"""Pause before an unreachable homeserver is queried again, because each query takes ten seconds."""

log = logging.getLogger(__name__)


class Devices:
    """`required`: devices of users without a cross-signing identity are not trusted."""

    def __init__(
        self, olm: Any, clock: Callable[[], float] = time.monotonic, *, required: bool = False
    ) -> None:
        self._olm = olm
        self._clock = clock
        self._required = required
        self._seen: dict[str, SeenIdentity] = {}
        self._up_to_date: set[str] = set()
        self._key_retry_at: dict[tuple[str, str], float] = {}
        self._unreachable_until: dict[str, float] = {}

    def mark_changed(self, users: Iterable[object]) -> None:
        """Query the devices of these users before they are used again."""
        self._up_to_date.difference_update(user for user in users if isinstance(user, str))

    def mark_all_changed(self) -> None:
        """Query all devices before they are used again."""
        self._up_to_date.clear()

    def to_query(self, users: Iterable[str]) -> list[str]:
        """Return the users whose devices must be queried."""
        now = self._clock()
        unknown = set(users) - self._up_to_date
        return sorted(
            u for u in unknown if self._unreachable_until.get(homeserver_of(UserId(u)), now) <= now
        )

    def on_query_response(self, users: Collection[str], answer: Mapping[str, Any]) -> None:
        """Store the response of `/keys/query`. Invalid keys of one user do not affect the others."""
        found, failed = section(answer, "device_keys"), section(answer, "failures")
        for user in users:
            if user not in found and homeserver_of(user) in failed:
                self._unreachable_until[homeserver_of(user)] = self._clock() + _SERVER_RETRY_SECONDS
                continue  # Unreachable: keep the known devices, and query again later.
            devices = {
                id_: dict(keys)
                for id_, keys in section(found, user).items()
                if isinstance(keys, Mapping)
            }
            self._seen[user] = seen_identity(user, answer)
            with _invalid_keys_ignored("devices"):
                self._olm.handle_response(nio.KeysQueryResponse({user: devices}, {}))
            self._up_to_date.add(user)

    def without_session(self, devices: Iterable[Any]) -> dict[str, dict[str, str]]:
        """Return the body of `/keys/claim` for devices without a session; empty if there are none."""
        now = self._clock()
        wanted: dict[str, dict[str, str]] = {}
        for device in devices:
            if self.has_session(device):
                continue
            if self._key_retry_at.get((device.user_id, device.id), now) <= now:
                wanted.setdefault(device.user_id, {})[device.id] = "signed_curve25519"
        return wanted

    def on_one_time_keys(
        self, wanted: Mapping[str, Mapping[str, str]], answer: Mapping[str, Any]
    ) -> None:
        """Store the response of `/keys/claim`."""
        keys = section(answer, "one_time_keys")
        for user, devices in wanted.items():
            for device in devices:
                key = section(section(keys, user), device)
                with _invalid_keys_ignored("one-time key"):
                    if key:
                        self._olm.handle_response(nio.KeysClaimResponse({user: {device: key}}, {}))
                if device in self._olm.get_missing_sessions([user]).get(user, []):
                    self._key_retry_at[user, device] = self._clock() + _KEY_RETRY_SECONDS
                else:
                    self._key_retry_at.pop((user, device), None)

    def has_session(self, device: Any) -> bool:
        return self._olm.session_store.get(device.curve25519) is not None

    def seen(self, user: str) -> SeenIdentity | None:
        """Return the identity of the last `/keys/query`; None before the first one."""
        return self._seen.get(user)

    def keys_of(self, user: str) -> dict[str, str]:
        """Return the Ed25519 keys of a user's devices by Curve25519 key, deleted devices included."""
        devices = self._olm.device_store[user].values()
        return {device.curve25519: device.ed25519 for device in devices}

    def author(self, user: str, device: str) -> Author | None:
        """Return None if the user was not queried yet."""
        seen = self._seen.get(user)
        return Author(device=device, seen=seen) if seen is not None else None

    def readers(
        self, users: Iterable[str], identities: Mapping[str, Identity], *, confidential: bool
    ) -> tuple[list[Any], list[Any]]:
        """Return the devices that may read the bot's messages, and those that may not.

        Other devices of the bot's own account are in neither list, because anybody with the appservice's token can
        create them. `confidential`: a changed identity that was not confirmed is not trusted.
        """
        trusted: list[Any] = []
        untrusted: list[Any] = []
        for user in sorted(set(users) - {self._olm.user_id}):
            for device in self._olm.device_store.active_user_devices(user):
                may_read = self._may_read(device, identities.get(user), confidential=confidential)
                (trusted if may_read else untrusted).append(device)
        return trusted, untrusted

    def _may_read(self, device: Any, known: Identity | None, *, confidential: bool) -> bool:
        seen = self._seen.get(device.user_id)
        if seen is None:
            return False
        identity = known or Identity.first(UserId(device.user_id), seen)
        if confidential and identity.is_changed:
            return device.ed25519 in identity.devices
        return identity.trusts(device.ed25519, seen, required=self._required)

    def wedged(self) -> dict[str, dict[str, str]]:
        """Return the devices whose Olm session is broken, as the body of `/keys/claim`."""
        with suppress(nio.LocalProtocolError):
            return {
                user: dict.fromkeys(devices, "signed_curve25519")
                for user, devices in self._olm.get_users_for_key_claiming().items()
            }
        return {}


@contextmanager
def _invalid_keys_ignored(what: str) -> Iterator[None]:
    """Log and ignore errors, because nio and vodozemac raise many kinds of them on invalid keys."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - see above
        log.warning("invalid key material", extra={"what": what, "error": type(error).__name__})
