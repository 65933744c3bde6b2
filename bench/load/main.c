/*
 * chatload - load generator and delivery checker for chat servers. `deno task bench` compiles and
 * drives it; by hand:
 *
 *   cd bench/load && cc -O2 -Wall -Wextra -o /tmp/chatload *.c
 *   /tmp/chatload --proto native --receivers 1000 --senders 4 --pid $SERVER_PID 127.0.0.1:3490
 *
 * One process, one thread, one epoll loop. R receivers and S senders sit in one room, or in --rooms
 * of them: receiver i in room i mod K, sender j in room j mod K. Every chat message carries a stamp
 * in its text (stamp.c), so every delivery at every receiver is checked (deliveries.c): nothing
 * lost, nothing twice, nothing out of order per sender, nothing of another room, and the same total
 * order at every receiver of a room.
 *
 * Modes
 *   throughput  Closed loop. A sender may have --window messages outstanding; a message is complete
 *               when *every* receiver of its room has read it. Latency is counted to the read.
 *   latency     Open loop. --rate messages per second in all, at fixed instants. Latency is counted
 *               from the instant at which the message was due (no coordinated omission) to the one
 *               at which the kernel queued it on the receiver's socket (SO_TIMESTAMPNS), so a busy
 *               load generator does not blur it.
 *   hold        Opens --receivers connections that say nothing, and reports how fast the server
 *               accepted them (its open file descriptors are counted: the kernel alone would let
 *               them all connect at once) and what each costs it in memory. The server must have
 *               no other connections. With --greet each says hello and is ready when that has been
 *               answered, and at the end is dead if it does not answer a ping within 5 s.
 *
 * Protocols; of a list, --proto native,bgnet0,vu, connection i takes the (i mod k)-th
 *   bgnet0  16-bit length + JSON
 *   native  32-bit length + CRC-32 + JSON
 *   web     the same JSON in WebSocket messages, after an HTTP upgrade; in hold mode, too, which
 *           then counts a connection once it is upgraded
 *   irc     lines; --room is the channel without its #
 *   vu      lines of HELLO-FROM
 *
 * Others, for whom nothing is counted (bystanders.c)
 *   --idle      Connections that say nothing, opened before all else. `dead` counts those of them
 *               that the server closed.
 *   --stopped   Members of the first room who never read once they are in it.
 *   --trickle   Members who read one byte a second.
 *   --flooders  Members from 127.0.0.2 who send messages without a stamp as fast as the socket
 *               takes them, and throw away what they are told. `floodedMessages` is what the
 *               sockets took until the end of the measured time, with the warm-up.
 *
 * A server is ready for measuring when a probe sent in each room has reached every receiver; that
 * needs no acknowledgement. Everything is bounded in time: --setup, --warmup, --time, --drain.
 *
 * Prints one line of JSON. Exit status: 0 all delivered in order, 1 usage or set-up failure, 2 the
 * deliveries were not perfect (the line says how).
 */
#include "load.h"

int main(int argc, char **argv) {
    read_options(argc, argv);
    stamp_init();
    connections_init();
    find_children();
    return opt.mode == HOLD ? run_hold() : run_room();
}
