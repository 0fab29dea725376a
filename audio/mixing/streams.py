"""The streams that a room sends: for talk and for music, each at full quality and as data saver."""

from dataclasses import replace

from audio.mixing.opus import Application, EncoderSettings

SAVER_BITRATE = 24_000  # bits a second
MUSIC_BITRATE = 96_000


def settings_for(talk: EncoderSettings, *, music: bool, saver: bool) -> EncoderSettings:
    """`talk` is the room's ordinary stream. Music carries no redundancy: libopus would take it from
    the music, and fall back to its voice codec to have some."""
    if music and saver:
        return replace(talk, bitrate=SAVER_BITRATE, application=Application.AUDIO, fec=False)
    if music:
        return replace(
            talk, bitrate=MUSIC_BITRATE, channels=2, application=Application.AUDIO, fec=False
        )
    return replace(talk, bitrate=SAVER_BITRATE) if saver else talk
