"""One exchange with one PC, from the first byte of its page to the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import Update

from sync.errors import WireError
from sync.exchange.guarded import GuardedLog
from sync.exchange.session import Limits, Session
from sync.joining.membership import UnitVerifier
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
        self._custody, self._unit = province.custody, device.unit
        self._mender = province.mender
        key = province.identity.province_key
        self._visit = Visit(province.log, device.replica, device.scopes)
        log = GuardedLog(self._visit, UnitVerifier(key, NO_UNIT, self._visit.certificate))
        verifier = UnitVerifier(key, device.unit, self._visit.certificate)
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
                    self._custody.stir(self._unit)

    def answer(self, marks: Sequence[Update] = ()) -> Iterator[bytes]:
        """The server's page, once the PC's page is whole, each frame when it is asked for.

        `marks` are stored with what the PC reported, before the first byte is handed out. Between frames nothing stays open.
        """
        if not self._reader.complete:
            raise WireError(WireError.MALFORMED, "the page is cut")
        if not self._custody.quiet(self._unit):
            self._custody.settle(self._unit)
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
