"""A year counted in an office of 200,000 dossiers: the whole table, by each grouping, and opening its largest figure.

`python -m tests.bench.bench_statistics [rows]`. All lie in the year before, which is the worst case.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from qms_desktop.domain.fields import Value
from qms_desktop.domain.records import kind_named
from qms_desktop.domain.statistics import GROUPINGS, Figure, Period
from qms_desktop.office import Office
from qms_desktop.store.columns import cells, quoted, table_of
from qms_desktop.usecases import statistics
from tests.bench.bench_store import NOW, ROWS, UNIT, dossiers, line, milliseconds
from tests.usecases.office_kit import Clock, found

BAR = 1000.0
_ROUNDS = 5
_PAUSED = 0.08
Made = tuple[str, str, dict[str, Value]]


def lived(count: int) -> Iterator[Made]:
    """Dossiers of one year with due date, end and clock: eight of a hundred were paused once, three were withdrawn."""
    chance = random.Random(7)
    for record, values in dossiers(count):
        received = datetime(2025, 11, 25, 8) + timedelta(minutes=chance.randrange(360 * 24 * 60))
        due = received.date() + timedelta(days=5)
        ended = received + timedelta(minutes=chance.randrange(7 * 24 * 60))
        state = "closed" if ended < NOW else "processing"
        state = "withdrawn" if state == "closed" and chance.random() < 0.03 else state
        more: dict[str, Value] = {"received_at": f"{received:%Y-%m-%dT%H:%M}", "due": due.isoformat(), "state": state}
        more |= {"convention": "A", "received_by": f"P{chance.randrange(6)}", "holder": f"P{chance.randrange(9)}"}
        if state == "closed":
            more["finished_at"] = f"{ended:%Y-%m-%dT%H:%M}"
        yield "dossier", record, values | more
        events = [("start", received)]
        if chance.random() < _PAUSED:
            events += [("pause", received + timedelta(hours=2)), ("resume", received + timedelta(hours=30))]
        if state != "processing":
            events.append(("stop", ended))
        for kind, at in events:
            yield "clock_event", f"{record}-{kind}", {"dossier": record, "kind": kind, "at": f"{at:%Y-%m-%dT%H:%M}"}


def fill(office: Office, count: int) -> None:
    """Rows as the projection writes them; a count reads nothing else."""
    with office.demand_store().writing() as ledger:
        for kind, record, values in lived(count):
            place = (f"unit/{UNIT}/dossiers", kind, record)
            number = ledger.connection.execute(
                "INSERT INTO state (scope, kind, record, heads) VALUES (?, ?, ?, x'')", place
            ).lastrowid
            definition = kind_named(kind)
            assert definition is not None
            row = {"_num": number, "id": record, "_scope": place[0], **cells(definition, values)}
            names, marks = ", ".join(map(quoted, row)), ", ".join("?" * len(row))
            ledger.connection.execute(f"INSERT INTO {table_of(kind)} ({names}) VALUES ({marks})", tuple(row.values()))


def main(count: int) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        office = found(Path(folder), Clock(NOW), publish=lambda _code: False)
        fill(office, count)
        periods = {
            "year so far": Period.of(date(2025, 12, 15), date(2026, 12, 14), NOW),
            "last quarter, closed": Period.of(date(2026, 7, 1), date(2026, 9, 30), NOW),
        }
        with office.demand_store().view() as view:
            for name, period in periods.items():
                for grouping in GROUPINGS:
                    taken = milliseconds(lambda p=period, g=grouping: statistics.table(view, p, g), _ROUNDS)  # type: ignore[misc]
                    line(f"{name}, by {grouping}, {count} dossiers", taken, BAR)
            year = periods["year so far"]
            opened = milliseconds(lambda: statistics.records(view, year, "area", None, Figure.LATE), 1)
            line("opening the late ones of the year", opened)
        office.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
