"""Registered numbers: encrypted at rest, told to desks, and no shelter among them."""

import json

import pytest

from gateway.contact import IncomingCall
from gateway.evidence.csv_import import ImportRefused
from gateway.evidence.registered_command import run
from gateway.evidence.registered_number import FILE, KINDS, OPTIONAL, REQUIRED, Registry, find
from gateway.evidence.shelter import names_a_shelter
from gateway.incident.errors import EvidenceRefused, Refused
from gateway.incident.report import Caller
from gateway.incident.shape import Area, Circle
from gateway.settings import ROOT, SettingsRefused, write_missing_secrets
from gateway.settings import read as read_settings

NOW = 1_750_000_000.0
NUMBER = "+62210000001"
HEADER = ",".join([*REQUIRED, *OPTIONAL])
BUILDING = f'{NUMBER},building,Gedung Contoh,"Jl. Contoh 1",-6.2,106.85,40,,Lantai 3'
POST = '+62210000002,police_post,Pos Rumah Aman Polres Contoh,"Jl. Contoh 2",-6.12,106.88,30,,'


class Town:
    """A state folder with its registry."""

    def __init__(self, folder):
        self.folder = folder
        write_missing_secrets(folder)
        self.settings = read_settings({"GATEWAY112_STATE": str(folder)})
        self.registry = Registry(self.settings)

    def perform(self, action, *lines, number=""):
        file = self.folder / "numbers.csv"
        file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
        return run(type("Arguments", (), {"action": action, "file": file, "number": number})(), self.settings)

    def find(self, number):
        return find(IncomingCall("sip", "1.1", Caller(number, "trial"), NOW), self.registry)


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path)


def test_a_registered_number_says_where_its_building_is(town):
    town.perform("import", BUILDING)
    [claim] = town.find(NUMBER)
    assert claim.shape == Circle(-6.2, 106.85, 40.0)
    assert claim.label == "Gedung Contoh, Jl. Contoh 1, Lantai 3"
    assert claim.source == "registered_number"
    assert claim.observed_at is None


def test_other_numbers_and_none_say_nothing(town):
    assert town.find(NUMBER) == []
    town.perform("import", BUILDING)
    assert town.find("+62210000009") == []
    assert town.find(None) == []


def test_the_file_holds_no_number_and_no_place_in_the_clear(town):
    town.perform("import", BUILDING, POST)
    content = (town.folder / FILE).read_bytes()
    for secret in (NUMBER, "210000001", "Gedung", "Contoh", "106.85", "police", "building"):
        assert secret.encode() not in content
    assert (town.folder / FILE).stat().st_mode & 0o077 == 0


def test_under_another_key_nothing_is_read_and_the_call_goes_on(town, tmp_path_factory):
    town.perform("import", BUILDING)
    other = Town(tmp_path_factory.mktemp("other"))
    (other.folder / FILE).write_bytes((town.folder / FILE).read_bytes())
    assert other.find(NUMBER) == []
    with pytest.raises(EvidenceRefused, match="another registry_key"):
        list(other.registry.entries())


def test_a_damaged_table_is_a_refusal_not_an_error(town):
    (town.folder / FILE).write_bytes(b"no table" * 500)
    [refused] = town.find(NUMBER)
    assert isinstance(refused, EvidenceRefused)
    assert NUMBER not in str(refused)


def test_an_area_may_stand_for_a_position(town):
    town.perform("import", f"{NUMBER},stop,Halte Contoh,Jl. Contoh,,,,31.75.08,")
    [claim] = town.find(NUMBER)
    assert claim.shape == Area("31.75.08", "Makasar")


@pytest.mark.parametrize(
    "text",
    [
        "Shelter Melati",
        "SHELTER",
        "sh3lter melati",
        "shel-ter",
        "S h e l t e r",
        "Rumah Aman Melati",
        "rumahaman",
        "Rumah  AMAN",
        "RUMAH-AMAN",
        "r.u.m.a.h aman",
        "Safe House 2",
        "safehouse",
        "Rumah Singgah Perempuan",
        "Rumah Perlindungan Trauma Center",
        "RPTC Bambu",
        "Women's Refuge",
        "penampungan korban kekerasan",
        "Ｓｈｅｌｔｅｒ",
    ],
)
@pytest.mark.parametrize("column", ["label", "address", "floor", "kind"])
def test_a_shelter_is_refused_in_whatever_column_and_spelling(town, text, column):
    values = {"kind": "building", "label": "Gedung", "address": "Jl. Contoh", "floor": "1", column: f'"{text}"'}
    line = f"{NUMBER},{values['kind']},{values['label']},{values['address']},-6.2,106.8,40,,{values['floor']}"
    with pytest.raises(ImportRefused, match="shelter"):
        town.perform("import", BUILDING.replace("0001", "0009"), line)
    assert not (town.folder / FILE).exists()


