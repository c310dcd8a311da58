"""Attached files answered from memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qms_desktop.domain.attachments import accept, in_words
from qms_desktop.gui.desk_files import FileItem


class FakeFiles:
    """Lists by record; what is opened is written into a folder of the test."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.attached: dict[str, list[FileItem]] = {}
        self.no_files = ""
        self.wanted_files: list[str] = []

    def files(self, subject: str) -> list[FileItem]:
        return list(self.attached.get(subject, ()))

    def files_hindrance(self, kind: str) -> str:
        return self.no_files

    def files_summary(self) -> str:
        return f"Trên máy này có {sum(map(len, self.attached.values()))} tệp đính kèm."

    def attach_files(self, kind: str, subject: str, files: Sequence[Path]) -> str:
        for file in files:
            content = file.read_bytes()
            accepted = accept(file.name, content[:16], len(content), 1_000_000)
            self._add(subject, accepted.name, len(content))
        return f"Đã đính kèm {len(files)} tệp."

    def attach_image(self, kind: str, subject: str, png: bytes) -> str:
        self._add(subject, "anh.png", len(png))
        return "Đã đính kèm ảnh vừa dán."

    def _add(self, subject: str, name: str, size: int) -> None:
        items = self.attached.setdefault(subject, [])
        items.append(
            FileItem(f"{subject}-{len(items)}", name, in_words(size), "23/11/2026 08:00", "Lê Thị Ngọc Ánh", "đủ", whole=True)
        )

    def open_file(self, item: str) -> Path:
        return self.save_file(item, self.folder / "opened.pdf")

    def want_file(self, item: str) -> None:
        self.wanted_files.append(item)

    def save_file(self, item: str, target: Path) -> Path:
        target.write_bytes(b"%PDF-")
        return target

    def take_off_file(self, item: str, reason: str) -> None:
        for items in self.attached.values():
            items[:] = [each for each in items if each.id != item]

    def let_go(self, subject: str, state: str) -> None:
        """The newest file of the record is no longer, or not yet, whole here."""
        self.attached[subject][-1] = replace(self.attached[subject][-1], state=state, whole=state == "đủ")
