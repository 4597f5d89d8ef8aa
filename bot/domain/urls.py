"""Addresses of our own pages."""

from dataclasses import dataclass

from bot.ids import LinkToken, OfferId


@dataclass(frozen=True, slots=True)
class PublicUrls:
    """Where they stand."""

    public: str
    """The base, without a slash at its end."""

    def offer(self, offer: OfferId) -> str:
        """The link for everybody."""
        return f"{self.public}/m/{offer}"

    def personal(self, offer: OfferId, link: LinkToken) -> str:
        """The link for one buyer."""
        return f"{self.offer(offer)}?for={link}"

    def claim(self, offer: OfferId, link: LinkToken) -> str:
        """Where that buyer's browser opens the files, once the buyer has proven that it is theirs."""
        return f"{self.offer(offer)}/claim?for={link}"

    def storefront(self, name: str) -> str:
        """A seller's page for everybody."""
        return f"{self.public}/s/{name}"

    def sign_in(self, secret: str) -> str:
        """The link that signs one browser in."""
        return f"{self.public}/sign-in?with={secret}"

    def widget(self, secret: str) -> str:
        """What a chat app shows beside one person's chat."""
        return f"{self.public}/widget?for={secret}"

    @property
    def success(self) -> str:
        """Where the checkout sends buyers who have paid; the braces are Stripe's to fill.

        https://docs.stripe.com/payments/checkout/custom-success-page
        """
        return f"{self.public}/api/stripe/chatmessages/success?session_id={{CHECKOUT_SESSION_ID}}"
