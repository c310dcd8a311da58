"""QR codes as vector squares."""

from __future__ import annotations

from typing import Any


def qr_rows(text: str) -> tuple[tuple[bool, ...], ...]:
    """The dark (True) and light modules of the QR code of text, error correction M, without quiet zone."""
    import segno

    code = segno.make(text, error="m", micro=False, boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)


def draw_qr(canvas: Any, text: str, x: float, y: float, size: float) -> None:
    """Draw the QR code of text with its lower left corner at (x, y), size points wide, as one filled path.

    Neighbouring dark modules of a row become one rectangle: fewer operations and no hair lines between them.
    """
    rows = qr_rows(text)
    module = size / len(rows)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        bottom = y + size - (number + 1) * module
        for start, length in _runs(row):
            path.rect(x + start * module, bottom, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """(start, length) of each stretch of dark modules."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs
