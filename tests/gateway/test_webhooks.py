"""Agencies' own systems are told what happens: signed, in order, until they take it, and no more than they may know."""

from __future__ import annotations

import json
import textwrap
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.check.webhooks import problems
from gateway.incident.timeline import Entry, Job, Kind
from gateway.jobs import webhook as jobs
from gateway.jobs.follow_up import NotYet
from gateway.jobs.webhook import Untaken, notify, webhook
from gateway.rules import examine, load
from gateway.settings import ROOT, Settings
from gateway.webhooks.happenings import job_for, name_of
from gateway.webhooks.outbox import concerned
from tests.gateway.agency_system import SECRET, AgencySystem
from tests.gateway_in_process import made_up_settings

NUMBER = "+6281200000001"
RULES = (ROOT / "routing_rules.yaml").read_text(encoding="utf-8")


class Leases:
    """Who holds what; nothing runs out."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}

    def hold_lease(self, what: str, holder: str, seconds: float) -> bool:
        return self.held.setdefault(what, holder) == holder

    def drop_lease(self, what: str, holder: str) -> None:
        if self.held.get(what) == holder:
            del self.held[what]


class Paper:
    """A store of one incident."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.jobs: list[Job] = []
        self.messages = Leases()

    def timeline(self, incident: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.incident == incident]

    def add(self, entries: Sequence[Entry], jobs: Sequence[Job] = ()) -> list[bool]:
        known = {entry.key for entry in self.entries}
        self.entries += [entry for entry in entries if entry.key not in known]
        self.jobs += [job for job in jobs if job.key not in {other.key for other in self.jobs}]
        return [entry.key not in known for entry in entries]

    def outcomes(self) -> list[tuple[object, object]]:
        noted = [entry.data for entry in self.entries if entry.kind is Kind.NOTIFIED]
        return [(data["event"], data["outcome"]) for data in noted]


def rules_with(folder: Path, **webhooks: str) -> Path:
    """The rules as shipped, in which these agencies have webhooks."""
    text = RULES
    for agency, said in webhooks.items():
        head = f"\n  {agency.removeprefix('a')}:\n"
        assert head in text
        text = text.replace(head, f"{head}    webhook: {said}\n")
    file = folder / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    return file


class City:
    def __init__(self, folder: Path, system: AgencySystem, **webhooks: str):
        hook = json.dumps({"url": system.url})
        rules = rules_with(folder, **(webhooks or {"a110": hook, "a118": hook}))
        self.settings: Settings = made_up_settings(folder, rules=str(rules))
        self.secrets = folder / "webhooks.toml"
        self.secrets.write_text(f'110 = "{SECRET}"\n118 = "{SECRET}"\n', encoding="utf-8")
        self.store = Paper()
        self.system = system

    def happens(self, kind: Kind, after: float = 0.0, at: float | None = None, **data: object) -> Entry:
        when = (time.time() - 60 if at is None else at) + after
        entry = Entry("abc", kind, when, data, f"k{len(self.store.entries)}")
        self.store.add([entry])
        return entry

    def call(self, nature: str = "medical", queue: str = "118", at: float | None = None) -> Entry:
        """A call that is handed off; the entry of that."""
        self.happens(Kind.OPENED, 0, at, medium="call", number=NUMBER)
        self.happens(Kind.FILED, 1, at, nature=nature)
        return self.happens(Kind.HANDED_OFF, 2, at, rule=nature, queue=queue, priority=2, inform=[])

    def notify(self, entry: Entry) -> None:
        notify(self.settings, self.store, "abc", name_of(entry))  # type: ignore[arg-type]

    def tell(self, agency: str, entry: Entry) -> None:
        webhook(self.settings, self.store, "abc", agency, name_of(entry))  # type: ignore[arg-type]


@pytest.fixture
def system() -> Iterator[AgencySystem]:
    system = AgencySystem()
    yield system
    system.stop()


@pytest.fixture
def city(tmp_path, system):
    return City(tmp_path, system)


def test_a_hand_off_brings_a_job_and_what_is_no_agencys_business_none(city):
    entry = city.call()
    job = job_for(entry)
    assert job
    assert (job.name, job.arguments) == ("notify", ("abc", name_of(entry)))
    for kind in set(Kind) - {Kind.HANDED_OFF, Kind.INFORMED, Kind.LOCATED, Kind.CLOSED}:
        assert job_for(Entry("abc", kind, 0.0, {}, "k")) is None


