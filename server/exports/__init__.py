"""A room's transcript as a file: `FORMATS` maps an extension to how it is written."""

from server.exports.formats import FORMATS, Format
from server.exports.transcript import Transcript, load

__all__ = ["FORMATS", "Format", "Transcript", "load"]
