"""Any list on paper: the rows as the screen shows them, in its order, with the words of its filter and the true count."""

from collections.abc import Iterator, Sequence

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Field, Kind, RecordKind, Value
from qms_desktop.domain.records import kind_named
from qms_desktop.domain.values import show_when
from qms_desktop.printing import edition_for, list_sheet_pdf
from qms_desktop.printing.models import Column, ListSheet
from qms_desktop.store.lists import Condition, ListQuery
from qms_desktop.store.view import View
from qms_desktop.usecases.print_forms import Sheet, file_name, prints_of
from qms_desktop.usecases.printed_words import MASK, as_seen, field_words, heading, reference_words
from qms_desktop.usecases.work import Work

MOST_ROWS = 5000
"""About 250 pages: more than anybody reads, and still drawn in seconds."""

_CHUNK = 500
_RIGHT = frozenset({Kind.INTEGER, Kind.MONEY})
_MIDDLE = frozenset({Kind.DATE, Kind.MOMENT, Kind.FLAG})
_COMPARED = {"=": "", "!=": "khác ", "<": "trước ", "<=": "đến hết ", ">": "sau ", ">=": "từ ", "in": ""}
_AMOUNTS = {"<": "dưới ", "<=": "không quá ", ">": "trên ", ">=": "từ "}
_NO_CONDITION = "không lọc"


def list_sheet(work: Work, query: ListQuery, fields: Sequence[str] = (), title: str = "") -> Sheet:
    """The list as landscape pages. ``fields`` are the columns, by default all that the kind shows in lists.

    At most MOST_ROWS rows are printed; the sheet then says so and gives the true count. RuleError QMS-224 for a kind of
    record this program does not know or that has no columns.
    """
    kind = kind_named(query.kind)
    columns = _columns(kind, fields) if kind else ()
    if kind is None or not columns:
        raise RuleError("QMS-224", "Danh sách này không in được.", do="Hãy chọn danh sách khác hoặc cập nhật phần mềm.")
    today = work.clock().date()
    title = title or f"Danh sách {_lower(kind.label)}"
    with work.store.view() as view:
        numbers = view.keys(query)
        filter_words = _filter_words(view, kind, query)
        data = ListSheet(
            title=title,
            unit=heading(view, work, today),
            printed_at=work.clock(),
            columns=tuple(Column(field.label, float(max(field.width, 5)), _align(field)) for field in columns),
            rows=tuple(_rows(view, work, kind, columns, numbers[:MOST_ROWS])),
            subtitle=_subtitle(kind, query, filter_words, len(numbers)),
            totals=_totals(kind, filter_words, len(numbers)),
            printed_by=work.session.name,
        )
        serial = len(prints_of(view, kind.name, "list_sheet")) + 1
    edition = edition_for("list_sheet", today)
    name = file_name("Danh-sach", f"{kind.name}-{work.clock():%Y%m%d-%H%M}")
    return Sheet(list_sheet_pdf(data, edition), kind.name, "list_sheet", edition.code, serial, name)


def _columns(kind: RecordKind, names: Sequence[str]) -> tuple[Field, ...]:
    if names:
        return tuple(kind.field(name) for name in names)
    return tuple(field for field in kind.fields if field.width > 0)


def _align(field: Field) -> str:
    if field.kind in _RIGHT:
        return "right"
    return "center" if field.kind in _MIDDLE else "left"


def _rows(
    view: View, work: Work, kind: RecordKind, columns: Sequence[Field], numbers: Sequence[int]
) -> Iterator[tuple[str, ...]]:
    """The shown values row by row; a name met before is not looked up again."""
    names: dict[tuple[str, str], str] = {}

    def words(field: Field, value: Value) -> str:
        if not field.refers or not value:
            return field_words(view, field, value)
        key = (field.refers, str(value))
        if key not in names:
            names[key] = reference_words(view, *key)
        return names[key]

    for start in range(0, len(numbers), _CHUNK):
        for record in view.rows(kind.name, numbers[start : start + _CHUNK], [field.name for field in columns]):
            seen = as_seen(work.session, kind, record, MASK)
            yield tuple(words(field, seen[field.name]) for field in columns)


def _subtitle(kind: RecordKind, query: ListQuery, filter_words: str, count: int) -> str:
    parts = [filter_words[:1].upper() + filter_words[1:]] if filter_words else []
    if query.order:
        parts.append(f"Xếp theo: {kind.field(query.order).label}{' (giảm dần)' if query.descending else ''}")
    if count > MOST_ROWS:
        parts.append(f"Chỉ in {_number(MOST_ROWS)} dòng đầu trong {_number(count)}; lọc bớt để in phần còn lại")
    return ". ".join(parts)


def _totals(kind: RecordKind, filter_words: str, count: int) -> str:
    """ "Tổng cộng: 12 hồ sơ (Trạng thái: Đang xử lý)"; the true count, whatever the sheet has room for."""
    printed = f"; bản in này chỉ gồm {_number(MOST_ROWS)} dòng đầu" if count > MOST_ROWS else ""
    return f"Tổng cộng: {_number(count)} {_lower(kind.label)} ({filter_words or _NO_CONDITION}{printed})"


def _filter_words(view: View, kind: RecordKind, query: ListQuery) -> str:
    """ "Trạng thái: Đang xử lý, Đã tiếp nhận; có chữ “hoa”"; empty when everything is shown."""
    parts = [_condition_words(view, kind.field(item[0]), item) for item in query.where if item[0] != "id"]
    if len(parts) < len(query.where):
        parts.append("các bản ghi đã chọn")
    if query.text.strip():
        parts.append(f"có chữ “{query.text.strip()}”")
    if query.voided:
        parts.append("đã bỏ, không còn dùng")
    return "; ".join(parts)


def _condition_words(view: View, field: Field, condition: Condition) -> str:
    _name, operator, value = condition
    if operator in ("empty", "filled"):
        return f"{field.label}: {'chưa có' if operator == 'empty' else 'đã có'}"
    items = value if isinstance(value, list | tuple) else [value]
    words = ", ".join(_item_words(view, field, item) for item in items)
    signs = _AMOUNTS if field.kind in _RIGHT and operator in _AMOUNTS else _COMPARED
    return f"{field.label}: {signs[operator]}{words}"


def _item_words(view: View, field: Field, item: Value) -> str:
    """A value of a condition; a day compared with a moment stays a day."""
    words = field_words(view, field, item)
    return words if words != str(item) else show_when(words)


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
