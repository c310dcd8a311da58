"""Keys of the exchange: devices sign, units seal, the recovery code opens what every old PC took with it.

Nothing here draws randomness: seeds and entropy are handed in. Every key derivation and signature names its purpose, so
that bytes made for one purpose never pass for another.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Protocol, cast

from sync.canonical import Value, canonical, read_canonical
from sync.errors import EntryError, KeyFault

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

KEY_BYTES = 32
SIGNATURE_BYTES = 64

_HEAD_PURPOSE = b"qms head 1\0"
_CERTIFICATE_PURPOSE = b"qms certificate 1\0"
_SEAL_PURPOSE = b"qms entry seal 1\0"
_WRAP_PURPOSE = b"qms wrap 1\0"
_RECOVERY_PURPOSE = b"qms recovery 1\0"
_RECOVERY_KEY_PURPOSE = b"qms recovery key 1\0"
_ZERO_NONCE = bytes(12)


class Verifier(Protocol):
    """Knows which device key speaks for a journal."""

    def key_for(self, journal: str, offered: bytes | None) -> bytes | None:
        """The device's public signing key, from what is known here or the certificate offered; None if unknown."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The province's word for one installation: its keys, unit and letter. `issued` is a date 'YYYY-MM-DD'."""

    replica: str
    unit: str
    letter: str
    sign_key: bytes
    wrap_key: bytes
    name: str
    issued: str


@dataclass(frozen=True)
class UnitKeys:
    """The keys of the units this replica belongs to, by scope and epoch; seals and opens entries."""

    keys: Mapping[str, Mapping[int, bytes]] = field(repr=False)

    def current_epoch(self, scope: str) -> int:
        """The newest epoch of the scope; KeyFault without any."""
        epochs = self.keys.get(scope)
        if not epochs:
            raise KeyFault(KeyFault.KEY_MISSING, f"no key for {scope}")
        return max(epochs)

    def seal(self, scope: str, epoch: int, context: bytes, plaintext: bytes) -> bytes:
        """ChaCha20-Poly1305 under a key of its own for this context, so one fixed nonce is never used twice."""
        return _cipher(self._entry_key(scope, epoch, context)).encrypt(_ZERO_NONCE, plaintext, context)

    def open(self, scope: str, epoch: int, context: bytes, ciphertext: bytes) -> bytes:
        """The plaintext; KeyFault when the epoch's key is not here or the bytes were changed."""
        return _decrypt(self._entry_key(scope, epoch, context), ciphertext, context)

    def _entry_key(self, scope: str, epoch: int, context: bytes) -> bytes:
        key = self.keys.get(scope, {}).get(epoch)
        if key is None:
            raise KeyFault(KeyFault.KEY_MISSING, f"no key of epoch {epoch} for {scope}")
        return hmac.digest(key, _SEAL_PURPOSE + context, "sha256")


@dataclass(frozen=True)
class CertificateVerifier:
    """Trusts certificates signed by the province; `known` looks up one already stored for a journal."""

    province_key: bytes
    known: Callable[[str], bytes | None]

    def key_for(self, journal: str, offered: bytes | None) -> bytes | None:
        """The signing key of the journal's certificate, stored or offered; KeyFault for a certificate of no worth."""
        blob = self.known(journal) or offered
        if blob is None:
            return None
        certificate = read_certificate(blob, self.province_key)
        return certificate.sign_key if certificate.replica == journal else None


def signing_public(private: bytes) -> bytes:
    """The Ed25519 public key of a 32-byte private key (any 32 random bytes are one)."""
    return _signer(private).public_key().public_bytes_raw()


def wrapping_public(private: bytes) -> bytes:
    """The X25519 public key of a 32-byte private key (any 32 random bytes are one)."""
    return _exchanger(private).public_key().public_bytes_raw()


def sign_head(private: bytes, scope: str, journal: str, n: int, entry_id: str) -> bytes:
    """The device's word that its journal reached this entry; 64 bytes, covering the whole chain below it."""
    return _signer(private).sign(_head(scope, journal, n, entry_id))


def verify_head(public: bytes, scope: str, journal: str, n: int, entry_id: str, signature: bytes) -> None:
    """KeyFault unless `signature` is the device's over exactly this head."""
    _verify(public, signature, _head(scope, journal, n, entry_id))


def issue(certificate: Certificate, province_private: bytes) -> bytes:
    """The certificate as bytes, signed by the province."""
    content = asdict(certificate) | {
        "sign_key": certificate.sign_key.hex(),
        "wrap_key": certificate.wrap_key.hex(),
    }
    body = canonical(cast(dict[str, Value], content))
    return _signer(province_private).sign(_CERTIFICATE_PURPOSE + body) + body


