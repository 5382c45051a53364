"""A telephone that tells where it is while its owner already speaks: AML for the number of a trial call."""

from __future__ import annotations

import contextlib
import json
import time
from urllib.parse import urlencode

from gateway.channels.trial_smsc import TrialNetwork, TrialRefused
from gateway.evidence import aml_door, aml_form
from gateway.http_request import NoAnswer, perform
from gateway.incident.errors import Refused
from gateway.incident.shape import Circle, Point
from gateway.settings import Settings


class Late:
    """Tells the place by SMS where the trial network runs, else over HTTPS as telephones do.

    Args:
        number: the telephone's, in E.164.
        stack: keeps the telephone's connection until the trial is over.
    """

    def __init__(self, settings: Settings, number: str, place: Circle | Point, stack: contextlib.ExitStack):
        self._settings, self._number, self._place, self._stack = settings, number, place, stack

    def send(self) -> str:
        """Tell it now; returns by what way.

        Raises:
            Refused: it could not be told.
        """
        if self._settings.flag("kannel") and self._settings.flag("trial_smsc"):
            with contextlib.suppress(TrialRefused, OSError):
                network = self._stack.enter_context(contextlib.closing(TrialNetwork(self._settings)))
                network.write(self._number, _text(self._place))
                return "as an SMS by the line trial"
        self._post()
        return "over HTTPS"

    def _post(self) -> None:
        where = "AML over HTTPS"
        body = _form(self._place, self._number)
        if keys := aml_door.keys(self._settings):
            body = aml_form.signed(body, keys[0])
        try:
            answer = perform("POST", aml_door.url(self._settings, inside=True), body=body)
        except NoAnswer as fault:
            raise Refused(where, f"{fault}: is `make run` running? See `gateway112 check`") from fault
        if answer.status != 200:
            raise Refused(where, f"refused with {answer.status}: {_why(answer.body)}")


def _why(body: bytes) -> str:
    with contextlib.suppress(ValueError, LookupError, TypeError):
        return str(json.loads(body)["error"]["why"])[:200]
    return "see web.log in the state folder"


def _text(place: Circle | Point) -> str:
    """A"ML, version 1; what this telephone has not (IMSI, IMEI, a method) is left out."""
    radius = f"{place.radius_m:.0f}" if isinstance(place, Circle) else "N"
    top = time.strftime("%Y%m%d%H%M%S", time.gmtime())
    fields = f'A"ML=1;lt={place.lat:+.6f};lg={place.lon:+.6f};rd={radius};top={top};lc=95;pm=U;ml='
    return f"{fields}{len(fields) + 2}"  # it counts itself, and has two digits


def _form(place: Circle | Point, number: str) -> bytes:
    now = str(round(time.time() * 1000))
    fields = {
        "v": "1", "emergency_number": "112", "source": "CALL", "time": now, "location_time": now,
        "location_latitude": f"{place.lat:.6f}", "location_longitude": f"{place.lon:.6f}", "device_number": number,
    }  # fmt: skip
    if isinstance(place, Circle):
        fields |= {"location_accuracy": f"{place.radius_m:g}", "location_confidence": "0.95"}
    # Without anything of the telephone after the place it would count as cut off.
    return urlencode({**fields, "device_model": "trial"}).encode()
