"""Where the caller is, from the network's header and the operator's tables to the desk and its reference."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from gateway.evidence import pidf_lo
from gateway.incident.location import Evidence
from gateway.incident.shape import Circle
from gateway.settings import ROOT
from tests.live.city import City
from tests.live.desk import Invitation
from tests.live.parts import Parts
from tests.live.wait import PATIENCE_SECONDS, until

CELLS = """access,mcc,mnc,area,cell,lat,lon,radius_m
LTE,510,10,0x1A2B,0x2B90135,-6.2655,106.8905,800
"""
NUMBERS = """number,kind,label,address,lat,lon,radius_m
+62210000001,building,Gedung Contoh,Jl. Contoh 1,-6.2650,106.8900,40
"""
HEADER = 'P-Access-Network-Info: 3GPP-E-UTRAN-FDD; utran-cell-id-3gpp="510101A2B2B90135"; network-provided'


@pytest.fixture
def served(city: City, parts: Parts) -> City:
    """A city whose operator imported the tables while the gateway was running."""
    parts.start("web")
    for table, text in (("cells", CELLS), ("registered", NUMBERS)):
        file = city.folder / f"{table}.csv"
        file.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "gateway", table, "import", str(file)]
        subprocess.run(command, env={**os.environ, **city.environ}, cwd=ROOT, check=True, capture_output=True)
    return city


def ring(city: City, desk_name: str, **how: object) -> Invitation:
    """What a desk of the police is told of a call that says it is crime."""
    desk = city.desk(desk_name, None)
    city.call(**how).answered().voice.press("4")
    until(lambda: desk.invitations, what="the desk rings")
    return desk.call


def fetched(url: str, accept: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        return bytes(answer.read())


def test_the_serving_cell_is_where_the_desk_is_told_to_look(served: City) -> None:
    call = ring(served, "110-1", number="+628120000301", headers=(HEADER,))
    told = call.header("X-Location")
    assert "Kec. Makasar, Jakarta Timur" in told
    assert "radius 800 m" in told
    assert "sumber: sel jaringan" in told


def test_a_registered_building_is_tighter_and_told_with_its_address(served: City) -> None:
    told = ring(served, "110-1", number="+62210000001", headers=(HEADER,)).header("X-Location")
    assert "Gedung Contoh, Jl. Contoh 1" in told
    assert "radius 40 m" in told
    assert "DIRAGUKAN" not in told


def test_the_reference_gives_the_desk_the_same_place(served: City) -> None:
    url = ring(served, "110-2", number="+628120000302", headers=(HEADER,)).header("Geolocation").strip("<>")
    [claim] = pidf_lo.parse(fetched(url, "application/pidf+xml"), 0.0)
    assert isinstance(claim, Evidence)
    assert claim.shape == Circle(-6.2655, 106.8905, 800.0)
    assert claim.method == "Cell"
    assert b'"radius_m":800.0' in fetched(url, "application/json").replace(b" ", b"")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetched(url[:-1] + ("A" if url[-1] != "A" else "B"), "*/*")


def test_a_call_that_says_nothing_is_unknown_and_so_is_its_reference(served: City) -> None:
    call = ring(served, "110-2", number="+628120000303")
    assert call.header("X-Location") == "lokasi tidak diketahui; trunk trial"
    assert b"lokasi tidak diketahui; trunk trial" in fetched(call.header("Geolocation").strip("<>"), "*/*")
