"""An incident as EIDO-shaped JSON: formed as the standard demands, and no more told than an agency may know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from xml.etree import ElementTree

import pytest
from flask import Flask

from gateway import tokens
from gateway.eido import MEDIA_TYPE, OURS
from gateway.eido.document import document
from gateway.eido.reference import ANYBODY, LIVES_S, eido_url, make_token, read_token, reader
from gateway.evidence import pidf_lo
from gateway.gazetteer import gazetteer
from gateway.incident.evidence import Evidence
from gateway.incident.shape import Area, Circle
from gateway.incident.timeline import Entry, Kind
from gateway.rules import load
from gateway.settings import ROOT
from gateway.store import StoreAway
from gateway.web.eido import blueprint
from tests.gateway_in_process import made_up_settings

NOW = 1_800_000_000.0
NUMBER, TEXT = "+6281200000001", "suami mulai lagi"
BOOK = load(ROOT / "routing_rules.yaml")
PIDF = f'<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="tel:{NUMBER}"/>'.encode()

PROLOGUE = {"$id": str, "lastUpdateTimeStamp": "time", "updatedByAgencyReference": "reference"}
COMPONENTS: Mapping[str, Mapping[str, object]] = {
    "incidentComponent": {
        "incidentTypeCommonRegistryText": str,
        "incidentStatusCommonRegistryText": [str],
        "incidentCommonPriorityNumber": int,
        "locationReference": ["reference"],
        "personReference": ["reference"],
    },
    "callComponent": {
        "standardPrimaryCallType": str,
        "direction": {"incoming", "outgoing", "internal"},
        "callStartTimestamp": "time",
        "callStateRegistryText": {"callBegin", "callAnswered", "callEnd"},
    },
    "callbackComponent": {"callBackInformationUri": [str]},
    "agencyComponent": {
        "agencyRoleDescriptionRegistryText": [
            {"Assisting", "CallReceiving", "Dispatched", "Dispatching", "Informational", "TransferredTo"}
        ],
        "agencyType": [{"psap", "police", "ems", "fire", "other"}],
    },
    "agentComponent": {"agentRoleRegistryText": [str], "agencyReference": "reference"},
    "additionalDataComponent": {},
    "locationComponent": {
        "locationTypeDescriptionRegistryText": {"Caller", "CurrentIncident", "RoutingLocation"},
        "locationByValue": "xml",
    },
    "personComponent": {"personIncidentRoleRegistryText": [{"Caller"}]},
    "notesComponent": {"notesActionComments": str},
}
"""What NENA-STA-021.1 demands of each component, and what of it we always give."""


def fits(value: object, wanted: object) -> bool:
    match wanted:
        case "time":
            return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
        case "reference":
            return isinstance(value, dict) and list(value) == ["$ref"]
        case "xml":
            return isinstance(value, str) and ElementTree.fromstring(value) is not None
        case list():
            return isinstance(value, list) and bool(value) and all(fits(item, wanted[0]) for item in value)
        case set():
            return value in wanted
        case _:
            return isinstance(value, wanted)  # type: ignore[arg-type]


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def examine(eido: dict[str, object]) -> None:
    """What is wrong with the document's form."""
    assert eido["eidoVersion"] == "1.0"
    assert isinstance(eido["issuingElementIdentification"], str)
    assert set(eido) <= {*PROLOGUE, "eidoVersion", "issuingElementIdentification", *COMPONENTS, OURS}
    assert {"incidentComponent", "agencyComponent", "personComponent"} <= set(eido)
    known = set()
    for name, demands in COMPONENTS.items():
        found = eido.get(name, [])
        for component in found if isinstance(found, list) else [found]:
            known.add(component["$id"])
            for element, wanted in {**PROLOGUE, **demands}.items():
                assert fits(component.get(element), wanted), f"{name}.{element}: {component.get(element)!r}"
    own = {name: value for name, value in eido.items() if name != OURS}
    assert set(references(own)) <= known
    json.dumps(eido, allow_nan=False)


def entry(kind: Kind, after: float, channel_id: str = "", **data: object) -> Entry:
    return Entry("abc", kind, NOW - 60 + after, data, f"k{after}", channel_id)


