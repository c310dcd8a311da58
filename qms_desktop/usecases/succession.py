"""A PC that became another one: put back from a backup, or its disk was copied. It writes under a new replica id.

The province hands roles that were granted for the PC it was on to the first that proves it was that PC. Where nothing can be
proved (the backup was put back on another PC) they hold here until a secretary or leader signs in, who grants them anew. On a
copy beside the one that goes on they hold no more until a secretary or leader says so. Grants for all PCs need nothing.
"""

from datetime import date

from qms_desktop.domain.fields import Values
from qms_desktop.domain.rights import SECRETARIES
from qms_desktop.store.unit import Change, UnitStore, create
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
    today = work.clock().date()

    def decide(view: View) -> list[Change]:
        here = work.store.replica
        held = {_key(grant) for grant in view.find("role_grant", replica=here)}
        grants = [grant for replica in former for grant in view.find("role_grant", replica=replica)]
        made.extend(_copy(work, grant, here) for grant in grants if _holds(grant, today) and _key(grant) not in held)
        return made

    work.store.act("role_grant.take_over", work.author, decide)
    work.store.forget_predecessors()
    return len(made)


def let_go(store: UnitStore) -> None:
    """On a copy of a PC that goes on elsewhere the old roles hold no more: its secretary or leader is asked (`grant_to_copy`)."""
    with store.view() as view:
        if (view.get("pc", store.replica) or {}).get("copy_of"):
            store.forget_predecessors()


def asked_about(view: View, replica: str, today: date) -> list[Values]:
    """What was granted for the PC that this one is a copy of, holds, and was not granted for this one too."""
    former = (view.get("pc", replica) or {}).get("copy_of")
    held = {_key(grant) for grant in view.find("role_grant", replica=replica)}
    grants = view.find("role_grant", replica=former) if former else []
    return [grant for grant in grants if _holds(grant, today) and _key(grant) not in held]


def grant_to_copy(work: Work, replica: str) -> None:
    """Grant for a copy what holds for the PC it was copied from. RightsError unless a secretary or leader is signed in."""
    work.session.demand(SECRETARIES, "giao quyền cho máy")

    def decide(view: View) -> list[Change]:
        return [_copy(work, grant, replica) for grant in asked_about(view, replica, work.clock().date())]

    work.store.act("role_grant.take_over", work.author, decide)


def _holds(grant: Values, today: date) -> bool:
    end = str(grant.get("valid_to") or "")
    return not grant.get("ended_at") and (not end or end >= today.isoformat())


def _key(grant: Values) -> tuple[str, str]:
    return str(grant.get("person")), str(grant.get("role"))


def _copy(work: Work, grant: Values, replica: str) -> Change:
    kept = {name: grant[name] for name in ("person", "role", "valid_from", "valid_to", "decision") if grant.get(name)}
    return create("role_grant", work.new_id(), {**kept, "replica": replica})
