"""The line to the province: the proxy the system is set to, the switch that spares it, what moved on it."""

from __future__ import annotations

from qms_desktop.gui.desk_line import LineFacts
from qms_desktop.gui.desks.neighbours import OfficeNeighbourDesk
from qms_desktop.gui.status import size_words
from qms_desktop.settings import METERED
from qms_desktop.usecases import proxy_logins


class OfficeLineDesk(OfficeNeighbourDesk):
    """See ``gui.desk_line.Line``."""

    def line(self) -> LineFacts:
        """How it is set and found."""
        office = self.office
        if office.store is None:
            return LineFacts("", "", "", "", False, "")
        credentials = office.credentials
        server = credentials.url.partition("#")[0] if credentials is not None else ""
        found = proxy_logins.found(server)
        login = office.proxy_login()
        name = login.name if login is not None else ""
        return LineFacts(server, found.address, found.script, name, office.settings.get(METERED), self._moved())

    def use_metered(self, on: bool) -> None:
        """At once, also for an exchange that waits."""
        self.office.use_metered(on)
        self._settings[METERED.name] = METERED.spell(on)

    def use_proxy_login(self, name: str, password: str) -> None:
        """The next request uses them."""
        self.office.use_proxy_login(name, password)
        self.sync_now()

    def _moved(self) -> str:
        traffic = self.office.traffic
        if traffic is None:
            return ""
        up, down = size_words(traffic.bytes_up), size_words(traffic.bytes_down)
        return f"Từ lúc mở chương trình: {traffic.requests} lượt hỏi, gửi {up}, nhận {down}."
