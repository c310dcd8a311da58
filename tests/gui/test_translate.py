"""Qt ships no Vietnamese: its own buttons, menus and dialogs speak it all the same."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QApplication,
    QColorDialog,
    QDialogButtonBox,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QTextBrowser,
    QWidget,
)

from qms_desktop.domain.text import nfc
from qms_desktop.gui.translate import WORDS
from tests.gui.looking import english_words, menu_texts, texts


def foreign(root: QWidget) -> list[str]:
    """What on this widget is not Vietnamese."""
    return sorted({text for _, text in texts(root) if english_words(text.replace("&", ""))})


def test_every_standard_button() -> None:
    box = QDialogButtonBox()
    for kind in QDialogButtonBox.StandardButton:
        if kind is not QDialogButtonBox.StandardButton.NoButton:
            button = box.addButton(kind)
            if button is not None:
                assert not english_words(button.text().replace("&", "")), button.text()


@pytest.mark.parametrize("make", [QLineEdit, QPlainTextEdit, QTextBrowser])
def test_the_menu_of_a_text_box(make: type[QLineEdit | QPlainTextEdit | QTextBrowser]) -> None:
    box = make()
    menu = box.createStandardContextMenu()
    assert menu is not None
    assert menu_texts(menu)
    assert [text for text in menu_texts(menu) if english_words(text.replace("&", ""))] == []


def test_the_file_dialog() -> None:
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.show()
    assert foreign(dialog) == []
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    assert foreign(dialog) == []
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    assert foreign(dialog) == []


@pytest.mark.parametrize("make", [QColorDialog, QInputDialog, QMessageBox])
def test_small_dialogs(make: type[QColorDialog | QInputDialog | QMessageBox]) -> None:
    dialog = make()
    if isinstance(dialog, QColorDialog):
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
    dialog.show()
    assert foreign(dialog) == []


def test_the_print_dialog_with_everything_unfolded() -> None:
    printer = QPrinter()
    dialog = QPrintDialog(printer)
    dialog.show()
    for button in dialog.findChildren(QPushButton):
        if button.text().startswith("Lựa chọn"):
            button.click()
    assert foreign(dialog) == []


def test_the_words_are_composed_and_keep_their_places() -> None:
    for english, vietnamese in WORDS.items():
        assert nfc(vietnamese) == vietnamese
        assert english.count("%") == vietnamese.count("%"), english


def test_dates_and_numbers_are_vietnamese(application: QApplication) -> None:
    assert QLocale().language() is QLocale.Language.Vietnamese
    assert application.font().pointSizeF() >= 11
