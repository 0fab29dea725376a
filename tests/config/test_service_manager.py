"""A process reports its state to systemd by a datagram (sd_notify(3))."""

import socket

import pytest

from config import service_manager


@pytest.fixture
def notifications(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        yield receiver


def test_the_state_is_sent_to_the_socket_that_systemd_names(notifications, tmp_path, monkeypatch):
    notifications.bind(address := str(tmp_path / "notify"))
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    service_manager.report("READY=1")
    assert notifications.recv(100) == b"READY=1"


def test_a_name_that_begins_with_an_at_sign_is_abstract(notifications, monkeypatch):
    notifications.bind("")  # Linux chooses an abstract address
    name = notifications.getsockname()[1:].decode()
    monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
    service_manager.report("READY=1")
    assert notifications.recv(100) == b"READY=1"


def test_without_a_service_manager_nothing_is_sent(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    service_manager.report("READY=1")
