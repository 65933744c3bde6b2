/* Those who talk: what they say, and when. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include "wire.h"

sender senders[MAX_SENDERS];
uint64_t longest_lag;

static const double PROBE_AGAIN = 0.25, PROBE_AT_LAST = 2;

static void make_frame(sender *s, const char *text) {
    char room[64];
    room_of(s->connection, room);
    s->frame = malloc((size_t)opt.size + 512);
    s->frame_len = s->connection->wire->frame(room, text, s->frame);
    const uint8_t *at = memmem(s->frame, s->frame_len, text, (size_t)opt.size);
    s->stamp_at = (uint32_t)(at - s->frame);
}
static uint32_t audience_of(int room) {
    return (uint32_t)(opt.receivers / opt.rooms + (room < opt.receivers % opt.rooms));
}
void prepare_senders(connection *first) {
    char *text = malloc((size_t)opt.size + 1);
    memset(text, '^', STAMP);
    for (int k = STAMP; k < opt.size; k++) text[k] = (char)('a' + k % 26);
    text[opt.size] = 0;
    for (int i = 0; i < opt.senders; i++) {
        sender *s = &senders[i];
        s->connection = &first[i];
        s->room = first[i].room;
        s->slot = (uint32_t)(i / opt.rooms);
        s->audience = audience_of((int)s->room);
        s->heard_by = calloc(RING, sizeof *s->heard_by);
        s->is_due = true;
        make_frame(s, text);
    }
    free(text);
}
static void emit(sender *s, uint32_t who, uint32_t number, uint64_t time) {
    uint8_t *p = reserve(s->connection, s->frame_len);
    memcpy(p, s->frame, s->frame_len);
    stamp_write(p + s->stamp_at, who, number, time);
    if (s->connection->wire->seal) s->connection->wire->seal(p, s->frame_len);
}
void probe_rooms(uint64_t t0) {
    int talking = opt.senders < opt.rooms ? opt.senders : opt.rooms, listeners = 0;
    double sent_at[MAX_SENDERS];
    for (int i = 0; i < talking; i++) {
        listeners += (int)senders[i].audience;
        sent_at[i] = -PROBE_AT_LAST;
    }
    while (probed < listeners) {
        for (int i = 0; i < talking; i++) {
            /* one that nobody has heard is most likely in a queue: more would lengthen it */
            double passed = since(t0) - sent_at[i];
            if (passed < (probe_was_heard[i] ? PROBE_AGAIN : PROBE_AT_LAST)) continue;
            probe_was_heard[i] = false;
            emit(&senders[i], PROBE, (uint32_t)i, now_ns());
            flush(senders[i].connection);
            sent_at[i] = since(t0);
        }
        spin(0.02);
        if (dead_members) fail("%d connections died before the start", dead_members);
        if (since(t0) > opt.setup)
            fail("a probe reached only %d of %d receivers in %.0f s", probed, listeners, opt.setup);
    }
}
static void fill_window(sender *s) {
    s->is_due = false;
    if (s->connection->state != READY || s->connection->out_len) return;
    uint64_t t = now_ns();
    while (s->sent - s->done < (uint32_t)opt.window) emit(s, s->connection->number, s->sent++, t);
    flush(s->connection);
}
void fill_windows(void) {
    for (int i = 0; i < opt.senders; i++)
        if (senders[i].is_due) fill_window(&senders[i]);
}
void send_due(uint64_t start, uint64_t *count) {
    uint64_t due, interval = (uint64_t)(1e9 / opt.rate);
    while ((due = start + *count * interval) <= now_ns()) {
        sender *s = &senders[(*count)++ % (uint64_t)opt.senders];
        if (s->sent - s->done >= RING - 1) fail("the server is %d messages behind", RING);
        emit(s, s->connection->number, s->sent++, due);
        if (!s->connection->wants_out) flush(s->connection);
        uint64_t lag = now_ns() - due;
        if (is_measuring && lag > longest_lag) longest_lag = lag;
    }
    spin((double)(int64_t)(due - now_ns()) / 1e9);
}
bool senders_are_done(void) {
    for (int i = 0; i < opt.senders; i++)
        if (senders[i].done < senders[i].sent || senders[i].connection->out_len) return false;
    return true;
}
uint64_t messages_sent(void) {
    uint64_t sum = 0;
    for (int i = 0; i < opt.senders; i++) sum += senders[i].sent;
    return sum;
}
