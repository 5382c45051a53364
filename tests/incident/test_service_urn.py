"""Service URNs and what they hint at."""

from __future__ import annotations

import pytest

from gateway.incident import service_urn
from gateway.incident.report import Nature


@pytest.mark.parametrize("service", ["urn:service:sos.fire", "sos.fire", " URN:Service:SOS.Fire "])
def test_a_service_is_known_with_and_without_its_prefix(service: str) -> None:
    assert service_urn.known(service) == "sos.fire"
    assert service_urn.hint(service) is Nature.FIRE


def test_plain_sos_and_a_pressed_button_hint_at_nothing() -> None:
    assert service_urn.hint("urn:service:sos") is None
    assert service_urn.hint("urn:service:sos.ecall.manual") is None


def test_an_unknown_sub_service_is_that_of_the_one_above_it() -> None:
    assert service_urn.known("urn:service:sos.police.tourist") == "sos.police"
    assert service_urn.hint("urn:service:sos.unheard-of") is None
    assert service_urn.known("urn:service:sos.unheard-of") == "sos"


@pytest.mark.parametrize(
    "text", ["", "urn:service:", "sos..fire", "sos.fire\r\nX: y", "a" * 129, "urn:nena:service:sos", "-"]
)
def test_what_is_no_service_is_none(text: str) -> None:
    assert service_urn.known(text) == ""
    assert service_urn.hint(text) is None
    assert not service_urn.is_emergency(text)


def test_an_automatic_ecall_is_an_accident() -> None:
    assert service_urn.hint("urn:service:sos.ecall.automatic") is Nature.ACCIDENT


def test_services_are_listed_level_by_level() -> None:
    assert service_urn.below("") == ["counseling", "sos"]
    assert "sos.police" in service_urn.below("sos")
    assert "sos.ecall" in service_urn.below("sos")
    assert service_urn.below("sos.ecall") == ["sos.ecall.automatic", "sos.ecall.manual"]
    assert service_urn.below("sos.fire") == []


def test_counselling_is_no_emergency_and_sos_is() -> None:
    assert service_urn.is_emergency("urn:service:sos.gas")
    assert not service_urn.is_emergency("urn:service:counseling.suicide")
