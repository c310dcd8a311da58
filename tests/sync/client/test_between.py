"""What stands between a PC and its server, each with its number: log-in pages, proxies, filters, no name, nobody there."""

from __future__ import annotations

import base64
import http.server
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from qms_desktop.sync_faults import in_words
from sync.client.http import Patience, Road
from sync.client.proxies import Login, system_proxy, with_login
from sync.client.transport import judged
from sync.errors import SyncError, TransportFault
from tests.sync.client.conftest import ONCE

FAR = "http://may-chu.tinh.invalid"
HTML = "text/html; charset=utf-8"
OURS = {"qms-protocol": "1"}


@dataclass
class Stranger:
    """Answers everything in the same way, and keeps what it was sent."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"<html>Wi-Fi: xin moi dang nhap</html>"
    asked: list[dict[str, str]] = field(default_factory=list)
    wanted: str = ""

    @contextmanager
    def answering(self) -> Iterator[str]:
        stranger = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("content-length") or 0))
                stranger.asked.append(dict(self.headers))
                good = not stranger.wanted or self.headers.get("Proxy-Authorization") == stranger.wanted
                self.send_response(200 if good and stranger.wanted else stranger.status)
                for name, value in {**stranger.headers, **(OURS if good and stranger.wanted else {})}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(stranger.body)))
                self.end_headers()
                self.wfile.write(stranger.body)

            do_CONNECT = do_POST  # noqa: N815 - the name the library calls

            def log_message(self, *_: object) -> None:
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}"
            finally:
                server.shutdown()
                thread.join()


def fault_at(url: str, patience: Patience = ONCE, login: Login | None = None) -> int:
    """The number of what happens when something is sent there."""
    road = Road(url, patience, login=lambda: login)
    try:
        with pytest.raises(SyncError) as caught:
            judged(road.ask("POST", "/sync", b"page"))
    finally:
        road.close()
    words = in_words(caught.value)
    assert str(caught.value.code) in words.code
    assert words.do.startswith(("Hãy", "Không cần làm gì"))
    return caught.value.code


@pytest.mark.parametrize(
    ("status", "headers", "number"),
    [
        (200, {"Content-Type": HTML}, TransportFault.PORTAL),
        (302, {"Location": "http://10.0.0.1/login"}, TransportFault.PORTAL),
        (307, {"Location": "http://wifi.example/"}, TransportFault.PORTAL),
        (511, {"Content-Type": HTML}, TransportFault.PORTAL),
        (403, {"Content-Type": HTML}, TransportFault.BLOCKED),
        (407, {"Content-Type": HTML}, TransportFault.PROXY_PASSWORD),
        (413, {"Content-Type": HTML}, TransportFault.PAGE_TOO_LARGE),
        (502, {"Content-Type": HTML}, TransportFault.GATEWAY),
        (503, {"Content-Type": HTML, "Retry-After": "30"}, TransportFault.GATEWAY),
        (401, {"Content-Type": HTML}, TransportFault.NOT_OUR_SERVER),
        (404, {"Content-Type": HTML}, TransportFault.NOT_OUR_SERVER),
        (200, {"Content-Type": "application/json"}, TransportFault.NOT_OUR_SERVER),
        (429, {**OURS, "Retry-After": "20"}, TransportFault.BUSY),
        (404, OURS, TransportFault.REFUSED),
        (500, OURS, TransportFault.SERVER_FAULT),
    ],
)
def test_what_answers_is_told_by_its_answer(status: int, headers: dict[str, str], number: int) -> None:
    with Stranger(status, headers).answering() as url:
        assert fault_at(url) == number


def test_the_front_door_of_a_restarting_server_may_ask_to_wait() -> None:
    with Stranger(503, {"Retry-After": "30"}).answering() as url, pytest.raises(TransportFault) as caught:
        judged(Road(url, ONCE).ask("POST", "/sync", b"page"))
    assert caught.value.retry_after == 30


def test_nobody_takes_connections_there() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        assert fault_at(f"http://127.0.0.1:{held.getsockname()[1]}") == TransportFault.NOBODY_THERE


def test_a_name_that_cannot_be_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert fault_at(FAR) == TransportFault.NO_NAME


def test_a_connection_that_is_never_answered() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(2)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        assert fault_at(f"http://127.0.0.1:{full.getsockname()[1]}", Patience(0.3, 0.3, 0)) == TransportFault.NO_ANSWER
        for each in waiting:
            each.close()


def test_no_line_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> Any:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", unreachable)
    assert fault_at("http://127.0.0.1:9") == TransportFault.OFFLINE


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_proxy_of_the_system_may_ask_for_a_password(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    with Stranger(407, {"Proxy-Authenticate": "Basic"}).answering() as proxy:
        monkeypatch.setenv(f"{scheme}_proxy", proxy)
        assert fault_at(FAR.replace("http", scheme)) == TransportFault.PROXY_PASSWORD
        assert fault_at(FAR.replace("http", scheme), login=Login("an", "sai")) == TransportFault.PROXY_PASSWORD


def test_the_password_typed_in_is_shown_to_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    login = Login("cơ quan\\an", "mật:khẩu@1")
    stranger = Stranger(407, {"Proxy-Authenticate": "Basic"})
    stranger.wanted = "Basic " + base64.b64encode(f"{login.name}:{login.password}".encode()).decode()
    with stranger.answering() as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        logins = [None, login]
        road = Road(FAR, ONCE, login=lambda: logins[-1])
        assert judged(road.ask("POST", "/sync", b"page")).status == 200, "and helps without a new start"
        road.close()
    assert login.password not in repr(login)


def test_a_proxy_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{held.getsockname()[1]}")
        assert fault_at(FAR) == TransportFault.NO_PROXY


def test_a_proxy_of_a_kind_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:9")
    assert fault_at(FAR) == TransportFault.PROXY_KIND


def test_the_proxy_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://an:mat-khau@10.0.0.1:3128")
    assert system_proxy(FAR).address == "http://10.0.0.1:3128"
    monkeypatch.setenv("no_proxy", "may-chu.tinh.invalid")
    assert system_proxy(FAR).address == ""


def test_a_password_that_the_system_gave_is_left_alone() -> None:
    login = Login("an", "moi")
    assert with_login("http://binh:cu@10.0.0.1:3128", login) == "http://binh:cu@10.0.0.1:3128"
    assert with_login("10.0.0.1:3128", login) == "http://an:moi@10.0.0.1:3128"
    assert with_login("http://10.0.0.1:3128", None) == "http://10.0.0.1:3128"
