"""The fee of a procedure in the few words that fit one line of a slip (Mẫu 01, item 6)."""

import re
from collections.abc import Iterable

from qms_desktop.domain.procedure_content import Fee

_LONGEST = 100
_REMARK = re.compile(r"\s*\(mức ghi nhận[^)]*\)")
_SENTENCE_END = re.compile(r"(?<=\.)\s+(?=\D)")
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