def told(nature: str = "violence", queue: str = "110") -> list[Entry]:
    """A call and a message of one caller, one after the other, with two claims of where."""
    circle = Circle(-6.2655, 106.8905, 50.0)
    claims = [
        Evidence("network_cell", Circle(-6.26, 106.89, 900.0), NOW - 59, NOW - 60, method="Cell"),
        Evidence("pidf_lo", circle, NOW - 40, NOW - 41, original=PIDF, provided_by=f"tel:{NUMBER}"),
    ]
    return [
        entry(Kind.OPENED, 0, "c1", medium="call", channel="sip", number=NUMBER, trunk="contoh"),
        entry(Kind.EVIDENCE, 1, "c1", **claims[0].as_dict()),
        entry(Kind.FILED, 2, "c1", nature=nature, silent=True, language="id"),
        entry(Kind.HANDED_OFF, 3, "c1", rule=nature, queue=queue, priority=1 if nature == "violence" else 2,
              inform=["ppa"] if nature == "violence" else []),
        entry(Kind.ANSWERED, 9, "c1", queue=queue, desk=f"{queue}-1"),
        entry(Kind.EVIDENCE, 20, "c1", **claims[1].as_dict()),
        entry(Kind.ADDITIONAL, 21, "c1", what="Comment", label="x", url="", original="PHg+aGFsbzwveD4="),
        entry(Kind.OPENED, 30, "m1", medium="message", channel="kannel", number=NUMBER, trunk="smsc"),
        entry(Kind.MESSAGE, 30, "m1", message="m1", text=TEXT, channel="kannel", connector="smsc"),
        entry(Kind.ENDED, 31, "c1", seconds=22),
    ]  # fmt: skip


