/*
 * chatload - load generator and delivery checker for chat servers. `deno task bench` compiles and
 * drives it; by hand:
 *
 *   cc -O2 -Wall -Wextra -o chatload chatload.c
 *   ./chatload --proto native --receivers 1000 --senders 4 --pid $SERVER_PID 127.0.0.1:3490
 *
 * One process, one thread, one epoll loop. R receivers and S senders sit in one room. Every chat
 * message carries a stamp in its text,
 *
 *     ^ssssnnnnnnnntttttttttttttttt
 *
 * (s = sender, n = sequence number, t = send time in nanoseconds, all hex), so every delivery at
 * every receiver is checked: nothing lost, nothing twice, nothing out of order per sender, and (by
 * a rolling hash) the same total order at every receiver.
 *
 * Modes
 *   throughput  Closed loop. A sender may have --window messages outstanding; a message is complete
 *               when *every* receiver has read it. Latency is counted to the read.
 *   latency     Open loop. --rate messages per second in all, at fixed instants. Latency is counted
 *               from the instant at which the message was due (no coordinated omission) to the one
 *               at which the kernel queued it on the receiver's socket (SO_TIMESTAMPNS), so a busy
 *               load generator does not blur it.
 *   hold        Opens --receivers connections that say nothing, and reports how fast the server
 *               accepted them (its open file descriptors are counted: the kernel alone would let
 *               them all connect at once) and what each costs it in memory. The server must have
 *               no other connections.
 *
 * Protocols
 *   bgnet0  16-bit length + JSON
 *   native  32-bit length + CRC-32 + JSON
 *   web     the same JSON in WebSocket messages, after an HTTP upgrade; in hold mode, too, which
 *           then counts a connection once it is upgraded
 *
 * A server is ready for measuring when a probe sent by sender 0 has reached every receiver; that
 * needs no acknowledgement. Connections are closed with RST so that no TIME_WAIT entries pile up
 * between runs. Everything is bounded in time: --setup, --warmup, --time, --drain.
 *
 * Prints one line of JSON. Exit status: 0 all delivered in order, 1 usage or set-up failure, 2 the
 * deliveries were not perfect (the line says how).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { STAMP = 29, MAX_SENDERS = 1024, PROBE_ID = 0xffff, RBUF = 1 << 18 };
enum { RING = 1 << 16 };                 /* outstanding messages per sender  */

typedef enum { RECEIVER, SENDER } role_t;
typedef enum { CONNECTING, HANDSHAKE, READY, DEAD } state_t;

typedef struct {
    int fd;
    role_t role;
    state_t state;
    uint32_t id;                         /* index among its role             */
    uint8_t *in;                         /* a partial frame, between reads   */
    uint32_t in_len, in_cap;
    uint8_t *out;                        /* bytes the socket would not take  */
    uint32_t out_len, out_off, out_cap;
    bool want_out, probed;
    uint64_t gaps, late;                 /* skipped; come after a later one  */
    uint32_t *next;                      /* next sequence due, per sender    */
    uint64_t order;                      /* rolling hash of (sender, seq)    */
} conn_t;

typedef struct {
    conn_t *c;
    uint8_t *tmpl;                       /* a whole frame with a blank stamp */
    uint32_t tmpl_len, stamp_at;
    uint32_t sent, done;                 /* sequence numbers                 */
    uint32_t *seen;                      /* [RING] receivers that have it    */
    bool dirty;
} sender_t;

/* ---- options ------------------------------------------------------------ */
static struct {
    const char *proto, *mode, *room;
    int receivers, senders, size, window;
    double rate, warmup, time, drain, setup;
    struct sockaddr_in addr;
    int pids[64], npids;
} opt = {
    .proto = "bgnet0", .mode = "throughput", .room = "lobby",
    .receivers = 100, .senders = 4, .size = 100, .window = 64, .rate = 100,
    .warmup = 1, .time = 5, .drain = 5, .setup = 60,
};
enum { BATCH = 64 };                     /* connections being opened at once */

static conn_t *conns;
static sender_t senders[MAX_SENDERS];
static int nconns, epfd, ready_count, dead_count, probed_count;
static uint8_t rbuf[RBUF * 2];
static bool measuring, kernel_ts, hold;

static struct {
    uint64_t deliveries, bytes, recvs, errors;
} n;

