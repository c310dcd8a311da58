"""PCs and rights: who is shut out, what the province did not let stand, what is erased by order."""

from __future__ import annotations

from collections.abc import Collection

from qms_desktop.domain.values import show_when
from qms_desktop.gui.desk import Row, SyncLine
from qms_desktop.gui.desks.exchange import OfficeExchangeDesk, line_of
from qms_desktop.store.recent import refused
from qms_desktop.usecases import erasure, rights, succession
from qms_desktop.usecases.exchanging import revoked_here

_COPY = "Bản sao của một máy khác; chưa được giao quyền riêng của máy đó"


class OfficeRightsDesk(OfficeExchangeDesk):
    """See ``gui.desk.Rights``."""

    def machines(self) -> list[Row]:
        """All PCs of the unit by letter, with "state" in words, "own", "welcome" and "copy"."""
        store = self.office.demand_store()
        with self.view() as view:
            rows = view.find("pc")
            followed = {row.get("follows") for row in rows}
            today = self.now().date()
            copies = {str(row["id"]) for row in rows if not _shut(row) and succession.asked_about(view, str(row["id"]), today)}
        return [
            {
                "id": row["id"],
                "name": f"Máy {row.get('letter')} · {row.get('name')}",
                "state": _COPY if row["id"] in copies else "Máy này" if row["id"] == store.replica else _state(row, followed),
                "own": row["id"] == store.replica,
                "welcome": not _shut(row),
                "copy": row["id"] in copies,
            }
            for row in rows
        ]

    def grant_to_copy(self, machine: str) -> None:
        """Grants for a copied PC what holds for the PC it was copied from."""
        succession.grant_to_copy(self.office.work(), machine)
        self.sync_now()

    def locked_units(self) -> list[str]:
        """Units that were merged into this one and whose key this PC lacks."""
        store = self.office.demand_store()
        return [unit for unit in store.former_units if not store.unit_keys(unit)]

    def revoke_machine(self, machine: str, reason: str) -> None:
        """Asks the province to shut a PC out, and makes a new key for the others."""
        rights.revoke_pc(self.office.work(), machine, reason)
        self.sync_now()

    def refused_lines(self) -> list[SyncLine]:
        """What the province did not let stand, newest first; the reason is part of the words."""
        store = self.office.demand_store()
        found = refused(store)
        with self.view() as view:
            lines = [(line_of(view, item.line, store.replica), item) for item in found]
        return [SyncLine(line.at, f"{line.what} – {item.why}", line.who) for line, item in lines]

    def order_erasure(self, code: str, decision: str) -> str:
        """Orders that the personal values of a closed dossier are erased; returns a sentence."""
        with self.view() as view:
            found = view.find("dossier", code=code.strip())
        erasure.order(self.office.work(), [str(row["id"]) for row in found], decision)
        self.sync_now()
        return f"Đã ra lệnh xóa thông tin cá nhân của hồ sơ {code.strip()}. Mọi máy và tỉnh sẽ xóa ở lần đồng bộ tới."

    def erased(self) -> list[str]:
        """What was erased by order, a sentence each."""
        return self.office.erased()

    def gone(self) -> bool:
        """Whether this PC was revoked and its data is to be erased."""
        return self.office.left and self.office.store is not None

    def leave(self) -> str:
        """Erases the data of a PC that was revoked; what the person here must know."""
        self.office.erase()
        self._is_founded = False
        return revoked_here().message()


def _shut(row: Row) -> bool:
    return bool(row.get("revoked_at") or row.get("revoke_asked"))


def _state(row: Row, followed: Collection[object]) -> str:
    if row.get("wiped_at"):
        return f"Đã tự xóa dữ liệu {show_when(str(row['wiped_at']))}"
    if row.get("revoked_at"):
        return f"Đã thu hồi {show_when(str(row['revoked_at']))}; chờ máy liên lạc để tự xóa"
    if row.get("revoke_asked"):
        return "Đã đề nghị thu hồi; chờ tỉnh"
    if row["id"] in followed:
        return "Đã có máy khôi phục thay"
    return "Đang dùng; thay cho một máy cũ" if row.get("follows") else "Đang dùng"
