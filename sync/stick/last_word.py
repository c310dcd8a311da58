"""The end of a revoked PC that has no line, as two small files on the stick: the province's release, then the PC's receipt.

Neither is secret and neither can be forged: the release is the province's signature over all that the PC stated to hold in its
last packet, the receipt is the PC's over its own name (sync/rights/wiping.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.canonical import canonical, read_canonical
from sync.errors import EntryError, PacketFault
from sync.rights.wiping import MOST_LEAVES, check_release

_RELEASE = b"QMSRELEASE1"
_RECEIPT = b"QMSRECEIPT1"


@dataclass(frozen=True, slots=True)
class Release:
    """The province's signatures over these leaves, a hundred each, in order."""

    leaves: tuple[str, ...]
    signatures: tuple[bytes, ...]

    def check(self, replica: str, leaves: Sequence[str], province_key: bytes) -> None:
        """PacketFault unless just these leaves were released; KeyFault unless the province signed it for this PC."""
        if list(self.leaves) != sorted(set(leaves)) or len(self.signatures) != len(parts(leaves)):
            raise PacketFault(PacketFault.NOT_FOR_US, "released for less than is held here")
        for part, signature in zip(parts(leaves), self.signatures, strict=True):
            check_release(signature, replica, part, province_key)


def parts(leaves: Sequence[str]) -> list[list[str]]:
    """The leaves as they are signed for."""
    ordered = sorted(set(leaves))
    return [ordered[start : start + MOST_LEAVES] for start in range(0, max(len(ordered), 1), MOST_LEAVES)]


def spell_release(release: Release) -> bytes:
    """As a file."""
    return _RELEASE + canonical({"leaves": list(release.leaves), "signatures": [each.hex() for each in release.signatures]})


def read_release(data: bytes) -> Release | None:
    """The release in a file, None in any other file; PacketFault when it is damaged."""
    if not data.startswith(_RELEASE):
        return None
    try:
        content = read_canonical(data[len(_RELEASE) :])
        if not isinstance(content, dict):
            raise ValueError("release")
        leaves, signatures = content["leaves"], content["signatures"]
        if not isinstance(leaves, list) or not isinstance(signatures, list):
            raise ValueError("release")
        return Release(tuple(map(str, leaves)), tuple(bytes.fromhex(str(each)) for each in signatures))
    except (EntryError, ValueError, KeyError) as fault:
        raise PacketFault(PacketFault.DAMAGED, "the release was changed or cut short") from fault


def spell_receipt(receipt: bytes) -> bytes:
    """As a file."""
    return _RECEIPT + receipt


def read_receipt_file(data: bytes) -> bytes | None:
    """The receipt in a file, None in any other file."""
    return data[len(_RECEIPT) :] if data.startswith(_RECEIPT) else None
