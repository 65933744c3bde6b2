/*
 * limit - the least that any program could do on this kernel: bgnet0's framing (a 16-bit length,
 * JSON), one room, one epoll loop, and one write for each member and turn. Chat servers are
 * measured against it. It must never gain what a server needs: it knows no nicks, tells of nobody
 * who comes or goes, and looks into a packet only for the text.
 *
 *     cc -O2 -o limit limit.c && ./limit PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 512, READ = 1 << 16, LARGEST_FRAME = 2 + 0xffff };
/* Who has so much waiting is cut: without a bound one who never reads would take all memory. */
enum { MOST_WAITING = 1 << 25 };

typedef struct {
    uint8_t *bytes;
    size_t len, capacity;
} buffer;

typedef struct {
    int fd;
    bool has_spoken, is_dead;            /* who has said nothing is told nothing */
    bool waits;                          /* for the socket to take more      */
    buffer in, out;                      /* a partial frame; what the socket would not take */
    size_t sent;                         /* of `out`                         */
} member;

static int epoll, listener, count, capacity;
static member **members;
static buffer turn;                      /* what all are to be told          */
static bool has_dead;

static void append(buffer *b, const void *bytes, size_t len) {
    if (b->len + len > b->capacity) {
        b->capacity = (b->len + len) * 2;
        b->bytes = realloc(b->bytes, b->capacity);
        if (!b->bytes) abort();
    }
    memcpy(b->bytes + b->len, bytes, len);
    b->len += len;
}
static void watch(int action, int fd, uint32_t events, member *m) {
    struct epoll_event e = { .events = events, .data.ptr = m };
    if (epoll_ctl(epoll, action, fd, &e)) perror("epoll_ctl");
}

static void cut(member *m) { m->is_dead = has_dead = true; }

/* ---- in ----------------------------------------------------------------- */
/* A hello, which has no message, is not answered: the room is open to all. */
static void hear(const uint8_t *payload, size_t len) {
    static const char key[] = "\"message\":";
    static const char start[] = "{\"type\":\"chat\",\"nick\":\"x\",\"message\":";
    const uint8_t *at = memmem(payload, len, key, sizeof key - 1);
    if (!at) return;
    at += sizeof key - 1;
    size_t rest = (size_t)(payload + len - at), whole = sizeof start - 1 + rest;
    if (whole > 0xffff) return;
    uint8_t head[2] = { (uint8_t)(whole >> 8), (uint8_t)whole };
    append(&turn, head, 2);
    append(&turn, start, sizeof start - 1);
    append(&turn, at, rest);             /* the text, and what closes the packet */
}
static void read_from(member *m) {
    static uint8_t bytes[LARGEST_FRAME + READ];
    size_t len = m->in.len, off = 0;
    if (len) memcpy(bytes, m->in.bytes, len);
    ssize_t k = recv(m->fd, bytes + len, READ, MSG_DONTWAIT);
    if (k < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (k <= 0) { cut(m); return; }
    len += (size_t)k;
    while (len - off >= 2) {
        size_t payload = (size_t)(bytes[off] << 8 | bytes[off + 1]);
        if (len - off - 2 < payload) break;
        hear(bytes + off + 2, payload);
        off += 2 + payload;
        m->has_spoken = true;
    }
    m->in.len = 0;
    if (off < len) append(&m->in, bytes + off, len - off);
}
static void accept_all(void) {
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        int one = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            members = realloc(members, (size_t)capacity * sizeof *members);
        }
        member *m = calloc(1, sizeof *m);
        m->fd = fd;
        members[count++] = m;
        watch(EPOLL_CTL_ADD, fd, EPOLLIN, m);
    }
}

/* ---- out ---------------------------------------------------------------- */
/* Returns how much the socket took. */
static size_t write_to(member *m, const uint8_t *bytes, size_t len) {
    ssize_t k = send(m->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (k < 0 && errno != EAGAIN && errno != EINTR) cut(m);
    return k < 0 ? 0 : (size_t)k;
}
static void wait_for_room(member *m, bool waits) {
    if (m->waits == waits) return;
    m->waits = waits;
    watch(EPOLL_CTL_MOD, m->fd, EPOLLIN | (waits ? EPOLLOUT : 0), m);
}
static void write_waiting(member *m) {
    m->sent += write_to(m, m->out.bytes + m->sent, m->out.len - m->sent);
    if (m->sent < m->out.len) return;
    m->sent = m->out.len = 0;
    wait_for_room(m, false);
}
static void tell(member *m) {
    size_t taken = m->waits ? 0 : write_to(m, turn.bytes, turn.len);
    if (taken == turn.len) return;
    if (m->out.len - m->sent + turn.len > MOST_WAITING) { cut(m); return; }
    if (m->sent > m->out.len / 2) {
        memmove(m->out.bytes, m->out.bytes + m->sent, m->out.len -= m->sent);
        m->sent = 0;
    }
    append(&m->out, turn.bytes + taken, turn.len - taken);
    wait_for_room(m, true);
}
static void end_turn(void) {
    for (int i = 0; turn.len && i < count; i++)
        if (members[i]->has_spoken && !members[i]->is_dead) tell(members[i]);
    turn.len = 0;
}
static void bury(void) {
    has_dead = false;
    for (int i = count - 1; i >= 0; i--) {
        member *m = members[i];
        if (!m->is_dead) continue;
        close(m->fd);
        free(m->in.bytes);
        free(m->out.bytes);
        free(m);
        members[i] = members[--count];
    }
}

static void listen_on(int port) {
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int one = 1;
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 4096)) {
        perror("limit");
        exit(1);
    }
    epoll = epoll_create1(EPOLL_CLOEXEC);
    watch(EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
}
int main(int argc, char **argv) {
    if (argc != 2) return fputs("usage: limit PORT\n", stderr), 1;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    listen_on(atoi(argv[1]));
    for (struct epoll_event events[EVENTS];;) {
        int k = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < k; i++) {
            member *m = events[i].data.ptr;
            if (!m) { accept_all(); continue; }
            if (events[i].events & EPOLLOUT) write_waiting(m);
            if (events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) read_from(m);
        }
        end_turn();
        if (has_dead) bury();
    }
}
