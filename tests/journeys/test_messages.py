"""Threads from their first text to their last answer, with the real reader, rules and phrases, and no server."""

import pytest

from gateway.contact import IncomingMessage
from gateway.evidence import describe
from gateway.evidence.message_place import claims
from gateway.gazetteer import gazetteer
from gateway.incident.report import Caller
from gateway.incident.timeline import Entry, Kind
from gateway.messages.intake import MessageIntake
from gateway.messages.replies import Answers
from gateway.reading import knowledge
from gateway.rules import load
from gateway.settings import ROOT
from gateway.surroundings import Surroundings
from sms.reader import read
from tests.notebook import Notebook

NOW = 1_750_000_000.0
WRITER = "+6281200000001"
RULEBOOK = load(ROOT / "routing_rules.yaml")


class Ledger:
    """Keeps in the notebook what is filed."""

    def __init__(self, journal):
        self._journal = journal

    def timeline(self, incident):
        return list(self._journal.timeline(incident))

    def before(self, incident):
        opened = next((e for e in self._journal.entries if e.kind is Kind.OPENED and e.incident != incident), None)
        return self._journal.incident(opened.incident) if opened else None

    def add(self, entries, jobs=()):
        self._journal.add(entries, jobs)


class Town:
    """Who writes, and what comes of it."""

    def __init__(self):
        self.journal, self.now, self.count = Notebook(), NOW, 0
        surroundings = Surroundings(
            journal=self.journal,
            rulebook=lambda: RULEBOOK,
            gather=lambda call: [],
            names=gazetteer(),
            describe=describe,
            reference=lambda incident, now: "",
            read=lambda texts: read(texts, knowledge()),
            places=claims,
        )
        self.intake = MessageIntake(surroundings, Ledger(self.journal))
        self.answers = Answers(self.journal, lambda: RULEBOOK.policies)

    def write(self, text, after=30.0):
        """The phrase that is answered, or why none is."""
        self.now += after
        self.count += 1
        message = IncomingMessage(
            id=f"kannel:a:{self.count}", channel="kannel", connector="a", caller=Caller(WRITER, "a", WRITER),
            writer=WRITER, destination="112", text=text, at=self.now,
        )  # fmt: skip
        (filed,) = self.intake.take("i1", [message], self.now)
        answer = self.answers.consider("i1", self.now, filed.reading)
        if answer.phrase:
            self.sent()
        return answer.phrase or answer.silence

    def sent(self):
        reply = self.of(Kind.REPLY)[-1].data["reply"]
        self.journal.add([Entry("i1", Kind.DELIVERY, self.now, {"reply": reply, "status": "sent"}, f"{reply}:sent")])

    def of(self, kind):
        return [entry for entry in self.journal.entries if entry.kind is kind]

    @property
    def handed_off(self):
        data = self.of(Kind.HANDED_OFF)[-1].data
        return data["queue"], data["priority"], set(data["inform"])


@pytest.fixture
def town():
    return Town()


def test_who_is_beaten_is_first_and_is_asked_only_whether_it_is_safe(town):
    assert town.write("tlg suami sy mukulin sy trs, sy di kel cipinang mlayu") == "safe"
    assert town.handed_off == ("110", 1, {"ppa"})
    assert "Cipinang Melayu" in town.of(Kind.HANDED_OFF)[-1].data["place"]


def test_who_must_not_be_heard_is_answered_nothing(town):
    assert town.write("suami mulai lagi, anak2 ngumpet di kamar, jangan telpon dia ada di sini") == "silent_wish"
    assert town.handed_off[:2] == ("110", 1)
    assert town.of(Kind.REPLY) == []
    assert [entry.data["why"] for entry in town.of(Kind.MUTED)] == ["silent_wish"]


def test_another_hand_takes_nothing_back_and_is_answered_nothing(town):
    town.write("bapak saya mukulin ibu pake sabuk")
    assert town.write("ga jadi, salah nomor") == "takeover"
    assert town.handed_off[:2] == ("110", 1)
    assert [entry.data["nature"] for entry in town.of(Kind.FILED)] == ["violence", "violence"]


def test_who_bleeds_of_violence_gets_the_ambulance_first_and_both_others_know(town):
    town.write("suami saya nusuk saya, darahnya banyak banget")
    assert town.handed_off == ("118", 1, {"110", "ppa"})


def test_a_place_that_is_missing_is_asked_for_once(town):
    assert town.write("rumah tetangga kebakaran!!") == "where"
    assert town.handed_off[0] == "113"
    assert town.write("cepat apinya gede") not in ("where", "safe")
    town.write("di kelurahan rawa badak utara rt 3 rw 5")
    assert "Rawa Badak Utara" in str([entry.data for entry in town.of(Kind.EVIDENCE)])


def test_a_cry_for_help_may_be_violence_and_waits_at_the_operators(town):
    assert town.write("tolong") == "safe"
    assert town.handed_off[0] == "112"


def test_a_later_text_that_tells_more_moves_the_case(town):
    town.write("tolong pak")
    assert town.handed_off[0] == "112"
    town.write("mantan saya nungguin di depan pintu bawa pisau, katanya mau bunuh saya")
    assert town.handed_off[:2] == ("110", 1)


def test_stop_ends_what_we_answer_and_not_the_case(town):
    town.write("pacar saya ngancem nyebar foto saya")
    town.write("STOP")
    assert [entry.data["why"] for entry in town.of(Kind.MUTED)] == ["opt_out"]
    assert not town.of(Kind.CLOSED)
    before = len(town.of(Kind.REPLY))
    town.write("dia masih di luar")
    assert len(town.of(Kind.REPLY)) == before


def test_no_answer_tells_what_it_is(town):
    for text in ("suami saya mukulin saya", "tolong", "kebakaran", "iya", "di tebet"):
        town.write(text)
    said = " ".join(str(entry.data["text"]).lower() for entry in town.of(Kind.REPLY))
    for word in ("112", "polisi", "kekerasan", "darurat", "laporan", "http", "ambulans", "damkar"):
        assert word not in said
