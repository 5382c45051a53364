"""The IMEI in a SIP request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.evidence.aml_device import imei_of


@pytest.mark.parametrize(
    "text",
    [
        'Contact: <sip:a@192.0.2.1>;+sip.instance="<urn:gsma:imei:35000000-000000-0>";+g.3gpp.icsi-ref="x"',
        'm: <sip:a@192.0.2.1>;+sip.instance="%3Curn%3Agsma%3Aimei%3A35000000-000000-0%3E"',
        "+SIP.INSTANCE=<URN:IMEI:350000000000000>",
        'INVITE sip:112@192.0.2.2 SIP/2.0\r\nContact: <sip:x>;+sip.instance="<urn:gsma:imei:35000000-000000-0;svn=01>"',
    ],
)
def test_the_telephone_is_known_by_its_imei(text):
    assert imei_of(text) == "350000000000000"


@pytest.mark.parametrize(
    "text",
    [
        "",
        '+sip.instance="<urn:uuid:00000000-0000-1000-8000-000A95A0E128>"',
        "urn:gsma:imei:1234",
        "urn:gsma:imei:00000000-000000-0",
        "urn:gsma:imei:" + "-" * 50,
    ],
)
def test_what_is_none_is_none(text):
    assert imei_of(text) == ""


@given(st.text(max_size=200), st.text("urn:gsmaiei0123-%", max_size=200))
def test_anything_is_looked_at(text, like):
    imei_of(text)
    imei_of(like)
