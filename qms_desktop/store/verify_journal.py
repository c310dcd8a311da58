"""Whether the journal is whole: every hash and chain, in rows and in blocks, every leaf, ciphertext and signature."""

from collections.abc import Callable, Collection, Iterator
from itertools import pairwise
from typing import Any

from qms_desktop.store.blocks import Block
from qms_desktop.store.ledger import Ledger
from sync.errors import SyncError
from sync.journal.entry import Entry, check_ciphertext, check_follows, parse
from sync.journal.keys import verify_head
from sync.journal.log import Parcel

KeyLookup = Callable[[str], bytes | None]


def journal_faults(ledger: Ledger, key_for: KeyLookup, erased: Collection[str] | None) -> Iterator[str]:
    """What is wrong with the journal; see ``verify`` for `erased`."""
    yield from _rows(ledger)
    for block in ledger.entries.blocks.every():
        yield from _block(ledger, block, erased)
    yield from _leaves(ledger.connection)
    yield from _lost_seals(ledger, erased) if erased is not None else ()
    yield from _signatures(ledger, key_for)


def _rows(ledger: Ledger) -> Iterator[str]:
    """Each body hashes to its id, says what its columns say, and follows an entry that arrived before it."""
    rows = ledger.connection.execute(
        "SELECT num, id, scope, journal, n, prev, lam, at, actor, action, action_id, body, sealed FROM entry ORDER BY num"
    )
    for num, entry_id, *columns, body, sealed in rows:
        try:
            entry = parse(body)
            check_ciphertext(entry, sealed)
            check_follows(entry, _parent(ledger, entry.prev, num))
        except SyncError as fault:
            yield f"Mục nhật ký {entry_id.hex()[:12]} hỏng: {fault.detail}"
            continue
        prev = bytes.fromhex(entry.prev)
        said = [entry.scope, entry.journal, entry.n, prev, entry.lam, entry.at, entry.by, entry.act, entry.aid]
        if bytes.fromhex(entry.id) != entry_id or said != columns:
            yield f"Mục nhật ký {entry_id.hex()[:12]} không khớp nội dung theo dấu băm"
        yield from _touches(ledger.connection, entry, num)


def _parent(ledger: Ledger, name: str, num: int) -> Entry | None:
    """The entry before, if it arrived before."""
    arrived = ledger.entries.numbers((name,)).get(name) if name else None
    found = ledger.entries.get(name) if arrived is not None and arrived < num else None
    return None if found is None else found.entry


def _block(ledger: Ledger, block: Block, erased: Collection[str] | None) -> Iterator[str]:
    """A block holds the entries it names, each after the one before, and the first after one that arrived before the block."""
    try:
        parcels = ledger.entries.blocks.parcels(block)
        entries = [parcel.entry for parcel in parcels]
        check_follows(entries[0], _parent(ledger, entries[0].prev, block.low))
        for before, after in pairwise(entries):
            check_follows(after, before)
    except SyncError as fault:
        yield f"Khối nhật ký {block.num} ({block.scope}) hỏng: {fault.detail}"
        return
    yield from _place(ledger, block, entries[0])
    for num, parcel in zip(block.nums, parcels, strict=True):
        yield from _touches(ledger.connection, parcel.entry, num)
        yield from _lost_seal(parcel, erased)


def _place(ledger: Ledger, block: Block, first: Entry) -> Iterator[str]:
    """The block stands where its entries do, their numbers grow, and each is found by its id."""
    said = (first.scope, first.journal, first.n, first.prev, block.nums[0], block.nums[-1], len(block.names))
    where = (block.scope, block.journal, block.n, block.prev, block.low, block.high, len(block.nums))
    grow = all(before < after for before, after in pairwise(block.nums))
    found = ledger.entries.numbers(block.names)
    if said != where or not grow or [found.get(name) for name in block.names] != list(block.nums):
        yield f"Khối nhật ký {block.num} ({block.scope}) ghi sai vị trí của các mục"


def _touches(connection: Any, entry: Entry, num: int) -> Iterator[str]:
    """Every record an entry changes knows of it."""
    for op in entry.ops:
        known = connection.execute(
            "SELECT 1 FROM state s JOIN touched t ON t.state = s.num "
            "WHERE s.kind = ? AND s.record = ? AND s.scope = ? AND t.entry = ?",
            (op.kind, op.record, entry.scope, num),
        ).fetchone()
        if known is None:
            yield f"Bản ghi {op.kind} {op.record} thiếu thay đổi của mục nhật ký {entry.id[:12]}"


def _lost_seals(ledger: Ledger, erased: Collection[str]) -> Iterator[str]:
    for entry_id, body in ledger.connection.execute("SELECT id, body FROM entry WHERE sealed IS NULL"):
        if entry_id.hex() not in erased:
            yield from _lost_seal(Parcel(parse(body)), erased)


def _lost_seal(parcel: Parcel, erased: Collection[str] | None) -> Iterator[str]:
    """What is erased is erased by order: whoever relays an entry may not leave its sealed values out."""
    lost = parcel.ciphertext is None and parcel.entry.seal is not None
    if erased is not None and lost and parcel.entry.id not in erased:
        yield f"Mục nhật ký {parcel.entry.id[:12]} thiếu phần niêm phong mà không có lệnh xóa nào"


def _leaves(connection: Any) -> Iterator[str]:
    """The leaves are exactly the entries that no entry follows."""
    followed = {prev for (prev,) in connection.execute("SELECT prev FROM entry UNION SELECT prev FROM block")}
    ends = connection.execute(
        "SELECT scope, journal, n, id FROM entry UNION ALL SELECT scope, journal, last, substr(ids, -32) FROM block"
    )
    free = {end for end in ends if end[3] not in followed}
    stored = set(connection.execute("SELECT scope, journal, n, id FROM leaf").fetchall())
    for scope, journal, n, _entry_id in free ^ stored:
        yield f"Điểm cuối nhật ký {journal}, số {n} ({scope}), ghi sai"


def _signatures(ledger: Ledger, key_for: KeyLookup) -> Iterator[str]:
    known: dict[str, bytes | None] = {}
    for num, signature in ledger.connection.execute("SELECT entry, bytes FROM signature").fetchall():
        place = ledger.entries.place(num)
        if place is None:
            continue
        scope, journal, n, name = place
        key = known[journal] if journal in known else known.setdefault(journal, key_for(journal))
        try:
            if key is not None:
                verify_head(key, scope, journal, n, name, signature)
        except SyncError:
            yield f"Chữ ký ở mục nhật ký {name[:12]} không đúng"
