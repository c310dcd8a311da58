"""A cable that is pulled after so many bytes, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from qms_desktop.demo_proxy import BadLine
from sync.client.http import Patience, Road
from sync.errors import SyncError, TransportFault

BRIEF = Patience(connect_s=5.0, stall_s=30.0, tries=0)
IN_WORDS_FOR_A_CUT = {TransportFault.CUT, TransportFault.NOBODY_THERE, TransportFault.STALLED, TransportFault.NO_ANSWER}


@contextmanager
def road_over(line: BadLine) -> Iterator[Road]:
    """A connection of its own."""
    road = Road(line.url, BRIEF)
    try:
        yield road
    finally:
        road.close()


def measured(line: BadLine, work: Callable[[Road], Any]) -> tuple[int, int]:
    """How many bytes a piece of work takes up and down on a good line."""
    before = (line.meter.up, line.meter.down)
    with road_over(line) as road:
        work(road)
    return line.meter.up - before[0], line.meter.down - before[1]


def pulled(line: BadLine, up: int | None, down: int | None, work: Callable[[Road], Any]) -> int:
    """The number of the fault the work ends with when the cable is pulled after so many bytes; 0 when it gets through."""
    line.change(cut_up=up, cut_down=down)
    code = 0
    try:
        with road_over(line) as road:
            work(road)
    except SyncError as fault:
        code = fault.code
    finally:
        with suppress(OSError):
            line.change(cut_up=None, cut_down=None)
    assert code in {0, *IN_WORDS_FOR_A_CUT}, code
    return code
