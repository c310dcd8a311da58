"""The province's register of units as anybody may read it: for the set-up page of a PC that has not joined yet."""

from __future__ import annotations

from typing import Any

import msgspec

from sync.client.transport import Transport, judged
from sync.errors import TransportFault

LONGEST_REGISTER = 4_000_000


class Register(msgspec.Struct, frozen=True):
    """Dated rows: code, kind, name, full_name, province, valid_from."""

    units: list[dict[str, Any]]


def units_of(transport: Transport) -> list[dict[str, Any]]:
    """Every dated row of the register, by code and first day; TransportFault when the road fails."""
    answer = judged(transport.ask("GET", "/units"))
    try:
        return msgspec.json.decode(answer.whole(LONGEST_REGISTER), type=Register).units
    except msgspec.MsgspecError as fault:
        raise TransportFault(TransportFault.NOT_OUR_SERVER, "not a register of units") from fault
