"""What the edge could not read to its end is an alarm."""

import pytest

from gateway.locator.cut_off import MARK, TOLD, CutOff

LINE = b" 5(99) WARNING: <core> [core/tcp_read.c:1850]: " + MARK + b" - c: 0x1 r: 0x2 (-1)\n"


@pytest.fixture
def told():
    return []


@pytest.fixture
def watch(tmp_path, told):
    log = tmp_path / "edge.log"
    log.write_bytes(LINE)
    return log, CutOff(log, told.append, lambda: True)


def test_each_new_line_of_a_request_cut_off_is_told_and_what_stood_before_is_not(watch, told):
    log, cut_off = watch
    cut_off.look()
    assert not told
    with log.open("ab") as out:
        out.write(b"another matter\n" + LINE)
    cut_off.look()
    cut_off.look()
    assert told == [TOLD]


def test_a_line_that_comes_in_two_pieces_is_told_once(watch, told):
    log, cut_off = watch
    for piece in (LINE[:60], LINE[60:]):
        with log.open("ab") as out:
            out.write(piece)
        cut_off.look()
    assert told == [TOLD]


def test_a_log_that_begins_anew_is_read_from_its_start(watch, told):
    log, cut_off = watch
    log.unlink()
    cut_off.look()
    log.write_bytes(LINE)
    cut_off.look()
    assert told == [TOLD]


def test_of_two_one_tells(tmp_path, told):
    log = tmp_path / "edge.log"
    second = CutOff(log, told.append, lambda: False)
    log.write_bytes(LINE)
    second.look()
    assert not told
