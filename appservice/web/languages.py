"""In which language a visitor is spoken to, and how amounts are written in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from bot.attachment import Kind
from bot.contents import Contents, Counted, duration_in_words, scaled

ENGLISH = "en"
TRANSLATED = ("de", "fr")
_CATALOGUES = Path(__file__).parent / "locale"


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    """https://www.rfc-editor.org/info/bcp47"""
    catalogue: NullTranslations

    def spoken(self, words: str) -> str:
        """Words of the bot's own, as they are said here; unchanged where the catalogue has none."""
        return self.catalogue.gettext(words) if words else words

    def amount(self, amount: str) -> str:
        """A number, perhaps with a unit or currency behind it, that is written with a decimal point."""
        return amount.replace(".", self.catalogue.pgettext("decimal separator", "."))

    def size(self, size: int) -> str:
        """A size in bytes."""
        amount, unit = scaled(size)
        gettext = self.catalogue.gettext
        units = {
            "bytes": gettext("bytes"),
            "kB": gettext("kB"),
            "MB": gettext("MB"),
            "GB": gettext("GB"),
        }
        return f"{self.amount(amount)} {units[unit]}"

    def contents(self, contents: Contents) -> str:
        """What is inside an offer."""
        return ", ".join([*map(self._counted, contents.kinds), self.size(contents.size)])

    def kind(self, kind: Kind) -> str:
        """One file of that kind."""
        gettext = self.catalogue.gettext
        match kind:
            case Kind.IMAGE:
                return gettext("Photo")
            case Kind.VIDEO:
                return gettext("Video")
            case Kind.AUDIO:
                return gettext("Sound file")
            case Kind.FILE:
                return gettext("File")

    def _counted(self, counted: Counted) -> str:
        ngettext, number = self.catalogue.ngettext, counted.number
        match counted.kind:
            case Kind.IMAGE:
                words = ngettext("%(num)d photo", "%(num)d photos", number)
            case Kind.VIDEO:
                words = ngettext("%(num)d video", "%(num)d videos", number)
            case Kind.AUDIO:
                words = ngettext("%(num)d sound file", "%(num)d sound files", number)
            case Kind.FILE:
                words = ngettext("%(num)d file", "%(num)d files", number)
        said = words % {"num": number}
        playing = counted.playing_ms
        return f"{said} ({duration_in_words(playing)})" if playing else said


def load_languages() -> Mapping[str, Language]:
    """By code; English first."""
    languages = {ENGLISH: Language(ENGLISH, NullTranslations())}
    for code in TRANSLATED:
        with (_CATALOGUES / code / "LC_MESSAGES" / "pages.mo").open("rb") as catalogue:
            languages[code] = Language(code, GNUTranslations(catalogue))
    return languages


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
