"""The media plane: one WebRTC end per participant, RTP forwarded untouched, voices tapped for recognition.

`python -m media` is the worker; docs/media.md says how packets flow. Importing this package loads nothing.
"""
