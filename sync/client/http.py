"""The internet road: requests, with the system's certificates (or a pinned key) and proxies, and time-outs that watch for
stalls only.

A slow line is no fault: no request has a total time-out. A request is given up when no byte has moved for `stall_s`.
"""

from __future__ import annotations

import io
import ipaddress
import re
import socket
import weakref
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from sync.client.proxies import Logins, no_login, with_login
from sync.client.transport import Answer, Traffic
from sync.errors import TransportFault
from sync.joining.pin import read_pin

if TYPE_CHECKING:
    import requests

PIECE = 4_096
"""Bytes handed to the socket at once: a time-out then means that not even this little moved."""

READ = 65_536
OUT_OF_DATE = frozenset({9, 10, 0x800B0101, 0x800B0101 - 2**32})
"""How OpenSSL says that a certificate is not valid yet or no more, and how Windows says so."""

OTHER_NAMES = frozenset({62, 64, 0x800B010F, 0x800B010F - 2**32})
"""How they say that a certificate is of another name or address than was asked for: something puts itself between."""

NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL"})
"""How OpenSSL says that the other end speaks something else."""

SEPARATORS = 4
"""Each header line costs its name and value, a colon, a blank and the line's end."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a connection, and for the next byte, in seconds; how often a connection is tried."""

    connect_s: float = 10.0
    stall_s: float = 60.0
    tries: int = 2


