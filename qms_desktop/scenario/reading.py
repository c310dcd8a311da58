"""From a scenario's JSON to a checked Scenario: liberal in what may be left out, strict in what makes no sense."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.procedure_content import Paper, ProcedureContent
from qms_desktop.domain.records.dossiers import (
    APPLICANT_KINDS,
    CHANNELS,
    DOSSIER,
    PAPER_STATES,
    TRANSITIONS,
    Transition,
    transition,
)
from qms_desktop.domain.text import fold, nfc, parse_date
from qms_desktop.domain.values import read
from qms_desktop.scenario.model import (
    Action,
    Answer,
    Applicant,
    Edit,
    GivenPaper,
    Network,
    Scenario,
    ScenarioDossier,
    ScenarioPc,
)
from qms_desktop.scenario.shapes import (
    ScenarioError,
    distinct,
    flag,
    moment,
    obj,
    one_of,
    rows,
    whole,
    words,
)

ACTION_ALIASES: Mapping[str, str] = {
    "pause_for_papers": "request_supplement",
    "pause": "request_supplement",
    "resume": "supplement_received",
}
KEY_ALIASES: Mapping[str, str] = {
    "unit_code": "unit",
    "start_time": "start",
    "procedure_code": "procedure",
    "received_at": "received",
    "time": "at",
    "action": "do",
}
ACTION_NAMES = frozenset(move.name for move in TRANSITIONS)
EDITABLE_FIELDS = frozenset(f.name for f in DOSSIER.fields if f.entered and f.name != "channel")
TAKE_WORDS = frozenset({"mine", "theirs"})
DEFAULT_PCS = ("pc1", "pc2")
DEFAULT_START = time(7, 0)
_MOST_TIMES = 50


def load_scenario(
    path: Path,
    *,
    procedures: Mapping[str, ProcedureContent],
    units: Collection[str],
    citizens: Mapping[str, Applicant] | None = None,
) -> Scenario:
    """Read a scenario file; raises ScenarioError when it cannot be read or makes no sense."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ScenarioError(path.name, "không mở được tệp") from error
    except (ValueError, RecursionError) as error:
        raise ScenarioError(path.name, "không phải là JSON viết bằng UTF-8") from error
    return read_scenario(raw, procedures=procedures, units=units, citizens=citizens)


def read_scenario(
    raw: object,
    *,
    procedures: Mapping[str, ProcedureContent],
    units: Collection[str],
    citizens: Mapping[str, Applicant] | None = None,
) -> Scenario:
    """Check a scenario against the known procedures (by code), unit codes and named citizens (by id)."""
    reader = _Reader(obj(_usual_keys(raw), ""), procedures, units, citizens or {})
    return reader.scenario()


def read_citizens(raw: object, *, today: date) -> dict[str, Applicant]:
    """The invented citizens of the demo by their id; raises ScenarioError on a wrong shape."""
    return {words(row, "id", where): _applicant(row, where, today) for row, where in rows(obj(raw, ""), "citizens")}


