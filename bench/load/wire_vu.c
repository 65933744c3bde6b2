/* vu: the lines of HELLO-FROM. The talk of the room is delivered as if from "#lobby". */
#include <stdio.h>
#include "wire.h"

static void hello(connection *c) {
    char b[32], nick[16];
    nick_of(c, nick);
    put(c, b, (size_t)sprintf(b, "HELLO-FROM %s\n", nick));
    ready(c);
}
static void hear(connection *c, const uint8_t *line, size_t len, uint64_t at) {
    if (starts(line, len, "DELIVERY ")) deliver(c, line, len, at);
    else if (c->role <= SENDER && (starts(line, len, "IN-USE") || starts(line, len, "BUSY")))
        fail("refused: %.*s", (int)len, (const char *)line);
}
static size_t parse(connection *c, const uint8_t *p, size_t len, uint64_t at) {
    size_t off = 0;
    for (const uint8_t *lf; (lf = memchr(p + off, '\n', len - off)); off = (size_t)(lf + 1 - p)) {
        size_t m = (size_t)(lf - p) - off;
        hear(c, p + off, m, at);
    }
    return off;
}
static uint32_t frame(const char *room, const char *text, uint8_t *into) {
    return (uint32_t)sprintf((char *)into, "SEND #%s %s\n", room, text);
}

const wire wire_vu = {
    .name = "vu", .open = greet, .hello = hello, .parse = parse, .frame = frame,
};
