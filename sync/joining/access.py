"""Who is calling: one header by which an enrolled PC proves, at every request, that it holds its signing key.

The signature covers the server's id, the PC's replica id, the moment, a nonce and the digest of the body, so that a page
that was overheard can be used neither on another server, nor with another body, nor again. The header stays below 230 bytes,
because a PC with nothing to say asks every few minutes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from sync.errors import AccessFault

SCHEME = "QMS1"
WINDOW_MS = 10 * 60 * 1000
"""How far the PC's claimed moment may be off. A PC whose clock is further off learns the server's moment and asks again."""

NONCE_BYTES = 9


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says about its sender. moment: milliseconds since 1970 UTC; digest: sha256 of the body."""

    replica: str
    moment: int
    nonce: bytes
    digest: bytes
    signature: bytes = b""

    def header(self) -> str:
        """The value of the Authorization header."""
        parts = (self.replica, format(self.moment, "x"), _text(self.nonce), _text(self.digest), _text(self.signature))
        return f"{SCHEME} " + ".".join(parts)

    def fits(self, body_digest: bytes) -> bool:
        """Whether the body that came is the body that was signed for."""
        return self.digest == body_digest


def sign(private_key: bytes, server: str, replica: str, moment: int, nonce: bytes, body: bytes) -> Claim:
    """A claim over a body for one server; `nonce` is NONCE_BYTES of chance."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    claim = Claim(replica, moment, nonce, hashlib.sha256(body).digest())
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(_signed(claim, server))
    return Claim(replica, moment, nonce, claim.digest, signature)


def whole_request(verb: str, path: str, body: bytes) -> bytes:
    """What is signed where verb and path say as much as the body does, and must not be exchanged."""
    return f"{verb} {path}\n".encode() + body


def read(header: str | None) -> Claim:
    """The claim in an Authorization header; AccessFault if there is none. Says nothing yet about its truth."""
    scheme, _, rest = (header or "").partition(" ")
    parts = rest.split(".")
    if scheme != SCHEME or len(parts) != 5 or len(rest) > 400 or not parts[0].isalnum():
        raise AccessFault(AccessFault.NO_SIGN_ON, "no sign-on of an enrolled PC")
    try:
        return Claim(parts[0], int(parts[1], 16), _bytes(parts[2]), _bytes(parts[3]), _bytes(parts[4]))
    except (ValueError, binascii.Error) as fault:
        raise AccessFault(AccessFault.NO_SIGN_ON, "the sign-on cannot be read") from fault


def check(claim: Claim, public_key: bytes, server: str) -> None:
    """AccessFault unless the owner of the key made this claim for this server."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(claim.signature, _signed(claim, server))
    except InvalidSignature as fault:
        raise AccessFault(AccessFault.BAD_SIGN_ON, "the signature of the sign-on does not fit") from fault


def timely(claim: Claim, now: int) -> bool:
    """Whether the claimed moment is near enough to now (both in milliseconds since 1970 UTC)."""
    return abs(claim.moment - now) <= WINDOW_MS


def _signed(claim: Claim, server: str) -> bytes:
    head = "\n".join(("qms-sync-access-1", server, claim.replica, str(claim.moment)))
    return head.encode() + b"\n" + claim.nonce.hex().encode() + b"\n" + claim.digest


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
