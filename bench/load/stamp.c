/*
 * The stamp at the head of each message's text:
 *
 *     ^ssnnnnntttttttt
 *
 * s = sender (12 bits), n = its message's number (30), t = send time in units of 64 ns, modulo 2^48
 * (208 days), in digits of 6 bits that no wire escapes.
 */
#include <string.h>
#include "load.h"

enum { UNIT_BITS = 6, TIME_BITS = 48 };

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
static int8_t values[256];               /* -1 where there is no digit       */

void stamp_init(void) {
    memset(values, -1, sizeof values);
    for (int i = 0; i < 64; i++) values[(uint8_t)digits[i]] = (int8_t)i;
}
static void write_digits(uint8_t *p, uint64_t v, int count) {
    for (int i = count - 1; i >= 0; i--, v >>= 6) p[i] = (uint8_t)digits[v & 63];
}
/* The value of digits, and in `bad` a negative number if one of them is none. */
static inline uint64_t read_digits(const uint8_t *p, int count, int *bad) {
    uint64_t v = 0;
    for (int i = 0; i < count; i++) {
        int d = values[p[i]];
        *bad |= d;
        v = v << 6 | (uint64_t)(d & 63);
    }
    return v;
}
void stamp_write(uint8_t *p, uint32_t sender, uint32_t number, uint64_t nanoseconds) {
    p[0] = '^';
    write_digits(p + 1, sender, 2);
    write_digits(p + 3, number, 5);
    write_digits(p + 8, nanoseconds >> UNIT_BITS, 8);
}
bool stamp_read(const uint8_t *p, stamp *s) {
    int bad = 0;
    s->sender = (uint32_t)read_digits(p + 1, 2, &bad);
    s->number = (uint32_t)read_digits(p + 3, 5, &bad);
    s->time = read_digits(p + 8, 8, &bad);
    return bad >= 0;
}
uint64_t stamp_age(const stamp *s, uint64_t at) {
    /* the difference modulo 2^48, with its sign */
    const int spare = 64 - TIME_BITS;
    int64_t units = (int64_t)(((at >> UNIT_BITS) - s->time) << spare) >> spare;
    return units > 0 ? (uint64_t)units << UNIT_BITS : 0;
}
