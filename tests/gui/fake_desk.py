# ruff: noqa: E501
"""A desk on made-up rows, so that screens can be tried without a store."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from qms_desktop.domain.calendar import Calendars
from qms_desktop.domain.errors import RightsError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossier_moves import transition
from qms_desktop.domain.text import fold, sort_key, words
from qms_desktop.gui import desk as d
from qms_desktop.gui.desk import Row
from qms_desktop.gui.desks.dues import Countdown
from qms_desktop.usecases.progress import asked_for
from tests.gui.fake_clock import FakeClock
from tests.gui.fake_exchange import FakeExchange
from tests.gui.fake_fallback import FakePaper
from tests.gui.fake_files import FakeFiles
from tests.gui.fake_imports import FakeImports
from tests.gui.fake_practice import FakePractice
from tests.gui.fake_rows import FAMILY, GIVEN, MIDDLE, MOVES, NOW, PROCEDURES, STATES, FakeView, content_of, fits
from tests.gui.fake_slips import SLIPS, FakeSlips
from tests.gui.fake_statistics import FakeStatistics

__all__ = ["NOW", "PROCEDURES", "FakeDesk", "FakeView"]


class FakeDesk(FakeSlips, FakePractice, FakeClock, FakeFiles, FakePaper, FakeImports, FakeStatistics, FakeExchange):
    """Everything a window may ask, answered from memory."""

    def __init__(self, folder: Path, dossiers: int = 60) -> None:
        super().__init__()
        self.folder = folder
        self.settings: dict[str, str] = {}
        self.drafts: dict[str, dict[str, Value]] = {}
        self.founding: d.Founding | None = None
        self.person = ""
        self.received: list[d.Intake] = []
        self.refused: list[tuple[d.Intake, str, str]] = []
        self.moves: list[tuple[str, str, str, dict[str, Value]]] = []
        self.callbacks: list[Callable[[frozenset[str]], None]] = []
        self.tables: dict[str, dict[str, Row]] = {
            name: {}
            for name in (
                "person",
                "position",
                "role_grant",
                "pc",
                "office",
                "calendar",
                "dossier",
                "applicant",
                "unit",
                "delegation",
            )
        }
        self._fill(dossiers)

    def _fill(self, dossiers: int) -> None:
        for n, name in enumerate(("Bộ phận Một cửa", "Tư pháp – Hộ tịch", "Chủ tịch UBND xã")):
            self.tables["position"][f"P{n}"] = {
                "id": f"P{n}",
                "name": name,
                "section": "Văn phòng HĐND và UBND",
                "is_head": n == 2,
            }
        for n, name in enumerate(("Lê Thị Ngọc Ánh", "Trần Quốc Bảo", "Nguyễn Hữu Đức", "Phạm Thị Thuỷ")):
            self.tables["person"][f"N{n}"] = {"id": f"N{n}", "full_name": name, "position": f"P{n % 3}", "phone": "0912345678"}
            self.tables["role_grant"][f"G{n}"] = {
                "id": f"G{n}",
                "person": f"N{n}",
                "role": ("CL", "SP", "LD", "IS")[n],
                "valid_from": "2026-07-01",
            }
        self.tables["office"]["O"] = {
            "id": "O",
            "unit": "29557",
            "reception": "Trung tâm Phục vụ hành chính công",
            "convention": "A",
            "supplement_limit": 1,
        }
        self.tables["pc"]["A"] = {"id": "A", "letter": "A", "name": "Quầy số 1", "enrolled_at": "2026-11-02T08:00"}
        self.tables["calendar"]["C"] = {
            "id": "C",
            "name": "Lịch làm việc năm 2026",
            "version": 2,
            "valid_from": "2026-01-01",
            "valid_to": "2026-12-31",
            "status": "official",
            "hours": {"mon": [["07:00", "11:00"], ["13:00", "17:00"]]},
            "days": [{"date": "2026-11-24", "kind": "off", "note": "Ngày Văn hoá Việt Nam", "source": "(?)"}],
        }
        for n in range(dossiers):
            self._add_dossier(n)

    def _add_dossier(self, n: int) -> None:
        code, title, *_ = PROCEDURES[n % len(PROCEDURES)]
        name = f"{FAMILY[n % 10]} {MIDDLE[n * 7 % 8]} {GIVEN[n * 5 % 14]}"
        received = NOW - timedelta(days=n // 6, minutes=17 * n)
        due = received + timedelta(days=(3, 1, 5)[n % 3])
        record = f"D{n:04}"
        self.tables["dossier"][record] = {
            "id": record, "code": f"T-A-{received:%y%m%d}-{n % 40 + 1}-7K", "applicant_name": name, "applicant_phone": f"09{n * 7919 % 100000000:08}",
            "applicant_id": f"0{n * 31337 % 10**11:011}", "procedure_code": code, "procedure_title": title, "received_at": f"{received:%Y-%m-%dT%H:%M}",
            "due": f"{due:%Y-%m-%d}", "original_due": f"{due:%Y-%m-%d}", "state": STATES[n % 8], "step": f"B{n % 5 + 1}", "holder": f"N{n % 4}", "channel": "in_person", "revision": f"R{n % len(PROCEDURES)}",
            "applicant_address": "Ấp Phú Hoà, xã Tân Hoà", "sets": 1, "papers": [{"name": p, "originals": 1, "copies": 1, "state": "ok", "held": False, "note": ""} for p in PROCEDURES[n % len(PROCEDURES)][4]],
        }  # fmt: skip

    def now(self) -> datetime:
        return NOW

    def founded(self) -> bool:
        return self.is_founded

    def found(self, founding: d.Founding) -> str:
        self.founding = founding
        self.is_founded = True
        return "QMS1-7KQ2-M4XD-99TA-HJWP-2C6E"

    def enrolled_unit(self) -> Mapping[str, Value]:
        return {}

    def enrolled(self) -> bool:
        return True

    def hindrance(self) -> str:
        return ""

    def unlock(self, recovery_code: str) -> None:
        self.answers.append(("unlock", recovery_code))

    def begin(self) -> None:
        self.begun = True

    def reset_pin(self, person: str) -> None:
        self.settings[f"pin.{person}"] = "reset"

    def recovery_sheet(self, code: str, target: Path) -> Path:
        return self.folder / "ma-phuc-hoi.pdf"

    def join(self, server: str, code: str, pc_name: str) -> bool:
        self.is_founded = True
        return True

    def people(self) -> list[d.PersonChoice]:
        return [
            d.PersonChoice(str(p["id"]), str(p["full_name"]), str(self.tables["position"][str(p["position"])]["name"]), True)
            for p in self.tables["person"].values()
        ]

    def sign_in(self, person: str, pin: str) -> None:
        if pin != "123456":
            raise RightsError("QMS-301", "Mã PIN chưa đúng.", do="Hãy gõ lại.", safe="")
        self.person = str(self.tables["person"][person]["full_name"])

    def sign_out(self) -> None:
        self.person = ""

    def person_name(self) -> str:
        return self.person

    def unit_title(self) -> str:
        return "UBND xã Tân Hoà, tỉnh Vĩnh Long"

    def setting(self, key: str) -> str:
        return self.settings.get(key, "")

    def remember(self, key: str, value: str) -> None:
        self.settings[key] = value

    def save_draft(self, form: str, values: Mapping[str, Value]) -> None:
        self.drafts[form] = dict(values)

    def draft(self, form: str) -> Mapping[str, Value] | None:
        return self.drafts.get(form)

    def drop_draft(self, form: str) -> None:
        self.drafts.pop(form, None)

    def exports(self) -> Path:
        return self.folder

    def notes(self) -> Path:
        return self.folder / "notes"

    @contextmanager
    def view(self) -> Iterator[FakeView]:
        yield FakeView(self.tables)

    def keys(self, kind: str, where: Sequence[d.Condition], text: str, order: str, descending: bool) -> array[int]:
        rows = list(self.tables[kind].values())
        wanted = words(text)
        numbers = [
            n
            for n, row in enumerate(rows)
            if fits(row, where) and all(w in fold(" ".join(map(str, row.values()))) for w in wanted)
        ]
        if order:
            numbers.sort(key=lambda n: sort_key(str(rows[n].get(order) or "")), reverse=descending)
        return array("q", numbers)

    def totals(self, kind: str, field: str, where: Sequence[d.Condition], text: str) -> dict[str, int]:
        rows = list(self.tables[kind].values())
        return dict(Counter(str(rows[n].get(field) or "") for n in self.keys(kind, where, text, "", False)))

    def search(self, text: str) -> list[d.Found]:
        hits = [
            row
            for row in self.tables["dossier"].values()
            if all(w in fold(str(row["applicant_name"]) + str(row["code"])) for w in words(text))
        ]
        return [
            d.Found("dossier", str(row["id"]), f"{row['code']} · {row['applicant_name']}", str(row["procedure_title"]))
            for row in hits[:20]
        ]

    def may_save(self, kind: str) -> bool:
        return True

    def save(self, kind: str, record: str, values: Mapping[str, Value], seen: Mapping[str, Value] | None = None) -> str:
        key = record or f"X{len(self.tables[kind])}"
        self.tables[kind][key] = {**self.tables[kind].get(key, {"id": key}), **values}
        return key

    def undo(self) -> str:
        return "Sửa cán bộ Lê Thị Ngọc Ánh"

    def redo(self) -> str:
        return ""

    def subscribe(self, callback: Callable[[frozenset[str]], None]) -> None:
        self.callbacks.append(callback)

    def today(self) -> list[d.TodayGroup]:
        groups: dict[str, list[Row]] = {"late": [], "soon": [], "tomorrow": [], "paused": [], "ready": []}
        for row in self.tables["dossier"].values():
            due = self.due_of(row)
            key = "ready" if row["state"] == "result_ready" else due.level
            if key in groups:
                groups[key].append({**row, "due_left": due.left, "due_level": due.level, "holder_name": "Trần Quốc Bảo"})
        titles = {
            "late": ("Quá hạn", "late"),
            "soon": ("Hẹn trả hôm nay", "soon"),
            "tomorrow": ("Hẹn trả ngày mai", "ok"),
            "paused": ("Chờ người dân bổ sung", "paused"),
            "ready": ("Chờ trả kết quả", "ok"),
        }
        return [
            d.TodayGroup(key, titles[key][0], tuple(rows), "Không có hồ sơ nào. Rất tốt.", titles[key][1])
            for key, rows in groups.items()
        ]

    def due_of(self, dossier: Row) -> d.Due:
        return Countdown(Calendars(())).of_row(dossier, NOW)

    def procedures(self) -> list[d.Procedure]:
        made = [
            d.Procedure(
                f"R{n}",
                code,
                title,
                field,
                "Có hiệu lực",
                True,
                "Lần ban hành 02, hiệu lực 01/07/2025",
                content_of(code, title, field, value, "working_day", papers),
                {},
            )
            for n, (code, title, field, value, papers) in enumerate(PROCEDURES)
        ]
        old = d.Procedure(
            "R9",
            "2.001009",
            "Chứng thực văn bản khai nhận di sản",
            "Chứng thực",
            "Hết hiệu lực",
            False,
            "Lần ban hành 01, hết hiệu lực 30/06/2025",
            made[4].content,
            {},
        )
        return [*made, old]

    def may_approve(self, revision: str) -> bool:
        return False

    def may_edit(self, revision: str) -> bool:
        return False

    def edit_procedure(self, revision: str, values: Mapping[str, Value], seen: Mapping[str, Value]) -> None:
        self.answers.append((revision, dict(values)))

    def approve(self, revision: str, effective_on: str, decision: str) -> None:
        self.answers.append((revision, effective_on))

    def most_used(self) -> list[str]:
        return ["R0", "R2", "R1"]

    def applicants(self, text: str) -> list[Row]:
        rows = [
            {
                "id": f"A{n}",
                "full_name": row["applicant_name"],
                "id_number": row["applicant_id"],
                "phone": row["applicant_phone"],
                "address": row["applicant_address"],
                "born": "1985-03-12",
            }
            for n, row in enumerate(list(self.tables["dossier"].values())[:30])
        ]
        wanted = fold(text)
        return [row for row in rows if wanted in fold(" ".join(str(v) for v in row.values()))][:9]

    def preview_due(self, intake: d.Intake) -> d.Due:
        return d.Due(
            "26/11/2026",
            "Nhận 20/11 · 3 ngày làm việc · bỏ 21–22/11 (cuối tuần), 24/11 (nghỉ) · hẹn 26/11/2026",
            "còn 3 ngày làm việc",
            "ok",
        )

    def receive(self, intake: d.Intake) -> d.Accepted:
        self.received.append(intake)
        n = len(self.tables["dossier"])
        self._add_dossier(n)
        record = f"D{n:04}"
        self.tables["dossier"][record]["applicant_name"] = intake.applicant.get("full_name")
        return d.Accepted(record, str(self.tables["dossier"][record]["code"]), self.preview_due(intake))

    def send_back(self, intake: d.Intake) -> d.Accepted:
        return self.receive(intake)

    def dossier(self, record: str) -> d.DossierPage:
        row = self.tables["dossier"][record]
        due = self.due_of(row)
        return d.DossierPage(
            row,
            d.Due("26/11/2026", "Nhận 20/11 · 3 ngày làm việc · bỏ 21–22/11 (cuối tuần) · tạm dừng 23→25/11 (2 ngày, chờ bổ sung) · hẹn 26/11/2026 (hẹn gốc 25/11)", due.left, due.level),
            "Đang xử lý", "B3 · Thẩm định, dự thảo kết quả", "Kiểm tra giấy tờ, đối chiếu cơ sở dữ liệu quốc gia về dân cư; dự thảo giấy xác nhận.", "Dự thảo Giấy xác nhận",
            tuple(d.Move(m.name, m.label, m.key, m.reason_required, asked_for(row, m)) for m in map(transition, MOVES)),
            (d.Event("20/11/2026 09:05", "Tiếp nhận", "Lê Thị Ngọc Ánh"), d.Event("20/11/2026 09:30", "B2 · Phân công thụ lý", "Trần Quốc Bảo, đúng hạn"), d.Event("20/11/2026 10:00", "B3 · Thẩm định, dự thảo kết quả", "Nguyễn Hữu Đức, hạn 23/11/2026 15:00", "soon")),
            (d.HistoryItem("20/11/2026 09:30", "Lê Thị Ngọc Ánh", "Chuyển bước", "Bước", "B1", "B2"), d.HistoryItem("20/11/2026 10:00", "Trần Quốc Bảo", "Sửa hồ sơ", "Số điện thoại", "0912345678", "0987654321")),
            "Nguyễn Hữu Đức",
            SLIPS,
        )  # fmt: skip

    def move(self, record: str, name: str, reason: str, values: Mapping[str, Value]) -> None:
        self.moves.append((record, name, reason, dict(values)))

    def move_many(self, records: Sequence[str], name: str, reason: str, values: Mapping[str, Value]) -> str:
        self.moves.extend((record, name, reason, dict(values)) for record in records)
        return f"đã làm với {len(records)} hồ sơ."

    def refuse(self, intake: d.Intake, reason: str, basis: str) -> d.Accepted:
        self.refused.append((intake, reason, basis))
        return d.Accepted("D0000", "Q-A-261120-1-7K", d.Due("", ""))

    def edit(self, record: str, values: Mapping[str, Value], seen: Mapping[str, Value] | None = None) -> None:
        self.tables["dossier"][record].update(values)

    def calculate(self, received: datetime, norm: str, convention: str, pauses: Sequence[tuple[str, str]]) -> d.Due:
        return d.Due(
            "26/11/2026", "Nhận 20/11 · 3 ngày làm việc · bỏ 21–22/11 (cuối tuần), 24/11 (nghỉ) · hẹn 26/11/2026", "", "ok"
        )

    def receipt(self, record: str) -> d.Sheet:
        from reportlab.pdfgen.canvas import Canvas

        path = self.folder / "slip.pdf"
        canvas = Canvas(str(path))
        canvas.drawString(100, 700, record)
        canvas.save()
        return d.Sheet(path.read_bytes(), "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", f"{record}.pdf")

    def control_slip(self, record: str) -> d.Sheet:
        return self.receipt(record)

    def supplement_slip(self, record: str) -> d.Sheet:
        return self.receipt(record)

    def register_book(self, first: date, last: date) -> d.Sheet:
        return self.receipt(f"{first}–{last}")

    def list_sheet(self, kind: str, where: Sequence[d.Condition], text: str, order: str, descending: bool) -> d.Sheet:
        return self.receipt(kind)

    def data_sheet(self, kind: str, record: str) -> d.Sheet:
        return self.receipt(record)

    def printed(self, sheet: d.Sheet, copies: int) -> None:
        self.answers.append((sheet.file_name, copies))
