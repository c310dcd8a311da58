"""The office font: Times New Roman where the system has it, else Liberation Serif 2, always embedded.

Nothing is installed or committed here. Fonts are opened by path, because the older Liberation Serif 1 carries the same
family name and has no Vietnamese; a file counts only when it holds every Vietnamese letter.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qms_desktop.domain.errors import PrintError

REGULAR, BOLD, ITALIC, BOLD_ITALIC = "OfficeSerif", "OfficeSerif-Bold", "OfficeSerif-Italic", "OfficeSerif-BoldItalic"

_FAMILIES = (
    ("times.ttf", "timesbd.ttf", "timesi.ttf", "timesbi.ttf"),
    (
        "Times New Roman.ttf",
        "Times New Roman Bold.ttf",
        "Times New Roman Italic.ttf",
        "Times New Roman Bold Italic.ttf",
    ),
    (
        "Times_New_Roman.ttf",
        "Times_New_Roman_Bold.ttf",
        "Times_New_Roman_Italic.ttf",
        "Times_New_Roman_Bold_Italic.ttf",
    ),
    (
        "LiberationSerif-Regular.ttf",
        "LiberationSerif-Bold.ttf",
        "LiberationSerif-Italic.ttf",
        "LiberationSerif-BoldItalic.ttf",
    ),
)
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_VOWELS = "aăâeêioôơuưy"
_SIGNS = "0123456789.,;:!?()[]/\\-–—…“”‘’\"'%&+=<>§°×•"


@dataclass(frozen=True)
class FontFiles:
    """The four files of one family."""

    regular: Path
    bold: Path
    italic: Path
    bold_italic: Path


def vietnamese_letters() -> str:
    """Every letter of the Vietnamese alphabet with every tone, lower and upper case, composed (186 characters)."""
    lower = [unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES]
    lower += list("bcdđghklmnpqrstvx") + list("fjwz")
    return "".join(lower) + "".join(lower).upper()


def font_folders(platform: str, environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    """Where fonts usually lie on Windows ("win32"), macOS ("darwin") and Linux, then the folder an installer staged."""
    staged = Path(__file__).resolve().parents[2] / "resources" / "fonts"
    if platform == "win32":
        windows = Path(environ.get("WINDIR", "C:/Windows")) / "Fonts"
        own = Path(environ.get("LOCALAPPDATA", str(home / "AppData" / "Local"))) / "Microsoft" / "Windows" / "Fonts"
        return (windows, own, staged)
    if platform == "darwin":
        library = ("/System/Library/Fonts/Supplemental", "/Library/Fonts", "/System/Library/Fonts")
        return (*map(Path, library), home / "Library" / "Fonts", staged)
    share = Path("/usr/share/fonts")
    known = ("truetype/msttcorefonts", "msttcorefonts", "truetype/liberation2", "truetype/liberation")
    packaged = ("liberation-serif", "liberation-serif-fonts", "liberation", "liberation-fonts", "TTF")
    own_folders = (Path("/usr/local/share/fonts"), home / ".local" / "share" / "fonts", home / ".fonts")
    return (*(share / name for name in known + packaged), *own_folders, staged)


def system_font_folders() -> tuple[Path, ...]:
    """The folders of this computer."""
    return font_folders(sys.platform, os.environ, Path.home())


def families(folders: Iterable[Path]) -> Iterator[FontFiles]:
    """Complete families found in the folders, Times New Roman before Liberation Serif."""
    places = tuple(folders)
    for names in _FAMILIES:
        for folder in places:
            files = tuple(folder / name for name in names)
            if all(file.is_file() for file in files):
                yield FontFiles(*files)


def register_office_fonts(folders: Iterable[Path] | None = None) -> None:
    """Make the four office fonts known to the PDF library, once per process.

    Raises PrintError QMS-601 when no folder holds a family with every Vietnamese letter. Must run before anything of
    `reportlab.platypus` or `reportlab.lib.styles` is imported: those read the base font name at import, and would put a
    Helvetica that is not embedded into every file.
    """
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics

    if REGULAR in pdfmetrics.getRegisteredFontNames():
        return
    searched = system_font_folders() if folders is None else tuple(folders)
    for font in office_fonts(searched):
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(REGULAR, REGULAR, BOLD, ITALIC, BOLD_ITALIC)
    rl_config.canvas_basefontname = REGULAR


def office_fonts(folders: Iterable[Path]) -> list[Any]:
    """Regular, bold, italic and bold italic of the first family that holds every Vietnamese letter; else QMS-601."""
    for files in families(folders):
        fonts = _open_family(files)
        if fonts is not None:
            return fonts
    raise PrintError(
        "QMS-601",
        "Máy này không có phông chữ Times New Roman hoặc Liberation Serif 2 đủ chữ tiếng Việt, nên chưa in được.",
        do="Hãy cài phông Times New Roman (hoặc gói fonts-liberation2), rồi in lại.",
    )


def _open_family(files: FontFiles) -> list[Any] | None:
    """The four fonts, or None when a file is damaged or lacks a letter: another family may do."""
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    named = {REGULAR: files.regular, BOLD: files.bold, ITALIC: files.italic, BOLD_ITALIC: files.bold_italic}
    try:
        fonts = [TTFont(name, str(path)) for name, path in named.items()]
    except (TTFError, OSError):
        return None
    wanted = {ord(char) for char in vietnamese_letters() + _SIGNS}
    if all(wanted <= font.face.charToGlyph.keys() for font in fonts):
        return fonts
    return None
