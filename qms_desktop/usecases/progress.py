"""Moving a dossier: each permitted transition as one command with its guard, its reason and its author (domain-model d.3)."""

from dataclasses import dataclass, replace
from datetime import datetime

from qms_desktop.domain.errors import InputError, RuleError
from qms_desktop.domain.fields import Field, Value, Values
from qms_desktop.domain.procedure_content import Step
from qms_desktop.domain.records import dossiers
from qms_desktop.domain.records.dossiers import DOSSIER, State, Transition
from qms_desktop.store.unit import Change, create, put
from qms_desktop.store.view import View
from qms_desktop.usecases import clock, procedures
from qms_desktop.usecases.unseen import demand_seen
from qms_desktop.usecases.work import Session, Work

_EDITORS = frozenset({"CL", "SP", "SH", "LD"})
_DUE_NOT_LATER = "Ngày hẹn mới phải sau ngày hẹn hiện tại."


@dataclass(frozen=True, slots=True)
class _After:
    """The rule of an extension: the new day comes after the present one (ISO days)."""

    day: str

    def __call__(self, value: Value) -> str | None:
        return None if str(value)[:10] > self.day else _DUE_NOT_LATER


def actions_for(view: View, dossier: str, session: Session) -> list[Transition]:
    """The moves this person may make with the dossier now, in the order of the process."""
    record = view.get("dossier", dossier)
    if record is None:
        return []
    state = State(str(record.get("state") or State.RECEIVED))
    last = _next_step(steps_of(view, record), str(record.get("step") or "")) is None
    return [
        move
        for move in dossiers.TRANSITIONS
        if state in move.sources and move.roles & session.roles and not (move.name == "forward" and last)
    ]


def asked_for(record: Values, move: Transition) -> tuple[Field, ...]:
    """What the move asks besides its reason; ``default`` is what is known already, ``check`` the rule for this dossier."""
    return tuple(_for_record(field, record) for field in move.asks)


def _for_record(field: Field, record: Values) -> Field:
    if field.name == "new_due":
        return replace(field, check=_later_than_due(record))
    applicant = record.get("applicant_name") if field.name == "delivered_to" else None
    return replace(field, default=record.get(field.name) or applicant)


def _later_than_due(record: Values) -> _After:
    return _After(str(record.get("due") or record.get("original_due") or "")[:10])


def perform(work: Work, dossier: str, name: str, reason: str = "", extra: Values | None = None) -> None:
    """Make one move. ``extra`` carries what the move asks for: ``assignee`` (forward), ``new_due`` (extend), ``delivered_to``
    (deliver), ``result_number``, ``result_signer`` (result_ready), ``at`` (a true time other than now, for paper fallback).

    Raises RightsError, RuleError (not possible in this state), InputError (reason or value missing).
    """
    move = dossiers.transition(name)
    work.session.demand(move.roles, f"“{move.label}”")
    if move.reason_required and not reason.strip():
        raise InputError("QMS-132", f"Chưa ghi lý do cho việc “{move.label}”.", do="Hãy ghi lý do rồi làm lại.")
    details = dict(extra or {})

    def decide(view: View) -> list[Change]:
        record = _demand_state(view, dossier, move)
        return _MOVES[name](view, work, record, reason.strip(), details)

    work.store.act(f"dossier.{name}", work.author, decide, reason=reason.strip())


def _demand_state(view: View, dossier: str, move: Transition) -> dict[str, Value]:
    record = view.get("dossier", dossier)
    if record is None:
        raise RuleError("QMS-211", "Không tìm thấy hồ sơ này.", do="Hãy mở lại từ sổ hồ sơ.")
    if State(str(record.get("state"))) not in move.sources:
        state = DOSSIER.field("state").option_label(record.get("state"))
        raise RuleError(
            "QMS-212",
            f"Hồ sơ đang ở trạng thái “{state}” nên không thể “{move.label}”.",
            do="Hãy mở lại hồ sơ để xem trạng thái mới.",
        )
    return record


def steps_of(view: View, record: Values) -> tuple[Step, ...]:
    """The steps of the pinned procedure for the dossier's channel and variant."""
    revision = view.get("revision", str(record.get("revision") or ""))
    if revision is None:
        return ()
    return procedures.content_of(revision).steps_for(str(record.get("channel") or ""), str(record.get("variant") or ""))


