"""Passwords of accounts."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from gateway.accounts import password

GOOD = "empat kata sandi biasa"


def test_only_the_password_itself_fits() -> None:
    kept = password.hashed(GOOD)
    assert password.fits(kept, GOOD)
    assert not password.fits(kept, GOOD + "x")
    assert not password.fits(kept, "")
    assert kept.startswith("$argon2id$")


def test_what_is_longer_than_a_password_may_be_never_fits() -> None:
    kept = password.hashed("x" * password.LONGEST)
    assert password.fits(kept, "x" * password.LONGEST)
    assert not password.fits(kept, "x" * (password.LONGEST + 1))


def test_an_unknown_account_costs_a_hash_as_a_known_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    real = password._HASHER

    class Counting:
        def verify(self, kept: str, given: str) -> bool:
            looked_at.append(kept)
            return bool(real.verify(kept, given))

    monkeypatch.setattr(password, "_HASHER", Counting())
    assert not password.fits(None, GOOD)
    assert len(looked_at) == 1
    # By the same figures, or it would take another time.
    assert looked_at[0].split("$")[:4] == real.hash(GOOD).split("$")[:4]


def test_a_garbled_hash_fits_nothing() -> None:
    assert not password.fits("no hash at all", GOOD)


@pytest.mark.parametrize(
    ("given", "name", "fault"),
    [
        ("x1y2z3w4", "siti", "short"),
        ("a" * 12, "siti", "simple"),
        ("sayaSITIdisini", "siti", "name"),
        ("z" * 201, "siti", "long"),
        (GOOD, "siti", ""),
    ],
)
def test_a_password_is_long_and_not_the_accounts_name(given: str, name: str, fault: str) -> None:
    assert password.fault(given, name) == fault


def test_random_passwords_are_good_ones_and_never_the_same() -> None:
    made = {password.random_password() for _ in range(200)}
    assert len(made) == 200
    assert not any(password.fault(each, "siti") for each in made)


def test_a_flood_of_passwords_is_turned_away_instead_of_taking_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password, "PATIENCE_SECONDS", 0.01)
    begun, go_on = threading.Semaphore(0), threading.Event()
    real: Any = password._HASHER

    class Slow:
        def hash(self, given: str) -> str:
            begun.release()
            go_on.wait(10)
            return str(real.hash(given))

    monkeypatch.setattr(password, "_HASHER", Slow())
    busy = [threading.Thread(target=password.hashed, args=(GOOD,)) for _ in range(password.AT_ONCE)]
    for each in busy:
        each.start()
    for _ in busy:
        assert begun.acquire(timeout=10)
    with pytest.raises(password.Busy):
        password.hashed(GOOD)
    go_on.set()
    for each in busy:
        each.join()
