"""Ctrl+Z and Ctrl+Y in a text box: first they take typing back, and without any typing the last saved change."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget


def passes_undo_on(box: QWidget, event: QEvent) -> bool:
    """Whether the key is to go to the window; the caller then returns True so that the box does not claim it."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    undo, redo = event.matches(QKeySequence.StandardKey.Undo), event.matches(QKeySequence.StandardKey.Redo)
    if (not undo and not redo) or _has_typing(box, undo=undo):
        return False
    event.ignore()
    return True


def _has_typing(box: QWidget, *, undo: bool) -> bool:
    if isinstance(box, QLineEdit):
        return box.isUndoAvailable() if undo else box.isRedoAvailable()
    if isinstance(box, QPlainTextEdit):
        return box.document().isUndoAvailable() if undo else box.document().isRedoAvailable()
    return False
