"""Pages of a PDF as pictures, for the preview and for the printer: the same bytes that go into the file."""

from __future__ import annotations

from typing import Any

from qms_desktop.domain.errors import PrintError

_POINTS_PER_INCH = 72


def page_count(pdf: bytes) -> int:
    """How many pages the file has. Raises PrintError QMS-602 when it is not a readable PDF."""
    document = _open(pdf)
    try:
        return len(document)
    finally:
        document.close()


def render_page(pdf: bytes, index: int, dpi: float) -> tuple[int, int, bytes]:
    """Width and height in pixels and the RGB bytes (three per pixel, rows without padding) of page `index`, from 0.

    Raises PrintError QMS-602 when the bytes are not a readable PDF or have no such page.
    """
    document = _open(pdf)
    try:
        if not 0 <= index < len(document):
            raise _unreadable()
        page = document[index]
        bitmap = page.render(scale=dpi / _POINTS_PER_INCH, rev_byteorder=True, prefer_bgrx=False)
        packed = _packed_rgb(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, bitmap.n_channels)
        size = (bitmap.width, bitmap.height)
        bitmap.close()
        page.close()
        return (*size, packed)
    finally:
        document.close()


def _packed_rgb(buffer: bytes, width: int, height: int, stride: int, channels: int) -> bytes:
    """Rows without padding; a grey or four-channel picture is brought to three channels."""
    rows = [buffer[line * stride : line * stride + width * channels] for line in range(height)]
    if channels == 3:
        return b"".join(rows)
    picture = bytearray(width * height * 3)
    joined = b"".join(rows)
    for colour in range(3):
        picture[colour::3] = joined[(colour if channels > 1 else 0) :: channels]
    return bytes(picture)


def _open(pdf: bytes) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise _unreadable() from error


def _unreadable() -> PrintError:
    return PrintError(
        "QMS-602",
        "Không đọc được trang in vừa tạo.",
        do="Hãy tạo lại bản in; nếu vẫn lỗi, hãy gửi số lỗi này cho người hỗ trợ.",
    )