def made(entries: list[Entry], agency: str) -> dict[str, object]:
    who = reader(agency, BOOK)
    assert who
    return document(
        "abc", entries, who, BOOK, element="gateway.test", location_url="https://gateway.test/location/x",
        gazetteer=gazetteer(), now=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("agency", [*BOOK.agencies, ANYBODY])
@pytest.mark.parametrize("nature", ["violence", "medical", "unknown", "unheard"])
def test_it_is_formed_as_the_standard_demands(agency, nature):
    examine(made(told(nature), agency))


@pytest.mark.parametrize("agency", ["110", ANYBODY])
def test_what_is_barely_known_is_formed_so_too(agency):
    examine(made([entry(Kind.OPENED, 0, "c1", medium="call", number=None)], agency))
    examine(made([entry(Kind.ALARM, 0, what="something")], agency))


def test_who_may_know_it_is_told_all_of_it():
    eido = made(told(), "110")
    incident = eido["incidentComponent"]
    assert incident["$id"] == "urn:emergency:uid:incidentid:abc:gateway.test"
    assert incident["incidentTypeInternalCode"] == "violence"
    assert incident["incidentTypeCommonRegistryText"] == "ABUSE"
    assert incident["incidentCommonPriorityNumber"] == 10
    assert eido["callbackComponent"][0]["callBackInformationUri"] == [f"tel:{NUMBER}"]
    call, message = eido["callComponent"]
    assert (call["callStateRegistryText"], message["callStateRegistryText"]) == ("callEnd", "callBegin")
    assert eido["personComponent"][0]["callIdentifier"] == [call["$id"], message["$id"]]
    assert call["queueIdentifier"] == "110.gateway.test"
    assert TEXT in eido["notesComponent"][0]["notesActionComments"]
    assert [agent["agentWorkstationPositionIdentification"] for agent in eido["agentComponent"]] == ["110-1"]
    roles = {agency["$id"]: agency["agencyRoleDescriptionRegistryText"] for agency in eido["agencyComponent"]}
    assert roles == {
        "112.gateway.test": ["CallReceiving"],
        "110.gateway.test": ["TransferredTo"],
        "ppa.gateway.test": ["Informational"],
    }
    assert eido["additionalDataComponent"][0]["additionalDataByValue"] == "<x>halo</x>"


def test_the_kind_of_agency_follows_from_the_rules():
    eido = made(told("medical", "118"), "118")
    types = {agency["$id"]: agency["agencyType"] for agency in eido["agencyComponent"]}
    assert types == {"112.gateway.test": ["psap"], "118.gateway.test": ["ems"]}


def test_every_claim_of_where_is_there_without_loss_and_what_they_amount_to():
    fused, *claims = made(told(), "110")["locationComponent"]
    assert fused["locationByReferenceUrl"] == "https://gateway.test/location/x"
    assert "106.8905" in fused["locationByValue"]
    found = [pidf_lo.parse(claim["locationByValue"].encode(), NOW) for claim in claims]
    assert [[(one.shape, one.observed_at) for one in each] for each in found] == [
        [(Circle(-6.26, 106.89, 900.0), NOW - 60)],
        [(Circle(-6.2655, 106.8905, 50.0), NOW - 41)],
    ]
    assert NUMBER in claims[1]["locationByValue"]


@pytest.mark.parametrize("agency", ["118", "113", ANYBODY])
def test_who_may_not_know_of_violence_is_told_need_and_place_alone(agency):
    eido = made(told(), agency)
    text = json.dumps(eido)
    for secret in ("violence", "kekerasan", "ABUSE", NUMBER, NUMBER[1:], TEXT, "ppa", "110", "halo"):
        assert secret not in text.replace("1800000", ""), secret
    assert eido["incidentComponent"]["incidentTypeInternalCode"] == "other"
    assert eido["incidentComponent"]["incidentCommonPriorityNumber"] < 10
    assert not {"callbackComponent", "notesComponent", "agentComponent", "additionalDataComponent"} & set(eido)
    assert eido[OURS]["view"] == "need and place"
    assert "106.8905" in eido["locationComponent"][0]["locationByValue"]


OF_THE_CASE = frozenset(
    {"incidentTypeCommonRegistryText", "incidentTypeInternalCode", "incidentTypeInternalText"}
)  # fmt: skip
"""All in which a case of violence may differ, for who may not know of it, from another one that happened likewise."""


@pytest.mark.parametrize("agency", ["118", "113", ANYBODY])
@pytest.mark.parametrize("nature", ["medical", "other", "unknown", "fire"])
def test_nothing_that_is_there_or_is_missing_tells_that_it_is_violence(agency, nature):
    eidos = []
    for kind in ("violence", nature):
        entries = [
            *told(kind, "110" if kind == "violence" else "118"),
            entry(Kind.FILED, 40, "m1", nature=kind, medium="message", language="id", life_threat=True,
                  place={"street": "jalan contoh", "landmark": "rumah suami"},
                  why=[{"what": kind, "words": "pukul"}, {"what": "life_threat", "words": "pisau"}]),
            entry(Kind.LOCATED, 41, place="rumah suami", evidence="k20", location={"label": "rumah suami"}),
        ]  # fmt: skip
        if kind == "violence":
            before = {"incident": "aaa", "nature": "violence"}
            entries[0] = entry(
                Kind.OPENED, 0, "c1", medium="call", channel="sip", number=NUMBER, trunk="contoh", before=before
            )
            entries.append(entry(Kind.PROPOSED, 40, what="reroute", to="110"))
            entries.append(entry(Kind.MUTED, 40, why="takeover"))
        eidos.append(made(entries, agency))
    whole = [dict(eido["incidentComponent"]) for eido in eidos]
    assert {name for name in whole[0] | whole[1] if whole[0].get(name) != whole[1].get(name)} <= OF_THE_CASE
    assert whole[0]["incidentTypeInternalCode"] == "other"
    for eido in eidos:
        eido["incidentComponent"] = None
    assert eidos[0] == eidos[1]


def test_of_what_is_no_violence_an_ambulance_is_told_the_need():
    eido = made(told("medical", "118"), "118")
    assert eido["incidentComponent"]["incidentTypeInternalCode"] == "medical"
    assert eido["incidentComponent"]["incidentTypeCommonRegistryText"] == "SICK"


def test_words_that_a_person_wrote_of_the_place_are_for_who_may_know_of_violence():
    typed = "rumah suaminya yang memukul, RT 02"
    claim = Evidence("desk", Area("31.75.08.1003", "Cipinang Melayu"), NOW, NOW, label=typed, original=typed.encode())
    entries = [*told(), entry(Kind.EVIDENCE, 40, **claim.as_dict())]
    assert "memukul" in json.dumps(made(entries, "110"))
    shown = json.dumps(made(entries, "118"))
    assert "memukul" not in shown
    assert "RT 02" in shown
    assert "Cipinang Melayu" in shown


def test_texts_of_writers_are_no_markup():
    entries = [
        *told("medical"),
        entry(Kind.MESSAGE, 40, "m1", message="m2", text="<script>x</script>", channel="kannel"),
    ]
    assert "<script>" not in json.dumps(made(entries, "110")["notesComponent"])


def test_half_a_letter_and_numbers_that_are_none_keep_nobody_from_the_incident():
    entries = [
        *told("medical"),
        entry(Kind.MESSAGE, 40, "m1", message="m2", text="tolong \ud83d", channel="kannel"),
        entry(Kind.EVIDENCE, 41, "c1", source="aml", shape={"kind": "point", "lat": float("nan"), "lon": 1.0}),
    ]
    eido = made(entries, "110")
    examine(eido)
    json.dumps(eido, ensure_ascii=False, allow_nan=False).encode("utf-8")
    assert "tolong ?" in eido["notesComponent"][-1]["notesActionComments"]


def test_a_closed_incident_says_so():
    eido = made([*told(), entry(Kind.CLOSED, 50, by="110-1", outcome="helped")], "110")
    assert eido["incidentComponent"]["incidentStatusCommonRegistryText"] == ["Closed"]


class Incidents:
    def __init__(self):
        self.away = False

    def timeline(self, incident):
        if self.away:
            raise StoreAway("Redis: gone")
        return told() if incident == "abc" else []


class Site:
    def __init__(self, folder):
        self.settings = made_up_settings(folder)
        self.incidents = Incidents()
        app = Flask("test")
        app.register_blueprint(blueprint(self.settings, lambda: BOOK, self.incidents, gazetteer(), lambda: NOW))
        self.client = app.test_client()

    def get(self, agency="110", incident="abc", expires=NOW + 60):
        return self.client.get(f"/eido/{make_token(self.settings, incident, agency, expires)}")


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def test_an_agency_fetches_the_incident_as_it_may_know_it(site):
    answer = site.get("110")
    assert answer.status_code == 200
    assert answer.content_type == MEDIA_TYPE
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["incidentComponent"]["incidentTypeInternalCode"] == "violence"
    assert site.get("118").json["incidentComponent"]["incidentTypeInternalCode"] == "other"
    assert site.get(ANYBODY).json["incidentComponent"]["incidentTypeInternalCode"] == "other"


def test_the_location_it_is_pointed_to_is_as_discreet(site):
    from gateway.location_reference import read_token as location_token

    for agency, discreet in (("110", False), ("118", True)):
        url = site.get(agency).json["locationComponent"][0]["locationByReferenceUrl"]
        opened = location_token(site.settings, url.rpartition("/")[2], NOW)
        assert opened
        assert opened.discreet is discreet


def test_the_location_it_is_pointed_to_ends_when_it_ends(site):
    from gateway.location_reference import read_token as location_token

    token = site.get("118", expires=NOW + 60).json["locationComponent"][0]["locationByReferenceUrl"].rpartition("/")[2]
    assert location_token(site.settings, token, NOW + 59)
    assert location_token(site.settings, token, NOW + 60) is None


def test_the_url_opens_it_for_some_hours_and_then_nothing(site):
    url = eido_url(site.settings, "abc", "110", NOW)
    token = url.rpartition("/")[2]
    opened = read_token(site.settings, token, NOW + LIVES_S - 1)
    assert opened
    assert (opened.incident, opened.agency) == ("abc", "110")
    assert read_token(site.settings, token, NOW + LIVES_S) is None


def test_every_bad_token_has_the_same_answer(site):
    good = make_token(site.settings, "abc", "110", NOW + 60)
    other = tokens.make(site.settings, "location", "110 abc", NOW + 60)
    bad = [good[:-1] + "!", other, make_token(site.settings, "abc", "nobody", NOW + 60), "x", "é", "A" * 5000]
    answers = {(answer.status_code, answer.data) for answer in (site.client.get(f"/eido/{token}") for token in bad)}
    answers.add((site.get(expires=NOW - 1).status_code, site.get(expires=NOW - 1).data))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def test_while_it_cannot_be_told_the_agency_is_asked_to_come_again(site):
    assert site.get(incident="spooled").status_code == 503
    site.incidents.away = True
    answer = site.get()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
