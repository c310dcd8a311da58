"""Attached files: attaching what was dropped, pasted or chosen; states in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qms_desktop.domain.errors import AppError
from qms_desktop.domain.values import show_when
from qms_desktop.gui.desk_files import FileItem
from qms_desktop.gui.desks.rights import OfficeRightsDesk
from qms_desktop.usecases import attachments
from qms_desktop.usecases.attachments import Attachment, Standing


class OfficeFilesDesk(OfficeRightsDesk):
    """See ``gui.desk_files.Files``."""

    def files(self, subject: str) -> list[FileItem]:
        """The files of a record."""
        return [_item(line) for line in attachments.listed(self.office.demand_store(), subject)]

    def files_hindrance(self, kind: str) -> str:
        """Why nothing can be attached."""
        work = self.office.work()
        with work.store.view() as view:
            return attachments.may_attach(view, work.session, kind)

    def files_summary(self) -> str:
        """Counted from the records and what lies here."""
        if self.office.store is None:
            return ""
        here, missing = attachments.totals(self.office.store)
        return f"Trên máy này có {here} tệp đính kèm." + (f" Còn thiếu {missing} tệp, đang chờ tải." if missing else "")

    def attach_files(self, kind: str, subject: str, files: Sequence[Path]) -> str:
        """Every file by itself: one that may not be kept does not hinder the others."""
        faults: list[AppError] = []
        wanted = list(attachments.drop_of(files))
        for file in wanted:
            try:
                attachments.attach(self.office.work(), kind, subject, file)
            except AppError as fault:
                faults.append(fault)
        if faults and len(faults) == len(wanted):
            raise faults[0]
        said = f"Đã đính kèm {len(wanted) - len(faults)} tệp."
        return said if not faults else f"{said} {len(faults)} tệp không đính kèm được: {faults[0].message()}"

    def attach_image(self, kind: str, subject: str, png: bytes) -> str:
        """A picture gets its name from the moment."""
        attachments.attach_bytes(self.office.work(), kind, subject, f"anh-{self.now():%Y%m%d-%H%M%S}.png", png)
        return "Đã đính kèm ảnh vừa dán."

    def open_file(self, item: str) -> Path:
        """A copy in a private folder."""
        return attachments.open_copy(self.office.demand_store(), item)

    def want_file(self, item: str) -> None:
        """Fetched first; the exchange is woken."""
        attachments.want(self.office.demand_store(), item)
        if self.office.agent is not None:
            self.office.agent.wake()

    def save_file(self, item: str, target: Path) -> Path:
        """A copy where the person chose."""
        return attachments.save_as(self.office.demand_store(), item, target)

    def take_off_file(self, item: str, reason: str) -> None:
        """Voided, with a reason."""
        attachments.take_off(self.office.work(), item, reason)


def _item(line: Attachment) -> FileItem:
    whole = line.standing is Standing.VERIFIED
    return FileItem(line.id, line.name, line.size, show_when(line.at), line.by, line.words(), whole)
