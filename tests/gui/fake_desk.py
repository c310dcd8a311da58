# ruff: noqa: E501
"""A desk on made-up rows, so that screens can be tried without a store."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from qms_desktop.domain.errors import RightsError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.procedure_content import Fee, FormRef, LegalBasis, Norm, Paper, ProcedureContent, Step
from qms_desktop.domain.records.dossiers import transition
from qms_desktop.domain.text import fold, sort_key, words
from qms_desktop.gui import desk as d
from qms_desktop.gui.desk import Row
from qms_desktop.usecases.progress import asked_for

NOW = datetime(2026, 11, 20, 9, 5)
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ")
MIDDLE = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Thanh", "Đức", "Quốc")
GIVEN = ("An", "Bình", "Đông", "Hà", "Hương", "Khánh", "Lan", "Phúc", "Quyền", "Thuỷ", "Tuấn", "Ước", "Vững", "Yến")
STATES = ("received", "processing", "processing", "awaiting_citizen", "result_ready", "closed", "closed", "closed")


def _content(code: str, title: str, field: str, value: str, unit: str, papers: Sequence[str]) -> ProcedureContent:
    minutes = (120, 120, 720, 120, 240, 60, 60)
    roles = ("MC", "LDP", "CM", "LDP", "LD", "VT", "MC")
    names = (
        "Tiếp nhận, kiểm tra hồ sơ",
        "Phân công thụ lý",
        "Thẩm định, dự thảo kết quả",
        "Duyệt dự thảo",
        "Ký kết quả",
        "Đóng dấu, vào sổ",
        "Trả kết quả",
    )
    return ProcedureContent(
        code=code,
        title=title,
        field=field,
        level="Cấp xã",
        decision="Quyết định số 1833/QĐ-BTP",
        authority="UBND cấp xã",
        legal_basis=(LegalBasis("123/2015/NĐ-CP", "Quy định chi tiết Luật Hộ tịch", "15/11/2015", "Chính phủ"),),
        papers=tuple(Paper(name, 1, number % 2) for number, name in enumerate(papers)),
        norms=(Norm("any", value, unit, "", f"{value} ngày làm việc kể từ ngày nhận đủ hồ sơ"),),
        fees=(Fee("any", "15.000 đồng/bản; miễn cho người có công, hộ nghèo", None),),
        steps=tuple(
            Step(
                f"B{n + 1}",
                names[n],
                roles[n],
                minutes[n],
                "any",
                "",
                "Kiểm tra giấy tờ, đối chiếu cơ sở dữ liệu quốc gia về dân cư.",
                "Phiếu kiểm soát",
            )
            for n in range(7)
        ),
        forms=(FormRef("TK-01", "Tờ khai theo mẫu"),),
        results=("Giấy xác nhận",),
        doubts=("Mức lệ phí theo nghị quyết của HĐND tỉnh: chưa xác minh.",),
    )


PROCEDURES = (
    (
        "2.000815",
        "Chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan, tổ chức có thẩm quyền cấp",
        "Chứng thực",
        "1",
        ("Bản chính giấy tờ, văn bản", "Bản sao cần chứng thực"),
    ),
    (
        "1.004873",
        "Cấp Giấy xác nhận tình trạng hôn nhân",
        "Hộ tịch",
        "3",
        ("Tờ khai cấp Giấy xác nhận tình trạng hôn nhân", "Giấy tờ tuỳ thân", "Quyết định ly hôn (nếu có)"),
    ),
    (
        "1.001193",
        "Đăng ký khai sinh",
        "Hộ tịch",
        "1",
        ("Tờ khai đăng ký khai sinh", "Giấy chứng sinh", "Giấy tờ tuỳ thân của cha, mẹ"),
    ),
    (
        "1.013133",
        "Đăng ký nghĩa vụ quân sự lần đầu",
        "Nghĩa vụ quân sự",
        "1",
        ("Phiếu tự khai sức khoẻ nghĩa vụ quân sự", "Bản chụp Căn cước công dân"),
    ),
    (
        "2.001035",
        "Chứng thực hợp đồng, giao dịch liên quan đến tài sản là động sản, quyền sử dụng đất, nhà ở",
        "Chứng thực",
        "2",
        ("Dự thảo hợp đồng", "Giấy tờ tuỳ thân", "Giấy chứng nhận quyền sử dụng"),
    ),
)


MOVES = ("forward", "request_supplement", "result_ready", "deliver", "extend", "withdraw")


class FakeView:
    """A snapshot of the made-up rows."""

    def __init__(self, tables: Mapping[str, Mapping[str, Row]]) -> None:
        self._tables = tables

    def get(self, kind: str, record: str) -> Row | None:
        found = self._tables.get(kind, {}).get(record)
        return dict(found) if found else None

    def find(self, kind: str, /, **equals: Value) -> list[Row]:
        rows = self._tables.get(kind, {}).values()
        return [dict(row) for row in rows if all(row.get(name) == value for name, value in equals.items())]

    def rows(self, kind: str, rowids: Sequence[int], fields: Sequence[str]) -> list[Row]:
        rows = list(self._tables.get(kind, {}).values())
        return [{name: rows[n].get(name) for name in ("id", *fields)} for n in rowids]


class FakeDesk:
    """Everything a window may ask, answered from memory."""

    def __init__(self, folder: Path, dossiers: int = 60) -> None:
        self.folder = folder
        self.settings: dict[str, str] = {}
        self.drafts: dict[str, dict[str, Value]] = {}
        self.founding: d.Founding | None = None
        self.is_founded = True
        self.person = ""
        self.received: list[d.Intake] = []
        self.answers: list[tuple[str, Value]] = []
        self.moves: list[tuple[str, str, str, dict[str, Value]]] = []
        self.state = d.SyncState("up_to_date", NOW - timedelta(minutes=12))
        self.callbacks: list[Callable[[frozenset[str]], None]] = []
        self.tables: dict[str, dict[str, Row]] = {
            name: {} for name in ("person", "position", "role_grant", "pc", "office", "calendar", "dossier", "applicant", "unit")
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

    def recovery_sheet(self, code: str) -> Path:
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
            if _fits(row, where) and all(w in fold(" ".join(map(str, row.values()))) for w in wanted)
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

    def save(self, kind: str, record: str, values: Mapping[str, Value]) -> str:
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
        text = f"{dossier['due']}"
        if dossier["state"] in ("closed", "result_ready"):
            return d.Due(text, "", "đúng hạn" if dossier["state"] == "closed" else "có kết quả", "done")
        if dossier["state"] == "awaiting_citizen":
            return d.Due(text, "", "tạm dừng", "paused")
        days = (datetime.fromisoformat(text).date() - NOW.date()).days
        if days < 0:
            return d.Due(text, "", f"trễ {-days} ngày", "late")
        return d.Due(text, "", "hôm nay" if not days else f"còn {days} ngày", "ok" if days else "soon")

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
                _content(code, title, field, value, "working_day", papers),
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
        )
        return [*made, old]

    def may_approve(self, revision: str) -> bool:
        return False

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
        )  # fmt: skip

    def move(self, record: str, name: str, reason: str, values: Mapping[str, Value]) -> None:
        self.moves.append((record, name, reason, dict(values)))

    def edit(self, record: str, values: Mapping[str, Value]) -> None:
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

    def sync_state(self) -> d.SyncState:
        return self.state

    def on_sync(self, callback: Callable[[], None]) -> None:
        self._on_sync = callback

    def sync_now(self) -> None:
        self.state = d.SyncState("up_to_date", NOW)

    def waiting_lines(self) -> list[d.SyncLine]:
        return [d.SyncLine("20/11/2026 09:05", "Tiếp nhận hồ sơ T-A-261120-1-7K", "Lê Thị Ngọc Ánh")]

    def arrived_lines(self) -> list[d.SyncLine]:
        return [d.SyncLine("20/11/2026 08:53", "Sửa hồ sơ T-B-261119-4-2M", "Trần Quốc Bảo · máy B")]

    def questions(self) -> list[d.OpenQuestion]:
        return [d.OpenQuestion("dossier", "D0003", "applicant_phone", "T-A-261120-4-7K · Phạm Minh Lan", "Số điện thoại", "0912 345 678",
            (d.Stance("0987654321", "0987 654 321", "Lê Thị Ngọc Ánh · máy A", "20/11/2026 08:40", True), d.Stance("0909111222", "0909 111 222", "Trần Quốc Bảo · máy B", "20/11/2026 08:42", False)))]  # fmt: skip

    def answer(self, question: d.OpenQuestion, value: Value) -> None:
        self.answers.append((question.field, value))

    def machines_waiting(self) -> list[Row]:
        return [{"id": "M", "name": "Quầy số 2", "fingerprint": "7K2M-44QD"}]

    def admit(self, machine: str) -> None:
        self.answers.append((machine, "admitted"))

    def packets(self) -> list[d.PacketItem]:
        return [
            d.PacketItem("20/11/2026 09:10", "Nhận từ tỉnh: 5 mục mới · ve-xa.qmspacket", "Đã nhận", "ok"),
            d.PacketItem(
                "16/11/2026 16:40",
                "Gửi tỉnh: 12 mục · goi-28756-A-gui-tinh-20261116-1640.qmspacket",
                "Có trả lời 20/11/2026 09:10",
                "ok",
            ),
            d.PacketItem(
                "13/11/2026 16:40", "Gửi máy B: 3 mục · goi-28756-A-gui-may-B-20261113-1640.qmspacket", "Chờ trả lời", "soon"
            ),
        ]

    def packet_receivers(self) -> list[tuple[str, str]]:
        return [("", "Tỉnh"), ("B", "Máy B · Quầy số 2")]

    def packet_name(self, receiver: str) -> str:
        return f"goi-28756-A-gui-{receiver or 'tinh'}.qmspacket"

    def export_packet(self, file: Path, receiver: str) -> str:
        self.answers.append((file.name, receiver))
        return "Đã lập gói gửi tỉnh: 12 mục."

    def import_packet(self, file: Path) -> str:
        self.answers.append((file.name, "imported"))
        return "Đã nhận 5 mục mới từ tỉnh."

    def backup(self, target: Path) -> Path:
        return target / "sao-luu.qmsb"

    def last_backup(self) -> datetime | None:
        return NOW - timedelta(hours=3)

    def restore(self, source: Path, recovery_code: str) -> None:
        self.is_founded = True

    def verify(self) -> list[str]:
        return []

    def import_models(self) -> list[str]:
        return ["Đã nhập 47 quy trình mẫu."]

    def import_procedures(self, source: Path) -> list[str]:
        return ["Đã nhập 85 thủ tục.", "12 điểm chưa xác minh."]


def _fits(row: Row, where: Sequence[d.Condition]) -> bool:
    return all(
        row.get(name) in wanted if op == "in" and isinstance(wanted, list) else row.get(name) == wanted
        for name, op, wanted in where
    )
