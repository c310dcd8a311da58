"""How a PC knows a server whose certificate no authority has signed: by the fingerprint of its key, typed after the address.

`https://may-chu.tinh.vn:8765#8KQ2-…`: what stands behind the `#` never leaves the PC. It names the key and not the certificate,
so a certificate may be renewed for the same key. Dates do not matter under a pin: no clock decides (docs/sync.md).
"""

from __future__ import annotations

import hashlib

from sync.joining import letters

LENGTH = 20
"""Nineteen characters of 31 kinds, 94 bits, and the check character: nobody makes a second key with such a fingerprint."""


def pin_of(public_key: bytes) -> str:
    """The fingerprint of a key (DER, SubjectPublicKeyInfo) as it is printed."""
    number = int.from_bytes(hashlib.sha256(b"qms-tls-key\0" + public_key).digest(), "big")
    plain = letters.spelled(number, LENGTH - 1)
    return letters.grouped(plain + letters.check_letter(plain))


def read_pin(typed: str) -> str | None:
    """The fingerprint a person typed, as it is printed; None if it cannot be one."""
    plain = letters.typed(typed)
    return letters.grouped(plain) if letters.fits(plain, LENGTH) else None


def pin_of_certificate(certificate: bytes) -> str:
    """The fingerprint of the key of a certificate (DER); ValueError if it cannot be read."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = x509.load_der_x509_certificate(certificate).public_key()
    return pin_of(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def names(pin: str, certificate: bytes) -> bool:
    """Whether a pin is of this certificate (DER): the fingerprint of its key, or SHA-256 (hex) of the certificate itself."""
    if pin == hashlib.sha256(certificate).hexdigest():
        return True
    try:
        return pin == pin_of_certificate(certificate)
    except ValueError:
        return False