class _Reader:
    """One reading of one scenario: what is known so far, and the checks that need it."""

    def __init__(
        self,
        raw: Mapping[str, Any],
        procedures: Mapping[str, ProcedureContent],
        units: Collection[str],
        citizens: Mapping[str, Applicant],
    ) -> None:
        self.raw = raw
        self.procedures = procedures
        self.units = units
        self.citizens = citizens
        self.start = self._start()
        self.pcs = self._pcs()
        self.last_received = self.start

    def scenario(self) -> Scenario:
        unit = words(self.raw, "unit", "")
        if unit not in self.units:
            raise ScenarioError("unit", f"không có đơn vị mã “{unit}” trong danh mục")
        dossiers = self._dossiers()
        self.last_received = max(d.received for d in dossiers)
        edits = tuple(self._edit(row, where, dossiers) for row, where in rows(self.raw, "edits"))
        shared = {e.dossier for e in edits if e.pc != next(d.pc for d in dossiers if d.id == e.dossier)}
        return Scenario(
            title=words(self.raw, "title", "", "Kịch bản không tên"),
            unit=unit,
            start=self.start,
            pcs=self.pcs,
            dossiers=tuple(_shared(d, d.id in shared) for d in dossiers),
            edits=edits,
            answers=tuple(self._answer(row, where, dossiers) for row, where in rows(self.raw, "answers")),
            network=_network(self.raw.get("network")),
        )

    def _start(self) -> datetime:
        if self.raw.get("start") not in (None, ""):
            return moment(self.raw["start"], "start", None)
        given = rows(self.raw, "dossiers")
        days = [moment(row.get("received"), f"{where}.received", None).date() for row, where in given]
        if not days:
            raise ScenarioError("dossiers", "phải có ít nhất một hồ sơ")
        return datetime.combine(min(days), DEFAULT_START)

    def _pcs(self) -> tuple[ScenarioPc, ...]:
        given = self.raw.get("pcs") or list(DEFAULT_PCS)
        if not isinstance(given, list):
            raise ScenarioError("pcs", "phải là một danh sách")
        pcs = tuple(_pc(item, f"pcs[{i}]") for i, item in enumerate(given))
        distinct([pc.id for pc in pcs], "pcs")
        return pcs

    def _dossiers(self) -> tuple[ScenarioDossier, ...]:
        given = rows(self.raw, "dossiers")
        if not given:
            raise ScenarioError("dossiers", "phải có ít nhất một hồ sơ")
        found = tuple(self._dossier(row, where, i) for i, (row, where) in enumerate(given, start=1))
        distinct([d.id for d in found], "dossiers")
        return found

    def _dossier(self, row: Mapping[str, Any], where: str, number: int) -> ScenarioDossier:
        received = self._after_start(moment(row.get("received"), f"{where}.received", self.start), f"{where}.received")
        content = self._procedure(row, where, received.date())
        channel = one_of(row, "channel", where, [c.value for c in CHANNELS], "in_person")
        return ScenarioDossier(
            id=words(row, "id", where, f"hs{number}"),
            pc=self._pc_id(row, where, self.pcs[0].id),
            procedure=content.code,
            channel=channel,
            variant=_variant(row, where, content, channel),
            applicant=self._applicant(row.get("applicant"), f"{where}.applicant"),
            papers=_papers(row, where, content.papers),
            received=received,
            sets=whole(row, "sets", where, 1),
            note=words(row, "note", where, ""),
            result_place=words(row, "result_place", where, ""),
            before_cut=flag(row, "before_cut", where),
            actions=self._actions(row, where, received),
        )

    def _procedure(self, row: Mapping[str, Any], where: str, day: date) -> ProcedureContent:
        code = words(row, "procedure", where)
        content = self.procedures.get(code)
        if content is None:
            raise ScenarioError(f"{where}.procedure", f"không có thủ tục mã “{code}”")
        if not content.in_force_on(day):
            raise ScenarioError(f"{where}.procedure", f"thủ tục {code} không còn hiệu lực ngày {day:%d/%m/%Y}")
        return content

    def _applicant(self, raw: object, where: str) -> Applicant:
        if isinstance(raw, str) and raw.strip():
            known = self.citizens.get(raw.strip())
            return known or Applicant(nfc(raw).strip())
        return _applicant(obj(raw, where), where, self.start.date())

    def _actions(self, row: Mapping[str, Any], where: str, received: datetime) -> tuple[Action, ...]:
        actions: list[Action] = []
        last = received
        for item, place in rows(row, "actions", where):
            action = self._action(item, place, last)
            last = action.at
            actions.append(action)
        return tuple(actions)

    def _action(self, row: Mapping[str, Any], where: str, last: datetime) -> Action:
        word = words(row, "do", where)
        name = ACTION_ALIASES.get(word, word)
        if name not in ACTION_NAMES:
            known = ", ".join(sorted(ACTION_NAMES | set(ACTION_ALIASES)))
            raise ScenarioError(f"{where}.do", f"không có thao tác “{word}” (có: {known})")
        at = last + timedelta(minutes=10) if not row.get("at") else moment(row["at"], f"{where}.at", last)
        if at < last:
            raise ScenarioError(f"{where}.at", "sớm hơn việc ngay trước đó của hồ sơ")
        times = whole(row, "times", where, 1)
        reason, by = words(row, "reason", where, ""), words(row, "by", where, "")
        return Action(name, at, min(times, _MOST_TIMES), reason, by, _asked(row, where, transition(name), at))

    def _edit(self, row: Mapping[str, Any], where: str, dossiers: Iterable[ScenarioDossier]) -> Edit:
        dossier = _known_dossier(row, where, dossiers)
        at = self.last_received if not row.get("at") else moment(row["at"], f"{where}.at", self.start)
        if at < dossier.received:
            raise ScenarioError(f"{where}.at", f"sớm hơn lúc nhận hồ sơ {dossier.id}")
        field = one_of(row, "field", where, sorted(EDITABLE_FIELDS), None)
        if "value" not in row:
            raise ScenarioError(f"{where}.value", "thiếu giá trị mới")
        return Edit(self._pc_id(row, where, dossier.pc), dossier.id, field, words(row, "value", where, ""), at)

    def _answer(self, row: Mapping[str, Any], where: str, dossiers: Iterable[ScenarioDossier]) -> Answer:
        dossier = _known_dossier(row, where, dossiers)
        pc = self._pc_id(row, where, self.pcs[0].id)
        field = one_of(row, "field", where, sorted(EDITABLE_FIELDS), None)
        if "value" in row:
            return Answer(pc, dossier.id, field, "value", words(row, "value", where, ""))
        allowed = sorted(TAKE_WORDS) + [p.id for p in self.pcs]
        return Answer(pc, dossier.id, field, one_of(row, "take", where, allowed, "mine"))

    def _pc_id(self, row: Mapping[str, Any], where: str, default: str) -> str:
        given = _pc_name(row.get("pc"))
        return one_of({"pc": given}, "pc", where, [pc.id for pc in self.pcs], default)

    def _after_start(self, at: datetime, where: str) -> datetime:
        if at < self.start:
            raise ScenarioError(where, f"sớm hơn lúc bắt đầu kịch bản ({self.start:%H:%M %d/%m/%Y})")
        return at


