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

from bot.domain.local_time import Date, ZonedTime
from bot.domain.money.money import Money
from bot.domain.offers.attachment import MediaKind
from bot.domain.offers.content_summary import (
    ByteSize,
    ContentSummary,
    KindCount,
    format_duration,
    split_size,
)
from bot.i18n import Translatable

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
        if not isinstance(words, Translatable):
            return self.catalogue.gettext(words)
        put_in = {name: self._put_in(value) for name, value in words.values.items()}
        said = self.catalogue.gettext(words.pattern)
        return said.format(**put_in) if put_in else said

    def _put_in(self, value: object) -> str:
        match value:
            case Translatable():
                written = self.spoken(value)
            case Money():
                written = self.amount(str(value))
            case ContentSummary():
                written = self.contents(value)
            case ByteSize():
                written = self.size(value.size)
            case Date():
                written = self.day(value.at)
            case ZonedTime():
                written = self.appointment(value)
            case int():
                written = self.number(value)
            case _:
                written = str(value)
        return written

    def appointment(self, moment: ZonedTime) -> str:
        """`Tue 1 Dec 2026, 18:00 (Europe/Berlin, UTC+01:00)`"""
        return f"{format_datetime(moment.local, _DAY_AND_TIME, locale=self.locale)} ({moment.zone_label})"

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
        amount, unit = split_size(size)
        gettext = self.catalogue.gettext
        units = {
            "bytes": gettext("bytes"),
            "kB": gettext("kB"),
            "MB": gettext("MB"),
            "GB": gettext("GB"),
        }
        return f"{self.amount(amount)} {units[unit]}"

    def contents(self, contents: ContentSummary) -> str:
        """What is inside an offer."""
        return ", ".join([*map(self._counted, contents.kinds), self.size(contents.size)])

    def kind(self, kind: MediaKind) -> str:
        """One file of that kind."""
        gettext = self.catalogue.gettext
        match kind:
            case MediaKind.IMAGE:
                return gettext("Photo")
            case MediaKind.VIDEO:
                return gettext("Video")
            case MediaKind.AUDIO:
                return gettext("Sound file")
            case MediaKind.FILE:
                return gettext("File")

    def _counted(self, counted: KindCount) -> str:
        ngettext, number = self.catalogue.ngettext, counted.number
        match counted.kind:
            case MediaKind.IMAGE:
                words = ngettext("%(num)d photo", "%(num)d photos", number)
            case MediaKind.VIDEO:
                words = ngettext("%(num)d video", "%(num)d videos", number)
            case MediaKind.AUDIO:
                words = ngettext("%(num)d sound file", "%(num)d sound files", number)
            case MediaKind.FILE:
                words = ngettext("%(num)d file", "%(num)d files", number)
        said = words % {"num": number}
        playing = counted.playing_ms
        return f"{said} ({format_duration(playing)})" if playing else said


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
