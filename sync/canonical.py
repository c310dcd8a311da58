"""Canonical JSON: one value has exactly one spelling in bytes, so that a hash names it for ever.

Objects with sorted keys, no white space, UTF-8 without needless escapes, strings in Unicode NFC, whole numbers within
±2^53 (every JSON reader holds them exactly), and no fractions: decimals travel as text.
"""

import json
import unicodedata
from typing import Any, TypeAlias

from sync.errors import EntryError

Value: TypeAlias = bool | int | str | list["Value"] | dict[str, "Value"] | None

INT_LIMIT = 2**53
DEPTH_LIMIT = 16

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical(value: Value) -> bytes:
    """The one spelling of `value`; EntryError when it holds anything the format has no room for."""
    check_value(value)
    return spell(value)


def spell(value: Any) -> bytes:
    """Spell a value whose parts were checked before."""
    try:
        return _ENCODER.encode(value).encode()
    except UnicodeEncodeError as fault:
        raise EntryError(EntryError.BAD_VALUE, "text holds half a character") from fault


def read_canonical(data: bytes) -> Value:
    """The value spelled by `data`; EntryError unless it is spelled exactly as `canonical` would.

    Comparing with the re-spelled bytes also refuses duplicate keys, white space, -0 and other second spellings.
    """
    try:
        value: Value = json.loads(data.decode(), parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as fault:
        raise EntryError(EntryError.NOT_CANONICAL, "not JSON of whole numbers and text") from fault
    if canonical(value) != data:
        raise EntryError(EntryError.NOT_CANONICAL, "another spelling of the same JSON")
    return value


def check_value(value: Value, depth: int = 0) -> None:
    """EntryError unless `value` consists of null, booleans, bounded integers, NFC text, lists and text-keyed maps."""
    if value is None or value is True or value is False:
        return
    if type(value) is str:
        check_text(value)
    elif type(value) is int:
        if not -INT_LIMIT <= value <= INT_LIMIT:
            raise EntryError(EntryError.BAD_VALUE, "whole number beyond 2^53")
    elif type(value) is list or type(value) is dict:
        _check_parts(value, depth)
    else:
        raise EntryError(EntryError.BAD_VALUE, f"a {type(value).__name__} has no place in an entry")


def check_text(text: str) -> None:
    """EntryError unless `text` is in Unicode normal form C."""
    if not unicodedata.is_normalized("NFC", text):
        raise EntryError(EntryError.BAD_VALUE, "text is not in Unicode normal form C")


def _check_parts(value: list[Value] | dict[str, Value], depth: int) -> None:
    if depth >= DEPTH_LIMIT:
        raise EntryError(EntryError.BAD_VALUE, f"nested more than {DEPTH_LIMIT} deep")
    if type(value) is list:
        for part in value:
            check_value(part, depth + 1)
        return
    for key, part in value.items():  # type: ignore[union-attr]
        if type(key) is not str:
            raise EntryError(EntryError.BAD_VALUE, "a key must be text")
        check_text(key)
        check_value(part, depth + 1)


def _refuse(literal: str) -> None:
    raise ValueError(f"{literal} is not a whole number")
