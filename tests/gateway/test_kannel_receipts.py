"""Receipts that bearerbox gives to our box instead of the one that sent: they are kept like any other."""

import time

import pytest

from gateway.channels.kannel_box import Answer, Message
from gateway.channels.kannel_reader import Reader
from gateway.incident.timeline import Kind
from gateway.messages.replies import receipt_url
from tests.gateway_in_process import made_up_settings
from tests.notebook import Notebook

NOW = 1_750_000_000.0


class Box:
    """Hears what is answered."""

    def __init__(self):
        self.said = []

    def answer(self, message, answer):
        self.said.append(answer)


@pytest.fixture
def settings(tmp_path):
    return made_up_settings(tmp_path)


def taken(settings, journal, **fields):
    box = Box()
    message = Message({name: value.encode() for name, value in {"id": "r1", **fields}.items()}, from_a_writer=False)
    Reader(settings, journal, lambda: NOW)._take(box, [message])
    return box.said


def test_a_receipt_of_a_reply_of_ours_is_on_its_timeline(settings):
    journal = Notebook()
    url = receipt_url(settings, "kannel", "i1", "reply1", NOW + 60)
    said = taken(
        settings, journal, mask="1", receipt_url=f"{url}?status=%d", text="id:1 stat:DELIVRD err:000 text:halo"
    )
    (entry,) = journal.entries
    assert (said, entry.incident, entry.kind, entry.key) == ([Answer.TAKEN], "i1", Kind.DELIVERY, "reply1:delivered")
    assert "halo" not in str(entry.data)


@pytest.mark.parametrize("url", ["", "http://127.0.0.1/messages/kannel/receipt/forged", "/", "x" * 500])
def test_a_receipt_of_none_of_ours_is_done_with(settings, url):
    journal = Notebook()
    assert taken(settings, journal, mask="1", receipt_url=url) == [Answer.TAKEN]
    assert journal.entries == []


def test_a_receipt_that_cannot_be_kept_is_asked_for_again(settings):
    journal = Notebook()
    journal.full = True
    url = receipt_url(settings, "kannel", "i1", "reply1", time.time() + 60)
    assert taken(settings, journal, mask="2", receipt_url=url) == [Answer.AGAIN]
