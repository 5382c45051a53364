"""A victim as she calls and writes, silent and not, by each channel, with a canary in all that is told of her."""

from __future__ import annotations

import contextlib
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from gateway.accounts import password
from gateway.accounts.account import Account, Role
from gateway.channels.asterisk import desk_password
from gateway.channels.trial_smsc import TrialNetwork
from gateway.evidence import aml_door
from gateway.incident.timeline import Entry, Kind
from gateway.store import Store
from gateway.store.accounts import Accounts
from tests.live.caller import Caller
from tests.live.calls_city import heard
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
NOBODY = "0" * 24
"""A case that is none."""

TEXT = "laki w gebukin w trs pdhl dah kanari"


class Victim:
    """She calls, silent and not, and writes by each channel; the police care for her case.

    Attributes:
        store: the gateway's.
        refused: what supervisors were told who may not listen to her.
        others: at the desks of the agencies that may not know, their feeds open from before her first call.
    """

    def __init__(self, gateway: GatewayProcess, folder: Path):
        self.settings, self._folder = gateway.settings, folder
        self.store = Store(gateway.settings)
        self.refused: list[object] = []
        self._server = ("127.0.0.1", gateway.settings.number("sip_port"))
        kept = password.hashed(PASSWORD)
        for name, agency in (("polisi", "110"), ("kapolsek", "110"), ("agd", "118"), ("dk", "113")):
            Accounts(self.store.redis).add(Account(name, Role.SUPERVISOR, (agency,), kept))
        for agency in ("110", "118", "113"):
            Accounts(self.store.redis).add(Account(f"auditor-{agency}", Role.AUDITOR, (agency,), kept))
        self.others = [self.visitor("agd").on_duty("118-2").follow(), self.visitor("dk").on_duty("113-2").follow()]
        self.police = self.visitor("polisi").on_duty("110-1").follow()
        self.network = TrialNetwork(self.settings)
        self.desks = [self._desk("112-1"), self._desk("110-1")]

    def visitor(self, name: str) -> Visitor:
        return Visitor(self.settings.number("pages_port"), f"tab-{name}").sign_in(name)

    def _desk(self, name: str) -> Desk:
        desk = Desk(name, desk_password(self.settings, name), ("127.0.0.1", self.settings.asterisk_port))
        desk.keys = "1"
        assert desk.register() == 200
        return desk

    def calls(
        self, index: int, keys: str, pidf: str = "", desk: Desk | None = None, meanwhile: Callable[[], object] = int
    ) -> None:
        """Her how manieth call, from 0; ``meanwhile`` is done while the desk has her."""
        caller = Caller(
            self.settings.natives / "bin" / "sipp", self._folder / f"caller-{index}", self._server,
            sender=SENDER, dialled="112kanari", headers=(GARBLED,), pidf=pidf,
        )  # fmt: skip
        caller.answered()
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
            meanwhile()
        caller.hang_up()
        until(lambda: [entry.kind for entry in self.told()].count(Kind.ENDED) > index, 60, "her call has ended")

    def _with(self, desk: str) -> bool:
        return any(entry.kind is Kind.ANSWERED and entry.data.get("desk") == desk for entry in self.told())

    def is_listened_to(self) -> None:
        """By a supervisor of the police; those of the other agencies ask as well, and of a case that is none."""
        chief, desk = self.visitor("kapolsek"), self._desk("110-2")
        self.desks.append(desk)
        chief.post("/api/duty", state="pause", desk=desk.name, tab="tab-kapolsek")
        until(lambda: chief.post("/api/listen", incident=self.incident).get("done"), what="it is known who has her")
        until(lambda: desk.talks, what="it rings where the supervisor is")
        heard(desk)
        for incident in (self.incident, NOBODY):
            self.refused.append([each.post("/api/listen", incident=incident) for each in self.others])
        chief.post("/api/listen/stop")

    def audited(self, agency: str) -> str:
        """The page of an agency's auditor."""
        return self.visitor(f"auditor-{agency}").read("/audit")

    def tells_where_she_is(self) -> None:
        """Her telephone brings its location over HTTPS, whether that is taken or not."""
        for place in ("-6.17777&location_longitude=106.8", "x", "0&location_longitude=0"):
            self._bring(f"device_number=%2B{NUMBER[1:]}&device_model=Kanari&location_latitude={place}")
        self._bring(f"Kanari {NUMBER}")

    def _bring(self, body: str) -> None:
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(aml_door.url(self.settings), data=body.encode(), timeout=10).close()

    def writes(self) -> None:
        self.network.write(NUMBER, TEXT)
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
        self.police.post(f"{case}/place", text="Jalan Kanari 7", tab="tab-polisi")
        self.police.post(f"{case}/place", choice=1, tab="tab-polisi")
        self.police.post(f"{case}/consent", safe_to_call="no", share="no", note="suami kanari")
        warned = self.police.post(f"{case}/write", text="Aman, kanari?")
        self.police.post(f"{case}/confirm", draft=warned.get("warned", {}).get("draft", ""))
        for term in ("kanari", NUMBER):
            self.police.post("/api/find", term=term)
            self.police.get(f"/api/places?q={term.strip('+')}")
        until(lambda: "Jalan Kanari 7" in self.police.read(case), what="their page shows where she is")
        self.police.post(f"{case}/close", outcome="helped", note="catatan kanari")

    def goes(self) -> None:
        self.network.close()
        for visitor in (*self.others, self.police):
            visitor.leave()
        for desk in self.desks:
            desk.close()