class Road:
    """A kept-open road to one server. One thread at a time.

    The address may end in `#` and the fingerprint of the server's key: then that key alone is believed. `pin` says the same in
    another place; either form of sync/joining/pin.py will do. Without both, what the operating system trusts. `direct`: around
    the proxy of the office, for what stands in the same building; `login`: for a proxy that asks for a name and password.
    """

    def __init__(
        self, url: str, patience: Patience | None = None, pin: str = "", *, direct: bool = False, login: Logins = no_login
    ) -> None:
        self._direct = direct
        self._login = login
        self.url, typed = _checked(url)
        self._pin = pin or typed
        self.traffic = Traffic()
        self._patience = patience or Patience()
        self._session: requests.Session | None = None
        self._sockets: weakref.WeakSet[Any] = weakref.WeakSet()

    def ask(self, verb: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """One request; TransportFault when the road fails."""
        import requests

        session = self._open()
        prepared = self._prepared(
            session, requests.Request(verb, self.url + path, headers=dict(headers or {}), auth=_as_it_is), body
        )
        settings = session.merge_environment_settings(prepared.url, {}, True, True, None)
        login = self._login() if settings["proxies"] else None
        settings["proxies"] = {scheme: with_login(proxy, login) for scheme, proxy in settings["proxies"].items()}
        try:
            timeout = (self._patience.connect_s, self._patience.stall_s)
            response = session.send(prepared, timeout=timeout, allow_redirects=False, **settings)
        except (requests.RequestException, ValueError) as fault:
            raise _converted(fault) from fault
        answered = {name.lower(): value for name, value in response.headers.items()}
        self.traffic.bytes_down += _head_size(f"HTTP/1.1 {response.status_code} {response.reason}", answered)
        return Answer(response.status_code, answered, self._chunks(response), response.close)

    def _prepared(self, session: requests.Session, asked: requests.Request, body: bytes) -> requests.PreparedRequest:
        """The request with no more head lines than it needs, counted as it will go out."""
        import requests
        from urllib3.util import SKIP_HEADER

        try:
            prepared = session.prepare_request(asked)
        except (requests.RequestException, ValueError) as fault:
            raise TransportFault(TransportFault.BAD_ADDRESS, "the address of the server cannot be used") from fault
        if body:
            prepared.body = cast(Any, _Pieces(body))
            prepared.headers["Content-Length"] = str(len(body))
        parts = urlsplit(self.url)
        first = f"{prepared.method} {prepared.path_url} HTTP/1.1"
        self.traffic.requests += 1
        self.traffic.bytes_up += _head_size(first, {"Host": parts.netloc, **prepared.headers}) + len(body)
        prepared.headers["Accept-Encoding"] = SKIP_HEADER
        return prepared

    def close(self) -> None:
        """Give back the connection; the next request opens another."""
        if self._session is not None:
            self._session.close()
            self._session = None
        for connection in self._connections():  # a pool closes its connections only when nothing refers to it any more
            connection.close()

    def cut(self) -> None:
        """End what is under way at once, from another thread; the next request opens another connection."""
        for connection in self._connections():
            opened = getattr(connection, "sock", None)
            if opened is not None:
                with suppress(OSError):
                    opened.shutdown(socket.SHUT_RDWR)

    def _connections(self) -> list[Any]:
        """Those that are known now; the set may grow in another thread while it is read."""
        while True:
            with suppress(RuntimeError):
                return list(self._sockets)

    def _open(self) -> requests.Session:
        if self._session is None:
            self._session = _session(self.url, self._patience, self._sockets, self._pin)
            self._session.trust_env = not (self._direct or _on_this_machine(self.url))
        return self._session

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        from urllib3.exceptions import HTTPError, IncompleteRead, ReadTimeoutError

        try:
            while chunk := response.raw.read1(READ):
                self.traffic.bytes_down += len(chunk)
                yield chunk
        except ReadTimeoutError as fault:
            raise TransportFault(TransportFault.STALLED, "no byte came for too long") from fault
        except (HTTPError, IncompleteRead, OSError) as fault:
            raise TransportFault(TransportFault.CUT, "the answer broke off") from fault
        finally:
            response.close()


class _Pieces(io.BytesIO):
    """A body that is handed out in small pieces, so that the time-out of the socket counts for each of them."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(PIECE if size is None or size < 0 else min(size, PIECE))


def _session(url: str, patience: Patience, sockets: weakref.WeakSet[Any], pin: str) -> requests.Session:
    import requests
    from urllib3.util import Retry

    from sync.client.adapter import RoadAdapter

    retry = Retry(total=None, connect=patience.tries, read=0, redirect=0, status=0, other=0, backoff_factor=0.2)
    session = requests.Session()
    session.mount(url, RoadAdapter(url.startswith("https"), sockets, retry, pin))
    session.headers.clear()
    session.headers["User-Agent"] = "qms/1"
    return session


def _checked(url: str) -> tuple[str, str]:
    """The address as requests are made to it, and the pin or nothing."""
    address, marked, typed = url.strip().partition("#")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or (marked and parts.scheme == "http"):
        raise TransportFault(TransportFault.BAD_ADDRESS, "the address of a server is http(s)://name[:port] or https://…#pin")
    pin = read_pin(typed) if marked else ""
    if pin is None:
        raise TransportFault(TransportFault.BAD_PIN, "the fingerprint after the # is mistyped")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/"), pin


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _as_it_is(request: Any) -> Any:
    """Keeps requests from putting a password of some .netrc file in place of the sign-on."""
    return request


def _head_size(first: str, headers: Mapping[str, str]) -> int:
    return len(first) + 4 + sum(len(name) + len(str(value)) + SEPARATORS for name, value in headers.items())


def _converted(fault: Exception) -> TransportFault:
    import requests

    if isinstance(fault, requests.exceptions.SSLError):
        return _tls_fault(fault)
    if isinstance(fault, requests.exceptions.ReadTimeout):
        return TransportFault(TransportFault.STALLED, "the server took the request and did not answer")
    if isinstance(fault, requests.exceptions.ProxyError):
        return _proxy_fault(fault)
    if isinstance(fault, requests.exceptions.ConnectTimeout):
        return TransportFault(TransportFault.NO_ANSWER, "nothing answered at the server's address")
    if isinstance(fault, requests.exceptions.ConnectionError):
        if _was_connected(fault):
            return TransportFault(TransportFault.CUT, "the line broke off")
        return _no_connection(fault)
    if "SOCKS" in str(fault):
        return TransportFault(TransportFault.PROXY_KIND, "the system names a proxy of a kind that cannot be used")
    return TransportFault(TransportFault.BAD_ADDRESS, "the address of the server cannot be used")


def _no_connection(fault: BaseException) -> TransportFault:
    """Why there is no connection: no such name (or nobody to ask), a computer without such a server, or no line at all."""
    for cause in _causes(fault):
        if isinstance(cause, socket.gaierror):
            return TransportFault(TransportFault.NO_NAME, "the name of the server cannot be looked up")
        if isinstance(cause, ConnectionRefusedError):
            return TransportFault(TransportFault.NOBODY_THERE, "that computer takes no connections there")
    return TransportFault(TransportFault.OFFLINE, "no connection to the server")


def _proxy_fault(fault: BaseException) -> TransportFault:
    """What the proxy said of itself, where it could be reached: a tunnel that is refused is told in words only."""
    said = " ".join(str(cause) for cause in _causes(fault))
    status = re.search(r"[Tt]unnel connection failed: (\d{3})", said)
    if status is None:
        return TransportFault(TransportFault.NO_PROXY, "the proxy of the system cannot be reached")
    known = {"407": TransportFault.PROXY_PASSWORD, "403": TransportFault.BLOCKED, "511": TransportFault.PORTAL}
    return TransportFault(known.get(status[1], TransportFault.OFFLINE), f"the proxy answered {status[1]}")


def _tls_fault(fault: BaseException) -> TransportFault:
    """A certificate that was judged and refused; or a line that broke, or no TLS at the other end, and nothing was judged."""
    import ssl

    from sync.client.adapter import WrongPin

    causes, refused = list(_causes(fault)), False
    for cause in causes:
        refused = refused or isinstance(cause, ssl.SSLCertVerificationError)
        if isinstance(cause, WrongPin):
            return TransportFault(TransportFault.WRONG_PIN, "the server holds another key than the one that was typed in")
        if getattr(cause, "verify_code", None) in OTHER_NAMES:
            return TransportFault(TransportFault.OTHER_NAME, "the certificate is of another server")
        if getattr(cause, "verify_code", None) in OUT_OF_DATE:
            return TransportFault(TransportFault.EXPIRED, "by this PC's clock the server's certificate is not valid now")
        if getattr(cause, "reason", None) in NO_TLS:
            return TransportFault(TransportFault.NOT_OUR_SERVER, "no TLS at that address")
    if refused:
        return TransportFault(TransportFault.UNTRUSTED, "the server's certificate is not trusted here")
    return TransportFault(TransportFault.CUT, "the line broke off under TLS")


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """The fault and all it was made from."""
    yield fault
    for inner in (*fault.args, getattr(fault, "reason", None), fault.__cause__):
        if isinstance(inner, BaseException):
            yield from _causes(inner)


def _was_connected(fault: Exception) -> bool:
    from urllib3.exceptions import ProtocolError

    return any(isinstance(cause, ProtocolError) for cause in _causes(fault))
