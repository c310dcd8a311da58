"""Small parts for the tests of the exchange: drafts, keys and ids that need no thought."""

import hashlib
from collections.abc import Sequence

from sync.journal.entry import Draft, Entry, Op, Verb, Write, build
from sync.journal.keys import UnitKeys

SCOPE = "unit/29551/dossiers"
JOURNAL = "01JD0000000000000000000PC1"
UNIT_KEYS = UnitKeys({SCOPE: {1: bytes(range(32))}, "unit/29551/qms": {1: bytes(range(1, 33))}})


def token(seed: object, length: int = 32) -> str:
    """Hex text that depends on `seed` only."""
    return hashlib.sha256(repr(seed).encode()).hexdigest()[:length]


def change(record: str, field: str, value: str, replaces: Sequence[str] = (), personal: bool = False) -> Op:
    return Op("dossier", record, Verb.SET, (Write(field, value, tuple(replaces), personal),))


def draft(
    *ops: Op,
    after: Entry | None = None,
    scope: str = SCOPE,
    journal: str = JOURNAL,
    lam: int | None = None,
    reason: str = "",
    reason_personal: bool = False,
    arm: object = "",
) -> Draft:
    """A draft that follows `after` in its journal; another `arm` gives another action id."""
    n = after.n + 1 if after else 1
    return Draft(
        schema=1,
        scope=after.scope if after else scope,
        journal=after.journal if after else journal,
        n=n,
        prev=after.id if after else "",
        act="dossier.edit",
        aid=token((scope, journal, n, arm, repr(ops))),
        by="nguyen.van.an",
        at=1_763_800_000_000 + n,
        lam=lam or (after.lam + 1 if after else 1),
        ops=ops,
        reason=reason,
        reason_personal=reason_personal,
    )


def entry(*ops: Op, after: Entry | None = None, **rest: object) -> Entry:
    """A hashed entry without personal values."""
    return build(draft(*ops, after=after, **rest), None)[0]  # type: ignore[arg-type]
