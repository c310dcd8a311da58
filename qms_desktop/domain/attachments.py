"""Which files may be attached, under which names, and how a person is told why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.text import nfc

MEGABYTE = 1_000_000
LONGEST_NAME = 120
"""Characters; Windows takes 255 with the folder, and people read the beginning and the end."""

HEAD_BYTES = 16
"""How much of the beginning of a file `accept` wants to see."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLD_OFFICE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_ANY: tuple[bytes, ...] = ()

KINDS: Mapping[str, tuple[str, tuple[bytes, ...]]] = MappingProxyType(
    {
        "pdf": ("application/pdf", (b"%PDF-",)),
        "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
        "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
        "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
        "tif": ("image/tiff", (b"II*\0", b"MM\0*")),
        "tiff": ("image/tiff", (b"II*\0", b"MM\0*")),
        "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP),
        "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ZIP),
        "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", _ZIP),
        "odt": ("application/vnd.oasis.opendocument.text", _ZIP),
        "ods": ("application/vnd.oasis.opendocument.spreadsheet", _ZIP),
        "zip": ("application/zip", _ZIP),
        "doc": ("application/msword", _OLD_OFFICE),
        "xls": ("application/vnd.ms-excel", _OLD_OFFICE),
        "txt": ("text/plain", _ANY),
        "csv": ("text/csv", _ANY),
    }
)
"""Ending: kind, and how such a file begins. What can run as a program is not among them."""

_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_") | {chr(code): "" for code in [*range(32), 127]})
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))})


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be attached: its name as it is kept, and its kind."""

    name: str
    mime: str


def accept(name: str, head: bytes, size: int, most: int) -> Accepted:
    """The file as it may be kept. `head`: its first bytes; `size` and `most` in bytes.

    InputError: QMS-161 empty, QMS-162 too large, QMS-163 of a kind that is not kept, QMS-164 not what its name says.
    """
    kept = tidy_name(name)
    if size == 0:
        raise InputError("QMS-161", f"Tệp “{kept}” trống (0 byte).", do="Hãy quét hoặc lưu lại tệp rồi đính kèm lại.")
    if size > most:
        raise InputError(
            "QMS-162",
            f"Tệp “{kept}” nặng {in_words(size)}, quá giới hạn {in_words(most)} của một tệp.",
            do="Hãy quét lại ở 200–300 dpi, đen trắng hoặc thang xám, hoặc chia thành nhiều tệp.",
        )
    mime, beginnings = _kind(kept)
    if beginnings and not head.startswith(beginnings):
        raise InputError(
            "QMS-164",
            f"Nội dung của “{kept}” không đúng với đuôi tệp, hoặc tệp đã hỏng.",
            do="Hãy mở thử tệp bằng chương trình của nó, lưu lại rồi đính kèm lại.",
        )
    return Accepted(kept, mime)


def tidy_name(name: str) -> str:
    """A file name that any system takes: composed, without folders and signs; a long one is shortened in the middle."""
    last = nfc(name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = " ".join(last.translate(_FORBIDDEN).split()).strip(". ") or "tep"
    if kept.split(".")[0].lower() in _DEVICES:
        kept = f"_{kept}"
    if len(kept) <= LONGEST_NAME:
        return kept
    stem, dot, ending = kept.rpartition(".")
    tail = dot + ending if len(ending) <= 5 else ""
    stem = stem if tail else kept
    room = LONGEST_NAME - len(tail) - 1
    return nfc(f"{stem[: room // 2].rstrip()}…{stem[-(room - room // 2) :].lstrip()}{tail}")


def in_words(size: int) -> str:
    """A size as people read it: "820 KB", "1,4 MB"."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / MEGABYTE:.1f} MB".replace(".", ",").replace(",0 MB", " MB")


def _kind(name: str) -> tuple[str, tuple[bytes, ...]]:
    ending = name.rpartition(".")[2].lower()
    kind = KINDS.get(ending)
    if kind is None:
        raise InputError(
            "QMS-163",
            f"Không đính kèm được tệp loại này (“{name}”).",
            do="Hãy dùng PDF, ảnh (JPG, PNG, TIF), Word, Excel, ODT, TXT, CSV hoặc ZIP.",
        )
    return kind
