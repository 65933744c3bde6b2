/* A log-linear histogram of latencies: 64 buckets to each power of two. */
#include "load.h"

enum { BITS = 6, BUCKETS = 64 << BITS };

static uint64_t counts[BUCKETS], total, longest;

void histogram_add(uint64_t v) {
    unsigned e = v < 64 ? 0 : (unsigned)(63 - __builtin_clzll(v) - BITS + 1);
    unsigned i = v < 64 ? (unsigned)v : (e << BITS) + ((v >> (e - 1)) & 63);
    counts[i]++;
    total++;
    if (v > longest) longest = v;
}
double quantile_microseconds(double q) {
    if (!total) return 0;
    uint64_t want = (uint64_t)(q * (double)(total - 1)) + 1, got = 0;
    for (unsigned i = 0; i < BUCKETS; i++) {
        got += counts[i];
        if (got >= want) {
            unsigned e = i >> BITS;
            uint64_t v = e ? (uint64_t)(64 + (i & 63)) << (e - 1) : i;
            return (double)v / 1e3;
        }
    }
    return longest_microseconds();
}
double longest_microseconds(void) { return (double)longest / 1e3; }
