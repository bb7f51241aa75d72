"""Errors of the engines that are compared with Sangdam's."""

from __future__ import annotations


class EngineMissing(Exception):
    """A system that is compared cannot be had or does not run on this machine; the text says why."""
