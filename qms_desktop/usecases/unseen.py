"""A form never writes over a value its author has not seen: between opening and saving, an exchange may bring another one.

Values of which neither writer knew become an open question by the merge itself; here one of them is on this PC already.
"""

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import RecordKind, Values
from qms_desktop.domain.values import show


def demand_seen(kind: RecordKind, present: Values, typed: Values, seen: Values | None) -> None:
    """RuleError QMS-217 when a field that was typed holds another value by now than the form showed (``seen``)."""
    if seen is None:
        return
    for name, value in typed.items():
        now, before = present.get(name) or None, seen.get(name) or None
        if now not in (before, value or None):
            field = kind.field(name)
            words = show(field, now) if now is not None and not field.refers else "giá trị khác"
            raise RuleError(
                "QMS-217",
                f"Trong lúc bạn sửa, ô “{field.label}” vừa được máy khác sửa thành “{words}”.",
                do="Hãy xem lại; lưu lần nữa nếu vẫn muốn thay bằng giá trị của bạn.",
            )
