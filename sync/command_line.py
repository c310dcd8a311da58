"""The standard library's argument parser, speaking Vietnamese: for the command lines of the desktop and of the server."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import NoReturn

EXIT_USAGE = 2

_HELP = {
    "usage: ": "Cách dùng: ",
    "positional arguments:": "Đối số:",
    "options:": "Tùy chọn:",
    "show this help message and exit": "in phần hướng dẫn này rồi thoát",
}
_FAULTS = (
    (r"the following arguments are required: (.+)", r"còn thiếu: \1"),
    (r"unrecognized arguments: (.+)", r"không hiểu: \1"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"\1: không có \2; hãy chọn trong: \3"),
    (r"argument (.+?): expected (?:one|at least one|\d+) arguments?", r"\1: thiếu giá trị đi kèm"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1: không nhận giá trị \2"),
    (r"argument (.+?): invalid .+ value: (.+)", r"\1: giá trị \2 không hợp lệ"),
    (r"ambiguous option: (.+?) could match (.+)", r"\1 chưa rõ là tùy chọn nào trong: \2"),
    (r"argument (.+?): (.+)", r"\1: \2"),
)


class VietnameseParser(argparse.ArgumentParser):
    """Help and faults in Vietnamese; sub-parsers are of the same kind by themselves."""

    def format_help(self) -> str:
        """The whole help text."""
        return _translated(super().format_help())

    def format_usage(self) -> str:
        """The short form."""
        return _translated(super().format_usage())

    def error(self, message: str) -> NoReturn:
        """Say what does not fit and how to see the help; ends with exit code 2."""
        told = f"{self.format_usage()}{self.prog}: {_fault(message)}\nGõ “{self.prog} --help” để xem hướng dẫn.\n"
        self.exit(EXIT_USAGE, told)


def _translated(text: str) -> str:
    for english, vietnamese in _HELP.items():
        text = text.replace(english, vietnamese)
    return text


def _fault(message: str) -> str:
    for english, vietnamese in _FAULTS:
        if re.fullmatch(english, message):
            return re.sub(english, vietnamese, message)
    return message


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number between two bounds; for the ``type`` of an argument."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"phải là số nguyên từ {least} đến {most}, không phải “{text}”")
        return int(text)

    return read
