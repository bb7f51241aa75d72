"""What the three planes say to each other: message types, the audio frame, the worker's dialled link.

Nothing here knows HTTP, WebRTC or models; `server`, `media` and `transcription` import this package
and never each other.
"""
