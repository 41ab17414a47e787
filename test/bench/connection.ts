/**
 * One keep-alive HTTPS connection that costs its user little: requests are buffers, answers are found by Content-Length.
 *
 * Not an HTTP client: it knows what Sower answers and nothing else, so that the load leaves the machine to the server.
 */
import { once } from 'node:events';
import { connect } from 'node:tls';

export type Answer = { readonly status: number; readonly body: Buffer };

export type Connection = {
  /** One request at a time. */
  send(request: Buffer): Promise<Answer>;
  close(): void;
};

export type Target = { readonly port: number; readonly ca: string };

const END_OF_HEAD = '\r\n\r\n';

/** Kept; or a new one for each request, with a full handshake or by the session of the one before. */
export type Connections = 'kept' | 'new' | 'resumed';

/** @param session resumed, if given; replaced by that of this connection */
export async function openConnection({ port, ca }: Target, session?: { last?: Buffer }): Promise<Connection> {
  const resumed = session?.last === undefined ? {} : { session: session.last };
  const socket = connect({ host: '127.0.0.1', port, ca, servername: 'localhost', ...resumed });
  if (session)
    socket.on('session', (next) => {
      session.last = next;
    });
  await once(socket, 'secureConnect');
  socket.setNoDelay(true);
  let received: Buffer = Buffer.alloc(0);
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  const settle = (answer: Answer | Error): void => {
    const call = waiting;
    waiting = undefined;
    if (answer instanceof Error) call?.reject(answer);
    else call?.resolve(answer);
  };
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = readAnswer(received);
    if (!answer) return;
    received = Buffer.alloc(0);
    settle(answer);
  });
  socket.on('error', settle);
  socket.on('close', () => settle(new Error('the server closed the connection')));
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

export function opener(connections: Connections = 'kept'): (target: Target) => Promise<Connection> {
  if (connections === 'kept') return (target) => openConnection(target);
  return async (target) => {
    const session = connections === 'resumed' ? {} : undefined;
    return {
      async send(request) {
        const connection = await openConnection(target, session);
        try {
          return await connection.send(request);
        } finally {
          connection.close();
        }
      },
      close() {},
    };
  };
}

/** The answer when all of it is there. */
function readAnswer(received: Buffer): Answer | undefined {
  const end = received.indexOf(END_OF_HEAD);
  if (end < 0) return undefined;
  const head = received.toString('latin1', 0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without a length: ${head}`);
  const start = end + END_OF_HEAD.length;
  if (received.length < start + Number(length)) return undefined;
  return {
    status: Number(head.slice(9, 12)),
    body: received.subarray(start, start + Number(length)),
  };
}

export function requestBytes(path: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const lines = Object.entries({
    Host: 'localhost',
    ...headers,
    'Content-Length': String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([`POST ${path} HTTP/1.1`, ...lines, '', body].join('\r\n'));
}
