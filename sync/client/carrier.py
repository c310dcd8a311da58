"""Carrying attachments to and from the province or a neighbour, one small piece at a time.

A piece is one request of a second or two, so that whoever calls `step` can look after every piece whether an entry waits, and
let it go first. What to carry is computed from what is here and what the other side says it holds, never from what was sent
before: nothing about it is remembered on the disk but the bytes themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from sync.client.credentials import Credentials
from sync.client.transport import Answer, Transport, judged, moment_of
from sync.errors import AccessFault, BlobFault, TransportFault
from sync.files.blobs import HEAD, Allowance, Freight, Piece, Stride, chunk_length, in_order, next_piece
from sync.files.shelf import Shelf
from sync.joining import access

ASKED_AT_ONCE = 200
LONGEST_STANDING = 16_384
ABSENT_MS = 5 * 60_000
"""How long before a side that lacks a file is asked for it again, and before one that would not take it is offered it again."""

STALE_MS = 24 * 3600_000
"""After this time even what the server said to hold is asked again: it may have been put back from an old copy."""

_Key = tuple[str, str]


class Hold(Protocol):
    """What the PC has and lacks."""

    @property
    def shelf(self) -> Shelf:
        """Where its sealed files lie."""

    def freight(self) -> Sequence[Freight]:
        """Every file that is named by a record here: to give if it is here, to fetch if not."""

    def allowance(self) -> Allowance:
        """What may move today."""

    def moved(self, count: int) -> None:
        """So many bytes of files moved."""

    def fits(self, freight: Freight, head: bytes, number: int, chunk: bytes) -> bool:
        """Whether a whole chunk that arrived is one of this file, as far as the unit's key can tell. head: of what arrived."""

    def arrived(self, freight: Freight) -> None:
        """A file is whole and verified."""

    def spoiled(self, freight: Freight) -> None:
        """The server hashed a file of this PC and found it wrong."""


@dataclass(frozen=True)
class Caller:
    """Signs each request on; verb and path are part of what is signed."""

    transport: Transport
    credentials: Credentials
    sign_private: bytes = field(repr=False)
    clock: Callable[[], int]
    entropy: Callable[[int], bytes]
    _skew: list[int] = field(default_factory=lambda: [0])

    def ask(self, verb: str, path: str, body: bytes = b"") -> Answer:
        """The server's good answer; a clock that is far off is mended by one more request."""
        try:
            return self._ask(verb, path, body)
        except AccessFault as fault:
            if fault.code != AccessFault.CLOCK:
                raise
        return self._ask(verb, path, body)

    def _ask(self, verb: str, path: str, body: bytes) -> Answer:
        moment = self.clock() + self._skew[0]
        nonce = self.entropy(access.NONCE_BYTES)
        signed = access.whole_request(verb, path, body)
        claim = access.sign(self.sign_private, self.credentials.server, self.credentials.replica, moment, nonce, signed)
        headers = {"Authorization": claim.header(), "Content-Type": "application/octet-stream"}
        answer = self.transport.ask(verb, path, body, headers)
        told = moment_of(answer)
        if told is not None:
            self._skew[0] = told - self.clock()
        return judged(answer)


@dataclass(frozen=True, slots=True)
class _Word:
    """What the other side said of one file: how much it holds, when, and whether it would not take it now."""

    there: int
    at: int
    declined: bool = False


