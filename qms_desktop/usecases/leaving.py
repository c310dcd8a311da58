"""A revoked PC leaves: it hands over what it holds, destroys its keys, then its data, and says so to the province.

The keys go first. From then on the files cannot be read by anybody, whatever happens next; what is left is tidying, which is
gone on with at the next start. The note that remembers this holds nothing but an address and a signed receipt.
"""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qms_desktop import keys as secret
from qms_desktop.keys import Keys
from qms_desktop.paths import Paths

if TYPE_CHECKING:
    from sync.client.packets import Post
    from sync.client.rounds import Rounds
    from sync.stick.last_word import Release

NOTE = "revoked.json"
MOST_BYTES = 1_000_000
"""Of a release: some thousand leaves."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a PC still knows after it left: where to hand in its receipt, and whether that was done."""

    url: str
    receipt: bytes
    handed_in: bool = False


def hand_over(rounds: "Rounds", carry: Callable[[], bool], url: str, paths: Paths, keys: Keys) -> Note:
    """The last visit; afterwards nobody can read the data on this PC. SyncError: nothing was destroyed, try again."""
    from sync.client.farewell import farewell

    note = Note(url, farewell(rounds, carry))
    write_note(paths, note)
    destroy_keys(keys)
    return note


def release_in(file: Path) -> "Release | None":
    """The province's release on a stick; None for any other file, also one that cannot be read."""
    from sync.stick.last_word import read_release

    try:
        with file.open("rb") as stream:
            return read_release(stream.read(MOST_BYTES))
    except OSError:
        return None


def hand_over_by_stick(word: "Release", post: "Post", file: Path, paths: Paths, keys: Keys) -> Note:
    """The same for a PC without a line, which handed everything over in packets; its receipt is left beside the release.

    PacketFault or KeyFault: the province did not release just what is held here, and nothing was destroyed.
    """
    from sync.rights.wiping import Receipt, sign_receipt
    from sync.stick.last_word import spell_receipt

    credentials = post.credentials
    leaves = [leaf.id for scope in credentials.scopes for leaf in post.log.leaves(scope)]
    word.check(credentials.replica, leaves, credentials.province_key)
    receipt = Receipt(credentials.replica, credentials.server, post.clock())
    note = Note(credentials.url, sign_receipt(receipt, post.sign_private))
    write_note(paths, note)
    destroy_keys(keys)
    with suppress(OSError):
        receipt_beside(file).write_bytes(spell_receipt(note.receipt))
    return note


def receipt_beside(file: Path) -> Path:
    """Where the receipt lies on the stick."""
    return file.with_name(f"{file.stem}.bien-nhan{file.suffix}")


def destroy_keys(keys: Keys) -> None:
    """Without them database, backups and attachments on this PC are noise."""
    for name in (secret.DATABASE, secret.WRAPPING, secret.SIGNING, secret.PROXY):
        keys.delete(name)


def erase(paths: Paths) -> None:
    """Delete database, backups, attachments, printed files and logs. The database must be closed."""
    kept = paths.data / NOTE
    for path in paths.data.iterdir() if paths.data.exists() else ():
        if path != kept:
            _remove(path)


def report(paths: Paths) -> bool:
    """Hand the receipt in, if that was not done; whether the province has it. SyncError when the road failed."""
    from sync.client.farewell import hand_in
    from sync.client.http import Road

    note = read_note(paths)
    if note is None or note.handed_in:
        return note is not None
    road = Road(note.url)
    try:
        hand_in(road, note.receipt)
    finally:
        road.close()
    write_note(paths, Note(note.url, note.receipt, handed_in=True))
    return True


def read_note(paths: Paths) -> Note | None:
    """The note of a PC that left, None on any other."""
    try:
        said = json.loads((paths.data / NOTE).read_text("utf-8"))
        return Note(str(said["url"]), bytes.fromhex(said["receipt"]), said["handed_in"] is True)
    except FileNotFoundError:
        return None


def forget(paths: Paths) -> bool:
    """Let go of the note when the PC is set up anew; False while its receipt has not been handed in."""
    note = read_note(paths)
    if note is not None and note.handed_in:
        (paths.data / NOTE).unlink()
    return note is None or note.handed_in


def write_note(paths: Paths, note: Note) -> None:
    """Keep the note, whole or not at all."""
    content = {"url": note.url, "receipt": note.receipt.hex(), "handed_in": note.handed_in}
    beside = paths.data / f"{NOTE}.new"
    beside.write_text(json.dumps(content), "utf-8")
    beside.replace(paths.data / NOTE)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
