"""The provincial server of the demo: the real one, over a real socket, in a thread of this process."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from qms_desktop.domain.unit_lists import UnitsFile
from qms_desktop.resources import calendars, procedures

if TYPE_CHECKING:
    from sync.server.store import ServerLog

TWO_TIER_START = date(2025, 7, 1)
"""The day from which communes have their present names and kinds (NQ 202/2025/QH15), and the models are in force."""


class DemoProvince:
    """A province in a folder, served while the context lasts; made on first use, opened again afterwards."""

    def __init__(self, folder: Path, clock: Callable[[], int] | None = None, port: int = 0) -> None:
        from sync.server.province import Province
        from sync.server.serve import Running

        self._province = Province.open(folder, clock) if (folder / "server.json").exists() else Province.init(folder, "", clock)
        self._running = Running(self._province, port)
        self._stack = ExitStack()
        self.url = self._running.url

    def __enter__(self) -> DemoProvince:
        self._stack.callback(self._province.close)
        self._stack.enter_context(self._running)
        return self

    def __exit__(self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None) -> None:
        self._stack.close()

    def import_units(self, units: UnitsFile, source: str) -> int:
        """Take in a list of units as of 1 July 2025; returns how many there are."""
        from sync.server.publishing import import_units

        import_units(self._province, units, TWO_TIER_START, source)
        return len(units.rows)

    def publish_models(self) -> int:
        """Publish the shipped procedures and calendars; returns how many procedures."""
        from sync.server.publishing import publish_calendars, publish_procedures

        models = procedures()
        publish_calendars(self._province, calendars().layers)
        publish_procedures(self._province, models, TWO_TIER_START)
        return len(models)

    def new_code(self, unit: str) -> str:
        """A one-time code for a PC of the unit."""
        return self._province.accounts.new_code(unit)

    def verify(self) -> list[str]:
        """Faults found by recomputing everything the server holds."""
        from sync.server.verify import verify

        return verify(self._province)

    @property
    def log(self) -> ServerLog:
        """What the server holds."""
        return self._province.log
