"""The encoders' complexity is chosen by measured cost."""

from audio.mixing.calibration import CANDIDATES, DEFAULT, calibrate, choose
from audio.mixing.opus import EncoderSettings

EQUAL = dict.fromkeys((5, 7, 9), 20)  # complexity -> number of packets with redundancy


def test_the_highest_complexity_that_costs_hardly_more_than_the_default_is_chosen() -> None:
    assert choose({5: 137e-6, 7: 120e-6, 9: 84e-6}, EQUAL) == 9
    assert choose({5: 137e-6, 7: 140e-6, 9: 200e-6}, EQUAL) == 7
    assert choose({5: 250e-6, 7: 320e-6, 9: 380e-6}, EQUAL) == 5


def test_a_complexity_without_redundancy_is_not_chosen_although_it_is_cheap() -> None:
    assert choose({5: 137e-6, 9: 84e-6}, {5: 20, 9: 0}) == 5


def test_a_complexity_that_was_not_measured_in_time_is_not_chosen() -> None:
    assert choose({}, {}) == DEFAULT
    assert choose({5: 137e-6}, {5: 20}) == DEFAULT


def test_calibration_measures_the_library_in_use() -> None:
    calibration = calibrate(EncoderSettings())
    assert calibration.complexity in CANDIDATES
    assert DEFAULT in calibration.costs
