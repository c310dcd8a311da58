"""Pages as a stream of bytes: a signature, then chunks of one letter, four bytes of length and content.

`H` what is said, `F` one frame, `E` the end. A reader hands each chunk out as soon as it is whole, so that a body that is
cut still delivers the frames before the cut.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sync.errors import WireError
from sync.journal.log import Leaf
from sync.wire.compact import Table, compress, expand, id_bytes, id_text
from sync.wire.frames import MAX_FRAME
from sync.wire.messages import DIGEST_BYTES, Page, ScopePart

MAGIC = b"QMS1"
CONTENT_TYPE = "application/vnd.qms.sync"
MAX_HEADER = 2_000_000
MAX_PARTS = 10_000

_PREFIX = 5
_MISFITS = (AttributeError, LookupError, OverflowError, TypeError, ValueError)


def encode_page(page: Page) -> bytes:
    """The page as the body of a request or an answer."""
    return b"".join(stream_page(page, page.frames))


def stream_page(page: Page, frames: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes piece by piece, with frames that are made meanwhile."""
    yield MAGIC + _chunk(b"H", _encode_header(page))
    for frame in frames:
        yield _chunk(b"F", frame)
    yield _chunk(b"E", b"")


def decode_page(data: bytes) -> Page:
    """A whole page; WireError when it is cut or no page at all."""
    reader = PageReader()
    pieces = reader.feed(data)
    if not reader.complete:
        raise WireError(WireError.MALFORMED, "the page is cut")
    header = pieces[0]
    if not isinstance(header, Page):
        raise WireError(WireError.MALFORMED, "a page starts with what is said")
    frames = tuple(piece for piece in pieces[1:] if isinstance(piece, bytes))
    return Page(header.parts, header.unchanged, frames)


@dataclass
class PageReader:
    """Reads a stream of any pieces. The first thing out is a Page without frames, then encoded frames follow."""

    complete: bool = False
    _buffer: bytearray = field(default_factory=bytearray)
    _started: bool = False
    _headed: bool = False

    def feed(self, data: bytes) -> list[Page | bytes]:
        """Whatever became whole with these bytes; WireError at the first byte that cannot be right."""
        self._buffer += data
        if not self._started:
            if not self._buffer.startswith(MAGIC[: len(self._buffer)]):
                raise WireError(WireError.VERSION, "not this protocol, or another version of it")
            if len(self._buffer) < len(MAGIC):
                return []
            del self._buffer[: len(MAGIC)]
            self._started = True
        found: list[Page | bytes] = []
        while (chunk := self._chunk()) is not None:
            found += self._read(*chunk)
        return found

    def _chunk(self) -> tuple[bytes, bytes] | None:
        if self.complete and self._buffer:
            raise WireError(WireError.MALFORMED, "bytes after the end")
        if len(self._buffer) < _PREFIX:
            return None
        kind, size = bytes(self._buffer[:1]), int.from_bytes(self._buffer[1:_PREFIX])
        if kind not in (b"H", b"F", b"E") or (kind == b"H") == self._headed:
            raise WireError(WireError.MALFORMED, "chunks out of order")
        if size > (MAX_FRAME if kind == b"F" else MAX_HEADER):
            raise WireError(WireError.TOO_LARGE, f"chunk of {size} bytes")
        if len(self._buffer) < _PREFIX + size:
            return None
        content = bytes(self._buffer[_PREFIX : _PREFIX + size])
        del self._buffer[: _PREFIX + size]
        return kind, content

    def _read(self, kind: bytes, content: bytes) -> list[Page | bytes]:
        if kind == b"H":
            self._headed = True
            return [_decode_header(content)]
        if kind == b"F":
            return [content]
        self.complete = True
        return []


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4) + content


def _encode_header(page: Page) -> bytes:
    journals: list[Any] = []
    table = Table(journals)

    def packed(leaves: tuple[Leaf, ...]) -> list[Any]:
        return [[table.place(leaf.journal, id_bytes), leaf.n, bytes.fromhex(leaf.id)] for leaf in leaves]

    parts = []
    for part in page.parts:
        leaves = None if part.leaves is None else packed(part.leaves)
        answers = [packed(part.held), packed(part.lacked), packed(part.probes), part.refused]
        blocked = [[table.place(journal, id_bytes), code] for journal, code in part.blocked]
        parts.append(_trimmed([part.scope, part.have, part.state, leaves, *answers, blocked]))
    return compress([journals, parts, page.unchanged])


def _trimmed(row: list[Any]) -> list[Any]:
    """Without the empty answers at its end; the leaves stay, because none stated is not the same as none held."""
    while len(row) > 4 and not row[-1]:
        row.pop()
    if row[-1] is None:
        row.pop()
    return row


def _decode_header(data: bytes) -> Page:
    content = expand(data, MAX_HEADER)
    try:
        journals, rows, unchanged = content
        names = [id_text(journal) for journal in journals]
        if len(rows) > MAX_PARTS or type(unchanged) is not int:
            raise WireError(WireError.MALFORMED, "parts of a page")
        return Page(tuple(_part(row, names) for row in rows), unchanged)
    except _MISFITS as fault:
        raise WireError(WireError.MALFORMED, "what is said in a page") from fault


def _part(row: list[Any], journals: list[str]) -> ScopePart:
    absent: list[Any] = [None, (), (), (), 0, ()]
    scope, have, state, leaves, held, lacked, probes, refused, blocked = row + absent[len(row) - 3 :]
    codes = {journals[place]: code for place, code in blocked}
    if not isinstance(scope, str) or not all(type(code) is int for code in (refused, *codes.values())):
        raise WireError(WireError.MALFORMED, "scope")
    return ScopePart(
        scope,
        _digest(have),
        _digest(state),
        None if leaves is None else _leaves(leaves, journals),
        _leaves(held, journals),
        _leaves(lacked, journals),
        _leaves(probes, journals),
        refused,
        tuple(codes.items()),
    )


def _digest(value: Any) -> bytes:
    if not isinstance(value, bytes) or len(value) != DIGEST_BYTES:
        raise WireError(WireError.MALFORMED, "digest")
    return value


def _leaves(rows: Any, journals: list[str]) -> tuple[Leaf, ...]:
    found = tuple(Leaf(journals[place], n, name.hex()) for place, n, name in rows)
    if not all(type(leaf.n) is int and leaf.n > 0 and len(leaf.id) == 64 for leaf in found):
        raise WireError(WireError.MALFORMED, "leaf")
    return found
