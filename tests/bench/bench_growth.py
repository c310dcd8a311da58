"""Five busy years of a commune: what its journal costs the wire, the disks and a new PC, and whether the window stays fast.

`python -m tests.bench.bench_growth [entries]` (250,000 by default). Dossiers as the product writes them, personal values sealed:
one entry receives a dossier, nine move it (its state, and a run of a step of its own). Server, line and new PC are real, in one
process; "usable" is the moment from which the newest records are shown and can be written on.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from qms_desktop import keys as secret
from qms_desktop.domain.fields import Area, Value
from qms_desktop.domain.records import KINDS
from qms_desktop.keys import MemoryKeys
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.meta import Identity
from qms_desktop.store.packer import Packer
from qms_desktop.store.underlay import UnitUnderlay
from qms_desktop.store.unit import Author, UnitStore, put
from sync.client.http import Road
from sync.client.rounds import Rounds
from sync.journal.entry import Draft, Entry, Op, Verb, Write, build
from sync.journal.keys import UnitKeys, sign_head
from sync.journal.log import Parcel
from sync.server.province import Province
from sync.server.serve import Running
from sync.server.snapshots import Snapshots
from tests.bench.bench_store import NOW, dossiers, line, milliseconds
from tests.sync.server.conftest import Clock, Entropy, unit_puts
from tests.sync.world.offices import Pc
from tests.sync.world.offices import secret as secret_of

ENTRIES = 250_000
MOVES = 9
UNIT = "28756"
BATCH = 640
SIGNED_EVERY = 64
OPEN_AT_ONCE = 150
"""Dossiers under way side by side."""

_KINDS = {kind.name: kind for kind in KINDS}
STATES = ("received", "processing", "awaiting_citizen", "result_ready", "closed")


@dataclass
class Office:
    """Writes the journal of one PC, entry by entry."""

    scope: str
    journal: str
    private: bytes
    keys: UnitKeys
    random: Random = field(default_factory=lambda: Random(5))
    n: int = 0
    tip: str = ""
    heads: dict[tuple[str, str], str] = field(default_factory=dict)

    def parcels(self, entries: int) -> Iterator[Parcel]:
        """So many entries, each dossier's moves spread over the time in which it is open."""
        rows = dossiers(entries // (MOVES + 1) + 2 * OPEN_AT_ONCE)
        under_way: list[tuple[str, int]] = []
        while self.n < entries:
            if len(under_way) < OPEN_AT_ONCE:
                record, values = next(rows)
                under_way.append((record, 0))
                yield self._parcel("dossier.receive", self._create("dossier", record, values))
                continue
            place = self.random.randrange(len(under_way))
            record, moves = under_way.pop(place)
            if moves < MOVES:
                under_way.append((record, moves + 1))
                yield self._parcel("dossier.move", self._move(record, moves), self._step(record, moves))

    def _create(self, kind: str, record: str, values: dict[str, Value]) -> Op:
        names = sorted(name for name, value in values.items() if value is not None)
        return Op(kind, record, Verb.CREATE, tuple(self._write(kind, record, name, values[name]) for name in names))

    def _move(self, record: str, moves: int) -> Op:
        values = {"state": STATES[min(moves // 2, 4)], "step": f"B{moves}"}
        return Op("dossier", record, Verb.SET, tuple(self._write("dossier", record, *item) for item in sorted(values.items())))

    def _step(self, record: str, moves: int) -> Op:
        run = f"S{int(record[1:]) * 10 + moves:025}"
        return self._create("step_run", run, {"dossier": record, "step": f"B{moves}", "person": "an"})

    def _write(self, kind: str, record: str, name: str, value: Value) -> Write:
        before = self.heads.get((record, name))
        definition = _KINDS[kind]
        personal = definition.knows(name) and definition.personal(name, Area.DOSSIERS)
        return Write(name, value, (before,) if before else (), personal)

    def _parcel(self, act: str, *ops: Op) -> Parcel:
        self.n += 1
        made, ciphertext = build(self._draft(act, ops), self.keys)
        self.tip = made.id
        self.heads |= {(op.record, write.field): made.id for op in ops for write in op.writes if op.kind == "dossier"}
        return Parcel(made, ciphertext, self._signature(made) if self.n % SIGNED_EVERY == 0 else None)

    def _draft(self, act: str, ops: tuple[Op, ...]) -> Draft:
        at = 1_640_000_000_000 + self.n * 600_000 + self.random.randrange(400_000)
        aid = self.random.randbytes(16).hex()
        return Draft(1, self.scope, self.journal, self.n, self.tip, act, aid, "person-an", at, self.n, ops)

    def _signature(self, entry: Entry) -> bytes:
        return sign_head(self.private, self.scope, self.journal, entry.n, entry.id)


class Noting(UnitUnderlay):
    """Notes when the snapshot was complete, and what had come by then."""

    def __init__(self, store: UnitStore, road: Road) -> None:
        super().__init__(store)
        self.road = road
        self.seconds = self.kilobytes = 0.0
        self.began = time.perf_counter()

    def end(self, scope: str, position: int) -> None:
        super().end(scope, position)
        self.seconds = time.perf_counter() - self.began
        self.kilobytes = self.road.traffic.bytes_down / 1000


def fill(province: Province, writer: Pc, entries: int) -> None:
    """The journal in the server's database."""
    scope = writer.credentials.scopes[2]
    office = Office(scope, writer.applicant.replica, writer.applicant.sign_private, writer.keys)
    batch: list[Parcel] = []
    for parcel in office.parcels(entries - entries % SIGNED_EVERY):
        batch.append(parcel)
        if len(batch) == BATCH:
            province.log.append(scope, batch, {office.journal: writer.credentials.certificate})
            batch = []
    province.log.append(scope, batch, {office.journal: writer.credentials.certificate})


def say(what: str, figure: str) -> None:
    print(f"{what:<62} {figure}", flush=True)


def main(entries: int) -> None:
    clock = Clock()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        province = Province.init(folder / "server", clock=clock, entropy=Entropy("growth"))
        province.publish("unit.import", unit_puts())
        with Running(province) as running:
            pcs = [Pc(pc, clock, Entropy(pc)) for pc in ("writer", "new")]
            road = Road(running.url)
            for pc in pcs:
                pc.join(road, province.accounts.new_code(UNIT), running.url)
            began = time.perf_counter()
            fill(province, pcs[0], entries)
            seconds = time.perf_counter() - began
            size = (folder / "server" / "server.db").stat().st_size if (folder / "server" / "server.db").exists() else 0
            say(
                f"{entries:,} entries made and taken by the server",
                f"{seconds:>9.1f} s, {size / entries:.0f} bytes each on its disk",
            )
            began = time.perf_counter()
            made = Snapshots(province.database, clock).of(pcs[0].credentials.scopes[2])
            say(
                "snapshot of the newest records made", f"{time.perf_counter() - began:>9.1f} s, {len(made.content) / 1000:.0f} KB"
            )
            newcomer(folder, pcs[1], road, entries)
            road.close()
        province.close()


def newcomer(folder: Path, pc: Pc, road: Road, entries: int) -> None:
    keys = MemoryKeys()
    identity = Identity(pc.applicant.replica, "B", UNIT)
    store = UnitStore.create(folder / "pc" / "office.db", identity, keys, lambda: NOW, Entropy("pc"))
    keys.set(secret.SIGNING, pc.applicant.sign_private)
    store.add_unit_key(UNIT, 1, secret_of(f"unit {UNIT}"))
    underlay = Noting(store, road)
    rounds = Rounds(
        UnitLog(store), road, pc.credentials, pc.applicant.sign_private, pc.clock, pc.entropy, store.sign_tips, underlay=underlay
    )
    before = road.traffic.bytes_down
    began, cpu = time.perf_counter(), time.process_time()
    result = rounds.run()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    assert result.equal
    down = (road.traffic.bytes_down - before) / 1000
    if underlay.seconds:
        slow = underlay.kilobytes / 32
        say(
            "a new PC is of use (snapshot taken)",
            f"{underlay.seconds:>9.1f} s, {underlay.kilobytes:.0f} KB: on 256 kbit/s {slow:.0f} s",
        )
    say(
        "its history is complete",
        f"{seconds:>9.1f} s, {down:.0f} KB: on 256 kbit/s {down / 32:.0f} s, {result.requests} requests",
    )
    say("  processor of PC and server together", f"{cpu:>9.1f} s, {1e6 * cpu / entries:.0f} microseconds an entry")
    say("  entries of the history", f"{down * 1000 / entries:>9.1f} bytes each on the wire, snapshot included")
    rounds.run()
    size = size_of(store)
    say("its database", f"{size / 1e6:>9.1f} MB, {size / entries:.0f} bytes for each entry")
    packed(store, entries)
    say("largest memory of all of this in one process", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:>9.1f} MB")
    window(store)
    store.close()


def size_of(store: UnitStore) -> int:
    """Bytes of the database, its log emptied."""
    store.forget_erased()
    return store.path.stat().st_size


def packed(store: UnitStore, entries: int) -> None:
    """The same with old entries in blocks, as the agent makes them between two rounds."""
    packer, taken = Packer(store), list[float]()
    began = time.process_time()
    while packer.step():
        taken.append(time.process_time() - began)
        began = time.process_time()
    size = size_of(store)
    blocks = sum(length for (length,) in store.connection.execute("SELECT length(frame) FROM block"))
    beside = sum(
        length for (length,) in store.connection.execute("SELECT length(ids) + length(nums) + 5 * length(ids) / 12 FROM block")
    )
    inside = sum(last - n + 1 for n, last in store.connection.execute("SELECT n, last FROM block"))
    say(
        "its old entries packed",
        f"{sum(taken):>9.1f} s of its processor, {1000 * sum(taken) / max(len(taken), 1):.0f} ms a block, "
        f"{blocks / max(inside, 1):.0f} bytes each and {beside / max(inside, 1):.0f} to find them",
    )
    say("its database", f"{size / 1e6:>9.1f} MB, {size / entries:.0f} bytes for each entry")


def window(store: UnitStore) -> None:
    """What a person feels."""
    shown = ("code", "applicant_name", "procedure_title", "received_at", "state")

    def opened() -> object:
        with store.view() as view:
            return view.rows("dossier", view.keys(ListQuery("dossier", descending=True))[:200], shown)

    def searched() -> object:
        with store.view() as view:
            return view.search("nguyen thi duong", ["dossier"])

    with store.view() as view:
        keys = view.keys(ListQuery("dossier", descending=True))
        records = [str(row["id"]) for row in view.rows("dossier", keys[:50], ("id",))]
    ahead = iter(records)

    def moved() -> None:
        record = next(ahead)
        store.act("dossier.edit", Author("an", NOW), lambda _view: [put("dossier", record, {"note": "x"})])

    line(f"list of {len(keys):,} dossiers opens", milliseconds(opened, 10), 300)
    line("search", milliseconds(searched, 10), 50)
    line("a dossier is changed and saved", milliseconds(moved, 40), 50)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES)
