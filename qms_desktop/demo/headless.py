"""The journey through the real window without a screen, told line by line."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from qms_desktop.demo.clerk import Clerk, PlainClerk
from qms_desktop.demo.ground import Folders
from qms_desktop.demo.journey import Journey, checked
from qms_desktop.demo.material import gather
from qms_desktop.office import Office


def run_journey(scenario: Path | None, out: Path) -> int:
    """Run a scenario and leave everything in a folder; AppError when a step fails or the sides do not agree."""
    started = perf_counter()
    folders = Folders(out.expanduser().resolve())
    material = gather(scenario)
    tell(f"{material.scenario.title}: {material.unit.full_name}, {material.scenario.start:%d/%m/%Y}")
    summary = Journey(material, folders, _clerk, tell).run()
    summary.write(folders.summary)
    checked(summary)
    tell(f"7. Các máy và máy chủ khớp nhau; mọi kiểm tra đều đạt. Kết quả ở {folders.out} ({perf_counter() - started:.0f} giây).")
    return 0


def _clerk(office: Office, _pc: str) -> Clerk:
    return PlainClerk(office)


def tell(line: str) -> None:
    """One line for the person at the terminal."""
    print(line, flush=True)
