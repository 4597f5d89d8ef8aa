"""The registration by which a homeserver's admin lets the appservice in.

https://spec.matrix.org/v1.17/application-service-api/#registration
"""

import re
from typing import Any

import yaml


def registration(
    *,
    appservice_id: str,
    url: str,
    as_token: str,
    hs_token: str,
    bot_localpart: str,
    domain: str,
) -> dict[str, Any]:
    """What the registration file says.

    The bot is a user of the namespace: the sender user that belongs to every registration can't sync.
    """
    # Some homeservers match at the start only, others anywhere: both ends are anchored.
    bot = f"^@{re.escape(bot_localpart)}:{re.escape(domain)}$"
    return {
        "id": appservice_id,
        "url": url,
        "as_token": as_token,
        "hs_token": hs_token,
        "sender_localpart": f"_{appservice_id}",
        "rate_limited": False,
        "namespaces": {
            "users": [{"exclusive": True, "regex": bot}],
            "aliases": [],
            "rooms": [],
        },
    }


def registration_yaml(content: dict[str, Any]) -> str:
    """The same as a file."""
    return yaml.safe_dump(content, sort_keys=False)
