"""Set-up, signing in, settings and drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from qms_desktop.domain.errors import AppError, SetupError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.gui.desk import Founding, PersonChoice
from qms_desktop.office import Office
from qms_desktop.sync_faults import spoken
from qms_desktop.usecases import session as sessions
from qms_desktop.usecases import setup, unit_keys, units

_NAMING = frozenset({"unit", "office"})
Changed = Callable[[frozenset[str]], None]


class OfficeShelf:
    """See ``gui.desk.Shelf``."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._settings: dict[str, str] = {}
        self._listeners: list[Changed] = []
        self._attached: object = None
        self._is_founded = False
        self._title = ("", "")
        self._attach()

    def now(self) -> datetime:
        """The office's clock."""
        return self.office.clock()

    def founded(self) -> bool:
        """Whether people can sign in here."""
        if not self._is_founded and self.office.store is not None:
            self._attach()
            self._is_founded = self.office.is_founded
        return self._is_founded

    def found(self, founding: Founding) -> str:
        """Founds the office, sets the first person's PIN; returns the recovery code."""
        people = tuple(setup.NewPerson(person.name, person.position, person.roles) for person in founding.people)
        given = {name: str(value) for name, value in founding.office.items() if value}
        code = self.office.found(founding.unit, setup.Foundation(**given, people=people))
        self._attach()
        store = self.office.demand_store()
        first = next((person for person in self.people() if person.name == founding.people[0].name), None)
        if first is not None:
            sessions.set_pin(store, first.id, founding.pin, None, self.now())
        return code

    def reset_pin(self, person: str) -> None:
        """For the secretary or the PC's administrator."""
        sessions.reset_pin(self.office.work(), person)

    def recovery_sheet(self, code: str, target: Path) -> Path:
        """Writes the code as a text file to be printed and then deleted; SetupError QMS-807 inside the data folder."""
        if target.resolve().is_relative_to(self.office.paths.data.resolve()):
            raise SetupError(
                "QMS-807",
                "Mã phục hồi không được để cùng chỗ với dữ liệu mà nó mở được.",
                safe="Chưa ghi tệp nào.",
                do="Hãy chọn ổ USB hoặc thư mục khác.",
            )
        lines = (
            self.unit_title(),
            "MÃ PHỤC HỒI CỦA ĐƠN VỊ",
            code,
            "Cất trong két của cơ quan. Không chụp ảnh, không gửi qua mạng.",
        )
        target.write_text("\n\n".join(lines) + "\n", encoding="utf-8-sig")
        return target

    def join(self, server: str, code: str, pc_name: str) -> bool:
        """Enrols and receives what the province has; whether the unit's office is there already."""
        with spoken():
            self.office.enrol(server, code, pc_name)
            self.office.sync_once()
        self._attach()
        self.office.start_agent()
        return self.office.is_founded

    def enrolled_unit(self) -> Values:
        """The unit of a PC that is enrolled while nobody has founded the office."""
        store = self.office.store
        if store is None or not store.unit_code or self.office.is_founded:
            return {}
        try:
            with store.view() as view:
                row = units.unit_on(view, store.unit_code, self.now().date())
        except AppError:
            row = {}
        return {"unit": store.unit_code, "unit_kind": row.get("kind"), "unit_name": row.get("name"), "place": row.get("name")}

    def enrolled(self) -> bool:
        """Whether this PC holds credentials of its province."""
        return self.office.store is not None and self.office.credentials is not None

    def hindrance(self) -> str:
        """The key of the unit is missing."""
        if self.office.store is None or self.office.can_read:
            return ""
        return (
            "Máy này chưa có khóa của đơn vị nên chưa đọc và nhận được hồ sơ. Nhờ máy khác bấm “Cho phép máy mới” "
            "ở màn hình Đồng bộ, hoặc dùng mã phục hồi ở màn hình Hệ thống."
        )

    def unlock(self, recovery_code: str) -> None:
        """Takes the key with the code from the safe."""
        with spoken():
            unit_keys.take_keys_by_code(self.office.demand_store(), recovery_code)

    def people(self) -> list[PersonChoice]:
        """Who may sign in here."""
        store = self.office.demand_store()
        found = sessions.people_to_sign_in(store, self.now().date())
        return [PersonChoice(person.id, person.name, person.position, person.has_pin) for person in found]

    def sign_in(self, person: str, pin: str) -> None:
        """Starts the session; the first PIN typed on this PC is kept."""
        if not person:
            raise SetupError("QMS-814", "Chưa chọn tên.", do="Hãy chọn tên của bạn trong danh sách.", safe="")
        store = self.office.demand_store()
        if not store.local.has_pin(person):
            sessions.set_pin(store, person, pin, None, self.now())
        self.office.sign_in(person, pin)
        self._attach()

    def sign_out(self) -> None:
        """Ends the session."""
        self.office.sign_out()

    def person_name(self) -> str:
        """Who works here now."""
        return self.office.session.name if self.office.session is not None else ""

    def unit_title(self) -> str:
        """ "UBND xã An Bình", as the unit is called today."""
        day = f"{self.now():%Y-%m-%d}"
        if self._title[0] != day and self.office.store is not None:
            self._title = (day, self._unit_words())
        return self._title[1]

    def _unit_words(self) -> str:
        store = self.office.demand_store()
        try:
            with store.view() as view:
                row = units.unit_on(view, store.unit_code, self.now().date())
        except AppError:
            return ""
        province = str(row.get("province") or "")
        return f"UBND {units.kind_label(row).lower()} {row['name']}" + (f", {_province(province)}" if province else "")

    def setting(self, key: str) -> str:
        """Remembered on this PC."""
        if key not in self._settings and self.office.store is not None:
            self._settings[key] = self.office.store.local.get_setting(key) or ""
        return self._settings.get(key, "")

    def remember(self, key: str, value: str) -> None:
        """Written only when it changes."""
        if self.setting(key) != value:
            self._settings[key] = value
            if self.office.store is not None:
                self.office.store.local.set_setting(key, value)

    def save_draft(self, form: str, values: Mapping[str, Value]) -> None:
        """Keeps what is being typed."""
        if self.office.store is not None:
            self.office.store.local.save_draft(self._own(form), dict(values), self.now())

    def draft(self, form: str) -> Values | None:
        """The draft of the person signed in."""
        if self.office.store is None:
            return None
        wanted = self._own(form)
        return next((content for name, content, _at in self.office.store.local.load_drafts() if name == wanted), None)

    def drop_draft(self, form: str) -> None:
        """Forgets it."""
        if self.office.store is not None:
            self.office.store.local.drop_draft(self._own(form))

    def exports(self) -> Path:
        """Printed files."""
        return self.office.paths.exports

    def notes(self) -> Path:
        """Crash notes."""
        return self.office.paths.logs

    def subscribe(self, callback: Changed) -> None:
        """Listens to commits from the moment there is a store."""
        self._listeners.append(callback)
        self._attach()

    def _own(self, form: str) -> str:
        session = self.office.session
        return f"{form}@{session.person}" if session is not None else form

    def _attach(self) -> None:
        store = self.office.store
        if store is not None and self._attached is not store:
            self._attached = store
            self._settings.clear()
            store.subscribe(self._tell)

    def _tell(self, kinds: frozenset[str]) -> None:
        if kinds & _NAMING:
            self._title = ("", "")
        for listener in self._listeners:
            listener(kinds)


def _province(name: str) -> str:
    if name.lower().startswith(("tỉnh", "thành phố")):
        return name[0].lower() + name[1:]
    return f"tỉnh {name}"
