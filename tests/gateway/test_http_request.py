"""Requests to other parties, asked of small real servers."""

import socket
import threading

import pytest

from gateway.http_request import NoAnswer, perform
from tests.gateway.http_server import Reply, http_server, write_certificate


def answering(**how):
    return http_server(lambda _asked: Reply(**how))


def test_an_answer_comes_with_its_status_headers_and_body():
    with answering(status=404, body=b"nothing", headers={"X-Odd": "yes"}) as server:
        answer = perform("POST", server.url("/a?b=c"), body=b"said", headers={"Accept": "text/plain"})
        assert (answer.status, answer.headers["x-odd"], answer.body) == (404, "yes", b"nothing")
        [asked] = server.asked
        assert (asked.method, asked.path, asked.body) == ("POST", "/a?b=c", b"said")
        assert asked.headers["host"] == f"127.0.0.1:{server.port}"
        assert asked.headers["accept"] == "text/plain"


def test_a_redirect_is_an_answer_and_is_not_followed():
    with answering(status=302, headers={"Location": "http://127.0.0.1:1/"}) as server:
        assert perform("GET", server.url()).status == 302
        assert len(server.asked) == 1


def test_an_answer_that_is_too_large_is_left_before_its_end():
    with answering(body=b"x" * 3_000_000) as server, pytest.raises(NoAnswer, match="larger than 1000000 bytes"):
        perform("GET", server.url())


def test_an_answer_that_drips_ends_with_the_time_it_has():
    with (
        answering(body=b"x" * 1000, piece=1, pause=0.05) as server,
        pytest.raises(NoAnswer, match=r"within 0.5 s") as end,
    ):
        perform("GET", server.url(), within=0.5)
    assert end.value.sent


def test_an_answer_without_a_length_is_not_taken_for_whole_where_its_time_ended():
    drip = Reply(body=b"x" * 1000, piece=1, pause=0.05, headers={"Content-Length": "", "Connection": "close"})
    with http_server(lambda _asked: drip) as server, pytest.raises(NoAnswer, match=r"within 0.5 s"):
        perform("GET", server.url(), within=0.5)


def test_headers_that_drip_end_with_the_time_they_have():
    with socket.create_server(("127.0.0.1", 0)) as door:
        stop = threading.Event()

        def drip():
            line, _ = door.accept()
            with line:
                while not stop.wait(0.05):
                    try:
                        line.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        with pytest.raises(NoAnswer, match=r"within 0.5 s"):
            perform("GET", f"http://127.0.0.1:{door.getsockname()[1]}/", within=0.5)
        stop.set()
        thread.join()


def test_what_cannot_be_connected_to_was_surely_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    with pytest.raises(NoAnswer, match="no connection") as refused:
        perform("POST", f"http://127.0.0.1:{port}/", body=b"x")
    assert not refused.value.sent


def test_a_service_that_hangs_up_may_have_received_the_request():
    with socket.create_server(("127.0.0.1", 0)) as door:

        def hang_up():
            line, _ = door.accept()
            line.recv(1000)
            line.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(NoAnswer, match="broke off") as end:
            perform("GET", f"http://127.0.0.1:{door.getsockname()[1]}/")
        thread.join()
    assert end.value.sent


def test_an_address_that_may_not_be_reached_is_not_connected_to():
    with answering() as server:
        with pytest.raises(NoAnswer, match="no address that may be reached"):
            perform("GET", server.url(), may_reach=lambda address: not address.is_loopback)
        with pytest.raises(NoAnswer, match="no address that may be reached"):
            perform("GET", server.url(host="localhost"), may_reach=lambda address: not address.is_loopback)
        assert server.asked == []


@pytest.mark.parametrize(
    "url", ["", "ftp://example.invalid/", "http://", "http://a:b@example.invalid/", "http://[::1", "https://x:99999/"]
)
def test_what_is_no_url_is_said_so(url):
    with pytest.raises(NoAnswer, match="it is no URL"):
        perform("GET", url)


def test_a_name_that_nobody_has_is_said_so():
    with pytest.raises(NoAnswer, match="no address"):
        perform("GET", "http://nobody.invalid/", within=3)


def test_a_certificate_counts_for_its_name_alone(tmp_path, monkeypatch):
    certificate = write_certificate(tmp_path / "server.pem", "localhost")
    with http_server(lambda _asked: Reply(body=b"yes"), certificate) as server:
        with pytest.raises(NoAnswer, match="certificate"):
            perform("GET", server.url(host="localhost"))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert perform("GET", server.url(host="localhost")).body == b"yes"
        with pytest.raises(NoAnswer, match="certificate"):
            perform("GET", server.url(host="127.0.0.1"))


def test_an_odd_path_breaks_no_request():
    with answering() as server:
        perform("GET", server.url('/a b\u00e9\r\nX: y?q=\u00e9 "<>'))
        assert server.asked[0].path == "/a%20b%C3%A9X:%20y?q=%C3%A9%20%22%3C%3E"
