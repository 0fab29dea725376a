"""The encoder settings of a room's streams: talk or music, in full quality or data saver mode."""

from dataclasses import replace

from audio.mixing.opus import Application, EncoderSettings

SAVER_BITRATE = 24_000  # bits per second
MUSIC_BITRATE = 96_000


def settings_for(talk: EncoderSettings, *, music: bool, saver: bool) -> EncoderSettings:
    """Derive settings from the settings for talk. Music has no FEC, because libopus would take the
    bits for it from the music and switch to its voice codec."""
    if music and saver:
        return replace(talk, bitrate=SAVER_BITRATE, application=Application.AUDIO, fec=False)
    if music:
        return replace(
            talk, bitrate=MUSIC_BITRATE, channels=2, application=Application.AUDIO, fec=False
        )
    return replace(talk, bitrate=SAVER_BITRATE) if saver else talk
