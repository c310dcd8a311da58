"""What the program writes down about itself: a rotating file, and the stack of a crash.

Identifiers only, never names: a person's data must not leak into a file that is sent to whoever gives support. Texts of
exceptions are left out for the same reason, except those of the program's own numbered errors, which name nobody.
"""

import faulthandler
import logging
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from types import TracebackType

from qms_desktop.domain.errors import AppError
from qms_desktop.paths import Paths

LOGGER = "qms_desktop"
FILE_BYTES = 1_000_000
FILES = 5


class _NoWords(logging.Formatter):
    """Formats an exception as the places it went through and its kind, without its text."""

    def formatException(self, ei: object) -> str:  # noqa: N802 (the name is the logging library's)
        kind, fault, trace = ei if isinstance(ei, tuple) else (None, None, None)
        said = fault.code if isinstance(fault, AppError) else getattr(kind, "__name__", "")
        return "\n".join([*_places(trace), str(said)])


def _places(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        yield f"  {code.co_filename}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next


@contextmanager
def running(paths: Paths, version: str) -> Iterator[logging.Logger]:
    """Log into the data folder while the program runs; a hard crash leaves its stacks in ``Paths.crashes``."""
    paths.prepare()
    logger = logging.getLogger(LOGGER)
    handler = RotatingFileHandler(paths.logs / "qms.log", maxBytes=FILE_BYTES, backupCount=FILES, encoding="utf-8")
    handler.setFormatter(_NoWords("%(asctime)s %(levelname)s %(threadName)s %(name)s %(message)s"))
    logger.addHandler(handler)
    level, logger.level = logger.level, logging.INFO
    logger.info("started %s, Python %s, %s", version, platform.python_version(), sys.platform)
    with paths.crashes.open("a", encoding="utf-8") as crashes:
        faulthandler.enable(crashes)
        try:
            yield logger
        finally:
            faulthandler.disable()
            logger.info("ended")
            logger.setLevel(level)
            logger.removeHandler(handler)
            handler.close()


def last_crash(paths: Paths) -> str:
    """The stacks the last crash left, "" if there was none; read once, then emptied."""
    if not paths.crashes.exists():
        return ""
    text = paths.crashes.read_text("utf-8", errors="replace")
    paths.crashes.write_text("", "utf-8")
    return text
