"""Speech recognition, in processes of its own, so that it never delays a tick.

The audio process sends the sound of people who consented, 100 ms at a time, to a recognizer process
(`pool`), which returns lines of text (`child`). A model is a `Recognizer` (`interface`); which one
runs is a setting. This package uses neither Django nor anything of a room except its name.
"""
