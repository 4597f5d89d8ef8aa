"""Text messages in the shapes that clients give them."""

import html
from typing import Any

from sandbox.clients.client_event import RoomEvent

_SENT = {
    "m.image": "sent an image.",
    "m.video": "sent a video.",
    "m.audio": "sent an audio file.",
    "m.file": "sent a file.",
}


def text_content(text: str) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": text, "m.mentions": {}}


def reply_content(to: RoomEvent, text: str) -> dict[str, Any]:
    """With the quote of the original in front, as Element Web writes it ("reply fallback")."""
    quoted = _SENT.get(str(to.content.get("msgtype")))
    first, *rest = [quoted] if quoted else to.body.splitlines() or [""]
    quote = "\n".join([f"> <{to.sender}> {first}", *(f"> {line}" for line in rest)])
    link = f"https://matrix.to/#/{to.room_id}/{to.event_id}"
    formatted_quote = (
        f'<mx-reply><blockquote><a href="{link}">In reply to</a> '
        f'<a href="https://matrix.to/#/{to.sender}">{to.sender}</a><br>'
        f"{'<br>'.join(html.escape(line) for line in [first, *rest])}</blockquote></mx-reply>"
    )
    return {
        "msgtype": "m.text",
        "body": f"{quote}\n\n{text}",
        "format": "org.matrix.custom.html",
        "formatted_body": formatted_quote + html.escape(text),
        "m.mentions": {"user_ids": [to.sender]},
        "m.relates_to": {"m.in_reply_to": {"event_id": to.event_id}},
    }


def edit_content(event_id: str, text: str) -> dict[str, Any]:
    return {
        "msgtype": "m.text",
        "body": f" * {text}",
        "m.mentions": {},
        "m.new_content": text_content(text),
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


def reaction_content(event_id: str, key: str) -> dict[str, Any]:
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": key}}
