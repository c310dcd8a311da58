"""Taking rights away: a PC that is lost, a role that ended (docs/sync-details.md, "Rights").

What is written here is a wish: only the province names the cut, so that two PCs can never cut each other off. The new key for
the PCs that are left is made at once.
"""

from qms_desktop.domain.errors import InputError, RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.rights import SECRETARIES
from qms_desktop.store.unit import Change, put
from qms_desktop.store.view import View
from qms_desktop.usecases import unit_keys
from qms_desktop.usecases.work import Work


def revoke_pc(work: Work, replica: str, reason: str) -> None:
    """Ask the province to shut a PC out, and seal from now on with a key it does not get."""
    work.session.demand(SECRETARIES, "thu hồi máy")
    _demand_reason(reason)
    if replica == work.store.replica:
        raise RuleError("QMS-241", "Không thu hồi được chính máy đang dùng.", do="Hãy làm việc này trên máy khác của đơn vị.")

    def decide(view: View) -> list[Change]:
        pc = view.get("pc", replica)
        if pc is None or pc.get("revoked_at") or pc.get("revoke_asked"):
            raise RuleError("QMS-242", "Máy này đã được thu hồi hoặc không có trong danh sách.", do="Hãy xem lại danh sách máy.")
        asked: dict[str, Value] = {"revoke_asked": _moment(work)}
        return [put("pc", replica, asked), *unit_keys.renewal(work, view, without=replica)]

    work.store.act("pc.revoke", work.author, decide, reason=reason.strip())
    unit_keys.take_keys(work.store, unit_keys.own_private(work.store))


def end_grant(work: Work, grant: str, reason: str) -> None:
    """End a role: what its holder did up to now stands, as far as the province has it."""
    work.session.demand(SECRETARIES, "thôi giao quyền")
    _demand_reason(reason)
    work.store.act("role_grant.end", work.author, lambda view: [ending(work, view, grant)], reason=reason.strip())


def ending(work: Work, view: View, grant: str) -> Change:
    """The change that ends a role; RuleError for the last one that could give roles."""
    row = view.get("role_grant", grant) or {}
    if row.get("ended_at"):
        raise RuleError("QMS-243", "Quyền này đã thôi giao.", do="Hãy xem lại danh sách phân quyền.")
    others = [other for other in view.find("role_grant") if other["id"] != grant and not other.get("ended_at")]
    if row.get("role") in SECRETARIES and not any(other.get("role") in SECRETARIES for other in others):
        raise RuleError(
            "QMS-244",
            "Đây là quyền thư ký hoặc lãnh đạo cuối cùng của đơn vị.",
            do="Hãy giao quyền đó cho người khác trước.",
        )
    ended: dict[str, Value] = {"ended_at": _moment(work)}
    return put("role_grant", grant, ended)


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise InputError("QMS-143", "Chưa ghi lý do.", do="Hãy ghi ngắn gọn vì sao thu hồi.")


def _moment(work: Work) -> str:
    return f"{work.clock():%Y-%m-%dT%H:%M}"