@dataclass
class Carrier:
    """One PC's carriage of files over one road. Used by one thread.

    by: the neighbour at the other end, "" for the province. What comes of a file is kept apart by where it comes from, so that
    nobody can spoil what another brings.
    """

    hold: Hold
    caller: Caller
    stride: Stride = field(default_factory=Stride)
    by: str = ""
    _said: dict[_Key, _Word] = field(default_factory=dict)
    _refused: set[_Key] = field(default_factory=set)

    def step(self) -> bool:
        """Carry one piece; False when nothing is left, or nothing more may move now. SyncError when the road failed."""
        allowance = self.hold.allowance()
        if not allowance.permits(1):
            return False
        freight = in_order(self.hold.freight())
        unasked = [each for each in freight if self._must_ask(each)]
        if unasked:
            self._ask_standing([each for each in unasked if each.scope == unasked[0].scope][:ASKED_AT_ONCE])
            return True
        useful = next((each for each in freight if self._piece(each) is not None), None)
        if useful is None or (piece := self._piece(useful)) is None or not allowance.permits(piece.length):
            return False
        self._carry(useful, piece)
        return True

    def _piece(self, freight: Freight) -> Piece | None:
        """What is next of this file; None if it is through, cannot be had, or was refused."""
        word, size = self._said[_key(freight)], freight.blob.size
        if _key(freight) in self._refused or (word.declined if freight.up else word.there < size):
            return None
        held = word.there if freight.up else self.hold.shelf.held(freight.blob.name, by=self.by)
        return next_piece(size, held, self.stride.length)

    def _must_ask(self, freight: Freight) -> bool:
        """Whether it is not known, or no longer, what the other side holds of it."""
        word = self._said.get(_key(freight))
        if word is None:
            return True
        soon = word.declined if freight.up else word.there < freight.blob.size
        return abs(self.caller.clock() - word.at) > (ABSENT_MS if soon else STALE_MS)

    def _heard(self, freight: Freight, there: int, *, declined: bool = False) -> None:
        self._said[_key(freight)] = _Word(there, self.caller.clock(), declined)

    def _ask_standing(self, freight: Sequence[Freight]) -> None:
        body = b"".join(bytes.fromhex(each.blob.name) for each in freight)
        answer = self.caller.ask("POST", self._path(freight[0]), body)
        content = answer.whole(LONGEST_STANDING)
        self.hold.moved(len(body) + len(content))
        counts = _counts(content, len(freight))
        for each, count in zip(freight, counts, strict=True):
            self._heard(each, count)

    def _path(self, freight: Freight) -> str:
        return path_of(freight.scope, self.caller.credentials.unit)

    def _carry(self, freight: Freight, piece: Piece) -> None:
        began = self.caller.clock()
        try:
            (self._give if freight.up else self._fetch)(freight, piece)
        except TransportFault:
            self.stride = self.stride.broke()
            raise
        except BlobFault as fault:
            self._met(freight, fault)
        else:
            self.stride = self.stride.took(self.caller.clock() - began)

    def _give(self, freight: Freight, piece: Piece) -> None:
        data = self.hold.shelf.read(freight.blob.name, piece.start, piece.length)
        path = f"{self._path(freight)}/{freight.blob.name}/{piece.number}?at={piece.at}&size={freight.blob.size}"
        self.hold.moved(len(data))
        content = self.caller.ask("PUT", path, data).whole(LONGEST_STANDING)
        self._heard(freight, _counts(content, 1)[0])

    def _fetch(self, freight: Freight, piece: Piece) -> None:
        """Whatever of the piece arrives stays. A chunk that is whole is tried with the unit's key, the file by its hash."""
        name, size, at = freight.blob.name, freight.blob.size, piece.start
        path = f"{self._path(freight)}/{name}/{piece.number}?at={piece.at}&length={piece.length}"
        answer = self.caller.ask("GET", path)
        try:
            for data in answer.chunks:
                data = data[: piece.start + piece.length - at]
                self.hold.moved(len(data))
                held = self.hold.shelf.append(name, at, data, by=self.by)
                at += len(data)
                if held < at:
                    raise TransportFault(TransportFault.CUT, "what had come of the file is gone")
        finally:
            answer.close()
        if at < piece.start + piece.length:
            raise TransportFault(TransportFault.CUT, "the piece broke off")
        self._check_chunk(freight, piece)
        if at == size:
            self.hold.shelf.finish(name, size, by=self.by)
            self.hold.arrived(freight)

    def _check_chunk(self, freight: Freight, piece: Piece) -> None:
        name, length = freight.blob.name, chunk_length(freight.blob.size, piece.number)
        if piece.at + piece.length < length or self.hold.shelf.size(name) is not None:
            return
        start = piece.start - piece.at
        chunk = self.hold.shelf.arriving(name, start, length, by=self.by)
        if not self.hold.fits(freight, self.hold.shelf.arriving(name, 0, HEAD, by=self.by), piece.number, chunk):
            self.hold.shelf.take_back(name, start, by=self.by)
            raise BlobFault(BlobFault.WRONG, f"chunk {piece.number} is not of this file")

    def _met(self, freight: Freight, fault: BlobFault) -> None:
        """A refusal of one file never stops the others; the file is tried again later."""
        if fault.code == BlobFault.WRONG and freight.up:
            self._heard(freight, 0, declined=True)
            self.hold.spoiled(freight)
        elif fault.code in (BlobFault.MISSING, BlobFault.WRONG):
            self._heard(freight, 0, declined=freight.up)
        else:
            self._refused.add(_key(freight))


def path_of(scope: str, own: str) -> str:
    """Where a scope's files are asked for. The asking PC's own unit is not named; one that was merged into it is."""
    _, unit, area = scope.split("/")
    return f"/blobs/{area}" if unit == own else f"/blobs/{unit}.{area}"


def _key(freight: Freight) -> _Key:
    return freight.scope, freight.blob.name


def _counts(content: bytes, expected: int) -> list[int]:
    try:
        counts = msgspec.json.decode(content, type=list[int])
    except msgspec.MsgspecError as fault:
        raise TransportFault(TransportFault.REFUSED, "not how a server says what it holds") from fault
    if len(counts) != expected:
        raise TransportFault(TransportFault.REFUSED, "another number of files than asked for")
    return counts
