/*
 * Those who are there to be a burden: who say nothing, who never read, who read a byte a second,
 * and who talk as fast as they can. What they are told counts for nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include "wire.h"

enum { FLOOD_TEXT = 100, FLOOD_AT_ONCE = 256 };

/* What a flooder sends, over and over. */
typedef struct {
    uint8_t *frames;
    size_t frame_len, len, sent;         /* `sent` of this round             */
    uint64_t rounds;
} flooding;

static connection *flooders, *tricklers;
static flooding *floods;

void open_idle(uint64_t t0) {
    if (!opt.idle) return;
    int before = server_descriptors();
    open_connections(make_connections(IDLE, SAYS_NOTHING, opt.idle), opt.idle, t0);
    if (opt.process_count) await_accepted(opt.idle, before, t0);
}
static connection *open_deaf(role role, int count, uint64_t t0) {
    connection *all = make_connections(role, JOINS, count);
    open_connections(all, count, t0);
    for (int i = 0; i < count; i++) listen_no_more(&all[i]);
    return all;
}
void open_others(uint64_t t0) {
    open_deaf(STOPPED, opt.stopped, t0);
    tricklers = open_deaf(TRICKLER, opt.tricklers, t0);
    flooders = make_connections(FLOODER, JOINS, opt.flooders);
    open_connections(flooders, opt.flooders, t0);
}
void trickle(void) {
    static uint64_t last;
    uint8_t byte;
    if (since(last) < 1) return;
    last = now_ns();
    for (int i = 0; i < opt.tricklers; i++) recv(tricklers[i].fd, &byte, 1, MSG_DONTWAIT);
}

static void make_flood(const connection *c, flooding *f) {
    char text[FLOOD_TEXT + 1], room[64];
    memset(text, 'f', FLOOD_TEXT);
    text[FLOOD_TEXT] = 0;
    room_of(c, room);
    f->frames = malloc((FLOOD_TEXT + 512) * FLOOD_AT_ONCE);
    f->frame_len = c->wire->frame(room, text, f->frames);
    if (c->wire->seal) c->wire->seal(f->frames, (uint32_t)f->frame_len);
    for (int i = 1; i < FLOOD_AT_ONCE; i++)
        memcpy(f->frames + (size_t)i * f->frame_len, f->frames, f->frame_len);
    f->len = FLOOD_AT_ONCE * f->frame_len;
}
void start_flooding(void) {
    floods = calloc((size_t)opt.flooders + 1, sizeof *floods);
    for (int i = 0; i < opt.flooders; i++) {
        connection *c = &flooders[i];
        if (c->state == DEAD) continue;
        make_flood(c, &floods[i]);
        c->is_flooding = true;
        listen_for(c, true);
    }
}
void flood(connection *c, uint32_t events) {
    flooding *f = &floods[c->number];
    /* what it is told is thrown away within the kernel */
    if (events & EPOLLIN && recv(c->fd, NULL, LONGEST_READ, MSG_DONTWAIT | MSG_TRUNC) == 0) die(c);
    if (events & (EPOLLERR | EPOLLHUP)) die(c);
    if (c->state == DEAD || !(events & EPOLLOUT)) return;
    ssize_t k = send(c->fd, f->frames + f->sent, f->len - f->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (k < 0 && errno != EAGAIN && errno != EINTR) die(c);
    if (k <= 0) return;
    f->sent += (size_t)k;
    if (f->sent < f->len) return;
    f->sent = 0;
    f->rounds++;
}
uint64_t flooded_messages(void) {
    uint64_t sum = 0;
    for (int i = 0; i < opt.flooders; i++) {
        const flooding *f = &floods[i];
        if (f->len) sum += f->rounds * FLOOD_AT_ONCE + f->sent / f->frame_len;
    }
    return sum;
}
