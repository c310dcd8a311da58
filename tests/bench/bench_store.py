"""The store under load: receive-to-saved, long lists, search and memory, each beside a bar or a peer measured in the same run.

`python -m tests.bench.bench_store [rows]` (200,000 by default). The peer is the standard library's SQLite, unencrypted and
without any journal, with one table and the same indexes: what a hand-written program of the simplest kind would do.
"""

import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.keys import FileKeys, Keys
from qms_desktop.store.columns import cells, quoted, table_of
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.search import index_row
from qms_desktop.store.unit import Author, Identity, UnitStore, create

ROWS = 200_000
MEMORY_ROWS = 50_000
PAGE = 200
NOW = datetime(2026, 11, 20, 9, 0)
UNIT = "29677"
_LIKE = "SELECT code FROM dossier WHERE applicant_name || procedure_title || code || applicant_phone LIKE ? LIMIT 30"
SHOWN = ("code", "applicant_name", "procedure_title", "received_at", "due", "state")
BARS = {"open": 300.0, "jump": 25.0, "search": 50.0, "receive": 50.0, "start": 500.0, "memory": 200.0}

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Đặng", "Võ", "Huỳnh", "Đỗ", "Bùi", "Ngô")
MIDDLE = ("Thị", "Văn", "Hồng", "Đức", "Ngọc", "Thanh", "Minh")
GIVEN = ("Đường", "An", "Bình", "Ánh", "Đông", "Yến", "Phượng", "Khôi", "Ngân", "Tuấn", "Dũng", "Thảo")
TITLES = (
    ("2.000815", "Thủ tục chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan có thẩm quyền cấp"),
    ("1.004873", "Thủ tục cấp Giấy xác nhận tình trạng hôn nhân"),
    ("1.001193", "Đăng ký khai sinh"),
    ("1.001805", "Đăng ký nghĩa vụ quân sự lần đầu"),
)


def dossiers(count: int, start: int = 0) -> Iterator[tuple[str, dict[str, Value]]]:
    """Seeded dossiers with Vietnamese names, phones, dates and states."""
    chance = random.Random(2026 + start)
    for at in range(start, start + count):
        code, title = chance.choice(TITLES)
        day = f"{2021 + at * 6 // max(count, 1) % 6}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        yield (
            f"R{at:025}",
            {
                "code": f"T-A-{day[2:].replace('-', '')}-{at}-7K",
                "applicant_name": f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}",
                "applicant_phone": f"09{chance.randrange(10**8):08}",
                "procedure_code": code,
                "procedure_title": title,
                "channel": chance.choice(("in_person", "online", "post")),
                "received_at": f"{day}T{chance.randrange(7, 17):02}:{chance.randrange(60):02}",
                "state": chance.choice(("closed",) * 18 + ("received", "processing")),
                "step": "B1",
                "sets": 1,
                "papers": [{"name": "Tờ khai theo mẫu", "originals": 1, "copies": 0, "state": "ok"}] * 3,
            },
        )


def fill(store: UnitStore, count: int) -> None:
    """Rows and search as the projection writes them; lists and search read nothing else, so the journal is left out."""
    table, scope = table_of("dossier"), f"unit/{UNIT}/dossiers"
    with store.writing() as ledger:
        for record, values in dossiers(count):
            place = (scope, "dossier", record)
            cursor = ledger.connection.execute("INSERT INTO state (scope, kind, record, heads) VALUES (?, ?, ?, x'')", place)
            row = {"_num": cursor.lastrowid, "id": record, "_scope": scope, **cells(DOSSIER, values)}
            names, marks = ", ".join(map(quoted, row)), ", ".join("?" * len(row))
            ledger.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
            index_row(ledger.connection, DOSSIER, cursor.lastrowid, values, hidden=False)


