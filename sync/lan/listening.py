"""The port at which neighbours knock: TLS under a certificate made at every start, in one thread."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
import sys
import tempfile
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from sync.errors import TransportFault
from sync.lan.house import House
from sync.lan.serving import make_app

PORT = 8767
"""Where PCs answer unless that port is taken."""

SHUTDOWN_S = 5
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


class Listener:
    """Answers neighbours in a thread of its own, from `start` to `stop`."""

    def __init__(self, house: House, address: str = "0.0.0.0", port: int = PORT) -> None:
        self._socket = _open(address, port)
        passport = make_passport()
        config = uvicorn.Config(
            make_app(house, passport.fingerprint),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=SHUTDOWN_S,
        )
        config.load()
        config.ssl = passport.context
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="qms-lan", daemon=True)
        self.port = int(self._socket.getsockname()[1])

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Let an exchange under way end, and join the thread."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(2 * SHUTDOWN_S)
        self._socket.close()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=_loop) as runner:
            runner.run(self._server.serve(sockets=[self._socket]))


def _loop() -> asyncio.AbstractEventLoop:
    """On Windows the usual loop stops listening for good when a caller resets too early (python/cpython#93821)."""
    return asyncio.SelectorEventLoop() if sys.platform == "win32" else asyncio.new_event_loop()


def _open(address: str, port: int) -> socket.socket:
    """The usual port, or any other when it is taken: neighbours learn it from the announcement."""
    try:
        return _bound(address, port)
    except OSError:
        try:
            return _bound(address, 0)
        except OSError as fault:
            raise TransportFault(TransportFault.BAD_ADDRESS, "no port can be opened for the neighbours") from fault


def _bound(address: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # The same port again after a restart, so that typed addresses stay right; on Windows that option would let others take it.
    listener.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR), 1)
    try:
        listener.bind((address, port))
        listener.listen(16)
    except OSError:
        listener.close()
        raise
    return listener
