"""Name and password for the proxy of the office: kept where the other secrets are, never in the database or a log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from qms_desktop import keys as secret
from qms_desktop.domain.errors import InputError
from qms_desktop.keys import Keys

if TYPE_CHECKING:
    from sync.client.proxies import Login, Proxy

ANYWHERE = "https://example.vn"
"""Asked for before the server's address is known."""

LONGEST = 200
"""Signs of each; the Windows store takes at most 2,560 bytes."""


def found(url: str) -> Proxy:
    """The proxy this PC's system is set to for the server, and its script."""
    from sync.client.proxies import system_proxy

    return system_proxy(url or ANYWHERE)


def kept(keys: Keys) -> Login | None:
    """What was typed in, or None."""
    from sync.client.proxies import Login

    content = keys.get(secret.PROXY)
    return Login(*json.loads(content)) if content else None


def keep(keys: Keys, name: str, password: str) -> None:
    """Keep them, replacing earlier ones; without a name, forget them. InputError when they are too long to be kept."""
    if not name:
        keys.delete(secret.PROXY)
        return
    if max(len(name), len(password)) > LONGEST:
        raise InputError(
            "QMS-176", f"Tên hoặc mật khẩu proxy dài quá {LONGEST} chữ.", do="Hãy xem lại tên và mật khẩu do người quản trị cấp."
        )
    keys.set(secret.PROXY, json.dumps([name, password]).encode())
