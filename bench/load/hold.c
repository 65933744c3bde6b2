/* Hold mode: connections that say nothing, or no more than hello. */
#include "wire.h"

static const double ANSWER_SECONDS = 5;

/* How many of those that live give no sign of life any more. */
static int count_silent(connection *all) {
    int asked = 0;
    for (int i = 0; i < opt.receivers; i++) {
        connection *c = &all[i];
        if (c->state != READY) continue;
        c->wire->ask(c);
        flush(c);
        asked++;
    }
    uint64_t start = now_ns();
    while (answered < asked && since(start) < ANSWER_SECONDS) spin(0.05);
    int silent = 0;
    for (int i = 0; i < opt.receivers; i++) silent += all[i].state == READY && !all[i].has_answered;
    return silent;
}
int run_hold(void) {
    manners manners = opt.greet ? SAYS_HELLO : SAYS_NOTHING;
    connection *all = make_connections(RECEIVER, manners, opt.receivers);
    double kilobytes0 = server_kilobytes(), cpu0 = server_seconds();
    int descriptors0 = server_descriptors();
    uint64_t t0 = now_ns();
    open_connections(all, opt.receivers, t0);
    await_accepted(opt.receivers, descriptors0, t0);
    double setup = since(t0), cpu1 = server_seconds(), end = setup + opt.time;
    while (since(t0) < end) spin(0.05);
    double kilobytes1 = server_kilobytes(), cpu2 = server_seconds();
    int dead = (opt.greet ? count_silent(all) : 0) + dead_members;
    field("connections", opt.receivers, 0);
    field("connectsPerSecond", opt.receivers / setup, 0);
    field("cpuMicrosecondsPerConnect", (cpu1 - cpu0) / opt.receivers * 1e6, 1);
    field("kbPerConnection", (kilobytes1 - kilobytes0) / opt.receivers, 2);
    field("idleCores", (cpu2 - cpu1) / opt.time, 4);
    field("serverMegabytesAtStart", kilobytes0 / 1024, 1);
    field("serverMegabytes", kilobytes1 / 1024, 1);
    field("dead", dead, 0);
    end_report();
    return dead ? 2 : 0;
}
