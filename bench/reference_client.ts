/**
 * The plain client that `chat connect` is measured against, in the same runtime: prints each line as it comes
 * and every key as it is pressed, on a raw terminal. It must never gain what people need of a client - a
 * layout, a screen, a memory - so that a ratio to it says what those cost.
 */
const decoder = new TextDecoder();
const encoder = new TextEncoder();

if (import.meta.main) {
  const [nick = "", hostname = "", port] = Deno.args;
  Deno.stdin.setRaw(true);
  print(`${nick}> `);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  connection.setNoDelay();
  await connection.write(frame({ type: "hello", nick }));
  echoKeys();
  await readMessages(connection);
}

async function echoKeys() {
  const buffer = new Uint8Array(4096);
  for (;;) {
    const count = await Deno.stdin.read(buffer);
    if (count === null || buffer[0] === 3) Deno.exit(0);
    Deno.stdout.writeSync(buffer.subarray(0, count));
  }
}

async function readMessages(connection: Deno.TcpConn) {
  const buffer = new Uint8Array(2 * 64 * 1024);
  let length = 0;
  for (;;) {
    const count = await connection.read(buffer.subarray(length));
    if (count === null) Deno.exit(1);
    length += count;
    let at = 0;
    while (at + 2 <= length) {
      const end = at + 2 + (buffer[at]! << 8 | buffer[at + 1]!);
      if (end > length) break;
      show(JSON.parse(decoder.decode(buffer.subarray(at + 2, end))));
      at = end;
    }
    buffer.copyWithin(0, at, length);
    length -= at;
  }
}

function show({ type, nick, message }: { type: string; nick: string; message: string }) {
  if (type === "chat") print(`${nick}: ${message}\r\n`);
  if (type === "join") print(`*** ${nick} has joined the chat\r\n`);
}

function print(text: string) {
  Deno.stdout.writeSync(encoder.encode(text));
}

/** As the bgnet0 document has it: a length of two bytes, and JSON. */
export function frame(packet: unknown): Uint8Array {
  const payload = encoder.encode(JSON.stringify(packet));
  return Uint8Array.of(payload.length >> 8, payload.length & 0xff, ...payload);
}
