"""The main job, end to end: received offline, printed, merged over a bad line, and nobody's name on the server."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

from tests.journeys.conftest import Outcome
from tests.printing.pdf_reading import fonts_without_file, page_texts

RESOURCES = Path(__file__).parents[2] / "resources"
CITIZENS = json.loads((RESOURCES / "demo" / "citizens.json").read_text("utf-8"))["citizens"]
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


def test_the_summary_says_what_happened(shipped: Outcome) -> None:
    assert set(shipped.summary) == {"dossiers", "syncs", "questions", "digests", "verify"}
    dossiers = {row["procedure"]: row for row in shipped.summary["dossiers"]}
    assert len(shipped.summary["dossiers"]) == 6
    assert dossiers["1.013133"]["due"] == "25/11/2026"
    assert dossiers["2.000815"]["due"] == "25/11/2026"
    assert "nhận sau 15:00" in dossiers["2.000815"]["sentence"]
    assert "tạm dừng" in dossiers["1.004873"]["sentence"]
    assert all(set(row) == {"code", "procedure", "received", "due", "sentence"} for row in dossiers.values())
    assert [sync["replica"] for sync in shipped.summary["syncs"]] == ["pc1", "pc2"]
    assert all(sync["requests"] and sync["bytes_up"] and sync["bytes_down"] for sync in shipped.summary["syncs"])


def test_one_question_is_opened_answered_and_gone(shipped: Outcome) -> None:
    assert shipped.summary["questions"] == {"opened": 1, "answered": 1, "left": 0}


def test_both_pcs_and_the_server_hold_the_same_and_verify(shipped: Outcome) -> None:
    assert set(shipped.summary["digests"]) == {"pc1", "pc2", "server"}
    assert len(set(shipped.summary["digests"].values())) == 1
    assert shipped.summary["verify"] == {"pc1": "ok", "pc2": "ok", "server": "ok"}


def test_both_forms_of_every_dossier_are_printed_with_their_fonts(shipped: Outcome) -> None:
    pdfs = shipped.pdfs()
    codes = [row["code"] for row in shipped.summary["dossiers"]]
    assert sorted(pdfs) == sorted(f"{form}-{code}.pdf" for code in codes for form in ("Giay-tiep-nhan", "Phieu-kiem-soat"))
    assert not [name for name, pdf in pdfs.items() if fonts_without_file(pdf)]


def test_the_receipts_name_the_citizen_in_composed_letters(shipped: Outcome) -> None:
    texts = " ".join(text for name, pdf in shipped.pdfs().items() if name.startswith("Giay") for text in page_texts(pdf))
    for citizen in CITIZENS[:6]:
        assert unicodedata.normalize("NFC", citizen["full_name"]) in texts


def test_every_screen_of_both_pcs_is_pictured(shipped: Outcome) -> None:
    from PIL import Image

    names = {path.name for path in shipped.folder.glob("*.png")}
    screens = (
        "01-thiet-lap",
        "01-thiet-lap-ghi-danh",
        "02-dang-nhap",
        "03-tiep-nhan",
        "08-xem-truoc-khi-in",
        "09-dong-bo-cau-hoi",
        "11-hom-nay",
        "18-ho-so",
    )
    assert {f"{pc}-{screen}.png" for pc in ("pc1", "pc2") for screen in screens} <= names
    for name in names:
        with Image.open(shipped.folder / name) as picture:
            assert picture.size == (1366, 728)
            assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 20, name


def test_the_journey_is_told_step_by_step(shipped: Outcome) -> None:
    steps = re.findall(r"(?m)^(\d)\. ", shipped.said)
    assert steps == [str(number) for number in range(1, 8)]


def test_the_server_knows_no_citizen(shipped: Outcome) -> None:
    held = server_bytes(shipped.folder)
    assert b"1.004873" in held, "the server's own data is not where this test looks"
    secrets = [citizen[key] for citizen in CITIZENS[:6] for key in ("full_name", "phone", "address", "id_number")]
    assert not [secret for secret in [*secrets, "Thiếu bản án ly hôn", "0100 000 299"] if secret.encode() in held]


def test_another_unit_on_another_day(other: Outcome) -> None:
    assert other.summary["questions"] == {"opened": 1, "answered": 1, "left": 0}
    assert len(set(other.summary["digests"].values())) == 1
    assert set(other.summary["verify"].values()) == {"ok"}
    paused = other.summary["dossiers"][0]
    assert paused["received"] == "2026-04-28T16:45"
    assert "30/04" not in paused["due"]


def test_decomposed_letters_go_in_and_composed_ones_come_out(other: Outcome) -> None:
    receipts = " ".join(
        text for name, pdf in other.pdfs().items() if name.startswith("Giay-tiep-nhan-T-B") for text in page_texts(pdf)
    )
    assert "Nguyễn Văn Kỳ" in receipts


def test_the_slips_bear_the_name_of_the_other_unit(other: Outcome) -> None:
    assert all("PHƯỜNG PHÚ KHƯƠNG" in page_texts(pdf)[0] for pdf in other.pdfs().values())


def server_bytes(folder: Path) -> bytes:
    """Everything in the server's folder as it lies on the disk, and what is packed in it unpacked."""
    import zstandard

    held = b"".join(path.read_bytes() for path in sorted((folder / "data" / "server").rglob("*")) if path.is_file())
    unpacked = []
    for match in re.finditer(re.escape(ZSTD_MAGIC), held):
        try:
            unpacked.append(zstandard.ZstdDecompressor().decompressobj().decompress(held[match.start() :]))
        except zstandard.ZstdError:
            continue
    return held + b"".join(unpacked)
