"""The journey through the real window without a screen, told line by line."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from qms_desktop.demo.clerk import Clerk
from qms_desktop.demo.ground import Folders, JourneyFault
from qms_desktop.demo.journey import Journey, MakeClerk, checked
from qms_desktop.demo.material import gather
from qms_desktop.office import Office


def run_journey(scenario: Path | None, out: Path) -> int:
    """Run a scenario and leave everything in a folder; AppError when a step fails or the sides do not agree."""
    started = perf_counter()
    folders = Folders(out.expanduser().resolve())
    material = gather(scenario)
    tell(f"{material.scenario.title}: {material.unit.full_name}, {material.scenario.start:%d/%m/%Y}")
    from qms_desktop.gui.hands import TimeIsUp
    from qms_desktop.gui.setup_hands import WorkRefused

    for remark in material.scenario.remarks:
        tell(f"   Chú ý: {remark}")
    with _logged(folders):
        journey = Journey(material, folders, _at_the_window(folders), tell)
        try:
            summary = journey.run()
        except WorkRefused as fault:
            raise JourneyFault(f"{journey.doing}: {str(fault).rstrip('.')}") from fault
        except (TimeIsUp, LookupError) as fault:
            raise JourneyFault(f"{journey.doing}: cửa sổ không làm theo ({type(fault).__name__}: {fault})") from fault
        summary.write(folders.summary)
    checked(summary)
    tell(f"7. Các máy và máy chủ khớp nhau; mọi kiểm tra đều đạt. Kết quả ở {folders.out} ({perf_counter() - started:.0f} giây).")
    return 0


@contextmanager
def _logged(folders: Folders) -> Iterator[None]:
    """Warnings (a cut line, a word of Qt) go into a file beside the data instead of between the lines told."""
    folders.prepare()
    handler, root = logging.FileHandler(folders.data / "journey.log", encoding="utf-8"), logging.getLogger()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


def _at_the_window(folders: Folders) -> MakeClerk:
    """Clerks who work at windows that no screen shows; the application lives as long as they can be made."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from qms_desktop.demo.window_clerk import WindowClerk
    from qms_desktop.gui.app import make_application

    application = make_application([])

    def clerk(office: Office, pc: str) -> Clerk:
        assert application is not None
        return WindowClerk(office, pc, folders.out)

    return clerk


def tell(line: str) -> None:
    """One line for the person at the terminal."""
    print(line, flush=True)
