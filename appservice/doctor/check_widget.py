"""The studio beside chats: whether our homeserver says who its users are."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp

from appservice.doctor.check_result import Check, CheckFailed
from appservice.matrix.openid import NOT_SERVED, USERINFO
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class WidgetCheck:
    settings: Settings

    def all(self) -> Mapping[str, Check]:
        """Nothing where no app is named."""
        return {"widget": self.answers} if self.settings.public.widget_clients else {}

    async def answers(self) -> str:
        """By a token that nobody has: it must be refused as such."""
        url = f"{self.settings.homeserver.url}{USERINFO}"
        async with (
            aiohttp.ClientSession() as http,
            http.get(url, params={"access_token": "doctor-looks"}, allow_redirects=False) as answer,
        ):
            status = answer.status
        if status != HTTPStatus.UNAUTHORIZED:
            raise CheckFailed(NOT_SERVED.format(url=url))
        return (
            f"the homeserver answers OpenID, for {', '.join(self.settings.public.widget_clients)}"
        )
