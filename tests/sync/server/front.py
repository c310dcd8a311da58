"""What stands in front of a server in production: certificates, and a proxy that ends TLS and passes requests on."""

from __future__ import annotations

import http.client
import http.server
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.server.certificate import Tls

DAY = timedelta(days=1)


class Authority:
    """Signs certificates for this machine, as a public authority or a province's own would."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority")])
        builder = self._builder(name, name, self._key, DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        usage = x509.KeyUsage(*(at == 5 for at in range(9)))
        self._own = builder.add_extension(usage, critical=True).sign(self._key, hashes.SHA256())
        self.file = folder / "authority.pem"
        self.file.write_bytes(self._own.public_bytes(serialization.Encoding.PEM))

    def issue(self, host: str, ends: timedelta = DAY) -> Tls:
        """A certificate for a host name; `ends` from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        builder = self._builder(subject, self._own.subject, key, ends)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        known = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        made = builder.add_extension(known, critical=False).sign(self._key, hashes.SHA256())
        pair = Tls(self._folder / f"{host}.pem", self._folder / f"{host}.key")
        pair.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        pair.key.write_bytes(key.private_bytes(*form))
        return pair

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, ends: timedelta
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 30 * DAY)
            .not_valid_after(now + ends)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )


class ReverseProxy:
    """Ends TLS, says whom it asks for, and passes both bodies on piece by piece."""

    def __init__(self, server_url: str, tls: Tls) -> None:
        self._listener = http.server.ThreadingHTTPServer(("localhost", 0), _passing_to(server_url))
        self._listener.daemon_threads = False
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls.certificate, tls.key)
        self._listener.socket = context.wrap_socket(self._listener.socket, server_side=True)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.01,))
        self.url = f"https://localhost:{self._listener.server_port}"

    def __enter__(self) -> ReverseProxy:
        self._thread.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None) -> None:
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()


def _passing_to(server_url: str) -> type[http.server.BaseHTTPRequestHandler]:
    parts = urlsplit(server_url)

    class Passing(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            inner = http.client.HTTPConnection(parts.hostname or "", parts.port)
            length = int(self.headers.get("content-length", 0))
            headers = dict(self.headers.items()) | {"X-Forwarded-For": self.client_address[0]}
            inner.request(self.command, self.path, self.rfile.read(length), headers)
            answer = inner.getresponse()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() != "transfer-encoding":
                    self.send_header(name, value)
            self.end_headers()
            while piece := answer.read1(4_096):
                self.wfile.write(piece)
            inner.close()

        do_POST = do_GET  # noqa: N815 - the name is the standard library's

        def log_message(self, *_: object) -> None:
            pass

    return Passing
