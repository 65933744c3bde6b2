/* What the files of the load generator know of each other. main.c says what it is all for. */
#ifndef LOAD_H
#define LOAD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum { MAX_SENDERS = 1024, MAX_WIRES = 8, MAX_PROCESSES = 64 };
enum { RING = 1 << 16 };      /* messages that a sender may have outstanding */
enum { LONGEST_READ = 1 << 18, LONGEST_FRAME = LONGEST_READ };

typedef struct wire wire;

/* ---- options.c ---------------------------------------------------------- */
typedef struct {
    enum { THROUGHPUT, LATENCY, HOLD } mode;
    const wire *wires[MAX_WIRES];
    int wire_count, rooms, receivers, senders, size, window;
    int idle, stopped, tricklers, flooders;
    bool greet;
    double rate, setup, warmup, time, drain;
    const char *room;
    struct sockaddr_in server;
    int processes[MAX_PROCESSES], process_count;
} options;

extern options opt;

void read_options(int argc, char **argv);

/* ---- connection.c ------------------------------------------------------- */
typedef enum { RECEIVER, SENDER, IDLE, STOPPED, TRICKLER, FLOODER } role;
typedef enum { CONNECTING, HANDSHAKE, READY, DEAD } state;
typedef enum { SAYS_NOTHING, SAYS_HELLO, JOINS } manners;

typedef struct {
    int fd;
    role role;
    state state;
    manners manners;
    uint32_t number, room;               /* its number in its role           */
    const wire *wire;
    uint8_t *in, *out;                   /* a partial frame; what the socket would not take */
    uint32_t in_len, in_capacity, out_len, out_sent, out_capacity;
    bool wants_out, is_upgraded, is_flooding, has_answered;
    /* what a receiver has heard: deliveries.c */
    bool was_probed;
    uint32_t *next;                      /* the sequence number due, per sender of its room */
    uint64_t gaps, late;                 /* skipped; came after a later one  */
    uint64_t order;                      /* rolling hash of (sender, number) */
} connection;

extern int dead_members, dead_idle, answered;
extern uint64_t bytes_read, reads;

void connections_init(void);
/* Gives `count` blank connections of a role their numbers, wires and rooms. */
void init_connections(connection *, role, manners, int count);
connection *make_connections(role, manners, int count);
/* Returns when all are ready, or dead. */
void open_connections(connection *first, int count, uint64_t t0);
/* One turn of the event loop, of at most so many seconds. */
void spin(double timeout);
void listen_no_more(connection *);
void listen_for(connection *, bool out);
void die(connection *);

/* Output: whatever is put leaves with the next flush, or when the socket takes it. */
uint8_t *reserve(connection *, size_t len);
void put(connection *, const void *data, size_t len);
void flush(connection *);

/* What a wire tells of its connection: it is where it was to come; it showed a sign of life. */
void ready(connection *);
void answer(connection *);
void nick_of(const connection *, char nick[16]);
/* The room's name, without any mark of a wire. */
void room_of(const connection *, char room[64]);

/* ---- stamp.c ------------------------------------------------------------ */
enum { STAMP = 16, PROBE = 0xfff };

typedef struct {
    uint32_t sender, number;
    uint64_t time;
} stamp;

void stamp_init(void);
void stamp_write(uint8_t *, uint32_t sender, uint32_t number, uint64_t nanoseconds);
bool stamp_read(const uint8_t *, stamp *);
/* Nanoseconds from the stamp's time to `at`. */
uint64_t stamp_age(const stamp *, uint64_t at);

/* ---- senders.c ---------------------------------------------------------- */
typedef struct {
    connection *connection;
    uint32_t room, slot;                 /* its place in its receivers' `next` */
    uint8_t *frame;                      /* a whole message without its stamp */
    uint32_t frame_len, stamp_at;
    uint32_t sent, done;                 /* sequence numbers                 */
    uint32_t *heard_by;                  /* [RING] receivers that have it    */
    uint32_t audience;                   /* receivers in its room            */
    bool is_due;                         /* its window may have room         */
} sender;

extern sender senders[MAX_SENDERS];
extern uint64_t longest_lag;

void prepare_senders(connection *first);
/* Returns when every receiver was reached. */
void probe_rooms(uint64_t t0);
void fill_windows(void);
/* Sends what is due by the clock, and spins until the next is. */
void send_due(uint64_t start, uint64_t *count);
bool senders_are_done(void);
uint64_t messages_sent(void);

/* ---- deliveries.c ------------------------------------------------------- */
typedef struct { uint64_t lost, twice, misordered; } faults;

extern bool is_measuring;
extern uint64_t deliveries, corrupt;
extern int probed;
extern bool *probe_was_heard;            /* per room, since it was last cleared */

void deliveries_init(connection *receivers);
/* Bytes with one message, or with something else, reached somebody at time `at`. */
void deliver(connection *, const uint8_t *, size_t len, uint64_t at);
faults check_deliveries(const connection *receivers);

/* ---- bystanders.c ------------------------------------------------------- */
void open_idle(uint64_t t0);
void open_others(uint64_t t0);
void start_flooding(void);
void flood(connection *, uint32_t events);
void trickle(void);                      /* to be called many times a second */
uint64_t flooded_messages(void);

/* ---- servers.c ---------------------------------------------------------- */
void find_children(void);
double server_seconds(void);             /* of CPU time, user and system     */
double server_kilobytes(void);
int server_descriptors(void);
double machine_seconds(void);            /* all CPUs were busy, stolen time too */
double own_seconds(void);
/* Returns when the server has so many open files more than `before`. */
void await_accepted(int count, int before, uint64_t t0);

/* ---- histogram.c -------------------------------------------------------- */
void histogram_add(uint64_t nanoseconds);
double quantile_microseconds(double);
double longest_microseconds(void);

/* ---- report.c ----------------------------------------------------------- */
void field(const char *name, double value, int digits);
void end_report(void);
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- the modes: return the exit status ----------------------------------- */
int run_room(void);
int run_hold(void);

/* ---- time --------------------------------------------------------------- */
static inline uint64_t now_ns(void) {
    struct timespec t;
    /* the kernel's receive stamps are of CLOCK_REALTIME, so everything is */
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
static inline double since(uint64_t t0) { return (double)(int64_t)(now_ns() - t0) / 1e9; }

#endif
