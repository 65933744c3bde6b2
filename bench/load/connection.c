/*
 * The connections, and the one event loop that serves them all. They are closed with RST, so that
 * no TIME_WAIT entries pile up between runs.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include "wire.h"

enum { CONNECTING_AT_ONCE = 64, GREETING_AT_ONCE = 64 };
enum { EVENTS = 512, KNOCK_MILLISECONDS = 20 };

int dead_members, dead_idle, answered;
uint64_t bytes_read, reads;

static int epoll, established, settled;  /* TCP is up; ready, or dead before that */
static uint8_t read_buffer[LONGEST_FRAME + LONGEST_READ];

void connections_init(void) {
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    epoll = epoll_create1(EPOLL_CLOEXEC);
}
void init_connections(connection *all, role role, manners manners, int count) {
    for (int i = 0; i < count; i++) {
        connection *c = &all[i];
        c->role = role;
        c->manners = manners;
        c->number = (uint32_t)i;
        /* whoever stands by does so in the first room; who says nothing, on the first wire */
        c->room = role <= SENDER ? (uint32_t)(i % opt.rooms) : 0;
        c->wire = opt.wires[role == IDLE ? 0 : i % opt.wire_count];
    }
}
connection *make_connections(role role, manners manners, int count) {
    connection *all = calloc((size_t)count + 1, sizeof *all);
    init_connections(all, role, manners, count);
    return all;
}
void nick_of(const connection *c, char nick[16]) {
    sprintf(nick, "%c%05u", "rsixtf"[c->role], c->number % 100000);
}
void room_of(const connection *c, char room[64]) {
    if (opt.rooms == 1) snprintf(room, 64, "%s", opt.room);
    else snprintf(room, 64, "room%u", c->room);
}

/* ---- how they live and die ---------------------------------------------- */
void ready(connection *c) {
    if (c->state != HANDSHAKE) return;
    c->state = READY;
    settled++;
}
void answer(connection *c) {
    if (c->has_answered) return;
    c->has_answered = true;
    answered++;
}
void die(connection *c) {
    if (c->state == DEAD) return;
    if (c->state != READY) settled++;
    c->state = DEAD;
    if (c->role <= SENDER) dead_members++;
    if (c->role == IDLE) dead_idle++;
    listen_no_more(c);
}
void listen_no_more(connection *c) { epoll_ctl(epoll, EPOLL_CTL_DEL, c->fd, NULL); }

void listen_for(connection *c, bool out) {
    c->wants_out = out;
    struct epoll_event e = { .events = EPOLLIN | (out ? EPOLLOUT : 0), .data.ptr = c };
    epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &e);
}

/* ---- output ------------------------------------------------------------- */
uint8_t *reserve(connection *c, size_t len) {
    if (c->out_len + len > c->out_capacity) {
        c->out_capacity = (uint32_t)(c->out_len + len) * 2;
        c->out = realloc(c->out, c->out_capacity);
    }
    uint8_t *p = c->out + c->out_len;
    c->out_len += (uint32_t)len;
    return p;
}
void put(connection *c, const void *data, size_t len) { memcpy(reserve(c, len), data, len); }

void flush(connection *c) {
    while (c->out_sent < c->out_len) {
        ssize_t k = send(c->fd, c->out + c->out_sent, c->out_len - c->out_sent,
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        if (k < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN) die(c);
            else if (!c->wants_out) listen_for(c, true);
            return;
        }
        c->out_sent += (uint32_t)k;
    }
    c->out_sent = c->out_len = 0;
    if (c->wants_out) listen_for(c, false);
}

