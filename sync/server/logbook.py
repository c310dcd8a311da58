"""The server's log: one JSON object a line, to standard error or into files of bounded size. Nothing personal can get in.

Our own notes hold ids, counts and numbers (`sync.web.answers.note`). Of every other program's messages only the fixed text is
kept, never what was filled into it, and of a fault its kind and place, never its words: either could hold a value of a record.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from sync.server.errors import ServerError
from sync.web.answers import origin

OWN_LOG = "qms.server"

LARGEST_FILE = 10_000_000
FILES_KEPT = 10
"""Beside the newest; a province of 124 communes fills some 20 MB a day."""


class JsonLines(logging.Formatter):
    """`at` is UTC. Own notes are JSON already; they are given the moment."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"at": at, "level": record.levelname.lower()}
        return json.dumps(head | _content(record), ensure_ascii=False)


def _content(record: logging.LogRecord) -> dict[str, object]:
    if record.name == OWN_LOG:
        own: dict[str, object] = json.loads(record.getMessage())
        return own
    content: dict[str, object] = {"event": "message", "from": record.name, "text": str(record.msg).strip()}
    fault = record.exc_info[1] if record.exc_info else None
    return content if fault is None else content | {"kind": type(fault).__name__, "where": origin(fault)}


def begin(file: Path | None) -> logging.Handler:
    """Write everything to standard error, or to this file and those it was before; `end` takes it back."""
    try:
        handler = _to_files(file) if file is not None else logging.StreamHandler(sys.stderr)
    except OSError as fault:
        raise ServerError(ServerError.FILE, f"không ghi được nhật ký vào {file}: {fault.strerror}") from fault
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return handler


def end(handler: logging.Handler) -> None:
    """Give back the file."""
    logging.getLogger().removeHandler(handler)
    handler.close()


def _to_files(file: Path) -> logging.Handler:
    return RotatingFileHandler(file, maxBytes=LARGEST_FILE, backupCount=FILES_KEPT, encoding="utf-8")
