"""Everything a person reads in Vietnamese: composed, spelled one way, one word per concept, sentences that end.

The list of words is what proofreading has found before; a wrong form that was corrected once does not come back.
"""

from __future__ import annotations

import ast
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest

from qms_desktop import sync_faults
from qms_desktop.domain.records.dossiers import STATES
from sync.errors import SyncError

ROOT = Path(__file__).parents[1]
VIETNAMESE = re.compile("[À-ỹĐđƠơƯư]")
SENTENCE_END = re.compile(r"[.?!…][”)]?$")
CODE = re.compile(r"QMS-[A-Z]?\d{3}")
# The last letter of an open syllable carries the mark in the old style: hoà, khoẻ, tuỳ. The office style is hòa, khỏe, tùy.
OLD_STYLE = re.compile(r"(?i)(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?![a-zà-ỹđ])")
WRONG = {
    r"mã khôi phục": "mã phục hồi",
    r"điểm cần thống nhất": "câu hỏi",
    r"đăng ký máy": "ghi danh máy",
    r"bút toán": "mục nhật ký",
    r"sổ ghi\b": "nhật ký",
    r"lập cơ quan": "lập đơn vị",
    r"hàng (tháng|năm|ngày|tuần)": "hằng tháng, hằng năm …",
    r"đăng kí|chữ kí|\bkí (tên|duyệt)": "đăng ký, chữ ký",
    r"xử lí|quản lí|\blí do": "xử lý, quản lý, lý do",
    r"\bqui (trình|định|chế)": "quy trình, quy định",
    r"bổ xung|sát nhập|sử lý|xắp xếp|chỉnh xửa|bảo quãn": "bổ sung, sáp nhập, xử lý, sắp xếp, chỉnh sửa, bảo quản",
    r"thứ (hai|ba|tư|năm|sáu|bảy) \d\d:": "thứ Hai, thứ Ba (Nghị định 30/2020)",
}
NOT_FOR_CLERKS = re.compile(r"(?i)\b(replica|commit|database|journal|exception|token|null|payload|server|sync|backup)\b")
LETTERS_AND_MARKS = {"qms_desktop/domain/text.py", "qms_desktop/printing/fonts.py", "qms_desktop/gui/theme.py"}
FOR_OPERATORS = ("qms_desktop/cli/", "qms_desktop/demo/", "qms_desktop/scenario/", "sync/", "dev.py")


class Text(NamedTuple):
    """A string literal (or the plain parts of an f-string, ``{}`` for each value) and where it stands."""

    path: str
    line: int
    words: str


def _sources() -> list[Path]:
    return [*ROOT.glob("qms_desktop/**/*.py"), *ROOT.glob("sync/**/*.py"), ROOT / "dev.py"]


def _template(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def _docstrings(tree: ast.AST) -> set[ast.expr]:
    bodies = (n.body for n in ast.walk(tree) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef))
    return {body[0].value for body in bodies if body and isinstance(body[0], ast.Expr)}


def _literals(path: Path) -> Iterator[Text]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    name = path.relative_to(ROOT).as_posix()
    docs = _docstrings(tree)
    for node in (n for n in ast.walk(tree) if isinstance(n, ast.expr) and n not in docs):
        words = _template(node)
        if words and VIETNAMESE.search(words):
            yield Text(name, node.lineno, words)


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    yield from chain.from_iterable(_texts_in(child) for child in children)


def _resources() -> Iterator[Text]:
    for path in sorted(ROOT.glob("resources/**/*.json")):
        name = path.relative_to(ROOT).as_posix()
        yield from (Text(name, 0, words) for words in _texts_in(json.loads(path.read_text(encoding="utf-8"))))


LITERALS = [text for path in _sources() for text in _literals(path)]
READ = [text for text in chain(LITERALS, _resources()) if text.path not in LETTERS_AND_MARKS]


class Raised(NamedTuple):
    """One place where a numbered fault is made."""

    path: str
    line: int
    code: str
    what: str | None
    do: str | None
    safe: str | None


def _raised() -> Iterator[Raised]:
    for path in _sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            code = _template(node.args[0]) if isinstance(node, ast.Call) and node.args else None
            if isinstance(node, ast.Call) and code and CODE.fullmatch(code):
                named = {keyword.arg: _template(keyword.value) for keyword in node.keywords}
                what = _template(node.args[1]) if len(node.args) > 1 else None
                yield Raised(path.relative_to(ROOT).as_posix(), node.lineno, code, what, named.get("do"), named.get("safe"))


RAISED = list(_raised())


def test_there_is_something_to_read() -> None:
    assert len(LITERALS) > 800
    assert len(RAISED) > 80


def test_every_text_is_composed() -> None:
    everywhere = chain(_sources(), ROOT.glob("resources/**/*.json"), ROOT.glob("docs/**/*.md"), ROOT.glob("*.md"))
    assert [p.name for p in everywhere if not unicodedata.is_normalized("NFC", p.read_text(encoding="utf-8"))] == []


def test_tone_marks_stand_where_official_forms_put_them() -> None:
    assert [text for text in READ if OLD_STYLE.search(text.words)] == []


@pytest.mark.parametrize(("wrong", "right"), WRONG.items(), ids=WRONG.values())
def test_a_wrong_word_does_not_come_back(wrong: str, right: str) -> None:
    found = [text for text in READ if re.search(wrong, text.words, re.IGNORECASE)]
    assert found == [], f"viết: {right}"


def test_the_glossary_follows_the_same_list() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert [wrong for wrong in WRONG if re.search(wrong, glossary, re.IGNORECASE)] == []
    assert OLD_STYLE.findall(glossary) == []


def test_the_glossary_calls_states_what_the_screens_call_them() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert [state.label for state in STATES if f"| `{state.value}` | {state.label} |" not in glossary] == []


def test_no_english_of_the_trade_in_what_a_clerk_reads() -> None:
    shown = [text for text in LITERALS if not text.path.startswith(FOR_OPERATORS) and text.path not in LETTERS_AND_MARKS]
    assert [text for text in shown if NOT_FOR_CLERKS.search(text.words)] == []


def test_no_stray_spaces() -> None:
    assert [t for t in READ if re.search(r"\S  +\S| [,;.:!?](?!\S)|“ | ”", t.words) and "\n" not in t.words] == []


def test_a_number_means_one_cause() -> None:
    causes: dict[str, set[str]] = defaultdict(set)
    for fault in RAISED:
        if fault.what is not None:
            causes[fault.code].add(fault.what)
    assert {code: whats for code, whats in causes.items() if len(whats) > 1} == {}


def test_what_happened_what_is_safe_and_what_to_do_are_whole_sentences() -> None:
    sentences = [(f.path, f.line, said) for f in RAISED for said in (f.what, f.do, f.safe) if said]
    assert [place for place in sentences if not (SENTENCE_END.search(place[2]) or place[2].endswith("{}"))] == []


def test_what_to_do_is_a_polite_request() -> None:
    asked = [(f.path, f.line, f.do) for f in RAISED if f.do and not f.do.startswith("{}")]
    assert [place for place in asked if not place[2].startswith("Hãy ")] == []


@pytest.mark.parametrize("number", sorted(sync_faults._WORDS))
def test_a_refusal_of_the_exchange_is_said_in_whole_sentences(number: int) -> None:
    error = sync_faults.in_words(SyncError(number, "detail"))
    assert SENTENCE_END.search(error.what)
    assert SENTENCE_END.search(error.do)
    assert error.do.startswith(("Hãy ", "Không cần "))
