"""Units that are merged or renamed: the register, the closing of the old scopes, and who may read them from then on.

Nothing is renumbered and nothing is copied. The old unit's scopes stay as they are; the province closes them with one entry
in each unit (sync/rights/rights.py, `closed`) and says to its PCs which PCs of the new unit they may hand their keys to.
Doing it twice changes nothing, so whatever a crash left undone is done by the same command.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from qms_desktop.domain.fields import Area
from qms_desktop.domain.ids import VIET_NAM
from qms_desktop.domain.records.merging import CLOSING, MERGER, former_units
from qms_desktop.domain.records.units import UNIT
from qms_desktop.domain.text import clean
from qms_desktop.domain.unit_lists import KIND_LABELS, UnitRow, unit_values
from sync.server.accounts import mergers
from sync.server.errors import ServerError
from sync.server.province import Province
from sync.server.records import current
from sync.server.writer import Put

UNSENT = 1_000_000
"""More entries than a PC writes between two visits. The closing's Lamport number lies so far above all others, so that a higher
number is written only by who holds the closing: work of a PC that was away for months stands when it comes."""


def merge(province: Province, old: Sequence[str], into: str, decision: str, day: date) -> tuple[str, ...]:
    """Merge units into another one; the codes of all units that are read there now. ServerError: see `_check`.

    From now on the old units' PCs write nothing more; what they wrote without knowing of it still stands when it arrives.
    """
    number = clean(decision).strip()
    with province.database.reading() as connection:
        _check(connection, province, old, into, number, day)
    for code in dict.fromkeys(old):
        values = {"into": into, "closed_at": _moment(province)}
        if not is_closed(province, code):
            province.custody.put(code, "unit.close", Put(CLOSING, f"closing-{code}", values), UNSENT)
        said = {"old": code, "into": into, "decision": number, "valid_from": day.isoformat()}
        province.publish("unit.merge", [Put(MERGER, f"merger-{code}", said)])
    for device in province.accounts.devices():
        if device.revoked_at is None:
            province.accounts.name_heir(device.replica)
    with province.database.reading() as connection:
        return former_units(into, mergers(connection))


def is_closed(province: Province, code: str) -> bool:
    """Whether the unit's books were closed."""
    with province.database.reading() as connection:
        return any(row.get("closed_at") for row in current(connection, Area.QMS.scope(code), CLOSING.name).values())


def rename(province: Province, code: str, day: date, decision: str, name: str = "", kind: str = "") -> str:
    """Give a unit another name or kind from a day; its full name. What was printed before keeps the row valid on its day."""
    rows = sorted((row for row in province.units() if row.get("code") == code), key=lambda row: str(row.get("valid_from")))
    if not rows:
        raise ServerError(ServerError.UNKNOWN_UNIT, f"không có đơn vị mã “{code}” trong danh mục của tỉnh")
    if kind and kind not in KIND_LABELS:
        raise ServerError(ServerError.BAD_FILE, f"không có loại đơn vị “{kind}”; các loại: {', '.join(KIND_LABELS)}")
    last = rows[-1]
    before = UnitRow(code, str(last.get("kind")), str(last.get("name")), "", str(last.get("province") or ""))
    after = replace(before, kind=kind or before.kind, name=clean(name).strip() or before.name)
    if after == before:
        raise ServerError(ServerError.BAD_FILE, "tên và loại đơn vị vẫn như cũ; hãy nêu --name hoặc --kind")
    full = replace(after, full_name=f"{KIND_LABELS.get(after.kind, '')} {after.name}".strip())
    province.publish("unit.rename", [Put(UNIT, f"unit-{code}-{day.isoformat()}", unit_values(full, day, clean(decision)))])
    return full.full_name


def _check(connection: Connection, province: Province, old: Sequence[str], into: str, decision: str, day: date) -> None:
    known = {str(row.get("code")) for row in current(connection, Area.PROVINCE.value, UNIT.name).values()}
    for code in (*old, into):
        if code not in known:
            raise ServerError(ServerError.UNKNOWN_UNIT, f"không có đơn vị mã “{code}” trong danh mục của tỉnh")
    pairs = mergers(connection)
    if into in old or into in {code for code, _ in pairs}:
        raise ServerError(ServerError.BAD_FILE, f"đơn vị {into} chính nó được sáp nhập; hãy nêu một đơn vị còn hoạt động")
    for code in old:
        elsewhere = [new for code_, new in pairs if code_ == code and new != into]
        if elsewhere:
            raise ServerError(ServerError.ALREADY_THERE, f"đơn vị {code} đã sáp nhập vào {elsewhere[0]}")
    if not decision:
        raise ServerError(ServerError.BAD_FILE, "hãy nêu số nghị quyết, quyết định (--decision)")
    if day > _today(province):
        raise ServerError(ServerError.BAD_DATE, f"chưa đến ngày {day:%d/%m/%Y}; hãy chạy lại lệnh này vào ngày đó")


def _today(province: Province) -> date:
    return datetime.fromtimestamp(province.clock() / 1000, VIET_NAM).date()


def _moment(province: Province) -> str:
    return datetime.fromtimestamp(province.clock() / 1000, VIET_NAM).strftime("%Y-%m-%dT%H:%M")
