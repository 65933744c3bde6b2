/* The command line. */
#include <arpa/inet.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include "wire.h"

enum { SMALLEST = STAMP, LARGEST = 16384, LONGEST_ROOM = 60 };

options opt = {
    .rooms = 1, .receivers = 100, .senders = 4, .size = 100, .window = 64, .rate = 100,
    .setup = 60, .warmup = 1, .time = 5, .drain = 5, .room = "lobby",
};

static const char *wire_names = "bgnet0", *mode_name = "throughput", *process_list = "";

static const struct {
    const char *name;
    enum { NUMBER, AMOUNT, WORD } kind;
    void *value;
} settings[] = {
    { "proto", WORD, &wire_names }, { "mode", WORD, &mode_name }, { "pid", WORD, &process_list },
    { "room", WORD, &opt.room }, { "rooms", NUMBER, &opt.rooms },
    { "receivers", NUMBER, &opt.receivers }, { "senders", NUMBER, &opt.senders },
    { "size", NUMBER, &opt.size }, { "window", NUMBER, &opt.window }, { "rate", AMOUNT, &opt.rate },
    { "idle", NUMBER, &opt.idle }, { "stopped", NUMBER, &opt.stopped },
    { "trickle", NUMBER, &opt.tricklers }, { "flooders", NUMBER, &opt.flooders },
    { "setup", AMOUNT, &opt.setup }, { "warmup", AMOUNT, &opt.warmup },
    { "time", AMOUNT, &opt.time }, { "drain", AMOUNT, &opt.drain },
};
enum { SETTINGS = sizeof settings / sizeof *settings };

static _Noreturn void usage(void) {
    fputs("usage: chatload [options] HOST:PORT\n"
          "  --proto P[,P...] bgnet0 native web irc vu; of several, each in turn  [bgnet0]\n"
          "  --mode M         throughput latency hold                             [throughput]\n"
          "  --receivers N    connections that only listen                        [100]\n"
          "  --senders N      connections that talk                               [4]\n"
          "  --size BYTES     text of a message, 16 to 16384; irc: at most 400    [100]\n"
          "  --window N       throughput: outstanding per sender                  [64]\n"
          "  --rate R         latency: messages per second in all                 [100]\n"
          "  --room NAME      the room                                            [lobby]\n"
          "  --rooms K        native, web, irc: K rooms, room0 and so on          [1]\n"
          "  --greet          hold; native, web, irc: each says hello\n"
          "  --idle N         more connections, that say nothing                  [0]\n"
          "  --stopped N      more members, who never read                        [0]\n"
          "  --trickle N      more members, who read a byte a second              [0]\n"
          "  --flooders N     more members, from 127.0.0.2, who never stop talking [0]\n"
          "  --setup S --warmup S --time S --drain S   bounds                     [60 1 5 5]\n"
          "  --pid P[,P...]   the server, for its CPU time and memory (and its children's)\n",
          stderr);
    exit(1);
}
static void set(int index, char *value) {
    void *to = settings[index].value;
    switch (settings[index].kind) {
    case NUMBER: *(int *)to = atoi(value); break;
    case AMOUNT: *(double *)to = atof(value); break;
    case WORD: *(const char **)to = value; break;
    }
}
static void read_words(int argc, char **argv) {
    enum { GREET = 256, FIRST };
    struct option longs[SETTINGS + 2] = { { "greet", no_argument, NULL, GREET } };
    for (int i = 0; i < SETTINGS; i++)
        longs[i + 1] = (struct option){ settings[i].name, required_argument, NULL, FIRST + i };
    for (int o; (o = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
        if (o == GREET) opt.greet = true;
        else if (o >= FIRST) set(o - FIRST, optarg);
        else usage();
    }
    if (optind + 1 != argc) usage();
}
static void read_server(char *address) {
    char *colon = strrchr(address, ':');
    if (!colon) usage();
    *colon = 0;
    opt.server.sin_family = AF_INET;
    opt.server.sin_port = htons((uint16_t)atoi(colon + 1));
    if (inet_pton(AF_INET, address, &opt.server.sin_addr) != 1)
        fail("%s is not an IPv4 address", address);
}
static void read_mode(void) {
    static const char *const names[] = { "throughput", "latency", "hold" };
    int i = 0;
    while (i < 3 && strcmp(names[i], mode_name)) i++;
    if (i == 3) fail("no such mode: %s", mode_name);
    opt.mode = i;
}
static void read_lists(void) {
    char *list = strdup(process_list);
    for (char *p = strtok(list, ","); p && opt.process_count < MAX_PROCESSES; p = strtok(NULL, ","))
        opt.processes[opt.process_count++] = atoi(p);
    free(list);
    list = strdup(wire_names);
    for (char *p = strtok(list, ","); p; p = strtok(NULL, ",")) {
        if (opt.wire_count == MAX_WIRES) fail("at most %d protocols", MAX_WIRES);
        opt.wires[opt.wire_count++] = wire_named(p);
    }
    free(list);
    if (!opt.wire_count) usage();
}
static void check_wire(const wire *w) {
    if (w->longest_text && opt.size > w->longest_text)
        fail("--size may be at most %d with %s: its lines are short", w->longest_text, w->name);
    if (opt.rooms > 1 && !w->has_rooms)
        fail("%s has one room only, not --rooms %d", w->name, opt.rooms);
    if (opt.greet && !w->ask) fail("%s has no sign of life for --greet", w->name);
}
static void check_hold(void) {
    if (!opt.process_count) fail("hold needs --pid: it counts the server's connections");
    if (opt.idle || opt.stopped || opt.tricklers || opt.flooders || opt.rooms > 1)
        fail("hold has no rooms, and no others in them");
}
static void check(void) {
    for (int i = 0; i < opt.wire_count; i++) check_wire(opt.wires[i]);
    if (opt.mode == HOLD) check_hold();
    else if (opt.greet) fail("--greet is for hold: in a room everybody greets");
    if (opt.rooms < 1 || opt.rooms > opt.receivers) fail("--rooms is 1 to the number of receivers");
    if (opt.size < SMALLEST || opt.size > LARGEST) fail("--size is %d to %d", SMALLEST, LARGEST);
    if (strlen(opt.room) > LONGEST_ROOM) fail("--room has at most %d bytes", LONGEST_ROOM);
    if (opt.receivers < 1 || opt.senders < 1 || opt.senders > MAX_SENDERS || opt.window < 1 ||
        opt.window > RING / 2 || opt.rate <= 0 || opt.idle < 0 || opt.stopped < 0 ||
        opt.tricklers < 0 || opt.flooders < 0)
        fail("an option is out of range");
}
void read_options(int argc, char **argv) {
    read_words(argc, argv);
    read_server(argv[optind]);
    read_mode();
    read_lists();
    check();
}
