"""The bars of the exchange, measured on seeded records: `python -m tests.bench.bench_sync`.

10,000 records of about 384 bytes of JSON exist. A new PC fetches them; the line is cut when half has come; then 200 new
ones and 200 edits, one action each, go over, and then nothing. Bytes are those of request and answer bodies; HTTP adds about
250 for its head and the device's proof. On the slow line (300 ms round trip, 256 kbit/s) the server and HTTP are the real
ones, and bytes are counted at the socket.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from qms_desktop.demo_proxy import BadLine
from qms_desktop.demo_proxy import Line as BadLineOf
from sync.client.http import Road
from sync.journal.entry import Op, Verb, Write
from sync.journal.keys import sign_head
from sync.journal.log import Parcel
from sync.server.province import Province
from sync.server.serve import Running
from sync.wire.messages import Page
from sync.wire.pages import PageReader, encode_page
from tests.sync.server.conftest import Clock, Entropy, unit_puts
from tests.sync.world.builders import SCOPE
from tests.sync.world.office import Line, Replica, meet
from tests.sync.world.offices import Pc

SURNAMES = ["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Lý"]
MIDDLES = ["Thị", "Văn", "Hữu", "Đức", "Minh", "Thanh", "Ngọc", "Quốc", "Thùy", "Hồng", "Công", "Xuân", "Kim", "Bảo"]
GIVEN = ["An", "Ánh", "Bình", "Châu", "Dung", "Đạt", "Giang", "Hà", "Hạnh", "Hùng", "Hương", "Khánh", "Linh", "Tuấn", "Yến"]
VILLAGES = ["ấp Phú Lợi", "ấp Tân Thành", "khóm 3", "ấp Mỹ Hòa", "khu phố Đông Thạnh", "tổ 12 khóm 5"]
PROCEDURES = [
    ("1.001193", "Thủ tục đăng ký khai sinh"),
    ("2.000815", "Thủ tục chứng thực bản sao từ bản chính giấy tờ, văn bản"),
    ("1.004873", "Thủ tục cấp giấy xác nhận tình trạng hôn nhân"),
    ("1.000894", "Thủ tục đăng ký kết hôn"),
    ("1.000656", "Thủ tục đăng ký khai tử"),
    ("1.012084", "Thủ tục cấm tiếp xúc theo quyết định của Chủ tịch Ủy ban nhân dân cấp xã"),
]
STATES = ["received", "processing", "waiting_citizen", "signed", "returned"]
NOTES = [
    "Nộp bổ sung bản sao giấy khai sinh của con thứ hai, hẹn gọi lại trước khi trả kết quả cho người uỷ quyền",
    "Người nộp đề nghị trả kết quả qua dịch vụ bưu chính công ích, đã thu phí, kèm 2 bản sao căn cước công dân",
    "Đã đối chiếu bản chính tại quầy; thiếu tờ khai theo mẫu mới, hướng dẫn viết lại và nộp trong buổi chiều",
    "Chuyển công chức tư pháp hộ tịch kiểm tra sổ gốc năm 1998, có thể phải xác minh nơi đăng ký trước đây",
]
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass
class Generator:
    """Seeded records; `personal` seals name and phone."""

    random: Random
    personal: bool
    clock: int = 1_760_000_000_000

    def ulid(self) -> str:
        self.clock += self.random.randrange(20_000, 400_000)
        number = self.clock << 80 | self.random.getrandbits(80)
        return "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(26)))

    def values(self) -> dict[str, str | int]:
        pick = self.random.choice
        code, title = pick(PROCEDURES)
        day = self.random.randrange(1, 29)
        return {
            "code": f"T-A-2511{day:02}-{self.random.randrange(1, 200)}-{pick(LETTERS)}{pick(LETTERS)}",
            "name": f"{pick(SURNAMES)} {pick(MIDDLES)} {pick(GIVEN)}",
            "phone": f"0{self.random.randrange(310_000_000, 989_999_999)}",
            "address": f"số {self.random.randrange(1, 400)}, {pick(VILLAGES)}",
            "procedure": code,
            "title": title,
            "received": f"2025-11-{day:02}T{self.random.randrange(7, 17):02}:{self.random.randrange(60):02}",
            "due": f"2025-12-{day:02}",
            "state": pick(STATES),
            "copies": self.random.randrange(1, 9),
            "note": pick(NOTES),
        }

    def create(self) -> Op:
        writes = tuple(self.write(name, value) for name, value in self.values().items())
        return Op("dossier", self.ulid(), Verb.CREATE, writes)

    def write(self, name: str, value: str | int, replaces: tuple[str, ...] = ()) -> Write:
        return Write(name, value, replaces, personal=self.personal and name in ("name", "phone"))


def record_bytes() -> float:
    generator = Generator(Random(1), personal=False)
    return sum(len(json.dumps(generator.values(), ensure_ascii=False).encode()) for _ in range(500)) / 500


def changes(pc: Replica, generator: Generator) -> Iterator[Op]:
    """200 new records and 200 edits of old ones, mixed as a day mixes them."""
    records = [record for _, record in pc.log.states(SCOPE)]
    for record in generator.random.sample(records, 200):
        yield generator.create()
        heads = pc.log.states(SCOPE)["dossier", record].heads
        fresh = generator.values()
        names = ["name", "phone"] if generator.personal else [generator.random.choice(["state", "note", "due"])]
        writes = (generator.write(name, fresh[name], tuple(head for head, _ in heads[name])) for name in names)
        yield Op("dossier", record, Verb.SET, tuple(writes))


def act(pc: Replica, op: Op, number: int) -> None:
    """One action at its own time, signed at latest every 64 entries."""
    pc.written += 90_000
    pc.write(op)
    if number % 64 == 63:
        pc.sign()


PEERS = {
    "initial": "Anki 1,120 / 2 · PouchDB 2,668 / 503 · Kinto 4,480 / 2 · Morango 13,290 / 55",
    "slow": "Anki 37 · PouchDB 262 · Kinto 146 · Morango 505",
    "push": "Anki 37 / 9 · PouchDB 258 / 23 · Kinto 812 / 20 · Morango 68 / 16",
    "nothing": "Anki 532 / 1 · PouchDB 5,399 / 8 · Kinto 1,828 / 2 · Morango 35,406 / 26",
    "cut": "Anki +51 % · PouchDB +5 % · Kinto +49 %",
}
"""The same work by Anki, PouchDB with CouchDB, Kinto with PostgreSQL and Morango, measured once on a machine like this one."""


def row(name: str, ours: str, bar: str = "", peers: str = "", note: str = "") -> None:
    """One figure beside its bar and its peers."""
    print(f"{name:<50} {ours:>20}   bar {bar or '-':<10} {PEERS.get(peers, ''):<86} {note}".rstrip(), flush=True)


def show(name: str, line: Line, bar: str, peers: str = "", note: str = "") -> None:
    total = line.up + line.down
    row(name, f"{total / 1000:,.1f} KB / {line.requests}", bar, peers, note)


def filled(personal: bool, records: int) -> tuple[Generator, Replica, Replica]:
    """A PC that wrote that many records, and a server that has them."""
    generator = Generator(Random(7), personal)
    pc, server = Replica("pc1"), Replica("server")
    for number in range(records):
        act(pc, generator.create(), number)
    meet(pc, server)
    return generator, pc, server


def measure(personal: bool, records: int) -> None:
    label = "sealed name and phone" if personal else "no personal fields"
    generator, pc, server = filled(personal, records)
    began = time.perf_counter()
    outcome, line = meet(Replica("pc2"), server)
    seconds = time.perf_counter() - began
    assert outcome.equal
    speed = f"{records / seconds:.0f} entries/s, both sides"
    show(f"initial, {records:,} records, {label}", line, "" if personal else "600 / 3", "" if personal else "initial", speed)
    cut_at_half(server, line.down)
    for number, op in enumerate(list(changes(pc, generator))):
        act(pc, op, number)
    pc.sign()
    outcome, line = meet(pc, server)
    assert outcome.equal
    assert outcome.sent == 400
    show(f"push 400, {label}", line, "60 / 3" if personal else "45 / 3", "push")


def cut_at_half(server: Replica, whole: int) -> None:
    """What a new PC fetches in all when its line is cut after half of the bytes."""
    pc = Replica("pc3")
    session, came = pc.session("server"), 0
    while not session.finished and came < whole // 2:
        served = server.session(pc.name)
        served.hear(session.say())
        answer = encode_page(served.say())
        reader, left = PageReader(), whole // 2 - came
        for piece in reader.feed(answer[:left]):
            session.hear(piece) if isinstance(piece, Page) else session.take(piece)
        came += min(left, len(answer))
    outcome, line = meet(pc, server)
    assert outcome.equal
    extra = 100 * (came + line.down - whole) / whole
    row("  cut when half had come", f"{extra:+.1f} %", "+5 %", "cut")


def on_the_slow_line(records: int) -> None:
    """A new PC's first exchange with the real server over HTTP, 300 ms there and back, 256 kbit/s."""
    with TemporaryDirectory() as folder:
        province = Province.init(Path(folder) / "server", clock=Clock(), entropy=Entropy("bench"))
        province.publish("unit.import", unit_puts())
        with Running(province) as running, BadLine(running.url, BadLineOf(delay_s=0.15, rate=32_000)) as line:
            _written(province, running.url, records)
            pc = Pc("new", Clock(), Entropy("new"))
            pc.join(road := Road(running.url), province.accounts.new_code("28756"), running.url)
            road.close()
            spent = time.process_time()
            seconds, _, requests = _timed(pc, line, records)
            spent = time.process_time() - spent
            whole = line.meter.down
            total = (line.meter.up + whole) / 1000
            row(
                f"initial, {records:,} records, 300 ms and 256 kbit/s",
                f"{seconds:.1f} s",
                "20 s",
                "slow",
                f"{spent:.1f} s of processor",
            )
            row("  at the socket, HTTP included", f"{total:,.1f} KB / {requests}", "600 / 3", "initial")
            before = line.meter.up + line.meter.down
            _, _, requests = _timed(pc, line, records)
            row(
                "nothing to do, at the socket",
                f"{line.meter.up + line.meter.down - before:,} B / {requests}",
                "900 / 1",
                "nothing",
            )
            other = Pc("other", Clock(), Entropy("other"))
            other.join(road := Road(running.url), province.accounts.new_code("28756"), running.url)
            road.close()
            line.change(delay_s=0.0, rate=0, cut_down=whole * 11 // 20)
            before = line.meter.down
            _timed(other, line, records)
            extra = 100 * (line.meter.down - before - whole) / whole
            row("  the line cut when half had come, at the socket", f"{extra:+.1f} %", "+5 %", "cut", f"{line.meter.cuts} cut")
        province.close()


def _timed(pc: Pc, line: BadLine, records: int) -> tuple[float, int, int]:
    """A whole round over the line: seconds, entries received, requests."""
    road = Road(line.url)
    began = time.perf_counter()
    result = pc.sync(road)
    seconds = time.perf_counter() - began
    road.close()
    assert result.equal
    assert len(pc.log.parcels(pc.credentials.scopes[2])) == records
    return seconds, result.received, result.requests


def _written(province: Province, url: str, records: int) -> None:
    """The records in the server's database, from a PC of the unit."""
    writer = Pc("writer", Clock(), Entropy("writer"))
    writer.join(road := Road(url), province.accounts.new_code("28756"), url)
    replica = Replica("writer", journal=writer.applicant.replica)
    generator, scope = Generator(Random(7), personal=False), writer.credentials.scopes[2]
    private = writer.applicant.sign_private
    for number in range(records):
        replica.written += 90_000
        made = replica.write(generator.create(), scope=scope)
        if number % 64 == 63 or number == records - 1:
            signature = sign_head(private, scope, made.journal, made.n, made.id)
            replica.log.append(scope, [Parcel(made, None, signature)], {})
    writer.log.append(scope, tuple(replica.log.parcels(scope).values()), {made.journal: writer.credentials.certificate})
    assert writer.sync(road).equal
    road.close()


def main() -> None:
    print(f"average record: {record_bytes():.0f} bytes of JSON")
    for personal in (False, True):
        measure(personal, 10_000)
    on_the_slow_line(10_000)


if __name__ == "__main__":
    main()
