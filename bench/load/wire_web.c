/* web: our JSON in WebSocket messages (RFC 6455) after an upgrade; ours masked, theirs not. */
#define _GNU_SOURCE
#include <stdio.h>
#include "wire.h"

enum { WHOLE = 0x80, MASKED = 0x80, TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };

static void open_socket(connection *c) { /* the key and its answer of the RFC's example */
    static const char upgrade[] =
        "GET /socket HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n";
    char b[256];
    put(c, b, (size_t)sprintf(b, upgrade, ntohs(opt.server.sin_port)));
}
static size_t hear_upgrade(connection *c, const uint8_t *p, size_t len) {
    static const char accept[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
    const uint8_t *end = memmem(p, len, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head = (size_t)(end - p) + 4;
    if (!starts(p, head, "HTTP/1.1 101 ") || !memmem(p, head, accept, strlen(accept)))
        fail("no upgrade to a WebSocket: %.*s", (int)head, (const char *)p);
    c->is_upgraded = true;
    greet(c);
    return head;
}
/* A header for `len` bytes: where they start. */
static uint32_t write_head(uint8_t *f, int opcode, uint32_t len) {
    uint32_t mask = len < 126 ? 2 : 4;
    f[0] = (uint8_t)(WHOLE | opcode);
    f[1] = (uint8_t)(MASKED | (len < 126 ? len : 126));
    if (len >= 126) put_be(f + 2, len, 2);
    put_be(f + mask, 0x37fa213d, 4);
    return mask + 4;
}
static void seal(uint8_t *f, uint32_t len) {
    uint32_t mask = (f[1] & 127) < 126 ? 2 : 4;
    for (uint32_t i = mask + 4; i < len; i++) f[i] ^= f[mask + (i - mask) % 4];
}
static void put_message(connection *c, int opcode, const void *data, uint32_t len) {
    uint8_t head[8];
    uint32_t start = write_head(head, opcode, len);
    uint8_t *f = reserve(c, start + len);
    memcpy(f, head, start);
    memcpy(f + start, data, len);
    seal(f, start + len);
}
static void put_own(connection *c, const char *json) {
    put_message(c, TEXT, json, (uint32_t)strlen(json));
}
static void hello(connection *c) { own_hello(c, put_own); }
static void ask(connection *c) { own_ask(c, put_own); }

static size_t parse(connection *c, const uint8_t *p, size_t len, uint64_t at) {
    size_t off = c->is_upgraded ? 0 : hear_upgrade(c, p, len);
    while (c->is_upgraded && len - off >= 2) {
        const uint8_t *f = p + off;
        size_t m = f[1], head = m < 126 ? 2 : m == 126 ? 4 : 10;
        if (len - off < head) break;
        if (m == 126) m = (size_t)(f[2] << 8 | f[3]);
        if (m == 127) m = get_be(f + 2) ? SIZE_MAX : get_be(f + 6);
        /* masked, or longer than any of ours */
        if (f[1] & MASKED || m > LONGEST_FRAME) { corrupt++; die(c); return len; }
        if (len - off - head < m) break;
        switch (f[0]) {
        case WHOLE | TEXT: own_hear(c, f + head, m, at, put_own); break;
        case WHOLE | PING: put_message(c, PONG, f + head, (uint32_t)m); break;
        case WHOLE | PONG: break;
        case WHOLE | CLOSE: die(c); return len;
        default: corrupt++;
        }
        off += head + m;
    }
    return off;
}
static uint32_t frame(const char *room, const char *text, uint8_t *into) {
    uint32_t len = own_say(room, text, into + 8), start = write_head(into, TEXT, len);
    memmove(into + start, into + 8, len);
    return start + len;                  /* sealed by its mask               */
}

const wire wire_web = {
    .name = "web", .has_rooms = true, .open = open_socket, .hello = hello, .parse = parse,
    .frame = frame, .seal = seal, .ask = ask,
};
