"""Rounds with the province as this PC makes them, and what may end them for good."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qms_desktop.domain.errors import SetupError
from sync.errors import AccessFault

if TYPE_CHECKING:
    from sync.client.http import Road
    from sync.client.rounds import Rounds, SyncResult


@dataclass(frozen=True)
class OfficeExchange:
    """Rounds of this PC with its province, one at a time; see ``sync.client.agent.Exchanging``."""

    rounds: "Rounds"
    road: "Road"
    after: Callable[[], None]
    leave: Callable[["Rounds"], None]

    def run(self, progress: Callable[[int, int], None] | None = None) -> "SyncResult":
        """One round; keys that came for this PC are taken at once. A PC that was revoked hands over and destroys its keys."""
        try:
            return self.rounds.run(progress)
        except AccessFault as fault:
            if fault.code == AccessFault.REVOKED:
                self.leave(self.rounds)
                raise revoked_here() from fault
            raise
        finally:
            self.after()

    def waiting(self) -> int:
        """How many entries the province has not confirmed yet."""
        return self.rounds.waiting()

    def cut(self) -> None:
        """Break off what is under way, from another thread; a later round opens another connection."""
        self.road.cut()

    def close(self) -> None:
        """Give back the connection for good."""
        self.road.close()


def revoked_here() -> SetupError:
    """What a person at a PC that was revoked is told."""
    return SetupError(
        "QMS-818",
        "Máy này đã bị thu hồi quyền.",
        safe="Mọi việc đã ghi trên máy đã được nộp về tỉnh; các máy khác của đơn vị không bị ảnh hưởng.",
        do="Dữ liệu của đơn vị trên máy này đã bị hủy khóa và xóa. Muốn dùng lại máy, hãy xin tỉnh mã ghi danh mới.",
    )


def founded_elsewhere(unit: str) -> SetupError:
    """Two foundings have two keys and two recovery codes; only one of them can be the unit's."""
    return SetupError(
        "QMS-817",
        f"Đơn vị {unit} đã được lập và ghi danh trên một máy khác trước máy này.",
        safe="Dữ liệu trên máy này còn nguyên và vẫn dùng riêng được.",
        do="Hãy sao lưu máy này và in sổ hồ sơ, rồi ghi danh bằng mã mới với một thư mục dữ liệu mới và nhập lại các hồ sơ "
        "đang giải quyết.",
    )
