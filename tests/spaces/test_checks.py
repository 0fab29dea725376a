"""The system checks of the settings of HLS."""

from pathlib import Path

import pytest

from spaces.checks import hls_can_be_used, hls_library_is_installed


def test_the_defaults_can_be_used():
    assert hls_can_be_used(None) == []


@pytest.mark.parametrize(
    ("name", "value", "errors"),
    [
        ("HLS_PORT", 20_776, []),
        ("HLS_PORT", 65_536, ["spaces.E005"]),
        ("HLS_PORT", -1, ["spaces.E005"]),
        ("HLS_FROM", 5_000, []),
        ("HLS_FROM", -1, ["spaces.E008"]),
        ("HLS_CDN", "https://cdn.example", []),
        ("HLS_CDN", "cdn.example", ["spaces.E006"]),
        ("HLS_CDN", "https://cdn.example/spaces", ["spaces.E006"]),
        ("HLS_FOLDER", Path("/srv/hls"), []),
        ("HLS_FOLDER", Path("hls"), ["spaces.E007"]),
    ],
)
def test_system_checks_find_unusable_settings(settings, name, value, errors):
    setattr(settings, name, value)
    assert [error.id for error in hls_can_be_used(None)] == errors


def test_the_deploy_check_warns_if_hls_js_is_missing(settings, tmp_path):
    assert hls_library_is_installed(None) == []
    settings.NODE_MODULES = tmp_path
    assert [warning.id for warning in hls_library_is_installed(None)] == ["spaces.W001"]
    settings.HLS = False
    assert hls_library_is_installed(None) == []
