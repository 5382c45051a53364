"""Kannel's requests as they were recorded, and ours to it: what is taken, refused, and sent again or not."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

import pytest

from gateway import settings as table
from gateway.channels import kannel
from gateway.channels.kannel_conf import password
from gateway.messages.channel import Forbidden, NotSent, Outgoing, Receipt, Request, Uncertain
from gateway.messages.part import Part
from gateway.settings import Settings
from sms.decoding import decode

RECORDED = Path(__file__).parent.parent / "recorded" / "kannel"
NOW = 1_795_294_900.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    table.write_missing_secrets(tmp_path)
    return table.read({"GATEWAY112_STATE": str(tmp_path)})


def recorded(settings: Settings, name: str, peer: str = "127.0.0.1", token: str = "") -> Request:
    told = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    path = told["path"].replace("TOKEN", token or password(settings, "incoming"))
    pairs = (pair.partition("=") for pair in urlsplit(path).query.split("&"))
    fields = {name: unquote_to_bytes(value.replace("+", " ")) for name, _, value in pairs}
    return Request(path, fields, bytes.fromhex(told["body"]), told["headers"], peer)


def taken(settings: Settings, name: str) -> Part:
    (part,) = kannel.incoming(settings, recorded(settings, f"incoming/{name}"), NOW)
    return part


@pytest.mark.parametrize(
    ("name", "source", "charset", "text"),
    [
        ("a_text", "+6281200000001", "utf-8", "tolong, suami saya memukul saya"),
        ("letters_beyond_ascii", "+6281200000001", "utf-8", "café € {di sini} 🔥"),
        ("data_of_8_bits", "+6281200000004", "binary", "tolong"),
        ("an_empty_text", "+6281200000005", "utf-8", ""),
        ("a_name_as_sender", "BANK&x=1#", "utf-8", "promo"),
        ("a_text_without_a_coding", "+6281200000006", "utf-8", "halo"),
        ("bytes_that_are_no_utf_8", "+6281200000007", "utf-8", "café di sini"),
        ("a_text_in_ucs_2", "+6281200000011", "utf-16-be", "tolong 🔥 di sini"),
        ("a_flash_text", "+6281200000014", "utf-8", "tolong"),
        ("a_long_text_joined_before", "+6281200000015", "utf-8", "tolong " * 60),
    ],
)
def test_a_message_in_one_part_is_taken(settings: Settings, name: str, source: str, charset: str, text: str) -> None:
    part = taken(settings, name)
    assert (part.channel, part.source, part.destination, part.charset) == ("kannel", source, "112", charset)
    assert (part.reference, part.total, part.number) == (None, 1, 1)
    assert part.connector in ("trial", "operator-a")
    assert decode(part.body, part.charset) == text
    assert part.sent_at is not None
    assert 0 < NOW - part.sent_at < 100
    assert part.at == NOW


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a_part_with_a_reference_of_8_bits", (42, 2, 1)),
        ("a_part_with_a_reference_of_16_bits", (298, 2, 2)),
        ("a_part_in_ucs_2", (7, 2, 1)),
        ("a_part_in_the_gsm_alphabet", (7, 2, 1)),
    ],
)
def test_a_part_says_which_it_is(settings: Settings, name: str, expected: tuple[int, int, int]) -> None:
    part = taken(settings, name)
    assert (part.reference, part.total, part.number) == expected


def test_whatever_it_lacks_a_message_is_taken_and_known_again(settings: Settings) -> None:
    bare = Request("/", {"token": password(settings, "incoming").encode()}, b"tolong", {}, "127.0.0.1")
    (first,), (again,) = kannel.incoming(settings, bare, NOW), kannel.incoming(settings, bare, NOW + 5)
    assert first.body == b"tolong"
    assert first.id == again.id != ""
    assert (first.connector, first.sent_at) == ("kannel", None)


@pytest.mark.parametrize(
    ("name", "value"),
    [("sent", b"-5"), ("sent", b"9" * 400), ("coding", b"\xff"), ("udh", b"\xff" * 300), ("from", b"\xff" * 9000)],
)
def test_hostile_fields_cost_no_message(settings: Settings, name: str, value: bytes) -> None:
    request = recorded(settings, "incoming/a_text")
    (part,) = kannel.incoming(settings, Request(request.path, {**request.fields, name: value}, b"x", {}, "::1"), NOW)
    assert part.body == b"x"
    assert len(part.source) <= kannel.LONGEST_ADDRESS


@pytest.mark.parametrize(("peer", "token"), [("127.0.0.1", "wrong"), ("192.0.2.7", ""), ("", ""), ("a name", "")])
def test_what_is_not_our_kannels_is_refused(settings: Settings, peer: str, token: str) -> None:
    with pytest.raises(Forbidden):
        kannel.incoming(settings, recorded(settings, "incoming/a_text", peer, token), NOW)


def test_what_became_of_a_reply_is_told(settings: Settings) -> None:
    first = kannel.receipt(settings, recorded(settings, "receipt/taken_then_delivered_1"), NOW)
    second = kannel.receipt(settings, recorded(settings, "receipt/taken_then_delivered_2"), NOW)
    assert first == Receipt("sent")
    assert second == Receipt("delivered", "", "f92f2b83-1311-4ed9-a50a-4e0f4a1f40cc")


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (b"2", b"id:7 stat:UNDELIV err:012 text:kami stat:rahasia", Receipt("undelivered", "stat:UNDELIV err:012")),
        (b"16", b"NACK/0x0000000b/Invalid Destination Address", Receipt("undelivered", "NACK/0x0000000b")),
        (b"4", b"", Receipt("sent")),
        (b"32", b"", Receipt("unknown")),
        (b"", b"\xff", Receipt("unknown")),
    ],
)  # fmt: skip
def test_a_receipt_keeps_codes_and_no_words(
    settings: Settings, status: bytes, answer: bytes, expected: Receipt
) -> None:
    request = Request("/", {"status": status, "answer": answer}, b"", {}, "127.0.0.1")
    assert kannel.receipt(settings, request, NOW) == expected


def test_a_receipt_from_elsewhere_is_refused(settings: Settings) -> None:
    with pytest.raises(Forbidden):
        kannel.receipt(settings, Request("/", {"status": b"1"}, b"", {}, "192.0.2.7"), NOW)


class SmsBox:
    """Stands in for Kannel's two processes where they answer what the real ones cannot be made to."""

    def __init__(self) -> None:
        self.status, self.words, self.hangs_up = 202, b"0: Accepted for delivery", False
        self.headers: dict[str, str] = {}
        self.body = b""
        box = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                box.headers = dict(self.headers.items())
                box.body = self.rfile.read(int(self.headers["Content-Length"]))
                if box.hangs_up:
                    return
                self.send_response(box.status)
                self.end_headers()
                self.wfile.write(box.words)

            def log_message(self, *_words: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        return self.server.server_port


@pytest.fixture
def box(settings: Settings) -> Iterator[SmsBox]:
    box = SmsBox()
    yield box
    box.server.shutdown()
    box.server.server_close()


def facing(settings: Settings, box: SmsBox) -> Settings:
    return Settings({**settings, "kannel_send_port": box.port, "kannel_admin_port": box.port})


def reply(text: str = "Kami di sini.", **others: object) -> Outgoing:
    values: dict[str, object] = {"connector": "trial", "to": "+6281200000001", "sender": "112"}
    values |= {"valid_until": time.time() + 600, "receipt_url": "https://outside.test/messages/kannel/receipt/a%2Bb_-"}
    return Outgoing("inc-1", "reply-1", text=text, **{**values, **others})  # type: ignore[arg-type]


def test_a_reply_says_all_that_kannel_has_to_know(settings: Settings, box: SmsBox) -> None:
    assert kannel.send(facing(settings, box), reply()) == ""
    told = box.headers
    assert box.body == b"Kami di sini."
    assert (told["X-Kannel-To"], told["X-Kannel-From"], told["X-Kannel-SMSC"]) == ("+6281200000001", "112", "trial")
    assert (told["X-Kannel-Coding"], told["X-Kannel-Validity"], told["X-Kannel-DLR-Mask"]) == ("0", "9", "31")
    url = f"{settings.inside_url}/messages/kannel/receipt/a%%2Bb_-?status=%d"
    assert told["X-Kannel-DLR-URL"].startswith(url)


@pytest.mark.parametrize(("text", "coding"), [("{€} é", "0"), ("Baik 🔥", "2"), ("日本", "2"), ("\ud83d", "2")])
def test_letters_choose_the_coding(settings: Settings, box: SmsBox, text: str, coding: str) -> None:
    kannel.send(facing(settings, box), reply(text))
    assert box.headers["X-Kannel-Coding"] == coding


@pytest.mark.parametrize("to", ["", "BANK", "+62812 0000", "+6281200000001\r\nX-Kannel-From: 110", "٠٨١٢٠٠٠"])
def test_what_is_no_number_is_not_written_to(settings: Settings, box: SmsBox, to: str) -> None:
    with pytest.raises(NotSent) as refused:
        kannel.send(facing(settings, box), reply(to=to))
    assert (refused.value.retryable, refused.value.ours) == (False, False)
    assert not box.headers


@pytest.mark.parametrize("sender", ["", "112\r\nX: y", "a sender that is too long"])
def test_a_sender_that_cannot_be_is_replaced(settings: Settings, box: SmsBox, sender: str) -> None:
    kannel.send(facing(settings, box), reply(sender=sender))
    assert box.headers["X-Kannel-From"] == "112"


def test_the_last_minute_of_a_reply_is_not_exceeded_unless_it_is_the_first(settings: Settings, box: SmsBox) -> None:
    for seconds, minutes in ((179, "2"), (30, "1"), (-5, "1")):
        kannel.send(facing(settings, box), reply(valid_until=time.time() + seconds))
        assert box.headers["X-Kannel-Validity"] == minutes


@pytest.mark.parametrize(
    ("status", "words", "retryable", "ours"),
    [
        (503, b"Temporal failure, try again later.", True, False),
        (403, b"Authorization failed for sendsms", False, True),
        (403, b"Not routable. Do not try again.", False, False),
        (400, b"UDH field misformed, rejected", False, False),
        (404, b"Unknown request.", False, True),
    ],
)
def test_a_refusal_is_told_by_its_kind(
    settings: Settings, box: SmsBox, status: int, words: bytes, retryable: bool, ours: bool
) -> None:
    box.status, box.words = status, words
    with pytest.raises(NotSent) as refused:
        kannel.send(facing(settings, box), reply())
    assert (refused.value.retryable, refused.value.ours) == (retryable, ours)
    assert "+62" not in str(refused.value)


def test_a_reply_that_may_have_left_is_never_said_to_be_unsent(settings: Settings, box: SmsBox) -> None:
    box.hangs_up = True
    with pytest.raises(Uncertain):
        kannel.send(facing(settings, box), reply())
    box.hangs_up, box.status = False, 500
    with pytest.raises(Uncertain):
        kannel.send(facing(settings, box), reply())


def test_kannel_away_or_off_leaves_a_reply_unsent(settings: Settings, box: SmsBox) -> None:
    here = facing(settings, box)
    box.server.shutdown()
    box.server.server_close()
    with pytest.raises(NotSent) as away:
        kannel.send(here, reply())
    assert away.value.retryable
    off = Settings({**here, "kannel": False})
    assert kannel.connectors(off) == []
    with pytest.raises(NotSent) as refused:
        kannel.send(off, reply())
    assert refused.value.ours