/* ---- input -------------------------------------------------------------- */
/* Reads into `to`; `at` is when the kernel had the bytes, if it says so. */
static ssize_t read_stamped(int fd, uint8_t *to, uint64_t *at) {
    char control[128];
    struct iovec v = { to, LONGEST_READ };
    struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control,
                        .msg_controllen = sizeof control };
    ssize_t k = recvmsg(fd, &m, MSG_DONTWAIT);
    for (struct cmsghdr *h = k > 0 ? CMSG_FIRSTHDR(&m) : NULL; h; h = CMSG_NXTHDR(&m, h)) {
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_TIMESTAMPNS) continue;
        struct timespec t;
        memcpy(&t, CMSG_DATA(h), sizeof t);
        *at = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
    }
    return k;
}
/* Until the rest of its last frame comes. */
static void keep(connection *c, const uint8_t *rest, size_t len) {
    if (len > LONGEST_FRAME) fail("a frame of more than %d bytes", LONGEST_FRAME);
    if (len > c->in_capacity) {
        c->in_capacity = (uint32_t)(len < 128 ? 256 : len * 2);
        c->in = realloc(c->in, c->in_capacity);
    }
    if (len) memcpy(c->in, rest, len);
    c->in_len = (uint32_t)len;
}
static void on_readable(connection *c) {
    size_t kept = c->in_len;
    if (kept) memcpy(read_buffer, c->in, kept);
    bool is_stamped = opt.mode == LATENCY && c->role == RECEIVER;
    uint64_t at = 0;
    ssize_t k = is_stamped ? read_stamped(c->fd, read_buffer + kept, &at)
                           : recv(c->fd, read_buffer + kept, LONGEST_READ, MSG_DONTWAIT);
    if (k < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (k <= 0) { die(c); return; }
    if (!at) at = now_ns();
    if (is_measuring && c->role <= SENDER) { reads++; bytes_read += (uint64_t)k; }
    size_t len = kept + (size_t)k, used = c->wire->parse(c, read_buffer, len, at);
    keep(c, read_buffer + used, len - used);
    if (c->state != DEAD && c->out_len > c->out_sent && !c->wants_out) flush(c);
}

/* ---- the event loop ----------------------------------------------------- */
static void on_connected(connection *c) {
    int error = 0;
    socklen_t len = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    if (error) fail("connect: %s", strerror(error));
    c->state = HANDSHAKE;
    established++;
    listen_for(c, false);
    c->wire->open(c);
    flush(c);
}
static void on_event(connection *c, uint32_t events) {
    if (c->state == DEAD) return;
    if (c->state == CONNECTING) {
        if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) on_connected(c);
        return;
    }
    if (c->is_flooding) { flood(c, events); return; }
    if (events & EPOLLOUT) flush(c);
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) on_readable(c);
}
void spin(double timeout) {
    struct epoll_event events[EVENTS];
    if (timeout < 0) timeout = 0;
    struct timespec t = { (time_t)timeout, (long)((timeout - (double)(time_t)timeout) * 1e9) };
    int k = epoll_pwait2(epoll, events, EVENTS, &t, NULL);
    for (int i = 0; i < k; i++) on_event(events[i].data.ptr, events[i].events);
}

/* ---- opening ------------------------------------------------------------ */
/* A flood comes from an address of its own, to which the server's limits can apply. */
static void come_from_elsewhere(int fd) {
    struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002) };
    if (bind(fd, (struct sockaddr *)&from, sizeof from))
        fail("bind to 127.0.0.2: %s", strerror(errno));
}
/* A listener's full queue drops who comes next, and the kernel would knock again only after 1 s. */
static bool is_let_in(int fd) {
    struct pollfd p = { .fd = fd, .events = POLLOUT };
    return poll(&p, 1, KNOCK_MILLISECONDS) == 1;
}
static bool open_connection(connection *c) {
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) fail("socket: %s (ulimit -n?)", strerror(errno));
    int one = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct linger reset = { 1, 0 };
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    if (opt.mode == LATENCY && c->role == RECEIVER)
        setsockopt(c->fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
    if (c->role == FLOODER) come_from_elsewhere(c->fd);
    if (connect(c->fd, (struct sockaddr *)&opt.server, sizeof opt.server) && errno != EINPROGRESS)
        fail("connect: %s", strerror(errno));
    if (!is_let_in(c->fd)) { close(c->fd); return false; }
    c->state = CONNECTING;
    struct epoll_event e = { .events = EPOLLOUT, .data.ptr = c };
    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e);
    return true;
}
void open_connections(connection *first, int count, uint64_t t0) {
    int opened = 0, established_before = established, settled_before = settled;
    int greeting = opt.wires[0]->greeting_at_once;
    if (!greeting) greeting = GREETING_AT_ONCE;
    for (int done = 0; (done = settled - settled_before) < count;) {
        if (since(t0) > opt.setup)
            fail("only %d of %d connections ready in %.0f s", done, count, opt.setup);
        while (opened < count && opened - (established - established_before) < CONNECTING_AT_ONCE &&
               opened - done < greeting && open_connection(&first[opened]))
            opened++;
        spin(opened < count ? 0.005 : 0.05);
        if (dead_members) fail("%d connections died while joining", dead_members);
    }
}
