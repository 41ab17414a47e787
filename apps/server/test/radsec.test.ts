/** RADIUS in TLS over a scripted domain: who is let in, packets that come in pieces, and what ends a connection. */
import { randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { utf8 } from '@sower/bytes/octets';
import { TYPE } from '@sower/radius/attributes';
import { accessRequest, readReply } from '@sower/radius/client';
import { CODE, encodePacket, parsePacket } from '@sower/radius/packet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PasswordAttempts } from '../src/authentication/challenge/with-password.ts';
import { ownCertificate, tlsListening } from '../src/keys/x509/tls.ts';
import { answerer } from '../src/radius/answerer.ts';
import type { KnownClient } from '../src/radius/client-table.ts';
import { listenRadsec, type RadsecListener } from '../src/radius/radsec.ts';

const secret = utf8('radsec');
const required: KnownClient = {
  id: '1',
  name: 'branch',
  secret: utf8('not used in TLS'),
  messageAuthenticator: 'required',
  password: 'none',
  otherNames: false,
  replies: [],
  domain: '/',
};
let client = required;
let folder: string;
let listener: RadsecListener;
let server: { cert: string; key: string };
let mine: { cert: string; key: string };
let known = true;
let verified = 0;
/** Lets what is slow be verified. */
let release = (): void => {};
const dropped: string[] = [];
let droppedOf: string;
const counted: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sower-radsec-'));
  server = await ownCertificate(join(folder, 'server'), ['localhost'], Date.now());
  mine = await ownCertificate(join(folder, 'client'), ['branch'], Date.now());
  const fingerprint = new X509Certificate(mine.cert).fingerprint256.replaceAll(':', '').toLowerCase();
  const drops = {
    count: (from: string, reason: string) => {
      droppedOf = from;
      dropped.push(reason);
    },
    stop: async () => {},
  };
  listener = await listenRadsec(
    {
      answerer: answerer({
        attempts: {
          start: async ({ passcode }) => {
            verified += 1;
            if (passcode === 'slow')
              await new Promise<void>((resolve) => {
                release = resolve;
              });
            return passcode === 'wrong'
              ? { state: 'rejected' }
              : { state: 'accepted', userId: 'a', serial: '1', domain: '/' };
          },
          answer: async () => ({ state: 'rejected' }),
          cancel: async () => {},
        },
        passwordAttempts: {} as PasswordAttempts,
        recordSession: async () => {},
        now: () => Date.now(),
        clock: () => performance.now(),
        drops,
        count: (_, outcome) => counted.push(outcome),
        onError: (error) => {
          throw error;
        },
      }),
      clients: {
        byAddress: async () => undefined,
        byCertificate: async (given) => (known && given === fingerprint ? client : undefined),
      },
      drops,
      onError: () => {},
      connections: { cap: { watch: () => {} }, most: 10 },
      arrived: () => {},
      sharedPort: false,
    },
    tlsListening(server, false),
    { host: '127.0.0.1', port: 0 },
  );
});
afterAll(async () => {
  await listener.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(pair?: { cert: string; key: string }): Promise<TLSSocket> {
  const port = Number(listener.address.split(':').at(-1));
  const socket = connect({
    host: '127.0.0.1',
    port,
    servername: 'localhost',
    rejectUnauthorized: false,
    ...pair,
  });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}

const request = (password: string, identifier = 1): Uint8Array =>
  accessRequest(
    { identifier, authenticator: new Uint8Array(randomBytes(16)), userName: 'anna', password },
    secret,
  );

/** The next packets that come. */
async function packets(socket: TLSSocket, count: number): Promise<Buffer[]> {
  let received = Buffer.alloc(0);
  const found: Buffer[] = [];
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    received = Buffer.concat([received, chunk as Buffer]);
    while (received.length >= 4 && received.length >= received.readUInt16BE(2)) {
      found.push(received.subarray(0, received.readUInt16BE(2)));
      received = received.subarray(received.readUInt16BE(2));
    }
    if (found.length >= count) break;
  }
  return found;
}

test('a client with a registered certificate is answered, octet by octet or many at once', async () => {
  const socket = await open(mine);
  const right = request('right');
  for (const octet of right) socket.write(Uint8Array.of(octet));
  const [first] = await packets(socket, 1);
  expect(readReply(first as Buffer, right, secret)).toMatchObject({
    ok: true,
    reply: { code: CODE.accessAccept },
  });
  const many = Array.from({ length: 200 }, (_, identifier) =>
    request(identifier % 2 ? 'right' : 'wrong', identifier),
  );
  socket.write(Buffer.concat(many));
  const answers = await packets(socket, 200);
  expect(answers).toHaveLength(200);
  for (const answer of answers) {
    const identifier = answer[1] as number;
    expect(readReply(answer, many[identifier] as Uint8Array, secret)).toMatchObject({
      ok: true,
      reply: { code: identifier % 2 ? CODE.accessAccept : CODE.accessReject },
    });
  }
  socket.destroy();
});

test('what was sent over a connection that broke comes over another, and is verified once (RFC 6613 §2.6.1)', async () => {
  const before = verified;
  const right = request('right');
  const first = await open(mine);
  first.write(right);
  const [answer] = await packets(first, 1);
  first.destroy();
  const second = await open(mine);
  second.write(right);
  expect(await packets(second, 1)).toEqual([answer]);
  expect(verified - before).toBe(1);
  // It broke before the answer was there.
  const slow = request('slow', 2);
  const third = await open(mine);
  third.write(slow);
  await expect.poll(() => verified - before).toBe(2);
  third.destroy();
  second.write(slow);
  await expect.poll(() => counted.filter((outcome) => outcome === 'duplicate')).toHaveLength(2);
  release();
  const [late] = await packets(second, 1);
  expect(readReply(late as Buffer, slow, secret)).toMatchObject({ reply: { code: CODE.accessAccept } });
  expect(verified - before).toBe(2);
  second.destroy();
});

test('a request without Message-Authenticator is answered only where it is optional, as over UDP', async () => {
  const socket = await open(mine);
  const parsed = parsePacket(request('right', 7));
  if (!parsed.ok) throw new Error(parsed.reason);
  const bare = encodePacket({
    ...parsed.packet,
    attributes: parsed.packet.attributes.filter(({ type }) => type !== TYPE.messageAuthenticator),
  });
  const before = verified;
  socket.write(bare);
  // The connection is not broken by it: the next request is answered, and it alone.
  const next = request('right', 8);
  socket.write(next);
  const [answer] = await packets(socket, 1);
  expect(answer?.[1]).toBe(8);
  expect([verified - before, dropped.at(-1)]).toEqual([1, 'no-message-authenticator']);
  client = { ...required, messageAuthenticator: 'optional' };
  try {
    socket.write(bare);
    const [late] = await packets(socket, 1);
    expect(late?.[1]).toBe(7);
  } finally {
    client = required;
    socket.destroy();
  }
});

test('no certificate, or one that nobody registered, gets no word', async () => {
  for (const pair of [undefined, server]) {
    const socket = await open(pair);
    socket.write(request('right'));
    socket.resume();
    let answered = false;
    socket.on('data', () => {
      answered = true;
    });
    await once(socket, 'close');
    expect(answered).toBe(false);
  }
  expect(dropped.filter((reason) => reason === 'unknown-client')).toHaveLength(2);
});

test.each([
  // The first attribute, Message-Authenticator, begins after the header.
  { reason: 'bad-attribute', at: 21, octet: 1 },
  { reason: 'wrong-authenticator', at: 30, octet: 0xff },
])('a packet with $reason ends the connection (RFC 6613 §2.6.4)', async ({ reason, at, octet }) => {
  const socket = await open(mine);
  socket.resume();
  const wrong = request('right');
  wrong[at] = (wrong[at] as number) ^ octet;
  socket.write(wrong);
  await once(socket, 'close');
  expect(dropped).toContain(reason);
});

test('a length that cannot be ends the connection; a client that is disabled meanwhile is not answered', async () => {
  const lying = await open(mine);
  lying.resume();
  lying.write(Uint8Array.of(1, 1, 0, 3, 0));
  await once(lying, 'close');
  expect([droppedOf, dropped.at(-1)]).toEqual([client.name, 'bad-length']);
  const socket = await open(mine);
  socket.write(request('right'));
  await packets(socket, 1);
  known = false;
  socket.resume();
  socket.write(request('right'));
  await once(socket, 'close');
  known = true;
});
