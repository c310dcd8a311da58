"""Single cells of the national export: limits, fees, papers, dates. What is not understood stays text and is doubted.

The source (Cơ sở dữ liệu quốc gia về thủ tục hành chính) writes several facts into one cell and puts names of attached form
files into the column "số lượng". Nothing here guesses: a value is taken only from a cell that can be read in one way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qms_desktop.domain.norms import NormUnit, parse_norm
from qms_desktop.domain.procedure_content import CHANNELS, Fee, LegalBasis, Norm, Paper
from qms_desktop.domain.text import fold, nfc

NO_INFORMATION = "khong co thong tin"
MOST_NAME = 160
_MOST_LABEL = 60

_CHANNEL_WORDS = {
    "truc tiep": "in_person",
    "truc tuyen": "online",
    "dich vu buu chinh": "post",
    "buu chinh": "post",
    "buu chinh cong ich": "post",
}
_BULLET = re.compile(r"^(?:[-–•*+]\s*)+")
_COUNTS = re.compile(r"Bản chính\s*:\s*(\d{1,4})\s*Bản sao\s*:\s*(\d{1,4})", re.IGNORECASE)
_SUM = re.compile(r"(?:Phí|Lệ phí)\s*:\s*(\d{1,3}(?:\.\d{3})+|\d+|không)\s*(?:Đồng|đ)\.?", re.IGNORECASE)
_SPEAKS_OF_TIME = re.compile(r"\d+\)?\s*(?:\([^)]*\)\s*)?(?:ngay|gio|phut|thang)\b")
_EXEMPTION = re.compile(r"khong (?:yeu cau|phai nop|can nop)|duoc mien")
_IF_ANY = re.compile(r"\(?\s*(nếu có[^).;]*)", re.IGNORECASE)
_FOR_WHOM = re.compile(r"^((?:Đối với|Trường hợp)[^:]{3,120}):\s*\S", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class LimitRow:
    """One row of "hình thức nộp", cells already cleaned."""

    channel: str
    channel_text: str
    limit: str
    fee: str
    remark: str


def clean(raw: object) -> str:
    """A cell as text: composed, each line trimmed with single spaces, empty lines left out."""
    text = "" if raw is None else nfc(str(raw))
    lines = (" ".join(line.split()) for line in text.replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(raw: object) -> str:
    """A cell on one line."""
    return " ".join(clean(raw).split())


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, or the source's own "Không có thông tin"."""
    return fold(text).strip(" .") in ("", NO_INFORMATION)


def limit_row(channel: str, limit: str, fee: str, remark: str) -> LimitRow:
    """A row with its channel read; a channel this program does not know counts for every channel."""
    return LimitRow(_CHANNEL_WORDS.get(fold(channel), "any"), channel, limit, fee, remark)


def norms(rows: Sequence[LimitRow], doubts: list[str]) -> tuple[Norm, ...]:
    """One norm per row; several limits for one channel become variants with a label."""
    labels = _labels(rows)
    found = tuple(_norm(row, label, doubts) for row, label in zip(rows, labels, strict=True))
    for channel in dict.fromkeys(row.channel for row in rows):
        count = sum(row.channel == channel for row in rows)
        if count > 1:
            doubts.append(f"{CHANNELS[channel]}: nguồn ghi {count} thời hạn; khi tiếp nhận phải chọn trường hợp.")
    return found


def _norm(row: LimitRow, label: str, doubts: list[str]) -> Norm:
    read = parse_norm(row.limit)
    unit, value = read.unit, read.decimal_text()
    if not row.limit or (value is not None and (read.value == 0 or "/" in value)):
        unit, value = NormUnit.TEXT, None
    doubts.extend(_limit_doubts(row, unit))
    head = row.limit if row.channel != "any" else "\n".join(filter(None, (row.channel_text, row.limit)))
    return Norm(row.channel, value, unit.value, label, "\n".join(filter(None, (head, row.remark))))


def _limit_doubts(row: LimitRow, unit: NormUnit) -> Iterator[str]:
    where = CHANNELS[row.channel]
    if row.channel == "any":
        yield f"Hình thức nộp “{row.channel_text}” chưa nhận ra, tạm coi là mọi hình thức."
    if not row.limit:
        yield f"{where}: nguồn không ghi thời hạn giải quyết."
    elif unit is NormUnit.TEXT:
        yield f"{where}: thời hạn “{row.limit}” không tính được thành ngày, giữ nguyên văn."
    elif unit is NormUnit.NONE:
        yield f"{where}: nguồn ghi “{row.limit}”, không có ngày hẹn trả."
    told = len(_SPEAKS_OF_TIME.findall(fold(row.remark)))
    if told and unit in (NormUnit.TEXT, NormUnit.NONE):
        yield f"{where}: phần mô tả có nêu thời gian, cần đọc và nhập lại."
    elif told > 1:
        yield f"{where}: phần mô tả nêu nhiều khoảng thời gian (từng cấp, từng trường hợp), cần đối chiếu với “{row.limit}”."


