"""Our own line icons, drawn from SVG in the colour asked for and at the screen's own resolution."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_SCALES = (1.0, 1.25, 1.5, 2.0)
_SIZE = 20


def icon(name: str, colour: str) -> QIcon:
    """The icon of that name; an unknown name gives an empty icon, so a missing picture never stops work."""
    source = files("resources").joinpath("icons").joinpath(f"{name}.svg")
    result = QIcon()
    if not source.is_file():
        return result
    text = source.read_text(encoding="utf-8").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(text.encode()))
    for scale in _SCALES:
        result.addPixmap(_drawn(renderer, scale))
    return result


def picture_path(name: str) -> str:
    """The file of a picture, as style sheets name it."""
    return Path(str(files("resources").joinpath("icons").joinpath(f"{name}.svg"))).as_posix()


def _drawn(renderer: QSvgRenderer, scale: float) -> QPixmap:
    side = round(_SIZE * scale)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap
