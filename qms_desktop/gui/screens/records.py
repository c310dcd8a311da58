"""A list of records of one kind with their form beside it; a screen names kinds, columns follow from their fields."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from qms_desktop.domain.fields import Field, Kind, RecordKind, Value
from qms_desktop.gui.actions import titled
from qms_desktop.gui.desk import Condition, Desk, Row
from qms_desktop.gui.drafts import DraftKeeper
from qms_desktop.gui.form import Form
from qms_desktop.gui.list_panel import ListPanel
from qms_desktop.gui.messages import NOTE, WARNING, Offer
from qms_desktop.gui.screens.base import DeskReferences, Shell, button, quiet_label, section_label
from qms_desktop.gui.table import Column
from qms_desktop.gui.theme import metrics
from qms_desktop.gui.values import shown

_MOST_CHARS, _NAME_CHARS = 16, 22
_WORDY = frozenset({Kind.TEXT, Kind.NAME, Kind.REFERENCE, Kind.CHOICE})


class KindSource:
    """Records of a kind as list rows; references become words."""

    def __init__(self, desk: Desk, kind: RecordKind) -> None:
        self._desk = desk
        self._kind = kind
        self._references = DeskReferences(desk)

    def keys(self, where: Sequence[Condition], text: str, order: str, descending: bool) -> array[int]:
        """Row ids in the kind's own order unless another is chosen."""
        return self._desk.keys(self._kind.name, where, text, order or self._kind.order, descending)

    def rows(self, rowids: Sequence[int]) -> list[Row]:
        """Those rows."""
        fields = [field for field in self._kind.fields if field.width]
        with self._desk.view() as view:
            rows = view.rows(self._kind.name, rowids, [field.name for field in fields])
        for row in rows:
            for field in fields:
                if field.kind is Kind.REFERENCE and row.get(field.name):
                    row[field.name] = self._references.title(field.refers, str(row[field.name]))
        return rows


class _Cell:
    def __init__(self, field: Field) -> None:
        self._field = field

    def __call__(self, row: Row) -> str:
        return shown(self._field, row.get(self._field.name))


def columns_for(kind: RecordKind, names: Sequence[str] = ()) -> list[Column]:
    """The named fields, or every field that has a width, words sharing the room; the form shows the rest."""
    fields = [f for f in kind.fields if (f.name in names if names else f.width)] or [kind.field(name) for name in kind.title]
    return [
        Column(
            f.name,
            f.label,
            min(f.width, _NAME_CHARS if f.kind is Kind.NAME else _MOST_CHARS),
            _Cell(f),
            f.name,
            grows=n == 0 or f.kind in _WORDY,
        )
        for n, f in enumerate(fields)
    ]


