"""In which language a visitor of the pages wants to be spoken to."""

from collections.abc import Iterable

from aiohttp import web

from appservice.languages import ENGLISH, load_languages


def language_of(request: web.Request) -> str:
    """Its code."""
    return best_of(request.headers.get("Accept-Language", ""), load_languages())


def best_of(accepted: str, known: Iterable[str]) -> str:
    """The language that the header `Accept-Language` likes best of those we know, or English.

    https://www.rfc-editor.org/rfc/rfc9110#field.accept-language
    """
    wanted = []
    for part in accepted.split(",")[:50]:
        tag, _, weight = part.partition(";")
        quality = _quality(weight)
        if quality > 0:
            wanted.append((quality, tag.strip().partition("-")[0].lower()))
    wanted.sort(key=lambda each: -each[0])
    spoken = set(known)
    return next((code for _, code in wanted if code in spoken), ENGLISH)


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(float(value), 1.0)
    except ValueError:
        return 0.0
