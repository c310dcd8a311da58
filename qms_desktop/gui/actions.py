"""Every key of the program in one list: what it is called, which keys, and where it is valid (domain-model d.6c).

The Ctrl+/ sheet, the buttons' texts and the test against clashes read the same records.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

EVERYWHERE = "everywhere"
LIST = "list"
FORM = "form"
DOSSIER = "dossier"
DOSSIERS = "dossiers"
INTAKE = "intake"
PAPERS = "papers"
PREVIEW = "preview"
QUESTIONS = "questions"
FILES = "files"

CONTEXT_TITLES = {
    EVERYWHERE: "Ở mọi màn hình",
    LIST: "Trong danh sách",
    FORM: "Trong biểu mẫu",
    DOSSIER: "Trong hồ sơ",
    DOSSIERS: "Với các hồ sơ đang chọn trong sổ",
    INTAKE: "Khi tiếp nhận",
    PAPERS: "Trong bảng giấy tờ",
    PREVIEW: "Khi xem bản in",
    QUESTIONS: "Khi chọn giá trị",
    FILES: "Trong tệp đính kèm",
}
TAKEN_BY_UNIKEY = frozenset({"Ctrl+Shift", "Alt+Z"})


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does; ``keys`` in Qt's portable spelling, ``bound`` False for keys that a control handles itself.

    Keys of a list, a form or the papers grid stand here for the sheet and the check only.
    """

    id: str
    text: str
    keys: tuple[str, ...]
    contexts: frozenset[str]
    bound: bool = True


def _action(name: str, text: str, keys: str, *contexts: str, bound: bool = True) -> Action:
    return Action(name, text, tuple(keys.split("|")), frozenset(contexts), bound)


