"""What stands in a room for what was taken out: nothing that anybody sees.

An edit of somebody else's event counts for nothing, and so does one of a membership, so apps draw neither
(https://spec.matrix.org/v1.17/client-server-api/#validity-of-replacement-events). The sender's own app takes
it for its message sent, and removes what it showed.
"""

from synapse.module_api import JsonDict

GATE_KEY = "io.github.matrix_ppv.gate"
"""Holds the name under which the other was handed over."""

_WORDS = "🔒 is preparing a paid message…"


def stand_in(content: JsonDict, name: str, target: str) -> JsonDict:
    """For a message with `content`; `target` is the event that tells of the bot's joining."""
    inside = _encrypted(content) if "algorithm" in content else _words()
    relation = {"rel_type": "m.replace", "event_id": target}
    return inside | {"m.relates_to": relation, GATE_KEY: {"name": name}}


def _words() -> JsonDict:
    new = {"msgtype": "m.text", "body": _WORDS}
    return {**new, "m.new_content": new}


def _encrypted(content: JsonDict) -> JsonDict:
    """Whole to look at, with nothing in it: some apps stumble over less."""
    kept = ("algorithm", "session_id", "sender_key", "device_id")
    return {"ciphertext": "AwgAEgA"} | {key: content[key] for key in kept if key in content}
