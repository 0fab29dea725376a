"""A checkup is bounded in time, names what fails, and reveals nothing else to strangers."""

import os
import subprocess
import sys
import threading
import time

import pytest

from config import heartbeat
from config.health import TIMEOUT, Checkup, Unhealthy
from core import redis_clients
from core.sockets.limits import max_sockets


def refuse():
    raise ConnectionRefusedError("redis://:secret@10.0.0.7 refused")


def find_no_worker():
    raise Unhealthy("no worker")


def test_every_component_that_responds_is_healthy_with_its_details():
    checkup = Checkup({"redis": dict, "worker": lambda: {"workers": 2}})
    assert checkup.report() == {"redis": {"ok": True}, "worker": {"ok": True, "workers": 2}}


def test_an_error_shows_its_type_but_not_its_message():
    assert Checkup({"redis": refuse}).report() == {
        "redis": {"ok": False, "error": "ConnectionRefusedError"}
    }


def test_a_component_can_report_that_it_is_unhealthy():
    assert Checkup({"worker": find_no_worker}).report() == {
        "worker": {"ok": False, "error": "no worker"}
    }


def test_a_component_that_hangs_times_out_without_affecting_others():
    hung = threading.Event()
    checkup = Checkup({"database": hung.wait, "redis": dict})
    started = time.monotonic()
    try:
        assert checkup.report() == {
            "database": {"ok": False, "error": "no answer within 1 s"},
            "redis": {"ok": True},
        }
        assert time.monotonic() - started >= TIMEOUT
    finally:
        hung.set()


def test_frequent_checkups_query_the_components_once():
    calls = []
    checkup = Checkup({"redis": lambda: calls.append(1) or {}})
    assert [checkup.report() for _ in range(100)] == [{"redis": {"ok": True}}] * 100
    assert len(calls) == 1


@pytest.mark.integration
def test_the_page_names_missing_processes(client, redis_server, transactional_db):
    answer = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert answer.status_code == 503
    report = answer.json()
    assert report.pop("disk")["ok"] is True
    assert report.pop("clocks")["ok"] is True
    assert report.pop("deliveries")["ok"] is True
    assert report.pop("sockets") == {"ok": True, "held": 0, "most": max_sockets()}
    assert report == {
        "database": {"ok": True, "vendor": "sqlite"},
        "migrations": {"ok": True},
        "redis": {"ok": True},
        "worker": {"ok": False, "error": "no worker"},
        "beat": {"ok": False, "error": "no beat, so no scheduled task runs"},
        "queue": {"ok": True, "waiting": 0, "seconds": 0.0},
        "audio": {"ok": False, "error": "no node"},
    }


@pytest.mark.integration
def test_a_process_that_died_on_this_machine_counts_as_dead_immediately(redis_server):
    dead = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with redis_clients.connect() as client:
        for name in (heartbeat.name_of(os.getpid()), "elsewhere pid:[1]:1"):
            heartbeat.send(client, "worker", name)
        heartbeat.send(client, "worker", heartbeat.name_of(dead.pid))
        assert len(heartbeat.read(client, "worker")) == 3
        dead.communicate()
        assert len(heartbeat.read(client, "worker")) == 2
        heartbeat.stop(client, "worker", "elsewhere pid:[1]:1")
        assert len(heartbeat.read(client, "worker")) == 1
