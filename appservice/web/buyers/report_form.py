"""The form to report an offer, as somebody filled it in.

What it must hold: https://eur-lex.europa.eu/eli/reg/2022/2065/oj, article 16(2).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.people.abuse_report import ReportCategory
from bot.i18n import gettext_lazy
from config.mail_address import LONGEST_MAIL_ADDRESS, mail_address

_SHORTEST, _LONGEST = 20, 5000
_FIELD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedReport:
    """The form as somebody filled it in."""

    ground: str = ""
    words: str = ""
    name: str = ""
    email: str = ""
    good_faith: bool = False

    @property
    def address(self) -> str:
        """The e-mail address as mail servers take it; empty for what is none."""
        try:
            return mail_address(self.email)
        except ValueError:
            return ""

    @property
    def problems(self) -> Mapping[str, str]:
        """What is missing, by field."""
        found = {}
        if self.ground not in set(ReportCategory):
            found["ground"] = gettext_lazy("Please choose what is wrong.")
        if len(self.words) < _SHORTEST:
            found["words"] = gettext_lazy(
                "Please say a little more, so that others can understand it."
            )
        if self.ground != ReportCategory.MINORS and not self.name:
            found["name"] = gettext_lazy("Please say who you are.")
        if (self.email or self.ground != ReportCategory.MINORS) and not self.address:
            found["email"] = gettext_lazy("Please give an e-mail address, such as ann@example.org.")
        if not self.good_faith:
            found["good_faith"] = gettext_lazy("Please confirm this.")
        return found


def submitted_report(form: Mapping[str, object]) -> SubmittedReport:
    def said(field: str, most: int) -> str:
        value = form.get(field)
        return value.strip()[:most] if isinstance(value, str) else ""

    return SubmittedReport(
        ground=said("ground", _FIELD),
        words=said("words", _LONGEST),
        name=said("name", _FIELD),
        email=said("email", LONGEST_MAIL_ADDRESS + 1),
        good_faith=said("good_faith", _FIELD) == "yes",
    )
