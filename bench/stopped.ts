/** Members of the room who never read what they are told: what they cost the others is measured. */

/** A hello of the bgnet0 dialect, which joins the room. */
function hello(nick: string): Uint8Array {
  const payload = new TextEncoder().encode(JSON.stringify({ type: "hello", nick }));
  const packet = new Uint8Array(2 + payload.length);
  new DataView(packet.buffer).setUint16(0, payload.length);
  packet.set(payload, 2);
  return packet;
}

/** Comes in, `count` times, and reads nothing until it is disposed of. */
export async function stoppedReaders(address: string, count: number): Promise<Disposable> {
  const [hostname = "", port] = address.split(":");
  const connections: Deno.TcpConn[] = [];
  for (let index = 0; index < count; index++) {
    const connection = await Deno.connect({ hostname, port: Number(port) });
    await connection.write(hello(`stopped${index}`));
    // In the room, as it is told first of all.
    await connection.read(new Uint8Array(1));
    connections.push(connection);
  }
  return { [Symbol.dispose]: () => connections.forEach((connection) => connection.close()) };
}
