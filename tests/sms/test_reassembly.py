"""Long messages from their parts: whatever the order, however many writers, whatever is missing."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from sms import gsm7
from sms.decoding import join
from sms.reassembly import (
    DOUBLE_SECONDS,
    KEPT_SECONDS,
    OPEN_BYTES,
    OPEN_OF_ONE_SOURCE,
    PART_BYTES,
    PARTS_SECONDS,
    Fragment,
    Reassembly,
)

NOW = 1_750_000_000.0


def fragment(number, total, body=b"x", writer="a", reference=7, at=NOW, charset="utf-8", name="", destination="112"):
    name = name or f"{writer}/{reference}/{number}/{at}"
    return Fragment(
        source=("kannel", "smsc", writer), group=(destination, reference), name=name, id=f"stream {name}",
        number=number, total=total, body=body, charset=charset, at=at,
    )  # fmt: skip


def texts_of(told):
    """The last that was told of each message, by name."""
    return {joined.name: join(joined.pieces) for joined in told}


def split(text, charset, size):
    body = gsm7.encode(text) if charset == "gsm-7" else text.encode(charset)
    return [body[start : start + size] for start in range(0, len(body), size)]


LETTERS = st.sampled_from("abc {}€[]\\^ é ü")
WIDE = st.sampled_from("ab ы 😀 م ")
texts = st.one_of(
    st.tuples(st.text(LETTERS, min_size=60, max_size=200), st.just("gsm-7"), st.integers(7, 40)),
    st.tuples(st.text(WIDE, min_size=60, max_size=200), st.just("utf-16-be"), st.integers(7, 40)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(texts, min_size=20, max_size=20), st.sampled_from([7, 255, 256, 65_535]), st.data())
def test_twenty_writers_with_one_reference_in_any_order_with_doubles_lose_and_mix_nothing(written, reference, data):
    parts = []
    for writer, (text, charset, size) in enumerate(written):
        bodies = split(text.replace("é", "e") + "!" * 40, charset, size)
        for number, body in enumerate(bodies, 1):
            times = data.draw(st.sampled_from([1, 1, 1, 2]))
            parts += [
                fragment(number, len(bodies), body, str(writer), reference, charset=charset, name=f"{writer}-{number}")
            ] * times
    reassembly = Reassembly()
    told = [joined for part in data.draw(st.permutations(parts)) for joined in reassembly.add(part, NOW)]
    complete = {joined.name.partition("-")[0]: join(joined.pieces) for joined in told if not joined.missing}
    assert complete == {str(writer): text.replace("é", "e") + "!" * 40 for writer, (text, _, _) in enumerate(written)}
    assert len({joined.name for joined in told}) == 20


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(
            fragment,
            number=st.integers(-1, 300),
            total=st.integers(-1, 300),
            body=st.binary(max_size=20),
            writer=st.sampled_from("ab"),
            reference=st.sampled_from([1, 2, None]),
            at=st.floats(NOW, NOW + 2000),
            name=st.uuids().map(str),
        ),
        max_size=60,
    ),
    st.lists(st.floats(0, 700), max_size=10),
)
def test_every_part_of_whatever_nonsense_is_told_of_and_let_go(parts, pauses):
    reassembly = Reassembly()
    now, told = NOW, []
    for index, part in enumerate(parts):
        told += reassembly.add(part, now)
        if index < len(pauses):
            now += pauses[index]
            told += reassembly.due(now)
    told += reassembly.due(now + KEPT_SECONDS)
    told += reassembly.due(now + KEPT_SECONDS + DOUBLE_SECONDS)
    assert {identifier for joined in told if joined.final for identifier in joined.ids} == {part.id for part in parts}
    assert len(reassembly) == 0


def test_part_one_is_told_of_at_once_and_the_rest_when_all_is_there():
    reassembly = Reassembly()
    (first,) = reassembly.add(fragment(1, 3, b"satu "), NOW)
    assert (first.missing, first.awaited, first.final) == ((2, 3), True, False)
    assert reassembly.add(fragment(3, 3, b"tiga"), NOW + 1) == []
    (whole,) = reassembly.add(fragment(2, 3, b"dua "), NOW + 2)
    assert (join(whole.pieces), whole.missing, whole.awaited, whole.final) == ("satu dua tiga", (), False, True)
    assert whole.name == first.name


def test_what_stays_away_is_missing_after_some_seconds_and_told_of_once():
    reassembly = Reassembly()
    reassembly.add(fragment(1, 2), NOW)
    assert reassembly.due(NOW + PARTS_SECONDS - 0.1) == []
    (late,) = reassembly.due(NOW + PARTS_SECONDS)
    assert (late.missing, late.awaited, late.final) == ((2,), False, False)
    assert reassembly.due(NOW + 3 * PARTS_SECONDS) == []
    (whole,) = reassembly.add(fragment(2, 2, b"y"), NOW + 60)
    assert (join(whole.pieces), whole.final) == ("xy", True)


def test_a_message_whose_first_part_never_comes_is_told_of_all_the_same():
    reassembly = Reassembly()
    assert reassembly.add(fragment(2, 2, b"dua"), NOW) == []
    (late,) = reassembly.due(NOW + PARTS_SECONDS)
    assert late.missing == (1,)
    (given_up,) = reassembly.due(NOW + KEPT_SECONDS)
    assert (given_up.final, given_up.ids) == (True, late.ids)
    assert len(reassembly) == 0


def test_a_message_of_many_late_parts_is_told_of_ever_more_seldom():
    reassembly = Reassembly()
    told = []
    for second in range(255):
        told += reassembly.add(fragment(second + 1, 255, bytes([second]), name=f"n{second}"), NOW + second)
        told += reassembly.due(NOW + second)
    assert len(told) < 12
    assert told[-1].missing == ()


def test_a_reference_that_comes_around_is_another_message():
    reassembly = Reassembly()
    reassembly.add(fragment(1, 2, b"lama"), NOW)
    told = reassembly.add(fragment(1, 2, b"baru", at=NOW + 20), NOW + 20)
    assert [(join(joined.pieces).split()[0], joined.final) for joined in told] == [("lama", True), ("baru", False)]


def test_a_double_of_a_complete_message_is_known_for_a_while():
    reassembly = Reassembly()
    reassembly.add(fragment(1, 2), NOW)
    (whole,) = reassembly.add(fragment(2, 2), NOW + 1)
    (double,) = reassembly.add(fragment(1, 2, at=NOW + 3), NOW + 3)
    assert (double.name, double.final, len(double.ids)) == (whole.name, True, 1)
    (again,) = reassembly.add(fragment(1, 2, at=NOW + 60), NOW + 60)
    assert (again.name != whole.name, again.missing) == (True, (2,))


def test_a_message_in_one_part_and_one_whose_place_makes_no_sense_stand_alone():
    reassembly = Reassembly()
    for number, total in [(1, 1), (0, 0), (3, 2), (1, 256), (-1, 5)]:
        (joined,) = reassembly.add(fragment(number, total), NOW)
        assert (joined.total, joined.missing, joined.final) == (1, (), True)
    assert len(reassembly) == 0


def test_parts_to_several_destinations_are_kept_apart():
    reassembly = Reassembly()
    reassembly.add(fragment(1, 2, b"a", destination="112"), NOW)
    assert reassembly.add(fragment(2, 2, b"b", destination="110"), NOW) == []


def test_who_never_ends_his_messages_pushes_out_his_own():
    reassembly = Reassembly()
    reassembly.add(fragment(2, 2, b"dua", writer="victim"), NOW)
    pushed = [
        joined
        for reference in range(3 * OPEN_OF_ONE_SOURCE)
        for joined in reassembly.add(fragment(2, 255, writer="flood", reference=reference), NOW)
    ]
    assert len(pushed) == 2 * OPEN_OF_ONE_SOURCE
    assert len(reassembly) == OPEN_OF_ONE_SOURCE + 1
    (whole,) = reassembly.add(fragment(1, 2, b"satu ", writer="victim"), NOW + 1)
    assert join(whole.pieces) == "satu dua"


def test_a_hundred_thousand_open_messages_take_bounded_memory_and_lose_nothing():
    reassembly = Reassembly()
    start = time.process_time()
    pushed = 0
    for number in range(100_000):
        part = fragment(2, 255, b"x" * 140, writer=str(number), name=str(number))
        pushed += sum(joined.final for joined in reassembly.add(part, NOW))
    assert pushed + len(reassembly) == 100_000
    assert len(reassembly) * (140 + PART_BYTES) < OPEN_BYTES
    reassembly.due(NOW + 1)
    assert time.process_time() - start < 20
