"""The port at which neighbours knock: TLS under a certificate made at every start, in one thread."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from sync.errors import TransportFault
from sync.lan.gate import Bounds, Gate, Told
from sync.lan.house import House
from sync.lan.places import PORT
from sync.lan.serving import make_app
from sync.web.door import Attempts, Brake

SHUTDOWN_S = 5
IDLE_S = 15
"""How long a connection may lie still between two requests."""

LONGEST_HEAD = 16_384
EVERYWHERE = "0.0.0.0"
LIFE = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Passport:
    """A TLS context with a fresh key, and the SHA-256 of its certificate, hex."""

    context: ssl.SSLContext
    fingerprint: str


def make_passport() -> Passport:
    """A new self-signed certificate; its key is never kept on disk longer than it takes to load it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "qms-lan")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    made = builder.not_valid_before(now - LIFE).not_valid_after(now + LIFE).sign(key, hashes.SHA256())
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory(prefix="qms-lan-") as folder:
        file = Path(folder) / "tls.pem"
        file.touch(mode=0o600)
        file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(file)
    return Passport(context, hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest())


class _Server(uvicorn.Server):
    """Uvicorn behind the gate: it answers whom the gate let in."""

    def __init__(self, config: uvicorn.Config, gate: Gate) -> None:
        super().__init__(config)
        self._gate = gate
        self._accepting: list[asyncio.Task[None]] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await self.lifespan.startup()
        self.servers = []
        self._accepting = [asyncio.create_task(self._gate.accept(listener, self._protocol)) for listener in sockets or []]
        self.started = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for task in self._accepting:
            task.cancel()
        await asyncio.gather(*self._accepting, return_exceptions=True)
        await super().shutdown(sockets)
        await self._gate.close()

    def _protocol(self) -> Told:
        return Told(self.config, self.server_state, {})


class Listener:
    """Answers neighbours in a thread of its own, from `start` to `stop`."""

    def __init__(self, house: House, address: str = EVERYWHERE, port: int = PORT, bounds: Bounds | None = None) -> None:
        self._sockets = _open(address, port)
        passport = make_passport()
        self.gate = Gate(passport.context, Attempts(house.clock, Brake(count=600)), bounds or Bounds())
        config = uvicorn.Config(
            make_app(house, passport.fingerprint, self.gate.admitted),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=IDLE_S,
            timeout_graceful_shutdown=SHUTDOWN_S,
            h11_max_incomplete_event_size=LONGEST_HEAD,
        )
        config.load()
        self._server = _Server(config, self.gate)
        self._thread = threading.Thread(target=self._run, name="qms-lan", daemon=True)
        self.port = int(self._sockets[0].getsockname()[1])

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Let an exchange under way end, and join the thread."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(2 * SHUTDOWN_S)
        for each in self._sockets:
            each.close()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=_loop) as runner:
            runner.run(self._server.serve(sockets=self._sockets))


def _loop() -> asyncio.AbstractEventLoop:
    """On Windows the usual loop stops listening for good when a caller resets too early (python/cpython#93821)."""
    return asyncio.SelectorEventLoop() if sys.platform == "win32" else asyncio.new_event_loop()


def _open(address: str, port: int) -> list[socket.socket]:
    """The usual port, or any other when it is taken: neighbours learn it from the announcement. IPv6 too where there is any."""
    try:
        first = _bound(address, port)
    except OSError:
        try:
            first = _bound(address, 0)
        except OSError as fault:
            raise TransportFault(TransportFault.BAD_ADDRESS, "no port can be opened for the neighbours") from fault
    opened = [first]
    if address == EVERYWHERE:
        with suppress(OSError):
            opened.append(_bound("::", int(first.getsockname()[1])))
    return opened


def _bound(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # The same port again after a restart, so that typed addresses stay right; on Windows that option would let others take it.
    listener.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR), 1)
    try:
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((address, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener
