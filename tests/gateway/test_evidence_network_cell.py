"""P-Access-Network-Info against the operator's table of cells."""

import sqlite3
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.contact import IncomingCall
from gateway.evidence.cells_command import run
from gateway.evidence.csv_import import ImportRefused, read
from gateway.evidence.network_cell import (
    FILE,
    OPTIONAL,
    REQUIRED,
    CellName,
    entry,
    find,
    from_headers,
    is_header,
    of_name,
    parse,
)
from gateway.evidence.table import Table, TableMissing, replace
from gateway.incident.errors import EvidenceRefused, Refused
from gateway.incident.location import Evidence
from gateway.incident.report import Caller
from gateway.incident.shape import ArcBand, Circle
from gateway.settings import ROOT
from gateway.settings import read as read_settings

NOW = 1_750_000_000.0
HEADER = ",".join([*REQUIRED, *OPTIONAL])
LTE = "LTE,510,10,0x1A2B,0x2B90135,-6.2475,106.8910,800,,,,Contoh"
E_UTRAN = '3GPP-E-UTRAN-FDD; utran-cell-id-3gpp="510101A2B2B90135"; network-provided'


def call(header):
    return IncomingCall("sip", "1.1", Caller("+6281200000001", "trial"), NOW, network_info=header)


@pytest.fixture
def cells(tmp_path):
    """Import these lines; returns the table."""

    def put(*lines):
        file = tmp_path / "cells.csv"
        file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
        replace(tmp_path / FILE, read(file, REQUIRED, OPTIONAL, entry).items())
        return Table(tmp_path / FILE)

    return put


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("3GPP-GERAN; cgi-3gpp=5100100640 0C8".replace(" ", ""), "GERAN/510/01/64/c8"),
        ('3GPP-GERAN;cgi-3gpp="51001006400C8"', "GERAN/510/01/64/c8"),
        ("3GPP-GERAN; cgi-3gpp=310410006400c8", "GERAN/310/410/64/c8"),
        ("3GPP-UTRAN-FDD; utran-cell-id-3gpp=5101012340001E24", "UTRAN/510/10/1234/1e24"),
        ("3GPP-UTRAN-TDD;utran-cell-id-3gpp=5101012340001e24", "UTRAN/510/10/1234/1e24"),
        (E_UTRAN, "E-UTRAN/510/10/1a2b/2b90135"),
        ("3GPP-E-UTRAN; utran-cell-id-3gpp = 510101A2B2B90135 ; np", "E-UTRAN/510/10/1a2b/2b90135"),
        ("3gpp-e-utran-tdd; UTRAN-CELL-ID-3GPP=510101A2B2B90135", "E-UTRAN/510/10/1a2b/2b90135"),
        ("3GPP-NR-FDD; utran-cell-id-3gpp=5101100ABCD123456789", "NR/510/11/abcd/123456789"),
        ("3GPP-NR; utran-cell-id-3gpp=510101A2B2B90135", "E-UTRAN/510/10/1a2b/2b90135"),
        ("3GPP-WLAN; i-wlan-node-id=001122334455", "WLAN////001122334455"),
        ('IEEE-802.11;i-wlan-node-id="00:11:22:33:44:FF";local-time-zone="UTC+07:00"', "WLAN////0011223344ff"),
        ('IEEE-802.11;"i-wlan-node-id=00:11:22:33:44:FF"', "WLAN////0011223344ff"),
        ("3GPP-NR-TDD;utran-cell-id-3gpp=510-10-00ABCD-123456789", "NR/510/10/abcd/123456789"),
        ("3GPP-NR-U-TDD;utran-cell-id-3gpp=5101000ABCD123456789", "NR/510/10/abcd/123456789"),
        ("3GPP-E-UTRAN;utran-cell-id-3gpp=5101000ABCD123456789", "NR/510/10/abcd/123456789"),
        ("3GPP-E-UTRAN-ProSe-UNR;utran-cell-id-3gpp=510101A2B2B90135", "E-UTRAN/510/10/1a2b/2b90135"),
        ("3GPP-HSPA;utran-cell-id-3gpp=5101012340001E24", "UTRAN/510/10/1234/1e24"),
        ("3GPP-GAN;cgi-3gpp=51001006400C8", "GERAN/510/01/64/c8"),
        ("IEEE-802.11ac; i-wlan-node-id=00-11-22-33-44-ff", "WLAN////0011223344ff"),
        ('3GPP-E-UTRAN-FDD;x="a,b;c";utran-cell-id-3gpp="510101A2B2B90135"', "E-UTRAN/510/10/1a2b/2b90135"),
    ],
)
def test_every_access_network_names_its_cell(header, key):
    [claim] = parse(header)
    assert isinstance(claim, CellName)
    assert claim.key == key


