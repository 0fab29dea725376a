"""A room without a network: people send sound into its mixer, and each mix is recorded."""

from collections import defaultdict

from audio.mixing.mixer import Mix, Mixer
from audio.mixing.opus import FRAME, Encoder, Pcm
from tests.audio.sound import TICK, Packet, decode, encode, open_encoder, open_music_encoder

ANA, BEN, CLEO = "u1", "u2", "u3"
LISTENER = "u9"
SECOND = 50  # ticks
PHASE = 0.010  # seconds from a packet to the next tick


class Room:
    """A mixer, the people who send sound into it, and the packets that each person heard."""

    def __init__(self, *people: str, soundscape: bool = False, music: bool = False) -> None:
        self.mixer = Mixer(soundscape=soundscape, music=music)
        for person in people:
            self.mixer.add(person, muted=False)
        self.heard: dict[str, list[bytes]] = defaultdict(list)
        self.mixes: list[Mix] = []
        self._people = (*people, LISTENER)
        self._encoders: dict[tuple[str, int], Encoder] = {}
        self._ticks = 0

    def run(self, *, seconds: float, ssrc: int = 1, **sounds: Pcm) -> None:
        """Send these sounds for `seconds`. After the end of a sound, its person sends nothing."""
        packets = {
            person: encode(sound, encoder=self._encoder(person, ssrc, stereo=sound.ndim == 2))
            for person, sound in sounds.items()
        }
        for tick in range(round(seconds * SECOND)):
            for person, sent in packets.items():
                if tick < len(sent):
                    packet = Packet(self._ticks * FRAME, sent[tick], ssrc)
                    self.mixer.push(person, packet, self._ticks * TICK)
            mix = self.mixer.tick(self._ticks * TICK + PHASE)
            self._ticks += 1
            self.mixes.append(mix)
            for person in self._people:
                self.heard[person].append(mix.own.get(person, mix.shared))

    def sound(self, person: str, *, channels: int = 1) -> Pcm:
        return decode(self.heard[person], channels=channels)

    def _encoder(self, person: str, ssrc: int, *, stereo: bool) -> Encoder:
        """Keep one encoder per stream, as a browser does, until the number of channels changes."""
        known = self._encoders.get((person, ssrc))
        if known is None or (known.settings.channels == 2) != stereo:
            known = open_music_encoder() if stereo else open_encoder()
            self._encoders[person, ssrc] = known
        return known
