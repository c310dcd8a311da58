"""One exchange with one PC, from the first byte of its page to the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import Update

from sync.errors import WireError
from sync.exchange.guarded import GuardedLog
from sync.exchange.session import Limits, Session
from sync.joining.membership import UnitVerifier
from sync.journal.log import Log
from sync.server.accounts import Device
from sync.server.province import Province
from sync.server.visit import Visit
from sync.wire.messages import Page
from sync.wire.pages import PageReader, stream_page

ANSWER = Limits(page=1_000_000)
"""More than a PC pushes at once: an answer is made while it is sent, and whatever part of it arrives stays."""

SILENT = Limits(page=0)
"""A revoked PC is heard and told nothing."""

NO_UNIT = ""
"""The unit in the certificate of a server."""


class Meeting:
    """Hears a page as it arrives, commits frame by frame, and answers. Used by one thread at a time."""

    def __init__(self, province: Province, device: Device, limits: Limits = ANSWER) -> None:
        self._custody, self._units = province.custody, device.units
        self._mender = province.mender
        key = province.identity.province_key
        self._visit = Visit(province.log, device.replica, device.scopes)
        log, verifier = guarded(self._visit, key, device)
        self._session = Session(log, device.replica, province.identity.replica, device.scopes, verifier, limits)
        self._reader = PageReader()
        self._hash = hashlib.sha256()
        self.heard = 0

    @property
    def digest(self) -> bytes:
        """Of the bytes heard so far."""
        return self._hash.digest()

    def hear(self, chunk: bytes) -> None:
        """The next bytes of the page; every frame that became whole is committed before this returns."""
        self.heard += len(chunk)
        self._hash.update(chunk)
        with self._visit.step():
            for piece in self._reader.feed(chunk):
                if isinstance(piece, Page):
                    self._session.hear(piece)
                else:
                    self._session.take(piece)
                    self._stir()

    def _stir(self) -> None:
        for unit in self._units:
            self._custody.stir(unit)

    def answer(self, marks: Sequence[Update] = ()) -> Iterator[bytes]:
        """The server's page, once the PC's page is whole, each frame when it is asked for.

        `marks` are stored with what the PC reported, before the first byte is handed out. Between frames nothing stays open.
        """
        if not self._reader.complete:
            raise WireError(WireError.MALFORMED, "the page is cut")
        loud = [unit for unit in self._units if not self._custody.quiet(unit)]
        for unit in loud:
            self._custody.settle(unit)
        if loud:
            self._visit.renew()
        with self._visit.step():
            doubtful = self._session.outcome.mismatched
        for scope in doubtful:
            self._mender.mend(scope)
            self._visit.renew()
        with self._visit.step():
            page, frames = self._session.speak()
            self._visit.keep(marks)
        return stream_page(page, self._steps(frames))

    def _steps(self, frames: Iterator[bytes]) -> Iterator[bytes]:
        while True:
            with self._visit.step():
                frame = next(frames, None)
            if frame is None:
                return
            yield frame

    def counts(self) -> dict[str, int]:
        """How much moved so far, for the server's own log."""
        sent, received = self._session.moved
        return {"received": received, "sent": sent}


def guarded(log: Log, province_key: bytes, device: Device) -> tuple[GuardedLog, UnitVerifier]:
    """The log as this PC may fill it, and whom it may hand over: in each unit's scopes that unit's own PCs."""
    units = {unit: UnitVerifier(province_key, unit, log.certificate) for unit in device.units} if device.former else None
    servers = UnitVerifier(province_key, NO_UNIT, log.certificate)
    return GuardedLog(log, servers, units), UnitVerifier(province_key, device.unit, log.certificate, device.former)