@pytest.mark.parametrize(
    "header",
    [
        "3GPP-GERAN",
        "DSL; dsl-location=x",
        "3GPP-GERAN; cgi-3gpp=",
        "3GPP-UTRAN-FDD; utran-sai-3gpp=5101012345678",
        "untrusted-non-3GPP-VIRTUAL-EPC; utran-cell-id-3gpp=510101A2B2B90135",
        "3GPP-GERAN; cgi-3gpp=510",
        "3GPP-GERAN; cgi-3gpp=51001006400CG",
        "3GPP-E-UTRAN-FDD; utran-cell-id-3gpp=5101",
        "3GPP-E-UTRAN-FDD; utran-cell-id-3gpp=٥١٠١٠١A2B2B90135",
        "utran-cell-id-3gpp=510101A2B2B90135",
        "3GPP-WLAN; i-wlan-node-id=somewhere",
        '"',
        '";";,",',
        "\\",
        "\x00\r\n",
        "x" * 5000,
        ("3GPP-GERAN;" * 400)[:2000],
        '"' * 2000,
        "Robert'); DROP TABLE entries;--",
    ],
)
def test_garbage_is_refused_and_kept(header, cells):
    found = find(call(header), cells(LTE))
    assert found
    assert all(isinstance(claim, EvidenceRefused) and claim.source == "network_cell" for claim in found)
    assert all(claim.original == header[:2048].encode() and claim.where for claim in found)


def test_no_header_is_no_claim(cells):
    assert find(call(""), cells(LTE)) == []
    assert find(call("  "), cells(LTE)) == []


def test_a_cell_of_the_table_is_where_the_caller_is(cells):
    [claim] = find(call(E_UTRAN), cells(LTE))
    assert claim == Evidence(
        "network_cell", Circle(-6.2475, 106.891, 800.0), NOW, NOW, 95.0, "Cell", original=E_UTRAN.encode()
    )


def test_of_several_the_one_the_network_named_comes_first(cells):
    claims = find(
        call(f"3GPP-GERAN;cgi-3gpp=51001006400C8, {E_UTRAN}"), cells(LTE, "GSM,510,1,100,200,-6.2,106.8,1500,,,,")
    )
    assert [claim.shape.radius_m for claim in claims] == [800.0, 1500.0]


def test_a_cell_that_the_table_lacks_is_refused_with_its_name(cells):
    [claim] = find(call("3GPP-GERAN;cgi-3gpp=51001006400C8"), cells(LTE))
    assert "GERAN/510/01/64/c8" in claim.why


def test_without_a_table_or_with_a_damaged_one_the_claim_is_refused(tmp_path):
    [claim] = find(call(E_UTRAN), Table(tmp_path / FILE))
    assert "cells import" in claim.why
    (tmp_path / FILE).write_bytes(b"no table" * 200)
    [claim] = find(call(E_UTRAN), Table(tmp_path / FILE))
    assert "damaged" in claim.why


