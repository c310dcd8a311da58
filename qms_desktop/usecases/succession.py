"""A PC that became another one: put back from a backup, or its disk was copied. It writes under a new replica id.

Roles that were granted for the PC it was hold here until a secretary or leader signs in; then they are granted for the PC
it is, in the journal, so that every other PC and the province see who may act here. Grants for all PCs need nothing.
"""

from qms_desktop.domain.fields import Values
from qms_desktop.store.unit import Change, create
from qms_desktop.store.view import View
from qms_desktop.usecases.people import MASTER_EDITORS
from qms_desktop.usecases.work import Work


def take_over_grants(work: Work) -> int:
    """Grant for this PC what was granted for its predecessors and still holds; returns how many roles.

    Does nothing when the person signed in may not grant roles or there is no predecessor.
    """
    former = work.store.predecessors
    if not former or not work.session.roles & MASTER_EDITORS["role_grant"]:
        return 0
    made: list[Change] = []

    def decide(view: View) -> list[Change]:
        held = {_key(grant) for grant in view.find("role_grant", replica=work.store.replica)}
        grants = [grant for replica in former for grant in view.find("role_grant", replica=replica)]
        made.extend(_copy(work, grant) for grant in grants if _holds(grant, work) and _key(grant) not in held)
        return made

    work.store.act("role_grant.take_over", work.author, decide)
    work.store.forget_predecessors()
    return len(made)


def _holds(grant: Values, work: Work) -> bool:
    end = str(grant.get("valid_to") or "")
    return not grant.get("ended_at") and (not end or end >= work.clock().date().isoformat())


def _key(grant: Values) -> tuple[str, str]:
    return str(grant.get("person")), str(grant.get("role"))


def _copy(work: Work, grant: Values) -> Change:
    kept = {name: grant[name] for name in ("person", "role", "valid_from", "valid_to", "decision") if grant.get(name)}
    return create("role_grant", work.new_id(), {**kept, "replica": work.store.replica})
