"""A draft in its seller's browser: begun, worded and arranged there. The chat shows the same draft."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.money.price_parser import parse_price_only
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import OfferId, UserId, digest_of, form_offer_id
from bot.jobs.offer_jobs import DestroyKeys, RefreshDraftCard, purge_of_removed
from bot.ports import Clock, Store, UnitOfWork
from bot.services.auth.authorization import Authorizer
from bot.services.drafts.offer_text import fitting_text


class NotYourDraft(UserError):
    """Somebody else's, or none any more."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "This draft is not there any more: it was put on sale or discarded, perhaps in another"
                " window."
            )
        )


class DraftConflict(UserError):
    """What was typed in another window meanwhile must not be lost unseen."""

    def __init__(self, draft: Offer) -> None:
        super().__init__(
            gettext_lazy(
                "Price and words were changed in another window or in your chat meanwhile, to {price} and"
                " “{text}”. Save once more, and what stands here is taken.",
                price=draft.price or gettext_lazy("no price"),
                text=draft.text,
            )
        )


def seen(draft: Offer) -> str:
    """What a form holds of the price and the words that it was made from."""
    return digest_of(str(draft.price), draft.text)


async def own_draft(uow: UnitOfWork, seller: UserId, offer: OfferId) -> Offer:
    """Raises NotYourDraft."""
    draft = await uow.offers.get(offer)
    if draft is None or draft.seller != seller or draft.state is not OfferState.DRAFT:
        raise NotYourDraft
    return draft


async def save_own_draft(uow: UnitOfWork, changed: Offer) -> None:
    """And keep its picture in the chat up to date, if there is one."""
    await uow.offers.save(changed)
    if changed.draft_card_event is not None:
        await uow.jobs.add(RefreshDraftCard(changed.id), queueing_lock=True)


@dataclass(frozen=True, slots=True)
class EditDraft:
    store: Store
    authorizer: Authorizer
    clock: Clock
    currency: str

    async def begin(self, seller: UserId, form: str) -> OfferId:
        """An empty draft. The same `form`, sent twice, begins one. Raises UserError."""
        await self.authorizer.require(seller, Level.SELLER)
        id_ = form_offer_id(seller, form)
        async with self.store.begin() as uow:
            workshop = await uow.direct_rooms.of(seller)
            if workshop is None:
                raise UserError(gettext_lazy("Please write to me in a direct chat first."))
            if await uow.offers.get(id_) is None:
                now = self.clock.now()
                await uow.offers.save(
                    Offer(id=id_, seller=seller, compose_room=workshop, created_at=now)
                )
        return id_

    async def change(
        self, seller: UserId, offer: OfferId, change: Callable[[Offer], Offer]
    ) -> None:
        """Raises NotYourDraft, and what `change` raises."""
        async with self.store.begin() as uow:
            draft = await own_draft(uow, seller, offer)
            changed = change(draft)
            if changed != draft:
                await save_own_draft(uow, changed)
                for purge in purge_of_removed(draft, changed):
                    await uow.jobs.add(purge, queueing_lock=True)

    async def word(self, seller: UserId, offer: OfferId, price: str, text: str, shown: str) -> None:
        """With the price and the words as they were typed; no price takes the price away.

        `shown`: `seen` of the draft that they were typed over. Raises UserError.
        """
        words = fitting_text(text)
        amount = parse_price_only(price, self.currency) if price.strip() else None

        def change(draft: Offer) -> Offer:
            changed = replace(draft.with_text(words), price=amount)
            if shown != seen(draft) and seen(changed) != seen(draft):
                raise DraftConflict(draft)
            return changed

        await self.change(seller, offer, change)

    async def discard(self, seller: UserId, offer: OfferId) -> None:
        """Raises NotYourDraft."""
        async with self.store.begin() as uow:
            draft = await own_draft(uow, seller, offer)
            await uow.offers.save(draft.discarded())
            await uow.jobs.add(DestroyKeys(offer))
