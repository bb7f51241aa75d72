"""Recordings: packets written as they arrive, and a program that makes one file of them (docs/recording.md).

`python -m media.recording DIRECTORY` is that program.
"""
