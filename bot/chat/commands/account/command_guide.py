"""How each command is written, and what it does: `!ppv help price` says it."""

from bot.i18n import gettext_lazy
from bot.messages import Usage

GUIDE: dict[str, tuple[Usage, ...]] = {
    "buy": (
        Usage(
            "buy K7QM2-XPA4E",
            "sends you your own link to pay for that offer, or the files if it is yours",
        ),
    ),
    "library": (
        Usage("library", "lists what you bought"),
        Usage("library K7QM2-XPA4E", "sends it once more"),
    ),
    "shop": (
        Usage("shop", "lists what is on sale in the room where you write it"),
        Usage(gettext_lazy("shop harbour"), gettext_lazy("lists what speaks of a harbour")),
    ),
    "give": (
        Usage(
            "give K7QM2-XPA4E @bob:example.org", "lets somebody have what you sell, for no money"
        ),
    ),
    "share": (
        Usage("share K7QM2-XPA4E", "gives you the link to an offer, and a QR code to be scanned"),
    ),
    "pin": (Usage("pin", "keeps a list of what is on sale pinned in the room where you write it"),),
    "claim": (
        Usage("claim 123456", "opens what you bought in the browser that shows this code"),
        Usage("claim stop", "closes it again in every browser"),
    ),
    "cancel": (
        Usage(
            "cancel K7QM2-XPA4E", "gives a purchase back for its money, as long as the law lets you"
        ),
        Usage(
            "cancel K7QM2-XPA4E ask it is blurred",
            "asks the seller to take it back, once the law does not",
        ),
    ),
    "report": (
        Usage(
            gettext_lazy("report K7QM2-XPA4E it is my photo"),
            gettext_lazy("tells the people who run this what is wrong with an offer"),
        ),
    ),
    "forget-me": (Usage("forget-me", "tells what it means to be forgotten, and how it is done"),),
    "identity": (
        Usage("identity", "tells whether I know your encryption identity"),
        Usage("identity confirm", "says that a new one is yours"),
    ),
    "lang": (
        Usage("lang", "tells which languages I speak"),
        Usage("lang deutsch", "has me speak German with you in our direct chat"),
    ),
    "price": (
        Usage("price {price}", "puts a price on your draft"),
        Usage("price K7QM2-XPA4E {price}", "changes the price of an offer that is on sale"),
    ),
    "text": (
        Usage(
            gettext_lazy("text Sunset over the harbour"),
            gettext_lazy("sets the words of your draft, for all to read"),
        ),
    ),
    "free": (Usage("free 2", "makes file 2 of your draft a preview for everybody"),),
    "paid": (Usage("paid 2", "makes file 2 of your draft one that is paid for"),),
    "location": (
        Usage("location keep", "leaves place and camera in photos that you send next"),
        Usage("location remove", "takes them out again"),
    ),
    "remove": (Usage("remove 3", "takes file 3 out of your draft"),),
    "draft": (Usage("draft", "shows your draft, and what is still missing"),),
    "preview": (Usage("preview", "shows your draft as others will see it"),),
    "publish": (
        Usage("publish #photos:example.org", "puts your draft on sale in that room, or in several"),
        Usage(
            "publish #photos:example.org at 2026-12-01 18:00 Europe/Berlin",
            "does it at that time; without a zone, UTC is meant",
        ),
    ),
    "scheduled": (
        Usage("scheduled", "lists what goes on sale later, and when"),
        Usage("scheduled K7QM2-XPA4E 2026-12-01 19:00", "sets another time"),
        Usage("scheduled K7QM2-XPA4E cancel", "makes it a draft again"),
    ),
    "discard": (Usage("discard", "throws your draft away"),),
    "done": (Usage("done", "says that all files of what you sell in this room are sent"),),
    "withdraw": (
        Usage("withdraw K7QM2-XPA4E", "takes an offer off sale; whoever bought it keeps it"),
    ),
    "refund": (
        Usage("refund S-K7QM2-XPA4E", "gives a buyer the money back"),
        Usage(
            gettext_lazy("refund S-K7QM2-XPA4E 2.50 sorry"),
            gettext_lazy("gives a part of it back, and says why"),
        ),
    ),
    "stats": (
        Usage("stats", "tells how your offers do"),
        Usage("stats K7QM2-XPA4E", "tells how one of them does"),
    ),
    "export": (
        Usage("export", "sends you all that I keep about you, as a file"),
        Usage("export sales", "sends a seller a table of all sales"),
        Usage("export 2026-11 json", "sends those of a month, for programs"),
    ),
    "studio": (
        Usage("studio", "opens your own pages in a browser"),
        Usage("studio stop", "signs all your browsers out"),
    ),
    "keep": (
        Usage(
            "keep K7QM2-XPA4E", "keeps what I have told you that I remove, because nobody needs it"
        ),
    ),
    "page": (
        Usage("page on harbour-photos", "opens a page of yours for everybody, under that name"),
        Usage("page show K7QM2-XPA4E", "puts an offer on it; a room, all that you sell there"),
        Usage("page hide K7QM2-XPA4E", "takes it away again"),
        Usage(
            gettext_lazy("page about Harbours at night"),
            gettext_lazy("puts a few words at its top"),
        ),
        Usage("page off", "closes it"),
    ),
    "widget": (
        Usage("widget", "shows your own pages beside our chat, in apps that can"),
        Usage("widget off", "takes them out again"),
    ),
    "connect": (Usage("connect", "opens your own account for the money of your sales"),),
    "help": (
        Usage("help", "tells what you can say"),
        Usage("help payment", "tells whom to ask about money"),
    ),
}
"""By command. Admins have a list of their own, in their room."""
