"""Files with administrative units, opened on this PC; what they mean is `qms_desktop.domain.unit_lists`."""

from __future__ import annotations

from pathlib import Path

from qms_desktop.domain.errors import InterchangeError
from qms_desktop.domain.unit_lists import UnitRow, UnitsDiff, UnitsFile, diff, parse_units

__all__ = ["UnitRow", "UnitsDiff", "UnitsFile", "diff", "parse_units", "read_units"]


def read_units(path: Path) -> UnitsFile:
    """Read a file; raises InterchangeError QMS-731 when it cannot be opened, QMS-732 to 734 when it is no list of units."""
    try:
        data = path.read_bytes()
    except OSError as error:
        do = "Hãy kiểm tra tên tệp và quyền đọc rồi thử lại."
        raise InterchangeError("QMS-731", f"Không mở được tệp {path.name}.", do=do) from error
    return parse_units(data, path.name)
