"""The reference log keeps the rules it is the reference for."""

from sync.log import Log
from sync.memory_log import MemoryLog
from tests.sync.log_conformance import LogConformance


class TestMemoryLog(LogConformance):
    def make_log(self) -> Log:
        return MemoryLog()
