/* bgnet0: a 16-bit length, JSON. There is one room, and no answer to a hello. */
#include <stdio.h>
#include "wire.h"

static void hello(connection *c) {
    char frame[64], nick[16];
    nick_of(c, nick);
    uint32_t len = (uint32_t)sprintf(frame + 2, "{\"type\":\"hello\",\"nick\":\"%s\"}", nick);
    put_be((uint8_t *)frame, len, 2);
    put(c, frame, 2 + len);
    ready(c);
}
static size_t parse(connection *c, const uint8_t *p, size_t len, uint64_t at) {
    size_t off = 0;
    while (len - off >= 2) {
        size_t m = (size_t)(p[off] << 8 | p[off + 1]);
        if (len - off - 2 < m) break;
        deliver(c, p + off + 2, m, at);
        off += 2 + m;
    }
    return off;
}
static uint32_t frame(const char *room, const char *text, uint8_t *into) {
    (void)room;
    static const char chat[] = "{\"type\":\"chat\",\"message\":\"%s\"}";
    uint32_t len = (uint32_t)sprintf((char *)into + 2, chat, text);
    put_be(into, len, 2);
    return len + 2;
}

const wire wire_bgnet0 = {
    .name = "bgnet0", .open = greet, .hello = hello, .parse = parse, .frame = frame,
};
