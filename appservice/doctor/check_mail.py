"""The mail server: there, and it takes our name and password."""

from collections.abc import Mapping
from dataclasses import dataclass

from appservice.adapters import open_mailer
from appservice.doctor.check_result import Check, CheckFailed
from bot.errors import PpvError
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class MailCheck:
    settings: Settings

    def all(self) -> Mapping[str, Check]:
        """Nothing where no server is named."""
        return {"mail": self.greets} if self.settings.mail.server else {}

    async def greets(self) -> str:
        """No message is sent."""
        mail = self.settings.mail
        try:
            await open_mailer(mail).log_in()
        except PpvError as error:
            raise CheckFailed(
                f"{mail.server}:{mail.port} does not take our letters: {error}. Look at the mail settings"
            ) from None
        return f"{mail.server} takes letters from {mail.sender}"
