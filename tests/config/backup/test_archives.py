"""Archives that a restore refuses before it changes anything."""

import json
import tarfile

import pytest

from config.backup.manifest import FORMAT, Manifest
from tests.config.backup.small_site import EVIDENCE, assert_refused, members_of, write_archive


def test_an_archive_that_was_cut_off_anywhere_is_refused(empty_site, saved):
    whole = saved.read_bytes()
    with tarfile.open(saved) as tar:
        members = tar.getmembers()
    for member in members[1:]:
        for end in (member.offset, member.offset + 100, member.offset_data + member.size - 1):
            saved.write_bytes(whole[:end])
            assert_refused(empty_site, saved, "damaged or was cut off")


def test_an_archive_with_a_changed_byte_is_refused(empty_site, saved):
    content = saved.read_bytes()
    saved.write_bytes(content.replace(EVIDENCE, EVIDENCE[:-1] + b"D"))
    assert_refused(empty_site, saved, "checksum of evidence/1/picture.png is wrong")


def test_a_file_that_is_not_a_backup_is_refused(empty_site, tmp_path):
    (tmp_path / "text").write_text("no archive")
    assert_refused(empty_site, tmp_path / "text", "not a backup of Spaces")
    write_archive(tmp_path / "tar", [("something", b"else")])
    assert_refused(empty_site, tmp_path / "tar", "not a backup of Spaces")
    assert_refused(empty_site, tmp_path / "nowhere", "no backup at")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"migrations": ["accounts.9999_of_tomorrow"]}, "newer version.*9999_of_tomorrow"),
        ({"format": FORMAT + 1}, "newer version"),
        ({"vendor": "postgresql"}, "backup of PostgreSQL, but this site uses SQLite"),
        ({"migrations": 5}, "manifest cannot be read"),
    ],
)
def test_a_backup_that_this_version_cannot_restore_is_refused(
    empty_site, saved, tmp_path, changed, why
):
    members = members_of(saved)
    manifest = json.dumps({**json.loads(members["manifest.json"]), **changed}).encode()
    assert_refused(
        empty_site,
        write_archive(
            tmp_path / "changed.tar",
            [("manifest.json", manifest), ("database", members["database"])],
        ),
        why,
    )


def link(kind: bytes) -> tarfile.TarInfo:
    member = tarfile.TarInfo("media/link")
    member.type, member.linkname = kind, "/etc/passwd"
    return member


def special_file(kind: bytes) -> tarfile.TarInfo:
    member = tarfile.TarInfo("media/thing")
    member.type = kind
    return member


@pytest.mark.parametrize(
    "member",
    [
        "/etc/cron.d/evil",
        "media/../../evil",
        "../evil",
        "media/./evil",
        "media//evil",
        "media",
        "static/evil.js",
        "secret_key",
        "db.sqlite3",
        "media/same",
        "media/same/below",
        "manifest.json",
        "database",
        link(tarfile.SYMTYPE),
        link(tarfile.LNKTYPE),
        special_file(tarfile.DIRTYPE),
        special_file(tarfile.FIFOTYPE),
        special_file(tarfile.CHRTYPE),
        special_file(tarfile.GNUTYPE_SPARSE),
    ],
    ids=lambda member: member if isinstance(member, str) else repr(member.type),
)
def test_an_archive_with_unexpected_members_is_refused(empty_site, saved, tmp_path, member):
    ours = members_of(saved)
    members = [(name, ours[name]) for name in ("manifest.json", "database")]
    evil = write_archive(tmp_path / "evil.tar", [*members, ("media/same", b"1"), (member, b"evil")])
    assert_refused(empty_site, evil, "The archive contains")
    assert list(tmp_path.glob("**/evil")) == []


def test_a_manifest_is_the_same_after_packing_and_unpacking():
    manifest = Manifest(FORMAT, "2026-01-31T18:00:00+00:00", "0.1.0", "postgresql", 16, 17, ["a.b"])
    assert Manifest.unpack(manifest.pack()) == manifest
