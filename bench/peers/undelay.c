/*
 * Sets TCP_NODELAY on every connection that a program accepts, for programs that cannot be told to:
 *
 *   cc -shared -fPIC -o undelay.so undelay.c && LD_PRELOAD=./undelay.so inspircd ...
 *
 * Linux passes the option on from a listener to what it accepts, so the listener is all that it has to
 * be set on; what is not TCP refuses it, which is nothing to mind.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int listen(int fd, int backlog) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return (int)syscall(SYS_listen, fd, backlog);
}
