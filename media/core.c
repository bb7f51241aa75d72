/* The media worker's packets in and out where Python would be slow: one packet of a publisher to all of its
 * subscribers, and the datagrams of all sockets in one call. No Python in here, no memory of its own.
 *
 * libsrtp is the one that pylibsrtp brings: its function and its sessions are handed in. Built by
 * scripts/build_core, loaded by media/core.py, which repeats the declarations.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { MAX_HEADER = 64, MAX_PACKET = 1480, TAG_ROOM = 160, PENDING_SIZE = 24 * 1024, MAX_PENDING = 32 };

/* How packets leave a connection. They wait until `flush`, so that a picture's leave in one call. */
struct way_out {
    int (*protect)(void *session, void *packet, int *size);
    void *session;
    int fd; /* -1: closed */
    uint32_t address_size;
    uint8_t address[28]; /* sockaddr_in or sockaddr_in6 */
    uint32_t single;     /* the kernel does not take several at once */
    uint32_t listed;     /* in the post's list */
    uint32_t count, segment, size; /* waiting: packets, octets of each but the last, octets of all */
    uint32_t complete;             /* the last one is shorter: none may follow */
    struct way_out *next;
    uint8_t pending[PENDING_SIZE];
};

/* Connections for which something waits, and packets that went nowhere, by the reason. */
struct post {
    struct way_out *first;
    uint64_t busy, too_long, unsealed, closed;
};

/* One track towards one subscriber; numbers are in this machine's order. */
struct copy {
    struct way_out *out;
    uint64_t packets, octets; /* sent so far, octets of payload */
    uint32_t timestamp_shift;
    uint32_t sequence_shift;
    uint32_t header_size;
    uint32_t stamp_at, level_at; /* offsets of what changes with each packet; 0: there is none */
    uint32_t moved;              /* whether VP8's picture numbers change as well */
    uint32_t picture_shift, tl0_shift;
    uint8_t header[MAX_HEADER];
};

enum outcome { SENT, BUSY, REFUSED };

static enum outcome outcome_of(ssize_t result)
{
    if (result >= 0)
        return SENT;
    return errno == EAGAIN || errno == ENOBUFS || errno == EINTR ? BUSY : REFUSED;
}

static enum outcome send_segments(struct way_out *out)
{
    union {
        struct cmsghdr header;
        uint8_t space[CMSG_SPACE(sizeof(uint16_t))];
    } control;
    struct iovec part = {out->pending, out->size};
    struct msghdr message = {out->address, out->address_size, &part, 1, &control, sizeof control, 0};
    uint16_t segment = out->segment;

    memset(&control, 0, sizeof control);
    control.header.cmsg_level = SOL_UDP;
    control.header.cmsg_type = UDP_SEGMENT;
    control.header.cmsg_len = CMSG_LEN(sizeof segment);
    memcpy(CMSG_DATA(&control.header), &segment, sizeof segment);
    enum outcome outcome = outcome_of(sendmsg(out->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL));
    /* An old kernel, a device without checksums of its own, a path of smaller packets. */
    if (outcome == REFUSED && (errno == EINVAL || errno == EIO || errno == EOPNOTSUPP || errno == ENOPROTOOPT ||
                               errno == EMSGSIZE))
        out->single = 1;
    return outcome;
}

/* Sends what waits here; 0 when some of it still does, because the socket's buffer is full. */
static int send_all(struct post *post, struct way_out *out)
{
    if (out->fd >= 0 && out->count > 1 && !out->single) {
        enum outcome outcome = send_segments(out);
        if (outcome == BUSY)
            return 0;
        if (outcome == SENT)
            out->size = 0;
    }
    uint32_t at = 0;
    while (out->fd >= 0 && at < out->size) {
        uint32_t size = out->size - at < out->segment ? out->size - at : out->segment;
        enum outcome outcome = outcome_of(sendto(out->fd, out->pending + at, size, MSG_DONTWAIT | MSG_NOSIGNAL,
                                                 (struct sockaddr *)out->address, out->address_size));
        if (outcome == BUSY) {
            memmove(out->pending, out->pending + at, out->size - at);
            out->size -= at;
            return 0;
        }
        if (outcome == REFUSED)
            post->closed++;
        out->count--;
        at += size;
    }
    out->count = out->size = out->complete = 0;
    return 1;
}

