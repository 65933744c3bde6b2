/* Throughput and latency modes: rooms full of members, some of whom talk. */
#include <stdlib.h>
#include "load.h"

/* What has been counted until some moment. */
typedef struct {
    double time, server, own, machine;
    uint64_t deliveries, messages;
} mark;

/* Setting up: when the probe had reached all, what a member costs, and what there was before. */
typedef struct { double seconds, member_kb, megabytes_at_start; } setup;

static connection *members;             /* the receivers, then the senders  */

static mark mark_now(void) {
    return (mark){ .time = (double)now_ns() / 1e9, .server = server_seconds(),
                   .own = own_seconds(), .machine = machine_seconds(),
                   .deliveries = deliveries, .messages = messages_sent() };
}
static connection *make_members(void) {
    connection *all = calloc((size_t)(opt.receivers + opt.senders), sizeof *all);
    init_connections(all, RECEIVER, JOINS, opt.receivers);
    init_connections(all + opt.receivers, SENDER, JOINS, opt.senders);
    return all;
}
static setup fill_rooms(void) {
    double at_start = server_kilobytes() / 1024;
    open_idle(now_ns());
    members = make_members();
    deliveries_init(members);
    prepare_senders(members + opt.receivers);
    double before = server_kilobytes();
    uint64_t t0 = now_ns();
    open_connections(members, opt.receivers + opt.senders, t0);
    probe_rooms(t0);
    double seconds = since(t0);
    find_children();
    double member_kb = (server_kilobytes() - before) / (opt.receivers + opt.senders);
    open_others(t0);
    start_flooding();
    return (setup){ seconds, member_kb, at_start };
}
static void talk(uint64_t start, uint64_t *count) {
    trickle();
    if (opt.mode == LATENCY) send_due(start, count);
    else {
        fill_windows();
        spin(0.1);
    }
}
static void drain(double stop, uint64_t start) {
    while (since(start) < stop && !senders_are_done()) {
        trickle();
        spin(0.05);
    }
}
static void report_speed(mark a, mark b) {
    double seconds = b.time - a.time, server = b.server - a.server, own = b.own - a.own;
    double delivered = (double)(b.deliveries - a.deliveries);
    double said = (double)(b.messages - a.messages);
    field("seconds", seconds, 3);
    field("messages", said, 0);
    field("messagesPerSecond", said / seconds, 1);
    field("deliveries", delivered, 0);
    field("deliveriesPerSecond", delivered / seconds, 0);
    field("megabytesPerSecond", (double)bytes_read / seconds / 1e6, 1);
    field("cpuSecondsPerMillion", delivered > 0 ? server / delivered * 1e6 : 0, 4);
    field("serverCores", server / seconds, 3);
    field("loadCores", own / seconds, 3);
    field("otherCores", (b.machine - a.machine - server - own) / seconds, 3);
    field("messagesPerRead", reads ? delivered / (double)reads : 0, 2);
}
static void report_latency(void) {
    field("p50Microseconds", quantile_microseconds(.5), 0);
    field("p99Microseconds", quantile_microseconds(.99), 0);
    field("p999Microseconds", quantile_microseconds(.999), 0);
    field("maxMicroseconds", longest_microseconds(), 0);
    field("sendLagMicroseconds", (double)longest_lag / 1e3, 0);
}
static int report_faults(void) {
    faults f = check_deliveries(members);
    int dead = dead_members + dead_idle;
    field("lost", (double)f.lost, 0);
    field("twice", (double)f.twice, 0);
    field("misordered", (double)f.misordered, 0);
    field("corrupt", (double)corrupt, 0);
    field("dead", dead, 0);
    return f.lost || f.twice || f.misordered || corrupt || dead ? 2 : 0;
}
int run_room(void) {
    setup before = fill_rooms();
    uint64_t start = now_ns(), count = 0;
    while (since(start) < opt.warmup) talk(start, &count);
    mark a = mark_now();
    is_measuring = true;
    /* from now on: in a room of thousands the last turn of the warm-up may have been a long one */
    for (double end = since(start) + opt.time; since(start) < end;) talk(start, &count);
    mark b = mark_now();
    uint64_t flooded = flooded_messages();
    is_measuring = opt.mode == LATENCY;  /* late arrivals still have latency */
    double megabytes = server_kilobytes() / 1024;
    drain(since(start) + opt.drain, start);
    report_speed(a, b);
    report_latency();
    field("setupSeconds", before.seconds, 3);
    field("kbPerMember", before.member_kb, 2);
    field("serverMegabytesAtStart", before.megabytes_at_start, 1);
    field("serverMegabytes", megabytes, 1);
    field("floodedMessages", (double)flooded, 0);
    int status = report_faults();
    end_report();
    return status;
}
