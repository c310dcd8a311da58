"""The reference log keeps the rules it is the reference for."""

from sync.journal.log import Log
from sync.journal.memory_log import MemoryLog
from tests.sync.world.log_conformance import LogConformance


class TestMemoryLog(LogConformance):
    def make_log(self) -> Log:
        return MemoryLog()
