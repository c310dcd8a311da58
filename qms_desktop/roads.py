"""How one PC of an office exchanges: with its province, by USB stick, and with its neighbours. No Qt.

``Office`` (qms_desktop/office.py) adds what happens before and beside that: set-up, sign-in, care of the data.
"""

import logging
import os
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qms_desktop import keys as secret
from qms_desktop.domain.errors import SetupError, SyncError
from qms_desktop.domain.ids import VIET_NAM, Entropy
from qms_desktop.keys import Keys
from qms_desktop.paths import Paths
from qms_desktop.settings import METERED, NEIGHBOURS, Settings
from qms_desktop.store import erasing
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.local import CREDENTIALS
from qms_desktop.store.packer import Packer
from qms_desktop.store.unit import UnitStore
from qms_desktop.sync_faults import spoken
from qms_desktop.usecases import going_on, leaving, neighbours, news, packets, proxy_logins, unit_keys
from qms_desktop.usecases.exchanging import OfficeExchange, last_carriage, revoked_here
from qms_desktop.usecases.neighbours import Neighbourhood, Network
from qms_desktop.usecases.work import Session, Work
from sync import errors as core

if TYPE_CHECKING:
    from sync.client.agent import Agent
    from sync.client.credentials import Credentials
    from sync.client.packets import Post
    from sync.client.proxies import Login
    from sync.client.rounds import Rounds, SyncResult
    from sync.client.schedule import Rhythm
    from sync.client.transport import Traffic
    from sync.lan.house import House


def viet_nam_now() -> datetime:
    """Now, as naive local time of Viet Nam."""
    return datetime.now(VIET_NAM).replace(tzinfo=None)


log = logging.getLogger("qms.office")


