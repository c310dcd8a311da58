"""What stays on this PC: settings, PINs, drafts."""

from datetime import timedelta

import pytest

from qms_desktop.domain.errors import RightsError
from qms_desktop.store.unit import UnitStore
from tests.store.conftest import NOW


def test_a_pin_is_checked_and_not_stored_in_clear(store: UnitStore) -> None:
    assert not store.local.has_pin("an")
    assert store.local.check_pin("an", "2468", NOW) is False
    store.local.set_pin("an", "2468")
    assert store.local.check_pin("an", "2468", NOW)
    assert not store.local.check_pin("an", "1234", NOW)
    ((verifier,),) = store.connection.execute("SELECT verifier FROM pin").fetchall()
    assert b"2468" not in verifier


def test_five_failures_lock_the_pin_for_longer_each_time(store: UnitStore) -> None:
    store.local.set_pin("an", "2468")
    for _ in range(5):
        assert store.local.check_pin("an", "0000", NOW) is False
    with pytest.raises(RightsError, match="31 giây"):
        store.local.check_pin("an", "2468", NOW)
    later = NOW + timedelta(seconds=31)
    assert store.local.check_pin("an", "0000", later) is False
    with pytest.raises(RightsError):
        store.local.check_pin("an", "2468", later + timedelta(seconds=45))
    assert store.local.check_pin("an", "2468", later + timedelta(seconds=61))


def test_a_clock_put_back_does_not_lock_for_ever(store: UnitStore) -> None:
    store.local.set_pin("an", "2468")
    for _ in range(5):
        store.local.check_pin("an", "0000", NOW)
    assert store.local.check_pin("an", "2468", NOW - timedelta(days=365))


def test_drafts_and_settings_come_back_until_dropped(store: UnitStore) -> None:
    store.local.set_setting("window", "1366x768")
    store.local.save_draft("intake", {"applicant_name": "Đường", "sets": 1}, NOW)
    assert store.local.get_setting("window") == "1366x768"
    assert store.local.get_setting("nothing") is None
    assert store.local.load_drafts() == [("intake", {"applicant_name": "Đường", "sets": 1}, "2026-11-20T09:00")]
    store.local.drop_draft("intake")
    assert store.local.load_drafts() == []
    assert store.connection.execute("SELECT count(*) FROM entry").fetchone() == (0,)