def _labels(rows: Sequence[LimitRow]) -> list[str]:
    """A short label per row where its channel has several: its remark, else its limit, numbered if still alike."""
    labels: list[str] = []
    for row in rows:
        mates = [other for other in rows if other.channel == row.channel]
        labels.append("" if len(mates) == 1 else _label(row, mates))
    return [_numbered(label, rows, labels, i) for i, label in enumerate(labels)]


def _label(row: LimitRow, mates: Sequence[LimitRow]) -> str:
    told = shortened(row.remark, _MOST_LABEL)
    own = told and sum(shortened(m.remark, _MOST_LABEL) == told for m in mates) == 1
    return told if own else row.limit or "không ghi thời hạn"


def _numbered(label: str, rows: Sequence[LimitRow], labels: Sequence[str], index: int) -> str:
    alike = [i for i, row in enumerate(rows) if labels[i] == label and row.channel == rows[index].channel]
    return f"{label} ({alike.index(index) + 1})" if label and len(alike) > 1 else label


def fees(rows: Sequence[LimitRow], doubts: list[str]) -> tuple[Fee, ...]:
    """The fee texts per channel, equal ones once; an amount only from one unambiguous sum in đồng."""
    found = tuple(dict.fromkeys(Fee(row.channel, row.fee, amount(row.fee)) for row in rows if row.fee))
    for fee in found:
        if fee.amount is None:
            doubts.append(f"{CHANNELS[fee.channel]}: mức phí “{shortened(fee.text, MOST_NAME)}” cần người đọc lại.")
    for channel in dict.fromkeys(row.channel for row in rows if not row.fee):
        doubts.append(f"{CHANNELS[channel]}: nguồn không ghi phí, lệ phí.")
    return found


def amount(text: str) -> int | None:
    """The sum in đồng of a fee text that is one single sum and nothing else: "Phí : 0 Đồng" is 0, "1.5 USD" is None."""
    found = _SUM.fullmatch(text.strip())
    if found is None:
        return None
    digits = found[1].replace(".", "")
    return int(digits) if digits.isdigit() else 0


def paper(name: str, attached: str, remark: str, doubts: list[str]) -> Paper:
    """One component; a long cell keeps its whole text as note, and file names of forms go where forms belong."""
    title = _BULLET.sub("", name).rstrip(" ;,")
    counts = _COUNTS.fullmatch(remark)
    notes = [] if counts else [remark]
    if remark and not counts:
        doubts.append(f"Giấy tờ “{shortened(title, _MOST_LABEL)}”: số lượng “{one_line(remark)}” chưa đọc được.")
    if _BARE_NUMBER.fullmatch(attached):
        notes.append(f"Số lượng: {attached}")
        attached = ""
    originals, copies = (int(counts[1]), int(counts[2])) if counts else (0, 0)
    plain = Paper(title, originals, copies, form=attached, note="\n".join(filter(None, notes)))
    return _conditional(_short_named(plain), title, doubts)


def _short_named(whole: Paper) -> Paper:
    """The same paper under a name that fits a printed line; the whole text is kept in its note."""
    if len(whole.name) <= MOST_NAME and not _EXEMPTION.search(fold(whole.name)):
        return replace(whole, name=one_line(whole.name)) if "\n" not in whole.name else _first_line(whole)
    return _first_line(whole)


def _first_line(whole: Paper) -> Paper:
    first = re.split(r"\n|\.\s+(?=Trường hợp)|\.\s+(?=Nếu)", whole.name)[0]
    note = "\n".join(filter(None, (whole.name, whole.note)))
    return replace(whole, name=shortened(first, MOST_NAME), note=note)


def _conditional(found: Paper, text: str, doubts: list[str]) -> Paper:
    """A paper asked for only in some cases, in the source's own words."""
    if _EXEMPTION.search(fold(text)):
        doubts.append(f"Giấy tờ “{shortened(found.name, _MOST_LABEL)}”: có câu miễn nộp, cần đọc ghi chú.")
        return replace(found, required="conditional", condition="Xem ghi chú: có trường hợp không phải nộp")
    condition = _FOR_WHOM.match(text) or _IF_ANY.search(text)
    if condition is None:
        return found
    words = one_line(condition[1]).strip(" -,")
    return replace(found, required="conditional", condition=words[0].upper() + words[1:])


def legal_basis(number: str, title: str, issued: str, issuer: str, doubts: list[str]) -> LegalBasis:
    """One legal document; its date as dd/mm/yyyy, or as the source has it when it is no real date."""
    try:
        day = datetime.strptime(issued, "%d-%m-%Y").strftime("%d/%m/%Y") if issued else ""
    except ValueError:
        day = issued
        doubts.append(f"Văn bản {number or title}: ngày ban hành “{issued}” không phải là ngày có thật.")
    if _BARE_NUMBER.fullmatch(number) or not number:
        doubts.append(f"Văn bản “{shortened(title or number, MOST_NAME)}”: số ký hiệu “{number}” chưa đầy đủ.")
    return LegalBasis(number, title, day, issuer)


def shortened(text: str, most: int) -> str:
    """At most so many characters, cut between words and marked with an ellipsis."""
    line = one_line(text)
    if len(line) <= most:
        return line
    return line[: line.rfind(" ", 0, most)].rstrip(" ,;:-") + "…"
