"""Give people of the cast a cross-signing identity, as their apps would."""

from typing import Any

from appservice.matrix.crypto.trust.cross_signing_keys import CrossSigning
from sandbox.clients.user import MatrixUser
from sandbox.synapse import Account


async def set_up_identity(person: MatrixUser, account: Account) -> CrossSigning:
    """Make a new identity, in place of another if there is one, and sign this device of the person."""
    identity = CrossSigning.generate(person.user_id)
    body = identity.upload_body("", lambda _: "")
    del body["master_key"]["signatures"]
    body["auth"] = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": account.user_id},
        "password": account.password,
    }
    await person.session.request("POST", "keys", "device_signing", "upload", body=body)
    await sign_device(person, identity)
    return identity


async def sign_device(person: MatrixUser, identity: CrossSigning) -> None:
    """Sign the device that the person is logged in on."""
    user, device = person.user_id, person.session.device_id
    body: dict[str, Any] = {"device_keys": {user: []}}
    shown = await person.session.request("POST", "keys", "query", body=body)
    signed = identity.with_signature(shown["device_keys"][user][device])
    await person.session.request(
        "POST", "keys", "signatures", "upload", body={user: {device: signed}}
    )
