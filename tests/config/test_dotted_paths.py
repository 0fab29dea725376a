"""Settings that name code by a dotted path are checked at start, not at first use."""

import pytest

from config.checks import DOTTED_PATHS, dotted_paths_can_be_imported


def errors():
    return [error.msg for error in dotted_paths_can_be_imported(None)]


def test_the_default_settings_name_existing_code():
    assert errors() == []


@pytest.mark.parametrize("setting", DOTTED_PATHS)
@pytest.mark.parametrize("path", ["spaces.admission.signed_inn", "spaces.nothing.at_all", "x", ""])
def test_a_typo_is_reported(settings, setting, path):
    value = getattr(settings, setting)
    if isinstance(value, dict):
        wrong = {**value, "typo": path}
    else:
        wrong = path if isinstance(value, str) else [*value, path]
    setattr(settings, setting, wrong)
    [error] = errors()
    assert error.startswith(f"{setting} names {path!r}, which cannot be imported")
