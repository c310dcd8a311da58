"""What holds for every test: no network beyond this machine, no thread left behind, and the window really tested."""

from __future__ import annotations

import ipaddress
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import settings

REFUSED: list[str] = []
ANNOUNCEMENTS = "224.0.0.251"
"""Where neighbours announce themselves (RFC 6762); the tests send there from the loopback interface, which it never leaves."""

NOWHERE = ("192.0.2.1", "2001:db8::1")
"""Addresses that nobody has: the way towards them is looked up without sending a byte (`sync.client.network`)."""

GUI_FOLDERS = ("tests/gui/", "tests/journeys/")
gui_tests_run: set[str] = set()
done: Counter[str] = Counter()
"""What tests say they did, by what it was: lives of the simulation, process kills (their `record_property`)."""

LIVES, KILLS = "lives of the simulation", "process kills"


class NetworkRefused(RuntimeError):
    """A test tried to leave this machine."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole-suite", action="store_true", help="fail unless the window's tests ran too")


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(_stay_on_this_machine)
    long = config.getoption("-m") == "long or not long"
    # The ordinary run gives the same answer on every machine, however busy; the long one looks further each time.
    settings.register_profile("ordinary", deadline=None, derandomize=True, database=None)
    settings.register_profile("long", deadline=None, max_examples=1000)
    settings.load_profile("long" if long else "ordinary")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.outcome != "skipped" and report.nodeid.startswith(GUI_FOLDERS):
        gui_tests_run.add(report.nodeid)
    if report.when == "call" and report.passed:
        done.update({what: count for what, count in report.user_properties if what in (LIVES, KILLS)})


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    on_worker = hasattr(session.config, "workerinput")
    if session.config.getoption("--whole-suite") and not on_worker and not gui_tests_run:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if done:
        terminalreporter.write_line(", ".join(f"{count:,} {what}" for what, count in sorted(done.items())))
    if config.getoption("--whole-suite"):
        terminalreporter.write_line(f"window tests run: {len(gui_tests_run)}", red=not gui_tests_run)


@pytest.fixture(autouse=True)
def leaves_nothing_behind() -> Iterator[None]:
    """Fails the test after which a thread goes on, or which tried the network, even if the code swallowed the error."""
    before = set(threading.enumerate())
    REFUSED.clear()
    yield
    still_running = threads_left_since(before, patience=2)
    assert not still_running, f"threads left running: {still_running}"
    assert not REFUSED, f"network beyond this machine: {REFUSED}"


def threads_left_since(before: set[threading.Thread], patience: float) -> list[str]:
    """Names of the threads started since that do not end within `patience` seconds each."""
    left = [thread for thread in threading.enumerate() if thread not in before and not _may_stay(thread)]
    for thread in left:
        thread.join(timeout=patience)
    return [thread.name for thread in left if thread.is_alive()]


def _may_stay(thread: threading.Thread) -> bool:
    """Idle workers that end with their event loop, and Qt's own threads, which Python can see but never ends."""
    return thread.name.startswith("AnyIO worker") or isinstance(thread, threading._DummyThread)


def _stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
        if event == "socket.connect" and host in NOWHERE and getattr(arguments[0], "type", None) == socket.SOCK_DGRAM:
            return
    else:
        return
    if not _is_this_machine(host):
        REFUSED.append(f"{event} {host!r}")
        raise NetworkRefused(f"{event} {host!r}: tests stay on this machine")


def _is_this_machine(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name is None or name in ("", "localhost", ANNOUNCEMENTS):
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False
