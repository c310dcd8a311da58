"""The fee of a procedure in the few words that fit one line of a slip (Mẫu 01, item 6), and what was paid for a dossier."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.procedure_content import Fee
from qms_desktop.store.view import View

_LONGEST = 100
_REMARK = re.compile(r"\s*\(mức ghi nhận[^)]*\)")
_SENTENCE_END = re.compile(r"(?<=\.)\s+(?=\D)")
_LEADING_SUM = re.compile(r"(\d{1,3}(?:[.,\s]?\d{3})*)\s*(?:đồng|đ|VND|VNĐ)\b", re.IGNORECASE)
_COUNTER_FEE = "Phí, lệ phí giải quyết thủ tục hành chính"
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_THOUSANDS = ("", "nghìn", "triệu", "tỷ")
_UNCONFIRMED = "chưa xác minh"


def fee_words(fees: Iterable[Fee], channel: str) -> str:
    """The fees of the channel, or those of every channel where it has none of its own; empty when the procedure gives none."""
    given = tuple(fees)
    own = [fee for fee in given if fee.channel == channel] or [fee for fee in given if fee.channel == "any"]
    return _shortened([sentence for fee in own for sentence in _sentences(fee)])


def _sentences(fee: Fee) -> list[str]:
    """What the source says, without remarks on when it was looked up and without what is not confirmed."""
    text = " ".join(_REMARK.sub("", fee.text).split())
    if not text:
        return [] if fee.amount is None else [_sum(fee.amount)]
    return [sentence.rstrip(".") for sentence in _SENTENCE_END.split(text) if _UNCONFIRMED not in sentence.lower()]


def _sum(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".") if amount else "Không"


def _shortened(sentences: list[str]) -> str:
    """As many whole sentences as fit; a first one too long by itself ends in "…" after a whole word."""
    kept = ""
    for sentence in sentences:
        longer = f"{kept}. {sentence}" if kept else sentence
        if len(longer) > _LONGEST:
            break
        kept = longer
    if kept or not sentences:
        return kept
    return sentences[0][:_LONGEST].rsplit(" ", 1)[0].rstrip(",;") + "…"


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid for a dossier: when (ISO), to whom (a person's id), for what, how much, and the paper that proves it."""

    at: str
    by: Value
    subject: str
    amount: str
    in_words: str
    proof: str


def paid_on(view: View, record: Values) -> Paid | None:
    """The duty that was met while the clock stood, or else the fee the counter took; None where there is neither."""
    duty, proof = record.get("payment_amount"), str(record.get("payment_proof") or "")
    pauses = view.find("clock_event", dossier=record["id"], kind="pause", cause="payment")
    if isinstance(duty, int) and duty and proof and pauses:
        after = str(pauses[-1]["at"])
        met = next(
            (row for row in view.find("clock_event", dossier=record["id"], kind="resume") if str(row["at"]) >= after), None
        )
        if met is not None:
            author = next((line.who for line in view.history("clock_event", str(met["id"]))), None)
            return Paid(str(met["at"]), author, str(pauses[-1].get("reason") or ""), _sum(duty), in_words(duty), proof)
    fee = str(record.get("fee") or "").strip()
    amount = _leading_sum(fee)
    if not amount:
        return None
    return Paid(str(record["received_at"]), record.get("received_by"), _COUNTER_FEE, fee, in_words(amount), proof)


def _leading_sum(text: str) -> int:
    """15000 from "15.000 đồng (lệ phí)"; 0 where the text does not begin with a sum."""
    found = _LEADING_SUM.match(text)
    return int(re.sub(r"\D", "", found[1])) if found else 0


def in_words(amount: int) -> str:
    """A sum of money as receipts write it: 15000 → "Mười lăm nghìn đồng"."""
    groups = [amount // 1000**power % 1000 for power in range(len(_THOUSANDS))]
    parts: list[str] = []
    for power in reversed(range(len(groups))):
        if groups[power]:
            parts += [*_three_digits(groups[power], bool(parts)), *filter(None, [_THOUSANDS[power]])]
    words = " ".join([*(parts or ["không"]), "đồng"])
    return words[0].upper() + words[1:]


def _three_digits(number: int, after_more: bool) -> list[str]:
    """ "một trăm lẻ năm"; after a greater group also a hundred that is zero is spoken: "không trăm lẻ năm"."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = [_DIGITS[hundreds], "trăm"] if hundreds or after_more else []
    if tens == 0:
        return [*words, *(["lẻ"] if words and ones else []), *([_DIGITS[ones]] if ones else [])]
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if ones == 1 and tens > 1:
        return [*words, "mốt"]
    return [*words, *(["lăm"] if ones == 5 else [_DIGITS[ones]] if ones else [])]
