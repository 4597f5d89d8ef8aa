"""A Synapse module that makes its homeserver lie to others. Loaded by `hostile_homeserver`, never by the product.

What it lies about stands in a JSON file, which is read anew for each lie: see `Lies`.
"""

import json
from pathlib import Path
from typing import Any

from synapse.events.validator import EventValidator
from synapse.federation.federation_server import FederationServer
from synapse.federation.transport.client import TransportLayerClient
from synapse.module_api import ModuleApi

_POLL_SECONDS = 0.05


class HostileModule:
    def __init__(self, config: dict[str, Any], api: ModuleApi) -> None:
        self._file = Path(config["lies"])
        self._api = api
        self._send_whatever_is_asked()
        self._forge_stripped_state()
        self._hold_joins_and_hide_state()
        self._decorate_events()

    @staticmethod
    def parse_config(config: dict[str, Any]) -> dict[str, Any]:
        return config

    def _lies(self) -> dict[str, Any]:
        lies: dict[str, Any] = json.loads(self._file.read_text())
        return lies

    def _send_whatever_is_asked(self) -> None:
        """Switch the checks of new events off: its users' clients may send any content."""
        for check in ("validate_builder", "validate_new"):
            setattr(EventValidator, check, lambda *_: None)

    def _forge_stripped_state(self) -> None:
        honest = TransportLayerClient.send_invite_v2

        async def send_invite_v2(
            client: TransportLayerClient,
            destination: str,
            room_id: str,
            event_id: str,
            content: dict[str, Any],
        ) -> dict[str, Any]:
            forged = self._lies()["invite_room_state"].get(room_id)
            if forged is not None:
                content = {**content, "invite_room_state": forged}
            return await honest(client, destination, room_id, event_id, content)

        _replace(TransportLayerClient, send_invite_v2)

    def _hold_joins_and_hide_state(self) -> None:
        make, send = FederationServer.on_make_join_request, FederationServer.on_send_join_request

        async def on_make_join_request(
            server: FederationServer, origin: str, room_id: str, *more: Any, **named: Any
        ) -> dict[str, Any]:
            while room_id in self._lies()["held_joins"]:
                await self._api.sleep(_POLL_SECONDS)
            return await make(server, origin, room_id, *more, **named)

        async def on_send_join_request(
            server: FederationServer,
            origin: str,
            content: dict[str, Any],
            room_id: str,
            caller_supports_partial_state: bool = False,
        ) -> dict[str, Any]:
            hidden = self._lies()["hidden_state"].get(room_id)
            partial = caller_supports_partial_state and hidden is None
            answer = await send(server, origin, content, room_id, partial)
            if hidden is not None:
                answer["state"] = [
                    event
                    for event in answer["state"]
                    if [event["type"], event.get("state_key")] not in hidden
                ]
            return answer

        _replace(FederationServer, on_make_join_request)
        _replace(FederationServer, on_send_join_request)

    def _decorate_events(self) -> None:
        honest = TransportLayerClient.send_transaction

        async def send_transaction(
            client: TransportLayerClient, transaction: Any, json_data_callback: Any = None
        ) -> dict[str, Any]:
            def decorated() -> dict[str, Any]:
                data: dict[str, Any] = (json_data_callback or transaction.get_dict)()
                more = self._lies()["unsigned"]
                for pdu in data.get("pdus", []):
                    pdu["unsigned"] = {**pdu.get("unsigned", {}), **more.get(pdu["room_id"], {})}
                return data

            return await honest(client, transaction, decorated)

        _replace(TransportLayerClient, send_transaction)


def _replace(of: type, method: Any) -> None:
    setattr(of, method.__name__, method)
