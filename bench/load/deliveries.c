/*
 * Every delivery at every receiver is checked here: nothing lost, nothing twice, nothing out of
 * order per sender, nothing from another room, and (by a rolling hash) the same total order at
 * every receiver of a room.
 */
#include <stdlib.h>
#include <string.h>
#include "load.h"

bool is_measuring;
uint64_t deliveries, corrupt;
int probed;
bool *probe_was_heard;

void deliveries_init(connection *receivers) {
    size_t senders_of_room = (size_t)((opt.senders + opt.rooms - 1) / opt.rooms);
    for (int i = 0; i < opt.receivers; i++)
        receivers[i].next = calloc(senders_of_room, sizeof *receivers[i].next);
    probe_was_heard = calloc((size_t)opt.rooms, sizeof *probe_was_heard);
}
/* A probe's number is that of its room. */
static void hear_probe(connection *c, uint32_t room) {
    if (c->role != RECEIVER) return;
    if (room != c->room) { corrupt++; return; }
    probe_was_heard[room] = true;
    if (c->was_probed) return;
    c->was_probed = true;
    probed++;
}
/* Whatever has been heard by all of its room is done with. */
static void advance(sender *s) {
    while (s->done < s->sent && s->heard_by[s->done % RING] >= s->audience) {
        s->heard_by[s->done % RING] = 0;
        s->done++;
    }
    s->is_due = true;
}
static void hear_stamp(connection *c, const stamp *heard, uint64_t at) {
    if (heard->sender == PROBE) { hear_probe(c, heard->number); return; }
    uint32_t number = heard->number;
    if (heard->sender >= (uint32_t)opt.senders) { corrupt++; return; }
    sender *s = &senders[heard->sender];
    /* it has not been said, or not here */
    if (number >= s->sent || s->room != c->room) { corrupt++; return; }
    if (is_measuring) {
        deliveries++;
        histogram_add(stamp_age(heard, at));
    }
    if (c->role != RECEIVER) return;
    uint32_t *next = &c->next[s->slot];
    if (number == *next) (*next)++;
    else if (number > *next) { c->gaps += number - *next; *next = number + 1; }
    else { c->late++; return; }
    c->order = (c->order ^ ((uint64_t)heard->sender << 32 | number)) * 0x9E3779B97F4A7C15u;
    c->order ^= c->order >> 29;
    if (++s->heard_by[number % RING] == s->audience) advance(s);
}
void deliver(connection *c, const uint8_t *p, size_t len, uint64_t at) {
    /* those who only stand by may be told what they like */
    if (c->role > SENDER) return;
    const uint8_t *end = p + len;
    stamp heard;
    for (;; p++) {
        p = memchr(p, '^', (size_t)(end - p));
        if (!p || end - p < STAMP) return;             /* join, leave, ...   */
        if (!stamp_read(p, &heard)) continue;
        hear_stamp(c, &heard, at);
        return;
    }
}
faults check_deliveries(const connection *receivers) {
    faults f = { 0 };
    uint64_t *orders = calloc((size_t)opt.rooms, sizeof *orders);
    for (int i = 0; i < opt.receivers; i++) {
        const connection *c = &receivers[i];
        uint64_t missing = 0;
        for (int j = (int)c->room; j < opt.senders; j += opt.rooms)
            missing += senders[j].sent - c->next[senders[j].slot];
        /* what comes after a later one has left a gap before; a duplicate has not */
        uint64_t swapped = c->late < c->gaps ? c->late : c->gaps;
        f.lost += missing + c->gaps - swapped;
        f.twice += c->late - swapped;
        f.misordered += swapped;
        if (missing || c->gaps || c->late) continue;
        /* it has all: in the order in which the others of its room have all? */
        uint64_t *order = &orders[c->room];
        if (!*order) *order = c->order;
        else if (c->order != *order) f.misordered++;
    }
    free(orders);
    return f;
}
