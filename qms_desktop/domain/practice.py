"""How the office for practice is told from a real one: by its name, which everything it prints bears."""

from __future__ import annotations

from qms_desktop.domain.text import fold

PRACTICE_UNIT = "00000"
"""No unit of the register has this code, so no province would let such an office enrol."""
PRACTICE_NAME = "Tập Thử"
PRACTICE_MARK = "TẬP THỬ"


def is_practice(agency: str) -> bool:
    """Whether a printed agency is the office for practice."""
    return fold(PRACTICE_NAME) in fold(agency)
