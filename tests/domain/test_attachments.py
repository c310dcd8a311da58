"""What an office may attach, and what a clerk is told about the rest."""

from __future__ import annotations

import unicodedata

import pytest

from qms_desktop.domain.attachments import LONGEST_NAME, accept, in_words, tidy_name
from qms_desktop.domain.errors import InputError

PDF = b"%PDF-1.7 \x00\x01\x02\x03\x04\x05\x06"
MOST = 25_000_000


def refused(name: str, head: bytes, size: int) -> str:
    with pytest.raises(InputError) as caught:
        accept(name, head, size, MOST)
    return caught.value.code


def test_a_scan_is_accepted_with_its_kind() -> None:
    accepted = accept("Đơn đề nghị.PDF", PDF, 800_000, MOST)
    assert (accepted.name, accepted.mime) == ("Đơn đề nghị.PDF", "application/pdf")


def test_empty_large_strange_and_broken_files_are_refused_with_a_reason() -> None:
    assert refused("a.pdf", b"", 0) == "QMS-161"
    assert refused("a.pdf", PDF, MOST + 1) == "QMS-162"
    assert refused("virus.exe", b"MZ", 10) == "QMS-163"
    assert refused("hoso.pdf.lnk", PDF, 10) == "QMS-163"
    assert refused("khong duoi", PDF, 10) == "QMS-163"
    assert refused("a.pdf", b"<html>", 10) == "QMS-164"
    assert refused("a.docx", PDF, 10) == "QMS-164"


def test_the_message_says_how_much_is_too_much() -> None:
    with pytest.raises(InputError, match=r"31,5 MB, quá giới hạn 25 MB"):
        accept("a.pdf", PDF, 31_500_000, MOST)


def test_names_are_composed_and_lose_folders_and_forbidden_signs() -> None:
    decomposed = unicodedata.normalize("NFD", "Giấy khai sinh.pdf")
    assert tidy_name(decomposed) == "Giấy khai sinh.pdf"
    assert tidy_name("C:\\quet\\a:b?.pdf") == "a_b_.pdf"
    assert tidy_name("../../etc/x.pdf") == "x.pdf"
    assert tidy_name("con.txt") == "_con.txt"
    assert tidy_name(" .. ") == "tep"


def test_a_name_of_two_hundred_letters_keeps_its_beginning_its_end_and_its_ending() -> None:
    kept = tidy_name("Đơn " + "ề" * 196 + " số 7.pdf")
    assert len(kept) <= LONGEST_NAME
    assert kept.startswith("Đơn ề")
    assert kept.endswith("số 7.pdf")
    assert unicodedata.is_normalized("NFC", kept)
    assert len(tidy_name("x" * 200)) <= LONGEST_NAME


def test_sizes_are_said_as_people_read_them() -> None:
    assert [in_words(size) for size in (1, 820_400, 1_400_000, 25_000_000)] == ["1 KB", "820 KB", "1,4 MB", "25 MB"]
