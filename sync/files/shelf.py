"""Where sealed files lie: whole ones under their name, arriving ones beside them, as long as what came of them.

Both ends use it: a PC has one shelf for its unit, the province one for each area of each unit. What lies here is sealed
already, so a shelf needs no key. An arriving file only grows at its end and is flushed to the disk with each piece, so its
length *is* the memory of what came, also after a power cut. It gets its name only after all its bytes were hashed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Protocol

from sync.errors import BlobFault
from sync.files.blobs import CHUNK, Blob, checked_name

_PARTS = "parts"
_MAKING = ".making"


class Whole(Protocol):
    """Keeps whole files: a folder here; an object store needs no more than these five operations."""

    def size(self, name: str) -> int | None:
        """Bytes of the file, None if it is not here."""

    def read(self, name: str, start: int, length: int) -> bytes:
        """A part of a file; BlobFault MISSING if it is not here."""

    def keep(self, name: str, file: Path) -> None:
        """Take over a file whose hash is `name`; `file` is gone afterwards."""

    def drop(self, name: str) -> None:
        """Remove a file, if it is here."""

    def names(self) -> Iterator[str]:
        """Every file here."""


class Folder:
    """Whole files in a folder, spread over 256 below it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        """Where the file lies, if it is here."""
        return self.root / checked_name(name)[:2] / name

    def size(self, name: str) -> int | None:
        """See Whole."""
        try:
            return self.path(name).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, name: str, start: int, length: int) -> bytes:
        """See Whole."""
        try:
            with self.path(name).open("rb") as file:
                file.seek(start)
                return file.read(length)
        except FileNotFoundError as fault:
            raise BlobFault(BlobFault.MISSING, "this file is not here") from fault

    def keep(self, name: str, file: Path) -> None:
        """See Whole."""
        target = self.path(name)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.replace(target)
        _flush_folder(target.parent)

    def drop(self, name: str) -> None:
        """See Whole."""
        self.path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """See Whole."""
        for folder in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(file.name for file in folder.iterdir())


class Shelf:
    """Whole and arriving files. Any thread; `by` keeps apart what several callers bring of the same file."""

    def __init__(self, root: Path, whole: Whole | None = None) -> None:
        self._parts = root / _PARTS
        self.whole = whole or Folder(root)
        self._lock = threading.RLock()

    def size(self, name: str) -> int | None:
        """Bytes of a whole file, None if it is not whole here."""
        return self.whole.size(checked_name(name))

    def read(self, name: str, start: int, length: int) -> bytes:
        """A part of a whole file; BlobFault MISSING if it is not whole here."""
        return self.whole.read(checked_name(name), start, length)

    def chunks(self, name: str) -> Iterator[bytes]:
        """A whole file, chunk by chunk."""
        start = 0
        while chunk := self.read(name, start, CHUNK):
            yield chunk
            start += len(chunk)

    def held(self, name: str, by: str = "") -> int:
        """How many bytes from the beginning are here, of a whole or an arriving file."""
        found = self.size(name)
        return self._length(self._part(name, by)) if found is None else found

    def most(self, name: str) -> int:
        """How much has come of an arriving file from whoever brought most of it."""
        return max(map(self._length, self._parts.glob(f"{checked_name(name)}*")), default=0)

    def append(self, name: str, at: int, data: bytes, by: str = "") -> int:
        """Add what comes at `at` to an arriving file; how much is here afterwards.

        What is here already is not written again, and nothing is written beyond a gap: so a piece may come twice, or late.
        """
        with self._lock:
            if self.size(name) is not None:
                return self.held(name)
            part = self._part(name, by)
            length = self._length(part)
            fresh = data[length - at :] if at <= length else b""
            if fresh:
                part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with part.open("ab") as file:
                    file.write(fresh)
                    file.flush()
                    os.fsync(file.fileno())
            return length + len(fresh)

    def take_back(self, name: str, length: int, by: str = "") -> None:
        """Forget the end of an arriving file beyond `length` bytes: it was found to be wrong."""
        with self._lock, suppress(FileNotFoundError):
            os.truncate(self._part(name, by), length)

    def arriving(self, name: str, start: int, length: int, by: str = "") -> bytes:
        """A part of an arriving file, as far as it came."""
        try:
            with self._part(name, by).open("rb") as file:
                file.seek(start)
                return file.read(length)
        except FileNotFoundError:
            return b""

    def finish(self, name: str, size: int, by: str = "") -> None:
        """Make an arriving file a whole one; BlobFault WRONG if its bytes are not those of its name: they are dropped then."""
        with self._lock:
            if self.size(name) is not None:
                self._part(name, by).unlink(missing_ok=True)
                return
            part = self._part(name, by)
            if self._length(part) != size or _hash_of(part) != name:
                part.unlink(missing_ok=True)
                raise BlobFault(BlobFault.WRONG, "the bytes that came are not those of this name")
            self.whole.keep(name, part)
            for other in self._parts.glob(f"{name}*"):
                other.unlink(missing_ok=True)

    def add(self, chunks: Iterable[bytes], mark: str) -> Blob:
        """Keep a sealed file made here; its bytes are on the disk when this returns. `mark` is not used twice at a time."""
        making = self._parts / f"{mark}{_MAKING}"
        making.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest, size = sha256(), 0
        try:
            with making.open("wb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            name = digest.hexdigest()
            with self._lock:
                if self.size(name) is None:
                    self.whole.keep(name, making)
        finally:
            making.unlink(missing_ok=True)
        return Blob(name, size)

    def drop(self, name: str) -> None:
        """Remove a file and all that came of it."""
        with self._lock:
            self.whole.drop(checked_name(name))
            for part in self._parts.glob(f"{name}*"):
                part.unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Every whole file."""
        return self.whole.names()

    def arriving_bytes(self) -> int:
        """Bytes of all that is arriving."""
        return sum(self._length(part) for part in self._parts.glob("*"))

    def faults(self) -> Iterator[str]:
        """Names of whole files whose bytes are no longer what they were."""
        for name in self.names():
            digest = sha256()
            for chunk in self.chunks(name):
                digest.update(chunk)
            if digest.hexdigest() != name:
                yield name

    def clear(self, wanted: Collection[str], before: float) -> int:
        """Remove what nobody names and what a killed program left half made, if it is older than `before` (seconds since 1970).

        What is younger may be about to be named. Returns how many files went.
        """
        loose = [name for name in self.names() if name not in wanted]
        parts = [part for part in self._parts.glob("*") if part.name.partition(".")[0] not in wanted]
        old = [file for file in (*map(self._whole_file, loose), *parts) if file is not None and file.stat().st_mtime < before]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)

    def _whole_file(self, name: str) -> Path | None:
        return self.whole.path(name) if isinstance(self.whole, Folder) else None

    def _part(self, name: str, by: str) -> Path:
        if by and not by.isalnum():
            raise BlobFault(BlobFault.BAD_REQUEST, "no name of a caller")
        return self._parts / (f"{checked_name(name)}.{by}" if by else checked_name(name))

    @staticmethod
    def _length(part: Path) -> int:
        try:
            return part.stat().st_size
        except FileNotFoundError:
            return 0


def _hash_of(part: Path) -> str:
    with part.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _flush_folder(folder: Path) -> None:
    """A renamed file is safe from a power cut once its folder is; Windows does that by itself and refuses to be asked."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
