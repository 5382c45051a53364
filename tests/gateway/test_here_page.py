"""What the page behind a link does on a telephone: its script, performed by node with a made-up browser around it."""

import json
import subprocess
from pathlib import Path

import pytest

from gateway.evidence.browser import read
from gateway.setup.page import NODE
from gateway.web.here import _PAGE_NAME, PAGE

HARNESS = Path(__file__).with_name("here_page.js")

DENIED, NO_POSITION = 1, 2
MINUTE = ["wait", 61_000]


def performed(*steps, statuses=(204, 204, 204, 204)):
    """What the page did. Steps: tap; fix, an accuracy in metres; fault, its code; wait, milliseconds."""
    plan = json.dumps(
        {"steps": [step if isinstance(step, list) else [step, 0] for step in steps], "statuses": statuses}
    )
    done = subprocess.run(
        [str(NODE / "bin/node"), str(HARNESS), str(PAGE), plan], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def accuracies(done):
    return [body["accuracy"] for _, body in done["posts"]]


def test_nothing_is_sent_before_the_button_is_tapped():
    done = performed(["fix", 10], MINUTE)
    assert (done["posts"], done["told"]) == ([], [])


def test_what_it_sends_is_what_is_taken():
    [(address, body)] = performed("tap", ["fix", 10])["posts"]
    assert address == "/h/TOKEN"
    assert _PAGE_NAME.fullmatch(body["page"])
    assert read(json.dumps(body).encode(), 0.005).shape.radius_m == 10


def test_it_sends_up_to_three_positions_each_clearly_better_and_then_stops():
    done = performed("tap", ["fix", 50], ["fix", 45], ["fix", 20], ["fix", 5], ["fix", 1], MINUTE)
    assert accuracies(done) == [50, 20, 5]
    assert (done["watching"], done["shut"]) == (0, True)


def test_after_a_minute_it_stops_looking():
    done = performed("tap", ["fix", 50], MINUTE, ["fix", 5])
    assert accuracies(done) == [50]
    assert (done["watching"], done["shut"]) == (0, True)


def test_once_something_was_sent_the_link_is_gone_from_the_address():
    assert performed("tap")["address"] == "/h/TOKEN"
    assert performed("tap", ["fix", 50])["address"] == "/h/"


def test_who_did_not_allow_it_can_try_again():
    done = performed("tap", ["fault", DENIED], "tap", ["fix", 9])
    assert "Izin lokasi ditolak" in done["told"][1]
    assert accuracies(done) == [9]


def test_without_a_position_the_button_comes_back():
    done = performed("tap", ["fault", NO_POSITION], MINUTE)
    assert done["told"][-1].startswith("Posisi belum ketemu")
    assert (done["posts"], done["shut"]) == ([], False)


@pytest.mark.parametrize("status", [410, 404])
def test_a_link_that_is_over_says_so_and_shuts(status):
    done = performed("tap", ["fix", 9], statuses=[status])
    assert done["told"][-1].startswith("Tautan ini tidak berlaku lagi")
    assert (done["shut"], done["address"]) == (True, "/h/")


def test_what_could_not_be_sent_is_sent_again():
    done = performed("tap", ["fix", 9], ["wait", 9000], statuses=[503, 0, 204])
    assert accuracies(done) == [9, 9, 9]
    assert done["told"][-1].startswith("Terkirim")


def test_it_gives_up_after_a_minute_and_can_be_tapped_again():
    done = performed("tap", ["fix", 9], ["wait", 80_000], statuses=[503] * 50)
    assert len(done["posts"]) < 20
    assert done["told"][-1].startswith("Belum terkirim")
    assert done["shut"] is False