def test_those_are_told_whom_it_concerns(city):
    handed_off = city.call()
    informed = city.happens(Kind.INFORMED, 3, agency="110")
    located, closed = city.happens(Kind.LOCATED, 4), city.happens(Kind.CLOSED, 5)
    elsewhere = city.happens(Kind.INFORMED, 6, agency="113")
    told, book = city.store.entries, load(city.settings.rules)
    assert concerned(handed_off, told, book) == ["118"]
    assert concerned(informed, told, book) == ["110"]
    assert concerned(located, told, book) == ["118", "110"]
    assert concerned(closed, told, book) == ["118", "110"]
    assert concerned(elsewhere, told, book) == []


def test_an_agency_that_answers_what_overflowed_to_it_is_told_of_the_rest(city):
    city.call(queue="113")
    located = city.happens(Kind.LOCATED, 3)
    city.happens(Kind.ANSWERED, 4, queue="110", desk="110-1")
    later = city.happens(Kind.LOCATED, 5)
    told, book = city.store.entries, load(city.settings.rules)
    assert concerned(located, told, book) == []
    assert concerned(later, told, book) == ["110"]


def test_each_agency_has_a_job_of_its_own(city):
    city.call()
    city.notify(city.happens(Kind.INFORMED, 3, agency="110"))
    city.notify(city.happens(Kind.CLOSED, 4))
    assert [(job.name, job.arguments[1]) for job in city.store.jobs] == [
        ("webhook", "110"), ("webhook", "118"), ("webhook", "110"),
    ]  # fmt: skip


def test_an_entry_that_is_not_there_yet_is_waited_for(city):
    with pytest.raises(NotYet):
        notify(city.settings, city.store, "abc", "0" * 16)


def test_what_is_told_is_signed_and_named(city, system):
    entry = city.call()
    city.tell("118", entry)
    (taken,) = system.came
    assert taken.path == "/hook"
    assert taken.is_signed_with(SECRET)
    assert not taken.is_signed_with("another-secret-of-somebody-else")
    assert abs(int(taken.headers["x-gateway112-timestamp"]) - time.time()) < 60
    assert taken.headers["x-gateway112-id"] == taken.told["id"]
    assert taken.headers["content-type"] == "application/json"
    assert taken.told["event"] == "handed_off"
    assert taken.told["incident"] == "abc"
    assert taken.told["agency"] == "118"
    assert str(taken.told["eido_url"]).startswith("https://gateway.test/eido/")
    assert taken.told["eido"]["incidentComponent"]["incidentTypeInternalCode"] == "medical"
    assert city.store.outcomes() == [("handed_off", "done")]


def test_while_a_secret_is_replaced_both_sign(city, system):
    city.secrets.write_text(f'118 = ["{SECRET[::-1]}", "{SECRET}"]\n', encoding="utf-8")
    city.tell("118", city.call())
    assert system.came[0].is_signed_with(SECRET)
    assert system.came[0].is_signed_with(SECRET[::-1])


def test_an_agency_that_may_not_know_of_violence_is_told_need_and_place(city, system):
    city.call("violence", "110")
    city.tell("118", city.happens(Kind.INFORMED, 3, agency="118"))
    body = system.came[0].body.decode()
    assert "violence" not in body
    assert NUMBER not in body
    assert system.came[0].told["eido"]["incidentComponent"]["incidentTypeInternalCode"] == "other"


def test_what_was_taken_is_not_told_again(city, system):
    entry = city.call()
    city.tell("118", entry)
    city.tell("118", entry)
    assert len(system.came) == 1


def test_things_are_told_in_their_order(city, system):
    city.call()
    city.happens(Kind.LOCATED, 3)
    city.tell("118", city.happens(Kind.CLOSED, 4))
    assert system.events == ["handed_off", "located", "closed"]
    assert len({taken.told["id"] for taken in system.came}) == 3


@pytest.mark.parametrize("status", [500, 503, 404, 401, 302, 0])
def test_what_is_not_taken_is_tried_again_under_the_same_name(city, system, status):
    entry = city.call()
    system.answers = status
    city.tell("118", entry)
    assert city.store.outcomes() == []
    (again,) = city.store.jobs
    assert again.after >= 5
    system.answers = 200
    webhook(city.settings, city.store, *again.arguments)
    assert city.store.outcomes() == [("handed_off", "done")]
    first, second = (taken.told["id"] for taken in system.came)
    assert first == second


