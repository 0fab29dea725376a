"""A small site, an empty site and a backup."""

from pathlib import Path

import pytest

from config.backup.saving import save
from config.backup.site import Site
from tests.config.backup.small_site import EVIDENCE, MIGRATION, PICTURE, make_site, open_database


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site with a database, a picture and a piece of evidence."""
    site = make_site(tmp_path / "home")
    avatars, evidence = site.folders["media"] / "avatars", site.folders["evidence"] / "1"
    avatars.mkdir(parents=True)
    evidence.mkdir(parents=True)
    (avatars / "ana.png").write_bytes(PICTURE)
    (avatars / "ana.png").chmod(0o644)
    (evidence / "picture.png").write_bytes(EVIDENCE)
    (evidence / "picture.png").chmod(0o600)
    with open_database(site) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE django_migrations (app, name)")
        database.execute("INSERT INTO django_migrations VALUES (?, ?)", MIGRATION)
        database.execute("CREATE TABLE notes (note)")
        database.execute("INSERT INTO notes VALUES ('first')")
    return site


@pytest.fixture
def empty_site(tmp_path: Path) -> Site:
    """A site whose home does not exist yet."""
    return make_site(tmp_path / "other")


@pytest.fixture
def saved(site: Site, tmp_path: Path) -> Path:
    return save(site, to=tmp_path / "backup.tar").path
