"""Measure what Spaces as HLS cost, and how late they are: `python -m bench.hls`."""
