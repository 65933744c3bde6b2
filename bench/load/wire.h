/* What a wire is. A new one is a file wire_NAME.c, a line here and a line in wires.c. */
#ifndef WIRE_H
#define WIRE_H

#include <string.h>
#include "load.h"

struct wire {
    const char *name;
    bool has_rooms;                      /* others than the one              */
    int longest_text;                    /* 0 if there is no bound           */
    int greeting_at_once;                /* connections; 0 is the usual      */
    /* The TCP connection is up. It greets at once, or when the wire is ready for it. */
    void (*open)(connection *);
    /* Says hello, and joins its room if that is its manners; calls ready(). */
    void (*hello)(connection *);
    /* Hears whole frames, returns how many bytes those were. */
    size_t (*parse)(connection *, const uint8_t *, size_t len, uint64_t at);
    /* A message to a room, unsealed; returns its length. */
    uint32_t (*frame)(const char *room, const char *text, uint8_t *into);
    /* What comes after the stamp has been written, a checksum say; may be NULL. */
    void (*seal)(uint8_t *frame, uint32_t len);
    /* Asks for a sign of life; NULL if the wire has none. */
    void (*ask)(connection *);
};

extern const wire wire_bgnet0, wire_native, wire_web, wire_irc, wire_vu;

const wire *wire_named(const char *name);
/* Says hello unless it is to say nothing: what most wires do when they are open. */
void greet(connection *);

/* own_json.c: what native and web have in common */
typedef void put_json(connection *, const char *json);
void own_hello(connection *, put_json);
void own_ask(connection *, put_json);
uint32_t own_say(const char *room, const char *text, uint8_t *into);
void own_hear(connection *, const uint8_t *, size_t len, uint64_t at, put_json);

static inline void put_be(uint8_t *p, uint32_t v, int bytes) {
    while (bytes--) { p[bytes] = (uint8_t)v; v >>= 8; }
}
static inline uint32_t get_be(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}
static inline bool starts(const uint8_t *p, size_t len, const char *with) {
    size_t k = strlen(with);
    return len >= k && !memcmp(p, with, k);
}

#endif
