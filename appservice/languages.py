"""The languages that people are spoken to in, and how amounts, days and lengths of time are written in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.units import format_unit

from bot.domain.local_time import Day, Moment
from bot.domain.money.money import Money
from bot.domain.offers.attachment import Kind
from bot.domain.offers.content_summary import Contents, Counted, Size, duration_in_words, scaled
from bot.i18n import Words

ENGLISH = "en"
LOCALES = Path(__file__).parent / "locale"
"""A folder a language, with its catalogue: https://babel.pocoo.org/en/latest/messages.html"""
_DAY_AND_TIME = "EEE d MMM y, HH:mm"
_OF_ENGLISH = "en_GB"
"""Days come before months."""


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    """https://www.rfc-editor.org/info/bcp47"""
    catalogue: NullTranslations

    @property
    def locale(self) -> Locale:
        return Locale.parse(_OF_ENGLISH if self.code == ENGLISH else self.code)

    @property
    def name(self) -> str:
        """As those call it who speak it."""
        return str(Locale(self.code).language_name)

    def called(self, name_in: "Language") -> str:
        """As those call it who speak another."""
        return str(Locale(self.code).get_language_name(name_in.code))

    def spoken(self, words: str) -> str:
        """Words of the bot's own, as they are said here; unchanged where the catalogue has none."""
        if not words:
            return words
        if not isinstance(words, Words):
            return self.catalogue.gettext(words)
        put_in = {name: self._put_in(value) for name, value in words.values.items()}
        said = self.catalogue.gettext(words.pattern)
        return said.format(**put_in) if put_in else said

    def _put_in(self, value: object) -> str:
        match value:
            case Words():
                written = self.spoken(value)
            case Money():
                written = self.amount(str(value))
            case Contents():
                written = self.contents(value)
            case Size():
                written = self.size(value.size)
            case Day():
                written = self.day(value.at)
            case Moment():
                written = self.appointment(value)
            case int():
                written = self.number(value)
            case _:
                written = str(value)
        return written

    def appointment(self, moment: Moment) -> str:
        """`Tue 1 Dec 2026, 18:00 (Europe/Berlin, UTC+01:00)`"""
        return (
            f"{format_datetime(moment.there, _DAY_AND_TIME, locale=self.locale)} ({moment.place})"
        )

    def number(self, number: int) -> str:
        return str(format_decimal(number, locale=self.locale))

    def day(self, time: datetime) -> str:
        """`23 November 2026`, in UTC."""
        return str(format_date(time.astimezone(UTC), "long", locale=self.locale))

    def moment(self, time: datetime) -> str:
        """`23 November 2026, 12:05 UTC`."""
        return f"{self.day(time)}, {time.astimezone(UTC):%H:%M} UTC"

    def duration(self, seconds: float) -> str:
        """A length of time in its one fitting unit: `0.4 seconds`, `3 minutes`, `2 hours`."""
        if seconds < 9.95:
            return self._length(round(max(seconds, 0.1), 1), "second")
        for unit, length, most in (
            ("second", 1, 99.5),
            ("minute", 60, 99.5),
            ("hour", 3600, 47.5),
        ):
            if seconds / length < most:
                return self._length(round(seconds / length), unit)
        return self._length(round(seconds / 86_400), "day")

    def _length(self, number: float, unit: str) -> str:
        return str(format_unit(number, f"duration-{unit}", "long", locale=self.locale))

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


@cache
def load_languages() -> Mapping[str, Language]:
    """By code; English first."""
    languages = {ENGLISH: Language(ENGLISH, NullTranslations())}
    for code in sorted(each.name for each in LOCALES.iterdir() if each.is_dir()):
        languages[code] = Language(code, _catalogue(code))
    return languages


def _catalogue(code: str) -> GNUTranslations:
    compiled = BytesIO()
    with (LOCALES / code / "LC_MESSAGES" / "words.po").open("rb") as written:
        write_mo(compiled, read_po(written, locale=code))
    compiled.seek(0)
    return GNUTranslations(compiled)
