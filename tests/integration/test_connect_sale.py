"""A sale on a seller's own account, on a real homeserver: from the link to the money, to the cent."""

from itertools import count
from pathlib import Path
from typing import Any

from sandbox.environment import open_environment
from sandbox.sample_media import photo
from tests.support.synapse.encrypted_bot import eventually
from tests.support.synapse.market import SELLER, Market

CONNECT_SECRET = "whsec_connect00000000000000000000000"


async def test_a_seller_connects_sells_and_refunds(tmp_path: Path) -> None:
    changes: dict[str, dict[str, Any]] = {
        "encryption": {"direct_rooms": "off"},
        "stripe": {
            "connect": True,
            "connect_webhook_secrets": [CONNECT_SECRET],
            "commission_percent": 10,
        },
    }
    async with open_environment(tmp_path, sellers=(SELLER,), changes=changes) as town:
        stripe = town.stripe
        stripe.add_webhook_endpoint(
            town.product.configuration.addresses.webhook, secret=CONNECT_SECRET, connect=True
        )
        seller = await town.cast.register(SELLER)
        studio = await seller.open_direct_room(town.bot)
        await seller.wait_for_member(studio, town.bot)
        market = Market(town, seller, studio, count(1))

        await seller.say(studio, "connect")
        asked = await market.hears(seller, studio, "Tell Stripe where your money goes")
        assert f"{stripe.url}/connect/acct_" in asked.body
        (account,) = stripe.connected_accounts
        stripe.onboard(account)
        await seller.say(studio, "connect")
        await market.hears(seller, studio, "Your account is ready")

        buyer = await market.buyer()
        room = await market.room(buyer)
        placeholder = await market.publishes(room, photo("harbour.jpg"))
        await market.pays(await market.link(buyer, room, placeholder))
        assert len(await market.goods(buyer, 1)) == 1
        assert stripe.balance("usd", account=account) == 450
        assert stripe.balance("usd") == 50

        sold = await market.hears(seller, studio, "Sold for")
        await seller.say(studio, f"refund {sold.body.rpartition('sale ')[2].strip()}")
        await market.hears(buyer, None, "on its way back")

        async def nothing_is_left() -> bool:
            return stripe.balance("usd", account=account) == stripe.balance("usd") == 0

        await eventually(nothing_is_left)
        assert not stripe.schema_misses
