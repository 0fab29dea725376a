"""What the audio engine costs, and how soon it is heard: `python -m bench.audio`."""