def _next_step(steps: tuple[Step, ...], code: str) -> Step | None:
    codes = [step.code for step in steps]
    if code not in codes:
        return steps[0] if steps else None
    place = codes.index(code) + 1
    return steps[place] if place < len(steps) else None


def _previous_step(steps: tuple[Step, ...], code: str) -> Step | None:
    codes = [step.code for step in steps]
    place = codes.index(code) - 1 if code in codes else -1
    return steps[place] if place >= 0 else None


def _moment(work: Work, details: Values) -> datetime:
    given = details.get("at")
    return datetime.fromisoformat(str(given)) if given else work.clock()


def _text(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _end_run(view: View, record: Values, at: datetime, outcome: str, note: str) -> list[Change]:
    running = [run for run in view.find("step_run", dossier=record["id"]) if not run.get("ended_at")]
    ended: dict[str, Value] = {"ended_at": _text(at), "outcome": outcome, **({"note": note} if note else {})}
    return [put("step_run", str(run["id"]), ended) for run in running]


def _named_last_run(view: View, work: Work, record: Values) -> list[Change]:
    """A running step without a name was done by whoever ends it."""
    running = [run for run in view.find("step_run", dossier=record["id"]) if not run.get("ended_at")]
    return [put("step_run", str(run["id"]), {"assignee": work.session.person}) for run in running if not run.get("assignee")]


def _start_run(view: View, work: Work, record: Values, step: Step, at: datetime, assignee: str) -> Change:
    values = clock.step_values(view, str(record["id"]), step, at)
    people = {"assignee": assignee, "handed_by": work.session.person}
    return create("step_run", work.new_id(), values | {name: value for name, value in people.items() if value})


def _clock(work: Work, record: Values, kind: str, at: datetime, details: Values | None = None) -> Change:
    given = {name: value for name, value in (details or {}).items() if value}
    return create("clock_event", work.new_id(), {"dossier": record["id"], "kind": kind, "at": _text(at), **given})


def _progress(record: Values, state: State, details: Values | None = None) -> Change:
    kept: dict[str, Value] = {"state": state.value, "step": record.get("step") or ""}
    return put("dossier", str(record["id"]), {**kept, **(details or {})})


def _forward(view: View, work: Work, record: Values, reason: str, details: Values) -> list[Change]:
    step = _next_step(steps_of(view, record), str(record.get("step") or ""))
    if step is None:
        raise RuleError("QMS-213", "Hồ sơ đã ở bước cuối của quy trình.", do="Hãy dùng “Có kết quả” hoặc “Trả kết quả”.")
    at, assignee = _moment(work, details), str(details.get("assignee") or "")
    return [
        *_end_run(view, record, at, "forward", reason),
        _start_run(view, work, record, step, at, assignee),
        _progress(record, State.PROCESSING, {"step": step.code, "holder": assignee or None}),
    ]


def _back(view: View, work: Work, record: Values, reason: str, details: Values) -> list[Change]:
    step = _previous_step(steps_of(view, record), str(record.get("step") or ""))
    if step is None:
        raise RuleError("QMS-214", "Hồ sơ đang ở bước đầu tiên, không có bước trước để trả lại.", do="Hãy xử lý tiếp bước này.")
    at, assignee = _moment(work, details), str(details.get("assignee") or "")
    return [
        *_end_run(view, record, at, "back", reason),
        _start_run(view, work, record, step, at, assignee),
        _progress(record, State.PROCESSING, {"step": step.code, "holder": assignee or None}),
    ]


def _request_supplement(view: View, work: Work, record: Values, reason: str, details: Values) -> list[Change]:
    asked = [
        event for event in view.find("clock_event", dossier=record["id"], kind="pause") if event.get("cause") == "supplement"
    ]
    limit = _supplement_limit(view, work)
    if len(asked) >= limit:
        raise RuleError(
            "QMS-215",
            f"Hồ sơ đã được yêu cầu bổ sung {len(asked)} lần, đơn vị quy định tối đa {limit} lần.",
            do="Hãy trao đổi với lãnh đạo để quyết định bước tiếp theo.",
        )
    at = _moment(work, details)
    return [
        _clock(work, record, "pause", at, {"cause": "supplement", "reason": reason}),
        _progress(record, State.AWAITING_CITIZEN),
    ]


def _supplement_limit(view: View, work: Work) -> int:
    office = view.get("office", f"office-{work.store.unit_code}") or {}
    limit = office.get("supplement_limit")
    return limit if isinstance(limit, int) else 1


def _supplement_received(view: View, work: Work, record: Values, reason: str, details: Values) -> list[Change]:
    at = _moment(work, details)
    papers: dict[str, Value] = {"papers": details["papers"]} if "papers" in details else {}
    return [_clock(work, record, "resume", at, {"reason": reason}), _progress(record, State.PROCESSING, papers)]


def _result_ready(view: View, work: Work, record: Values, reason: str, details: Values) -> list[Change]:
    """The clock stops. The last step, which hands the result over, is begun here or runs on until it is delivered."""
    at, steps = _moment(work, details), steps_of(view, record)
    changes = [_clock(work, record, "stop", at)]
    given = {name: details[name] for name in ("result_number", "result_signer") if details.get(name)}
    values: dict[str, Value] = {"finished_at": _text(at), **given}
    if steps and record.get("step") != steps[-1].code:
        counter = str(record.get("received_by") or "")
        changes += _end_run(view, record, at, "done", reason)
        changes.append(_start_run(view, work, record, steps[-1], at, counter))
        values |= {"step": steps[-1].code, "holder": counter or None}
    return [*changes, _progress(record, State.RESULT_READY, values)]


def _deliver(view: View, work: Work, record: Values, reason: str, details: Values) -> list[Change]:
    at = _moment(work, details)
    receiver = details.get("delivered_to") or record.get("applicant_name")
    papers = [{**row, "held": False} for row in _papers(record)]
    values: dict[str, Value] = {"delivered_at": _text(at), "delivered_to": receiver, "papers": list(papers)}
    ended = [*_named_last_run(view, work, record), *_end_run(view, record, at, "done", reason)]
    return [*ended, _progress(record, State.CLOSED, values)]


def _papers(record: Values) -> list[dict[str, Value]]:
    rows = record.get("papers")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _withdraw(view: View, work: Work, record: Values, reason: str, details: Values) -> list[Change]:
    at = _moment(work, details)
    papers: list[Value] = [{**row, "held": False} for row in _papers(record)]
    return [
        *_end_run(view, record, at, "done", reason),
        _clock(work, record, "stop", at, {"reason": reason}),
        _progress(record, State.WITHDRAWN, {"papers": papers}),
    ]


def _extend(view: View, work: Work, record: Values, reason: str, details: Values) -> list[Change]:
    new_due = str(details.get("new_due") or "")
    if not new_due or _later_than_due(record)(new_due):
        raise InputError("QMS-133", _DUE_NOT_LATER, do="Hãy nhập lại ngày hẹn mới.")
    facts = {"reason": reason, "new_due": new_due, "authorised_by": work.session.person}
    return [_clock(work, record, "extend", _moment(work, details), facts), _progress(record, State.PROCESSING)]


_MOVES = {
    "forward": _forward,
    "back": _back,
    "request_supplement": _request_supplement,
    "supplement_received": _supplement_received,
    "result_ready": _result_ready,
    "deliver": _deliver,
    "withdraw": _withdraw,
    "extend": _extend,
}


def edit(work: Work, dossier: str, values: Values, seen: Values | None = None) -> None:
    """Correct the typed fields of a dossier; the pinned procedure, the clock and the state have their own commands.

    ``seen`` are the values the form showed: RuleError when one of the fields has changed since (see ``unseen``).
    """
    work.session.demand(_EDITORS, "sửa hồ sơ")
    for name in values:
        if not (DOSSIER.knows(name) and (DOSSIER.field(name).entered or name == "papers")):
            raise InputError("QMS-134", f"Ô “{name}” không sửa trực tiếp được.", do="Hãy dùng lệnh tương ứng của hồ sơ.")
    if "applicant_name" in values and not str(values["applicant_name"] or "").strip():
        raise InputError("QMS-130", "Chưa có tên người nộp hồ sơ.", do="Hãy nhập họ và tên người nộp.")

    def decide(view: View) -> list[Change]:
        demand_seen(DOSSIER, view.get("dossier", dossier) or {}, values, seen)
        return [put("dossier", dossier, dict(values))]

    work.store.act("dossier.edit", work.author, decide)
