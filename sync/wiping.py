"""What a revoked PC leaves behind: its signed word that it handed over what it held and then erased it.

The word is signed before the keys go and sent after the data went; a PC that lost power in between goes on erasing first.
"""

from __future__ import annotations

from dataclasses import dataclass

from sync.canonical import canonical, read_canonical
from sync.errors import KeyFault
from sync.keys import SIGNATURE_BYTES, sign, verify

_PURPOSE = b"qms wiped 1\0"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Which PC erased its data; `at`: its own clock, milliseconds since 1970 UTC."""

    replica: str
    server: str
    at: int


def sign_receipt(receipt: Receipt, private: bytes) -> bytes:
    """The receipt as bytes, signed by the PC."""
    body = canonical({"replica": receipt.replica, "server": receipt.server, "at": receipt.at})
    return sign(private, _PURPOSE + body) + body


def named_in(blob: bytes) -> str:
    """Whose receipt it claims to be; nothing is checked yet. KeyFault when it is none."""
    return _read(blob).replica


def read_receipt(blob: bytes, public: bytes) -> Receipt:
    """The receipt; KeyFault unless that PC signed it."""
    verify(public, blob[:SIGNATURE_BYTES], _PURPOSE + blob[SIGNATURE_BYTES:])
    return _read(blob)


def _read(blob: bytes) -> Receipt:
    content = read_canonical(blob[SIGNATURE_BYTES:])
    if isinstance(content, dict) and content.keys() == {"replica", "server", "at"}:
        replica, server, at = content["replica"], content["server"], content["at"]
        if isinstance(replica, str) and isinstance(server, str) and isinstance(at, int):
            return Receipt(replica, server, at)
    raise KeyFault(KeyFault.BAD_CERTIFICATE, "not a receipt")
