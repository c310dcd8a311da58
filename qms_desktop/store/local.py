"""What belongs to this PC alone and is never journalled: settings, PIN verifiers, drafts of forms."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

from qms_desktop.domain.errors import RightsError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.ids import Entropy
from qms_desktop.domain.text import clean
from qms_desktop.store.ledger import Ledger
from qms_desktop.store.values import composed

FREE_FAILURES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
_SALT_BYTES = 16

CREDENTIALS = "sync.credentials"
"""The setting that keeps what a PC knows of its province."""

PROOF = "sync.proof"
"""The setting that keeps the word of the PC that a backup is of: its new id, and the signature (sync/joining/following.py)."""


class Transactions(Protocol):
    """The part of the store that reads and writes in transactions."""

    def reading(self) -> AbstractContextManager[Ledger]:
        """A snapshot."""

    def writing(self) -> AbstractContextManager[Ledger]:
        """A write transaction."""


class LocalStore:
    """Settings, PINs and drafts in the office's encrypted database, on this PC only."""

    def __init__(self, store: Transactions, entropy: Entropy) -> None:
        self._store = store
        self._entropy = entropy

    def get_setting(self, key: str) -> str | None:
        """The text kept under `key`, None if there is none."""
        with self._store.reading() as ledger:
            row = ledger.connection.execute("SELECT value FROM setting WHERE name = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_setting(self, key: str, value: str) -> None:
        """Keep text under `key`."""
        with self._store.writing() as ledger:
            ledger.connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (key, clean(value)))

    def has_pin(self, person: str) -> bool:
        """Whether the person has set a PIN on this PC."""
        with self._store.reading() as ledger:
            return ledger.connection.execute("SELECT 1 FROM pin WHERE person = ?", (person,)).fetchone() is not None

    def set_pin(self, person: str, pin: str) -> None:
        """Set or replace a person's PIN; earlier failures are forgotten."""
        salt = self._entropy(_SALT_BYTES)
        with self._store.writing() as ledger:
            ledger.connection.execute(
                "INSERT OR REPLACE INTO pin (person, salt, verifier) VALUES (?, ?, ?)", (person, salt, _verifier(pin, salt))
            )

    def drop_pin(self, person: str) -> None:
        """Forget a person's PIN and its failures."""
        with self._store.writing() as ledger:
            ledger.connection.execute("DELETE FROM pin WHERE person = ?", (person,))

    def check_pin(self, person: str, pin: str, now: datetime) -> bool:
        """Whether the PIN is right; False for a person without one.

        After five failures in a row each further one locks the PIN, for 30 seconds at first and twice as long each time, an
        hour at most. RightsError QMS-306 while it is locked, even for the right PIN.
        """
        with self._store.writing() as ledger:
            row = ledger.connection.execute(
                "SELECT salt, verifier, failures, locked_until FROM pin WHERE person = ?", (person,)
            ).fetchone()
            if row is None:
                return False
            salt, verifier, failures, locked_until = row
            _check_lock(locked_until, now)
            right = hmac.compare_digest(_verifier(pin, salt), verifier)
            failures = 0 if right else failures + 1
            until = "" if failures < FREE_FAILURES else (now + _wait(failures)).isoformat(timespec="seconds")
            ledger.connection.execute("UPDATE pin SET failures = ?, locked_until = ? WHERE person = ?", (failures, until, person))
        return right

    def save_draft(self, form: str, content: Mapping[str, Value], now: datetime | None = None) -> None:
        """Keep what has been typed into a form, so that a crash loses nothing; one draft a form."""
        text = json.dumps(composed(dict(content)), ensure_ascii=False)
        saved_at = "" if now is None else now.isoformat(timespec="minutes")
        with self._store.writing() as ledger:
            ledger.connection.execute("INSERT OR REPLACE INTO draft VALUES (?, ?, ?)", (form, text, saved_at))

    def load_drafts(self) -> list[tuple[str, dict[str, Any], str]]:
        """The drafts kept: (form, content, when saved), the newest first."""
        with self._store.reading() as ledger:
            rows = ledger.connection.execute("SELECT form, content, saved_at FROM draft ORDER BY saved_at DESC, form").fetchall()
        return [(form, json.loads(content), saved_at) for form, content, saved_at in rows]

    def drop_draft(self, form: str) -> None:
        """Forget the draft of a form: it was saved or given up."""
        with self._store.writing() as ledger:
            ledger.connection.execute("DELETE FROM draft WHERE form = ?", (form,))


def _verifier(pin: str, salt: bytes) -> bytes:
    """scrypt with 16 MB: slow enough for short PINs, on a PC whose database is encrypted anyway."""
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


def _wait(failures: int) -> timedelta:
    doublings: int = min(failures - FREE_FAILURES, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _check_lock(locked_until: str, now: datetime) -> None:
    """A lock further away than the longest wait comes from a clock that was put back, and is void."""
    if not locked_until:
        return
    left = datetime.fromisoformat(locked_until) - now
    if timedelta(0) < left <= LONGEST_WAIT:
        seconds = int(left.total_seconds()) + 1
        wait = f"{seconds} giây" if seconds < 120 else f"{seconds // 60 + 1} phút"
        raise RightsError("QMS-306", "Đã gõ sai mã PIN nhiều lần.", do=f"Hãy đợi {wait} rồi gõ lại.")
