"""HELD asked by a real client: the `lost` module of Kamailio fetches the place of an incident from our reference."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from wsgiref.simple_server import make_server

import pytest
from flask import Flask

from gateway.incident.location import Evidence
from gateway.incident.shape import Circle
from gateway.incident.timeline import Entry, Kind
from gateway.location_reference import make_token
from gateway.web.location import blueprint
from tests.gateway_in_process import made_up_settings
from tests.live.test_lost_client import CONFIG, POINT, Edge, Quiet

NOW = 1_750_000_000.0

ASKING = (
    CONFIG.partition("request_route")[0]
    .replace("lost=>{url}", "known=>{url[0]}")
    .replace('{url[0]}")', '{url[0]}")\nmodparam("http_client", "httpcon", "unknown=>{url[1]}")')
    + """
request_route {{
    $var(place) = "{url[1]}";
    if ($rd == "known") $var(place) = "{url[0]}";
    if ($rU == "query")
        $var(result) = lost_held_query("$rd", "sip:1@x.invalid", "$var(pidf)", "$var(url)", "$var(error)");
    else $var(result) = lost_held_dereference("$var(place)", "emergencyRouting", "any", "$var(pidf)", "$var(error)");
    $var(position) = $(var(pidf){{re.subst,/^.*<[a-z0-9]*:?pos>([^<]*)<.*$/\\1/s}});
    append_to_reply("X-Result: $var(result)\\r\\nX-Position: $var(position)\\r\\nX-Error: $var(error)\\r\\n");
    sl_send_reply("480", "Asked");
}}
"""
)


class Incidents:
    """A store of one incident whose place is known, and of one whose is not."""

    def timeline(self, identifier: str) -> list[Entry]:
        told = [Entry(identifier, Kind.OPENED, NOW, {"medium": "call", "trunk": "trial"})]
        if identifier == "known":
            claim = Evidence("network_cell", Circle(-6.2655, 106.8905, 50.0), NOW, NOW)
            told.append(Entry(identifier, Kind.EVIDENCE, NOW, claim.as_dict(), "e1"))
        return told


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    folder = tmp_path_factory.mktemp("held")
    settings = made_up_settings(folder)
    app = Flask("held")
    app.register_blueprint(blueprint(settings, Incidents(), lambda: NOW))
    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    door = f"http://127.0.0.1:{server.server_port}/location/"
    edge = Edge(folder, [door + make_token(settings, incident, NOW + 60) for incident in ("known", "unknown")], ASKING)
    yield edge
    edge.stop()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("how", ["query", "dereference"])
def test_kamailio_fetches_the_place_of_an_incident_by_held(edge: Edge, how: str) -> None:
    answer = edge.ask(f"sip:{how}@known", POINT, "0 0")
    assert answer.get("X-Position") == "-6.2655 106.8905", edge.log.read_text(errors="replace")[-2000:]


@pytest.mark.parametrize("how", ["query", "dereference"])
def test_kamailio_is_told_that_a_place_is_not_known_yet(edge: Edge, how: str) -> None:
    assert edge.ask(f"sip:{how}@unknown", POINT, "0 0").get("X-Error") == "locationUnknown"
