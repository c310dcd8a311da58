"""Reading a procedure's content from JSON: strict about shapes, so that a typing slip is named, never guessed.

Keys the content does not know are left alone at the top level, where the record's own fields stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.procedure_parts import (
    CHANNELS,
    COUNTED_UNITS,
    NORM_UNITS,
    PAPER_RULES,
    STEP_ROLES,
    Detail,
    Fee,
    FormRef,
    LegalBasis,
    Norm,
    Paper,
    Retention,
    Step,
)
from qms_desktop.domain.text import nfc

_T = TypeVar("_T")


class ContentError(InputError):
    """The content of a procedure does not have the agreed shape (QMS-171)."""

    def __init__(self, where: str, what: str) -> None:
        self.where = where
        super().__init__(
            "QMS-171",
            f"Nội dung thủ tục không đọc được: {where + ': ' if where else ''}{what}.",
            do="Hãy sửa đúng chỗ nêu trên trong tệp nguồn rồi đọc lại.",
        )


def read_fields(raw_content: object) -> dict[str, Any]:
    """The fields of a ProcedureContent out of its JSON; raises ContentError that names the first wrong field."""
    raw = _mapping(raw_content, "")
    texts = ("code", "title", "field", "level", "decision", "authority")
    return {key: _text(raw, key, "") for key in texts} | dict[str, Any](
        effective_from=_day(raw, "effective_from"),
        effective_to=_day(raw, "effective_to"),
        legal_basis=_items(raw, "legal_basis", _legal_basis),
        papers=_items(raw, "papers", _paper),
        norms=_items(raw, "norms", _norm),
        fees=_items(raw, "fees", _fee),
        steps=_items(raw, "steps", _step),
        forms=_items(raw, "forms", lambda r, w: FormRef(_text(r, "code", w), _text(r, "name", w))),
        results=_texts(raw, "results"),
        retention=_retention(raw.get("retention")),
        details=_items(raw, "details", lambda r, w: Detail(_text(r, "label", w), _text(r, "text", w))),
        doubts=_texts(raw, "doubts"),
        sources=_sources(raw.get("sources")),
    )


def _legal_basis(raw: Mapping[str, Any], where: str) -> LegalBasis:
    return LegalBasis(*(_text(raw, key, where) for key in ("number", "title", "issued_on", "issuer")))


def _paper(raw: Mapping[str, Any], where: str) -> Paper:
    return Paper(
        name=_text(raw, "name", where),
        originals=_count(raw, "originals", where),
        copies=_count(raw, "copies", where),
        required=_one_of(PAPER_RULES, raw, "required", where, "always"),
        condition=_text(raw, "condition", where),
        form=_text(raw, "form", where),
        note=_text(raw, "note", where),
    )


def _norm(raw: Mapping[str, Any], where: str) -> Norm:
    unit = _one_of(NORM_UNITS, raw, "unit", where, "text")
    value = _decimal(raw, where)
    if (value is not None) != (unit in COUNTED_UNITS):
        raise ContentError(where, "đơn vị thời hạn và giá trị không đi cùng nhau")
    channel = _one_of(CHANNELS, raw, "channel", where, "any")
    return Norm(channel, value, unit, _text(raw, "variant", where), _text(raw, "text", where))


def _fee(raw: Mapping[str, Any], where: str) -> Fee:
    amount = None if raw.get("amount") is None else _count(raw, "amount", where)
    return Fee(_one_of(CHANNELS, raw, "channel", where, "any"), _text(raw, "text", where), amount)


def _step(raw: Mapping[str, Any], where: str) -> Step:
    return Step(
        code=_text(raw, "code", where),
        name=_text(raw, "name", where),
        role=_one_of(STEP_ROLES, raw, "role", where, ""),
        minutes=_count(raw, "minutes", where),
        channel=_one_of(CHANNELS, raw, "channel", where, "any"),
        variant=_text(raw, "variant", where),
        instruction=_text(raw, "instruction", where),
        output=_text(raw, "output", where),
    )


def _retention(raw: object) -> Retention:
    if raw is None:
        return Retention()
    inner = _mapping(raw, "retention")
    years = None if inner.get("years") is None else _count(inner, "years", "retention")
    return Retention(_text(inner, "text", "retention"), years)


def _sources(raw: object) -> tuple[tuple[str, str], ...]:
    inner = {} if raw is None else _mapping(raw, "sources")
    return tuple((path, _text(inner, path, "sources")) for path in inner)


def _mapping(raw: object, where: str) -> Mapping[str, Any]:
    if isinstance(raw, Mapping):
        return raw
    raise ContentError(where, "phải là một nhóm trường có tên")


def _list(raw: Mapping[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise ContentError(key, "phải là một danh sách")


def _items(raw: Mapping[str, Any], key: str, build: Callable[[Mapping[str, Any], str], _T]) -> tuple[_T, ...]:
    rows = ((item, f"{key}[{i}]") for i, item in enumerate(_list(raw, key)))
    return tuple(build(_mapping(item, where), where) for item, where in rows)


def _texts(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = _list(raw, key)
    if all(isinstance(v, str) for v in values):
        return tuple(nfc(v) for v in values)
    raise ContentError(key, "mỗi mục phải là văn bản")


def _text(raw: Mapping[str, Any], key: str, where: str) -> str:
    value = raw.get(key)
    if value is None:
        return ""
    if isinstance(value, str):
        return nfc(value)
    raise ContentError(_join(where, key), "phải là văn bản")


def _count(raw: Mapping[str, Any], key: str, where: str) -> int:
    value = raw.get(key, 0)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ContentError(_join(where, key), "phải là số nguyên không âm")


def _one_of(allowed: Iterable[str], raw: Mapping[str, Any], key: str, where: str, default: str) -> str:
    value = _text(raw, key, where) or default
    if value in allowed:
        return value
    raise ContentError(_join(where, key), f"“{value}” không thuộc danh sách cho phép ({', '.join(allowed)})")


def _decimal(raw: Mapping[str, Any], where: str) -> str | None:
    if raw.get("value") is None:
        return None
    text = _text(raw, "value", where)
    try:
        usable = Decimal(text).is_finite() and Decimal(text) >= 0
    except InvalidOperation:
        usable = False
    if usable:
        return text
    raise ContentError(_join(where, "value"), f"“{text}” không phải là số")


def _day(raw: Mapping[str, Any], key: str) -> str:
    text = _text(raw, key, "")
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise ContentError(key, f"“{text}” không phải là ngày có thật") from error


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
