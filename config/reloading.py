"""What a running program can take from a changed configuration, and what waits for a restart."""

from config.settings import Settings

_LIVE = ("permissions", "admins", "limits", "delivery", "prices", "sales", "retention", "logging")
_LIVE_KEYS = {"stripe": ("webhook_secrets", "connect_webhook_secrets")}
"""Single keys of sections that else wait."""


def reloaded(running: Settings, changed: Settings) -> tuple[Settings, tuple[str, ...]]:
    """What `running` becomes now, and the names of the sections that wait for a restart."""
    taken = {name: getattr(changed, name) for name in _LIVE}
    for name, keys in _LIVE_KEYS.items():
        section, wanted = getattr(running, name), getattr(changed, name)
        taken[name] = section.model_copy(update={key: getattr(wanted, key) for key in keys})
    settings = running.model_copy(update=taken)
    waiting = (
        name for name in Settings.model_fields if getattr(settings, name) != getattr(changed, name)
    )
    return settings, tuple(waiting)
