"""A model is found in a folder or in a package, and nowhere else."""

import pytest

from audio.recognition.model_folder import folder_of


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "somebodys_model" / "weights"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    (folder / "model.bin").write_bytes(b"weights")
    return folder


def test_a_model_is_found_in_a_folder(folder):
    assert folder_of(str(folder)) == folder


def test_a_model_is_found_in_a_package(folder, monkeypatch):
    monkeypatch.syspath_prepend(folder.parent.parent)
    assert folder_of("somebodys_model") == folder


@pytest.mark.parametrize("name", ["", "nowhere", "/nowhere", "some/folder", "numpy", "../x", "a.b"])
def test_other_names_are_an_error_that_repeats_them(name):
    with pytest.raises(FileNotFoundError, match=r"model\.bin"):
        folder_of(name)
