"""`gateway112 dial`: a call as a user tries it, with a real client."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from gateway.http_request import perform
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Circle, Point
from gateway.incident.timeline import Kind
from gateway.running.doors import doors
from gateway.running.readiness import answers_http
from gateway.settings import ROOT
from gateway.store import Store
from gateway.trials.desk import Lookout
from tests.live.city import City
from tests.live.edge import EdgedCity
from tests.live.kannel_server import KannelServer
from tests.live.parts import Parts
from tests.live.wait import until
from tests.ports import free_port

pytest_plugins = ["tests.live.edge"]

CIPINANG, MONAS = "-6.2475,106.8915", "-6.1754,106.8272"
CELL = "3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=510101A2B2B8F2D1"


@dataclass
class Dialled:
    """What the command said, and its exit code."""

    code: int
    said: str
    complained: str

    @property
    def told(self) -> list[str]:
        """What happened, in its order, without times and details."""
        return [line[10:26].strip() for line in self.said.splitlines()]

    @property
    def incident(self) -> str:
        return next(line.split()[-1] for line in self.said.splitlines() if line[10:18] == "incident")

    def of(self, what: str) -> list[str]:
        """What was told of this, in its order."""
        return [line[28:] for line in self.said.splitlines() if line[10:26].strip() == what]


def dial(city: City, *words: str, **settings: object) -> Dialled:
    changed = {f"GATEWAY112_{name.upper()}": str(value) for name, value in settings.items()}
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "dial", *words],
        env={**os.environ, **city.environ, **changed}, cwd=ROOT,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return Dialled(done.returncode, done.stdout, done.stderr)


def test_where_no_desk_is_registered_one_is_played_and_answers(city: City, parts: Parts) -> None:
    call = dial(city, "2", "--stay", "1")
    assert call.code == 0, call.said + call.complained
    assert "no desk of 118 is registered: 118-2 is played" in call.said
    assert "desk 118-2 answered" in call.said
    order = ["trial desk", "opened", "pressed", "filed", "handed_off", "queued", "rang", "answered", "ended"]
    assert [what for what in call.told if what in order] == order


def test_a_browser_desk_where_nobody_is_on_duty_is_not_taken_for_one_that_answers(city: City, parts: Parts) -> None:
    lookout = Lookout(city.settings, "+6281200000001")
    assert not lookout.away
    assert not lookout.has_desks("112"), "112-2 is passed over and not registered"
    city.desk("112-2")
    assert lookout.has_desks("112")
    lookout.close()


def test_a_registered_desk_answers_by_itself(city: City, parts: Parts) -> None:
    desk = city.desk("110-1")
    call = dial(city, "11", "--stay", "1")
    assert call.code == 0, call.said + call.complained
    assert "desk 110-1 rings" in call.said
    assert "played" not in call.said
    assert desk.invitations


def test_a_caller_who_presses_nothing_reaches_the_operators_as_silent(city: City, parts: Parts) -> None:
    city.desk("112-1")
    call = dial(city, "--stay", "1")
    assert call.code == 0, call.said + call.complained
    assert "nature unknown, silent" in call.said


def test_no_number_is_told(city: City, parts: Parts) -> None:
    city.desk("118-1")
    call = dial(city, "2", "--stay", "0", "--number", "+62 812-0000-0042")
    assert call.code == 0, call.said + call.complained
    assert not re.search(r"\d{7}", re.sub(r"[0-9a-f]{24}", "", call.said))


def test_without_any_desk_the_code_says_that_nobody_answered(city: City, parts: Parts) -> None:
    call = dial(city, "2", "--no-trial-desk", "--limit", "6")
    assert call.code == 1
    assert "no desk within 6 s" in call.said


def test_with_the_store_away_the_call_is_answered_all_the_same(city: City, parts: Parts) -> None:
    city.desk("118-1")
    parts.kill("redis")
    try:
        call = dial(city, "2", "--stay", "0")
    finally:
        parts.start("redis")
    assert call.code == 0, call.said + call.complained
    assert "no timeline" in call.told
    assert "in the call" in call.told


@pytest.fixture(scope="module")
def edged_parts(whole_edged_city: EdgedCity) -> Iterator[Parts]:
    """The gateway behind an edge: all that has a part in where a caller is."""
    city = whole_edged_city
    with city.running("redis", "agi", "ami", "replay", "web", "locator", "messages") as parts:
        web = next(door for door in doors(city.settings) if door.service == "web")
        until(answers_http(web), what="the web application answers")
        yield parts


def evidence(city: City, incident: str) -> list[Evidence]:
    told = Store(city.settings).timeline(incident)
    return [Evidence.from_dict(entry.data) for entry in told if entry.kind is Kind.EVIDENCE]


def test_the_place_that_the_network_tells_is_in_the_hand_off_and_under_the_url(
    edged_city: EdgedCity, edged_parts: Parts
) -> None:
    call = dial(edged_city, "--place", f"{CIPINANG},30", "--stay", "0", "2")
    assert call.code == 0, call.said + call.complained
    assert "/location/" not in call.said, "an URL opens the place for whoever reads the terminal"
    [claim] = evidence(edged_city, call.incident)
    assert (claim.source, claim.shape) == ("pidf_lo", Circle(-6.2475, 106.8915, 30.0))
    assert claim.method == "", "nobody said how it was found"
    assert "Kec. Makasar, Jakarta Timur; -6.24750 106.89150; within 30 m" in call.of("evidence")[0]
    assert "radius 30 m" in call.of("handed_off")[0]
    assert "radius 30 m" in call.of("its URL tells")[0]
    assert call.told.index("evidence") < call.told.index("handed_off") < call.told.index("in the call")


def test_the_urls_are_printed_where_that_is_asked_for_and_open_the_incident(
    edged_city: EdgedCity, edged_parts: Parts
) -> None:
    call = dial(edged_city, "--place", f"{CIPINANG},30", "--stay", "0", "--urls", "2")
    assert call.code == 0, call.said + call.complained
    for what, words in (("location URL", b"106.8915"), ("EIDO URL", b"callComponent")):
        answer = perform("GET", call.of(what)[0], headers={}, within=5.0)
        assert (answer.status, words in answer.body) == (200, True)


def test_a_call_to_a_service_is_asked_no_nature_and_keys_are_heard(edged_city: EdgedCity, edged_parts: Parts) -> None:
    call = dial(edged_city, "--service", "sos.fire", "--stay", "0")
    assert call.code == 0, call.said + call.complained
    assert "urn:service:sos.fire" in call.of("dialling")[0]
    assert "nature fire" in call.of("filed")[0]
    keyed = dial(edged_city, "--service", "sos", "--stay", "0", "2")
    assert "nature medical" in keyed.of("filed")[0], keyed.said
    assert not evidence(edged_city, keyed.incident), "no place was told, and none is made up"


def test_a_test_call_is_answered_and_sent_back_and_opens_no_incident(edged_city: EdgedCity, edged_parts: Parts) -> None:
    call = dial(edged_city, "--service", "test.sos")
    assert call.code == 0, call.said + call.complained
    assert call.told == ["dialling", "answered", "sent back", "no incident"]


def test_a_document_and_a_cell_are_told_as_they_are(edged_city: EdgedCity, edged_parts: Parts) -> None:
    file = ROOT / "tests" / "fixtures" / "locations" / "circle.xml"
    call = dial(edged_city, "--pidf", str(file), "--cell", CELL, "--stay", "0", "2")
    assert call.code == 0, call.said + call.complained
    [claim] = evidence(edged_city, call.incident)
    assert claim.original == file.read_bytes()
    assert call.of("evidence_refused"), "no table knows this cell, and it is said"


def test_what_the_telephone_tells_after_the_hand_off_changes_the_place(
    edged_city: EdgedCity, edged_parts: Parts
) -> None:
    call = dial(edged_city, "--place", f"{CIPINANG},900", "--late", f"{MONAS},12", "--stay", "0", "2")
    assert call.code == 0, call.said + call.complained
    assert call.of("telephone") == ["tells where it is (AML) over HTTPS"]
    assert "radius 12 m" in call.of("located")[0]
    first, last = call.of("its URL tells")
    assert "radius 900 m" in first
    assert "radius 12 m" in last
    assert "Gambir" in last
    assert call.told.index("handed_off") < call.told.index("telephone") < call.told.index("located")


def test_where_a_network_for_texts_is_there_the_telephone_tells_it_by_sms(
    edged_city: EdgedCity, edged_parts: Parts
) -> None:
    kannel = KannelServer(edged_city.settings)
    kannel.start()
    edged_parts.start("kannel")
    try:
        call = dial(edged_city, "--late", MONAS, "--stay", "0", "2")
    finally:
        edged_parts.kill("kannel")
        kannel.stop()
    assert call.of("telephone") == ["tells where it is (AML) as an SMS by the line trial"], call.said + call.complained
    assert call.of("located")
    [claim] = evidence(edged_city, call.incident)
    assert (claim.source, claim.shape) == ("aml", Point(-6.1754, 106.8272))


def test_with_the_locator_away_it_is_said_that_the_edges_copy_is_missing(
    edged_city: EdgedCity, edged_parts: Parts
) -> None:
    edged_parts.kill("locator")
    try:
        call = dial(edged_city, "--place", CIPINANG, "--stay", "0", "2")
    finally:
        edged_parts.start("locator")
    assert call.code == 0, call.said + call.complained
    assert "is the locator there?" in call.of("no copy")[0]
    assert not evidence(edged_city, call.incident)


def test_with_the_web_application_away_what_was_not_told_is_said(edged_city: EdgedCity, edged_parts: Parts) -> None:
    edged_parts.kill("web")
    try:
        call = dial(edged_city, "--late", MONAS, "--stay", "0", "2")
    finally:
        edged_parts.start("web")
    assert call.code == 0, call.said + call.complained
    assert "`gateway112 check`" in call.of("its URL tells")[0]
    assert "is `make run` running?" in call.of("not told")[0]


@pytest.mark.parametrize(
    ("words", "settings", "advice"),
    [
        (("x",), {}, "no key"),
        (("2", "--number", "nobody"), {}, "no telephone number"),
        (("2",), {"sip_port": free_port()}, "is `make run` running?"),
        (("2",), {"trial_trunk": "no"}, "trial_trunk"),
        (("2",), {"natives": "nowhere"}, "run `make setup`"),
        (("--place", CIPINANG), {"edge": "no"}, "only the edge takes --service, --place"),
        (("--place", CIPINANG), {"edge": "yes", "sip_port": free_port()}, "is `make run` running?"),
        (("--place", "106.8915,-6.2475"), {}, "latitude comes first"),
        (("--place", "here"), {}, "give LAT,LON or LAT,LON,METRES"),
        (("--late", f"{MONAS},-5"), {}, "give LAT,LON or LAT,LON,METRES"),
        (("--late", "52.5,13.4"), {}, "not in Indonesia"),
        (("--pidf", "nowhere.xml"), {}, "it cannot be read"),
        (("--cell", "a\r\nX-G112-Trunk: b"), {}, "one line"),
        (("--service", "pizza"), {}, "is no emergency"),
        (("--service", "test.sos", "2"), {}, "a test call asks nothing"),
    ],
)
def test_what_cannot_work_is_refused_with_advice(
    city: City, words: tuple[str, ...], settings: dict[str, object], advice: str
) -> None:
    call = dial(city, *words, **settings)
    assert call.code == 2
    assert advice in call.complained
    assert "Traceback" not in call.complained
