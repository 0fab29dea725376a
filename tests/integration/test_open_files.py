"""A web process that starts with few open files, as a shell or a unit gives it, takes more."""

from config.open_files import WANTED
from tests.fixtures.daphne import FEW_FILES


def test_a_web_process_takes_as_many_files_as_it_may(daphne):
    assert FEW_FILES < daphne.open_files_limit() <= WANTED
