"""From a telephone to a desk and back, through all that is in between: Kannel or Asterisk, Redis, every process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.incident.timeline import Kind
from gateway.store import Store
from tests.live.city import City
from tests.live.desk import Desk
from tests.live.parts import Parts
from tests.live.plain_desk import PlainDesk
from tests.live.sms_city import SmsCity
from tests.live.wait import until

WRITER, VICTIM = "+6281200000001", "+6281200000002"


@pytest.fixture(scope="module")
def sms_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmsCity]:
    city = SmsCity(tmp_path_factory.mktemp("writing"))
    try:
        yield city.start()
    finally:
        city.stop()


@pytest.fixture
def police(sms_city: SmsCity) -> Iterator[PlainDesk]:
    sms_city.store.redis.flushall()
    desk = PlainDesk(sms_city.environ, "110-1")
    desk.hear("on_duty")
    yield desk
    desk.end()


def arrived(city: SmsCity, number: str) -> list[str]:
    return [message.text for message in city.network.arrived(number)]


def test_a_text_reaches_the_right_desk_is_answered_there_and_closed(sms_city: SmsCity, police: PlainDesk) -> None:
    sms_city.network.write(WRITER, "motor saya dibegal di kel cipinang mlayu, orangnya masih di sini")
    waits = police.waits()
    incident = waits["incident"]
    assert (waits["nature"], "Cipinang Melayu" in waits["place"]) == ("crime", True)
    police.say(f"accept {incident}")
    police.hear("done", command="accept")
    police.say(f"write {incident} Lagi di mana persisnya?")
    police.hear("done", command="write")
    until(lambda: "Lagi di mana persisnya?" in arrived(sms_city, WRITER), what="the reply is on the telephone")
    sms_city.network.write(WRITER, "depan indomaret pak")
    until(
        lambda: any("depan indomaret pak" in str(line) for line in police.hear("case", incident=incident).values()),
        what="the answer is at the desk",
    )
    police.say(f"close {incident} helped")
    police.hear("done", command="close")
    told = sms_city.store.timeline(incident)
    kinds = {entry.kind for entry in told}
    assert {Kind.OPENED, Kind.MESSAGE, Kind.FILED, Kind.HANDED_OFF, Kind.ACCEPTED, Kind.REPLY, Kind.CLOSED} <= kinds
    until(lambda: _undelivered(sms_city.store, incident) == set(), what="every receipt has come")


def _undelivered(store: Store, incident: str) -> set[object]:
    told = store.timeline(incident)
    # What the gateway was about to say of itself is dropped when a desk is quicker.
    done = {entry.data["reply"] for entry in told if entry.data.get("status") in ("delivered", "muted")}
    return {entry.data["reply"] for entry in told if entry.kind is Kind.REPLY} - done


def test_who_must_not_be_heard_gets_nothing_until_a_person_writes(sms_city: SmsCity, police: PlainDesk) -> None:
    sms_city.network.write(VICTIM, "suami mulai lagi, anak2 ngumpet di kamar. jangan telpon dia ada di sini")
    waits = police.waits()
    assert (waits["nature"], waits["silent"], waits["priority"]) == ("violence", True, 1)
    incident = waits["incident"]
    until(lambda: any(e.kind is Kind.MUTED for e in sms_city.store.timeline(incident)))
    police.say(f"accept {incident}")
    police.hear("done", command="accept")
    assert arrived(sms_city, VICTIM) == []


def test_a_long_text_in_two_alphabets_is_at_the_desk_as_it_was_written(sms_city: SmsCity, police: PlainDesk) -> None:
    text = "ada orang jatuh dari motor, " * 4 + "luka 🩹 di kepala, " * 3 + "tolong é"
    encoded = text.encode("utf-16-be")
    pieces = [encoded[at : at + 134] for at in range(0, len(encoded), 134)]
    for number, piece in reversed(list(enumerate(pieces, 1))):
        sms_city.network.write_part("+6281200000003", piece, 7, len(pieces), number)
    store = sms_city.store
    until(lambda: store.recent(1) and _texts(store, store.recent(1)[0].id) == [text], what="the text is whole")


def _texts(store: Store, incident: str) -> list[str]:
    latest = {e.data["message"]: str(e.data["text"]) for e in store.timeline(incident) if e.kind is Kind.MESSAGE}
    return list(latest.values())


def test_a_call_of_the_same_number_joins_the_incident_of_a_message(city: City, parts: Parts) -> None:
    parts.start("redis", "agi", "ami", "messages")
    store = Store(parts.settings)
    store.redis.flushall()
    network = Desk("network", "", city.asterisk.address, host="127.0.0.3")
    text = b"suami saya mukulin saya"
    reply = network.request(
        "MESSAGE", "", "Content-Type: text/plain", to="sip:112@127.0.0.1", from_user=WRITER, body=text
    )
    network.close()
    assert reply.start.startswith("SIP/2.0 202")
    # Calls of earlier tests that ended unseen may get their incidents now.
    (incident,) = until(lambda: [i.id for i in store.recent(9) if i.queue and i.messages], what="it is handed off")
    city.desk("112-1")
    city.call(number=WRITER, address="127.0.0.3").answered()
    until(lambda: store.incident(incident).contacts == 2, what="the call has joined it")
    assert [i.id for i in store.recent(9) if i.number == WRITER] == [incident]
    # Who presses nothing is still the one who wrote of violence.
    until(lambda: store.incident(incident).queue == "110" and store.incident(incident).priority == 1)
