"""The last visit of a revoked PC: entries and files go to the server, nothing comes back, then it signs that it erases.

What the PC does with its data is the desktop's part: it destroys its keys first, then its files, and only then hands in the
receipt, so that the receipt is true whenever it arrives.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from sync.client.rounds import Rounds
from sync.client.transport import Transport, judged
from sync.errors import ExchangeError
from sync.joining.enrolment import WipedRequest
from sync.rights.wiping import Receipt, sign_receipt

LONGEST_ANSWER = 4_096


def farewell(rounds: Rounds, carry: Callable[[], bool]) -> bytes:
    """Hand over all that is held; the signed receipt. SyncError when the road or the server failed: try again later.

    `carry` hands in one piece of a file, and says whether there was one. A file that the server does not take (no room, too
    large, damaged here) does not keep the PC from erasing, a road that breaks does: the next visit goes on where it broke.
    ExchangeError STUCK when the server would not take something, KeyFault when it was not the province that revoked this PC or
    that says it holds everything: nothing may be erased then.
    """
    if not rounds.hand_over():
        raise ExchangeError(ExchangeError.STUCK, "the server did not take everything")
    while carry():
        continue
    rounds.released()
    credentials = rounds.credentials
    return sign_receipt(Receipt(credentials.replica, credentials.server, rounds.clock()), rounds.sign_private)


def hand_in(transport: Transport, receipt: bytes) -> None:
    """Tell the server that the data is gone; it may be told several times."""
    body = msgspec.json.encode(WipedRequest(receipt))
    judged(transport.ask("POST", "/wiped", body, {"Content-Type": "application/json"})).whole(LONGEST_ANSWER)
