"""A canary in everything that a victim sends and a desk writes of her: nothing of a whole gateway sings of it, neither
its logs nor its other traces, nor what the other agencies' pages hear all the while."""

from __future__ import annotations

import contextlib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import aml_door
from gateway.accounts import password
from gateway.accounts.account import Account, Role
from gateway.channels.asterisk import desk_password
from gateway.channels.trial_smsc import TrialNetwork
from gateway.incident.timeline import Entry, Kind
from gateway.settings import ROOT
from gateway.store import Store
from gateway.store.accounts import Accounts
from tests.live.asterisk_server import environment
from tests.live.caller import Caller
from tests.live.desk import Desk
from tests.live.gateway_process import GatewayProcess
from tests.live.test_hand_off import CALLERS_OWN_PLACE
from tests.live.visitor import Visitor
from tests.live.wait import until
from tests.pages_in_process import PASSWORD

NUMBER = "+628120077777"
SENDER = f'"Kanari" <sip:{NUMBER}@127.0.0.1>'
CANARIES = ("120077777", "anari", "-6.17777")
ADDRESS = "<ca:civicAddress xmlns:ca='urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr'><ca:RD>Jalan Kanari & 7</ca:RD>"
ADDRESS += "</ca:civicAddress>"
# libxml2 prints the line of a raw ampersand on the standard error of whoever parses it.
MALFORMED = CALLERS_OWN_PLACE.replace("<gs:Circle", ADDRESS + "<gs:Circle")
WELL_FORMED = CALLERS_OWN_PLACE.replace("-6.1754", "-6.17777")
GARBLED = 'P-Access-Network-Info: 3GPP-E-UTRAN-FDD; utran-cell-id-3gpp="51010Kanari120077777'

KEPT = ("redis/", "spool/", "quarantine/", "kannel/store/", "kannel/receipts/")
"""What the store holds, what waits for it or for Kannel's network, and what was refused: who has the machine has it."""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    state = tmp_path_factory.mktemp("canary") / "state"
    process = GatewayProcess(environment(state, ROOT / "routing_rules.yaml")).prepare().start()
    yield process
    process.end()


class Victim:
    """She calls, silent and not, and writes by each channel; the police care for her case.

    Attributes:
        store: the gateway's.
        others: at the desks of the agencies that may not know, their feeds open from before her first call.
    """

    def __init__(self, gateway: GatewayProcess, folder: Path):
        self.settings, self._folder = gateway.settings, folder
        self.store = Store(gateway.settings)
        self._server = ("127.0.0.1", gateway.settings.number("sip_port"))
        kept = password.hashed(PASSWORD)
        for name, agency in (("polisi", "110"), ("agd", "118"), ("dk", "113")):
            Accounts(self.store.redis).add(Account(name, Role.SUPERVISOR, (agency,), kept))
        self.others = [self._visitor("agd").on_duty("118-2").follow(), self._visitor("dk").on_duty("113-2").follow()]
        self.police = self._visitor("polisi").on_duty("110-1").follow()
        self.network = TrialNetwork(self.settings)
        self.desks = [self._desk("112-1"), self._desk("110-1")]

    def _visitor(self, name: str) -> Visitor:
        return Visitor(self.settings.number("pages_port"), f"tab-{name}").sign_in(name)

    def _desk(self, name: str) -> Desk:
        desk = Desk(name, desk_password(self.settings, name), ("127.0.0.1", self.settings.asterisk_port))
        desk.keys = "1"
        assert desk.register() == 200
        return desk

    def calls(self, index: int, keys: str, pidf: str = "", desk: Desk | None = None) -> None:
        caller = Caller(
            self.settings.natives / "bin" / "sipp", self._folder / f"caller-{index}", self._server,
            sender=SENDER, dialled="112kanari", headers=(GARBLED,), pidf=pidf,
        )  # fmt: skip
        caller.answered(30)
        for key in keys:
            caller.voice.press(key)
        if desk:
            until(lambda: self._with(desk.name), 30, "the desk has her")
            caller.voice.press("1")
            until(
                lambda: len([entry for entry in self.told() if entry.kind is Kind.KEYED]) == index,
                15,
                "her key is told",
            )
        caller.hang_up()
        until(lambda: [entry.kind for entry in self.told()].count(Kind.ENDED) > index, 60, "her call has ended")

    def _with(self, desk: str) -> bool:
        return any(entry.kind is Kind.ANSWERED and entry.data.get("desk") == desk for entry in self.told())

    def tells_where_she_is(self) -> None:
        """Her telephone brings its location over HTTPS, whether that is taken or not."""
        for place in ("-6.17777&location_longitude=106.8", "x", "0&location_longitude=0"):
            self._bring(f"device_number=%2B{NUMBER[1:]}&device_model=Kanari&location_latitude={place}")
        self._bring(f"Kanari {NUMBER}")

    def _bring(self, body: str) -> None:
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(aml_door.url(self.settings), data=body.encode(), timeout=10).close()

    def writes(self) -> None:
        self.network.write(NUMBER, "laki w gebukin w trs pdhl dah kanari")
        until(lambda: "gebukin" in repr(self.told()), 30, "the text is in her case")

    def told(self) -> list[Entry]:
        return [
            entry for each in self.store.recent() if each.number == NUMBER for entry in self.store.timeline(each.id)
        ]

    @property
    def incident(self) -> str:
        return next(each.id for each in self.store.recent() if each.number == NUMBER and each.nature == "violence")

    def is_cared_for(self) -> None:
        """All that a desk does with words of its own."""
        case = f"/api/cases/{self.incident}"
        self.police.post(f"{case}/accept")
        self.police.post(f"{case}/place", text="Jalan Kanari 7")
        self.police.post(f"{case}/consent", safe_to_call="no", share="no", note="suami kanari")
        warned = self.police.post(f"{case}/write", text="Aman, kanari?")
        self.police.post(f"{case}/confirm", draft=warned.get("warned", {}).get("draft", ""))
        for term in ("kanari", NUMBER):
            self.police.post("/api/find", term=term)
            self.police.get(f"/api/places?q={term.strip('+')}")
        until(lambda: "anari" in self.police.told, what="their page shows where she is")
        self.police.post(f"{case}/close", outcome="helped", note="catatan kanari")

    def goes(self) -> None:
        self.network.close()
        for visitor in (*self.others, self.police):
            visitor.leave()
        for desk in self.desks:
            desk.close()


