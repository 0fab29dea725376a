"""The playlist as text, and back."""

from dataclasses import replace

import pytest

from audio.hls.playlist import WINDOW, Playlist, Segment

FIRST = Segment(number=7, seconds=2.005333, began=1_900_000_000.25, init="7.mp4")
TEXT = """\
#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="7.mp4"
#EXT-X-PROGRAM-DATE-TIME:2030-03-17T17:46:40.250+00:00
#EXTINF:2.005333,
7.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="8.mp4"
#EXT-X-PROGRAM-DATE-TIME:2030-03-17T17:46:50.000+00:00
#EXTINF:1.500000,
8.m4s
"""


def numbered(count: int, *, gaps: tuple[int, ...] = ()) -> list[Segment]:
    return [
        replace(FIRST, number=number, init="0.mp4", follows_a_gap=number in gaps)
        for number in range(count)
    ]


def test_a_playlist_names_its_segments_with_their_times() -> None:
    second = Segment(8, 1.5, 1_900_000_010.0, "8.mp4", follows_a_gap=True)
    assert str(Playlist([FIRST, second])) == TEXT


def test_a_playlist_reads_its_own_text() -> None:
    playlist = Playlist.parse(TEXT)
    assert str(playlist) == TEXT
    assert playlist.segments[0] == FIRST


def test_only_the_newest_segments_stay_and_their_numbers_rise() -> None:
    playlist = Playlist()
    for segment in numbered(10):
        playlist.add(segment)
    assert [each.number for each in playlist.segments] == list(range(10 - WINDOW, 10))


def test_discontinuities_that_leave_the_window_are_counted() -> None:
    playlist = Playlist()
    for segment in numbered(10, gaps=(1, 2, 5)):
        playlist.add(segment)
    assert playlist.discontinuities == 2


def test_the_longest_segment_sets_the_target_duration() -> None:
    playlist = Playlist([replace(FIRST, seconds=0.2)])
    assert "#EXT-X-TARGETDURATION:1\n" in str(playlist)


@pytest.mark.parametrize(
    "text", ["", "hello", "#EXTM3U\nother.ts", '#EXTM3U\n#EXT-X-MAP:"x"', "#EXTM3U\n#EXTINF:x"]
)
def test_another_text_is_not_a_playlist(text: str) -> None:
    with pytest.raises(ValueError):
        Playlist.parse(text)
