"""A small site, an empty one, and a backup."""

from pathlib import Path

import pytest

from config.backup.saving import save
from config.backup.site import Site
from tests.config.backup.small_site import EVIDENCE, MIGRATION, PICTURE, make_site, opened


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """With a database, a picture and an evidence, each where it belongs."""
    made = make_site(tmp_path / "home")
    avatars, evidence = made.folders["media"] / "avatars", made.folders["evidence"] / "1"
    avatars.mkdir(parents=True)
    evidence.mkdir(parents=True)
    (avatars / "ana.png").write_bytes(PICTURE)
    (avatars / "ana.png").chmod(0o644)
    (evidence / "picture.png").write_bytes(EVIDENCE)
    (evidence / "picture.png").chmod(0o600)
    with opened(made) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE django_migrations (app, name)")
        database.execute("INSERT INTO django_migrations VALUES (?, ?)", MIGRATION)
        database.execute("CREATE TABLE notes (note)")
        database.execute("INSERT INTO notes VALUES ('first')")
    return made


@pytest.fixture
def other(tmp_path: Path) -> Site:
    """Another home, with nothing in it."""
    return make_site(tmp_path / "other")


@pytest.fixture
def saved(site: Site, tmp_path: Path) -> Path:
    return save(site, to=tmp_path / "backup.tar").path
