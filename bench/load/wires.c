/* The table of wires. */
#include "wire.h"

static const wire *const wires[] = { &wire_bgnet0, &wire_native, &wire_web, &wire_irc, &wire_vu };

const wire *wire_named(const char *name) {
    for (size_t i = 0; i < sizeof wires / sizeof *wires; i++)
        if (!strcmp(wires[i]->name, name)) return wires[i];
    fail("no such protocol: %s", name);
}
void greet(connection *c) {
    if (c->manners == SAYS_NOTHING) ready(c);
    else c->wire->hello(c);
}
