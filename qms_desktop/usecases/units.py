"""Which name and kind a unit has on a day (domain-facts §1.5): slips always use the row valid on their day."""

from datetime import date

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.units import UNIT
from qms_desktop.store.view import View


def unit_on(view: View, code: str, day: date) -> dict[str, Value]:
    """The unit's row valid on the day; the earliest row if the day lies before all of them.

    Before the province's register has come, the name given at set-up serves. Raises RuleError when there is neither.
    """
    rows = sorted(view.find("unit", code=code), key=_from) or _as_founded(view, code)
    if not rows:
        raise RuleError(
            "QMS-220",
            f"Danh mục đơn vị chưa có đơn vị mã {code}.",
            do="Hãy đồng bộ với tỉnh để nhận danh mục đơn vị, rồi thử lại.",
        )
    valid = [row for row in rows if _from(row) <= day.isoformat()]
    return valid[-1] if valid else rows[0]


def former_name(view: View, dossier: str) -> str | None:
    """The last name of the merged unit that received a dossier; None for a dossier of this unit."""
    code = view.former_unit("dossier", dossier)
    rows = sorted(view.find("unit", code=code), key=_from) if code else []
    return str(rows[-1].get("full_name") or code) if rows else code or None


def _as_founded(view: View, code: str) -> list[dict[str, Value]]:
    office = view.get("office", f"office-{code}") or {}
    if not office.get("unit_name"):
        return []
    kind, name = office.get("unit_kind"), office.get("unit_name")
    return [{"code": code, "kind": kind, "name": name, "full_name": f"{UNIT.field('kind').option_label(kind)} {name}"}]


def _from(row: dict[str, Value]) -> str:
    return str(row.get("valid_from") or "")


def kind_label(row: dict[str, Value]) -> str:
    """“Xã”, “Phường”, “Đặc khu”."""
    return UNIT.field("kind").option_label(row.get("kind"))
