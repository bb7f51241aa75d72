"""Network namespaces and TUN devices through the kernel's own calls (setns(2), tun.txt). Needs root."""

from __future__ import annotations

import ctypes
import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TUN = Path("/dev/net/tun")
_CLONE_NEWNET = 0x4000_0000
_TUNSETIFF = 0x4004_54CA
_IFF_TUN = 0x0001
_IFF_NO_PI = 0x1000
_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def new_namespace() -> int:
    """A namespace as a file descriptor, which keeps it alive; the calling thread is in it from now on."""
    _check(_libc.unshare(_CLONE_NEWNET))
    return current_namespace()


def current_namespace() -> int:
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def enter_namespace(namespace: int) -> None:
    """For the calling thread: sockets it makes, and programs it starts, belong there."""
    _check(_libc.setns(namespace, _CLONE_NEWNET))


@contextmanager
def inside(path: str) -> Iterator[None]:
    """The calling thread is in this namespace for a while."""
    before = current_namespace()
    there = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        enter_namespace(there)
        yield
    finally:
        enter_namespace(before)
        os.close(there)
        os.close(before)


def open_tun(name: str) -> int:
    """A new device of the calling thread's namespace; each read and write is one IP packet."""
    device = os.open(TUN, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI))
    return device


def missing() -> str | None:
    """Why no network can be made here, in a sentence."""
    if os.geteuid() != 0:
        return "bad networks are made of namespaces, which only root may make"
    if not TUN.exists():
        return f"bad networks need {TUN}, which this kernel or container does not have"
    return None