def make_peer(path: Path, count: int) -> sqlite3.Connection:
    """The plain table of the peer: the columns shown and searched, an index for each way to order."""
    peer = sqlite3.connect(path, isolation_level=None)
    peer.execute("PRAGMA journal_mode = WAL")
    peer.execute("PRAGMA synchronous = FULL")
    names = ("id", *SHOWN, "applicant_phone", "papers")
    peer.execute(f"CREATE TABLE dossier ({', '.join(names)})")
    peer.execute("BEGIN")
    marks = ", ".join("?" * len(names))
    rows = ((record, *(str(values.get(name, "")) for name in names[1:])) for record, values in dossiers(count))
    peer.executemany(f"INSERT INTO dossier VALUES ({marks})", rows)
    for name in ("code", "applicant_name", "received_at", "due", "state"):
        peer.execute(f"CREATE INDEX by_{name} ON dossier ({name})")
    peer.execute("COMMIT")
    return peer


def milliseconds(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median and 95th percentile of some runs."""
    taken: list[float] = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), sorted(taken)[max(0, int(len(taken) * 0.95) - 1)]


def line(name: str, figure: tuple[float, float], bar: float | None = None, peer: tuple[float, float] | None = None) -> None:
    """One figure with what it is measured against."""
    median, high = figure
    beside = f"   bar {bar:.0f}" if bar is not None else ""
    if peer is not None:
        beside += f"   plain sqlite3 {peer[0]:.2f} / {peer[1]:.2f}"
    print(f"{name:52} {median:9.2f} / {high:9.2f} ms{beside}")


def bench_lists(store: UnitStore, peer: sqlite3.Connection) -> None:
    """Opening a list (all keys and the first page) and jumping anywhere in it."""

    def opened(query: ListQuery) -> Callable[[], object]:
        def work() -> Sequence[Any]:
            with store.view() as view:
                return view.rows("dossier", view.keys(query)[:PAGE], SHOWN)

        return work

    plain = milliseconds(lambda: _peer_open(peer, "received_at"), 5)
    line("list opens, newest first", milliseconds(opened(ListQuery("dossier", descending=True)), 5), BARS["open"], plain)
    plain = milliseconds(lambda: _peer_open(peer, "applicant_name"), 5)
    line(
        "list opens, by name in dictionary order",
        milliseconds(opened(ListQuery("dossier", order="applicant_name")), 5),
        300,
        plain,
    )
    busy = ListQuery("dossier", where=(("state", "in", ["received", "processing"]),))
    line("list opens, open dossiers only", milliseconds(opened(busy), 5), BARS["open"])
    line(
        "list opens, narrowed by typed text", milliseconds(opened(ListQuery("dossier", text="duong tinh trang")), 5), BARS["open"]
    )
    line(
        "list opens, closed dossiers only", milliseconds(opened(ListQuery("dossier", where=(("state", "=", "closed"),))), 5), 300
    )
    line("list opens, narrowed by a common word", milliseconds(opened(ListQuery("dossier", text="nguyen")), 5), BARS["open"])
    with store.view() as view:
        line("totals by state of the open ones", milliseconds(lambda: view.totals("dossier", "state", busy), 5), BARS["open"])
    chance = random.Random(1)
    with store.view() as view:
        keys = view.keys(ListQuery("dossier"))

    def jump() -> object:
        at = chance.randrange(len(keys) - PAGE)
        with store.view() as view:
            return view.rows("dossier", keys[at : at + PAGE], SHOWN)

    names = ", ".join(SHOWN)
    sql = f"SELECT {names} FROM dossier ORDER BY received_at LIMIT {PAGE} OFFSET ?"
    plain = milliseconds(lambda: peer.execute(sql, (chance.randrange(len(keys) - PAGE),)).fetchall(), 20)
    line(f"jump to a page of {PAGE} rows", milliseconds(jump, 100), BARS["jump"], plain)


def _peer_open(peer: sqlite3.Connection, order: str) -> list[Any]:
    numbers = [row[0] for row in peer.execute(f"SELECT rowid FROM dossier ORDER BY {order}")]
    marks = ",".join("?" * PAGE)
    return peer.execute(f"SELECT {', '.join(SHOWN)} FROM dossier WHERE rowid IN ({marks})", numbers[:PAGE]).fetchall()


def bench_search(store: UnitStore, peer: sqlite3.Connection) -> None:
    """The words clerks type, beside LIKE over names and titles (which finds `đường`, never `duong`)."""
    for typed in ("duong", "nguyen thi duong", "ctbs", "dang ky khai sinh", "4567", "T-A-2401"):

        def ours(text: str = typed) -> object:
            with store.view() as view:
                return view.search(text, ["dossier"])

        def plain(pattern: str = f"%{typed}%") -> object:
            return peer.execute(_LIKE, (pattern,)).fetchall()

        line(f"search “{typed}”", milliseconds(ours, 20), BARS["search"], milliseconds(plain, 3))


def bench_receive(store: UnitStore, peer: sqlite3.Connection) -> None:
    """From the clerk's Enter to durable: rules aside, sealing, chaining, merging, tables, search, and the disk."""
    author = Author("an", NOW)
    ahead = iter(list(dossiers(200, start=10**6)))

    def ours() -> None:
        record, values = next(ahead)
        store.act("dossier.receive", author, lambda _view: [create("dossier", record, values)])

    rows = iter(list(dossiers(100, start=2 * 10**6)))

    def plain() -> None:
        record, values = next(rows)
        cells_of = [record, *(str(values.get(name, "")) for name in (*SHOWN, "applicant_phone", "papers"))]
        peer.execute(f"INSERT INTO dossier VALUES ({', '.join('?' * len(cells_of))})", cells_of)

    line("receive to saved (synchronous=FULL)", milliseconds(ours, 200), BARS["receive"], milliseconds(plain, 100))


def bench_memory(folder: Path) -> None:
    """Opening in a fresh process with 50,000 dossiers: how long until the list stands, and how much memory it holds."""
    command = [sys.executable, "-m", "tests.bench.bench_store", "--probe", str(folder)]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    opened, resident, bare = (float(part) for part in shown)
    line(f"store opens and lists {MEMORY_ROWS} rows (fresh process)", (opened, opened), BARS["start"])
    print(f"{'resident memory then':52} {resident:9.1f} MB (imports alone {bare:.1f})   bar {BARS['memory']:.0f}")


def probe(folder: Path) -> None:
    """What the fresh process does and prints: milliseconds, MB, MB before opening."""
    bare = _resident()
    start = time.perf_counter()
    store = UnitStore.open(folder / "office.db", FileKeys(folder / "keys.json"), lambda: NOW, os.urandom)
    with store.view() as view:
        keys = view.keys(ListQuery("dossier"))
        view.rows("dossier", keys[:PAGE], SHOWN)
    taken = (time.perf_counter() - start) * 1000
    with store.view() as view:
        for at in range(0, len(keys), len(keys) // 20):
            view.rows("dossier", keys[at : at + PAGE], SHOWN)
        view.search("duong")
    print(taken, _resident(), bare)
    store.close()


def _resident() -> float:
    """Resident memory in MB (Linux)."""
    for row in Path("/proc/self/status").read_text("ascii").splitlines():
        if row.startswith("VmRSS:"):
            return int(row.split()[1]) / 1024
    return 0.0


def make_store(folder: Path, keys: Keys, count: int) -> UnitStore:
    """A filled store."""
    identity = Identity(os.urandom(16).hex(), "A", UNIT)
    store = UnitStore.create(folder / "office.db", identity, keys, lambda: NOW, os.urandom)
    store.add_unit_key(UNIT, 1, os.urandom(32))
    fill(store, count)
    return store


def main(arguments: Sequence[str] = ()) -> None:
    """Print every figure beside its bar."""
    count = int(arguments[0]) if arguments else ROWS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"store with {count:,} dossiers; median / 95th percentile")
        store = make_store(folder / "big", FileKeys(folder / "big.json"), count)
        peer = make_peer(folder / "peer.db", count)
        bench_lists(store, peer)
        bench_search(store, peer)
        bench_receive(store, peer)
        store.close()
        peer.close()
        (folder / "memory").mkdir()
        make_store(folder / "memory", FileKeys(folder / "memory" / "keys.json"), MEMORY_ROWS).close()
        bench_memory(folder / "memory")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--probe"]:
        probe(Path(sys.argv[2]))
    else:
        main(sys.argv[1:])
