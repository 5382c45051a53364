"""Times of day are those of the city, whatever the machine's own zone."""

import re

import pytest

from gateway.__main__ import main
from gateway.desk.place import Offer
from gateway.desk.screen import frame
from gateway.desk.screen.view import View
from gateway.incident.timeline import Kind
from gateway.queues.watch import picture
from gateway.settings import SettingsRefused, read
from gateway.time_of_day import show_in, time_of_day, zone
from tests.gateway.test_desk_case import of_call, seen

AT = 1_772_328_375.0
"""2026-03-01 01:26:15 UTC."""


@pytest.fixture
def jakarta(monkeypatch):
    monkeypatch.setattr("gateway.time_of_day._shown_in", None)
    show_in(zone(read({})))


@pytest.mark.usefixtures("jakarta")
def test_an_operator_reads_the_time_of_the_wall_clock():
    assert time_of_day(AT) == "08:26:15"
    screen = "".join(frame(View("110-1", "Polisi", now=AT), 80, 20))
    assert "08:26:15" in screen
    assert "08:26:15" in str(Offer(-6.2, 106.8, None, AT))
    assert "08:26:15" in str(picture([], {}, AT, {}).renderables[0])


@pytest.mark.usefixtures("jakarta")
def test_the_time_of_a_call_before_is_local_too():
    case = seen("110", of_call(Kind.OPENED, 0), of_call(Kind.ANSWERED, 5, desk="110-2"))
    screen = re.sub(r"\x1b\[[0-9;]*m", "", "".join(frame(View("110-1", "Polisi", case=case), 120, 30)))
    assert f"{time_of_day(case.calls[0].at, '%H:%M')} sedang berlangsung" in screen


def test_another_zone_of_the_country_may_be_set(monkeypatch):
    monkeypatch.setattr("gateway.time_of_day._shown_in", None)
    show_in(zone(read({"GATEWAY112_TIMEZONE": "Asia/Jayapura"})))
    assert time_of_day(AT, "%H:%M") == "10:26"


@pytest.mark.parametrize("name", ["Asia/Jakata", "", "../etc/passwd", "WIB", "/", "Asia"])
def test_a_zone_that_is_none_is_refused_and_says_what_to_do(name):
    with pytest.raises(SettingsRefused, match="tzdata"):
        zone(read({"GATEWAY112_TIMEZONE": name}))


def test_a_desk_does_not_start_with_a_zone_that_is_none(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("GATEWAY112_STATE", str(tmp_path))
    monkeypatch.setenv("GATEWAY112_TIMEZONE", "Asia/Jakata")
    assert main(["desk", "110-1"]) == 2
    assert "timezone is 'Asia/Jakata'" in capsys.readouterr().err
