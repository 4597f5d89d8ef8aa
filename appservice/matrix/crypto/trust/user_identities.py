"""Verify the cross-signing identities of others, and which devices they have signed.

https://spec.matrix.org/v1.17/client-server-api/#cross-signing
"""

from collections.abc import Mapping
from typing import Any

import vodozemac

from appservice.matrix.crypto.library_panics import no_panics
from appservice.matrix.crypto.trust.cross_signing_keys import canonical
from appservice.matrix.json_fields import section, text
from bot.domain.people.cross_signing import MAX_DEVICES, SeenIdentity

_NOBODY = SeenIdentity(master_key="", devices=frozenset())


def seen_identity(user: str, answer: Mapping[str, Any]) -> SeenIdentity:
    """Return the identity in a response of `/keys/query`. Only its signatures are trusted."""
    devices = section(section(answer, "device_keys"), user)
    master = _public_key(user, section(section(answer, "master_keys"), user), "master")
    if not master:
        return _of(_NOBODY, {id_: device for id_, device in devices.items() if _key(id_, device)})
    self_signing_keys = section(section(answer, "self_signing_keys"), user)
    signer = _public_key(user, self_signing_keys, "self_signing")
    if not signer or not _is_signed(user, self_signing_keys, master):
        return SeenIdentity(master_key=master, devices=frozenset())
    signed = {
        id_: device
        for id_, device in devices.items()
        if _key(id_, device)
        and device.get("user_id") == user
        and device.get("device_id") == id_
        and _is_signed(user, device, signer)
    }
    return _of(SeenIdentity(master_key=master, devices=frozenset()), signed)


def _of(identity: SeenIdentity, devices: Mapping[str, Any]) -> SeenIdentity:
    keys = sorted(key for id_, device in devices.items() if (key := _key(id_, device)))
    return SeenIdentity(master_key=identity.master_key, devices=frozenset(keys[:MAX_DEVICES]))


def _key(device_id: str, device: object) -> str | None:
    return (
        text(section(device, "keys"), f"ed25519:{device_id}")
        if isinstance(device, Mapping)
        else None
    )


def _public_key(user: str, key: Mapping[str, Any], usage: str) -> str:
    """Return the one key of a cross-signing key object, or an empty string."""
    usages, keys = key.get("usage"), section(key, "keys")
    if key.get("user_id") != user or not isinstance(usages, list) or usage not in usages:
        return ""
    if len(keys) != 1:
        return ""
    ((id_, public),) = keys.items()
    return public if isinstance(public, str) and id_ == f"ed25519:{public}" else ""


def _is_signed(user: str, value: Mapping[str, Any], key: str) -> bool:
    signature = text(section(section(value, "signatures"), user), f"ed25519:{key}")
    if not signature:
        return False
    try:
        with no_panics():
            vodozemac.Ed25519PublicKey.from_base64(key).verify_signature(
                canonical(value), vodozemac.Ed25519Signature.from_base64(signature)
            )
    except (ValueError, TypeError, RecursionError):  # vodozemac's errors are ValueErrors
        return False
    return True
