"""What can go wrong at the server, in the words its administrator reads."""

from __future__ import annotations


class ServerError(Exception):
    """A fault with a number (9xx) and one Vietnamese sentence; shown by the command line, never holding personal data."""

    DATA_FOLDER = 901
    DATABASE = 902
    UNKNOWN_UNIT = 903
    BAD_FILE = 904
    ALREADY_THERE = 905
    BAD_DATE = 906
    PORT = 907
    DAMAGED = 908
    UNKNOWN_PC = 910
    FILE = 909
    CERTIFICATE = 920
    FULL = 921

    def __init__(self, code: int, detail: str) -> None:
        super().__init__(f"{detail} (QMS-S{code})")
        self.code = code
        self.detail = detail