static void queue(struct post *post, struct way_out *out, const uint8_t *packet, uint32_t size)
{
    int full = out->complete || out->count == MAX_PENDING || size > PENDING_SIZE - out->size;
    if (out->count > 0 && (full || size > out->segment) && !send_all(post, out)) {
        post->busy++;
        return;
    }
    if (out->count == 0)
        out->segment = size;
    memcpy(out->pending + out->size, packet, size);
    out->size += size;
    out->count++;
    out->complete = size < out->segment;
    if (!out->listed) {
        out->listed = 1;
        out->next = post->first;
        post->first = out;
    }
}

/* As media/vp8.py does (RFC 7741 4.2): the long picture id and TL0PICIDX, where the payload has them. */
static void move_pictures(uint8_t *payload, uint32_t size, const struct copy *copy)
{
    if (size < 3 || !(payload[0] & 0x80))
        return;
    uint8_t flags = payload[1];
    uint32_t descriptor = 2 + (flags & 0x80 ? (payload[2] & 0x80 ? 2 : 1) : 0);
    descriptor += !!(flags & 0x40) + !!(flags & 0x30);
    if (descriptor >= size || !(flags & 0x80) || !(payload[2] & 0x80))
        return;
    uint32_t picture = ((payload[2] & 0x7f) << 8 | payload[3]) + copy->picture_shift;
    payload[2] = 0x80 | (picture >> 8 & 0x7f);
    payload[3] = picture;
    if (flags & 0x40)
        payload[4] += copy->tl0_shift;
}

/* Returns to how many it goes. `flags` are the marker (0x80) and the padding bit (0x20). */
int fan_out(struct post *post, struct copy **copies, int count, const uint8_t *payload, uint32_t size,
            uint32_t sequence, uint32_t timestamp, uint32_t flags, uint32_t send_time, uint32_t level)
{
    uint8_t packet[MAX_PACKET + TAG_ROOM] __attribute__((aligned(8)));
    int queued = 0;

    for (int number = 0; number < count; number++) {
        struct copy *copy = copies[number];
        struct way_out *out = copy->out;
        uint32_t start = copy->header_size;
        if (out->fd < 0) {
            post->closed++;
            continue;
        }
        if (start > MAX_HEADER || size > MAX_PACKET - start) {
            post->too_long++;
            continue;
        }
        uint32_t own_sequence = sequence + copy->sequence_shift;
        uint32_t own_time = timestamp + copy->timestamp_shift;
        memcpy(packet, copy->header, start);
        memcpy(packet + start, payload, size);
        if (copy->moved)
            move_pictures(packet + start, size, copy);
        packet[0] |= flags & 0x20;
        packet[1] |= flags & 0x80;
        packet[2] = own_sequence >> 8;
        packet[3] = own_sequence;
        packet[4] = own_time >> 24;
        packet[5] = own_time >> 16;
        packet[6] = own_time >> 8;
        packet[7] = own_time;
        if (copy->stamp_at) {
            packet[copy->stamp_at] = send_time >> 16;
            packet[copy->stamp_at + 1] = send_time >> 8;
            packet[copy->stamp_at + 2] = send_time;
        } else if (copy->level_at) {
            packet[copy->level_at] = level;
        }
        copy->packets++;
        copy->octets += size;
        int length = start + size;
        if (out->protect(out->session, packet, &length) != 0) {
            post->unsealed++;
            continue;
        }
        queue(post, out, packet, length);
        queued++;
    }
    return queued;
}

/* Forgets what waits here. */
void discard(struct post *post, struct way_out *out)
{
    for (struct way_out **link = &post->first; *link; link = &(*link)->next) {
        if (*link == out) {
            *link = out->next;
            break;
        }
    }
    out->listed = out->count = out->size = out->complete = 0;
}

/* Sends what waits; what a full socket does not take waits for the next time. */
void flush(struct post *post)
{
    struct way_out *waiting = post->first;

    post->first = NULL;
    while (waiting) {
        struct way_out *out = waiting;
        waiting = out->next;
        out->listed = 0;
        if (!send_all(post, out)) {
            out->listed = 1;
            out->next = post->first;
            post->first = out;
        }
    }
}

enum { SLOTS = 128, SLOT_SIZE = 1536, EACH = 16, ADDRESS_SIZE = 28, MAX_FILES = 16384, RECORD = 4 };
enum { MIN_RTP = 12, MAX_RTP = 1500 };
enum kind { AS_IT_CAME = 0, PLAIN = 1, FORGED = 2 };

