"""The line is back, slow and breaking off: PCs meet again, what they changed apart is merged, and questions are answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from qms_desktop.demo.clerk import typed
from qms_desktop.demo.ground import JourneyFault, Pc
from qms_desktop.demo.summary import QuestionLine
from qms_desktop.demo_proxy import BadLine
from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.scenario import Answer, Network, Scenario
from qms_desktop.store.questions import Question
from sync.errors import SyncError

_SHORTEST_CUT = 1_200
_MOST_ATTEMPTS = 40


def reunite(
    scenario: Scenario, pcs: Sequence[Pc], records: Mapping[str, str], line: BadLine, say: Callable[[str], None]
) -> QuestionLine:
    """Exchange over the bad line, answer what the scenario answers, exchange again; returns the count of questions."""
    _spoil(line, scenario.network)
    for pc in [*pcs, *pcs[:-1]]:
        _exchange_until_done(pc, line, scenario.network.cuts)
    say(f"   Đường truyền đứt {line.meter.cuts} lần; mỗi lần máy đi tiếp từ chỗ đã nhận.")
    if line.meter.cuts < scenario.network.cuts:
        say(f"   Kịch bản muốn đứt {scenario.network.cuts} lần, nhưng dữ liệu phải gửi, nhận đã qua hết trước đó.")
    opened = max(len(_questions(pc)) for pc in pcs)
    for pc in pcs:
        pc.clerk.look("questions")
    answered = 0
    for answer in scenario.answers:
        answered += _answer(scenario, pcs, records[answer.dossier], answer, say)
    line.change(cut_up=None, cut_down=None)
    for pc in [*pcs, *pcs[:-1]]:
        _exchange_until_done(pc, line, 0)
    left = max(len(_questions(pc)) for pc in pcs)
    say(f"   Câu hỏi: mở {opened}, đã trả lời {answered}, còn {left}.")
    return QuestionLine(opened, answered, left)


def _spoil(line: BadLine, network: Network) -> None:
    line.change(down=False, delay_s=network.delay_ms / 1000, rate=network.bytes_per_second)


def _exchange_until_done(pc: Pc, line: BadLine, cuts: int) -> None:
    """Try as a person would who presses "Đồng bộ ngay" again; the line breaks off until it has done so often enough."""
    for attempt in range(_MOST_ATTEMPTS):
        breaks = line.meter.cuts < cuts
        line.change(cut_down=_SHORTEST_CUT * (attempt + 1) if breaks else None)
        try:
            return pc.clerk.exchange()
        except SyncError:
            continue
    raise JourneyFault(f"{pc.place.name} thử {_MOST_ATTEMPTS} lần vẫn không đồng bộ xong")


def _questions(pc: Pc) -> list[Question]:
    with pc.office.demand_store().view() as view:
        return view.questions()


def _answer(scenario: Scenario, pcs: Sequence[Pc], record: str, answer: Answer, say: Callable[[str], None]) -> int:
    pc = {pc.place.id: pc for pc in pcs}[answer.pc]
    question = next((q for q in _questions(pc) if (q.record, q.field) == (record, answer.field)), None)
    if question is None:
        say(f"   Không có câu hỏi nào về “{DOSSIER.field(answer.field).label}”: các máy ghi giống nhau.")
        return 0
    pc.clerk.answer(record, answer.field, _chosen(scenario, pc, question, answer))
    say(f"   {pc.place.name} trả lời câu hỏi về “{DOSSIER.field(answer.field).label}”.")
    return 1


def _chosen(scenario: Scenario, pc: Pc, question: Question, answer: Answer) -> Value:
    if answer.take == "value":
        return typed(pc.office, answer.field, answer.value)
    if answer.take == "theirs":
        own = _set_by(scenario, pc, answer.pc, answer)
        others = [standing.value for standing in question.values]
        return next((value for value in others if value not in own), others[-1])
    return _set_by(scenario, pc, answer.pc if answer.take == "mine" else answer.take, answer)[-1]


def _set_by(scenario: Scenario, at: Pc, writer: str, answer: Answer) -> list[Value]:
    """What a PC of the scenario set the field to, the last of it at most; the question names only one writer of each value."""
    made = [e for e in scenario.edits_of(writer) if (e.dossier, e.field) == (answer.dossier, answer.field)]
    return [typed(at.office, answer.field, edit.value) for edit in made[-1:]]