class RecordsPanel(QWidget):
    """List, form, Ctrl+N and Ctrl+S for one kind."""

    def __init__(
        self,
        shell: Shell,
        kind: RecordKind,
        *,
        may_add: bool = True,
        single: bool = False,
        hint: str = "",
        columns: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.kind = kind
        self._shell = shell
        self._desk = shell.desk
        self._record = ""
        self._seen: Mapping[str, Value] = {}
        self._may_add = may_add and not single
        self._single = single
        row = QVBoxLayout(self)
        row.setContentsMargins(metrics().gap, metrics().gap * 2, metrics().gap, metrics().gap)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        self.list = ListPanel(KindSource(self._desk, kind), columns_for(kind, columns), kind.label, split)
        self.list.say_empty(f"Chưa có {kind.label.lower()} nào. Bấm “Thêm”.")
        self.list.picked.connect(self._picked)
        self.list.opened.connect(self._opened)
        split.addWidget(self.list)
        split.addWidget(self._side(hint))
        split.setSizes([600, 500])
        split.setStretchFactor(0, 6)
        split.setStretchFactor(1, 5)
        self.list.setVisible(any(field.width for field in kind.fields))
        row.addWidget(split, 1)
        self.drafts = DraftKeeper(self._desk, shell.tasks, self.form.raw, self)

    @property
    def record(self) -> str:
        """The id of the record in the form, or an empty text."""
        return self._record

    def refresh(self) -> None:
        """Reads the list again; a form being typed in stays."""
        self.list.reload()
        self.list.setVisible(not self._single)

    def new(self) -> None:
        """An empty form."""
        if not self._may_add:
            return
        self.list.view.clearSelection()
        self._load("", {})
        draft = self.drafts.offered()
        if draft:
            self.form.show_raw(draft)
            self._shell.say("Đã lấy lại phần đang nhập dở.", NOTE, Offer("Bỏ, nhập mới", self._discard))
        self.form.focus_first()

    def edit(self) -> None:
        """F2."""
        if self._record:
            self.form.focus_first()

    def save(self) -> None:
        """Ctrl+S."""
        values = self.form.values()
        if values is None:
            self._shell.say("Còn ô chưa đúng; xem dòng chữ đỏ cạnh ô.", WARNING)
            return
        changed = {name: value for name, value in values.items() if not self._record or value != self._seen.get(name)}
        work = partial(self._desk.save, self.kind.name, self._record, changed, self._seen)
        self._shell.tasks.run(work, self._saved, self._not_saved)

    def print(self) -> None:
        """Ctrl+P: every field of the record and its history."""
        if self._record:
            work = partial(self._desk.data_sheet, self.kind.name, self._record)
            self._shell.tasks.run(work, self._shell.preview)

    def back(self) -> bool:
        """Esc: from the form back to the list, keeping what was typed as a draft."""
        if self._typing():
            self.drafts.flush()
            self.list.view.setFocus()
            return True
        return False

    def _typing(self) -> bool:
        return any(editor.widget.hasFocus() for editor in self.form.editors.values())

    def _side(self, hint: str) -> QWidget:
        side = QWidget(self)
        column = QVBoxLayout(side)
        column.setContentsMargins(metrics().gap * 2, 0, 0, 0)
        head = QHBoxLayout()
        self._title = section_label("", side)
        column.addWidget(self._title)
        head.addStretch(1)
        self.print_button = button(titled("Phiếu", "print"), self.print, side)
        self.add_button = button("Thêm", self.new, side)
        self.add_button.setVisible(self._may_add)
        self.save_button = button(titled("Lưu", "save"), self.save, side, primary=True)
        head.addWidget(self.print_button)
        head.addWidget(self.add_button)
        head.addWidget(self.save_button)
        column.addLayout(head)
        if hint:
            column.addWidget(quiet_label(hint, side))
        self.form = Form(self.kind.fields, DeskReferences(self._desk), self._desk.now().date(), side, label_chars=20)
        self.form.edited.connect(self._edited)
        self.form.finished.connect(self._to_save)
        column.addWidget(self.form, 1)
        return side

    def _picked(self, record: str) -> None:
        if self.form.changed and self._typing():
            return
        with self._desk.view() as view:
            values = view.get(self.kind.name, record) if record else None
        self._load(record, values or {})

    def _opened(self, _record: str) -> None:
        self.form.focus_first()

    def _load(self, record: str, values: Mapping[str, Value]) -> None:
        self._record = record
        self._seen = values
        self.print_button.setEnabled(bool(record))
        self.drafts.use(f"{self.kind.name}.{record or 'new'}")
        self.form.show_values(values)
        self._title.setText(self._heading(values) if record else f"{self.kind.label} mới")

    def _heading(self, values: Mapping[str, Value]) -> str:
        references = DeskReferences(self._desk)
        fields = [self.kind.field(name) for name in self.kind.title]
        parts = [
            references.title(field.refers, str(values[field.name])) if field.refers else shown(field, values[field.name])
            for field in fields
            if values.get(field.name)
        ]
        return " · ".join(parts) or self.kind.label

    def _edited(self) -> None:
        self.drafts.touch()
        self._shell.typing()
        mark = "" if self._title.text().endswith("(chưa lưu)") else " (chưa lưu)"
        self._title.setText(self._title.text() + mark)

    def _saved(self, record: str) -> None:
        self.drafts.drop()
        self.form.changed = False
        self._shell.saved()
        self.list.reload()
        self.list.select_record(record)
        with self._desk.view() as view:
            self._load(record, view.get(self.kind.name, record) or {})

    def _not_saved(self, error: BaseException) -> None:
        """The message tells of values that came meanwhile: those of fields typed in are seen from now on."""
        typed = self.form.values() or {}
        with self._desk.view() as view:
            present = view.get(self.kind.name, self._record) or {}
        self._seen = {name: (self._seen if value == self._seen.get(name) else present).get(name) for name, value in typed.items()}
        self._shell.tasks.fail(error)

    def _to_save(self) -> None:
        self.save_button.setFocus()

    def _discard(self) -> None:
        self.drafts.drop()
        self.form.show_values({})
