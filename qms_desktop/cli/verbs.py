"""What each verb of the command line does."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from qms_desktop import STARTED
from qms_desktop.domain.errors import InputError, SetupError
from qms_desktop.domain.ids import VIET_NAM
from qms_desktop.keys import FileKeys, KeyringKeys, Keys
from qms_desktop.office import Office
from qms_desktop.paths import Paths, default_data


def keys_for(options: argparse.Namespace, data: Path) -> Keys:
    """The operating system's key store, or the key file a person names on purpose (with a visible warning)."""
    if options.key_file is None:
        return KeyringKeys(data)
    print(f"Chú ý: khóa được giữ trong tệp {options.key_file}; ai có tệp này và dữ liệu thì đọc được hồ sơ.", file=sys.stderr)
    return FileKeys(options.key_file, data)


def paths_for(options: argparse.Namespace) -> Paths:
    """The data folder a person named, or the PC's own."""
    return Paths((options.data or default_data()).expanduser())


def office_for(options: argparse.Namespace) -> Office:
    """The office of the data folder, not opened yet."""
    paths = paths_for(options)
    return Office(paths, keys_for(options, paths.data))


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Office]:
    """The office, opened; SetupError when the folder holds none."""
    paths = paths_for(options)
    if not paths.database.exists():
        raise SetupError(
            "QMS-810",
            f"Thư mục “{paths.data}” chưa có dữ liệu của đơn vị nào.",
            do="Hãy mở chương trình để thiết lập, hoặc dùng lệnh found, enrol hay restore.",
        )
    office = office_for(options)
    office.open()
    try:
        yield office
    finally:
        office.close()


def window(options: argparse.Namespace) -> int:
    """Open the window; prints ``ready <ms>`` when it can be used."""
    from qms_desktop.gui.app import run

    office = office_for(options)
    if office.exists:
        office.open()
    try:
        return run(office, on_ready=_say_ready, background=True)
    finally:
        office.close()


def _say_ready() -> None:
    print(f"ready {(time.perf_counter() - STARTED) * 1000:.0f}", flush=True)


def demo(options: argparse.Namespace) -> int:
    """The demo office with a provincial server beside it: in a window, or the whole journey headless."""
    from qms_desktop.demo import run

    if options.data is not None or options.key_file is not None:
        raise SetupError(
            "QMS-196",
            "Đơn vị mẫu có dữ liệu và khóa riêng, không dùng --data và --key-file.",
            do="Hãy bỏ hai tùy chọn này; nơi ghi kết quả của hành trình mẫu là --out.",
        )
    return run(scenario=options.scenario, out=options.out, headless=options.headless, on_ready=_say_ready)


def sync(options: argparse.Namespace) -> int:
    """One exchange with the province; prints what went over and whether both sides agree."""
    with opened(options) as office:
        result = office.sync_once()
    print(
        f"Đã gửi {result.sent}, đã nhận {result.received} mục; {result.requests} lần hỏi, "
        f"{result.bytes_up} byte lên, {result.bytes_down} byte xuống; hai bên {'khớp' if result.equal else 'CHƯA khớp'}."
    )
    return 0 if result.equal else 1


def verify(options: argparse.Namespace) -> int:
    """Recompute the chains and compare the rebuilt state with the tables; prints ``ok`` or the faults."""
    with opened(options) as office:
        faults = office.verify()
    print("\n".join(faults) if faults else "ok")
    return 1 if faults else 0


def import_procedures(options: argparse.Namespace) -> int:
    """Procedures of the national export come in as drafts; every doubt is shown."""
    with opened(options) as office:
        report = office.import_procedures(options.file)
    for line in report.lines():
        print(line)
    return 0 if report.taken or not report.faults else 1


def backup(options: argparse.Namespace) -> int:
    """One file that opens with the recovery code only."""
    if not options.file.absolute().parent.is_dir():
        raise SetupError("QMS-822", f"Không có thư mục “{options.file.parent}”.", do="Hãy sửa đường dẫn rồi chạy lại.")
    with opened(options) as office:
        office.backup(options.file)
    print(f"Đã sao lưu vào {options.file}. Muốn mở lại cần mã phục hồi in khi thiết lập.")
    return 0


def restore(options: argparse.Namespace) -> int:
    """A backup and the recovery code, nothing else, make this PC work again under a new replica id."""
    office = office_for(options)
    code = options.code or os.environ.get("QMS_RECOVERY_CODE") or input("Mã phục hồi: ")
    office.restore(options.file, code)
    office.close()
    print(f"Đã khôi phục vào {office.paths.data}. Máy này mang mã mới; ghi danh lại với tỉnh để đồng bộ.")
    return 0