def _usual_keys(raw: object) -> object:
    """The same JSON under the keys of this reader: records call some of them differently, and people mix the two."""
    if isinstance(raw, list):
        return [_usual_keys(item) for item in raw]
    if not isinstance(raw, Mapping):
        return raw
    renamed = {KEY_ALIASES.get(key, key): value for key, value in raw.items() if key in KEY_ALIASES}
    return {key: _usual_keys(value) for key, value in (renamed | dict(raw)).items()}


def _pc_name(raw: object) -> object:
    """A PC may be called 1, "1", "PC 1" or "pc1"; other names stand as they are."""
    text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if not isinstance(text, str):
        return text
    number = re.fullmatch(r"(?:pc)?[\s-]*(\d+)", text.strip().lower())
    return f"pc{number[1]}" if number else text.strip()


def _pc(raw: object, where: str) -> ScenarioPc:
    if not isinstance(raw, Mapping):
        raw = {"id": raw}
    found = words({"id": _pc_name(raw.get("id"))}, "id", where)
    return ScenarioPc(found, words(raw, "name", where, found), words(raw, "person", where, ""))


def _applicant(raw: Mapping[str, Any], where: str, today: date) -> Applicant:
    born = words(raw, "born", where, "")
    try:
        day = parse_date(born, today=today, birth=True).isoformat() if born else ""
    except InputError as error:
        raise ScenarioError(f"{where}.born", f"“{born}” không phải là ngày có thật") from error
    texts = {key: words(raw, key, where, "") for key in ("id_number", "phone", "address")}
    kind = one_of(raw, "kind", where, [c.value for c in APPLICANT_KINDS], "citizen")
    return Applicant(words(raw, "full_name", where), born=day, kind=kind, **texts)


