"""Every fault a person can be shown.

The tree::

    AppError
    ├── InputError        QMS-1xx  something typed, pasted or imported cannot be understood
    ├── RuleError         QMS-2xx  understood, but a rule of the office or the law forbids it
    ├── RightsError       QMS-3xx  the person, or this PC, may not do it
    ├── StoreError        QMS-4xx  the data on this PC cannot be read or written
    ├── SyncError         QMS-5xx  the exchange with the province failed; work goes on
    ├── PrintError        QMS-6xx  a form cannot be laid out, previewed or printed
    ├── InterchangeError  QMS-7xx  a file coming in or going out cannot be handled
    └── SetupError        QMS-8xx  this PC lacks something the program needs

Each says three things in Vietnamese: what happened, what is safe, what to do. Errors are converted to this tree at the
edges and shown in two places only: the task runner and the sync loop.
"""

from __future__ import annotations


class AppError(Exception):
    """A fault with a number and three Vietnamese sentences.

    code: "QMS-101", stable for ever and unique to one cause; what: what happened; safe: what has not been lost;
    do: what the person can do now. A kind of error gives its usual `safe` sentence, used when none is passed.
    """

    usual_safe = "Dữ liệu đã lưu không bị ảnh hưởng."

    def __init__(self, code: str, what: str, *, do: str, safe: str | None = None) -> None:
        super().__init__(code, what, do, safe)
        self.code = code
        self.what = what
        self.safe = self.usual_safe if safe is None else safe
        self.do = do

    def message(self) -> str:
        """The whole text for the person, one line, number last."""
        sentences = (self.what, self.safe, self.do)
        return " ".join(part for part in sentences if part) + f" ({self.code})"

    def __str__(self) -> str:
        return self.message()


class InputError(AppError):
    """Something typed, pasted or imported cannot be understood."""

    usual_safe = "Những gì đã nhập vẫn còn nguyên."


class RuleError(AppError):
    """Understood, but a rule of the office or the law forbids it; nothing was changed."""

    usual_safe = "Chưa có gì bị thay đổi."


class RightsError(AppError):
    """The person, or this PC, may not do it; nothing was changed."""

    usual_safe = "Chưa có gì bị thay đổi."


class StoreError(AppError):
    """The data on this PC cannot be read or written."""

    usual_safe = "Những gì đã lưu trước đó vẫn còn nguyên."


class SyncError(AppError):
    """The exchange with the province failed; the journal keeps everything until it succeeds."""

    usual_safe = "Mọi thay đổi vẫn nằm trên máy này và sẽ được gửi sau."


class PrintError(AppError):
    """A form cannot be laid out, previewed or printed; the record itself is saved."""

    usual_safe = "Hồ sơ đã được lưu."


class InterchangeError(AppError):
    """A file coming in or going out cannot be handled; nothing of it was taken over."""

    usual_safe = "Chưa có gì được nhập vào hay ghi ra."


class SetupError(AppError):
    """This PC lacks something the program needs."""
