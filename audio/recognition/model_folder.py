"""Find the model that an operator names: it is in a folder, or in an installed package."""

from importlib.util import find_spec
from pathlib import Path

WEIGHTS = "model.bin"  # of CTranslate2, which faster-whisper uses


def folder_of(model: str) -> Path:
    """Return the folder with the model's files. Raises FileNotFoundError if there is none."""
    folder = Path(model)
    if folder.is_absolute():
        found = [folder / WEIGHTS] if (folder / WEIGHTS).is_file() else []
    else:
        found = sorted(package.rglob(WEIGHTS)) if (package := _package(model)) else []
    if not found:
        raise FileNotFoundError(f"There is no {WEIGHTS} in {model!r}.")
    return found[0].parent


def _package(name: str) -> Path | None:
    if not name.isidentifier():
        return None
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None