def _variant(row: Mapping[str, Any], where: str, content: ProcedureContent, channel: str) -> str:
    variant = words(row, "variant", where, "")
    if variant and variant not in content.variants_for(channel):
        known = ", ".join(v for v in content.variants_for(channel) if v) or "không có"
        raise ScenarioError(f"{where}.variant", f"thủ tục {content.code} không có trường hợp “{variant}” (có: {known})")
    return variant


def _papers(row: Mapping[str, Any], where: str, wanted: tuple[Paper, ...]) -> tuple[GivenPaper, ...]:
    """The papers as they lie on the counter: those of the procedure in its order, then any others."""
    if row.get("papers") is None:
        return tuple(_as_asked(p, "ok" if p.required == "always" else "waived") for p in wanted)
    if not isinstance(row["papers"], list):
        raise ScenarioError(f"{where}.papers", "phải là một danh sách")
    given = [_given(item, f"{where}.papers[{i}]") for i, item in enumerate(row["papers"])]
    listed = [_match(paper, given) or _as_asked(paper, _unnamed(paper)) for paper in wanted]
    known = {fold(paper.name) for paper in listed}
    return (*listed, *(_counted(p) for p in given if fold(p.name) not in known))


def _unnamed(paper: Paper) -> str:
    return "missing" if paper.required == "always" else "waived"


def _as_asked(paper: Paper, state: str) -> GivenPaper:
    return GivenPaper(paper.name, paper.originals, paper.copies, state)


def _asked(row: Mapping[str, Any], where: str, move: Transition, at: datetime) -> tuple[tuple[str, str], ...]:
    """What the move asks for, as typed; what it needs must be there and be understood."""
    found: list[tuple[str, str]] = []
    for field in move.asks:
        typed = words(row, field.name, where, None if field.required else "")
        try:
            read(field, typed, today=at.date())
        except InputError as error:
            raise ScenarioError(f"{where}.{field.name}", error.what) from error
        if typed:
            found.append((field.name, typed))
    return tuple(found)


def _given(raw: object, where: str) -> GivenPaper:
    row = {"name": raw} if isinstance(raw, str) else obj(raw, where)
    state = one_of(row, "state", where, [c.value for c in PAPER_STATES], "ok")
    originals, copies = (whole(row, key, where, 0, least=0) for key in ("originals", "copies"))
    return GivenPaper(words(row, "name", where), originals, copies, state)


def _match(paper: Paper, given: list[GivenPaper]) -> GivenPaper | None:
    """The given paper meant by its name or by a beginning of it; counts that are not given are those asked for."""
    same = (g for g in given if fold(g.name) == fold(paper.name))
    begun = (g for g in given if fold(paper.name).startswith(fold(g.name)))
    found = next(same, None) or next(begun, None)
    if found is None:
        return None
    given.remove(found)
    asked = found.originals == found.copies == 0
    if asked:
        return _as_asked(paper, found.state)
    return replace(found, name=paper.name)


def _counted(paper: GivenPaper) -> GivenPaper:
    return paper if paper.originals or paper.copies else replace(paper, originals=1)


def _known_dossier(row: Mapping[str, Any], where: str, dossiers: Iterable[ScenarioDossier]) -> ScenarioDossier:
    wanted = words(row, "dossier", where)
    for dossier in dossiers:
        if dossier.id == wanted:
            return dossier
    raise ScenarioError(f"{where}.dossier", f"kịch bản không có hồ sơ “{wanted}”")


def _shared(dossier: ScenarioDossier, edited_elsewhere: bool) -> ScenarioDossier:
    return replace(dossier, before_cut=dossier.before_cut or edited_elsewhere)


def _network(raw: object) -> Network:
    if raw is None:
        return Network()
    row, usual = obj(raw, "network"), Network()
    return Network(
        whole(row, "delay_ms", "network", usual.delay_ms, least=0),
        whole(row, "bytes_per_second", "network", usual.bytes_per_second, least=1000),
        whole(row, "cuts", "network", usual.cuts, least=0),
    )
