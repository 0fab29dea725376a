"""Measure captions: words, delays, costs, and what the sound notices of them."""
