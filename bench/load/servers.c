/* What /proc says of the server's processes, of this one, and of the machine. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "load.h"

/* What follows the name in /proc/PID/stat; NULL if the process is gone. */
static const char *stat_of(int pid, char buffer[512]) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *f = fopen(path, "r");
    if (!f) return NULL;
    size_t len = fread(buffer, 1, 511, f);
    fclose(f);
    buffer[len] = 0;
    const char *end = strrchr(buffer, ')');
    return end ? end + 2 : NULL;
}
static bool is_known(int pid) {
    for (int i = 0; i < opt.process_count; i++)
        if (opt.processes[i] == pid) return true;
    return false;
}
static bool find_more_children(void) {
    DIR *d = opendir("/proc");
    int before = opt.process_count;
    for (struct dirent *e; d && (e = readdir(d));) {
        if (!isdigit((unsigned char)e->d_name[0])) continue;
        char buffer[512];
        int pid = atoi(e->d_name), parent = 0;
        const char *stat = stat_of(pid, buffer);
        if (!stat || sscanf(stat, "%*c %d", &parent) != 1) continue;
        if (is_known(parent) && !is_known(pid) && opt.process_count < MAX_PROCESSES)
            opt.processes[opt.process_count++] = pid;
    }
    if (d) closedir(d);
    return opt.process_count > before;
}
void find_children(void) {               /* of --pid, and theirs             */
    while (find_more_children()) continue;
}
double server_seconds(void) {
    static const char times[] = "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu";
    unsigned long user, system, total = 0;
    for (int i = 0; i < opt.process_count; i++) {
        char buffer[512];
        const char *stat = stat_of(opt.processes[i], buffer);
        if (stat && sscanf(stat, times, &user, &system) == 2)
            total += user + system;
    }
    return (double)total / (double)sysconf(_SC_CLK_TCK);
}
double server_kilobytes(void) {
    long total = 0, kb;
    for (int i = 0; i < opt.process_count; i++) {
        char path[64], line[256];
        snprintf(path, sizeof path, "/proc/%d/status", opt.processes[i]);
        FILE *f = fopen(path, "r");
        if (!f) continue;
        while (fgets(line, sizeof line, f))
            if (sscanf(line, "VmRSS: %ld", &kb) == 1) total += kb;
        fclose(f);
    }
    return (double)total;
}
int server_descriptors(void) {
    int total = 0;
    for (int i = 0; i < opt.process_count; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/fd", opt.processes[i]);
        DIR *d = opendir(path);
        while (d && readdir(d)) total++;
        if (d) closedir(d);
    }
    return total;
}
double machine_seconds(void) {
    FILE *f = fopen("/proc/stat", "r");
    if (!f) return 0;
    unsigned long long v[8] = { 0 };
    int k = fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", v, v + 1, v + 2, v + 3, v + 4,
                   v + 5, v + 6, v + 7);
    fclose(f);
    if (k < 8) return 0;
    return (double)(v[0] + v[1] + v[2] + v[5] + v[6] + v[7]) / (double)sysconf(_SC_CLK_TCK);
}
double own_seconds(void) {
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
           (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}
void await_accepted(int count, int before, uint64_t t0) {
    for (int now; (now = server_descriptors() - before) < count; spin(0.002))
        if (since(t0) > opt.setup)
            fail("the server accepted only %d of %d connections in %.0f s", now, count, opt.setup);
}
