"""A person's end-to-end encryption, by matrix-nio.

nio sees every sync, keeps the keys and encrypts what is sent. It is never asked to parse messages:
it takes an encrypted attachment in a clear room for a bad event, and logs the file's key.
"""

import copy
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import nio

from sandbox.clients.client_event import RoomEvent, clear_event
from sandbox.clients.session import Session


class Encryption:
    def __init__(self, client: nio.AsyncClient):
        self._client = client

    @classmethod
    def load(cls, session: Session, store: Path) -> "Encryption":
        """The keys of this device, from the folder `store` or freshly made."""
        logging.getLogger("nio").setLevel(logging.CRITICAL + 1)
        store.mkdir(parents=True, exist_ok=True)
        client = nio.AsyncClient(
            session.homeserver,
            session.user_id,
            store_path=str(store),
            config=nio.AsyncClientConfig(encryption_enabled=True, store_sync_tokens=False),
        )
        client.restore_login(session.user_id, session.device_id, session.access_token)
        return cls(client)

    async def absorb(self, sync: Mapping[str, Any]) -> None:
        """Takes in the keys and memberships of one sync answer, and does what they call for."""
        client = self._client
        # nio takes its argument to pieces.
        match nio.SyncResponse.from_dict(copy.deepcopy(dict(sync))):
            case nio.SyncResponse() as response:
                await client.receive_response(response)
            case problem:
                raise RuntimeError(f"nio cannot read this sync: {problem}")
        if client.should_upload_keys:
            await client.keys_upload()
        if client.should_query_keys:
            await client.keys_query()
        if client.should_claim_keys:
            await client.keys_claim(client.get_users_for_key_claiming())
        await client.send_to_device_messages()

    def decrypt(self, room_id: str, raw: Mapping[str, Any]) -> RoomEvent:
        """The event inside an `m.room.encrypted` one; marked as undecryptable if there is no key."""
        outer = clear_event(room_id, raw)
        inner = self._decrypted(room_id, raw)
        if inner is None:
            return replace(outer, encrypted=True, undecryptable=True)
        content = dict(inner["content"])
        # A relation stays outside of the ciphertext (spec: encrypted events and relationships).
        if "m.relates_to" in outer.content:
            content.setdefault("m.relates_to", outer.content["m.relates_to"])
        return replace(outer, encrypted=True, type=inner["type"], content=content)

    async def send(
        self, room_id: str, event_type: str, content: Mapping[str, Any], transaction_id: str
    ) -> str:
        """Encrypts for every device of every member, verified or not, and sends."""
        response = await self._client.room_send(
            room_id,
            event_type,
            dict(content),
            tx_id=transaction_id,
            ignore_unverified_devices=True,
        )
        match response:
            case nio.RoomSendResponse(event_id=event_id):
                return str(event_id)
            case _:
                raise RuntimeError(f"nio could not send into {room_id}: {response}")

    def rotate(self, room_id: str) -> None:
        """The next message in that room begins a new session, whose key nobody has yet."""
        self._client.invalidate_outbound_session(room_id)

    async def close(self) -> None:
        await self._client.close()
        if self._client.store is not None:
            self._client.store.database.close()

    def _decrypted(self, room_id: str, raw: Mapping[str, Any]) -> dict[str, Any] | None:
        if raw["content"].get("algorithm") != "m.megolm.v1.aes-sha2":
            return None
        event = nio.Event.parse_encrypted_event({**raw, "room_id": room_id})
        if not isinstance(event, nio.MegolmEvent):
            return None
        try:
            decrypted = self._client.decrypt_event(event)
        except nio.EncryptionError:
            return None
        source: dict[str, Any] = decrypted.source
        return source
