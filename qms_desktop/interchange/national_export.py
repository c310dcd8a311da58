"""Importer of the national export of administrative procedures (JSON, one object per procedure).

Shape: a list of {"thu_tuc_id", "source_file", "metadata", "content", "tables"}; see tests/interchange for samples. Every
text of the source survives: what has a field of its own goes there, anything else becomes a detail under the source's
label. What cannot be read in exactly one way stays text and is named among the doubts. Reading a file twice gives equal
contents; ids, dates of effect and approval are the caller's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qms_desktop.domain.errors import InterchangeError
from qms_desktop.domain.procedure_content import Detail, FormRef, LegalBasis, Paper, ProcedureContent
from qms_desktop.interchange import national_cells as cells
from qms_desktop.interchange.national_cells import clean, is_blank, one_line

ORIGIN = "Cơ sở dữ liệu quốc gia về thủ tục hành chính"
TABLE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "hinh_thuc_nop": ("hinh_thuc", "thoi_han_giai_quyet", "phi_le_phi", "mo_ta"),
    "thanh_phan_ho_so": ("ten_giay_to", "so_luong", "ghi_chu"),
    "can_cu_phap_ly": ("so_ky_hieu", "trich_yeu", "ngay_ban_hanh", "co_quan_ban_hanh"),
}
_GROUPS = ("metadata", "content", "tables")
_HEADER = {
    "title": ("metadata", "tên_thủ_tục"),
    "field": ("metadata", "lĩnh_vực"),
    "level": ("metadata", "cấp_thực_hiện"),
    "decision": ("metadata", "số_quyết_định"),
    "authority": ("content", "cơ_quan_có_thẩm_quyền"),
}
_RESULT = "kết_quả_thực_hiện"
_OWN_FIELDS = frozenset(key for _, key in _HEADER.values()) | {_RESULT, "mã_thủ_tục"}
_CODE = re.compile(r"\d\.\d{6}")
_LABELS = {"yêu_cầu_điều_kiện_thực_hiện": "Yêu cầu, điều kiện thực hiện", "địa_chỉ_tiếp_nhận_hs": "Địa chỉ tiếp nhận hồ sơ"}


@dataclass(frozen=True)
class ImportedProcedure:
    """One procedure that was read, and what a person has to look at."""

    content: ProcedureContent

    @property
    def doubts(self) -> tuple[str, ...]:
        """Vietnamese sentences, one per thing that was not understood."""
        return self.content.doubts


@dataclass(frozen=True)
class ItemProblem:
    """One object of the file that could not be taken over; `number` counts from 1."""

    number: int
    code: str
    message: str


@dataclass(frozen=True)
class ImportResult:
    """What a file gave: the procedures that were read, and those that were not."""

    procedures: tuple[ImportedProcedure, ...]
    problems: tuple[ItemProblem, ...]

    @property
    def doubt_count(self) -> int:
        """How many doubts there are in all."""
        return sum(len(p.doubts) for p in self.procedures)


class _BrokenItemError(Exception):
    """One object does not have the shape of a procedure; the message is for the person."""


def import_file(path: Path) -> ImportResult:
    """Read an export file; raises InterchangeError when nothing of it can be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        what = f"Không mở được tệp {path.name}."
        raise InterchangeError("QMS-721", what, do="Hãy kiểm tra tên tệp và quyền đọc rồi thử lại.") from error
    return import_bytes(data, path.name)


def import_bytes(data: bytes, name: str = "") -> ImportResult:
    """Read the bytes of an export (UTF-8 JSON, with or without a byte order mark)."""
    shown = f"Tệp {name}" if name else "Dữ liệu"
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        do = "Hãy xuất lại tệp từ Cơ sở dữ liệu quốc gia về thủ tục hành chính, chọn dạng JSON."
        raise InterchangeError(
            "QMS-722", f"{shown} không phải là tệp xuất của Cơ sở dữ liệu quốc gia, hoặc đã hỏng.", do=do
        ) from error
    return import_json(raw, shown)


def import_json(raw: object, shown: str = "Dữ liệu") -> ImportResult:
    """Read a parsed export: a list of procedures, or a single one."""
    items = [raw] if isinstance(raw, Mapping) and "metadata" in raw else raw
    if not isinstance(items, list) or not items:
        do = "Hãy chọn tệp xuất có danh sách thủ tục hành chính."
        raise InterchangeError("QMS-723", f"{shown} không chứa danh sách thủ tục nào.", do=do)
    return _import_items(items)


