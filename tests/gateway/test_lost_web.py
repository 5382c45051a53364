"""LoST over HTTP: every answer is 200 and XML, whatever comes."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from gateway.lost import MEDIA_TYPE
from tests.gateway.test_lost import error, geodetic, query, service, texts
from tests.gateway_in_process import GatewayInProcess

GOOD = query(geodetic() + service("sos.fire"))


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return GatewayInProcess(tmp_path_factory.mktemp("lost")).app.test_client()


def test_a_query_is_answered_as_lost_xml(client):
    answer = client.post("/lost", data=GOOD, content_type=MEDIA_TYPE)
    assert answer.status_code == 200
    assert answer.content_type == MEDIA_TYPE
    assert answer.headers["Cache-Control"] == "no-store"
    assert texts(ElementTree.fromstring(answer.data), "serviceNumber") == ["113"]


@pytest.mark.parametrize(
    "content_type", ["application/lost+xml;charset=utf-8", "text/xml", "application/x-www-form-urlencoded"]
)
def test_how_a_query_is_labelled_is_no_matter(client, content_type):
    assert b"findServiceResponse" in client.post("/lost", data=GOOD, content_type=content_type).data


def test_what_is_too_large_is_an_error_in_the_answer(client):
    answer = client.post("/lost", data=b"<a>" + b" " * 10_000_000 + b"</a>", content_type=MEDIA_TYPE)
    assert answer.status_code == 200
    assert error(ElementTree.fromstring(answer.data)) == "badRequest"


def test_another_method_is_refused(client):
    assert client.get("/lost").status_code == 405
