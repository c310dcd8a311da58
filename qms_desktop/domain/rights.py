"""Which role may write which kind of record: one table for the use cases of a PC and for the province (domain-model d.5).

The province judges every entry by it (``sync/rights/rights.py``). It cannot read sealed values, so a rule may rest on kind,
field and plain value only.
"""

from collections.abc import Collection, Mapping

from qms_desktop.domain.fields import Area, Value
from qms_desktop.domain.records import kind_named

PROVINCE: frozenset[str] = frozenset()
"""Nobody in a commune."""

STAFF = frozenset({"CL", "SP", "SH", "LD", "AR"})
LEADERS = frozenset({"LD"})
SECRETARIES = frozenset({"IS", "LD"})
KEEPERS = frozenset({"IS", "SY", "LD"})
APPROVERS = frozenset({"LD", "PA"})
DRAFTERS = frozenset({"IS", "LD", "PA", "SP", "SH"})
EXTENDERS = frozenset({"LD", "SH"})
MACHINE = "pc"
"""The person named in what a PC's own command line imports; it may draft and nothing else."""

WRITERS: Mapping[str, frozenset[str]] = {
    "office": KEEPERS,
    "position": KEEPERS,
    "person": KEEPERS,
    "pc": KEEPERS,
    "unit_key": KEEPERS,
    "role_grant": SECRETARIES,
    "calendar": SECRETARIES,
    "revision": DRAFTERS,
    "dossier": STAFF,
    "step_run": STAFF,
    "clock_event": STAFF,
    "hand_over": STAFF,
    "original_paper": STAFF,
    "delegation": STAFF | SECRETARIES,
    "applicant": STAFF,
    "rule_answer": STAFF | SECRETARIES,
    "erasure": LEADERS,
    "verdict": PROVINCE,
    "unit": PROVINCE,
    "merger": PROVINCE,
    "closing": PROVINCE,
    "heir": PROVINCE,
}
"""Kinds that are not named (print jobs, and what a newer program knows) may be written by anybody who has a role."""

PROVINCE_FIELDS = frozenset(
    {
        ("pc", "letter"),
        ("pc", "certificate"),
        ("pc", "enrolled_at"),
        ("pc", "revoked_at"),
        ("pc", "revoked_cut"),
        ("pc", "follows"),
        ("pc", "copy_of"),
        ("pc", "wiped_at"),
        ("pc", "wipe_receipt"),
        ("role_grant", "cut"),
        ("erasure", "accepted"),
        ("erasure", "accepted_at"),
        ("erasure", "refused"),
    }
)
_DECISIONS: Mapping[tuple[str, str, Value], frozenset[str]] = {
    ("revision", "stage", "approved"): APPROVERS,
    ("clock_event", "kind", "extend"): EXTENDERS,
    ("clock_event", "kind", "refuse_extend"): EXTENDERS,
    ("clock_event", "kind", "reopen"): LEADERS,
}


def wanted(kind: str, values: Mapping[str, Value], fields: Collection[str]) -> frozenset[str] | None:
    """Roles of which one suffices to write these fields; empty: only the province; None: any role.

    `values` are those that can be read, `fields` all that are written.
    """
    if any((kind, name) in PROVINCE_FIELDS for name in fields):
        return PROVINCE
    if kind == "pc" and "revoke_asked" in fields:
        return SECRETARIES
    for (of, name, value), roles in _DECISIONS.items():
        if of == kind and values.get(name) == value:
            return roles
    return WRITERS.get(kind)


def in_order(kind: str, area: Area, plain: Mapping[str, Value]) -> bool:
    """Whether the values that came in clear may be there: the kind belongs in the area, and nothing personal is open.

    Kinds and fields this program does not know are in order: a newer one may know them.
    """
    known = kind_named(kind)
    if known is None:
        return True
    if area not in known.areas:
        return False
    return not any(value is not None and known.knows(name) and known.personal(name, area) for name, value in plain.items())
