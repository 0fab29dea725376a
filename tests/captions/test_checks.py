"""The checks say what is wrong with the settings of the recognizer."""

import pytest

from captions import checks


def messages(settings, engine: str, model: str = "") -> list[str]:
    settings.CAPTIONS_ENGINE, settings.CAPTIONS_MODEL = engine, model
    found = []
    for check in (checks.engine_is_known, checks.engine_is_installed, checks.model_is_there):
        found += check(None)
    return [message.id for message in found]


@pytest.fixture
def installed(monkeypatch):
    """Every package counts as installed."""
    monkeypatch.setattr(checks, "find_spec", lambda name: object())


@pytest.fixture
def missing(monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda name: None)


def test_a_site_needs_no_recognizer(settings, missing):
    assert messages(settings, "") == []


def test_an_unknown_recognizer_is_an_error(settings, missing):
    assert messages(settings, "moonshin") == ["captions.E001"]


@pytest.mark.parametrize("engine", ["moonshine", "faster-whisper"])
def test_a_recognizer_without_its_packages_is_a_warning(settings, missing, engine, tmp_path):
    (tmp_path / "model.bin").touch()
    assert messages(settings, engine, str(tmp_path)) == ["captions.W001"]


def test_whisper_needs_a_model(settings, installed, tmp_path):
    assert messages(settings, "faster-whisper") == ["captions.E002"]
    assert messages(settings, "faster-whisper", str(tmp_path)) == ["captions.W002"]
    (tmp_path / "model.bin").touch()
    assert messages(settings, "faster-whisper", str(tmp_path)) == []
    assert messages(settings, "moonshine") == []