def read_certificate(blob: bytes, province_public: bytes) -> Certificate:
    """The certificate in `blob`; KeyFault unless the province signed it."""
    body = blob[SIGNATURE_BYTES:]
    _verify(province_public, blob[:SIGNATURE_BYTES], _CERTIFICATE_PURPOSE + body)
    try:
        content = read_canonical(body)
    except EntryError as fault:
        raise KeyFault(KeyFault.BAD_CERTIFICATE, fault.detail) from fault
    names = set(Certificate.__dataclass_fields__)
    if not isinstance(content, dict) or set(content) != names or not all(isinstance(v, str) for v in content.values()):
        raise KeyFault(KeyFault.BAD_CERTIFICATE, "fields of the certificate")
    texts = cast(dict[str, str], content)
    return Certificate(
        replica=texts["replica"],
        unit=texts["unit"],
        letter=texts["letter"],
        sign_key=_key_of_hex(texts["sign_key"]),
        wrap_key=_key_of_hex(texts["wrap_key"]),
        name=texts["name"],
        issued=texts["issued"],
    )


def issue_recovery_key(public: bytes, province_private: bytes) -> bytes:
    """The province's public recovery key as bytes, signed by the province."""
    return sign(province_private, _RECOVERY_KEY_PURPOSE + _key(public)) + public


def read_recovery_key(blob: bytes, province_public: bytes) -> bytes:
    """The public recovery key in `blob`; KeyFault unless the province signed it."""
    public = _key(blob[SIGNATURE_BYTES:])
    verify(province_public, blob[:SIGNATURE_BYTES], _RECOVERY_KEY_PURPOSE + public)
    return public


def sign(private: bytes, message: bytes) -> bytes:
    """64 bytes over a message, which must begin with the name of its purpose."""
    return _signer(private).sign(message)


def verify(public: bytes, signature: bytes, message: bytes) -> None:
    """KeyFault unless `signature` is this key's over exactly this message."""
    _verify(public, signature, message)


def seal_once(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    """ChaCha20-Poly1305 under a key that is used for this text only."""
    return _cipher(key).encrypt(_ZERO_NONCE, plaintext, context)


def open_once(key: bytes, ciphertext: bytes, context: bytes) -> bytes:
    """What `seal_once` sealed; KeyFault for another key, another context or changed bytes."""
    return _decrypt(key, ciphertext, context)


def wrap_key(key: bytes, receiver: bytes, ephemeral: bytes, context: bytes) -> bytes:
    """A unit key sealed to the holder of `receiver`'s private key: 80 bytes, bound to `context` (scope and epoch).

    `ephemeral` is 32 fresh random bytes, used for this wrap only.
    """
    public = wrapping_public(ephemeral)
    shared = _shared(ephemeral, receiver, public + receiver + context)
    return public + _cipher(shared).encrypt(_ZERO_NONCE, key, context)


def unwrap_key(blob: bytes, private: bytes, context: bytes) -> bytes:
    """The key wrapped for `private`; KeyFault when it was wrapped for another or for another context."""
    public = blob[:KEY_BYTES]
    if len(public) != KEY_BYTES:
        raise KeyFault(KeyFault.NOT_OPENED, "a wrapped key is cut short")
    shared = _shared(private, public, public + wrapping_public(private) + context)
    return _decrypt(shared, blob[KEY_BYTES:], context)


def recovery_private(entropy: bytes) -> bytes:
    """The X25519 private key behind a recovery code; its 160 random bits need no slow derivation."""
    return _derive(entropy, _RECOVERY_PURPOSE)


def _head(scope: str, journal: str, n: int, entry_id: str) -> bytes:
    return _HEAD_PURPOSE + canonical([scope, journal, n, entry_id])


def _signer(private: bytes) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(_key(private))


def _verify(public: bytes, signature: bytes, message: bytes) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(_key(public)).verify(signature, message)
    except (InvalidSignature, ValueError) as fault:
        raise KeyFault(KeyFault.BAD_SIGNATURE, "the signature is not of this key") from fault


def _exchanger(private: bytes) -> "X25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(_key(private))


def _shared(private: bytes, public: bytes, transcript: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    try:
        secret = _exchanger(private).exchange(X25519PublicKey.from_public_bytes(_key(public)))
    except ValueError as fault:
        raise KeyFault(KeyFault.BAD_KEY, "a public key that hides nothing") from fault
    return _derive(secret, _WRAP_PURPOSE + transcript)


def _derive(secret: bytes, info: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(secret)


def _cipher(key: bytes) -> "ChaCha20Poly1305":
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(_key(key))


def _decrypt(key: bytes, ciphertext: bytes, context: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        return _cipher(key).decrypt(_ZERO_NONCE, ciphertext, context)
    except InvalidTag as fault:
        raise KeyFault(KeyFault.NOT_OPENED, "wrong key, or changed bytes") from fault


def _key(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise KeyFault(KeyFault.BAD_KEY, f"a key of {len(key)} bytes")
    return key


def _key_of_hex(text: str) -> bytes:
    try:
        return _key(bytes.fromhex(text))
    except ValueError as fault:
        raise KeyFault(KeyFault.BAD_CERTIFICATE, "a key is not in hex") from fault
