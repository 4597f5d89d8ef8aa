"""A first configuration: the documented example, with an admin's own values and fresh secrets in it."""

import base64
import secrets
from dataclasses import dataclass, field
from importlib.resources import files

_EXAMPLE = files("config") / "example.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What only an admin can say."""

    homeserver: str
    domain: str
    public_url: str
    stripe_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    stripe_api: str
    admin: str
    """A Matrix id."""


def first_config(answers: Answers) -> str:
    """YAML, with all comments of the example. Tokens and the key-encryption key are new each time."""
    kek = base64.b64encode(secrets.token_bytes(32)).decode()
    return _replaced(
        _EXAMPLE.read_text("utf-8"),
        {
            "url: https://matrix.example.org": f"url: {answers.homeserver}",
            "domain: example.org": f"domain: {answers.domain}",
            "as_token: change-me-to-a-long-random-token": f"as_token: {secrets.token_hex(32)}",
            "hs_token: change-me-to-another-long-random-token": f"hs_token: {secrets.token_hex(32)}",
            "url: https://ppv.example.org": f"url: {answers.public_url}",
            "secret_key: sk_test_change-me": f"secret_key: {answers.stripe_key}",
            "- whsec_change-me": f"- {answers.webhook_secret}",
            "api_base: https://api.stripe.com": f"api_base: {answers.stripe_api}",
            "key: change-me": f"key: {kek}",
            '"example.org": buyer': f'"*:{answers.domain}": buyer',
            '"@change-me:example.org": admin': f'"{answers.admin}": admin',
        },
    )


def _replaced(text: str, values: dict[str, str]) -> str:
    """Whole lines, comments left out. Raises ValueError if the example does not hold one of them once."""
    lines = text.splitlines()
    for old, new in values.items():
        places = [number for number, line in enumerate(lines) if line.strip() == old]
        if len(places) != 1:
            raise ValueError(f"the example holds “{old}” {len(places)} times")
        lines[places[0]] = lines[places[0]].replace(old, new)
    return "\n".join(lines) + "\n"
