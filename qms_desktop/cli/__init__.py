"""The command line of the desktop: the window, or one verb. Every verb is also in the window."""

import argparse
import errno
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from qms_desktop.cli import packets, verbs
from qms_desktop.domain.errors import AppError, SetupError
from qms_desktop.sync_faults import in_words
from sync.command_line import VietnameseParser
from sync.errors import SyncError as SyncFault

_DESCRIPTION = "ISO điện tử: quản lý chất lượng TCVN ISO 9001:2015 của UBND cấp xã. Không có lệnh nào thì mở cửa sổ."
_REASONS = {
    errno.ENOENT: "không có",
    errno.EACCES: "không được phép",
    errno.EPERM: "không được phép",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.ENOSPC: "ổ đĩa đã đầy",
    errno.EISDIR: "là thư mục",
    errno.ENOTDIR: "không phải là thư mục",
    errno.EEXIST: "đã có",
}
EXIT_FAULT = 1
EXIT_APP_ERROR = 2


def build_parser() -> argparse.ArgumentParser:
    """The whole command line, with Vietnamese help."""
    parser = VietnameseParser(prog="qms-desktop", description=_DESCRIPTION)
    _place(parser, top=True)
    commands = parser.add_subparsers(dest="verb", metavar="LỆNH")
    _demo(_verb(commands, "demo", "chạy đơn vị mẫu cùng máy chủ tỉnh trên máy này", verbs.demo, placed=False))
    _verb(commands, "sync", "đồng bộ một lần rồi thoát", verbs.sync)
    _verb(commands, "verify", "tính lại chuỗi nhật ký và so với các bảng", verbs.verify)
    importing = _verb(
        commands,
        "import-procedures",
        "nhập thủ tục từ tệp xuất của cổng quốc gia (JSON) thành bản soạn thảo",
        verbs.import_procedures,
    )
    importing.add_argument("file", type=Path, metavar="TỆP")
    backup = _verb(commands, "backup", "sao lưu ra một tệp (mở lại bằng mã phục hồi)", verbs.backup)
    backup.add_argument("file", type=Path, metavar="TỆP")
    restore = _verb(commands, "restore", "khôi phục từ tệp sao lưu và mã phục hồi vào một thư mục trống", verbs.restore)
    restore.add_argument("file", type=Path, metavar="TỆP")
    restore.add_argument("--code", metavar="MÃ", help="mã phục hồi; không ghi thì chương trình hỏi")
    _found(_verb(commands, "found", "lập dữ liệu đơn vị trên máy đầu tiên", verbs.found))
    _enrol(_verb(commands, "enrol", "ghi danh máy này với máy chủ tỉnh bằng mã dùng một lần", verbs.enrol))
    _packet(commands)
    _due(_verb(commands, "due", "tính ngày hẹn trả và giải thích", verbs.due))
    return parser


