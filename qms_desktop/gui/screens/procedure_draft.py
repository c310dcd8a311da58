"""The typed fields of a draft procedure as a form, in the place of its page; the tables of its content come by import."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qms_desktop.domain.fields import Kind, Value
from qms_desktop.domain.records.revisions import REVISION
from qms_desktop.gui.actions import titled
from qms_desktop.gui.form import Form
from qms_desktop.gui.messages import WARNING
from qms_desktop.gui.screens.base import DeskReferences, Shell, button

_NAMES_THE_REVISION = frozenset({"kind", "code", "issue_no", "amendment_no"})
FIELDS = tuple(
    field for field in REVISION.fields if field.entered and field.kind is not Kind.TABLE and field.name not in _NAMES_THE_REVISION
)


class DraftForm(QWidget):
    """Hidden until ``open``; hides itself when saved or given up, and says so by ``closed``."""

    closed = Signal()

    def __init__(self, shell: Shell, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell = shell
        self._revision = ""
        self._seen: Mapping[str, Value] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.form = Form(FIELDS, DeskReferences(shell.desk), shell.desk.now().date(), self)
        self.form.finished.connect(self.save)
        self.form.edited.connect(shell.typing)
        self.save_button = button(titled("Lưu", "save"), self.save, self, primary=True)
        column.addWidget(self.form, 1)
        column.addWidget(self.save_button)
        self.hide()

    def open(self, revision: str, values: Mapping[str, Value]) -> None:
        """Shows the form of a draft."""
        self._revision, self._seen = revision, values
        self.form.show_values(values)
        self.show()
        self.form.focus_first()

    def holds(self, revision: str) -> bool:
        """Whether that revision is being edited now."""
        return not self.isHidden() and self._revision == revision

    def close_form(self) -> bool:
        """Gives up what is typed; False if nothing was open."""
        if self.isHidden():
            return False
        self.hide()
        self.closed.emit()
        return True

    def save(self) -> None:
        """Ctrl+S: only what was changed is written."""
        if self.isHidden():
            return
        values = self.form.values()
        if values is None:
            self._shell.say("Còn ô chưa đúng; xem dòng chữ đỏ cạnh ô.", WARNING)
            return
        changed = {name: value for name, value in values.items() if value != self._seen.get(name)}
        work = partial(self._shell.desk.edit_procedure, self._revision, changed, self._seen)
        self._shell.tasks.run(work, self._saved)

    def _saved(self, _nothing: None) -> None:
        self._shell.saved()
        self.close_form()