def test_a_replaced_table_is_seen_at_once_also_by_other_threads(cells):
    table = cells(LTE)
    assert table.get("E-UTRAN/510/10/1a2b/2b90135")
    cells("GSM,510,1,100,200,-6.2,106.8,1500,,,,")
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(table.get("GERAN/510/01/64/c8"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(answers)
    assert table.get("E-UTRAN/510/10/1a2b/2b90135") is None


def test_a_sector_is_told_as_what_it_is(cells):
    [claim] = find(call(E_UTRAN), cells("LTE,510,10,0x1A2B,0x2B90135,-6.2475,106.8910,800,10,65,70,Contoh"))
    assert claim.shape == ArcBand(-6.2475, 106.891, 0.0, 800.0, 337.5, 65.0)
    assert claim.confidence == 70
    assert Evidence.from_dict(claim.as_dict()) == claim
    [whole] = find(call(E_UTRAN), cells("LTE,510,10,0x1A2B,0x2B90135,-6.2475,106.8910,800,10,360,,Contoh"))
    assert whole.shape == Circle(-6.2475, 106.891, 800.0)


def test_a_table_of_before_is_read(tmp_path):
    replace(tmp_path / FILE, [("E-UTRAN/510/10/1a2b/2b90135", "[-6.24, 106.89, 461.9, 95.0]")])
    [claim] = find(call(E_UTRAN), Table(tmp_path / FILE))
    assert claim.shape == Circle(-6.24, 106.89, 461.9)


def test_several_headers_are_one_request_s(cells):
    table = cells(LTE, "GSM,510,1,100,200,-6.2,106.8,1500,,,,", "WLAN,,,,00:11:22:33:44:55,-6.19,106.82,50,,,,")
    headers = [
        'P-Access-Network-Info: IEEE-802.11;i-wlan-node-id="001122334455"',
        "Cellular-Network-Info: 3GPP-GERAN;cgi-3gpp=51001006400C8;cell-info-age=90",
        E_UTRAN,
        E_UTRAN,
        " ",
    ]
    lte, wlan, gsm = from_headers(headers, table, NOW)
    assert (lte.shape.radius_m, wlan.method, gsm.observed_at) == (800.0, "802.11", NOW - 90)
    assert gsm.original == headers[1].encode()
    assert all(is_header(header) for header in headers[:4])
    assert not is_header("tolong; saya di sini")


def test_a_value_of_the_network_s_without_a_cell_takes_nothing_from_one_with_it(cells):
    header = f'{E_UTRAN}, 3GPP-E-UTRAN;local-time-zone="UTC+07:00";daylight-saving-time="00";network-provided'
    [claim] = find(call(header), cells(LTE))
    assert isinstance(claim, Evidence)


@pytest.mark.parametrize(
    ("named", "radius"),
    [
        ({"cell": "45678901"}, 800.0),
        ({"cell": "0x2B90135", "area": "6699", "access": "LTE"}, 800.0),
        ({"cell": "2b90135", "area": "0x1a2b"}, 800.0),
        ({"cell": "200"}, None),
        ({"cell": "200", "area": "100"}, 1500.0),
        ({"cell": "45678901", "access": "NR"}, None),
        ({"cell": "45678901", "mnc": "*"}, None),
        ({"cell": "*"}, None),
        ({"cell": ""}, None),
        ({"cell": "45678901", "area": "1"}, None),
    ],
)
def test_a_cell_that_a_telephone_names_is_found_if_it_is_the_only_one(named, radius, cells):
    other = "GSM,510,10,101,200,-6.3,106.8,1500,,,,"
    table = cells(LTE, "GSM,510,10,100,200,-6.2,106.8,1500,,,,", other)
    claim = of_name(table, NOW, b"x", **{"mcc": "510", "mnc": "10", **named})
    assert (claim and claim.shape.radius_m) == radius


def test_without_a_table_no_cell_is_found(tmp_path):
    assert of_name(Table(tmp_path / FILE), NOW, b"", mcc="510", mnc="10", cell="1") is None


@given(st.text(max_size=300), st.text('3GPP-ENRUTAL;,="cgi510abutranceld FDT0129\\', max_size=300))
def test_any_header_is_read_or_refused(text, like):
    for header in (text, like):
        is_header(header)
        assert all(isinstance(claim, CellName | EvidenceRefused) for claim in parse(header))


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("5G,510,10,1,1,-6.2,106.8,800,,,,", "access"),
        (",510,10,1,1,-6.2,106.8,800,,,,", "access"),
        ("LTE,51,10,1,1,-6.2,106.8,800,,,,", "mcc"),
        ("LTE,510,x,1,1,-6.2,106.8,800,,,,", "mnc"),
        ("LTE,510,10,0x1A2B3,1,-6.2,106.8,800,,,,", "area"),
        ("LTE,510,10,-1,1,-6.2,106.8,800,,,,", "area"),
        ("LTE,510,10,1,1.5,-6.2,106.8,800,,,,", "cell"),
        ("LTE,510,10,1,,-6.2,106.8,800,,,,", "cell"),
        ("WLAN,,,,zz,-6.2,106.8,800,,,,", "cell"),
        ("LTE,510,10,1,1,,106.8,800,,,,", "lat"),
        ("LTE,510,10,1,1,0,0,800,,,,", "lon"),
        ("LTE,510,10,1,1,nan,106.8,800,,,,", "lat"),
        ("LTE,510,10,1,1,-6.2,106.8,0,,,,", "radius_m"),
        ("LTE,510,10,1,1,-6.2,106.8,inf,,,,", "radius_m"),
        ("LTE,510,10,1,1,-6.2,106.8,1_000,,,,", "radius_m"),
        ("LTE,510,10,1,1,-6.2,106.8,800,400,,,", "azimuth"),
        ("LTE,510,10,1,1,-6.2,106.8,800,40,0,,", "opening"),
        ("LTE,510,10,1,1,-6.2,106.8,800,,,101,", "confidence"),
        ("LTE,510,10,1,1,-6.2,106.8,800,,,,a,b", "columns"),
        ("LTE,510,10,1,1,-6.2,106.8,800,,,,\x1b[2J", "name"),
        ("LTE,510,10,1,1,-6.2,106.8,800,,,," + "n" * 1001, "name"),
    ],
)
def test_a_bad_line_is_refused_by_its_number_and_column_and_nothing_is_imported(line, column, cells):
    table = cells(LTE)
    with pytest.raises(ImportRefused) as refused:
        cells(LTE.replace("2B90135", "1"), line)
    [fault] = refused.value.faults
    assert fault.startswith(f"line 3: {column}: ")
    assert table.get("E-UTRAN/510/10/1a2b/2b90135")


