"""The invisible placeholder for an intercepted message.

It is an edit of the bot's membership event. Edits of other users' events or of state events are invalid, so clients do
not show them (https://spec.matrix.org/v1.17/client-server-api/#validity-of-replacement-events). The sender's client
treats it as the sent message, and removes its local copy.
"""

from synapse.module_api import JsonDict

GATE_KEY = "io.github.matrix_ppv.gate"
"""Holds the name under which matrix-ppv stored the message."""

_WORDS = "🔒 is preparing a paid message…"


def placeholder_content(content: JsonDict, name: str, target: str) -> JsonDict:
    """Return the content that replaces `content`; `target` is the bot's membership event."""
    inside = _encrypted(content) if "algorithm" in content else _text()
    relation = {"rel_type": "m.replace", "event_id": target}
    return inside | {"m.relates_to": relation, GATE_KEY: {"name": name}}


def _text() -> JsonDict:
    new = {"msgtype": "m.text", "body": _WORDS}
    return {**new, "m.new_content": new}


def _encrypted(content: JsonDict) -> JsonDict:
    """Return a well-formed but undecryptable content, because some clients fail on missing fields."""
    keys = ("algorithm", "session_id", "sender_key", "device_id")
    return {"ciphertext": "AwgAEgA"} | {key: content[key] for key in keys if key in content}
