/* The JSON objects of our own protocol, which native and web carry. */
#define _GNU_SOURCE
#include <stdio.h>
#include "wire.h"

void own_hello(connection *c, put_json put) {
    char json[128], nick[16], room[64];
    nick_of(c, nick);
    sprintf(json, "{\"type\":\"hello\",\"nick\":\"%s\"}", nick);
    put(c, json);
    if (c->manners != JOINS) return;     /* ready when it has been answered  */
    room_of(c, room);
    sprintf(json, "{\"type\":\"join\",\"room\":\"%s\"}", room);
    put(c, json);
    ready(c);
}
void own_ask(connection *c, put_json put) { put(c, "{\"type\":\"ping\"}"); }

uint32_t own_say(const char *room, const char *text, uint8_t *into) {
    static const char say[] = "{\"type\":\"say\",\"room\":\"%s\",\"text\":\"%s\"}";
    return (uint32_t)sprintf((char *)into, say, room, text);
}
/* One who is not let in would hear nothing, and be waited for until the end of --setup. */
static void hear_failure(const connection *c, const uint8_t *p, size_t len) {
    static const char hello[] = "\"command\":\"hello\"", join[] = "\"command\":\"join\"";
    if (c->role > SENDER) return;
    if (memmem(p, len, hello, sizeof hello - 1) || memmem(p, len, join, sizeof join - 1))
        fail("refused: %.*s", (int)len, (const char *)p);
}
void own_hear(connection *c, const uint8_t *p, size_t len, uint64_t at, put_json put) {
    /* nothing else is searched for stamps: a history is of what was said before this run */
    if (starts(p, len, "{\"type\":\"message\"")) deliver(c, p, len, at);
    else if (starts(p, len, "{\"type\":\"ping\"")) put(c, "{\"type\":\"pong\"}");
    else if (starts(p, len, "{\"type\":\"pong\"")) answer(c);
    else if (starts(p, len, "{\"type\":\"failed\"")) hear_failure(c, p, len);
    else if (starts(p, len, "{\"type\":\"entered\"") && c->manners == SAYS_HELLO) ready(c);
}
