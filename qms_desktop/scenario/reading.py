"""From a scenario's JSON to a checked Scenario: liberal in what may be left out, strict in what makes no sense."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.procedure_content import ProcedureContent
from qms_desktop.domain.records.dossiers import (
    APPLICANT,
    APPLICANT_KINDS,
    CHANNELS,
    DOSSIER,
)
from qms_desktop.domain.text import fold, nfc, parse_date
from qms_desktop.scenario.keys import usual
from qms_desktop.scenario.model import (
    Answer,
    Applicant,
    Edit,
    Network,
    Scenario,
    ScenarioDossier,
    ScenarioPc,
)
from qms_desktop.scenario.moves import actions, readable
from qms_desktop.scenario.papers import papers
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

CHANNEL_ALIASES: Mapping[str, str] = {
    "direct": "in_person",
    "counter": "in_person",
    "web": "online",
    "postal": "post",
    "buu chinh": "post",
    **{fold(option.label): option.value for option in CHANNELS},
}
APPLICANT_KIND_ALIASES: Mapping[str, str] = {
    "ca nhan": "citizen",
    "to chuc": "company",
    "doanh nghiep": "company",
    **{fold(option.label): option.value for option in APPLICANT_KINDS},
}
EDITABLE_FIELDS = frozenset(f.name for f in DOSSIER.fields if f.entered and f.name != "channel")
FIELD_ALIASES: Mapping[str, str] = {
    "phone": "applicant_phone",
    "address": "applicant_address",
    "full_name": "applicant_name",
    "id_number": "applicant_id",
    **{fold(f.label): f.name for f in DOSSIER.fields if f.name in EDITABLE_FIELDS},
}
TAKE_WORDS = frozenset({"mine", "theirs"})
DEFAULT_PCS = ("pc1", "pc2")
DEFAULT_START = time(7, 0)
_PC_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
"""Each PC's data folder bears its id."""
_SERVER = "server"
_CITIZEN_ID = re.compile(r"CD\d+")


def load_scenario(
    path: Path,
    *,
    procedures: Mapping[str, ProcedureContent],
    units: Mapping[str, str],
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
    units: Mapping[str, str],
    citizens: Mapping[str, Applicant] | None = None,
) -> Scenario:
    """Check a scenario against the known procedures (by code), units (full names by code) and named citizens (by id)."""
    named, remarks = usual(raw)
    reader = _Reader(obj(named, ""), procedures, units, citizens or {})
    return replace(reader.scenario(), remarks=remarks)


def read_citizens(raw: object, *, today: date) -> dict[str, Applicant]:
    """The invented citizens of the demo by their id; raises ScenarioError on a wrong shape."""
    return {words(row, "id", where): _applicant(row, where, today) for row, where in rows(obj(raw, ""), "citizens")}


