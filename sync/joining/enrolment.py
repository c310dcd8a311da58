"""How a PC joins the province: the one-time code a clerk types, and the two messages that follow.

The code carries three things in sixteen characters: chance (the right to join once), the beginning of the fingerprint of the
province's key (so that the PC can tell the true server from one that only answers), and a check character that catches a
mistyped or swapped character before anything is sent.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgspec

from sync.joining import letters

CHANCE = 8
FINGERPRINT = 7
LENGTH = CHANCE + FINGERPRINT + 1


class CodeFault(ValueError):
    """The typed text is not an enrolment code: its length, a character or the check character is wrong."""


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time enrolment code: `chance` is the secret part, `fingerprint` names the province's key."""

    chance: str
    fingerprint: str

    def text(self) -> str:
        """The code as printed and read out: four groups of four."""
        plain = self.chance + self.fingerprint
        return letters.grouped(plain + letters.check_letter(plain))

    def names(self, province_key: bytes) -> bool:
        """Whether this is the province key that the code was made for."""
        return self.fingerprint == fingerprint(province_key)


def make_code(entropy: bytes, province_key: bytes) -> Code:
    """A code from at least 16 random bytes."""
    if len(entropy) < 16:
        raise ValueError("an enrolment code needs 16 random bytes")
    return Code(letters.spelled(int.from_bytes(entropy, "big"), CHANCE), fingerprint(province_key))


def read_code(typed: str) -> Code:
    """The code a person typed, whatever the case, spaces and dashes; CodeFault if it cannot be one."""
    plain = letters.typed(typed)
    if len(plain) != LENGTH or any(letter not in letters.ALPHABET for letter in plain):
        raise CodeFault("an enrolment code has 16 characters, without 0, 1, I, L and O")
    if not letters.fits(plain, LENGTH):
        raise CodeFault("the check character does not fit: one character is wrong or two are swapped")
    return Code(plain[:CHANCE], plain[CHANCE:-1])


def fingerprint(province_key: bytes) -> str:
    """The characters of an enrolment code that name the province's public key."""
    return letters.spelled(int.from_bytes(hashlib.sha256(b"qms-province-key\0" + province_key).digest(), "big"), FINGERPRINT)


class EnrolRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """What a PC sends to join. Keys are raw public bytes: Ed25519 to sign, X25519 to receive the unit's key.

    former, proof: the certificate of the id it had before, and that id's word (sync/joining/following.py). With them the first
    that asks needs no code.
    """

    code: str
    replica: str
    name: str
    sign_key: bytes
    wrap_key: bytes
    former: bytes = b""
    proof: bytes = b""


class EnrolAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """What the server answers: the certificate of this PC and everything it needs to know its province by.

    server_certificate and recovery_key (signed by the province) say to whom packets are sealed; empty from older servers.
    """

    certificate: bytes
    province_key: bytes
    unit: str
    letter: str
    server: str
    server_replica: str
    server_certificate: bytes = b""
    recovery_key: bytes = b""


class RejoinRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """What a PC shows to a server that has lost its list of PCs."""

    certificate: bytes


class WipedRequest(msgspec.Struct, frozen=True):
    """A revoked PC's signed word (sync/rights/wiping.py)."""

    receipt: bytes


class ReleaseRequest(msgspec.Struct, frozen=True):
    """The leaves of a revoked PC, for which it asks the province's release (sync/rights/wiping.py)."""

    leaves: list[str]


class ReleaseAnswer(msgspec.Struct, frozen=True):
    """The province's signature."""

    release: bytes
