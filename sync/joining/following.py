"""A PC that goes on under another id, after a restore or because its disk was copied, proves whose place it takes.

The proof is a signature by the key of the id it had. A copy of the disk can make it as well: the first that asks is believed.
"""

from __future__ import annotations

from sync.canonical import canonical
from sync.errors import KeyFault
from sync.joining.enrolment import EnrolRequest
from sync.journal.keys import Certificate, read_certificate, sign, verify

_PURPOSE = b"qms follows 1\0"


def sign_following(private: bytes, old: str, new: str) -> bytes:
    """The word of the PC that was `old` that from now on it is `new`."""
    return sign(private, _PURPOSE + canonical([old, new]))


def is_following(public: bytes, old: str, new: str, proof: bytes) -> bool:
    """Whether the owner of the key signed it."""
    try:
        verify(public, proof, _PURPOSE + canonical([old, new]))
    except KeyFault:
        return False
    return True


def proved_former(request: EnrolRequest, province_key: bytes) -> Certificate | None:
    """The PC whose place is taken; None when it names none. KeyFault unless the province knew that PC and its key signed."""
    if not request.former:
        return None
    former = read_certificate(request.former, province_key)
    if not former.unit or former.replica == request.replica:
        raise KeyFault(KeyFault.BAD_CERTIFICATE, "not the certificate of another PC")
    verify(former.sign_key, request.proof, _PURPOSE + canonical([former.replica, request.replica]))
    return former
