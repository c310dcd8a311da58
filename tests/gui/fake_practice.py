"""Practising in memory: another desk, and whether it was ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.gui.fake_desk import FakeDesk


class FakePractice:
    """A desk that can be practised on."""

    folder: Path
    for_practice = False
    ended = False

    def practising(self) -> bool:
        return self.for_practice

    def practice(self) -> FakeDesk:
        from tests.gui.fake_desk import FakeDesk

        desk = FakeDesk(self.folder)
        desk.for_practice = True
        desk.person = "N0"
        return desk

    def sample_card(self) -> str:
        return "000185000013|281234567|Nguyễn Thị Ví Dụ|12031985|Nữ|Số 3, ấp Tập Thử, xã Tập Thử|22122021"

    def end_practice(self) -> None:
        self.ended = True
