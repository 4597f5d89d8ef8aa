"""People of the sandbox understand each other, in clear and in encrypted rooms."""

import pytest

from sandbox.clients import MatrixUser
from sandbox.sample_media import clip, photo
from tests.support.synapse.synapse_users import Company, Newcomers

encrypted_or_not = pytest.mark.parametrize("encrypted", [False, True])


async def two_in_a_room(
    newcomer: Newcomers, *, encrypted: bool
) -> tuple[str, MatrixUser, MatrixUser]:
    sally = await newcomer("sally")
    bob = await newcomer("bob", accepts_invites=True)
    room_id = await sally.create_room("Shop", invite=[bob.user_id], encrypted=encrypted)
    await sally.wait_for_member(room_id, bob.user_id)
    return room_id, sally, bob


@encrypted_or_not
async def test_both_sides_read_the_same_conversation(newcomer: Newcomers, encrypted: bool) -> None:
    room_id, sally, bob = await two_in_a_room(newcomer, encrypted=encrypted)
    greeting = await bob.wait_for_event(await sally.say(room_id, "Hallo\nBob"))
    picture = await sally.send_file(room_id, photo())
    await bob.reply(greeting, "What <is> it?")
    await bob.react(room_id, picture, "🔓")
    film = await sally.send_file(room_id, clip(), caption="and a film")
    await sally.edit(room_id, greeting.event_id, "Hello Bob")
    typo = await sally.say(room_id, "opps")
    await sally.redact(room_id, typo, "typo")
    last = await bob.reply(await bob.wait_for_event(film), "Thanks")
    await sally.wait_for_event(last)
    await bob.wait_for_event(last)
    assert greeting.encrypted is encrypted
    assert sally.read(room_id) == [
        "Sally: Hello Bob (edited)",
        f"Sally: [picture sunset.jpg, 1280 x 853, {len(photo().data) / 1000:.0f} kB]",
        "    🔓 1",
        "Bob: What <is> it?",
        f"Sally: [video sunrise.webm, 320 x 180, 0:02, {len(clip().data) / 1000:.0f} kB]",
        "    and a film",
        "Sally: (deleted)",
        "Bob: Thanks",
    ]
    assert bob.read(room_id) == sally.read(room_id)


async def test_a_reply_carries_the_quote_that_element_puts_in_front(company: Company) -> None:
    original = await company.buyer.wait_for_event(
        await company.seller.send_file(company.room_id, photo())
    )
    reply = await company.seller.wait_for_event(await company.buyer.reply(original, "!ppv 5 USD"))
    assert reply.body == f"> <{company.seller.user_id}> sent an image.\n\n!ppv 5 USD"
    assert reply.content["m.relates_to"] == {"m.in_reply_to": {"event_id": original.event_id}}


@encrypted_or_not
async def test_a_direct_room_is_found_from_both_sides(newcomer: Newcomers, encrypted: bool) -> None:
    sally, bob = await newcomer("sally"), await newcomer("bob")
    room_id = await sally.open_direct_room(bob.user_id, encrypted=encrypted)
    early = await sally.say(room_id, "before you came")
    assert bob.direct_room(sally.user_id) is None
    assert await bob.wait_for_direct_room(sally.user_id) == room_id
    assert sally.direct_room(bob.user_id) == room_id
    assert (await bob.wait_for_event(early)).body == "before you came"


async def test_a_second_device_reads_what_comes_after_it(newcomer: Newcomers) -> None:
    sally = await newcomer("sally")
    account = await newcomer.register("bob")
    phone = await newcomer.cast.log_in(account, accepts_invites=True)
    room_id = await sally.create_room("Shop", invite=[phone.user_id], encrypted=True)
    await sally.wait_for_member(room_id, phone.user_id)
    early = await phone.wait_for_event(await sally.say(room_id, "early"))
    laptop = await newcomer.cast.log_in(account)
    late = await phone.wait_for_event(await phone.say(room_id, "both of mine read this"))
    assert (await laptop.wait_for_event(late.event_id)).body == late.body
    assert not early.undecryptable
    unread = await laptop.wait_for(lambda event: event.event_id == early.event_id)
    assert unread.undecryptable
    assert laptop.read(room_id)[0] == "Sally: (unable to decrypt)"


async def test_power_lets_another_redact(company: Company) -> None:
    await company.seller.set_power(company.room_id, company.buyer.user_id, 50)
    said = await company.seller.say(company.room_id, "for the moderator")
    redaction = await company.buyer.redact(company.room_id, said, "moved")
    await company.bystander.wait_for_event(redaction)
    assert company.bystander.read(company.room_id) == ["Sally: (deleted)"]


async def test_waiting_in_vain_names_what_was_heard_instead(company: Company) -> None:
    said = await company.seller.say(company.room_id, "something else")
    await company.buyer.wait_for_event(said)
    with pytest.raises(TimeoutError, match="something else"):
        await company.buyer.wait_for(lambda event: event.body == "never said", seconds=0.1)
