"""The public address, as the world sees it."""

from dataclasses import dataclass

import aiohttp

from appservice.doctor.check_result import CheckFailed, explained
from appservice.web.api.webhooks import STRIPE_WEBHOOK
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class PublicCheck:
    settings: Settings

    async def reachable(self) -> str:
        """By the answer that only we give: our name, and no looking at the webhook's route."""
        url = f"{self.settings.public.url.rstrip('/')}{STRIPE_WEBHOOK}"
        async with aiohttp.ClientSession() as http:
            try:
                async with http.get(url, allow_redirects=False) as answer:
                    status, text = answer.status, await answer.text()
            except (aiohttp.ClientError, OSError) as error:
                raise CheckFailed(
                    f"nothing answers at {url} ({explained(error)}): does your web server pass it on"
                    f" to {self.settings.public.listen}, and is matrix-ppv running?"
                ) from None
        if status != 405 or "not for that" not in text:
            raise CheckFailed(
                f"something else answers at {url} (status {status}): let your web server pass it on to"
                f" {self.settings.public.listen}, with the path unchanged"
            )
        return f"{self.settings.public.url} leads to matrix-ppv"