/* How RTP of a socket's one peer is decrypted. */
struct way_in {
    int (*unprotect)(void *session, void *packet, int *size);
    void *session;
};

/* What `drain` has read: of each datagram the descriptor, its size now, its size on the wire and its kind, its
 * address, its bytes. */
struct mailbox {
    uint32_t records[RECORD * SLOTS];
    uint8_t addresses[SLOTS][ADDRESS_SIZE];
    struct mmsghdr messages[SLOTS];
    struct iovec parts[SLOTS];
    struct way_in *ways[MAX_FILES];
    uint32_t turn; /* which of the sockets that have something comes first */
    int more;      /* whether some has more */
    uint8_t data[SLOTS][SLOT_SIZE] __attribute__((aligned(8)));
};

size_t mailbox_size(void) { return sizeof(struct mailbox); }
uint32_t *mailbox_records(struct mailbox *box) { return box->records; }
uint8_t *mailbox_addresses(struct mailbox *box) { return &box->addresses[0][0]; }
uint8_t *mailbox_data(struct mailbox *box) { return &box->data[0][0]; }
int mailbox_more(struct mailbox *box) { return box->more; }

/* What media/core.py compares: layouts that it declares must be these. */
uint32_t layout(int number)
{
    const uint32_t sizes[] = {sizeof(struct way_out), sizeof(struct post), sizeof(struct copy), sizeof(struct way_in),
                              SLOTS, SLOT_SIZE, ADDRESS_SIZE, RECORD, 1};
    return number < (int)(sizeof sizes / sizeof *sizes) ? sizes[number] : 0;
}

/* From now on RTP at `fd` is decrypted that way, NULL: not at all. 0 where there are too many files. */
int let_in(struct mailbox *box, int fd, struct way_in *way)
{
    if (fd < 0 || fd >= MAX_FILES)
        return 0;
    box->ways[fd] = way;
    return 1;
}

static void note(struct mailbox *box, int slot, int fd)
{
    uint32_t *record = box->records + RECORD * slot;
    uint8_t *data = box->data[slot];
    int size = box->messages[slot].msg_hdr.msg_flags & MSG_TRUNC ? 0 : (int)box->messages[slot].msg_len;
    struct way_in *way = fd < MAX_FILES ? box->ways[fd] : NULL;

    record[0] = fd;
    record[2] = size;
    record[3] = AS_IT_CAME;
    /* RFC 7983: RTP and RTCP begin with 128 to 191; RFC 5761: RTCP goes on with 192 to 223. */
    if (way && size >= MIN_RTP && size <= MAX_RTP && data[0] >> 6 == 2 && !(data[1] >= 192 && data[1] <= 223))
        record[3] = way->unprotect(way->session, data, &size) == 0 ? PLAIN : FORGED;
    record[1] = size;
}

/* Reads what lies at the sockets of `poll`, at most EACH from one and SLOTS in all; returns how many. Who was not
 * reached comes first the next time. A datagram that does not fit has size 0. */
int drain(int poll, struct mailbox *box)
{
    struct epoll_event ready[SLOTS];
    int count = 0, number = 0;
    int sockets = epoll_wait(poll, ready, SLOTS, 0);

    box->more = 0;
    for (; number < sockets && count < SLOTS; number++) {
        int fd = ready[(box->turn + number) % sockets].data.fd;
        int wanted = SLOTS - count < EACH ? SLOTS - count : EACH;
        for (int slot = count; slot < count + wanted; slot++) {
            box->parts[slot].iov_base = box->data[slot];
            box->parts[slot].iov_len = SLOT_SIZE;
            memset(&box->messages[slot], 0, sizeof box->messages[slot]);
            box->messages[slot].msg_hdr.msg_iov = &box->parts[slot];
            box->messages[slot].msg_hdr.msg_iovlen = 1;
            box->messages[slot].msg_hdr.msg_name = box->addresses[slot];
            box->messages[slot].msg_hdr.msg_namelen = ADDRESS_SIZE;
        }
        int got = recvmmsg(fd, &box->messages[count], wanted, MSG_DONTWAIT, NULL);
        for (int slot = count; slot < count + got; slot++)
            note(box, slot, fd);
        if (got > 0)
            count += got;
        box->more |= got == wanted;
    }
    if (sockets > 0)
        box->turn = (box->turn + number) % sockets;
    box->more |= number < sockets;
    return count;
}