class Roads:
    """An office and its ways to the others. ``store`` is None until the office is founded, enrolled, restored or opened."""

    def __init__(
        self,
        paths: Paths,
        keys: Keys,
        clock: Callable[[], datetime] = viet_nam_now,
        entropy: Entropy = os.urandom,
    ) -> None:
        self.paths = paths
        self.keys = keys
        self.clock = clock
        self.entropy = entropy
        self.store: UnitStore | None = None
        self.session: Session | None = None
        self.agent: Agent | None = None
        self.network = Network()
        self._moving = threading.RLock()  # who starts and who ends the agents; never taken by them
        self.neighbourhood: Neighbourhood | None = None
        self._exchange: OfficeExchange | None = None
        self._unsubscribe: Callable[[], None] = _nothing
        self.left = leaving.read_note(paths) is not None  # revoked, its keys destroyed: what is left goes with `erase`

    def close(self) -> None:
        """End the agent and close the store."""
        self.stop_agent()
        if self.store is not None:
            self.store.close()
            self.store = None

    def erase(self) -> None:
        """Delete the data of a PC that was revoked, and tell the province if the road allows it. Not in the agent's thread."""
        self.close()
        self.session = None
        leaving.erase(self.paths)
        with suppress(core.SyncError):
            leaving.report(self.paths)

    def demand_store(self) -> UnitStore:
        """The store; SetupError before set-up and on a PC that was revoked."""
        if self.left:
            raise revoked_here()
        if self.store is None:
            raise SetupError("QMS-811", "Máy này chưa được thiết lập.", do="Hãy thiết lập đơn vị trước.")
        return self.store

    def work(self) -> Work:
        """The working context of the person signed in; SetupError when nobody is."""
        if self.session is None:
            raise SetupError("QMS-812", "Chưa có ai đăng nhập.", do="Hãy chọn tên và gõ mã PIN.")
        return Work(self.demand_store(), self.session, self.clock, self.entropy)

    def _secret(self, name: str) -> bytes:
        value = self.keys.get(name)
        if value is None:
            raise SetupError("QMS-813", "Kho khóa không có khóa riêng của máy này.", do="Hãy ghi danh lại máy với tỉnh.")
        return value

    @property
    def credentials(self) -> "Credentials | None":
        """What this PC holds of its province; None before enrolment, and after a restore or clone gave it a new replica id."""
        from sync.client.credentials import Credentials

        store = self.demand_store()
        text = store.local.get_setting(CREDENTIALS)
        credentials = Credentials.restore(text) if text else None
        if credentials is None or credentials.replica != store.replica:
            return None
        return replace(credentials, former=store.former_units)

    def demand_credentials(self) -> "Credentials":
        """The credentials; SyncError before enrolment."""
        credentials = self.credentials
        if credentials is None:
            raise self.why_not_enrolled()
        return credentials

    def why_not_enrolled(self) -> SyncError:
        """What keeps this PC from the province: never enrolled, or under another replica id than now."""
        if self.demand_store().renamed:
            return SyncError(
                "QMS-512",
                "Dữ liệu của máy này được khôi phục hoặc đã bị sao chép sang máy khác, nên máy mang mã mới và phải ghi danh lại.",
                do="Hãy xin quản trị tỉnh một mã ghi danh mới rồi ghi danh ở màn hình Hệ thống.",
            )
        return SyncError("QMS-510", "Máy này chưa ghi danh với máy chủ tỉnh.", do="Hãy ghi danh ở màn hình Hệ thống.")

    def use_server(self, url: str) -> None:
        """Keep another address of the same province: its server has moved. SyncError before enrolment."""
        credentials = replace(self.demand_credentials(), url=url)
        self.demand_store().local.set_setting(CREDENTIALS, credentials.public())

    def exchange(self) -> OfficeExchange:
        """The exchange with the province, ready to run rounds; SyncError before enrolment."""
        from qms_desktop.store.rebuild import reapply
        from qms_desktop.store.underlay import UnitUnderlay
        from sync.client.http import Road
        from sync.client.rounds import Rounds

        credentials, store = self._known(), self.demand_store()
        road = Road(credentials.url, login=self.proxy_login)
        rounds = Rounds(
            log=UnitLog(store),
            transport=road,
            credentials=credentials,
            sign_private=self._secret(secret.SIGNING),
            clock=self._moment_ms,
            entropy=self.entropy,
            before=store.sign_tips,
            underlay=UnitUnderlay(store),
            reapply=partial(reapply, store),
        )
        done = (self._after_exchange, self._leave, store.files, self._known, self._heard, partial(going_on.take_new_id, store))
        return OfficeExchange(rounds, road, *done)

    def _known(self) -> "Credentials":
        """The credentials; a PC that was restored or copied first asks its province to go on for the one it was."""
        if self.credentials is None:
            self._go_on()
        return self.demand_credentials()

    def _go_on(self) -> None:
        """Enrol without a code where that is allowed. SyncError when the road failed; who is refused needs a code."""
        from sync.client.enrol import Applicant, follow
        from sync.client.http import Road

        store, key = self.demand_store(), self.keys.get(secret.SIGNING)
        was = going_on.former(store, key) if key is not None else None
        if key is None or was is None:
            return
        applicant = Applicant(store.replica, going_on.name_of(was), key, self._secret(secret.WRAPPING))
        road = Road(was.credentials.url, login=self.proxy_login)
        try:
            self._enter(follow(road, applicant, was))
        except (core.AccessFault, core.KeyFault):
            log.info("another PC goes on for the one this was: a code is needed")
        finally:
            road.close()

    def _enter(self, credentials: "Credentials") -> None:
        """Keep what enrolment decided."""
        store = self.demand_store()
        store.enrol(unit_code=credentials.unit, letter=credentials.letter)
        UnitLog(store).keep_certificate(store.replica, credentials.certificate)
        store.local.set_setting(CREDENTIALS, credentials.public())

    def _heard(self, result: "SyncResult") -> None:
        news.hear(self.demand_store(), result, self.clock())

    def _after_exchange(self) -> None:
        """Take keys that came for this PC, make the one that is due, erase what was ordered."""
        if self.left:
            return
        self.take_keys()
        if self.session is not None:
            unit_keys.settle(self.work())
        erasing.obey(self.demand_store(), self.is_server)

    def _leave(self, rounds: "Rounds") -> None:
        """This PC was revoked: hand over, destroy the keys. The data itself goes when nobody has it open any more."""
        if not self.left:
            carry = last_carriage(rounds, self.demand_store().files)
            leaving.hand_over(rounds, carry, rounds.credentials.url, self.paths, self.keys)
            self.left = True

    def is_server(self, journal: str) -> bool:
        """Whether the province certified a journal as a server's."""
        credentials = self.credentials
        return credentials is not None and credentials.names_server(UnitLog(self.demand_store()).certificate(journal))

    def _moment_ms(self) -> int:
        """The office's moment, which each request to the province is signed with."""
        return int(self.clock().replace(tzinfo=VIET_NAM).timestamp() * 1000)

    def sync_once(self) -> "SyncResult":
        """One exchange with the province, in the calling thread."""
        exchange = self.exchange()
        try:
            return exchange.run_all()
        finally:
            exchange.close()
            if self.left:
                self.erase()

    def _post(self) -> "Post":
        from sync.client.packets import Post

        store = self.demand_store()
        return Post(
            log=UnitLog(store),
            credentials=self.demand_credentials(),
            sign_private=self._secret(secret.SIGNING),
            wrap_private=self._secret(secret.WRAPPING),
            clock=self._moment_ms,
            entropy=self.entropy,
            before=store.sign_tips,
        )

    def export_packet(self, file: Path, letter: str = "") -> packets.PacketLine:
        """Write what the province, or the PC with that letter, lacks into a file for a USB stick."""
        return packets.export(self.demand_store(), self._post(), self.clock(), file, letter)

    def import_packet(self, file: Path) -> packets.PacketLine:
        """Take in a packet of the province or of a PC of the unit; keys that came for this PC are taken at once."""
        with spoken():
            word = leaving.release_in(file)
            if word is not None:
                leaving.hand_over_by_stick(word, self._post(), file, self.paths, self.keys)
                self.left = True
                raise revoked_here()
        try:
            return packets.take(self.demand_store(), self._post(), self.clock(), file)
        finally:
            self._after_exchange()

    def take_keys(self) -> int:
        """Unwrap unit keys that came for this PC; returns how many are new."""
        return unit_keys.take_keys(self.demand_store(), self._secret(secret.WRAPPING))

    def start_agent(self) -> "Agent | None":
        """Sync in the background from now on; None before enrolment."""
        from sync.client.agent import Agent
        from sync.lan.cards import own_addresses

        with self._moving:
            if self.agent is None and self.credentials is None:
                with suppress(core.SyncError):
                    self._go_on()
            if self.agent is None and self.credentials is not None:
                self._exchange = self.exchange()
                self.agent = Agent(
                    self._exchange,
                    clock=self._moment_ms,
                    chance=random.random,
                    rhythm=self._rhythm,
                    carry=partial(_at_leisure, Packer(self.demand_store()), self._exchange.carry),
                    network=own_addresses,
                )
                self._unsubscribe = self.demand_store().subscribe(self._changed)
                self.agent.start()
                self._meet()
            return self.agent

    def _meet(self) -> None:
        """Begin with the neighbours where that is switched on; a network that does not allow it must not stop anything else."""
        try:
            self.neighbourhood = neighbours.opened(self._house, self.settings, self.network)
        except (core.SyncError, OSError):
            log.warning("the neighbours cannot be answered", exc_info=True)

    @property
    def settings(self) -> Settings:
        """What a person has set on this PC."""
        local = self.demand_store().local
        return Settings(local.get_setting, local.set_setting)

    @property
    def _rhythm(self) -> "Rhythm":
        from sync.client.schedule import THRIFTY, Rhythm

        return THRIFTY if self.settings.get(METERED) else Rhythm()

    def use_metered(self, on: bool) -> None:
        """Spare a line that is paid by the byte from now on, or no longer: fewer rounds, no files."""
        self.settings.set(METERED, on)
        if self.agent is not None:
            self.agent.use(self._rhythm)

    def proxy_login(self) -> "Login | None":
        """Name and password for the proxy of the office, from the operating system's key store."""
        return proxy_logins.kept(self.keys)

    def use_proxy_login(self, name: str, password: str) -> None:
        """Keep them there, or forget them when there is no name; the next request uses them."""
        proxy_logins.keep(self.keys, name, password)

    def use_neighbours(self, on: bool) -> None:
        """Exchange directly with the PCs of this office from now on, or no longer."""
        with self._moving:
            self.settings.set(NEIGHBOURS, on)
            self._part()
            if self.agent is not None:
                self._meet()

    def _part(self) -> None:
        there, self.neighbourhood = self.neighbourhood, None
        if there is not None:
            there.stop()

    def _house(self) -> "House":
        from sync.lan.house import House

        store = self.demand_store()
        return House(
            log=UnitLog(store),
            credentials=self.demand_credentials(),
            sign_private=self._secret(secret.SIGNING),
            clock=self._moment_ms,
            entropy=self.entropy,
            before=store.sign_tips,
            welcome=lambda replica: not self.left and unit_keys.is_welcome(store, replica),
            after=self._take_up,
            files=store.files,
        )

    def _take_up(self) -> None:
        """What an exchange with a neighbour may have brought: keys for this PC, and orders to erase."""
        if not self.left:
            self.take_keys()
            erasing.obey(self.demand_store(), self.is_server)

    def _changed(self, _kinds: frozenset[str]) -> None:
        agent, there = self.agent, self.neighbourhood  # another thread may end them meanwhile
        if agent is not None:
            agent.changed()
        if there is not None:
            there.agent.changed()

    @property
    def traffic(self) -> "Traffic | None":
        """What went over the agent's road since it started, failed rounds included; None while no agent runs."""
        return None if self._exchange is None else self._exchange.road.traffic

    def stop_agent(self) -> None:
        """End background syncing; waits for its threads."""
        with self._moving:
            self._part()
            if self.agent is not None and self._exchange is not None:
                self._unsubscribe()
                self.agent.stop()
                self._exchange.close()
                self.agent = self._exchange = None


def _at_leisure(packer: Packer, carry: Callable[[], bool]) -> bool:
    """What the agent does between two rounds, a small piece at a time: first old entries are packed, then files are carried."""
    return packer.step() or carry()


def _nothing() -> None:
    """No subscription to end."""
