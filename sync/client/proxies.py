"""The proxy the operating system is set to, and the name and password it may ask for.

Windows keeps it in the registry, other systems in the environment; the standard library reads both. A script that computes the
proxy (PAC) is not run: it is only said that one is set.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

_SETTINGS = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"


@dataclass(frozen=True, slots=True)
class Login:
    """Name and password for the proxy of the office."""

    name: str
    password: str = field(repr=False)


Logins = Callable[[], Login | None]
"""Asked for each request, so that a password typed in now helps at once."""


def no_login() -> Login | None:
    """Nothing was typed in."""
    return None


@dataclass(frozen=True, slots=True)
class Proxy:
    """What the system is set to for one address: the proxy without any password ("": none), and the script (PAC), if any."""

    address: str
    script: str


def system_proxy(url: str) -> Proxy:
    """What would be used for that address."""
    asked = urlsplit(url)
    found = "" if proxy_bypass(asked.hostname or "") else getproxies().get(asked.scheme, "")
    parts = urlsplit(found if "://" in found else f"//{found}")
    host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""
    return Proxy(f"{parts.scheme}://{host}" if host and parts.scheme else host, _script())


def with_login(proxy: str, login: Login | None) -> str:
    """The proxy's address with the name and password in it; one that the system gave is left alone."""
    address = proxy if "://" in proxy else f"http://{proxy}"
    parts = urlsplit(address)
    if login is None or not login.name or parts.username is not None:
        return proxy
    return f"{parts.scheme}://{quote(login.name, '')}:{quote(login.password, '')}@{parts.netloc}"


def _script() -> str:
    """Where Windows was told to find its script; "" elsewhere."""
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _SETTINGS) as opened:
                return str(winreg.QueryValueEx(opened, "AutoConfigURL")[0])
        except OSError:
            return ""
    return ""
