"""Which procedure a register means: by its code, by its title, or as a person said once for this register."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from qms_desktop.domain.text import words
from qms_desktop.store.view import View
from qms_desktop.usecases import procedures
from qms_desktop.usecases.procedures import Listed

_CODE = re.compile(r"\d\.\d{6}")
_SURE = 0.86
_APART = 0.06
_EMPTY_WORDS = frozenset({"thu", "tuc", "ho", "so", "hanh", "chinh", "cap", "xa"})


@dataclass(frozen=True, slots=True)
class Match:
    """What a text was taken for: a procedure's code ("" for none), and whether a person should look at it."""

    code: str
    doubtful: bool = False


class Catalogue:
    """The office's procedures, and the revision that ran on a day."""

    def __init__(self, listed: Sequence[Listed]) -> None:
        self._by_code: dict[str, list[Listed]] = {}
        for item in listed:
            self._by_code.setdefault(item.code, []).append(item)
        self.titles = {code: items[0].title for code, items in self._by_code.items()}
        self._folded = {code: _essence(title) for code, title in self.titles.items()}
        self._found: dict[str, Match] = {}

    @classmethod
    def of(cls, view: View, today: date) -> Catalogue:
        """All revisions that ever were in force or are to be; drafts are no procedures yet."""
        return cls([item for item in procedures.all_listed(view, today) if item.values.get("stage") == "approved"])

    def match(self, text: str, chosen: Mapping[str, str]) -> Match:
        """The procedure a text means; `chosen` are a person's answers by folded text."""
        key = " ".join(words(text))
        if key in chosen:
            return Match(chosen[key])
        if key not in self._found:
            self._found[key] = self._search(text)
        return self._found[key]

    def _search(self, text: str) -> Match:
        code = _CODE.search(text)
        if code and code[0] in self.titles:
            return Match(code[0])
        sought = _essence(text)
        same = [code for code, title in self._folded.items() if title == sought]
        if len(same) == 1:
            return Match(same[0])
        return self._nearest(sought)

    def _nearest(self, sought: str) -> Match:
        """A title so near that no other comes close; told as a doubt all the same."""
        if not sought:
            return Match("")
        ranked = sorted(
            ((SequenceMatcher(None, sought, title).ratio(), code) for code, title in self._folded.items()), reverse=True
        )
        first = ranked[0] if ranked else (0.0, "")
        second = ranked[1][0] if len(ranked) > 1 else 0.0
        return Match(first[1], doubtful=True) if first[0] >= _SURE and first[0] - second >= _APART else Match("")

    def revision_on(self, code: str, day: date) -> tuple[Listed, bool]:
        """The revision that was in force that day; else the one nearest to it, and False (invariant I4: with a reason)."""
        items = self._by_code[code]
        running = [item for item in items if _runs(item, day)]
        if running:
            return max(running, key=lambda item: (not item.model, _start(item), _number(item))), True
        return min(items, key=lambda item: (abs((_start(item) - day).days), item.model)), False


def _essence(text: str) -> str:
    """The words that tell one procedure from another."""
    return " ".join(word for word in words(text) if word not in _EMPTY_WORDS)


def _start(item: Listed) -> date:
    raw = str(item.values.get("effective_on") or "")
    return date.fromisoformat(raw) if raw else date.max


def _runs(item: Listed, day: date) -> bool:
    end = str(item.values.get("effective_to") or "")
    return _start(item) <= day and (not end or day <= date.fromisoformat(end))


def _number(item: Listed) -> tuple[int, int]:
    return int(str(item.values.get("issue_no") or 1)), int(str(item.values.get("amendment_no") or 0))
