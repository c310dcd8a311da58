"""`qms-desktop packet` beside `qms-server packet`: one PC, one province, one stick."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from qms_desktop.cli import main
from qms_desktop.domain.unit_lists import parse_units
from sync.server.__main__ import main as server
from sync.server.province import Province
from sync.server.publishing import import_units
from sync.server.serve import Running

UNIT = "28756"
CSV = f"code,kind,name,full_name,province\n{UNIT},Phường,Phú Khương,Phường Phú Khương,Tỉnh Vĩnh Long\n"


@pytest.fixture
def place(tmp_path: Path) -> list[str]:
    """Where an enrolled PC lies, as options; its province is in the folder beside it, without a line."""
    where = ["--data", str(tmp_path / "pc"), "--key-file", str(tmp_path / "pc.keys")]
    province = Province.init(tmp_path / "province")
    import_units(province, parse_units(CSV.encode()), date(2025, 7, 1), "thử")
    with Running(province) as running:
        code = province.accounts.new_code(UNIT)
        assert main(["enrol", "--server", running.url, "--code", code, *where]) == 0
    province.close()
    return where


def test_there_and_back_by_file(place: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there, back = str(tmp_path / "there.qmspacket"), str(tmp_path / "back.qmspacket")
    assert main(["packet", "export", there, *place]) == 0
    assert "Đã lập gói gửi tỉnh" in capsys.readouterr().out
    assert server(["packet", "import", there, "--answer", back, "--data", str(tmp_path / "province")]) == 0
    capsys.readouterr()
    assert main(["packet", "import", back, *place]) == 0
    assert re.search(r"Đã nhận [1-9]\d* mục mới từ tỉnh", capsys.readouterr().out)
    assert main(["packet", "import", back, *place]) == 0
    assert "Đã nhận 0 mục mới" in capsys.readouterr().out
    assert main(["verify", *place]) == 0


def test_a_wrong_file_is_refused_in_words(place: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "there.qmspacket"
    file.write_bytes(b"something else")
    assert main(["packet", "import", str(file), *place]) == 2
    assert "QMS-5701" in capsys.readouterr().err
    assert main(["packet", "export", str(file), "--for", "B", *place]) == 2
    assert "QMS-245" in capsys.readouterr().err
    assert file.read_bytes() == b"something else"


@pytest.mark.parametrize("verb", [(), ("export",), ("import",)], ids=lambda verb: verb[0] if verb else "packet")
def test_the_verbs_explain_themselves_in_vietnamese(verb: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["packet", *verb, "--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert "Cách dùng:" in text
    assert not re.search(r"\b(usage|options|show this)\b", text)
