"""The gate, loaded into the sandbox's homeserver as an admin would load it."""

from typing import Any

from sandbox.app_process import Configuration

GATE_SECRET = "a-secret-of-the-sandbox"


def gate_settings(configuration: Configuration, **config: Any) -> dict[str, Any]:
    """For homeserver.yaml; `config` adds to what an admin must say, or replaces it."""
    return {
        "modules": [
            {
                "module": "matrix_ppv_gate.gate.Gate",
                "config": {
                    "appservice": f"http://127.0.0.1:{configuration.addresses.private}",
                    "bot": configuration.bot,
                    "secret": GATE_SECRET,
                    "encrypted": True,
                    **config,
                },
            }
        ]
    }