ACTIONS: tuple[Action, ...] = (
    _action("new", "Tiếp nhận hồ sơ mới", "Ctrl+N", EVERYWHERE),
    _action("search", "Tìm tất cả", "Ctrl+K", EVERYWHERE),
    _action("help", "Trợ giúp màn hình này", "F1", EVERYWHERE),
    _action("keys", "Bảng phím tắt", "Ctrl+/", EVERYWHERE),
    _action("refresh", "Tải lại", "F5", EVERYWHERE),
    _action("undo", "Hoàn tác thay đổi đã lưu gần nhất", "Ctrl+Z", EVERYWHERE),
    _action("redo", "Làm lại", "Ctrl+Y", EVERYWHERE),
    _action("back", "Quay lại, không mất phần đang nhập", "Esc", EVERYWHERE),
    _action("save", "Lưu", "Ctrl+S", FORM, DOSSIER, INTAKE),
    _action("print", "In", "Ctrl+P", DOSSIER, PREVIEW, INTAKE, LIST),
    _action("find", "Tìm trong danh sách này", "Ctrl+F|F3", LIST, INTAKE),
    _action("edit", "Sửa", "F2", LIST, DOSSIER),
    _action("forward", "Chuyển bước", "F6", DOSSIER, DOSSIERS),
    _action("supplement", "Yêu cầu bổ sung", "F7", DOSSIER),
    _action("reassign", "Giao lại người xử lý", "Ctrl+G", DOSSIER, DOSSIERS),
    _action("sign_for", "Ký nhận bàn giao", "Ctrl+B", DOSSIER, DOSSIERS),
    _action("why_late", "Vì sao trễ?", "Ctrl+L", DOSSIER, DOSSIERS),
    _action("all_rows", "Chọn tất cả", "Ctrl+A", DOSSIERS, bound=False),
    _action("slip", "In giấy tiếp nhận, hẹn trả", "F9", DOSSIER, INTAKE),
    _action("slips", "Chọn mẫu in khác của hồ sơ", "Shift+F9", DOSSIER),
    _action("accept", "Nhận, in và sẵn sàng cho hồ sơ tiếp theo", "Ctrl+Return", INTAKE),
    _action("refuse", "Từ chối tiếp nhận", "Ctrl+T", INTAKE),
    _action("bulk", "Nhận nhiều hồ sơ một lượt", "Ctrl+M", INTAKE),
    _action("next_citizen", "Cùng thủ tục, người tiếp theo", "F12", INTAKE),
    _action("same_applicant", "Cùng người nộp, thủ tục khác", "Ctrl+R", INTAKE),
    _action("screen_1", "Mở Hôm nay", "Ctrl+1", EVERYWHERE),
    _action("screen_2", "Mở Sổ hồ sơ", "Ctrl+2", EVERYWHERE),
    _action("screen_3", "Mở Tiếp nhận", "Ctrl+3", EVERYWHERE),
    _action("screen_4", "Mở Quy trình", "Ctrl+4", EVERYWHERE),
    _action("screen_5", "Mở Tính ngày hẹn", "Ctrl+5", EVERYWHERE),
    _action("screen_6", "Mở Đồng bộ", "Ctrl+6", EVERYWHERE),
    _action("screen_7", "Mở Đơn vị và lịch", "Ctrl+7", EVERYWHERE),
    _action("screen_8", "Mở Hệ thống", "Ctrl+8", EVERYWHERE),
    _action("screen_9", "Mở Thống kê", "Ctrl+9", EVERYWHERE),
    _action("open_row", "Mở dòng đang chọn", "Return", LIST, bound=False),
    _action("copy_rows", "Chép các dòng đang chọn", "Ctrl+C", LIST, bound=False),
    _action("filter_row", "Gõ chữ để lọc", "a–z", LIST, bound=False),
    _action("next_field", "Sang ô tiếp theo", "Return", FORM, INTAKE, bound=False),
    _action("paper_ok", "Đủ", "Space", PAPERS, bound=False),
    _action("paper_copies", "Số bản sao", "0–9", PAPERS, bound=False),
    _action("paper_missing", "Thiếu", "M", PAPERS, bound=False),
    _action("paper_held", "Giữ bản gốc", "G", PAPERS, bound=False),
    _action("paper_all", "Đủ tất cả", "A", PAPERS, bound=False),
    _action("open_file", "Mở tệp", "Return", FILES, bound=False),
    _action("paste_file", "Dán tệp hoặc ảnh", "Ctrl+V", FILES, bound=False),
    _action("take_off_file", "Bỏ tệp", "Delete", FILES, bound=False),
    _action("take_1", "Lấy giá trị thứ nhất, thứ hai …", "1–9", QUESTIONS, bound=False),
)

_SHOWN_KEYS = {"Return": "Enter", "Ctrl+Return": "Ctrl+Enter", "Space": "Phím cách"}


def action(name: str) -> Action:
    """The action of that id; KeyError if there is none."""
    for item in ACTIONS:
        if item.id == name:
            return item
    raise KeyError(name)


def key_text(name: str) -> str:
    """The keys of an action as a person reads them."""
    return " hoặc ".join(_SHOWN_KEYS.get(key, key) for key in action(name).keys)


def titled(text: str, name: str) -> str:
    """A button's text with its key behind it."""
    return f"{text} ({key_text(name)})"


def valid_in(contexts: Iterable[str]) -> list[Action]:
    """The actions of those contexts, in the order declared."""
    wanted = frozenset(contexts)
    return [item for item in ACTIONS if item.contexts & wanted]


def clashes(actions: Iterable[Action] = ACTIONS) -> list[str]:
    """Two actions on one key in one context, or a key that Vietnamese typing tools take: the sentences say which."""
    found: list[str] = []
    seen: dict[tuple[str, str], str] = {}
    for item in actions:
        for key in item.keys:
            if key in TAKEN_BY_UNIKEY:
                found.append(f"{item.id}: {key} is taken by UniKey")
            for context in sorted(CONTEXT_TITLES if EVERYWHERE in item.contexts else item.contexts):
                other = seen.setdefault((context, key), item.id)
                if other != item.id:
                    found.append(f"{item.id} and {other} share {key} in {context}")
    return found
