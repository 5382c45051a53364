"""A canary in everything a caller sends: no log and no run file of a whole gateway sings of it, whoever wrote it."""

from __future__ import annotations

import contextlib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import aml_door
from gateway.channels.asterisk import desk_password
from gateway.incident.timeline import Entry, Kind
from gateway.settings import ROOT
from gateway.store import Store
from tests.live.asterisk_server import environment
from tests.live.caller import Caller
from tests.live.desk import Desk
from tests.live.gateway_process import GatewayProcess
from tests.live.test_hand_off import CALLERS_OWN_PLACE
from tests.live.wait import until

NUMBER = "+628120077777"
SENDER = f'"Kanari" <sip:{NUMBER}@127.0.0.1>'
CANARIES = ("120077777", "anari", "-6.17777")
ADDRESS = "<ca:civicAddress xmlns:ca='urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr'><ca:RD>Jalan Kanari & 7</ca:RD>"
ADDRESS += "</ca:civicAddress>"
# libxml2 prints the line of a raw ampersand on the standard error of whoever parses it.
MALFORMED = CALLERS_OWN_PLACE.replace("<gs:Circle", ADDRESS + "<gs:Circle")
WELL_FORMED = CALLERS_OWN_PLACE.replace("-6.1754", "-6.17777")
GARBLED = 'P-Access-Network-Info: 3GPP-E-UTRAN-FDD; utran-cell-id-3gpp="51010Kanari120077777'


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    state = tmp_path_factory.mktemp("canary") / "state"
    process = GatewayProcess(environment(state, ROOT / "routing_rules.yaml")).prepare().start()
    yield process
    process.end()


def told(gateway: GatewayProcess, entries: int) -> list[Entry]:
    """The incident of the canary, once so many calls of it have ended."""
    store = Store(gateway.settings)

    def ended() -> list[Entry]:
        [timeline] = [store.timeline(each.id) for each in store.recent() if each.number == NUMBER] or [[]]
        return timeline if sum(entry.kind is Kind.ENDED for entry in timeline) == entries else []

    return until(ended, 60, f"{entries} calls have ended")


def bring(gateway: GatewayProcess, body: str) -> None:
    """The telephone brings its location over HTTPS, whether that is taken or not."""
    with contextlib.suppress(urllib.error.HTTPError):
        urllib.request.urlopen(aml_door.url(gateway.settings), data=body.encode(), timeout=10).close()


def singing(folder: Path) -> dict[str, list[str]]:
    """Each file below the folder in which there is a canary, with the lines of it."""
    files = (file for file in folder.rglob("*") if file.is_file())
    lines = {str(file): file.read_text(encoding="utf-8", errors="replace").splitlines() for file in files}
    found = {name: [line for line in text if any(each in line for each in CANARIES)] for name, text in lines.items()}
    return {name: text for name, text in found.items() if text}


def test_nothing_that_a_caller_sends_is_in_any_log_or_run_file(gateway: GatewayProcess, tmp_path: Path) -> None:
    settings = gateway.settings
    server = ("127.0.0.1", settings.number("sip_port"))
    desk = Desk("112-1", desk_password(settings, "112-1"), ("127.0.0.1", settings.asterisk_port))
    assert desk.register() == 200
    callers = []
    for index, pidf in enumerate(("", MALFORMED, WELL_FORMED)):
        caller = Caller(
            settings.natives / "bin" / "sipp", tmp_path / f"caller-{index}", server,
            sender=SENDER, dialled="112kanari", headers=(GARBLED,), pidf=pidf,
        )  # fmt: skip
        callers.append(caller)
        caller.answered(30).voice.press("0" if index else "")
        until(lambda index=index: index == 0 or len(desk.invitations) == index, 30, "the desk rings")  # type: ignore[misc]
        caller.hang_up()
    for place in ("-6.17777&location_longitude=106.8", "x", "0&location_longitude=0"):
        bring(gateway, f"device_number=%2B{NUMBER[1:]}&device_model=Kanari&location_latitude={place}")
    bring(gateway, f"Kanari {NUMBER}")
    timeline = told(gateway, len(callers))
    until(lambda: "-6.17777" in repr(told(gateway, len(callers))), 30, "the telephone's own location is the call's")
    assert "anari" in repr(timeline), "it is kept where it belongs"
    assert any(entry.data.get("original") for entry in timeline if entry.kind is Kind.EVIDENCE_REFUSED)
    desk.close()
    assert (settings.state / "log" / "agi.log").exists()
    assert singing(settings.state / "log") == {}
    assert singing(settings.run) == {}
    gateway.end()
    assert singing(settings.state / "log") == {}, "nor in what is written at the end"
