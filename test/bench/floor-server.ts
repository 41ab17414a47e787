/**
 * The floor: what a verification means, and nothing else. HTTPS or RADIUS, a key that is compared, one read, a seed that is opened, three
 * codes, a compare-and-set and a chained audit row, made durable for as many at once as have arrived. It has no policies, PINs, limits, roles,
 * languages or second node: it says what the rest costs.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { verify } from '@sower/otp/verify';
import { TYPE } from '@sower/radius/attributes';
import { CODE, findAttribute } from '@sower/radius/packet';
import { encodeReply, passwordOf, readRequest } from '@sower/radius/server';
import type { VerifyToken } from './verifications.ts';

export type FloorJob = {
  readonly folder: string;
  readonly certificate: { readonly cert: string; readonly key: string };
  readonly apiKey: string;
  readonly radiusSecret: string;
  readonly tokens: number;
};
export type FloorReady = {
  readonly ports: { readonly https: number; readonly radius: number };
  readonly tokens: readonly VerifyToken[];
};

const sealKey = createSecretKey(randomBytes(32));
const macKey = createSecretKey(randomBytes(32));

function seal(aad: string, plain: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', sealKey, nonce);
  cipher.setAAD(Buffer.from(aad));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64');
}
function open(aad: string, sealed: string): Buffer {
  const octets = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', sealKey, octets.subarray(0, 12));
  decipher.setAAD(Buffer.from(aad));
  decipher.setAuthTag(octets.subarray(-16));
  const plain = decipher.update(octets.subarray(12, -16));
  decipher.final();
  return plain;
}

process.once('message', (job: FloorJob) => {
  const database = new DatabaseSync(join(job.folder, 'floor.sqlite'));
  database.exec(`pragma journal_mode = WAL; pragma synchronous = FULL;
    create table users (id integer primary key, key text not null unique);
    create table tokens (id integer primary key, user integer not null, serial text not null);
    create index tokens_user on tokens (user);
    create table seeds (id integer primary key, token integer not null, sealed text not null, position integer not null);
    create index seeds_token on seeds (token);
    create table audit (seq integer primary key, at integer not null, user integer not null, text text not null, hash text not null, mac text not null);
    begin`);
  const addUser = database.prepare('insert into users values (?, ?)');
  const addToken = database.prepare('insert into tokens values (?, ?, ?)');
  const addSeed = database.prepare('insert into seeds values (?, ?, ?, -1)');
  const tokens: VerifyToken[] = [];
  for (let id = 1; id <= job.tokens; id += 1) {
    const seed = randomBytes(16);
    const serial = String(id).padStart(12, '0');
    addUser.run(id, `user${id}`);
    addToken.run(id, id, serial);
    addSeed.run(id, id, seal(serial, seed));
    tokens.push({ userId: `user${id}`, serial, seed: seed.toString('hex') });
  }
  database.exec('commit');

  type Found = { id: number; serial: string; sealed: string; position: number };
  const find = database.prepare(`select seeds.id, serial, sealed, position from users
    join tokens on tokens.user = users.id join seeds on seeds.token = tokens.id where users.key = ?`);
  const advance = database.prepare('update seeds set position = ? where id = ? and position < ?');
  const append = database.prepare('insert into audit values (?, ?, ?, ?, ?, ?)');
  let [seq, last] = [0, ''];

  type Waiting = { found: Found; position: number; answer: (accepted: boolean) => void };
  let waiting: Waiting[] = [];
  function commit(): void {
    const group = waiting;
    waiting = [];
    database.exec('begin immediate');
    const accepted = group.map(({ found, position }) => {
      const { changes } = advance.run(position, found.id, position);
      const at = Date.now();
      const text = JSON.stringify([at, 'key', 'authenticate', found.serial, changes === 1]);
      seq += 1;
      last = hash('sha256', `${last}${seq}${text}`);
      const mac = createHmac('sha256', macKey).update(`${seq}:${last}`).digest('base64url');
      append.run(seq, at, found.id, text, last, mac);
      return changes === 1;
    });
    database.exec('commit');
    for (const [index, { answer }] of group.entries()) answer(accepted[index] as boolean);
  }

  function check(user: string, code: string, answer: (accepted: boolean) => void): void {
    const found = find.get(user) as Found | undefined;
    if (!found) {
      answer(false);
      return;
    }
    const expected = Math.floor(Date.now() / 60_000);
    const position = verify({
      token: {
        algorithm: 'securid',
        seed: open(found.serial, found.sealed),
        serial: found.serial,
        digits: 8,
        intervalSeconds: 60,
      },
      code,
      window: { from: expected - 1, to: expected + 1, expected },
    });
    if (position === undefined || position <= found.position) {
      answer(false);
      return;
    }
    waiting.push({ found, position, answer });
    if (waiting.length === 1) setImmediate(commit);
  }

  const expectedKey = Buffer.from(hash('sha256', `Bearer ${job.apiKey}`));
  const https = createServer(job.certificate, (request, response) => {
    const send = (status: number, body: string): void => {
      const type = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      response.writeHead(status, type).end(body);
    };
    if (request.url === '/constant')
      return void request.resume().on('end', () => send(200, '{"result":"accepted"}'));
    const key = Buffer.from(hash('sha256', request.headers.authorization ?? ''));
    if (!timingSafeEqual(key, expectedKey)) return send(401, '{}');
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { userId, passcode } = JSON.parse(Buffer.concat(parts).toString()) as Record<string, string>;
      check(String(userId), String(passcode), (accepted) =>
        send(200, JSON.stringify({ result: accepted ? 'accepted' : 'rejected', userId })),
      );
    });
  });
  const secret = Buffer.from(job.radiusSecret);
  const radius = createSocket('udp4');
  radius.on('message', (octets, { port, address }) => {
    const read = readRequest(octets, {
      secret,
      codes: [CODE.accessRequest],
      messageAuthenticator: 'required',
    });
    if (!read.ok) return;
    const { request } = read;
    const user = Buffer.from(findAttribute(request, TYPE.userName) ?? []).toString();
    const given = passwordOf(request, secret);
    const code = given.kind === 'pap' ? Buffer.from(given.password).toString() : '';
    check(user, code, (accepted) => {
      const reply = { code: accepted ? CODE.accessAccept : CODE.accessReject, attributes: [] };
      radius.send(encodeReply(request, reply, secret) as Uint8Array, port, address);
    });
  });
  https.listen(0, '127.0.0.1', () =>
    radius.bind(0, '127.0.0.1', () => {
      const ports = { https: (https.address() as { port: number }).port, radius: radius.address().port };
      process.send?.({ ports, tokens } satisfies FloorReady);
    }),
  );
  process.on('message', (message) => {
    if (message === 'cpu') process.send?.({ cpu: process.cpuUsage() });
    else process.exit(0);
  });
});
