"""Threads from their first text to their last answer, with the real reader, rules and phrases, and no server."""

import pytest

from gateway.contact import IncomingMessage
from gateway.evidence import describe
from gateway.evidence.message_place import claims
from gateway.gazetteer import gazetteer
from gateway.incident.report import Caller, Nature, Report
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
        opened = (e for e in reversed(self._journal.entries) if e.kind is Kind.OPENED and e.incident != incident)
        return next((self._journal.incident(entry.incident) for entry in opened), None)

    def add(self, entries, jobs=()):
        self._journal.add(entries, jobs)


class Town:
    """Who writes, and what comes of it."""

    def __init__(self):
        self.journal, self.now, self.count = Notebook(), NOW, 0
        self.incident = "i1"
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

    def write(self, text, after=30.0, late=0.0):
        """The phrase that is answered, or why none is."""
        self.now += after
        self.count += 1
        message = IncomingMessage(
            id=f"kannel:a:{self.count}", channel="kannel", connector="a", caller=Caller(WRITER, "a", WRITER),
            writer=WRITER, destination="112", text=text, at=self.now, sent_at=self.now - late,
        )  # fmt: skip
        (filed,) = self.intake.take(self.incident, [message], self.now)
        answer = self.answers.consider(self.incident, self.now, filed.reading)
        if answer.phrase:
            self.sent()
        return answer.phrase or answer.silence

    def sent(self):
        reply = self.of(Kind.REPLY)[-1].data["reply"]
        data = {"reply": reply, "status": "sent"}
        self.journal.add([Entry(self.incident, Kind.DELIVERY, self.now, data, f"{reply}:sent")])

    def call(self, **filed):
        """A call of the same number, filed and handed off by its rule."""
        self.now += 30
        report = Report(**filed)
        data = {"medium": "call", "nature": report.nature.value, "silent": report.silent}
        route = RULEBOOK.rules.choose(report).route
        handed_off = {"queue": route.queue, "priority": route.priority, "inform": list(route.inform), "medium": "call"}
        handed_off["wait_at_most"] = route.wait_at_most
        opened = {"medium": "call", "number": WRITER}
        told = {Kind.OPENED: opened, Kind.FILED: data, Kind.HANDED_OFF: handed_off, Kind.ENDED: {}}
        self.journal.add([Entry(self.incident, kind, self.now, data, "", "call") for kind, data in told.items()])

    def close(self):
        """A desk closes the case; what comes next is another."""
        self.journal.add([Entry(self.incident, Kind.CLOSED, self.now, {"by": "desk:110-1"})])
        self.incident += "+"

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


@pytest.mark.parametrize("text", ["tolong", "promo pulsa murah klik sini", "ga jadi, salah nomor"])
def test_what_is_written_after_a_silent_call_is_as_urgent_and_asked_first_whether_it_is_safe(town, text):
    town.call(silent=True)
    assert town.write(text) in ("safe", "takeover")
    assert town.handed_off[:2] == ("112", 2)
    handed_off = town.of(Kind.HANDED_OFF)[-1].data
    assert (handed_off["rule"], handed_off["wait_at_most"]) == ("silent", 30)
    assert town.journal.incident("i1").silent


def test_a_silent_wish_is_not_taken_back_by_a_later_call(town):
    town.write("jangan telpon, suami saya mukulin saya, dia ada di sini")
    town.call(nature=Nature.VIOLENCE)
    assert town.journal.incident("i1").silent


@pytest.mark.parametrize("text", ["halo?", "halo, ada promo pulsa?", "makasih ya pak"])
def test_seconds_after_a_case_of_violence_was_closed_it_may_go_on(town, text):
    town.write("tlg suami sy mukulin sy trs")
    town.close()
    assert town.write(text, after=6.0) == "safe"
    queue, priority, inform = town.handed_off
    assert (queue, priority) == ("112", 2)
    assert inform == {"110", "ppa"}
    before = town.journal.incident(town.incident).before
    assert (before.incident, before.nature) == ("i1", "violence")


@pytest.mark.parametrize("text", ["suami mukulin saya, jangan telpon dia ada di sini", "rumah kebakaran. STOP"])
def test_who_was_to_be_answered_no_more_is_not_answered_in_the_next_case_either(town, text):
    town.write("suami saya mukulin saya")
    town.write(text)
    assert town.of(Kind.MUTED)
    before = len(town.of(Kind.REPLY))
    town.close()
    assert town.write("halo?", after=6.0) == "muted"
    town.close()
    assert town.write("halo?", after=3000.0) == "muted"
    assert len(town.of(Kind.REPLY)) == before
    assert town.handed_off[:2] == ("112", 2)


def test_the_next_case_after_a_fire_that_was_closed_is_answered_as_any_other(town):
    town.write("rumah tetangga kebakaran di kelurahan rawa badak utara!!")
    town.close()
    assert town.write("promo pulsa murah klik sini") == "hello"
    assert town.handed_off == ("112", 5, set())


def test_what_was_long_under_way_is_with_a_desk_and_not_answered(town):
    assert town.write("tlg suami sy mukulin sy", late=20 * 3600) == "late"
    assert town.handed_off[:2] == ("110", 1)
    assert town.of(Kind.MESSAGE)[-1].data["late"] == 20 * 3600
    assert town.write("halo") == "safe"


def test_no_answer_tells_what_it_is(town):
    for text in ("suami saya mukulin saya", "tolong", "kebakaran", "iya", "di tebet"):
        town.write(text)
    said = " ".join(str(entry.data["text"]).lower() for entry in town.of(Kind.REPLY))
    for word in ("112", "polisi", "kekerasan", "darurat", "laporan", "http", "ambulans", "damkar"):
        assert word not in said


def test_what_a_desk_unmuted_stays_so_until_something_new_is_written(town):
    town.write("suami saya mukulin saya")
    town.write("ga jadi, salah nomor")
    town.now += 1
    town.journal.add([Entry("i1", Kind.UNMUTED, town.now, {"by": "desk:110-1"}, "unmuted")])
    town.answers.consider("i1", town.now + 1)
    assert len(town.of(Kind.MUTED)) == 1
    town.write("udah ga usah, ga jadi")
    assert len(town.of(Kind.MUTED)) == 2