def _import_items(items: list[Any]) -> ImportResult:
    found: dict[str, ImportedProcedure] = {}
    problems: list[ItemProblem] = []
    for number, item in enumerate(items, start=1):
        try:
            content = _content(item)
        except _BrokenItemError as error:
            problems.append(ItemProblem(number, _code_of(item), _sentence(str(error))))
            continue
        known = found.setdefault(content.code, ImportedProcedure(content))
        if known.content != content:
            message = f"Mã {content.code} đã có trong tệp với nội dung khác; giữ bản đứng trước."
            problems.append(ItemProblem(number, content.code, message))
    return ImportResult(tuple(found.values()), tuple(problems))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _content(item: object) -> ProcedureContent:
    groups = _checked(item)
    doubts: list[str] = []
    code = _code(groups, doubts)
    header = _header(groups)
    if not header["title"]:
        raise _BrokenItemError(f"thủ tục {code} không có tên.")
    if "," in header["level"]:
        doubts.append(f"Thủ tục của nhiều cấp ({header['level']}): thời hạn có thể gồm cả phần của cấp khác.")
    limits = tuple(cells.limit_row(*_row(row, "hinh_thuc_nop")) for row in _table(groups, "hinh_thuc_nop"))
    if not limits:
        doubts.append("Nguồn không có hình thức nộp, thời hạn và phí.")
    papers = _papers(groups, doubts)
    content = ProcedureContent(
        code=code,
        title=header["title"],
        field=header["field"],
        level=header["level"],
        decision=header["decision"],
        authority="" if is_blank(header["authority"]) else header["authority"],
        legal_basis=_legal_basis(groups, doubts),
        papers=papers,
        norms=cells.norms(limits, doubts),
        fees=cells.fees(limits, doubts),
        forms=_forms(papers),
        results=tuple(filter(None, clean(groups["content"].get(_RESULT)).split("\n"))),
        details=(*_details(groups), *_verbatim_papers(groups, papers)),
        doubts=tuple(dict.fromkeys(doubts)),
    )
    return _with_sources(content, one_line(groups["item"].get("source_file")))