def found(options: argparse.Namespace) -> int:
    """The first PC of a unit, without any network; prints the recovery code, which is never shown again."""
    from qms_desktop.usecases.setup import Foundation, NewPerson

    office = office_for(options)
    if office.exists:
        office.open()
    secretary = NewPerson(options.person, "Thư ký ISO", ("IS", "CL", "SP", "LD"))
    foundation = Foundation(unit_kind=options.kind, unit_name=options.name, people=(secretary,))
    code = office.found(options.unit, foundation)
    office.close()
    print(f"Mã phục hồi (in ra, cất trong két, không hiện lại lần nữa): {code}")
    return 0


def enrol(options: argparse.Namespace) -> int:
    """Join the province with a one-time code."""
    office = office_for(options)
    if office.exists:
        office.open()
    office.enrol(options.server, options.code, options.pc_name)
    letter = office.demand_store().letter
    office.close()
    print(f"Máy đã ghi danh, ký hiệu {letter}.")
    return 0


def due(options: argparse.Namespace) -> int:
    """A due date with its sentence, for a norm in words or a procedure's code."""
    from qms_desktop.domain.calendar import weekly
    from qms_desktop.domain.calendar_data import parse_sessions
    from qms_desktop.domain.deadline_model import Convention
    from qms_desktop.domain.deadlines import explain_due, parse_pause
    from qms_desktop.resources import calendars

    received = _moment(options.received)
    deadline = explain_due(
        received,
        _norm_words(options.norm, options.channel, received.date()),
        calendar=calendars(),
        convention=Convention(options.convention),
        hours=weekly(parse_sessions(options.hours)) if options.hours else None,
        pauses=[parse_pause(text) for text in options.pause],
    )
    if options.json:
        print(json.dumps(deadline.as_dict(), ensure_ascii=False, indent=2))
        return 0
    found = deadline.current_due
    print(" ".join(filter(None, (found.date_text(), found.time_text()))) if found else "Không có ngày hẹn")
    print(deadline.sentence)
    return 0


def _moment(text: str) -> datetime:
    """Local time of Viet Nam, as ISO or as people write it; a moment with an offset is converted."""
    for form in ("", "%d/%m/%Y %H:%M", "%d/%m/%YT%H:%M", "%H:%M %d/%m/%Y", "%d/%m/%Y"):
        try:
            moment = datetime.strptime(text.strip(), form) if form else datetime.fromisoformat(text.strip())
        except ValueError:
            continue
        return moment.astimezone(VIET_NAM).replace(tzinfo=None) if moment.tzinfo else moment
    raise InputError(
        "QMS-115", f"“{text}” không phải là một thời điểm có thật.", do="Hãy ghi như 2026-11-20T09:00 hoặc 20/11/2026 09:00."
    )


def _norm_words(text: str, channel: str, day: date) -> str:
    """The norm itself, or the norm of the shipped procedure when a procedure's code was given."""
    import re

    from qms_desktop.domain.norms import NormUnit, TimeNorm, format_norm, parse_norm
    from qms_desktop.resources import procedures

    if not re.fullmatch(r"\d\.\d{6}", text.strip()):
        if parse_norm(text).unit is NormUnit.TEXT:
            raise InputError(
                "QMS-118", f"Không hiểu thời hạn “{text}”.", do="Hãy ghi như “3 ngày làm việc”, “45 ngày”, “2 giờ”, “trong ngày”."
            )
        return text
    content = next((found for found in procedures() if found.code == text.strip()), None)
    if content is None:
        raise InputError("QMS-116", f"Không có thủ tục mã {text} trong bộ mẫu.", do="Hãy ghi thời hạn bằng chữ.")
    if not content.in_force_on(day):
        raise InputError("QMS-119", f"Thủ tục {text} không có hiệu lực ngày {day:%d/%m/%Y}.", do="Hãy chọn thủ tục khác.")
    if not content.norms:
        raise InputError("QMS-114", f"Thời hạn của thủ tục {text} chưa xác minh.", do="Hãy ghi thời hạn bằng chữ.")
    norm = content.norm_for(channel)
    if norm is None:
        raise InputError("QMS-117", f"Thủ tục {text} không có thời hạn cho cách nộp này.", do="Hãy chọn cách nộp khác.")
    return format_norm(TimeNorm.of(norm.value, norm.unit, norm.text))
