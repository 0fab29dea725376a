"""A web process raises its limit of open files, because a shell may have set it low."""

from config.open_files import WANTED
from tests.fixtures.daphne import FEW_FILES


def test_a_web_process_raises_its_limit_of_open_files(daphne):
    assert FEW_FILES < daphne.open_files_limit() <= WANTED
