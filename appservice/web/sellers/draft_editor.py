"""The seller's browser: a draft, put together from files, words and a price."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from aiohttp import web

from appservice.languages import load_languages
from appservice.web.members.member_pages import MemberPages
from appservice.web.members.sessions import Sessions, SessionUser, typed_in
from appservice.web.multipart import UploadedFile, iter_parts
from appservice.web.site import STUDIO, STUDIO_OFFER, STUDIO_OFFERS, STUDIO_PRICE, Site
from appservice.web.streaming import send
from bot.bootstrap import Bot
from bot.domain.local_time import zones
from bot.domain.money.fees import Fees
from bot.domain.money.price_parser import parse_price_only
from bot.domain.offers.attachment import Attachment
from bot.domain.offers.content_summary import summary_line
from bot.domain.offers.offer import Offer, TooManyAttachments
from bot.errors import UserError
from bot.i18n import concat, gettext_lazy
from bot.ids import AttachmentId, OfferId, UserId, parse_code, upload_id
from bot.services.drafts.offer_text import fitting_text
from bot.services.drafts.web_draft import EditDraft, NotYourDraft
from bot.services.offers.publish_offer import PublishOffer, require_rooms
from bot.services.offers.schedule_sale import ScheduleSale
from bot.services.uploads.form_upload import Upload, UploadToDraft
from bot.views.draft_view import DraftDetails, DraftView

Change = Callable[[Offer], Offer]
_PLACE = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class DraftEditor:
    site: Site
    pages: MemberPages
    visitors: Sessions
    view: DraftView
    edit_draft: EditDraft
    upload_to_draft: UploadToDraft
    publish_offer: PublishOffer
    schedule_sale: ScheduleSale
    fees: Fees
    currency: str
    """The currency of a price that names none."""

    @classmethod
    def of(cls, site: Site, pages: MemberPages, visitors: Sessions, bot: Bot) -> "DraftEditor":
        return cls(
            site,
            pages,
            visitors,
            bot.draft_view,
            bot.edit_draft,
            bot.upload,
            bot.publish_offer,
            bot.schedule_sale,
            bot.fees,
            bot.seller_offers_view.currency,
        )

    def routes(self) -> list[web.RouteDef]:
        sellers = partial(self.pages.seller_required, self.visitors)
        file = STUDIO_OFFER + "/files/{file:[a-z0-9]{16}}"
        return [
            web.post(STUDIO_OFFERS, sellers(self.begin)),
            web.get(STUDIO_PRICE, sellers(self.price)),
            web.post(f"{STUDIO_OFFER}/draft", sellers(self.save)),
            web.post(f"{STUDIO_OFFER}/files", sellers(self.upload)),
            web.post(file, sellers(self.arrange)),
            web.get(f"{file}/small", sellers(self.thumbnail)),
        ]

    async def begin(self, request: web.Request, visitor: SessionUser) -> web.Response:
        form = await self.visitors.csrf_form(request)
        offer = await self.edit_draft.begin(visitor.user, form.get("form", ""))
        return self.pages.redirect(self.site.studio_offer(offer))

    async def price(self, request: web.Request, visitor: SessionUser) -> web.Response:
        """While somebody types it: what it is, or why it cannot be charged."""
        language = load_languages()[visitor.language]
        try:
            price = parse_price_only(request.query.get("typed", ""), self.currency)
        except UserError as refusal:
            return web.json_response({"problem": language.spoken(refusal.words)})
        left = self.fees.net_of(price)
        told = {"price": language.amount(str(price))}
        return web.json_response(told | ({"left": language.amount(str(left))} if left else {}))

    async def save(self, request: web.Request, visitor: SessionUser) -> web.Response:
        """Whatever else the form asks for, nothing that was typed is lost."""
        form = await self.visitors.csrf_form(request)
        typed = typed_in(form)
        rooms = form.getall("rooms", [])
        rooms += typed.get("room", "").replace(",", " ").split()
        offer = _offer_in(request)
        try:
            problems = await self._do(visitor.user, offer, typed, rooms)
        except UserError as refusal:
            problems = [refusal.words]
        if problems:
            return await self._again(request, visitor, problems, typed, rooms)
        if typed.get("do") == "discard":
            return self.pages.redirect(self.site.path(STUDIO))
        return self.pages.redirect(
            f"{self.site.studio_offer(offer)}?done={typed.get('do', '')[:10]}"
        )

    async def _do(
        self, seller: UserId, offer: OfferId, typed: Mapping[str, str], rooms: list[str]
    ) -> list[str]:
        """Return all that is the matter with what was typed, so that it is told at once. Raises UserError."""
        if typed.get("do") == "discard":
            await self.edit_draft.discard(seller, offer)
            return []
        price, text, shown = (typed.get(name, "") for name in ("price", "text", "seen"))
        sells = typed.get("do") in {"publish", "plan"}
        priced = partial(parse_price_only, price, self.currency)
        problems = _refusals(partial(fitting_text, text), *([priced] if price.strip() else []))
        if not problems:
            await self.edit_draft.word(seller, offer, price, text, shown)
        if sells:
            unpriced = [] if price.strip() else [priced]
            problems += _refusals(*unpriced, partial(require_rooms, rooms))
        if problems:
            return problems
        match typed.get("do"):
            case "publish":
                await self.publish_offer(seller, offer, rooms)
            case "plan":
                when, zone = typed.get("when", ""), typed.get("zone", "")
                await self.schedule_sale.in_browser(seller, offer, rooms, when, zone)
            case "keep_location" | "remove_location" as choice:
                keep = choice == "keep_location"
                await self.edit_draft.change(
                    seller, offer, lambda draft: draft.with_keep_location(keep)
                )
            case "unplan":
                await self.schedule_sale.cancel(seller, offer)
        return []

    async def upload(self, request: web.Request, visitor: SessionUser) -> web.Response:
        """The token stands before the files in the form, so nothing is taken of a form that is not ours."""
        offer, words, problems, number = _offer_in(request), dict[str, str](), list[str](), 0
        async for name, part in iter_parts(request):
            if not isinstance(part, UploadedFile):
                words[name] = part
                continue
            self.visitors.verify_csrf(request, words.get("token"))
            id_ = upload_id(offer, words.get("form", ""), number)
            number += 1
            try:
                upload = Upload(id=id_, name=part.name, mimetype=part.mimetype)
                await self.upload_to_draft(visitor.user, offer, upload, part.chunks)
            except (NotYourDraft, TooManyAttachments) as refusal:
                problems.append(refusal.words)
                break
            except UserError as refusal:
                problems.append(
                    gettext_lazy("“{name}” was left out: {why}", name=part.name, why=refusal.words)
                )
        if "text/html" not in request.headers.get("Accept", ""):
            if problems:
                told = load_languages()[visitor.language].spoken(concat(problems))
                return web.json_response({"error": told}, status=HTTPStatus.CONFLICT)
            return web.json_response({})
        if problems:
            return await self._again(request, visitor, problems)
        return self.pages.redirect(self.site.studio_offer(offer))

    async def arrange(self, request: web.Request, visitor: SessionUser) -> web.Response:
        form = await self.visitors.csrf_form(request)
        offer, file = _offer_in(request), AttachmentId(request.match_info["file"])
        change = _arrangements(file, form.get("place", "")).get(form.get("do", ""))
        try:
            if change is not None:
                await self.edit_draft.change(visitor.user, offer, change)
        except UserError as refusal:
            return await self._again(request, visitor, [refusal.words])
        return self.pages.redirect(f"{self.site.studio_offer(offer)}#files")

    async def thumbnail(self, request: web.Request, visitor: SessionUser) -> web.StreamResponse:
        file = AttachmentId(request.match_info["file"])
        small = await self.view.thumbnail(visitor.user, _offer_in(request), file)
        if small is None:
            raise web.HTTPNotFound
        answer = web.StreamResponse(headers={"Content-Type": small.mimetype})
        return await send(request, answer, small.chunks, size=small.size)

    async def show(self, request: web.Request, visitor: SessionUser) -> web.Response | None:
        """None for what is no draft of the visitor's."""
        sheet = await self.view.sheet(visitor.user, _offer_in(request))
        return self._page(sheet, visitor, done=request.query.get("done")) if sheet else None

    async def _again(
        self,
        request: web.Request,
        visitor: SessionUser,
        problems: list[str],
        typed: Mapping[str, str] | None = None,
        rooms: Sequence[str] | None = None,
    ) -> web.Response:
        """The page once more, with what is the matter and with what was typed."""
        sheet = await self.view.sheet(visitor.user, _offer_in(request))
        if sheet is None:
            return self.pages.unknown_offer(visitor)
        return self._page(sheet, visitor, problems=problems, typed=typed, chosen=rooms)

    def _page(
        self,
        sheet: DraftDetails,
        visitor: SessionUser,
        *,
        done: str | None = None,
        problems: Sequence[str] = (),
        typed: Mapping[str, str] | None = None,
        chosen: Sequence[str] | None = None,
    ) -> web.Response:
        offer = sheet.offer
        meant = [sheet.rooms[0].room] if len(sheet.rooms) == 1 else []
        meant = list(offer.schedule.rooms) if offer.schedule else meant
        return self.pages.page(
            "studio/composer.html",
            HTTPStatus.CONFLICT if problems else HTTPStatus.OK,
            policy=self.site.policy(opens_files=True),
            visitor=visitor,
            sheet=sheet,
            offer=offer,
            contents=summary_line(offer.paid) if offer.paid else "",
            all_contents=summary_line(offer.attachments) if offer.attachments else "",
            teaser=next((each.teaser for each in offer.paid if each.teaser), None),
            done=done,
            problems=problems,
            typed=typed or {},
            chosen=meant if chosen is None else chosen,
            address=self.site.studio_offer(offer.id),
            zones=zones(),
            prices=self.site.path(STUDIO_PRICE),
            form=secrets.token_urlsafe(12),
            currency=self.currency.upper(),
        )


def _offer_in(request: web.Request) -> OfferId:
    """One that nobody has for what is no code at all."""
    return parse_code(request.match_info["offer"]) or OfferId("")


def _refusals(*checks: Callable[[], object]) -> list[str]:
    """Return what each of the checks that refuse says."""
    found = []
    for check in checks:
        try:
            check()
        except UserError as refusal:
            found.append(refusal.words)
    return found


def _arrangements(file: AttachmentId, place: str) -> dict[str, Change]:
    """`place`: from 1."""
    placed = int(place) - 1 if _PLACE.fullmatch(place) else 0
    return {
        "to": lambda draft: draft.with_attachment_at(file, placed),
        "free": lambda draft: draft.with_attachment_changed(file, Attachment.as_preview),
        "paid": lambda draft: draft.with_attachment_changed(file, Attachment.as_paid),
        "up": lambda draft: draft.reordered(file, -1),
        "down": lambda draft: draft.reordered(file, 1),
        "remove": lambda draft: draft.without_attachment(file),
    }
