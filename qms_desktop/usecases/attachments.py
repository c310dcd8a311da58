"""Files on dossiers and documents: attaching, listing, opening, taking off. The original is never altered.

A file is kept, sealed and flushed to the disk, before the record that names it is written; a program that ends in between
leaves a file that nobody names, which ``UnitFiles.collect`` removes. What is opened lies in a private folder, which is removed
at the end of the program and, should it not come to that, at its next start.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from qms_desktop.domain.attachments import HEAD_BYTES, MEGABYTE, Accepted, accept, in_words, tidy_name
from qms_desktop.domain.errors import InputError, InterchangeError, RuleError
from qms_desktop.domain.fields import Area, Value, Values
from qms_desktop.settings import FILE_MB, Settings
from qms_desktop.store.files import blob_of, pieces_of
from qms_desktop.store.unit import Change, UnitStore, create, void
from qms_desktop.store.view import View
from qms_desktop.usecases.work import Session, Work
from sync.files.blobs import Blob, plain_size

AREAS = {"dossier": Area.DOSSIERS, "revision": Area.QMS}
WRITERS = {
    "dossier": frozenset({"CL", "SP", "SH", "LD", "AR"}),
    "revision": frozenset({"IS", "LD", "SP", "SH"}),
}


class Standing(StrEnum):
    """How much of a file is on this PC."""

    MISSING = "missing"
    PARTIAL = "partial"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attached file as it is listed. percent: how much is here, 100 only when it is whole and verified."""

    id: str
    name: str
    mime: str
    size: str
    at: str
    by: str
    standing: Standing
    percent: int

    def words(self) -> str:
        """The state for people."""
        if self.standing is Standing.PARTIAL:
            return f"đang tải {self.percent} %"
        return "đủ" if self.standing is Standing.VERIFIED else "thiếu"


def listed(store: UnitStore, subject: str) -> list[Attachment]:
    """The files of a dossier or document, in the order in which they were attached."""
    with store.view() as view:
        rows = view.find("attachment", subject=subject)
        return [_line(store, view, row) for row in rows]


def totals(store: UnitStore) -> tuple[int, int]:
    """How many files named by the unit's records are whole here, and how many are not."""
    freight = store.files.freight()
    here = sum(each.up for each in freight)
    return here, len(freight) - here


def may_attach(view: View, session: Session, kind: str) -> str:
    """Why the person cannot attach to a record of that kind; empty when he can."""
    if kind == "dossier" and not any(row.get("dossier_files") for row in view.find("office")):
        return "Đơn vị chưa cho đính kèm tệp vào hồ sơ (mục Đơn vị, phần Cơ quan)."
    return "" if WRITERS[kind] & session.roles else "Chưa được giao quyền đính kèm tệp ở đây."


def attach(work: Work, kind: str, subject: str, file: Path) -> str:
    """Attach a file from the disk to a "dossier" or "revision"; returns the attachment's id.

    InputError: see ``domain.attachments.accept``. InterchangeError QMS-743: it cannot be read. RuleError QMS-250: the unit keeps
    no files on dossiers; QMS-251: it is attached there already. RightsError, StoreError.
    """
    try:
        head, size = _head(file), file.stat().st_size
        return _keep(work, kind, subject, _accepted(work, file.name, head, size), pieces_of(file))
    except OSError as fault:
        what = f"Không đọc được tệp “{file.name}” ({fault.strerror})."
        raise InterchangeError("QMS-743", what, do="Hãy kiểm tra tệp còn đó và không bị chương trình khác khóa.") from fault


def attach_bytes(work: Work, kind: str, subject: str, name: str, data: bytes) -> str:
    """The same for what was pasted."""
    accepted = _accepted(work, name, data[:HEAD_BYTES], len(data))
    return _keep(work, kind, subject, accepted, lambda: iter([data]))


def take_off(work: Work, attachment: str, reason: str) -> None:
    """Take a file off its record, with a reason; record and bytes stay, and it can be brought back."""
    if not reason.strip():
        raise InputError("QMS-165", "Chưa ghi lý do bỏ tệp đính kèm.", do="Hãy ghi ngắn gọn vì sao bỏ tệp này.")

    def decide(view: View) -> list[Change]:
        row = _row(view, attachment)
        work.session.demand(WRITERS[_kind_of(row)], "bỏ tệp đính kèm")
        return [void("attachment", attachment)]

    work.store.act("attachment.void", work.author, decide, reason=reason)


def want(store: UnitStore, attachment: str) -> None:
    """A person waits for this file: it is fetched before the others."""
    with store.view() as view:
        blob = blob_of(_row(view, attachment))
    if blob is not None:
        store.files.ask(blob)