def test_a_police_post_may_bear_the_name_the_police_gave_it_and_nothing_else_may(town):
    assert town.perform("import", POST) == 0
    for line in (
        POST.replace("police_post", "building"),
        POST.replace("Pos Rumah Aman Polres Contoh", "Rumah Aman Melati"),
        POST.replace("Pos Rumah Aman Polres Contoh", "Shelter Polres Contoh"),
        POST.replace("Pos Rumah Aman Polres Contoh", "Pos Polres Contoh dan Rumah Singgah"),
    ):
        with pytest.raises(ImportRefused, match="shelter"):
            town.perform("import", line)


@pytest.mark.parametrize(
    "text",
    [
        "Halte Pasar Baru", "Puskesmas Kec. Senen", "Rumah Sakit Contoh", "Pasar Rumput", "Korpsa", "Jalan Aman",
        "RS Perempuan", "Rumah Sakit Perempuan dan Anak", "Rumah Amanah", "Rumah Amanda", "Pondok Amanah",
        "Perumahan Aman Sentosa", "Panti Asuhan Contoh", "Dinas Perlindungan Perempuan", "WC umum", "Rumah Makan Aman",
        "Pos Polisi Jalan Aman", "Pondok Indah", "Gedung Wanita", "Jl. Rumah Sakit 3, aman", "Rumah Singkong",
    ],
)  # fmt: skip
def test_ordinary_places_are_no_shelters(text):
    assert not names_a_shelter(text)


@pytest.mark.parametrize(
    "text",
    [
        "rmh aman", "rmh. aman melati", "rumah aman 5", "Rumah Aman5", "rumahamanmelati", "Pondok Aman", "RPSW",
        "R.P.S.W.", "r p s w", "Rumah Perempuan", "rmh perempuan", "Women Crisis Centre", "Women's Crisis Center",
        "WCC Jakarta", "W.C.C", "panti perlindungan", "Panti Sosial Perlindungan Bhakti", "rumah singgah perempuan",
        "Rumаh Аman", "ѕһеltеr",
        "ｒｕｍａｈ ａｍａｎ", "RUM\u200bAH AMAN", "Rümah Amán", "rum4h 4m4n", "ruma# she|ter", "$he1ter",
        "r.u.m.a.h.a.m.a.n",
        "ʀᴜᴍᴀʜ ᴀᴍᴀɴ", "SНЕLТЕR", "Rumah_Aman!", "5helter", "(rumah aman)",
    ],
)  # fmt: skip
def test_a_shelter_is_known_by_every_name_and_in_every_spelling(text):
    assert names_a_shelter(text)


def test_what_the_police_call_their_post_is_theirs_alone():
    assert not names_a_shelter("Pos Rumah Aman Polres Contoh", police_post=True)
    assert names_a_shelter("Pos Rumah Aman Polres Contoh")
    assert names_a_shelter("Rmh Aman Contoh", police_post=True)
    assert names_a_shelter("Pos Polres Contoh, RPSW", police_post=True)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (BUILDING.replace("building", "villa"), "kind"),
        (BUILDING.replace(NUMBER, "112"), "number"),
        (BUILDING.replace(NUMBER, "x" * 300), "number"),
        (BUILDING.replace(NUMBER, ""), "number"),
        (BUILDING.replace("Gedung Contoh", ""), "label"),
        (BUILDING.replace("106.85", ""), "lon"),
        (BUILDING.replace(",40,", ",0,"), "radius_m"),
        (f"{NUMBER},stop,Halte,Jl. Contoh,,,,31.99,", "lat"),
    ],
)
def test_a_bad_line_is_named_without_its_number(town, line, column):
    with pytest.raises(ImportRefused) as refused:
        town.perform("import", line)
    assert refused.value.faults[0].startswith(f"line 2: {column}: ")
    assert "0000001" not in str(refused.value)


def test_a_number_is_taken_out_again_in_any_spelling(town, capsys):
    town.perform("import", BUILDING, POST)
    assert town.perform("remove", number="021 0000001") == 0
    assert town.find(NUMBER) == []
    assert town.find("+62210000002") != []
    assert town.perform("remove", number=NUMBER) == 1
    with pytest.raises(Refused):
        town.perform("remove", number="tomorrow")
    assert town.perform("list") == 0
    out = capsys.readouterr().out
    assert "Pos Rumah Aman Polres Contoh" in out
    assert "000000" not in out


def test_an_empty_registry_is_said_so(town, capsys):
    assert town.perform("list") == 0
    assert "nothing is registered" in capsys.readouterr().err


def test_a_key_that_is_none_is_refused_at_once(tmp_path):
    settings = read_settings({"GATEWAY112_STATE": str(tmp_path), "GATEWAY112_REGISTRY_KEY": "short"})
    with pytest.raises(SettingsRefused, match="registry_key"):
        Registry(settings)


def test_the_claim_keeps_what_was_registered_but_no_number(town):
    town.perform("import", BUILDING)
    [claim] = town.find(NUMBER)
    assert json.loads(claim.original)["label"] == "Gedung Contoh"
    assert b"0000001" not in claim.original


def test_columns_and_kinds_are_documented():
    text = (ROOT / "docs" / "locations.md").read_text(encoding="utf-8")
    assert all(f"`{word}`" in text for word in (*REQUIRED, *OPTIONAL, *KINDS))
