/**
 * The plain loop that `chat` is measured against: bgnet0's framing, one room, and one write for each
 * member and turn of the event loop from bytes that all members share. It must never gain what a server
 * needs - persistence, limits, a check of names - so that a ratio to it says what those cost.
 */
interface Member {
  connection: Deno.TcpConn;
  nick: string;
  waiting: Uint8Array[];
  isWriting: boolean;
}

const LARGEST_FRAME = 2 + 0xffff;
const decoder = new TextDecoder();
const encoder = new TextEncoder();
const members = new Set<Member>();
/** The frames of this turn, for everybody. */
let turn: Uint8Array[] = [];

if (import.meta.main) await listen(Number(Deno.args[0]));

async function listen(port: number) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port, tcpBacklog: 4096 });
  for await (const connection of listener) {
    connection.setNoDelay();
    serve({ connection, nick: "", waiting: [], isWriting: false });
  }
}

async function serve(member: Member) {
  try {
    await read(member);
  } catch {
    // A connection that breaks ends like one that is closed.
  }
  if (members.delete(member)) publish({ type: "leave", nick: member.nick });
  try {
    member.connection.close();
  } catch {
    // It is closed already.
  }
}

async function read(member: Member) {
  let buffer = new Uint8Array(1024);
  let length = 0;
  for (;;) {
    const count = await member.connection.read(buffer.subarray(length));
    if (count === null) return;
    length += count;
    const used = hearAll(member, buffer.subarray(0, length));
    const rest = buffer.subarray(used, length);
    if (length === buffer.length && length < LARGEST_FRAME) buffer = new Uint8Array(2 * length);
    buffer.set(rest);
    length = rest.length;
  }
}

/** Returns how many bytes were whole frames. */
function hearAll(member: Member, bytes: Uint8Array): number {
  let at = 0;
  while (at + 2 <= bytes.length) {
    const end = at + 2 + (bytes[at]! << 8 | bytes[at + 1]!);
    if (end > bytes.length) break;
    hear(member, JSON.parse(decoder.decode(bytes.subarray(at + 2, end))));
    at = end;
  }
  return at;
}

function hear(member: Member, packet: { type: string; nick: string; message: string }) {
  if (packet.type === "chat") {
    publish({ type: "chat", nick: member.nick, message: packet.message });
  } else if (packet.type === "hello") {
    member.nick = packet.nick;
    members.add(member);
    publish({ type: "join", nick: packet.nick });
  }
}

function publish(packet: unknown) {
  const payload = encoder.encode(JSON.stringify(packet));
  const frame = new Uint8Array(2 + payload.length);
  new DataView(frame.buffer).setUint16(0, payload.length);
  frame.set(payload, 2);
  if (turn.length === 0) setImmediate(endTurn);
  turn.push(frame);
}

function endTurn() {
  const bytes = concat(turn);
  turn = [];
  for (const member of members) {
    member.waiting.push(bytes);
    if (!member.isWriting) write(member);
  }
}

async function write(member: Member) {
  member.isWriting = true;
  try {
    while (member.waiting.length > 0) {
      let bytes = member.waiting.length === 1 ? member.waiting[0]! : concat(member.waiting);
      member.waiting = [];
      while (bytes.length > 0) bytes = bytes.subarray(await member.connection.write(bytes));
    }
    member.isWriting = false;
  } catch {
    // Nothing can be written any more; the read loop ends the member.
  }
}

function concat(pieces: Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
