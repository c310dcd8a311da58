"""The main job as a scripted journey, with a provincial server started beside the desktop.

Without a screen the journey of a scenario runs through the real window offscreen and leaves forms, pictures and a summary;
with a screen the window opens on a prepared office and stays.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

DEFAULT_OUT = Path("demo-out")


def run(scenario: Path | None, out: Path | None, headless: bool, on_ready: Callable[[], None] | None = None) -> int:
    """The demo as the command line asks for it; 0 when all went well, AppError otherwise. `on_ready`: the window is usable."""
    if headless or scenario is not None or out is not None:
        from qms_desktop.demo.headless import run_journey

        return run_journey(scenario, out or DEFAULT_OUT)
    from qms_desktop.demo.showing import show

    return show(on_ready)
