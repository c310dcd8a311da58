"""Attachments: a 20 MB scan over 256 kbit/s, counted; sealing, opening and the price of looking after many files."""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from sync.files import blobs
from sync.files.shelf import Shelf
from sync.server.api import make_app
from sync.server.province import Province
from tests.sync.client.freight import KEY, SCOPE, made_desk, through
from tests.sync.server.conftest import Clock, Entropy, unit_puts

SCAN = 20_000_000
FILES = 2_000

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def main() -> None:
    """Print one row for each figure."""
    with TemporaryDirectory() as folder:
        sealing(Path(folder))
        carrying(Path(folder))


def sealing(folder: Path) -> None:
    plain, shelf = bytes(SCAN), Shelf(folder / "shelf")
    seconds, blob = timed(lambda: shelf.add(blobs.seal([plain], sha256(plain).digest(), SCOPE, 1, KEY), "1"))
    print(f"seal and keep 20 MB                      {seconds * 1000:8.0f} ms")
    seconds, _ = timed(lambda: sum(map(len, blobs.unseal(shelf.chunks(blob.name), blob.size, SCOPE, {1: KEY}))))
    print(f"open 20 MB                               {seconds * 1000:8.0f} ms")


def carrying(folder: Path) -> None:
    clock = Clock()
    province = Province.init(folder / "server", clock=clock, entropy=Entropy())
    try:
        province.publish("unit.import", unit_puts())
        desk = made_desk(province, make_app(province), clock, folder / "pc", "pc")
        blob = desk.hold.scan(SCAN)
        seconds, _ = timed(lambda: through(desk))
        lengths = [length for _verb, _path, length in desk.recorded.files()]
        print(f"20 MB to the province: requests          {len(desk.recorded.asked):8}")
        print(f"  longest request on 256 kbit/s          {max(lengths):8} bytes (an entry waits for at most one)")
        print(f"  bytes beyond the file itself           {desk.road.traffic.bytes_up - blob.size:8}")
        print(f"  processor and disk of both sides       {seconds * 1000:8.0f} ms")
        for number in range(FILES):
            desk.hold.scan(1_000, f"{number:06}")
        through(desk, most=10 * FILES)
        clock.now += 25 * 3600_000
        asked = len(desk.recorded.asked)
        seconds, _ = timed(lambda: through(desk))
        print(f"asking about {FILES} files once a day: requests {len(desk.recorded.asked) - asked:5}, {seconds * 1000:.0f} ms")
    finally:
        province.close()


if __name__ == "__main__":
    main()