/* ---- time --------------------------------------------------------------- */
static uint64_t now_ns(void) {
    struct timespec t;
    /* kernel receive stamps are CLOCK_REALTIME, so everything is */
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- log-linear histogram: 64 buckets to each power of two --------------- */
enum { HSUB = 6, HSIZE = 64 << HSUB };
static uint64_t hist[HSIZE], hist_n, hist_max;
static uint64_t lag_max;

static void hist_add(uint64_t v) {
    unsigned e = v < 64 ? 0 : (unsigned)(63 - __builtin_clzll(v) - HSUB + 1);
    unsigned i = v < 64 ? (unsigned)v : (e << HSUB) + ((v >> (e - 1)) & 63);
    hist[i]++;
    hist_n++;
    if (v > hist_max) hist_max = v;
}
static double hist_q(double q) {         /* microseconds                     */
    if (!hist_n) return 0;
    uint64_t want = (uint64_t)(q * (double)(hist_n - 1)) + 1, got = 0;
    for (unsigned i = 0; i < HSIZE; i++) {
        got += hist[i];
        if (got >= want) {
            unsigned e = i >> HSUB;
            uint64_t v = e ? (uint64_t)(64 + (i & 63)) << (e - 1) : i;
            return (double)v / 1e3;
        }
    }
    return (double)hist_max / 1e3;
}

/* ---- the server's processes --------------------------------------------- */
static void add_children(void) {         /* --pid and all its descendants    */
    for (bool more = true; more;) {
        more = false;
        DIR *d = opendir("/proc");
        for (struct dirent *e; d && (e = readdir(d));) {
            if (!isdigit((unsigned char)e->d_name[0])) continue;
            char path[64], buf[512];
            snprintf(path, sizeof path, "/proc/%.20s/stat", e->d_name);
            FILE *f = fopen(path, "r");
            if (!f) continue;
            size_t len = fread(buf, 1, sizeof buf - 1, f);
            fclose(f);
            buf[len] = 0;
            char *p = strrchr(buf, ')');
            int pid = atoi(e->d_name), ppid = 0;
            if (!p || sscanf(p + 2, "%*c %d", &ppid) != 1) continue;
            bool parent = false, known = false;
            for (int i = 0; i < opt.npids; i++) {
                if (opt.pids[i] == ppid) parent = true;
                if (opt.pids[i] == pid) known = true;
            }
            if (parent && !known && opt.npids < 64) {
                opt.pids[opt.npids++] = pid;
                more = true;
            }
        }
        if (d) closedir(d);
    }
}
static double server_cpu(void) {         /* seconds, user + system           */
    double total = 0;
    for (int i = 0; i < opt.npids; i++) {
        char path[64], buf[512];
        snprintf(path, sizeof path, "/proc/%d/stat", opt.pids[i]);
        FILE *f = fopen(path, "r");
        if (!f) continue;
        size_t len = fread(buf, 1, sizeof buf - 1, f);
        fclose(f);
        buf[len] = 0;
        char *p = strrchr(buf, ')');
        unsigned long ut, st;
        if (p && sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
                               "%lu %lu", &ut, &st) == 2)
            total += (double)(ut + st) / (double)sysconf(_SC_CLK_TCK);
    }
    return total;
}
static double server_rss(void) {         /* KiB                              */
    double total = 0;
    for (int i = 0; i < opt.npids; i++) {
        char path[64], line[256];
        snprintf(path, sizeof path, "/proc/%d/status", opt.pids[i]);
        FILE *f = fopen(path, "r");
        if (!f) continue;
        long kb;
        while (fgets(line, sizeof line, f))
            if (sscanf(line, "VmRSS: %ld", &kb) == 1) total += (double)kb;
        fclose(f);
    }
    return total;
}
static int server_fds(void) {            /* how many the servers have open   */
    int total = 0;
    for (int i = 0; i < opt.npids; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/fd", opt.pids[i]);
        DIR *d = opendir(path);
        while (d && readdir(d)) total++;
        if (d) closedir(d);
    }
    return total;
}
static double machine_cpu(void) {        /* seconds all CPUs were busy, stolen time too */
    FILE *f = fopen("/proc/stat", "r");
    if (!f) return 0;
    unsigned long long v[8] = { 0 };
    int k = fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", v, v + 1, v + 2, v + 3, v + 4,
                   v + 5, v + 6, v + 7);
    fclose(f);
    if (k < 8) return 0;
    return (double)(v[0] + v[1] + v[2] + v[5] + v[6] + v[7]) / (double)sysconf(_SC_CLK_TCK);
}
static double own_cpu(void) {
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
           (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void fail(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fputs("chatload: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(1);
}

/* ---- output ------------------------------------------------------------- */
static void poll_for(conn_t *c, bool out) {
    if (c->want_out == out && c->state != CONNECTING) return;
    c->want_out = out;
    struct epoll_event e = { .events = EPOLLIN | (out ? EPOLLOUT : 0),
                             .data.ptr = c };
    epoll_ctl(epfd, EPOLL_CTL_MOD, c->fd, &e);
}
static void die(conn_t *c) {
    if (c->state == DEAD) return;
    if (c->state == READY) ready_count--;
    c->state = DEAD;
    dead_count++;
    epoll_ctl(epfd, EPOLL_CTL_DEL, c->fd, NULL);
}
static void flush(conn_t *c) {
    while (c->out_off < c->out_len) {
        ssize_t k = send(c->fd, c->out + c->out_off, c->out_len - c->out_off,
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        if (k < 0) {
            if (errno == EINTR) continue;
            if (errno == EAGAIN) { poll_for(c, true); return; }
            die(c);
            return;
        }
        c->out_off += (uint32_t)k;
    }
    c->out_off = c->out_len = 0;
    poll_for(c, false);
}
static uint8_t *reserve(conn_t *c, uint32_t len) {
    if (c->out_len + len > c->out_cap) {
        c->out_cap = (c->out_len + len) * 2;
        c->out = realloc(c->out, c->out_cap);
    }
    uint8_t *p = c->out + c->out_len;
    c->out_len += len;
    return p;
}
static void put(conn_t *c, const void *data, size_t len) {
    memcpy(reserve(c, (uint32_t)len), data, len);
}
static void put_be(uint8_t *p, uint32_t v, int bytes) {
    while (bytes--) { p[bytes] = (uint8_t)v; v >>= 8; }
}
static uint32_t get_be(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* ---- the stamp ---------------------------------------------------------- */
static int8_t unhex[256];
static void hex_init(void) {
    memset(unhex, -1, sizeof unhex);
    for (int i = 0; i < 10; i++) unhex['0' + i] = (int8_t)i;
    for (int i = 0; i < 6; i++) unhex['a' + i] = unhex['A' + i] = (int8_t)(10 + i);
}
static void hex_put(uint8_t *p, uint64_t v, int digits) {
    for (int i = digits - 1; i >= 0; i--, v >>= 4) p[i] = (uint8_t)"0123456789abcdef"[v & 15];
}
static bool hex_get(const uint8_t *p, int digits, uint64_t *v) {
    uint64_t r = 0;
    int bad = 0;
    for (int i = 0; i < digits; i++) {
        int d = unhex[p[i]];
        bad |= d;
        r = r << 4 | (uint64_t)(d & 15);
    }
    *v = r;
    return bad >= 0;
}
static void stamp_put(uint8_t *p, uint32_t sender, uint32_t seq, uint64_t ts) {
    p[0] = '^';
    hex_put(p + 1, sender, 4);
    hex_put(p + 5, seq, 8);
    hex_put(p + 13, ts, 16);
}

/* ---- a delivery --------------------------------------------------------- */
static void sender_completed(sender_t *s) {
    while (s->done < s->sent &&
           s->seen[s->done % RING] >= (uint32_t)opt.receivers) {
        s->seen[s->done % RING] = 0;
        s->done++;
    }
    s->dirty = true;
}
/* One message (a frame's or line's bytes) reached connection c at time `at`. */
static void deliver(conn_t *c, const uint8_t *p, size_t len, uint64_t at) {
    const uint8_t *end = p + len;
    for (;;) {
        p = memchr(p, '^', (size_t)(end - p));
        if (!p || end - p < STAMP) return;             /* join, leave, ...   */
        uint64_t who, seq, ts;
        if (hex_get(p + 1, 4, &who) && hex_get(p + 5, 8, &seq) &&
            hex_get(p + 13, 16, &ts)) {
            if (who == PROBE_ID) {
                if (c->role == RECEIVER && !c->probed) {
                    c->probed = true;
                    probed_count++;
                }
                return;
            }
            if (who >= (uint64_t)opt.senders || seq >= senders[who].sent) {
                n.errors++;                            /* nobody said that   */
                return;
            }
            if (measuring) {
                n.deliveries++;
                hist_add(at > ts ? at - ts : 0);
            }
            if (c->role == SENDER) return;
            uint32_t *next = &c->next[who];
            if (seq == *next) (*next)++;
            else if (seq > *next) { c->gaps += seq - *next; *next = (uint32_t)seq + 1; }
            else { c->late++; return; }
            c->order = (c->order ^ (who << 32 | seq)) * 0x9E3779B97F4A7C15u;
            c->order ^= c->order >> 29;
            sender_t *s = &senders[who];
            if (++s->seen[seq % RING] == (uint32_t)opt.receivers) sender_completed(s);
            return;
        }
        p++;
    }
}
static void ready(conn_t *c) {
    if (c->state == READY) return;
    c->state = READY;
    ready_count++;
}

/* ---- protocols ---------------------------------------------------------- */
typedef struct {
    const char *name;
    void (*open)(conn_t *);                            /* TCP is up          */
    void (*hello)(conn_t *);                           /* ... and now talk   */
    size_t (*parse)(conn_t *, const uint8_t *, size_t, uint64_t at);
    /* a chat frame around `text`; returns where the text starts */
    uint32_t (*frame)(const char *text, uint8_t *dst, uint32_t *len);
    void (*seal)(uint8_t *frame, uint32_t len);        /* once stamped       */
} proto_t;
static const proto_t *proto;

static void nick(const conn_t *c, char *b) {
    sprintf(b, "%c%05u", c->role == SENDER ? 's' : 'r', c->id);
}
static uint32_t find_text(const uint8_t *f, uint32_t len, const char *text) {
    return (uint32_t)((uint8_t *)memmem(f, len, text, strlen(text)) - f);
}
static void greet(conn_t *c) {
    if (hold) ready(c);
    else proto->hello(c);
}

/* The JSON objects of native and web */
static void own_hello(conn_t *c, void (*put_json)(conn_t *, const char *)) {
    char b[128], k[16];
    nick(c, k);
    sprintf(b, "{\"type\":\"hello\",\"nick\":\"%s\"}", k);
    put_json(c, b);
    snprintf(b, sizeof b, "{\"type\":\"join\",\"room\":\"%.60s\"}", opt.room);
    put_json(c, b);
    ready(c);
}
static uint32_t own_say(const char *text, uint8_t *dst) {
    return (uint32_t)sprintf((char *)dst, "{\"type\":\"say\",\"room\":\"%.60s\",\"text\":\"%s\"}",
                             opt.room, text);
}
static bool starts(const uint8_t *p, size_t len, const char *with) {
    size_t k = strlen(with);
    return len >= k && !memcmp(p, with, k);
}
static void own_hear(conn_t *c, const uint8_t *p, size_t len, uint64_t at,
                     void (*put_json)(conn_t *, const char *)) {
    /* what was said before this run counts for nothing */
    if (starts(p, len, "{\"type\":\"history\"")) return;
    if (starts(p, len, "{\"type\":\"ping\"")) put_json(c, "{\"type\":\"pong\"}");
    else deliver(c, p, len, at);
}

/* bgnet0: a 16-bit length, JSON */
static void bgnet0_hello(conn_t *c) {
    char b[64], k[16];
    nick(c, k);
    uint16_t len = htons((uint16_t)sprintf(b, "{\"type\":\"hello\",\"nick\":\"%s\"}", k));
    put(c, &len, 2);
    put(c, b, ntohs(len));
    ready(c);
}
static size_t bgnet0_parse(conn_t *c, const uint8_t *p, size_t len, uint64_t at) {
    size_t off = 0;
    while (len - off >= 2) {
        size_t m = (size_t)(p[off] << 8 | p[off + 1]);
        if (len - off - 2 < m) break;
        deliver(c, p + off + 2, m, at);
        off += 2 + m;
    }
    return off;
}
static uint32_t bgnet0_frame(const char *text, uint8_t *dst, uint32_t *len) {
    uint32_t m = (uint32_t)sprintf((char *)dst + 2, "{\"type\":\"chat\",\"message\":\"%s\"}", text);
    put_be(dst, m, 2);
    *len = m + 2;
    return find_text(dst, *len, text);
}

/* native: a 32-bit length whose top bit says that more follows, a CRC-32, JSON */
static uint32_t crc_table[256];
static void crc_init(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t r = i;
        for (int k = 0; k < 8; k++) r = r & 1 ? r >> 1 ^ 0xEDB88320u : r >> 1;
        crc_table[i] = r;
    }
}
static uint32_t crc32(const uint8_t *p, size_t len) {
    uint32_t r = ~0u;
    while (len--) r = crc_table[(r ^ *p++) & 255] ^ r >> 8;
    return ~r;
}
static void native_seal(uint8_t *f, uint32_t len) {
    put_be(f, len - 8, 4);
    put_be(f + 4, crc32(f + 8, len - 8), 4);
}
static void native_put(conn_t *c, const char *json) {
    size_t len = strlen(json);
    uint8_t *f = reserve(c, (uint32_t)len + 8);
    memcpy(f + 8, json, len);
    native_seal(f, (uint32_t)len + 8);
}
static void native_hello(conn_t *c) {
    own_hello(c, native_put);
}
static size_t native_parse(conn_t *c, const uint8_t *p, size_t len, uint64_t at) {
    size_t off = 0;
    while (len - off >= 8) {
        size_t m = get_be(p + off) & 0x7fffffff;
        if (m > RBUF) { n.errors++; die(c); return len; }
        if (len - off - 8 < m) break;
        /* one receiver checks for all: they were sent the same bytes */
        if (c->id == 0 && crc32(p + off + 8, m) != get_be(p + off + 4)) n.errors++;
        own_hear(c, p + off + 8, m, at, native_put);
        off += 8 + m;
    }
    return off;
}
static uint32_t native_frame(const char *text, uint8_t *dst, uint32_t *len) {
    *len = 8 + own_say(text, dst + 8);
    native_seal(dst, *len);
    return find_text(dst, *len, text);
}

/* web: WebSocket messages (RFC 6455), ours masked, the server's not */
enum { WS_WHOLE = 0x80, WS_MASKED = 0x80, WS_TEXT = 1, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10 };

static void web_open(conn_t *c) {        /* the key and its answer of the RFC's example */
    char b[256];
    put(c, b, (size_t)sprintf(b, "GET /socket HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\n"
                                 "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                 "Sec-WebSocket-Version: 13\r\n\r\n", ntohs(opt.addr.sin_port)));
}
static size_t web_opened(conn_t *c, const uint8_t *p, size_t len) {
    static const char accept[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
    const uint8_t *end = memmem(p, len, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head = (size_t)(end - p) + 4;
    if (!starts(p, head, "HTTP/1.1 101 ") || !memmem(p, head, accept, strlen(accept)))
        fail("no upgrade to a WebSocket: %.*s", (int)head, (const char *)p);
    greet(c);
    return head;
}
/* A header for `len` bytes: where they start. */
static uint32_t web_head(uint8_t *f, int opcode, uint32_t len) {
    uint32_t mask = len < 126 ? 2 : 4;
    f[0] = (uint8_t)(WS_WHOLE | opcode);
    f[1] = (uint8_t)(WS_MASKED | (len < 126 ? len : 126));
    if (len >= 126) put_be(f + 2, len, 2);
    put_be(f + mask, 0x37fa213d, 4);
    return mask + 4;
}
static void web_seal(uint8_t *f, uint32_t len) {
    uint32_t mask = (f[1] & 127) < 126 ? 2 : 4;
    for (uint32_t i = mask + 4; i < len; i++) f[i] ^= f[mask + (i - mask) % 4];
}
static void web_put(conn_t *c, int opcode, const void *data, uint32_t len) {
    uint8_t head[8], *f;
    uint32_t start = web_head(head, opcode, len);
    f = reserve(c, start + len);
    memcpy(f, head, start);
    memcpy(f + start, data, len);
    web_seal(f, start + len);
}
static void web_put_json(conn_t *c, const char *json) {
    web_put(c, WS_TEXT, json, (uint32_t)strlen(json));
}
static void web_hello(conn_t *c) {
    own_hello(c, web_put_json);
}
static size_t web_parse(conn_t *c, const uint8_t *p, size_t len, uint64_t at) {
    size_t off = c->state == HANDSHAKE ? web_opened(c, p, len) : 0;
    while (c->state == READY && len - off >= 2) {
        const uint8_t *f = p + off;
        size_t m = f[1], head = m < 126 ? 2 : m == 126 ? 4 : 10;
        if (len - off < head) break;
        if (m == 126) m = (size_t)(f[2] << 8 | f[3]);
        if (m == 127) m = get_be(f + 2) ? SIZE_MAX : get_be(f + 6);
        /* masked, or longer than any of ours */
        if (f[1] & WS_MASKED || m > RBUF) { n.errors++; die(c); return len; }
        if (len - off - head < m) break;
        switch (f[0]) {
        case WS_WHOLE | WS_TEXT: own_hear(c, f + head, m, at, web_put_json); break;
        case WS_WHOLE | WS_PING: web_put(c, WS_PONG, f + head, (uint32_t)m); break;
        case WS_WHOLE | WS_PONG: break;
        case WS_WHOLE | WS_CLOSE: die(c); return len;
        default: n.errors++;
        }
        off += head + m;
    }
    return off;
}
static uint32_t web_frame(const char *text, uint8_t *dst, uint32_t *len) {
    uint32_t m = own_say(text, dst + 8), start = web_head(dst, WS_TEXT, m);
    memmove(dst + start, dst + 8, m);
    *len = start + m;
    return find_text(dst, *len, text);   /* masked once stamped, like a checksum */
}

static const proto_t protos[] = {
    { "bgnet0", greet, bgnet0_hello, bgnet0_parse, bgnet0_frame, NULL },
    { "native", greet, native_hello, native_parse, native_frame, native_seal },
    { "web", web_open, web_hello, web_parse, web_frame, web_seal },
};

/* ---- connections -------------------------------------------------------- */
static void open_conn(conn_t *c) {
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) fail("socket: %s (ulimit -n?)", strerror(errno));
    int one = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct linger rst = { 1, 0 };
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &rst, sizeof rst);
    if (kernel_ts && c->role == RECEIVER)
        setsockopt(c->fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
    if (connect(c->fd, (struct sockaddr *)&opt.addr, sizeof opt.addr) && errno != EINPROGRESS)
        fail("connect: %s", strerror(errno));
    c->state = CONNECTING;
    c->want_out = true;
    struct epoll_event e = { .events = EPOLLIN | EPOLLOUT, .data.ptr = c };
    epoll_ctl(epfd, EPOLL_CTL_ADD, c->fd, &e);
}
static void on_readable(conn_t *c) {
    size_t have = c->in_len;
    if (have) memcpy(rbuf, c->in, have);
    ssize_t k;
    uint64_t at = 0;
    if (kernel_ts && c->role == RECEIVER) {
        char ctl[128];
        struct iovec v = { rbuf + have, RBUF };
        struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = ctl,
                            .msg_controllen = sizeof ctl };
        k = recvmsg(c->fd, &m, MSG_DONTWAIT);
        if (k > 0)
            for (struct cmsghdr *h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h))
                if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_TIMESTAMPNS) {
                    struct timespec t;
                    memcpy(&t, CMSG_DATA(h), sizeof t);
                    at = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
                }
    } else k = recv(c->fd, rbuf + have, RBUF, MSG_DONTWAIT);
    if (k <= 0) {
        if (k < 0 && (errno == EAGAIN || errno == EINTR)) return;
        die(c);
        return;
    }
    if (!at) at = now_ns();
    if (measuring) { n.recvs++; n.bytes += (uint64_t)k; }
    size_t len = have + (size_t)k, used = proto->parse(c, rbuf, len, at);
    size_t rest = len - used;
    if (rest > c->in_cap) {
        if (rest > RBUF) fail("a frame of more than %d bytes", RBUF);
        c->in_cap = (uint32_t)(rest < 256 ? 256 : rest * 2 > RBUF ? RBUF : rest * 2);
        c->in = realloc(c->in, c->in_cap);
    }
    if (rest) memcpy(c->in, rbuf + used, rest);
    c->in_len = (uint32_t)rest;
    if (c->state != DEAD && c->out_len > c->out_off && !c->want_out) flush(c);
}
static int opened, established;
static void on_event(conn_t *c, uint32_t ev) {
    if (c->state == DEAD) return;
    if (c->state == CONNECTING) {
        if (!(ev & (EPOLLOUT | EPOLLERR | EPOLLHUP))) return;
        int err = 0;
        socklen_t l = sizeof err;
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &l);
        if (err) fail("connect: %s", strerror(err));
        c->state = HANDSHAKE;
        established++;
        proto->open(c);
        flush(c);
        return;
    }
    if (ev & EPOLLOUT) flush(c);
    if (ev & (EPOLLIN | EPOLLERR | EPOLLHUP)) on_readable(c);
}
static void spin(double timeout) {       /* one turn of the loop; seconds    */
    struct epoll_event ev[512];
    if (timeout < 0) timeout = 0;
    struct timespec t = { (time_t)timeout, (long)((timeout - (double)(time_t)timeout) * 1e9) };
    int k = epoll_pwait2(epfd, ev, 512, &t, NULL);
    for (int i = 0; i < k; i++) on_event(ev[i].data.ptr, ev[i].events);
}
static double since(uint64_t t0) { return (double)(int64_t)(now_ns() - t0) / 1e9; }

/* Opens connections [from, to), at most --batch of them half-done. */
static void open_all(int from, int to, uint64_t t0) {
    opened = from;
    int start = established;
    while (ready_count < to && since(t0) < opt.setup) {
        while (opened < to && opened - from - (established - start) < BATCH &&
               opened - ready_count < BATCH)
            open_conn(&conns[opened++]);
        spin(0.05);
        if (dead_count) fail("%d connections died while joining", dead_count);
    }
    if (ready_count < to) fail("only %d of %d connections ready in %.0f s", ready_count, to, opt.setup);
}

/* ---- sending ------------------------------------------------------------ */
static void emit(sender_t *s, uint32_t id, uint32_t seq, uint64_t ts) {
    uint8_t *p = reserve(s->c, s->tmpl_len);
    memcpy(p, s->tmpl, s->tmpl_len);
    stamp_put(p + s->stamp_at, id, seq, ts);
    if (proto->seal) proto->seal(p, s->tmpl_len);
}
static void pump(sender_t *s) {          /* throughput: fill the window      */
    s->dirty = false;
    if (s->c->state != READY || s->c->out_len) return;
    uint64_t t = now_ns();
    while (s->sent - s->done < (uint32_t)opt.window) emit(s, s->c->id, s->sent++, t);
    flush(s->c);
}
/* ---- report ------------------------------------------------------------- */
typedef struct { double t, cpu, own, all; uint64_t deliveries; uint32_t sent; } mark_t;
static mark_t mark(void) {
    mark_t m = { .t = (double)now_ns() / 1e9, .cpu = server_cpu(), .own = own_cpu(),
                 .all = machine_cpu(), .deliveries = n.deliveries };
    for (int i = 0; i < opt.senders; i++) m.sent += senders[i].sent;
    return m;
}
static bool first_field = true;
static void field(const char *name, double value, int digits) {
    printf("%s\"%s\":%.*f", first_field ? "{" : ",", name, digits, value);
    first_field = false;
}

/* ---- the modes ---------------------------------------------------------- */
static int run_hold(uint64_t t0, double rss0, double cpu0, int fds0) {
    while (server_fds() - fds0 < nconns) {
        if (since(t0) > opt.setup)
            fail("the server accepted only %d of %d connections in %.0f s", server_fds() - fds0, nconns, opt.setup);
        spin(0.002);
    }
    double setup_s = since(t0);
    double cpu1 = server_cpu(), end = setup_s + opt.time;
    while (since(t0) < end) spin(0.05);
    field("connections", nconns, 0);
    field("connectsPerSecond", nconns / setup_s, 0);
    field("cpuMicrosecondsPerConnect", (cpu1 - cpu0) / nconns * 1e6, 1);
    field("kbPerConnection", (server_rss() - rss0) / nconns, 2);
    field("idleCores", (server_cpu() - cpu1) / opt.time, 4);
    field("dead", dead_count, 0);
    printf("}\n");
    return dead_count ? 2 : 0;
}
static void prepare_senders(void) {
    char *text = malloc((size_t)opt.size + 1);
    memset(text, '^', STAMP);
    for (int k = STAMP; k < opt.size; k++) text[k] = (char)('a' + k % 26);
    text[opt.size] = 0;
    for (int i = 0; i < opt.senders; i++) {
        sender_t *s = &senders[i];
        s->c = &conns[opt.receivers + i];
        s->seen = calloc(RING, sizeof *s->seen);
        s->tmpl = malloc((size_t)opt.size + 512);
        s->stamp_at = proto->frame(text, s->tmpl, &s->tmpl_len);
    }
    free(text);
}
static void probe_everybody(uint64_t t0) {
    double next = 0;
    for (uint32_t k = 0; probed_count < opt.receivers;) {
        if (since(t0) > next) {
            emit(&senders[0], PROBE_ID, k++, now_ns());
            flush(senders[0].c);
            next = since(t0) + 0.25;
        }
        spin(0.02);
        if (dead_count) fail("%d connections died before the start", dead_count);
        if (since(t0) > opt.setup)
            fail("a probe reached only %d of %d receivers in %.0f s", probed_count, opt.receivers, opt.setup);
    }
}
static void send_due(uint64_t start, uint64_t *k) {    /* latency: what the clock asks for */
    uint64_t due, interval = (uint64_t)(1e9 / opt.rate);
    while ((due = start + *k * interval) <= now_ns()) {
        sender_t *s = &senders[(*k)++ % (uint64_t)opt.senders];
        if (s->sent - s->done >= RING - 1) fail("the server is %d messages behind", RING);
        emit(s, s->c->id, s->sent++, due);
        if (!s->c->want_out) flush(s->c);
        uint64_t lag = now_ns() - due;
        if (measuring && lag > lag_max) lag_max = lag;
    }
    spin((double)(int64_t)(due - now_ns()) / 1e9);
}
static void drain(double stop, uint64_t start) {
    while (since(start) < stop) {
        bool done = true;
        for (int i = 0; i < opt.senders; i++)
            if (senders[i].done < senders[i].sent || senders[i].c->out_len) done = false;
        if (done) return;
        spin(0.05);
    }
}
static int run_room(uint64_t t0, double rss0, bool latency) {
    prepare_senders();
    probe_everybody(t0);
    add_children();
    double setup_s = since(t0), member_kb = (server_rss() - rss0) / nconns;

    uint64_t start = now_ns(), k = 0;
    mark_t a = { 0 };
    for (int i = 0; i < opt.senders; i++) senders[i].dirty = true;
    for (double t; (t = since(start)) < opt.warmup + opt.time;) {
        if (!measuring && t >= opt.warmup) {
            a = mark();
            measuring = true;
        }
        if (latency) send_due(start, &k);
        else {
            for (int i = 0; i < opt.senders; i++)
                if (senders[i].dirty) pump(&senders[i]);
            spin(0.1);
        }
    }
    mark_t b = mark();
    measuring = latency;                 /* late arrivals still have latency */
    double rss1 = server_rss();
    drain(since(start) + opt.drain, start);

    uint64_t lost = 0, twice = 0, misordered = 0, order = 0;
    for (int i = 0; i < opt.receivers; i++) {
        conn_t *c = &conns[i];
        uint64_t missing = 0;
        for (int j = 0; j < opt.senders; j++) missing += senders[j].sent - c->next[j];
        /* what comes after a later one has left a gap before; a duplicate has not */
        uint64_t swapped = c->late < c->gaps ? c->late : c->gaps;
        lost += missing + c->gaps - swapped;
        twice += c->late - swapped;
        misordered += swapped;
        if (missing || c->gaps || c->late) continue;
        /* it has all: in the order in which the others have all? */
        if (!order) order = c->order;
        else if (c->order != order) misordered++;
    }
    double secs = b.t - a.t, cpu = b.cpu - a.cpu, own = b.own - a.own;
    double deliveries = (double)(b.deliveries - a.deliveries);
    field("seconds", secs, 3);
    field("messagesPerSecond", (b.sent - a.sent) / secs, 1);
    field("deliveries", deliveries, 0);
    field("deliveriesPerSecond", deliveries / secs, 0);
    field("megabytesPerSecond", (double)n.bytes / secs / 1e6, 1);
    field("cpuSecondsPerMillion", deliveries > 0 ? cpu / deliveries * 1e6 : 0, 4);
    field("serverCores", cpu / secs, 3);
    field("loadCores", own / secs, 3);
    field("otherCores", (b.all - a.all - cpu - own) / secs, 3);
    field("messagesPerRead", n.recvs ? deliveries / (double)n.recvs : 0, 2);
    field("p50Microseconds", hist_q(.5), 0);
    field("p99Microseconds", hist_q(.99), 0);
    field("p999Microseconds", hist_q(.999), 0);
    field("maxMicroseconds", (double)hist_max / 1e3, 0);
    field("sendLagMicroseconds", (double)lag_max / 1e3, 0);
    field("setupSeconds", setup_s, 3);
    field("kbPerMember", member_kb, 2);
    field("serverMegabytes", rss1 / 1024, 1);
    field("lost", (double)lost, 0);
    field("twice", (double)twice, 0);
    field("misordered", (double)misordered, 0);
    field("corrupt", (double)n.errors, 0);
    field("dead", dead_count, 0);
    printf("}\n");
    return lost || twice || misordered || n.errors || dead_count ? 2 : 0;
}

/* ---- the command line --------------------------------------------------- */
static void usage(void) {
    fputs("usage: chatload [options] HOST:PORT\n"
          "  --proto P        bgnet0 native web                         [bgnet0]\n"
          "  --mode M         throughput latency hold                   [throughput]\n"
          "  --receivers N    connections that only listen              [100]\n"
          "  --senders N      connections that talk                     [4]\n"
          "  --size BYTES     text of a message, at least 29            [100]\n"
          "  --window N       throughput: outstanding per sender        [64]\n"
          "  --rate R         latency: messages per second in all       [100]\n"
          "  --room NAME      native, web: the room                     [lobby]\n"
          "  --setup S --warmup S --time S --drain S   bounds           [60 1 5 5]\n"
          "  --pid P[,P...]   the server, for its CPU time and memory (and its children's)\n", stderr);
    exit(1);
}
static void read_options(int argc, char **argv) {
    enum { O = 256 };
    static const struct option longs[] = {
        { "proto", 1, 0, O }, { "mode", 1, 0, O + 1 }, { "receivers", 1, 0, O + 2 },
        { "senders", 1, 0, O + 3 }, { "size", 1, 0, O + 4 }, { "window", 1, 0, O + 5 },
        { "rate", 1, 0, O + 6 }, { "room", 1, 0, O + 7 }, { "setup", 1, 0, O + 8 },
        { "warmup", 1, 0, O + 9 }, { "time", 1, 0, O + 10 }, { "drain", 1, 0, O + 11 },
        { "pid", 1, 0, O + 12 }, { 0, 0, 0, 0 },
    };
    for (int o; (o = getopt_long(argc, argv, "", longs, NULL)) != -1;) switch (o - O) {
        case 0: opt.proto = optarg; break;
        case 1: opt.mode = optarg; break;
        case 2: opt.receivers = atoi(optarg); break;
        case 3: opt.senders = atoi(optarg); break;
        case 4: opt.size = atoi(optarg); break;
        case 5: opt.window = atoi(optarg); break;
        case 6: opt.rate = atof(optarg); break;
        case 7: opt.room = optarg; break;
        case 8: opt.setup = atof(optarg); break;
        case 9: opt.warmup = atof(optarg); break;
        case 10: opt.time = atof(optarg); break;
        case 11: opt.drain = atof(optarg); break;
        case 12:
            for (char *p = strtok(optarg, ","); p && opt.npids < 64; p = strtok(NULL, ","))
                opt.pids[opt.npids++] = atoi(p);
            break;
        default: usage();
        }
    if (optind + 1 != argc) usage();
    char *colon = strrchr(argv[optind], ':');
    if (!colon) usage();
    *colon = 0;
    opt.addr.sin_family = AF_INET;
    opt.addr.sin_port = htons((uint16_t)atoi(colon + 1));
    if (inet_pton(AF_INET, argv[optind], &opt.addr.sin_addr) != 1)
        fail("%s is not an IPv4 address", argv[optind]);
    for (size_t i = 0; i < sizeof protos / sizeof *protos; i++)
        if (!strcmp(protos[i].name, opt.proto)) proto = &protos[i];
    if (!proto) fail("no such protocol: %s", opt.proto);
    if (opt.size < STAMP || opt.size > 4000 || opt.receivers < 1 || opt.senders < 1 ||
        opt.senders > MAX_SENDERS || opt.window < 1 || opt.window > RING / 2 || opt.rate <= 0)
        fail("an option is out of range");
}

int main(int argc, char **argv) {
    read_options(argc, argv);
    bool latency = !strcmp(opt.mode, "latency");
    hold = !strcmp(opt.mode, "hold");
    if (!latency && !hold && strcmp(opt.mode, "throughput")) fail("no such mode: %s", opt.mode);
    if (hold) opt.senders = 0;
    if (hold && !opt.npids) fail("hold needs --pid: it counts the server's connections");
    kernel_ts = latency;

    struct rlimit rl;
    getrlimit(RLIMIT_NOFILE, &rl);
    rl.rlim_cur = rl.rlim_max;
    setrlimit(RLIMIT_NOFILE, &rl);
    hex_init();
    crc_init();
    add_children();
    epfd = epoll_create1(EPOLL_CLOEXEC);
    nconns = opt.receivers + opt.senders;
    conns = calloc((size_t)nconns, sizeof *conns);
    for (int i = 0; i < nconns; i++) {
        conn_t *c = &conns[i];
        c->role = i < opt.receivers ? RECEIVER : SENDER;
        c->id = (uint32_t)(i < opt.receivers ? i : i - opt.receivers);
        if (c->role == RECEIVER && opt.senders)
            c->next = calloc((size_t)opt.senders, sizeof *c->next);
    }
    double rss0 = server_rss(), cpu0 = server_cpu();
    int fds0 = server_fds();
    uint64_t t0 = now_ns();
    open_all(0, nconns, t0);
    return hold ? run_hold(t0, rss0, cpu0, fds0) : run_room(t0, rss0, latency);
}
