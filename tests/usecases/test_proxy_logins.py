"""Name and password for the proxy of the office."""

from __future__ import annotations

from pathlib import Path

import pytest

from qms_desktop.domain.errors import InputError
from qms_desktop.keys import MemoryKeys
from qms_desktop.settings import METERED
from qms_desktop.usecases import leaving, proxy_logins
from sync.client.proxies import Login
from tests.usecases import office_kit

PASSWORD = 'mật:khẩu "1"'


def test_they_are_kept_among_the_secrets_until_they_are_forgotten() -> None:
    keys = MemoryKeys()
    assert proxy_logins.kept(keys) is None
    proxy_logins.keep(keys, "xa-mau\\an", PASSWORD)
    assert proxy_logins.kept(keys) == Login("xa-mau\\an", PASSWORD)
    proxy_logins.keep(keys, "", "")
    assert proxy_logins.kept(keys) is None


def test_what_the_key_store_cannot_take_is_refused() -> None:
    with pytest.raises(InputError, match="QMS-176"):
        proxy_logins.keep(MemoryKeys(), "a" * 201, "")


def test_a_pc_that_leaves_forgets_them() -> None:
    keys = MemoryKeys()
    proxy_logins.keep(keys, "an", PASSWORD)
    leaving.destroy_keys(keys)
    assert proxy_logins.kept(keys) is None


def test_no_file_of_the_office_holds_them(tmp_path: Path) -> None:
    office = office_kit.found(tmp_path, office_kit.Clock(), publish=lambda _code: False)
    office.use_proxy_login("an", "mat-khau-proxy")
    office.use_metered(True)
    assert office.settings.get(METERED)
    assert office.proxy_login() == Login("an", "mat-khau-proxy")
    office.close()
    held = [path for path in tmp_path.rglob("*") if path.is_file() and b"mat-khau-proxy" in path.read_bytes()]
    assert held == []
