"""Measure captions: words, delays, costs, and their effect on the sound."""
