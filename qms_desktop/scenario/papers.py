"""The papers a scenario puts on the counter, beside those its procedure asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qms_desktop.domain.procedure_content import Paper
from qms_desktop.domain.records.dossiers import PAPER_STATES
from qms_desktop.domain.text import fold
from qms_desktop.scenario.model import GivenPaper
from qms_desktop.scenario.shapes import ScenarioError, obj, one_of, whole, words

_STATES = {"yes": "ok", "co": "ok", "du": "ok", "no": "missing", "khong": "missing", "thieu": "missing", "absent": "missing"}


def papers(row: Mapping[str, Any], where: str, wanted: tuple[Paper, ...]) -> tuple[GivenPaper, ...]:
    """The papers as they lie on the counter: those of the procedure in its order, then any others."""
    absent = [replace(paper, state="missing") for paper in _list(row.get("missing"), f"{where}.missing")]
    given = [*_list(row.get("papers"), f"{where}.papers"), *absent]
    unnamed = "ok" if row.get("papers") is None else "missing"
    listed = [_match(paper, given) or _as_asked(paper, unnamed if paper.required == "always" else "waived") for paper in wanted]
    return (*listed, *(_counted(paper) for paper in given))


def _list(raw: object, where: str) -> list[GivenPaper]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise ScenarioError(where, "phải là một danh sách")
    return [_given(item, f"{where}[{number}]") for number, item in enumerate(raw)]


def _given(raw: object, where: str) -> GivenPaper:
    row = {"name": raw} if isinstance(raw, str) else obj(raw, where)
    said = words(row, "state", where, "ok")
    named = {fold(option.label): option.value for option in PAPER_STATES}
    state = {**_STATES, **named}.get(fold(said), said)
    state = one_of({"state": state}, "state", where, [option.value for option in PAPER_STATES], None)
    originals, copies = (whole(row, key, where, 0, least=0) for key in ("originals", "copies"))
    return GivenPaper(words(row, "name", where), originals, copies, state)


def _match(paper: Paper, given: list[GivenPaper]) -> GivenPaper | None:
    """The given paper meant by its name or a part of it; counts that are not given are those asked for."""
    asked = fold(paper.name)
    same = (g for g in given if fold(g.name) == asked)
    begun = (g for g in given if asked.startswith(fold(g.name)))
    inside = (g for g in given if f" {fold(g.name)} " in f" {asked} ")
    found = next(same, None) or next(begun, None) or next(inside, None)
    if found is None:
        return None
    given.remove(found)
    if found.originals == found.copies == 0:
        return _as_asked(paper, found.state)
    return replace(found, name=paper.name, asked=paper.originals)


def _as_asked(paper: Paper, state: str) -> GivenPaper:
    return GivenPaper(paper.name, paper.originals, paper.copies, state, paper.originals)


def _counted(paper: GivenPaper) -> GivenPaper:
    return paper if paper.originals or paper.copies else replace(paper, originals=1)
