"""Archives that a restore refuses, before it changes anything."""

import json
import tarfile

import pytest

from config.backup.manifest import FORMAT, Manifest
from tests.config.backup.small_site import EVIDENCE, members_of, refused, write_archive


def test_an_archive_that_was_cut_off_is_refused_wherever_that_is(other, saved):
    whole = saved.read_bytes()
    with tarfile.open(saved) as tar:
        members = tar.getmembers()
    for member in members[1:]:
        for end in (member.offset, member.offset + 100, member.offset_data + member.size - 1):
            saved.write_bytes(whole[:end])
            refused(other, saved, "damaged or was cut off")


def test_an_archive_with_a_changed_byte_is_refused(other, saved):
    content = saved.read_bytes()
    saved.write_bytes(content.replace(EVIDENCE, EVIDENCE[:-1] + b"D"))
    refused(other, saved, "checksum of evidence/1/picture.png is wrong")


def test_what_is_no_backup_is_refused(other, tmp_path):
    (tmp_path / "text").write_text("no archive")
    refused(other, tmp_path / "text", "not a backup of Spaces")
    write_archive(tmp_path / "tar", [("something", b"else")])
    refused(other, tmp_path / "tar", "not a backup of Spaces")
    refused(other, tmp_path / "nowhere", "no backup at")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"migrations": ["accounts.9999_of_tomorrow"]}, "newer version.*9999_of_tomorrow"),
        ({"format": FORMAT + 1}, "newer version"),
        ({"vendor": "postgresql"}, "backup of PostgreSQL, and this site is set to use SQLite"),
        ({"migrations": 5}, "manifest cannot be read"),
    ],
)
def test_a_backup_that_this_code_cannot_take_is_refused(other, saved, tmp_path, changed, why):
    members = members_of(saved)
    manifest = json.dumps({**json.loads(members["manifest.json"]), **changed}).encode()
    refused(
        other,
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


def of_type(kind: bytes) -> tarfile.TarInfo:
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
        of_type(tarfile.DIRTYPE),
        of_type(tarfile.FIFOTYPE),
        of_type(tarfile.CHRTYPE),
        of_type(tarfile.GNUTYPE_SPARSE),
    ],
    ids=lambda member: member if isinstance(member, str) else repr(member.type),
)
def test_an_archive_with_anything_but_plain_files_of_ours_is_refused(
    other, saved, tmp_path, member
):
    ours = members_of(saved)
    members = [(name, ours[name]) for name in ("manifest.json", "database")]
    evil = write_archive(tmp_path / "evil.tar", [*members, ("media/same", b"1"), (member, b"evil")])
    refused(other, evil, "The archive holds")
    assert list(tmp_path.glob("**/evil")) == []


def test_a_manifest_is_read_as_it_was_written():
    manifest = Manifest(FORMAT, "2026-01-31T18:00:00+00:00", "0.1.0", "postgresql", 16, 17, ["a.b"])
    assert Manifest.unpack(manifest.pack()) == manifest
