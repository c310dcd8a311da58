"""The standard library's argument parser, speaking Vietnamese."""

from __future__ import annotations

import argparse
import re
import sys
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
    (r"argument (.+?): expected one argument", r"\1: thiếu giá trị đi kèm"),
    (r"argument (.+?): invalid \S+ value: (.+)", r"\1: giá trị \2 không hợp lệ"),
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
        print(f"{self.format_usage()}{self.prog}: {_fault(message)}", file=sys.stderr)
        print(f"Gõ “{self.prog} --help” để xem hướng dẫn.", file=sys.stderr)
        raise SystemExit(EXIT_USAGE)


def _translated(text: str) -> str:
    for english, vietnamese in _HELP.items():
        text = text.replace(english, vietnamese)
    return text


def _fault(message: str) -> str:
    for english, vietnamese in _FAULTS:
        if re.fullmatch(english, message):
            return re.sub(english, vietnamese, message)
    return message
