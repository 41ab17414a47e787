/** Passes octets to a server, and cuts each connection after so many from it. */
import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';

export async function cutWire(port: number, host = '127.0.0.1') {
  let most = Number.POSITIVE_INFINITY;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const upstream = connectTcp({ port, host });
    let passed = 0;
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        socket.destroy();
        upstream.destroy();
      });
    }
    socket.pipe(upstream);
    upstream.on('data', (data: Buffer) => {
      passed += data.length;
      if (passed <= most) return void socket.write(data);
      cuts += 1;
      socket.write(data.subarray(0, 100));
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    cutAfter(octets: number): void {
      most = octets;
    },
    cuts: () => cuts,
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
