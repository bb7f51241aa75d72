"""The optional compiled core, core.c: its declarations and the loaded library.

`scripts/build_core` makes it, `--compiled-core` uses it: Fan sends through it, Reader reads. Without it the
same is done in Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cffi

from media.counters import Counters

LIBRARY = Path(__file__).with_name("libcore.so")
SLOTS, SLOT_SIZE, ADDRESS_SIZE = 128, 1536, 28
"""Of a mailbox, as in core.c: datagrams, and bytes of each and of its sender's address."""
AS_IT_CAME, PLAIN, FORGED = 0, 1, 2
"""What became of a datagram: RTP is decrypted where its socket has one peer whose keys are known."""
RECORD, VERSION = 4, 1
_COUNTERS = {
    "busy": "drop_out_busy",
    "too_long": "drop_out_size",
    "unsealed": "drop_out_srtp",
    "closed": "drop_out_closed",
}
MAX_HEADER_BYTES = 64
_DECLARATIONS = """
struct way_out {
    int (*protect)(void *session, void *packet, int *size);
    void *session;
    int fd;
    uint32_t address_size;
    uint8_t address[28];
    uint32_t single;
    uint32_t listed;
    uint32_t count, segment, size;
    uint32_t complete;
    struct way_out *next;
    uint8_t pending[24576];
};
struct post {
    struct way_out *first;
    uint64_t busy, too_long, unsealed, closed;
};
struct copy {
    struct way_out *out;
    uint64_t packets, octets;
    uint32_t timestamp_shift;
    uint32_t sequence_shift;
    uint32_t header_size;
    uint32_t stamp_at, level_at;
    uint32_t moved;
    uint32_t picture_shift, tl0_shift;
    uint8_t header[64];
};
int fan_out(struct post *post, struct copy **copies, int count, const uint8_t *payload, uint32_t size,
            uint32_t sequence, uint32_t timestamp, uint32_t flags, uint32_t send_time, uint32_t level);

void flush(struct post *post);
void discard(struct post *post, struct way_out *out);
struct way_in {
    int (*unprotect)(void *session, void *packet, int *size);
    void *session;
};
struct mailbox;
int let_in(struct mailbox *box, int fd, struct way_in *way);
size_t mailbox_size(void);
uint32_t *mailbox_records(struct mailbox *);
uint8_t *mailbox_addresses(struct mailbox *);
uint8_t *mailbox_data(struct mailbox *);
int mailbox_more(struct mailbox *);
uint32_t layout(int number);
int drain(int poll, struct mailbox *box);
"""


class CoreMissing(Exception):
    """The compiled core cannot be loaded; the text says what to do."""


@dataclass(frozen=True, slots=True)
class NativeSession:
    """A libsrtp session and the function that encrypts or decrypts with it, as addresses.

    `owner` keeps both alive.
    """

    process: int
    session: int
    owner: object


class Core:
    """The loaded library. Raises CoreMissing."""

    def __init__(self, library: Path, counters: Counters) -> None:
        self.counters = counters
        self.ffi = cffi.FFI()
        self.ffi.cdef(_DECLARATIONS)
        try:
            self.lib: Any = self.ffi.dlopen(str(library))
        except OSError as error:
            raise CoreMissing(f"there is no compiled core ({error}); scripts/build_core makes it") from None
        self._check(library)
        self.post = self.ffi.new("struct post *")

    def _check(self, library: Path) -> None:
        """One that was built before an update may lie anywhere else."""
        sizes = [self.ffi.sizeof(f"struct {name}") for name in ("way_out", "post", "copy", "way_in")]
        expected = [*sizes, SLOTS, SLOT_SIZE, ADDRESS_SIZE, RECORD, VERSION]
        try:
            found = [self.lib.layout(number) for number in range(len(expected))]
        except AttributeError:
            found = []
        if found != expected:
            raise CoreMissing(f"{library} is of another version; scripts/build_core makes this one's")

    def flush(self) -> None:
        """Sends what waits; at the end of each round."""
        post = self.post
        self.lib.flush(post)
        if post.busy or post.too_long or post.unsealed or post.closed:
            for reason, counter in _COUNTERS.items():
                if count := getattr(post, reason):
                    self.counters.add(counter, int(count))
                    setattr(post, reason, 0)