class _Reader:
    """One reading of one scenario: what is known so far, and the checks that need it."""

    def __init__(
        self,
        raw: Mapping[str, Any],
        procedures: Mapping[str, ProcedureContent],
        units: Mapping[str, str],
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
        unit = self._unit()
        dossiers = self._dossiers()
        self.last_received = max(d.received for d in dossiers)
        edits = tuple(self._edit(row, where, dossiers) for row, where in _one_field_each(rows(self.raw, "edits")))
        shared = {e.dossier for e in edits if e.pc != next(d.pc for d in dossiers if d.id == e.dossier)}
        found = Scenario(
            title=words(self.raw, "title", "", "Kịch bản không tên"),
            unit=unit,
            start=self.start,
            pcs=self.pcs,
            dossiers=tuple(_shared(d, d.id in shared) for d in dossiers),
            edits=edits,
            answers=tuple(self._answer(row, where, dossiers, edits) for row, where in rows(self.raw, "answers")),
            network=_network(self.raw.get("network")),
        )
        return found if self.raw.get("answers") is not None else replace(found, answers=found.usual_answers())

    def _unit(self) -> str:
        """The code of the unit, which may also be named."""
        raw = self.raw.get("unit")
        unit = words(raw, "code", "unit") if isinstance(raw, Mapping) else words(self.raw, "unit", "")
        named = [code for code, name in self.units.items() if fold(name) == fold(unit)]
        if unit in self.units or len(named) == 1:
            return unit if unit in self.units else named[0]
        raise ScenarioError("unit", f"không có đơn vị mã “{unit}” trong danh mục")

    def _start(self) -> datetime:
        given = self.raw.get("start")
        if given not in (None, ""):
            whole_day = isinstance(given, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", given.strip())
            return moment(f"{given}T{DEFAULT_START:%H:%M}" if whole_day else given, "start", None)
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
        distinct([pc.id.lower() for pc in pcs], "pcs")
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
        channel = _word_of(row, "channel", where, [c.value for c in CHANNELS], CHANNEL_ALIASES, "in_person")
        variant = _variant(row, where, content, channel)
        return ScenarioDossier(
            id=words(row, "id", where, f"hs{number}"),
            pc=self._pc_id(row, where, self.pcs[0].id),
            procedure=content.code,
            channel=channel,
            variant=variant,
            applicant=self._applicant(row.get("applicant"), f"{where}.applicant"),
            papers=papers(row, where, content.papers),
            received=received,
            sets=whole(row, "sets", where, 1),
            note=words(row, "note", where, ""),
            result_place=words(row, "result_place", where, ""),
            before_cut=flag(row, "before_cut", where),
            actions=actions(row, where, received, len(content.steps_for(channel, variant))),
        )

    def _procedure(self, row: Mapping[str, Any], where: str, day: date) -> ProcedureContent:
        code = words(row, "procedure", where)
        content = self.procedures.get(code) or self._titled(code)
        if content is None:
            raise ScenarioError(f"{where}.procedure", f"không có thủ tục mã “{code}”")
        if not content.in_force_on(day):
            raise ScenarioError(f"{where}.procedure", f"thủ tục {code} không còn hiệu lực ngày {day:%d/%m/%Y}")
        return content

    def _titled(self, title: str) -> ProcedureContent | None:
        found = [content for content in self.procedures.values() if fold(content.title) == fold(title)]
        return found[0] if len(found) == 1 else None

    def _applicant(self, raw: object, where: str) -> Applicant:
        if isinstance(raw, str) and raw.strip():
            known = self.citizens.get(raw.strip())
            if known is None and _CITIZEN_ID.fullmatch(raw.strip()):
                raise ScenarioError(where, f"không có công dân “{raw.strip()}” trong danh sách mẫu")
            return known or Applicant(nfc(raw).strip())
        return _applicant(obj(raw, where), where, self.start.date())

    def _edit(self, row: Mapping[str, Any], where: str, dossiers: Sequence[ScenarioDossier]) -> Edit:
        dossier = _known_dossier(row, where, dossiers)
        at = self.last_received if not row.get("at") else moment(row["at"], f"{where}.at", self.start)
        if at < dossier.received:
            raise ScenarioError(f"{where}.at", f"sớm hơn lúc nhận hồ sơ {dossier.id}")
        field = _word_of(row, "field", where, sorted(EDITABLE_FIELDS), FIELD_ALIASES, None)
        if "value" not in row:
            raise ScenarioError(f"{where}.value", "thiếu giá trị mới")
        value = words(row, "value", where, "")
        readable(DOSSIER, field, value, f"{where}.value", at.date())
        return Edit(self._pc_id(row, where, dossier.pc), dossier.id, field, value, at)

    def _answer(self, row: Mapping[str, Any], where: str, dossiers: Sequence[ScenarioDossier], edits: Iterable[Edit]) -> Answer:
        dossier = _known_dossier(row, where, dossiers)
        pc = self._pc_id(row, where, self.pcs[0].id)
        field = _word_of(row, "field", where, sorted(EDITABLE_FIELDS), FIELD_ALIASES, None)
        if "value" in row:
            value = words(row, "value", where, "")
            readable(DOSSIER, field, value, f"{where}.value", self.last_received.date())
            return Answer(pc, dossier.id, field, "value", value)
        taken = _pc_name(row.get("take"))
        allowed = sorted(TAKE_WORDS) + [p.id for p in self.pcs]
        take = one_of({"take": taken}, "take", where, allowed, "mine")
        wrote = {edit.pc for edit in edits if (edit.dossier, edit.field) == (dossier.id, field)}
        if (pc if take == "mine" else take) not in {*wrote, "theirs"}:
            raise ScenarioError(f"{where}.take", f"máy “{pc if take == 'mine' else take}” không sửa trường này của {dossier.id}")
        return Answer(pc, dossier.id, field, take)

    def _pc_id(self, row: Mapping[str, Any], where: str, default: str) -> str:
        given = _pc_name(row.get("pc"))
        return one_of({"pc": given}, "pc", where, [pc.id for pc in self.pcs], default)

    def _after_start(self, at: datetime, where: str) -> datetime:
        if at < self.start:
            raise ScenarioError(where, f"sớm hơn lúc bắt đầu kịch bản ({self.start:%H:%M %d/%m/%Y})")
        return at


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
    if not _PC_ID.fullmatch(found):
        raise ScenarioError(f"{where}.id", f"“{found}” phải gồm 1 đến 32 chữ cái không dấu, chữ số, dấu - hoặc _")
    if found.lower() == _SERVER:
        raise ScenarioError(f"{where}.id", f"“{found}” là tên dành cho máy chủ tỉnh")
    return ScenarioPc(found, words(raw, "name", where, found), words(raw, "person", where, ""))


def _applicant(raw: Mapping[str, Any], where: str, today: date) -> Applicant:
    born = words(raw, "born", where, "")
    try:
        day = parse_date(born, today=today, birth=True).isoformat() if born else ""
    except InputError as error:
        raise ScenarioError(f"{where}.born", f"“{born}” không phải là ngày có thật") from error
    texts = {key: words(raw, key, where, "") for key in ("id_number", "phone", "address")}
    for key, typed in texts.items():
        readable(APPLICANT, key, typed, f"{where}.{key}", today)
    kind = _word_of(raw, "kind", where, [c.value for c in APPLICANT_KINDS], APPLICANT_KIND_ALIASES, "citizen")
    return Applicant(words(raw, "full_name", where), born=day, kind=kind, **texts)


def _variant(row: Mapping[str, Any], where: str, content: ProcedureContent, channel: str) -> str:
    variant = words(row, "variant", where, "")
    if variant and variant not in content.variants_for(channel):
        known = ", ".join(v for v in content.variants_for(channel) if v) or "không có"
        raise ScenarioError(f"{where}.variant", f"thủ tục {content.code} không có trường hợp “{variant}” (có: {known})")
    return variant


def _known_dossier(row: Mapping[str, Any], where: str, dossiers: Sequence[ScenarioDossier]) -> ScenarioDossier:
    wanted = words(row, "dossier", where)
    for dossier in dossiers:
        if dossier.id == wanted:
            return dossier
    if wanted.isdecimal() and 1 <= int(wanted) <= len(dossiers):
        return dossiers[int(wanted) - 1]
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


def _word_of(
    row: Mapping[str, Any], key: str, where: str, allowed: Iterable[str], aliases: Mapping[str, str], default: str | None
) -> str:
    """A word out of a list, which may also be said by another usual name or its Vietnamese label."""
    said = words(row, key, where, default)
    return one_of({key: aliases.get(said, aliases.get(fold(said), said))}, key, where, allowed, None)


def _one_field_each(given: list[tuple[Mapping[str, Any], str]]) -> Iterable[tuple[Mapping[str, Any], str]]:
    """Edits that set several fields at once, one by one."""
    for row, where in given:
        fields = row.get("fields")
        if fields is None:
            yield row, where
            continue
        for name, value in obj(fields, f"{where}.fields").items():
            yield {**row, "field": name, "value": value}, f"{where}.fields"