def test_pauses_grow_with_what_has_passed(city, system):
    system.answers = 500
    pauses = []
    for age in (1, 60, 600, 7200, 30_000):
        city.store, at = Paper(), time.time() - age - 2
        city.tell("118", city.call(at=at))
        pauses.append(city.store.jobs[0].after)
    assert pauses == sorted(pauses)
    assert pauses[0] == pytest.approx(5, abs=1)
    assert pauses[-1] == 3600


def test_after_half_a_day_it_is_a_dead_letter_and_later_things_go_on(city, system):
    at = time.time() - 13 * 3600
    entry = city.call(at=at)
    later = city.happens(Kind.CLOSED, 10, at)
    system.answers = 500
    with pytest.raises(Untaken, match="answered 500"):
        city.tell("118", entry)
    assert city.store.outcomes() == [("handed_off", "failed")]
    system.answers = 200
    city.store.messages.held.clear()  # its time is over
    city.tell("118", later)
    assert system.events[-1] == "closed"
    # A person has it tried anew.
    city.tell("118", entry)
    assert system.events[-1] == "handed_off"
    assert ("handed_off", "done") in city.store.outcomes()


def test_what_is_given_up_before_another_one_holds_it_up_no_longer(city, system):
    at = time.time() - 13 * 3600
    city.call(at=at)
    later = city.happens(Kind.CLOSED, 12.9 * 3600, at)
    system.answers = 500
    city.tell("118", later)
    assert city.store.outcomes() == [("handed_off", "failed")]
    system.answers = 200
    webhook(city.settings, city.store, *city.store.jobs[-1].arguments)
    assert system.events[-1] == "closed"


def test_who_answers_too_late_has_not_taken_it(city, system, monkeypatch):
    monkeypatch.setattr(jobs, "WITHIN_SECONDS", 0.5)
    system.pause = 3.0
    city.tell("118", city.call())
    assert city.store.outcomes() == []
    system.pause, system.drips = 0.0, True
    began = time.monotonic()
    webhook(city.settings, city.store, *city.store.jobs[0].arguments)
    assert time.monotonic() - began < 5
    assert city.store.outcomes() == []


def test_one_agency_is_told_one_thing_at_a_time(city, system):
    entry = city.call()
    city.store.messages.hold_lease("webhook:118", "another", 20)
    city.tell("118", entry)
    assert system.came == []
    assert city.store.jobs[0].after >= 20


def test_after_a_failure_other_incidents_wait_and_other_agencies_do_not(city, system):
    entry = city.call()
    informed = city.happens(Kind.INFORMED, 3, agency="110")
    system.answers = 500
    city.tell("118", entry)
    assert city.store.messages.held == {"webhook:118": name_of(entry)}
    system.answers = 200
    city.tell("110", informed)
    assert city.store.messages.held == {"webhook:118": name_of(entry)}
    assert city.store.outcomes() == [("informed", "done")]


def test_nobody_there_is_a_failure_like_another(tmp_path):
    system = AgencySystem()
    system.stop()
    city = City(tmp_path, system)
    city.tell("118", city.call())
    assert city.store.jobs
    assert city.store.outcomes() == []


def test_without_a_secret_nothing_is_sent(city, system):
    city.secrets.write_text("", encoding="utf-8")
    city.tell("118", city.call())
    assert system.came == []
    assert city.store.jobs


@pytest.mark.parametrize("broken", ["rules.yaml", "webhooks.toml"])
def test_while_somebody_is_at_work_on_rules_and_secrets_nothing_is_given_up(city, system, broken):
    entry = city.call(at=time.time() - 13 * 3600)
    file = city.secrets.parent / broken
    good = file.read_text(encoding="utf-8")
    file.write_text("[[[", encoding="utf-8")
    city.tell("118", entry)
    if broken == "rules.yaml":
        city.notify(entry)
        assert [job.name for job in city.store.jobs] == ["webhook", "notify"]
    assert all(job.after >= 60 for job in city.store.jobs)
    file.write_text(good, encoding="utf-8")
    webhook(city.settings, city.store, *city.store.jobs[0].arguments)
    assert system.events == ["handed_off"]