def _header(groups: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {name: one_line(groups[group].get(key)) for name, (group, key) in _HEADER.items()}


def _checked(item: object) -> dict[str, Mapping[str, Any]]:
    """The groups of one object, each a mapping; the tables hold lists of rows."""
    if not isinstance(item, Mapping):
        raise _BrokenItemError("không phải là một thủ tục (thiếu nhóm trường).")
    groups: dict[str, Mapping[str, Any]] = {"item": item}
    for name in _GROUPS:
        group = item.get(name, {})
        if not isinstance(group, Mapping):
            raise _BrokenItemError(f"phần “{name}” không đúng dạng.")
        groups[name] = group
    for name, rows in groups["tables"].items():
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise _BrokenItemError(f"bảng “{name}” không đúng dạng.")
    return groups


def _code(groups: Mapping[str, Mapping[str, Any]], doubts: list[str]) -> str:
    """The national code: the first eight characters; provincial copies append the agency's code."""
    told, listed = one_line(groups["metadata"].get("mã_thủ_tục")), one_line(groups["item"].get("thu_tuc_id"))
    written = told or listed
    found = _CODE.match(written)
    if found is None:
        raise _BrokenItemError(f"mã thủ tục “{written}” không có dạng N.NNNNNN." if written else "không có mã thủ tục.")
    if listed and not listed.startswith(found[0]):
        doubts.append(f"Nguồn ghi hai mã khác nhau: {written} và {listed}; lấy mã {found[0]}.")
    return found[0]


def _code_of(item: object) -> str:
    if not isinstance(item, Mapping):
        return ""
    metadata = item.get("metadata")
    told = metadata.get("mã_thủ_tục") if isinstance(metadata, Mapping) else None
    return one_line(told or item.get("thu_tuc_id"))


def _table(groups: Mapping[str, Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = groups["tables"].get(name) or []
    return rows


def _row(row: Mapping[str, Any], table: str) -> list[str]:
    return [clean(row.get(column)) for column in TABLE_COLUMNS[table]]


def _papers(groups: Mapping[str, Mapping[str, Any]], doubts: list[str]) -> tuple[Paper, ...]:
    rows = (_row(row, "thanh_phan_ho_so") for row in _table(groups, "thanh_phan_ho_so"))
    return tuple(cells.paper(name, attached, remark, doubts) for name, attached, remark in rows if any((name, attached, remark)))


def _legal_basis(groups: Mapping[str, Mapping[str, Any]], doubts: list[str]) -> tuple[LegalBasis, ...]:
    rows = (_row(row, "can_cu_phap_ly") for row in _table(groups, "can_cu_phap_ly"))
    found = tuple(_basis([one_line(cell) for cell in row], doubts) for row in rows if any(row))
    without = sum(not basis.issuer for basis in found)
    if without:
        doubts.append(f"{without} văn bản căn cứ không ghi cơ quan ban hành.")
    return tuple(dict.fromkeys(found))


def _basis(row: list[str], doubts: list[str]) -> LegalBasis:
    number, title, issued, issuer = row
    return cells.legal_basis(number, title, issued, issuer, doubts)


def _verbatim_papers(groups: Mapping[str, Mapping[str, Any]], papers: tuple[Paper, ...]) -> Iterator[Detail]:
    """The component cells that were tidied (a bullet taken off) and stand nowhere else word for word."""
    kept = {one_line(text) for paper in papers for text in (paper.name, paper.note)}
    cells_read = (clean(row.get("ten_giay_to")) for row in _table(groups, "thanh_phan_ho_so"))
    changed = [text for text in dict.fromkeys(cells_read) if text and one_line(text) not in kept]
    if changed:
        yield Detail("Thành phần hồ sơ (nguyên văn)", "\n".join(changed))


def _forms(papers: tuple[Paper, ...]) -> tuple[FormRef, ...]:
    names = (name for paper in papers for name in paper.form.split("\n") if name)
    return tuple(FormRef("", name) for name in dict.fromkeys(names))


def _details(groups: Mapping[str, Mapping[str, Any]]) -> Iterator[Detail]:
    """Every text that has no field of its own, under the source's label; what says nothing is named in one line."""
    silent: list[str] = []
    for label, text in _others(groups):
        if is_blank(text):
            silent += [label] if text else []
        else:
            yield Detail(label, text)
    if silent:
        yield Detail("Không có thông tin", "; ".join(silent))


def _others(groups: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    told, listed = (one_line(groups["metadata"].get("mã_thủ_tục")), one_line(groups["item"].get("thu_tuc_id")))
    for written in dict.fromkeys((told, listed)):
        if written and not _CODE.fullmatch(written):
            yield "Mã ghi ở nguồn", written
    authority = clean(groups["content"].get("cơ_quan_có_thẩm_quyền"))
    if is_blank(authority):
        yield "Cơ quan có thẩm quyền", authority
    for group in ("metadata", "content"):
        for key, value in groups[group].items():
            if key not in _OWN_FIELDS:
                yield label_of(key), _text_of(value)
    for key, value in groups["item"].items():
        if key not in (*_GROUPS, "thu_tuc_id", "source_file"):
            yield label_of(key), _text_of(value)
    yield from _unknown_cells(groups["tables"])


def _unknown_cells(tables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for table, rows in tables.items():
        for number, row in enumerate(rows, start=1):
            for column, value in row.items():
                if column not in TABLE_COLUMNS.get(table, ()):
                    yield f"{label_of(table)}, dòng {number}: {label_of(column)}", _text_of(value)


def _text_of(value: object) -> str:
    return clean(json.dumps(value, ensure_ascii=False) if isinstance(value, list | Mapping) else value)


def label_of(key: str) -> str:
    """The source's key as a label: "cơ_quan_phối_hợp" → "Cơ quan phối hợp"."""
    words = _LABELS.get(key) or one_line(key.replace("_", " "))
    return words[:1].upper() + words[1:]


def _with_sources(content: ProcedureContent, file: str) -> ProcedureContent:
    """The same content, each filled section naming the file it was read from."""
    origin = f"{ORIGIN}, tệp {file}" if file else ORIGIN
    sections = dict.fromkeys(path.split("[")[0].split(".")[0] for path, _ in content.leaves())
    return ProcedureContent.from_json(content.to_json() | {"sources": dict.fromkeys(sections, origin)})
