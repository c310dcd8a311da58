"""How connections are made: trusting what the operating system trusts, or one pinned key or certificate; known to their road,
so that it can end them.

Imported only when the first request is made (requests is slow to import).
"""

from __future__ import annotations

import base64
import http.client
import ssl
import weakref
from typing import Any

import requests.adapters  # noqa: TID253 - this module itself is imported where it is used
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import Retry

from sync.joining.pin import names


class WrongPin(ssl.SSLCertVerificationError):
    """The other side holds another key than the pinned one."""


class WholeHead(http.client.HTTPResponse):
    """An answer whose head came whole. The library takes a head that broke off for one that ended: the rest of its lines, such as
    the one that names our protocol, would be missing, and the server be taken for somebody else's."""

    def begin(self) -> None:
        """Read the head; http.client.HTTPException when the line broke inside it."""
        answer: Any = self
        lines = answer.fp = _Lines(answer.fp)
        super().begin()
        if answer.fp is lines:
            answer.fp = lines.stream
        if lines.last.strip(b"\r\n") or not lines.last:
            self.close()
            raise http.client.RemoteDisconnected("the line broke inside the head")


class _Lines:
    """A stream that remembers the last line that was read."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.last = stream, b""

    def readline(self, limit: int = -1) -> bytes:
        self.last = self.stream.readline(limit)
        return bytes(self.last)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class _PlainConnection(HTTPConnection):
    response_class = WholeHead


class _SecureConnection(HTTPSConnection):
    response_class = WholeHead


class RoadAdapter(requests.adapters.HTTPAdapter):
    """One kept-open connection to one server; with a pin (sync/joining/pin.py), to the holder of that key and nobody else."""

    def __init__(self, secure: bool, connections: weakref.WeakSet[Any], retry: Retry, pin: str = "") -> None:
        self._secure = secure
        self._pin = pin
        self._connections = connections
        super().__init__(max_retries=retry, pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """The usual pool, with our connections."""
        super().init_poolmanager(*args, **(kwargs | self._trust()))
        self.poolmanager.pool_classes_by_scheme = self._pools()

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """The same through a proxy of the office."""
        manager = super().proxy_manager_for(*args, **(kwargs | self._trust()))
        manager.pool_classes_by_scheme = self._pools()
        return manager

    def proxy_headers(self, proxy: Any) -> dict[str, str]:
        """Name and password as RFC 7617 has them today: in UTF-8, where the library knows Latin letters only."""
        name, password = requests.utils.get_auth_from_url(proxy)
        token = base64.b64encode(f"{name}:{password}".encode()).decode("ascii")
        return {"Proxy-Authorization": f"Basic {token}"} if name else {}

    def cert_verify(self, *_args: Any, **_kwargs: Any) -> None:
        """The system's trust decides, not a bundle of certificates of another library."""

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> tuple[Any, Any]:
        """Nor does a setting of that library, of which some are environment variables."""
        host, context = super().build_connection_pool_key_attributes(request, True, cert)
        return host, context | ({"cert_reqs": "CERT_NONE"} if self._pin else {})

    def _trust(self) -> dict[str, Any]:
        if not self._secure:
            return {}
        if self._pin:
            return {"ssl_context": pinned_context()}
        import truststore

        return {"ssl_context": truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)}

    def _pools(self) -> dict[str, Any]:
        known, wanted = self._connections, self._pin

        class Plain(HTTPConnectionPool):
            ConnectionCls = _PlainConnection

            def _new_conn(self) -> Any:
                connection = super()._new_conn()
                known.add(connection)
                return connection

        class Secure(HTTPSConnectionPool):
            ConnectionCls = _SecureConnection

            def _new_conn(self) -> Any:
                connection = super()._new_conn()
                known.add(connection)
                return connection

        class Pinned(_SecureConnection):
            def connect(self) -> None:
                super().connect()
                _demand(self, wanted)
                self.is_verified = True

        if wanted:
            Secure.ConnectionCls = Pinned
        return {"http": Plain, "https": Secure}


def pinned_context() -> ssl.SSLContext:
    """Lets every certificate pass: it is compared with a known fingerprint instead of being traced to an authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _demand(connection: Any, wanted: str) -> None:
    """ssl.SSLCertVerificationError unless the other side holds the pinned key."""
    if not names(wanted, connection.sock.getpeercert(binary_form=True) or b""):
        connection.close()
        raise WrongPin("not the key that was pinned")
