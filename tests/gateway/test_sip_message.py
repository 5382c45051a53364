"""SIP messages that the dialplan noted, and how they are taken; Asterisk's database is a dictionary here."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from gateway.channels.ami_actions import ActionRefused, Actions
from gateway.channels.sip_message import FAMILY, TEXTS, UNREADABLE, Taker, read_note, user
from gateway.incident.timeline import Kind
from gateway.messages.part import INCOMING, Part
from tests.notebook import Notebook

RECORDED = Path(__file__).parent.parent / "recorded" / "sip_message"
NOW = 1_750_000_100.0
KEY = "1750000000-7-1-a1b2c3"


def note(at="1750000000.250", trunk="telkom", sender="<sip:+6281200000001@ims.example>", asserted="", to="pjsip:112@x",
         call_id="a1b2c3", sequence="1", kind="text/plain", length=""):  # fmt: skip
    return "|".join(quote(value) for value in (at, trunk, sender, asserted, to, call_id, sequence, kind, length))


class Database(Actions):
    """Asterisk's manager, as far as its database goes."""

    def __init__(self):
        self.kept = {}

    def put(self, key, note, text):
        self.kept[FAMILY, key] = note
        self.kept[TEXTS, key] = text

    def database(self, family):
        return {key: value for (own, key), value in self.kept.items() if own == family}

    def delete(self, family, key):
        if self.kept.pop((family, key), None) is None:
            raise ActionRefused("Database entry not found")


def test_a_message_is_read_as_the_dialplan_noted_it():
    text = 'dia di sini 🌊 "q" ,;|\n\nline2'
    assert read_note(KEY, note(), quote(text), NOW) == Part(
        "sip_message", "telkom", "a1b2c3-1", "+6281200000001", "112", text.encode(), "utf-8", 1_750_000_000.25
    )


@pytest.mark.parametrize("file", sorted(RECORDED.glob("*.json")), ids=lambda file: file.stem)
def test_a_request_as_asterisk_noted_it(file):
    recorded = json.loads(file.read_text(encoding="utf-8"))
    part = read_note(recorded["key"], recorded["note"], recorded["noted_text"], 4e9)
    text = UNREADABLE if recorded["text"] is None else recorded["text"]
    assert recorded["answer"] == "SIP/2.0 202 Accepted"
    assert (part.body.decode(part.charset), part.source, part.destination) == (
        text, recorded["source"], recorded["destination"],
    )  # fmt: skip
    assert part.connector == "neighbour"


def test_the_networks_assertion_of_who_writes_counts_before_the_writers_own():
    part = read_note(KEY, note(asserted='"x" <sip:+6281200000009@ims.example;user=phone>'), "x", NOW)
    assert part.source == "+6281200000009"


@pytest.mark.parametrize(
    ("uri", "number"),
    [
        ("<sip:+6281200000001@ims.example>", "+6281200000001"),
        ('"Ibu, a;b" <sips:0812-0000-0001;phone-context=x@ims.example>;tag=1', "0812-0000-0001"),
        ("tel:+62-812-0000-0001;phone-context=x", "+62-812-0000-0001"),
        ("pjsip:tel:112>", "112"),
        ("<sip:%2B6281200000001@x>", "+6281200000001"),
        ("", ""),
        ("anonymous", ""),
        ("<sip:@x>", ""),
    ],
)
def test_the_user_of_a_uri(uri, number):
    assert user(uri) == number


def test_what_is_no_utf8_is_latin_1():
    assert read_note(KEY, note(), "caf%E9", NOW).charset == "latin-1"
    assert read_note(KEY, note(kind='text/plain; Charset="ISO-8859-1"'), "cafe", NOW).charset == "latin-1"
    assert read_note(KEY, note(kind="text/plain;charset=UTF-8"), quote("café"), NOW).charset == "utf-8"


def test_of_a_text_that_asterisk_could_not_pass_on_it_is_told_that_it_came():
    assert read_note(KEY, note(length="1300"), "", NOW).body == UNREADABLE.encode()
    assert read_note(KEY, note(length="0"), "", NOW).body == b""


@pytest.mark.parametrize("garbled", ["", "|", "x", "|||||||||||||||||", "99999999999|t", "%", note(at="never")])
def test_a_garbled_note_is_still_a_message(garbled):
    part = read_note(KEY, garbled, "tolong", NOW)
    assert (part.body, part.at <= NOW) == (b"tolong", True)
    assert part.id


def test_messages_are_taken_once_and_in_the_order_they_came():
    asterisk, journal = Database(), Notebook()
    for count in (9, 10, 11, 100):
        asterisk.put(f"1750000000-{count}-1-c{200 - count}", note(call_id=f"c{count}"), f"text%20{count}")
    asterisk.put("1749999999-101-1-c1", note(at="1749999999.999", call_id="c0"), "text")
    taker = Taker(asterisk, journal)
    assert taker.take(NOW) == 5
    assert [entry.data["id"] for entry in journal.entries] == ["c0-1", "c9-1", "c10-1", "c11-1", "c100-1"]
    assert {(entry.incident, entry.kind) for entry in journal.entries} == {(INCOMING, Kind.RECEIVED)}
    assert asterisk.kept == {}
    assert taker.take(NOW) == 0


def test_an_empty_text_leaves_no_value_to_forget():
    asterisk, journal = Database(), Notebook()
    asterisk.kept[FAMILY, KEY] = note()
    assert Taker(asterisk, journal).take(NOW) == 1
    assert asterisk.kept == {}


class FullDisk(Notebook):
    def keep(self, entries):
        return False


def test_what_the_journal_lost_stays_with_asterisk():
    asterisk = Database()
    asterisk.put(KEY, note(), "tolong")
    assert Taker(asterisk, FullDisk()).take(NOW) == 0
    assert len(asterisk.kept) == 2
