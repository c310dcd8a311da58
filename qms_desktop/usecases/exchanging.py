"""Rounds with the province as this PC makes them, and what may end them for good."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from qms_desktop.domain.errors import SetupError
from sync.errors import AccessFault, SyncError
from sync.files.blobs import Allowance, Freight
from sync.files.shelf import Shelf

if TYPE_CHECKING:
    from qms_desktop.store.files import UnitFiles
    from sync.client.carrier import Carrier, Hold
    from sync.client.credentials import Credentials
    from sync.client.http import Road
    from sync.client.rounds import Progress, Rounds, SyncResult


@dataclass(frozen=True)
class OfficeExchange:
    """Rounds of this PC with its province, one at a time; see ``sync.client.agent.Exchanging``."""

    rounds: "Rounds"
    road: "Road"
    after: Callable[[], None]
    leave: Callable[["Rounds"], None]
    files: "UnitFiles"
    known: "Callable[[], Credentials]"
    """What this PC holds of its province now: after a merger it reads the scopes of more units."""
    heard: Callable[["SyncResult"], None] = lambda _result: None
    followed: Callable[[], None] = lambda: None
    """Another PC goes on for this one, which was restored or copied."""

    def run(self, progress: "Progress | None" = None) -> "SyncResult":
        """One round; keys that came for this PC are taken at once. A PC that was revoked hands over and destroys its keys."""
        self.rounds.credentials = self.known()
        try:
            result = self.rounds.run(progress)
            self.heard(result)
            return result
        except AccessFault as fault:
            if fault.code == AccessFault.REVOKED:
                self.leave(self.rounds)
                raise revoked_here() from fault
            if fault.code == AccessFault.FOLLOWED:
                self.followed()
            raise
        finally:
            self.after()

    @cached_property
    def _carrier(self) -> "Carrier":
        return _carrier(self.rounds, self.files)

    def carry(self) -> bool:
        """Carry one small piece of an attached file; False when there is nothing to carry now."""
        return self._carrier.step()

    def run_all(self) -> "SyncResult":
        """One round, then the files, until they are through or the road fails: the next exchange goes on there."""
        result = self.run()
        with suppress(SyncError):
            while self.carry():
                continue
        return result

    def waiting(self) -> int:
        """How many entries the province has not confirmed yet."""
        return self.rounds.waiting()

    def cut(self) -> None:
        """Break off what is under way, from another thread; a later round opens another connection."""
        self.road.cut()

    def close(self) -> None:
        """Give back the connection for good."""
        self.road.close()


@dataclass(frozen=True)
class LeavingFiles:
    """The files of a PC that is leaving, as it hands them in: those that are whole here (`sync.client.carrier.Hold`)."""

    files: "UnitFiles"

    @property
    def shelf(self) -> Shelf:
        """See Hold."""
        return self.files.shelf

    def freight(self) -> tuple[Freight, ...]:
        """See Hold."""
        return tuple(each for each in self.files.freight() if each.up)

    def allowance(self) -> Allowance:
        """See Hold: no limit."""
        return Allowance()

    def moved(self, count: int) -> None:
        """See Hold; nothing is counted any more."""

    def fits(self, freight: Freight, head: bytes, number: int, chunk: bytes) -> bool:
        """See Hold."""
        return self.files.fits(freight, head, number, chunk)

    def arrived(self, freight: Freight) -> None:
        """See Hold."""
        self.files.arrived(freight)

    def spoiled(self, freight: Freight) -> None:
        """See Hold."""
        self.files.spoiled(freight)


def last_carriage(rounds: "Rounds", files: "UnitFiles") -> Callable[[], bool]:
    """Hands in one piece of a file of a PC that is leaving: whatever the day's allowance and the line, nothing is fetched."""
    return _carrier(rounds, LeavingFiles(files)).step


def _carrier(rounds: "Rounds", hold: "Hold") -> "Carrier":
    from sync.client.carrier import Caller, Carrier

    caller = Caller(rounds.transport, rounds.credentials, rounds.sign_private, rounds.clock, rounds.entropy)
    return Carrier(hold, caller)


def revoked_here() -> SetupError:
    """What a person at a PC that was revoked is told."""
    return SetupError(
        "QMS-818",
        "Máy này đã bị thu hồi quyền; dữ liệu của đơn vị trên máy đã bị hủy khóa và xóa.",
        safe="Mọi việc đã ghi trên máy đã được nộp về tỉnh; các máy khác của đơn vị không bị ảnh hưởng.",
        do="Hãy xin quản trị tỉnh một mã ghi danh mới nếu muốn dùng lại máy này.",
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
