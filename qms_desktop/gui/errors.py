"""Turns any error into what a person is shown: an AppError keeps its words, anything else becomes a numbered crash note.

A crash note names places in the program, never values, so it cannot hold a citizen's name.
"""

from __future__ import annotations

import platform
import traceback
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qms_desktop.domain.errors import AppError

UNKNOWN = "QMS-900"


@dataclass(frozen=True, slots=True)
class Shown:
    """A message for the message bar; ``details`` is what "Chép chi tiết" puts on the clipboard."""

    text: str
    code: str
    details: str


def shown(error: BaseException, now: datetime, notes: Path | None) -> Shown:
    """The message for an error; one that nobody foresaw is also written into the folder of crash notes."""
    if isinstance(error, AppError):
        return Shown(error.message(), error.code, f"{error.message()}\n{now:%d/%m/%Y %H:%M}")
    note = crash_note(error, now)
    kept = _keep(note, now, notes)
    text = (
        f"Chương trình gặp lỗi không lường trước. Những gì đã lưu và phần đang nhập vẫn còn. "
        f"Hãy làm lại; nếu vẫn lỗi, gửi ghi chú {kept} cho người hỗ trợ. ({UNKNOWN})"
    )
    return Shown(text, UNKNOWN, note)


def crash_note(error: BaseException, now: datetime) -> str:
    """Kind of error and places in the program, without any message or value."""
    frames = traceback.extract_tb(error.__traceback__)
    places = "\n".join(f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{now:%Y-%m-%d %H:%M} {type(error).__name__}\nPython {platform.python_version()} · {platform.system()}\n{places}\n"


def _keep(note: str, now: datetime, notes: Path | None) -> str:
    name = f"{now:%Y%m%d-%H%M%S}"
    if notes is None:
        return name
    try:
        notes.mkdir(parents=True, exist_ok=True)
        (notes / f"{name}.txt").write_text(note, encoding="utf-8")
    except OSError:
        return f"{name} (chưa ghi được ra đĩa)"
    return name
