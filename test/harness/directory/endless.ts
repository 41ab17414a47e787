/**
 * A directory that means harm: it answers binds and searches, and never says that a search has ended, unless it is made to be slow instead. Only as much of LDAP (RFC 4511) as that
 * takes: definite lengths, and message IDs of at most four octets.
 */
import { createServer, type Socket } from 'node:net';

const tlv = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const value = Buffer.concat(parts);
  const { length } = value;
  const size =
    length < 128
      ? Buffer.from([length])
      : Buffer.from([0x84, length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255]);
  return Buffer.concat([Buffer.from([tag]), size, value]);
};
const text = (value: string): Buffer => tlv(0x04, Buffer.from(value));
const SUCCESS = Buffer.concat([tlv(0x0a, Buffer.from([0])), text(''), text('')]);

/** @returns where the value begins and ends; undefined if it is not all there yet */
function read(octets: Buffer, at: number): { readonly from: number; readonly to: number } | undefined {
  const first = octets[at + 1];
  if (first === undefined) return undefined;
  const more = first < 128 ? 0 : first & 127;
  if (octets.length < at + 2 + more) return undefined;
  const length = more === 0 ? first : octets.readUIntBE(at + 2, more);
  const from = at + 2 + more;
  return octets.length < from + length ? undefined : { from, to: from + length };
}

export async function endlessDirectory(options: {
  /** Entries of each page, each with so many octets. */
  readonly entries: number;
  readonly octets?: number;
  readonly milliseconds: number;
  /** After so many answers, it says that there are no more pages after all. */
  readonly answers?: number;
}) {
  let pages = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let waiting = Buffer.alloc(0);
    const answer = (id: Buffer, ...more: readonly Buffer[]): void =>
      void socket.write(tlv(0x30, tlv(0x02, id), ...more));
    socket.on('data', (data: Buffer) => {
      waiting = Buffer.concat([waiting, data]);
      for (let message = read(waiting, 0); message; message = read(waiting, 0)) {
        const number = read(waiting, message.from);
        if (!number) return;
        const id = Buffer.from(waiting.subarray(number.from, number.to));
        const operation = waiting[number.to];
        waiting = waiting.subarray(message.to);
        if (operation === 0x60) answer(id, tlv(0x61, SUCCESS));
        else if (operation === 0x63) setTimeout(() => page(id), options.milliseconds);
      }
    });
    function page(id: Buffer): void {
      if (socket.destroyed) return;
      pages += 1;
      for (let index = 0; index < options.entries; index += 1) {
        const name = `e${pages}-${index}`;
        const attribute = (type: string, value: string) => tlv(0x30, text(type), tlv(0x31, text(value)));
        answer(
          id,
          tlv(
            0x64,
            text(`uid=${name},dc=example,dc=com`),
            tlv(
              0x30,
              ...[attribute('uid', name), attribute('entryUUID', name)],
              attribute('sn', 'x'.repeat(options.octets ?? 1)),
            ),
          ),
        );
      }
      const cookie = tlv(
        0x30,
        tlv(0x02, Buffer.from([0])),
        text(pages === options.answers ? '' : `cookie ${pages}`),
      );
      answer(id, tlv(0x65, SUCCESS), tlv(0xa0, tlv(0x30, text('1.2.840.113556.1.4.319'), tlv(0x04, cookie))));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `ldap://127.0.0.1:${(server.address() as { port: number }).port}`,
    pages: () => pages,
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