def test_an_agency_whose_webhook_was_taken_away_is_left_alone(city, system):
    entry = city.call()
    rules_with(city.secrets.parent)
    city.tell("118", entry)
    assert system.came == []
    assert city.store.jobs == []


def test_a_certificate_that_nobody_vouches_for_is_refused_and_nothing_is_told(tmp_path):
    system = AgencySystem(self_signed(tmp_path))
    try:
        city = City(tmp_path, system)
        city.tell("118", city.call())
        assert system.came == []
        assert city.store.jobs
    finally:
        system.stop()


def test_a_certificate_of_an_authority_of_ours_is_taken(tmp_path, monkeypatch):
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    system = AgencySystem(certificate)
    try:
        city = City(tmp_path, system)
        city.tell("118", city.call())
        assert system.events == ["handed_off"]
    finally:
        system.stop()


def self_signed(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that is its own authority, and its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "agency.invalid")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "agency.crt"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    file.with_suffix(".key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    )
    return file


def test_events_are_chosen_in_the_rules(tmp_path, system):
    hook = json.dumps({"url": system.url, "events": ["closed"]})
    city = City(tmp_path, system, a118=hook)
    city.call()
    city.happens(Kind.LOCATED, 3)
    city.tell("118", city.happens(Kind.CLOSED, 4))
    assert system.events == ["closed"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("{url: 'http://agency.example/hook'}", "https"),
        ("{url: 'ftp://agency.example/hook'}", "https"),
        ("{url: 'https:///hook'}", "no host"),
        ("{url: 'https://user:word@agency.example/'}", "signed instead"),
        ("{url: 'https://agency.example/a b'}", "cannot be"),
        ("{events: [closed]}", "'url'"),
        ("{url: 'https://agency.example/', events: [opened]}", "opened"),
        ("{url: 'https://agency.example/', events: []}", "leave it out"),
        ("{url: 'https://agency.example/', event: closed}", "event"),
        ("https://agency.example/", "mapping"),
    ],
)
def test_a_webhook_that_cannot_be_is_refused_with_its_line(tmp_path, said, why):
    book, faults = examine(rules_with(tmp_path, a118=said))
    assert book is None
    assert any(why in str(fault) for fault in faults), faults
    assert all("rules.yaml:" in str(fault) for fault in faults)


@pytest.mark.parametrize("url", ["https://agency.example:8443/hook?a=b", "http://127.0.0.1:9/x", "http://localhost/x"])
def test_a_webhook_that_can_be_is_taken(tmp_path, url):
    book = load(rules_with(tmp_path, a118=f"{{url: '{url}'}}"))
    assert book.agencies["118"].webhook
    assert book.agencies["118"].webhook.url == url
    assert book.agencies["110"].webhook is None


def test_a_check_tells_what_is_wrong_with_the_secrets(city):
    book = load(city.settings.rules)
    assert list(problems(city.settings, book)) == []
    city.secrets.write_text('110 = "short"\nnobody = "a-secret-of-nobody-for-tests"\n', encoding="utf-8")
    found = list(problems(city.settings, book))
    assert len(found) == 3
    assert any("118" in line and "no secret" in line for line in found)
    assert any("shorter" in line for line in found)
    assert any("nobody" in line for line in found)
    assert not any(word == "short" for line in found for word in line.split())


def test_the_receivers_part_as_documented_knows_ours_from_others(city, system):
    text = (ROOT / "docs" / "handover.md").read_text(encoding="utf-8")
    code = text[text.index("    import hashlib, hmac, time") :].partition("\n\nKeep what came")[0]
    names: dict[str, object] = {}
    exec(textwrap.dedent(code), names)
    is_genuine = names["is_genuine"]
    assert callable(is_genuine)
    city.tell("118", city.call())
    (taken,) = system.came
    headers = {name.title(): value for name, value in taken.headers.items()}
    assert is_genuine(SECRET, headers, taken.body)
    assert not is_genuine(SECRET, headers, taken.body + b" ")
    assert not is_genuine("another-secret-of-somebody-else", headers, taken.body)
    assert not is_genuine(SECRET, headers | {"X-Gateway112-Timestamp": "1000"}, taken.body)
