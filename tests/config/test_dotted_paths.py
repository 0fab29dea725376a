"""Settings that name code by a dotted path are checked at the start, not when it is first used."""

import pytest

from config.checks import DOTTED_PATHS, dotted_paths_can_be_imported


def complaints():
    return [error.msg for error in dotted_paths_can_be_imported(None)]


def test_the_settings_as_they_are_name_what_exists():
    assert complaints() == []


@pytest.mark.parametrize("setting", DOTTED_PATHS)
@pytest.mark.parametrize("path", ["spaces.admission.signed_inn", "spaces.nothing.at_all", "x", ""])
def test_a_typo_is_found(settings, setting, path):
    value = getattr(settings, setting)
    if isinstance(value, dict):
        wrong = {**value, "typo": path}
    else:
        wrong = path if isinstance(value, str) else [*value, path]
    setattr(settings, setting, wrong)
    [complaint] = complaints()
    assert complaint.startswith(f"{setting} names {path!r}, which cannot be imported")
