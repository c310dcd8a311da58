"""Attached files within a backup: after the copy of the database, each as its name, its size and its sealed bytes."""

from collections.abc import Iterator
from typing import BinaryIO

from qms_desktop.domain.errors import StoreError
from sync.files.blobs import CHUNK, MAX_BLOB
from sync.files.shelf import Shelf

_NAME, _SIZE = 32, 8
_END = bytes(_NAME)


def write_files(shelf: Shelf, out: BinaryIO) -> None:
    """All whole files, then the mark of the end."""
    for name in shelf.names():
        out.write(bytes.fromhex(name) + (shelf.size(name) or 0).to_bytes(_SIZE))
        for chunk in shelf.chunks(name):
            out.write(chunk)
    out.write(_END)


def read_files(source: BinaryIO, shelf: Shelf, mark: str) -> int:
    """Keep every file whose bytes are those of its name; how many. StoreError QMS-434 when the rest is cut or changed.

    Files that are kept already stay: each proves itself, and those that are missing come back from the province.
    """
    count = 0
    while (name := source.read(_NAME)) != _END:
        size = int.from_bytes(source.read(_SIZE))
        if len(name) != _NAME or not 0 < size <= MAX_BLOB:
            raise _cut()
        blob = shelf.add(_pieces(source, size), mark)
        if blob.name != name.hex():
            shelf.drop(blob.name)
            raise _cut()
        count += 1
    return count


def _pieces(source: BinaryIO, size: int) -> Iterator[bytes]:
    while size and (piece := source.read(min(CHUNK, size))):
        yield piece
        size -= len(piece)


def _cut() -> StoreError:
    return StoreError(
        "QMS-434",
        "Phần tệp đính kèm của bản sao lưu bị cắt hoặc bị hỏng.",
        safe="Các tệp còn nguyên đã được giữ lại; những tệp còn lại sẽ về khi đồng bộ.",
        do="Hãy dùng một bản sao lưu khác.",
    )