def test_every_bad_line_is_reported_not_only_the_first(cells):
    with pytest.raises(ImportRefused) as refused:
        cells("LTE,510,10,1,1,106.8,-6.2,800,,,,", LTE, LTE, '"LTE","510","10","1","1","-6,2","106,8",800,,,,')
    assert [fault.split(":")[0] for fault in refused.value.faults] == ["line 2", "line 4", "line 5"]
    assert "swapped" in refused.value.faults[0]
    assert "the same as line 3" in refused.value.faults[1]
    assert "not a comma" in refused.value.faults[2]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"access,mcc\n",
        HEADER.encode() + b",colour\n" + LTE.encode() + b",red\n",
        HEADER.encode() + b",mcc\n",
        HEADER.encode() + b"\n",
        HEADER.encode() + b"\n\xff\xfe\n",
        HEADER.encode() + b'\nLTE,"' + b"x" * 200_000 + b'"\n',
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(content, tmp_path):
    file = tmp_path / "cells.csv"
    file.write_bytes(content)
    with pytest.raises(Refused):
        read(file, REQUIRED, OPTIONAL, entry)


def test_semicolons_and_a_byte_order_mark_are_what_spreadsheets_write(tmp_path):
    file = tmp_path / "cells.csv"
    file.write_text("﻿" + HEADER.replace(",", ";") + "\r\n" + LTE.replace(",", ";") + "\r\n", encoding="utf-8")
    assert list(read(file, REQUIRED, OPTIONAL, entry)) == ["E-UTRAN/510/10/1a2b/2b90135"]


def test_the_command_checks_imports_and_lists(tmp_path, capsys):
    settings = read_settings({"GATEWAY112_STATE": str(tmp_path)})
    file = tmp_path / "cells.csv"
    file.write_text(f"{HEADER}\n{LTE}\n", encoding="utf-8")
    arguments = type("Arguments", (), {"file": file})()

    def perform(action):
        arguments.action = action
        return run(arguments, settings)

    assert perform("list") == 0, "nothing is imported yet, which is no fault"
    assert perform("check") == 0
    assert not (tmp_path / FILE).exists()
    assert perform("import") == 0
    assert perform("list") == 0
    told = capsys.readouterr().out
    assert "cell lat lon radius_m confidence_percent" in told
    assert "E-UTRAN/510/10/1a2b/2b90135 -6.2475 106.891 800.0 95.0" in told
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    arguments.file = tmp_path / "missing.csv"
    with pytest.raises(Refused, match="cannot be read"):
        perform("import")


def test_an_import_that_dies_leaves_the_old_table(cells, tmp_path):
    table = cells(LTE)

    def dying():
        yield "a", "1"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace(tmp_path / FILE, dying())
    assert table.get("E-UTRAN/510/10/1a2b/2b90135")
    replace(tmp_path / FILE, [("a", "1")])
    assert table.get("a") == "1"


def test_a_table_tells_missing_from_damaged(tmp_path):
    with pytest.raises(TableMissing):
        Table(tmp_path / "none").get("a")
    (tmp_path / "none").write_text("x" * 5000)
    with pytest.raises(sqlite3.DatabaseError):
        Table(tmp_path / "none").get("a")


def test_the_columns_are_documented():
    text = (ROOT / "docs" / "locations.md").read_text(encoding="utf-8")
    assert all(f"`{column}`" in text for column in (*REQUIRED, *OPTIONAL))