@pytest.fixture(scope="module")
def victim(gateway: GatewayProcess, tmp_path_factory: pytest.TempPathFactory) -> Victim:
    """After all of it."""
    victim = Victim(gateway, tmp_path_factory.mktemp("victim"))
    victim.calls(0, "")
    victim.calls(1, "0", MALFORMED, victim.desks[0])
    victim.calls(2, "12", WELL_FORMED, victim.desks[1])
    victim.tells_where_she_is()
    victim.writes()
    victim.is_cared_for()
    until(lambda: "-6.17777" in repr(victim.told()), 30, "the telephone's own location is the call's")
    victim.goes()
    return victim


def singing(folder: Path, but: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Each file below the folder in which there is a canary, or in whose name, with the lines of it."""
    files = [file for file in folder.rglob("*") if file.is_file() and not str(file.relative_to(folder)).startswith(but)]
    lines = {str(file): [file.name, *file.read_text(encoding="utf-8", errors="replace").splitlines()] for file in files}
    found = {name: [line for line in text if any(each in line for each in CANARIES)] for name, text in lines.items()}
    return {name: text for name, text in found.items() if text}


def test_it_is_kept_where_it_belongs(victim: Victim) -> None:
    told = victim.told()
    assert "anari" in repr(told)
    assert any(entry.data.get("original") for entry in told if entry.kind is Kind.EVIDENCE_REFUSED)
    done = {Kind.KEYED, Kind.ANSWERED, Kind.ACCEPTED, Kind.CONSENT, Kind.REPLY, Kind.CLOSED, Kind.INFORMED}
    assert done <= {entry.kind for entry in told}
    assert "anari" in victim.police.told


def test_no_other_agencys_page_heard_of_it(victim: Victim) -> None:
    for visitor in victim.others:
        assert "event: lists" in visitor.told
        assert not [each for each in (*CANARIES, victim.incident, "violence") if each in visitor.told]


def test_nothing_of_it_is_in_any_log_or_run_file(gateway: GatewayProcess, victim: Victim) -> None:
    state = victim.settings.state
    assert (state / "log" / "pages.log").exists()
    assert singing(state, KEPT) == {}
    assert singing(victim.settings.run) == {}


def test_no_process_and_no_key_is_named_by_it(gateway: GatewayProcess, victim: Victim) -> None:
    processes = gateway.processes
    assert len(processes) > 8
    titles = [Path(f"/proc/{number}/cmdline").read_bytes().decode() for number in processes]
    redis = victim.store.redis
    named = [*titles, *(key.decode("utf-8", "replace") for key in redis.scan_iter(count=1000))]
    assert not [each for each in named if any(canary in each for canary in (*CANARIES, "violence"))]


def test_nothing_is_written_of_it_at_the_end(gateway: GatewayProcess, victim: Victim) -> None:
    gateway.end()
    assert singing(victim.settings.state, KEPT) == {}
