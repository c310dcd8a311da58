"""Small spellings for the wire: ids as bytes, columns compressed with a limit on what may come out again."""

import io
from collections.abc import Callable
from typing import Any

import msgspec
import zstandard

from sync.errors import WireError

LEVEL = 12
MAX_WINDOW = 1 << 23

MOST_CONTAINERS = 2_000_000
"""Lists and maps in what is expanded. An empty one takes a byte there and eighty in memory, so bytes alone bound nothing; what is
counted are bytes that may begin one, of which text has some as well."""

_NO_CONTAINER = bytes(code for code in range(256) if not (0x80 <= code <= 0x9F or 0xDC <= code <= 0xDF))

_ULID_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID_VALUES = {sign: value for value, sign in enumerate(_ULID_SIGNS)}


def compress(value: Any) -> bytes:
    """MessagePack under zstd."""
    return zstandard.ZstdCompressor(LEVEL, write_content_size=False, write_checksum=False).compress(msgspec.msgpack.encode(value))


def expand(data: bytes, limit: int) -> Any:
    """The value in `data`; WireError when it is none or would take more than `limit` bytes."""
    try:
        reader = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).stream_reader(io.BytesIO(data))
        plain = reader.read(limit + 1)
    except zstandard.ZstdError as fault:
        raise WireError(WireError.MALFORMED, "not compressed as agreed") from fault
    if len(plain) > limit:
        raise WireError(WireError.TOO_LARGE, f"more than {limit} bytes when expanded")
    if len(plain) > MOST_CONTAINERS and len(plain.translate(None, _NO_CONTAINER)) > MOST_CONTAINERS:
        raise WireError(WireError.TOO_LARGE, "too many lists when expanded")
    try:
        return msgspec.msgpack.decode(plain)
    except (msgspec.DecodeError, ValueError, RecursionError) as fault:
        raise WireError(WireError.MALFORMED, "columns") from fault


def id_bytes(text: str) -> bytes | str:
    """An id in its shortest form: 16 bytes for a ULID, 17 for 32 hex digits, else the text itself."""
    if len(text) == 26 and text[0] in "01234567" and all(sign in _ULID_VALUES for sign in text):
        number = 0
        for sign in text:
            number = number << 5 | _ULID_VALUES[sign]
        return number.to_bytes(16)
    if len(text) == 32 and all(sign in "0123456789abcdef" for sign in text):
        return b"\0" + bytes.fromhex(text)
    return text


def id_text(packed: bytes | str) -> str:
    """The id `id_bytes` shortened."""
    if isinstance(packed, str):
        return packed
    if len(packed) == 17:
        return packed[1:].hex()
    if len(packed) != 16:
        raise WireError(WireError.MALFORMED, "an id")
    number = int.from_bytes(packed)
    return "".join(_ULID_SIGNS[number >> 5 * place & 31] for place in reversed(range(26)))


class Table:
    """Numbers things in the order of their first use, so that a column holds small integers."""

    def __init__(self, items: list[Any]) -> None:
        self._places: dict[Any, int] = {}
        self._items = items

    def place(self, item: Any, spelled: Callable[[Any], Any] | None = None) -> int:
        """The number of `item`; a new one is added to the items as `spelled(item)`."""
        found = self._places.get(item)
        if found is None:
            found = self._places[item] = len(self._items)
            self._items.append(item if spelled is None else spelled(item))
        return found