def _verb(
    commands: "argparse._SubParsersAction[VietnameseParser]",
    name: str,
    text: str,
    run: Callable[[argparse.Namespace], int],
    *,
    placed: bool = True,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
    if placed:
        _place(parser, top=False)
    parser.set_defaults(run=run)
    return parser


def _place(parser: argparse.ArgumentParser, *, top: bool) -> None:
    """--data and --key-file are understood before and after the verb; the one given last wins."""
    missing = None if top else argparse.SUPPRESS
    parser.add_argument("--data", type=Path, default=missing, metavar="THƯ_MỤC", help="thư mục dữ liệu của đơn vị")
    parser.add_argument(
        "--key-file",
        type=Path,
        default=missing,
        metavar="TỆP",
        help="giữ khóa trong tệp này (ngoài thư mục dữ liệu) thay vì kho khóa của hệ điều hành",
    )


_SCENARIO = """Kịch bản là một tệp JSON; chỉ bắt buộc có unit và dossiers, ví dụ:

  {"unit": "28756", "start": "2026-11-23T07:00",
   "dossiers": [
     {"id": "hs1", "pc": "pc1", "procedure": "2.000815", "channel": "in_person",
      "applicant": {"full_name": "Nguyễn Thị Ví Dụ", "phone": "0100 000 300"},
      "papers": ["Bản chính"], "received": "2026-11-23T15:20",
      "actions": [{"do": "forward", "at": "2026-11-23T15:40"}]}],
   "edits": [{"pc": "pc1", "dossier": "hs1", "field": "note", "value": "Gọi trước"},
             {"pc": "pc2", "dossier": "hs1", "field": "note", "value": "Gửi bưu điện"}],
   "answers": [{"pc": "pc1", "dossier": "hs1", "field": "note", "take": "pc2"}]}

Mọi trường được giải thích trong docs/scenarios.md; kịch bản mẫu: resources/demo/scenario.json.
Kết quả (PDF, ảnh màn hình, summary.json) nằm ở --out, mặc định demo-out. Mã thoát 0 khi mọi máy khớp nhau."""


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _SCENARIO
    parser.add_argument("--headless", action="store_true", help="không mở màn hình: tự chạy trọn hành trình mẫu")
    parser.add_argument("--scenario", type=Path, metavar="TỆP.json", help="kịch bản khác với kịch bản mẫu")
    parser.add_argument("--out", type=Path, metavar="THƯ_MỤC", help="nơi ghi PDF, ảnh màn hình và summary.json")


def _found(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unit", required=True, metavar="MÃ", help="mã đơn vị, ví dụ 28756")
    parser.add_argument("--kind", choices=("xa", "phuong", "dac_khu"), default="xa", help="loại đơn vị")
    parser.add_argument("--name", required=True, metavar="TÊN", help="tên đơn vị, ví dụ “Phú Khương”")
    parser.add_argument("--person", required=True, metavar="HỌ_TÊN", help="thư ký ISO đầu tiên của đơn vị")


def _enrol(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--server", required=True, metavar="ĐỊA_CHỈ", help="địa chỉ máy chủ tỉnh")
    parser.add_argument("--code", required=True, metavar="MÃ", help="mã ghi danh dùng một lần")
    parser.add_argument("--pc-name", default="Máy tính", metavar="TÊN", help="tên máy, để người khác nhận ra")


def _packet(commands: "argparse._SubParsersAction[VietnameseParser]") -> None:
    text = "đồng bộ bằng tệp trên ổ USB"
    parser = commands.add_parser("packet", help=text, description="Đồng bộ bằng tệp trên ổ USB.")
    below = parser.add_subparsers(dest="packet_verb", metavar="LỆNH", required=True)
    export = _verb(below, "export", "lập gói gửi tỉnh hoặc máy khác của đơn vị", packets.export)
    export.add_argument("file", type=Path, metavar="TỆP")
    export.add_argument("--for", dest="for_pc", default="", metavar="MÁY", help="ký hiệu máy nhận, ví dụ B; bỏ trống: tỉnh")
    export.add_argument("--files", action="store_true", help="chép thêm tệp đính kèm vào thư mục bên cạnh gói")
    taking = _verb(below, "import", "nhận gói của tỉnh hoặc của máy khác trong đơn vị", packets.take)
    taking.add_argument("file", type=Path, metavar="TỆP")


def _due(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("received", metavar="LÚC_NHẬN", help="ví dụ 2026-11-20T09:00")
    parser.add_argument("norm", metavar="THỜI_HẠN", help="“3 ngày làm việc”, “45 ngày”, “2 giờ”, “trong ngày”, hoặc mã thủ tục")
    parser.add_argument("--channel", choices=("in_person", "online", "post"), default="in_person", help="cách nộp")
    parser.add_argument("--convention", choices=("A", "B"), default="A", help="A theo luật, B theo giờ tiếp nhận")
    parser.add_argument("--hours", metavar="GIỜ", help="giờ làm việc, ví dụ 07:00-11:00,13:00-17:00")
    parser.add_argument("--pause", action="append", default=[], metavar="TỪ/ĐẾN", help="một lần tạm dừng; ghi được nhiều lần")
    parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; a fault a person can mend is printed in Vietnamese and gives exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    options = build_parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = getattr(options, "run", verbs.window)
    try:
        return run(options)
    except (AppError, SyncFault) as fault:
        print(in_words(fault).message(), file=sys.stderr)
    except BrokenPipeError:
        return EXIT_FAULT
    except OSError as fault:
        print(_file_fault(fault).message(), file=sys.stderr)
    except (KeyboardInterrupt, EOFError):
        print("Đã dừng theo yêu cầu. Dữ liệu đã lưu không bị ảnh hưởng.", file=sys.stderr)
    return EXIT_APP_ERROR


def _file_fault(fault: OSError) -> AppError:
    named = f" “{fault.filename}”" if fault.filename else ""
    return SetupError(
        "QMS-815",
        f"Không đọc hoặc ghi được tệp{named} ({_REASONS.get(fault.errno or 0, fault.strerror or type(fault).__name__)}).",
        do="Hãy kiểm tra đường dẫn, quyền ghi và chỗ trống của ổ đĩa rồi chạy lại.",
    )