def save_as(store: UnitStore, attachment: str, target: Path) -> Path:
    """Write a readable copy where a person chose; InterchangeError QMS-744 when that fails. Nothing half-written stays."""
    with store.view() as view:
        row = _row(view, attachment)
    beside = target.with_name(target.name + ".part")
    try:
        with beside.open("xb") as out:
            for piece in store.files.plain(row):
                out.write(piece)
        beside.replace(target)
    except OSError as fault:
        what = f"Không ghi được “{target.name}” ({fault.strerror})."
        raise InterchangeError("QMS-744", what, do="Hãy chọn thư mục khác còn chỗ và cho phép ghi.") from fault
    finally:
        beside.unlink(missing_ok=True)
    return target


def open_copy(store: UnitStore, attachment: str) -> Path:
    """A readable copy in a private folder; the program removes it when it ends, or when it starts next."""
    with store.view() as view:
        name = tidy_name(str(_row(view, attachment).get("name") or ""))
    copy = save_as(store, attachment, store.files.private_folder() / name)
    copy.chmod(0o400)
    return copy


def _head(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(HEAD_BYTES)


def _accepted(work: Work, name: str, head: bytes, size: int) -> Accepted:
    local = work.store.local
    most = Settings(local.get_setting, local.set_setting).get(FILE_MB) * MEGABYTE
    return accept(name, head, size, most)


def _keep(work: Work, kind: str, subject: str, accepted: Accepted, pieces: Callable[[], Iterable[bytes]]) -> str:
    store, identity = work.store, work.new_id()
    with store.view() as view:
        _demand(view, work.session, kind)
    blob = store.files.add(AREAS[kind], pieces)

    def decide(view: View) -> list[Change]:
        _demand(view, work.session, kind)
        if view.get(kind, subject) is None:
            raise LookupError(f"there is no {kind} {subject}")
        if any(row.get("hash") == blob.name for row in view.find("attachment", subject=subject)):
            raise RuleError(
                "QMS-251",
                f"Tệp “{accepted.name}” đã được đính kèm ở đây.",
                do="Hãy mở tệp đã có trong danh sách, hoặc chọn tệp khác.",
            )
        return [create("attachment", identity, _values(work, subject, accepted, blob), AREAS[kind])]

    store.act("attachment.add", work.author, decide)
    return identity


def _values(work: Work, subject: str, accepted: Accepted, blob: Blob) -> dict[str, Value]:
    return {
        "subject": subject,
        "name": accepted.name,
        "hash": blob.name,
        "size": blob.size,
        "mime": accepted.mime,
        "attached_at": work.clock().isoformat(timespec="minutes"),
        "attached_by": work.session.person,
    }


def _demand(view: View, session: Session, kind: str) -> None:
    session.demand(WRITERS[kind], "đính kèm tệp")
    why = may_attach(view, session, kind)
    if why:
        raise RuleError("QMS-250", why, do="Hãy nhờ thư ký ISO hoặc lãnh đạo bật ở mục Đơn vị, nếu quy định cho phép.")


def _row(view: View, attachment: str) -> Values:
    row = view.get("attachment", attachment)
    if row is None:
        raise LookupError(f"there is no attachment {attachment}")
    return row


def _kind_of(row: Values) -> str:
    return next(kind for kind, area in AREAS.items() if area.value == row["_area"])


def _line(store: UnitStore, view: View, row: Values) -> Attachment:
    blob = blob_of(row)
    person = view.get("person", str(row.get("attached_by") or "")) or {}
    standing, percent = (Standing.MISSING, 0) if blob is None else _standing(store, blob)
    return Attachment(
        id=str(row["id"]),
        name=str(row.get("name") or "(tên chưa đọc được)"),
        mime=str(row.get("mime") or ""),
        size=in_words(plain_size(blob.size)) if blob is not None else "",
        at=str(row.get("attached_at") or ""),
        by=str(person.get("full_name") or ""),
        standing=standing,
        percent=percent,
    )


def _standing(store: UnitStore, blob: Blob) -> tuple[Standing, int]:
    held = store.files.held(blob)
    if held == blob.size:
        return Standing.VERIFIED, 100
    return (Standing.PARTIAL, max(1, held * 100 // blob.size)) if held > 0 else (Standing.MISSING, 0)


def drop_of(files: Iterable[Path]) -> Iterator[Path]:
    """The files to attach among what was dropped: a folder stands for the files in it, in the order of their names."""
    for file in files:
        if file.is_dir():
            yield from sorted(inner for inner in file.iterdir() if inner.is_file() and not inner.name.startswith("."))
        else:
            yield file
