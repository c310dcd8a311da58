"""The server's own TLS certificate: made here, known to the PCs by the fingerprint of its key, and renewed for the same key."""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sync.joining.pin import pin_of_certificate
from sync.server.errors import ServerError

CERTIFICATE = "tls-certificate.pem"
KEY = "tls-key.pem"

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.IGNORECASE)
YEARS = 10
EARLY = timedelta(days=1)
"""A PC whose clock is a little slow accepts it at once."""

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Tls:
    """The two PEM files by which a server shows who it is: its certificate, with those that signed it, and its private key."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Facts:
    """What a certificate says. `pin`: the fingerprint PCs may be given; `ends`: its last moment (UTC)."""

    pin: str
    names: tuple[str, ...]
    ends: datetime


def own(folder: Path) -> Tls | None:
    """The certificate made in this data folder; None if there is none."""
    pair = Tls(folder / CERTIFICATE, folder / KEY)
    return pair if pair.certificate.exists() else None


def make(folder: Path, names: tuple[str, ...], now: datetime) -> Facts:
    """A certificate for these host names or addresses, good for ten years; the key stays if there is one, and so the pin."""
    key = _kept_key(folder / KEY) or _new_key(folder / KEY)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "qms-server")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLY)
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    fresh = folder / f"{CERTIFICATE}.new"
    fresh.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    fresh.replace(folder / CERTIFICATE)
    return facts(folder / CERTIFICATE)


def facts(file: Path) -> Facts:
    """What the first certificate of a PEM file says; ServerError if it cannot be read."""
    try:
        found = x509.load_pem_x509_certificates(file.read_bytes())[0]
        pin = pin_of_certificate(found.public_bytes(serialization.Encoding.DER))
    except (OSError, ValueError) as fault:
        raise ServerError(ServerError.CERTIFICATE, f"không đọc được chứng thư {file}") from fault
    return Facts(pin, _names(found), found.not_valid_after_utc)


def check(pair: Tls) -> Facts:
    """What is served under; ServerError unless both files can be read and the key is the certificate's."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(pair.certificate, pair.key, password="")
    except (OSError, ValueError) as fault:
        what = f"chứng thư {pair.certificate} và khóa {pair.key} không đọc được hoặc không khớp nhau"
        raise ServerError(ServerError.CERTIFICATE, what) from fault
    return facts(pair.certificate)


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    if not HOST.fullmatch(name):
        raise ServerError(ServerError.CERTIFICATE, f"“{name}” không phải tên máy hoặc địa chỉ IP")
    return x509.DNSName(name)


def _names(found: x509.Certificate) -> tuple[str, ...]:
    try:
        named = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return (*named.get_values_for_type(x509.DNSName), *(str(ip) for ip in named.get_values_for_type(x509.IPAddress)))


def _kept_key(file: Path) -> Key | None:
    if not file.exists():
        return None
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as fault:
        raise ServerError(ServerError.CERTIFICATE, f"không đọc được khóa {file}") from fault
    if not isinstance(key, Key):
        raise ServerError(ServerError.CERTIFICATE, f"khóa {file} không phải do qms-server tạo")
    return key


def _new_key(file: Path) -> Key:
    """Readable by the server's own account only, before anything is in it."""
    key = ec.generate_private_key(ec.SECP256R1())
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(key.private_bytes(*form))
        opened.flush()
        os.fsync(opened.fileno())
    return key
