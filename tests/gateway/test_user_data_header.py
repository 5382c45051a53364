"""The header of a part: which part of which message it is. What cannot be is ignored, as the standard says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.messages.user_data_header import Concatenation, concatenation


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("050003 2a0201", Concatenation(42, 2, 1)),
        ("060804 012a0302", Concatenation(298, 3, 2)),
        ("0b 0504158a0000 0003 ff0303", Concatenation(255, 3, 3)),  # application ports before it
        ("0a 240102 0003 070201 00", Concatenation(7, 2, 1)),  # a language shift before it, a stray byte after
        ("", None),
        ("00", None),
        ("050003 2a0200", None),  # part 0
        ("050003 2a0203", None),  # part 3 of 2
        ("050003 2a0000", None),
        ("04 0002 2a02", None),  # too short
        ("05 0003 2a02", None),  # cut off
        ("030504 1582", None),
        ("050a03 010203", None),  # another element as long as that of a reference
        ("060a04 00010203", None),
    ],
)
def test_a_header_tells_the_part(header: str, expected: Concatenation | None) -> None:
    assert concatenation(bytes.fromhex(header)) == expected


@given(st.binary(max_size=200))
def test_no_header_breaks_it(header: bytes) -> None:
    found = concatenation(header)
    assert found is None or 1 <= found.number <= found.total <= 255


@given(st.integers(0, 65535), st.integers(1, 255), st.data())
def test_both_sizes_of_a_reference_are_read(reference: int, total: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, total))
    wide = bytes([6, 8, 4, reference >> 8, reference & 255, total, number])
    assert concatenation(wide) == Concatenation(reference, total, number)
    assert concatenation(bytes([5, 0, 3, reference & 255, total, number])) == Concatenation(
        reference & 255, total, number
    )
