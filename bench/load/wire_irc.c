/* irc: lines (RFC 2812) of at most 512 bytes, with the prefix that the server adds. */
#include <stdio.h>
#include <strings.h>
#include "wire.h"

static void hello(connection *c) {
    char b[64], nick[16];
    nick_of(c, nick);
    put(c, b, (size_t)sprintf(b, "NICK %s\r\nUSER %s 0 * :load\r\n", nick, nick));
}
static void welcome(connection *c) {
    if (c->manners != JOINS) { ready(c); return; }
    char b[80], room[64];
    room_of(c, room);
    put(c, b, (size_t)sprintf(b, "JOIN #%s\r\n", room));
}
static void pong(connection *c, const uint8_t *what, size_t len) {
    put(c, "PONG ", 5);
    put(c, what, len);
    put(c, "\r\n", 2);
}
static void ask(connection *c) { put(c, "PING :load\r\n", 12); }

/* Whether a line's prefix, ":nick!user@host ", names the connection itself. */
static bool is_own(const connection *c, const uint8_t *prefix, size_t len) {
    char nick[16];
    nick_of(c, nick);
    size_t own = strlen(nick);
    return len > own + 1 && prefix[own + 1] == '!' &&
           !strncasecmp((const char *)prefix + 1, nick, own);
}
/* 4xx and 5xx refuse something, but 422 only lacks a message of the day. */
static bool is_refusal(const uint8_t *p, size_t len) {
    if (starts(p, len, "ERROR ")) return true;
    return len > 3 && (*p == '4' || *p == '5') && p[3] == ' ' && !starts(p, len, "422 ");
}
static void hear(connection *c, const uint8_t *line, size_t len, uint64_t at) {
    const uint8_t *p = line, *end = line + len;
    if (len && *p == ':') {
        p = memchr(p, ' ', len);
        if (!p) return;
        p++;
    }
    size_t rest = (size_t)(end - p);
    if (starts(p, rest, "PRIVMSG ")) deliver(c, p, rest, at);
    else if (starts(p, rest, "PING ")) pong(c, p + 5, rest - 5);
    else if (starts(p, rest, "PONG ")) answer(c);
    else if (c->state != HANDSHAKE) return;
    else if (starts(p, rest, "001 ")) welcome(c);
    else if (starts(p, rest, "366 ")) ready(c);
    else if (starts(p, rest, "JOIN ") && is_own(c, line, len)) ready(c);
    else if (is_refusal(p, rest)) fail("refused: %.*s", (int)len, (const char *)line);
}
static size_t parse(connection *c, const uint8_t *p, size_t len, uint64_t at) {
    size_t off = 0;
    for (const uint8_t *lf; (lf = memchr(p + off, '\n', len - off)); off = (size_t)(lf + 1 - p)) {
        size_t m = (size_t)(lf - p) - off;
        while (m && p[off + m - 1] == '\r') m--;
        hear(c, p + off, m, at);
    }
    return off;
}
static uint32_t frame(const char *room, const char *text, uint8_t *into) {
    return (uint32_t)sprintf((char *)into, "PRIVMSG #%s :%s\r\n", room, text);
}

const wire wire_irc = {
    .name = "irc", .has_rooms = true, .longest_text = 400, .open = greet, .hello = hello,
    .parse = parse, .frame = frame, .ask = ask,
    /* there are servers who look only once a second for who has said hello */
    .greeting_at_once = 1024,
};
