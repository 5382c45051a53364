"""Codes of the second factor."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.accounts import second_factor
from gateway.settings import Settings
from tests.gateway_in_process import made_up_settings

AT = 1_800_000_000.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return made_up_settings(tmp_path, second_factor_seed="a seed for tests")


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    """RFC 6238, appendix B, of its eight digits the last six."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert second_factor.code_at(secret, at // second_factor.STEP_SECONDS) == code


def test_a_code_is_good_in_its_half_minute_and_those_beside_it(settings: Settings) -> None:
    step = int(AT // 30)
    for beside in (-1, 0, 1):
        code = second_factor.code_at(second_factor.secret(settings, "word"), step + beside)
        assert second_factor.step_of(settings, "word", code, AT) == step + beside
    for beside in (-2, 2):
        code = second_factor.code_at(second_factor.secret(settings, "word"), step + beside)
        assert second_factor.step_of(settings, "word", code, AT) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345", "1" * 10_000])
def test_what_is_no_code_is_none(settings: Settings, typed: str) -> None:
    assert second_factor.step_of(settings, "word", typed, AT) is None


def test_a_code_may_be_typed_with_a_space(settings: Settings) -> None:
    code = second_factor.code_at(second_factor.secret(settings, "word"), int(AT // 30))
    assert second_factor.step_of(settings, "word", f"{code[:3]} {code[3:]}", AT) is not None


def test_each_word_and_each_seed_has_a_secret_of_its_own(settings: Settings, tmp_path: Path) -> None:
    other = made_up_settings(tmp_path, second_factor_seed="another seed")
    secrets = {
        second_factor.secret(settings, "a"),
        second_factor.secret(settings, "b"),
        second_factor.secret(other, "a"),
    }
    assert len(secrets) == 3
    assert all(len(base64.b32decode(secret)) == 20 for secret in secrets)


def test_an_application_reads_the_address(settings: Settings) -> None:
    parted = urlsplit(second_factor.address(settings, "siti", "word"))
    assert (parted.scheme, parted.netloc) == ("otpauth", "totp")
    assert parse_qs(parted.query)["secret"] == [second_factor.secret(settings, "word")]
