"""Measure the cost and the latency of the audio engine: `python -m bench.audio`."""
