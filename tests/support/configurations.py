"""A configuration that is fine, to be spoiled by tests."""

from collections.abc import Callable
from pathlib import Path

import yaml

from config.settings import Settings

Load = Callable[..., Settings]
Problems = Callable[..., tuple[str, ...]]

KEK = "ab" * 32
AS_TOKEN = "as0123456789abcdef"
HS_TOKEN = "hs0123456789abcdef"
STRIPE_KEY = "sk_test_51Secret"
WEBHOOK_SECRET = "whsec_Secret"

FINE = f"""
homeserver: {{url: "https://matrix.ppv.test", domain: ppv.test}}
appservice: {{as_token: {AS_TOKEN}, hs_token: {HS_TOKEN}}}
public: {{url: "https://pay.ppv.test"}}
stripe: {{secret_key: {STRIPE_KEY}, webhook_secrets: [{WEBHOOK_SECRET}]}}
keys: {{active: first, keks: {{first: {{key: "{KEK}"}}}}}}
"""
SECRETS = (KEK, AS_TOKEN, HS_TOKEN, STRIPE_KEY, WEBHOOK_SECRET)


def config_file(folder: Path, changes: str = "") -> Path:
    """A fine configuration with the keys in `changes` laid over it."""
    tree = yaml.safe_load(FINE)
    for section, keys in (yaml.safe_load(changes) or {}).items():
        if isinstance(keys, dict):
            tree[section] = {**tree.get(section, {}), **keys}
        else:
            tree[section] = keys
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(tree))
    return path
