"""What a person can set on a PC, declared once: name, Vietnamese label, kind, default and limits.

Values are kept as text by whoever keeps them (the store's local tables); what cannot be read counts as not set.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

T = TypeVar("T", bound=bool | int | str)

_TRUE, _FALSE = "1", "0"


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One setting. `least` and `most` bound whole numbers; `options` are the permitted texts (none: any)."""

    name: str
    label: str
    default: T
    least: int = 0
    most: int = 2**31
    options: tuple[str, ...] = ()

    def read(self, text: str | None) -> T:
        """The value a kept text stands for; the default when there is none or it is out of bounds."""
        found = None if text is None else self._parsed(text)
        return self.default if found is None else cast(T, found)

    def _parsed(self, text: str) -> bool | int | str | None:
        usual: bool | int | str = self.default
        if isinstance(usual, bool):
            return {_TRUE: True, _FALSE: False}.get(text)
        if isinstance(usual, int):
            return int(text) if text.isdecimal() and self.least <= int(text) <= self.most else None
        return text if not self.options or text in self.options else None

    def spell(self, value: T) -> str:
        """The text to keep for a value; ValueError when it is out of bounds."""
        text = (_TRUE if value else _FALSE) if isinstance(value, bool) else str(value)
        if self.read(text) != value:
            raise ValueError(f"{self.name}: {value!r}")
        return text


FONT_SIZE = Setting("window.font_size", "Cỡ chữ của chương trình", 10, least=8, most=18)
METERED = Setting("sync.metered", "Đường truyền tính tiền theo dung lượng", False)
FILE_MB = Setting("files.most_mb", "Cỡ lớn nhất của một tệp đính kèm (MB)", 25, least=1, most=200)
FILES_DAILY_MB = Setting("files.daily_mb", "Dung lượng tệp đính kèm gửi, nhận mỗi ngày (MB; 0: không giới hạn)", 0, most=100_000)
NEIGHBOURS = Setting("sync.neighbours", "Trao đổi trực tiếp với các máy trong cơ quan", False)
NEIGHBOUR_ADDRESSES = Setting("sync.neighbour_addresses", "Địa chỉ máy trong cơ quan (khi không tự tìm thấy)", "")
BACKUPS_KEPT = Setting("backup.kept", "Số bản sao lưu hằng ngày giữ lại", 14, least=3, most=90)
BACKUP_FOLDER = Setting("backup.folder", "Thư mục sao lưu thêm (ổ USB, ổ mạng)", "")
PRINTER = Setting("print.printer", "Máy in mặc định", "")

ALL: tuple[Setting[bool] | Setting[int] | Setting[str], ...] = (
    FONT_SIZE,
    METERED,
    FILE_MB,
    FILES_DAILY_MB,
    NEIGHBOURS,
    NEIGHBOUR_ADDRESSES,
    BACKUPS_KEPT,
    BACKUP_FOLDER,
    PRINTER,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Reads and keeps declared settings through two functions of whoever keeps texts."""

    load: Callable[[str], str | None]
    keep: Callable[[str, str], None]

    def get(self, setting: Setting[T]) -> T:
        """The setting's value."""
        return setting.read(self.load(setting.name))

    def set(self, setting: Setting[T], value: T) -> None:
        """Keep a value; ValueError when it is out of bounds."""
        self.keep(setting.name, setting.spell(value))
