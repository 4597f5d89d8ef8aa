"""The answer of a command that needs what the first start makes."""


def not_made_yet(what: object) -> str:
    """Return a sentence for people; `what` names the thing and its place, e.g. "folder /srv/ppv/blobs"."""
    return f"There is no {what}: is --config the right one? `matrix-ppv run` makes it at its first start."
