"""The kinds of records the product knows, one module per noun."""

from qms_desktop.domain.fields import RecordKind
from qms_desktop.domain.records.attachments import ATTACHMENT
from qms_desktop.domain.records.calendars import CALENDAR
from qms_desktop.domain.records.custody import ERASURE, VERDICT
from qms_desktop.domain.records.delegations import DELEGATION
from qms_desktop.domain.records.dossiers import APPLICANT, CLOCK_EVENT, DOSSIER, PRINT_JOB, STEP_RUN
from qms_desktop.domain.records.hand_overs import HAND_OVER, ORIGINAL_PAPER
from qms_desktop.domain.records.imports import IMPORT_TEMPLATE
from qms_desktop.domain.records.merging import CLOSING, HEIR, MERGER
from qms_desktop.domain.records.nonconformities import NONCONFORMITY
from qms_desktop.domain.records.people import PC, PERSON, POSITION, ROLE_GRANT, UNIT_KEY
from qms_desktop.domain.records.revisions import REVISION
from qms_desktop.domain.records.rule_answers import RULE_ANSWER
from qms_desktop.domain.records.units import OFFICE, UNIT

KINDS: tuple[RecordKind, ...] = (
    UNIT,
    MERGER,
    CLOSING,
    HEIR,
    OFFICE,
    POSITION,
    PERSON,
    ROLE_GRANT,
    PC,
    UNIT_KEY,
    CALENDAR,
    REVISION,
    APPLICANT,
    DOSSIER,
    STEP_RUN,
    CLOCK_EVENT,
    PRINT_JOB,
    IMPORT_TEMPLATE,
    ATTACHMENT,
    VERDICT,
    ERASURE,
    HAND_OVER,
    ORIGINAL_PAPER,
    DELEGATION,
    NONCONFORMITY,
    RULE_ANSWER,
)


def kind_named(name: str) -> RecordKind | None:
    """The definition of a kind of record, or None if this program does not know it."""
    return next((kind for kind in KINDS if kind.name == name), None)
