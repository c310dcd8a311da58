"""The real national export of a province: all of it comes in, word for word."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qms_desktop.domain.procedure_content import CHANNELS, ProcedureContent
from qms_desktop.interchange.national_export import ImportResult, import_file

REAL = Path(__file__).parents[3] / "shared" / "data" / "tthc-commune-mod.json"
needs_real = pytest.mark.skipif(not REAL.exists(), reason="the national export does not lie beside this checkout")


def tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def source_texts(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "thu_tuc_id", item["thu_tuc_id"]
    yield "source_file", item["source_file"]
    for group in ("metadata", "content"):
        yield from item[group].items()
    for rows in item["tables"].values():
        for row in rows:
            yield from row.items()


def survives(column: str, text: str, kept: list[str], content: ProcedureContent) -> bool:
    """Word for word somewhere, or as the structured value the cell stands for."""
    if any(text in leaf for leaf in kept):
        return True
    if column == "hinh_thuc":
        return text in {CHANNELS[norm.channel] for norm in content.norms}
    if column == "ghi_chu":
        return text in {f"Bản chính: {p.originals} Bản sao: {p.copies}" for p in content.papers}
    if column == "ngay_ban_hanh":
        return text.replace("-", "/") in {basis.issued_on for basis in content.legal_basis}
    return False


def lost(item: dict[str, Any], content: ProcedureContent) -> list[tuple[str, str]]:
    kept = [tidy(str(leaf)) for _, leaf in content.leaves()] + [tidy(origin) for _, origin in content.sources]
    told = ((column, tidy(text)) for column, text in source_texts(item))
    return [(column, text) for column, text in told if text and not survives(column, text, kept, content)]


@pytest.fixture(scope="module")
def real() -> ImportResult:
    return import_file(REAL)


@needs_real
def test_all_85_procedures_of_the_real_export_come_in(real: ImportResult) -> None:
    assert len(real.procedures) == 85
    assert real.problems == ()
    assert real.doubt_count > 85


@needs_real
def test_no_text_of_the_real_export_is_lost(real: ImportResult) -> None:
    items = json.loads(REAL.read_text(encoding="utf-8"))
    pairs = zip(items, real.procedures, strict=True)
    assert {item["thu_tuc_id"]: lost(item, found.content) for item, found in pairs if lost(item, found.content)} == {}


@needs_real
def test_everything_that_comes_in_is_composed_sourced_and_stable(real: ImportResult) -> None:
    again = import_file(REAL)
    assert again == real
    for found in real.procedures:
        content = found.content
        assert unicodedata.is_normalized("NFC", json.dumps(content.to_json(), ensure_ascii=False))
        assert all(content.source_of(path) for path, _ in content.leaves())
        assert ProcedureContent.from_json(content.to_json()) == content


@needs_real
@pytest.mark.parametrize(
    ("code", "channel", "rows"),
    [
        ("2.002761", "in_person", [("2", "calendar_day"), ("7", "calendar_day")]),
        ("2.002762", "in_person", [("5", "working_day"), ("10", "working_day")]),
        ("1.013133", "online", [("2", "working_hour")]),
    ],
)
def test_limits_of_real_procedures(real: ImportResult, code: str, channel: str, rows: list[tuple[str, str]]) -> None:
    content = next(p.content for p in real.procedures if p.content.code == code)
    assert [(n.value, n.unit) for n in content.norms if n.channel == channel] == rows
    assert len({n.variant for n in content.norms if n.channel == channel}) == len(rows)


@needs_real
def test_every_real_fee_in_dollars_stays_text(real: ImportResult) -> None:
    dollars = [fee for p in real.procedures for fee in p.content.fees if "USD" in fee.text]
    assert len(dollars) >= 5
    assert {fee.amount for fee in dollars} == {None}
