/**
 * Coexistence with an old RADIUS server, over UDP and on both databases: users who have not moved are answered by it, challenges and all; what
 * it accepts teaches; nothing is accepted twice, and nothing is counted twice.
 */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { utf8 } from '@sower/bytes/octets';
import { TYPE } from '@sower/radius/attributes';
import { textOf } from '@sower/radius/octets';
import { CODE, findAttribute } from '@sower/radius/packet';
import { logOnIn } from '@sower/server/audit/figures/log-on';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { PSKC_FACTS, pskcFile } from '../../harness/jobs/token-files.ts';
import {
  ask,
  RADIUS_OPTIONS,
  type RadiusPeer,
  radiusPeer,
  radiusPort,
  request,
} from '../../harness/radius/client.ts';
import {
  OLD_INTERVAL,
  OLD_SECRET,
  type OldRadius,
  oldCode,
  oldInterval,
  oldRadius,
} from '../../harness/radius/old-server.ts';
import { roomInTheMinute } from '../../harness/token-modes.ts';

const SECRET = 'secret-of-the-radius-client-0';
const LAST_DAY = '2099-12-31';

onBothDatabases('coexistence', (kind) => {
  const { database, deployment } = deployed(kind, {
    arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS],
  });
  const stored = openedFor(database);
  let peer: RadiusPeer;
  let old: OldRadius;
  let id: string;
  let version: number;
  let names = 0;

  const port = () => radiusPort(deployment.servers[0] as never, 'authentication');
  /** @returns the name of the answer, or `none` */
  async function said(userId: string, passcode: string, attributes: Parameters<typeof ask>[4] = []) {
    const read = await ask(peer, SECRET, userId, passcode, attributes, 3_500);
    if (!read.ok) return { code: read.reason, attribute: () => undefined };
    const { reply } = read;
    const code =
      { [CODE.accessAccept]: 'accept', [CODE.accessReject]: 'reject', [CODE.accessChallenge]: 'challenge' }[
        reply.code
      ] ?? `code ${reply.code}`;
    return {
      code,
      attribute: (type: number) => {
        const value = findAttribute(reply, type);
        return value && textOf(value);
      },
    };
  }
  const answer = async (...of: Parameters<typeof said>) => (await said(...of)).code;

  /** A user of the old server, with a seed that was imported here for no one, or for this very user. */
  async function oldUser(pin = '4826', { forUser = false, there = true, seed = true } = {}) {
    names += 1;
    const userId = `user${names}`;
    const serial = `OLD-${names}`;
    const key = new Uint8Array(randomBytes(20));
    if (there) await deployment.api('addUser', { body: { userId } });
    old.users.set(userId, { pin, key });
    if (seed) await importSeeds([{ serial, key, ...(forUser ? { userId } : {}) }]);
    return { userId, serial, key, code: (offset: number) => pin + oldCode(key, oldInterval() + offset) };
  }
  async function importSeeds(seeds: { serial: string; key: Uint8Array; userId?: string }[]) {
    const { api } = deployment;
    const tokens = seeds.map(({ serial, key, userId = '' }) => ({
      ...{ ...PSKC_FACTS, seed: key, digits: 6 as const, serial, userId },
      ...({ algorithm: 'totp', hash: 'sha1', intervalSeconds: OLD_INTERVAL, driftIntervals: 0 } as const),
    }));
    const body = {
      name: `seeds ${names} ${seeds.length}`,
      file: Buffer.from(await pskcFile({ kind: 'none' }, tokens)).toString('base64'),
    };
    const { id: job } = await api('importTokens', { body });
    await jobSettled(api, job);
    await api('startJob', { params: { id: job }, body: { name: body.name } });
    expect(await jobEnded(api, job)).toMatchObject({ state: 'done', done: seeds.length });
  }
  const standing = async (move: 'moved' | 'waiting' | 'conflict', userId: string) =>
    (await deployment.api('listCoexistenceUsers', { query: { move, limit: 200 } })).items.find(
      (item) => item.userId === userId,
    );
  const actions = async (userId: string) =>
    (
      await stored.db
        .selectFrom('audit')
        .select(['action', 'result'])
        .where('object', '=', `user:${userId}`)
        .orderBy('id')
        .execute()
    ).map(({ action, result }) => `${action} ${result}`);
  async function edit(change: Record<string, unknown>) {
    const edited = await deployment.api('editCoexistence', {
      params: { id },
      ifMatch: version,
      body: change,
    });
    version = edited.version;
  }

  beforeAll(async () => {
    old = await oldRadius();
    const { api } = deployment;
    await api('addRadiusClient', {
      body: {
        ...{ name: 'gateway', network: '127.0.0.1', secret: SECRET },
        replyAttributes: [{ name: 'Filter-Id', value: 'new-filter' }],
      },
    });
    ({ id, version } = await api('addCoexistence', {
      body: {
        ...{ name: 'old', servers: [old.address], secret: OLD_SECRET, timeoutSeconds: 2 },
        ...{ endsOn: LAST_DAY, enabled: true },
      },
    }));
    peer = await radiusPeer(port());
  });
  beforeEach(() => {
    old.answers = undefined;
    old.sends = (octets, send) => send(octets);
    old.requests.length = 0;
  });
  afterAll(async () => {
    peer?.close();
    await old?.stop();
  });

  describe('forwarding', () => {
    test('an old server accepts and refuses a user who has not moved; a wrong passcode costs one try there and none here', async () => {
      await roomInTheMinute({ now: Date.now });
      const { userId, code } = await oldUser('4826', { seed: false });
      const read = await said(userId, code(-1));
      expect(read.code).toBe('accept');
      // Whom it lets in is for this server to say; what else the old server sends goes back.
      expect(read.attribute(TYPE.userName)).toBe(userId);
      expect(read.attribute(11)).toBe('old-filter');
      for (let wrong = 0; wrong < 12; wrong += 1) expect(await answer(userId, '4826000000')).toBe('reject');
      expect(old.tries.get(userId)).toBe(13);
      const row = await stored.db
        .selectFrom('users')
        .select(['failures', 'locks'])
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow();
      expect(row).toEqual({ failures: 0, locks: 0 });
      expect(await answer(userId, code(0))).toBe('accept');
      expect((await actions(userId)).filter((action) => action.startsWith('authenticate'))).toEqual([
        'authenticate.forward success',
        ...Array.from({ length: 12 }, () => 'authenticate.forward refused'),
        'authenticate.forward success',
      ]);
      // No lock here stops guesses at an old server, so they are where guesses are looked for.
      const { items } = await deployment.api('getAuditReport', {
        params: { report: 'failed-log-ons' },
        query: { limit: 200 },
      });
      expect(items.filter((cells) => cells.includes(userId))).toHaveLength(12);
      const query = { user: userId, about: 'authentication', limit: 50 } as const;
      const found = await deployment.api('listAudit', { query });
      expect(found.items.map(({ action }) => action)).toEqual(Array(14).fill('authenticate.forward'));
      const rows = await stored.db
        .selectFrom('audit')
        .selectAll()
        .where('object', '=', `user:${userId}`)
        .where('result', '=', 'refused')
        .execute();
      const refused = { way: 'radius', outcome: 'refused', client: 'radius:gateway' };
      expect(rows.map(logOnIn)).toMatchObject(Array(12).fill(refused));
    });

    test('the request is signed and encrypted for the old server, without the Proxy-State of the client, which is in the reply', async () => {
      const { userId } = await oldUser('4826', { seed: false });
      const proxyState = { type: TYPE.proxyState, value: utf8('of the client') };
      const nas = { type: TYPE.nasIdentifier, value: utf8('gate') };
      const read = await said(userId, 'wrong', [proxyState, nas]);
      expect(read.attribute(TYPE.proxyState)).toBe('of the client');
      const [seen] = old.requests;
      const sent = (type: number) =>
        seen?.attributes.filter((attribute) => attribute.type === type).map(({ value }) => textOf(value));
      expect(sent(TYPE.proxyState)).toEqual([expect.stringMatching(/^sower:/)]);
      expect(sent(TYPE.nasIdentifier)).toEqual(['gate']);
      expect(sent(TYPE.userName)).toEqual([userId]);
    });

    test('challenges go back with a State of this server, and their answers to the old server with its own, once', async () => {
      const { userId } = await oldUser('4826', { seed: false });
      const other = await oldUser('4826', { seed: false });
      const long = 'x'.repeat(253);
      const states: (string | undefined)[] = [];
      old.answers = (asked) => {
        const state = findAttribute(asked, TYPE.state);
        states.push(state && textOf(state));
        return states.length < 3
          ? {
              code: CODE.accessChallenge,
              attributes: [
                { type: TYPE.state, value: utf8(long) },
                { type: TYPE.replyMessage, value: utf8('Enter a new PIN') },
              ],
            }
          : { code: CODE.accessAccept, attributes: [] };
      };
      const state = (read: Awaited<ReturnType<typeof said>>) => [
        { type: TYPE.state, value: utf8(read.attribute(TYPE.state) ?? '') },
      ];
      const first = await said(userId, '123456');
      expect([first.code, first.attribute(TYPE.replyMessage)]).toEqual(['challenge', 'Enter a new PIN']);
      // Another user's answer is not one.
      expect(await answer(other.userId, '9999', state(first))).toBe('reject');
      const second = await said(userId, '9999', state(first));
      expect(second.code).toBe('challenge');
      expect(await answer(userId, '9999', state(first))).toBe('reject');
      expect(await answer(userId, '9999123456', state(second))).toBe('accept');
      expect(states).toEqual([undefined, long, long]);
      // Who is disabled meanwhile has no way in, and a challenge without State has an answer without one.
      old.answers = (asked) => {
        const given = findAttribute(asked, TYPE.state);
        states.push(given && textOf(given));
        return { code: states.length < 6 ? CODE.accessChallenge : CODE.accessAccept, attributes: [] };
      };
      const bare = await said(userId, '123456');
      const open = await said(userId, '123456');
      expect([bare.code, open.code]).toEqual(['challenge', 'challenge']);
      expect(await answer(userId, '1', state(bare))).toBe('accept');
      const { version: before } = await deployment.api('getUser', { params: { userId } });
      await deployment.api('editUser', { params: { userId }, ifMatch: before, body: { enabled: false } });
      expect(await answer(userId, '1', state(open))).toBe('reject');
      expect(states.slice(3)).toEqual([undefined, undefined, undefined]);
    });

    test('an answer to a challenge for which too many are under way may be sent again', async () => {
      old.answers = (asked) =>
        findAttribute(asked, TYPE.state)
          ? { code: CODE.accessAccept, attributes: [] }
          : { code: CODE.accessChallenge, attributes: [{ type: TYPE.state, value: utf8('x') }] };
      const { userId } = await oldUser('4826', { seed: false });
      const opened = await said(userId, '123456');
      const state = [{ type: TYPE.state, value: utf8(opened.attribute(TYPE.state) ?? '') }];
      const octets = request(SECRET, userId, '1', state);
      const dropped = async (): Promise<number> => {
        const line = /^sower_radius_dropped_total\{reason="overload"\} (\d+)/m;
        return Number(line.exec(await deployment.metrics(0))?.[1] ?? 0);
      };
      const held: (() => void)[] = [];
      old.sends = (reply, send) => held.push(() => send(reply));
      await edit({ timeoutSeconds: 10 });
      const flood = await radiusPeer(port());
      const before = await dropped();
      for (let sent = 0; (await dropped()) === before; sent += 1)
        flood.socket.send(request(SECRET, `other${sent}`, '1'), port(), '127.0.0.1');
      flood.close();
      const full = await dropped();
      expect(await peer.exchange(octets, 500)).toBeUndefined();
      expect(await dropped()).toBeGreaterThan(full);
      old.sends = (reply, send) => send(reply);
      for (const send of held) send();
      // The same octets, as a client sends them again.
      const last = await vi.waitUntil(() => peer.exchange(octets, 500), { timeout: 60_000 });
      expect(last[0]).toBe(CODE.accessAccept);
      await edit({ timeoutSeconds: 2 });
    });

    test('an answer to a challenge is forwarded only for a user who would be forwarded without one', async () => {
      const { api } = deployment;
      const client = async (change: object) => {
        const gateway = (await api('listRadiusClients', {})).items.find(({ name }) => name === 'gateway')!;
        await api('editRadiusClient', { params: { id: gateway.id }, ifMatch: gateway.version, body: change });
      };
      const limited = async () => {
        const only_groups = JSON.stringify(['cn=vpn,dc=example']);
        await stored.db
          .updateTable('radius_clients')
          .set({ only_groups })
          .where('name', '=', 'gateway')
          .execute();
        // The client is read again.
        await client({ otherNames: false });
      };
      const inUsers = (userId: string, change: { locked_until: number; locks: number }) =>
        stored.db.updateTable('users').set(change).where('user_id', '=', userId).execute();
      const lost = async (serial: string) => {
        const { version } = await api('getToken', { params: { serial } });
        await api('editToken', { params: { serial }, ifMatch: version, body: { lost: true } });
      };
      const moved = (userId: string) =>
        stored.db
          .insertInto('coexistence_users')
          .values({
            ...{ user_key: userId, user_name: userId, lesson: 'moved', serials: '[]', matches: '[]', at: 1 },
          })
          .execute();
      await api('addSecurityDomain', { body: { name: 'Elsewhere' } });
      const here = /this server answers for the user now/;
      const cases: [string, (user: { userId: string; serial: string }) => Promise<unknown>, RegExp][] = [
        [
          'locked',
          ({ userId }) => inUsers(userId, { locked_until: Date.now() + 60_000, locks: 1 }),
          /locked/,
        ],
        ['lost', ({ serial }) => lost(serial), here],
        ['moved', ({ serial }) => api('enableToken', { params: { serial } }), here],
        ['given a token', ({ userId }) => moved(userId), here],
        ['in another domain', () => client({ securityDomain: 'Elsewhere' }), /security domain/],
        ['in no group', limited, /security domain/],
      ];
      const outcomes: unknown[] = [];
      old.answers = (asked) =>
        findAttribute(asked, TYPE.state)
          ? { code: CODE.accessAccept, attributes: [] }
          : { code: CODE.accessChallenge, attributes: [{ type: TYPE.state, value: utf8('x') }] };
      for (const [name, change] of cases) {
        const user = await oldUser('4826', { forUser: true });
        const opened = await said(user.userId, 'nothing');
        const before = old.requests.length;
        await change(user);
        const state = [{ type: TYPE.state, value: utf8(opened.attribute(TYPE.state) ?? '') }];
        const code = await answer(user.userId, '9999', state);
        const last = await stored.db
          .selectFrom('audit')
          .select(['action', 'result', 'reason'])
          .where('object', '=', `user:${user.userId}`)
          .orderBy('id', 'desc')
          .executeTakeFirstOrThrow();
        const { items } = await api('listAudit', { query: { object: `user:${user.userId}`, limit: 1 } });
        outcomes.push([
          ...[name, opened.code, code, old.requests.length - before],
          ...[last.action, last.result, items[0]?.reason],
        ]);
        await client({ securityDomain: 'top', onlyGroups: [] });
      }
      expect(outcomes).toEqual(
        cases.map(([name, , reason]) => [
          ...[name, 'challenge', 'reject', 0, 'authenticate', 'refused'],
          expect.stringMatching(reason),
        ]),
      );
    });

    test('a user who was disabled, locked or lost the token while the old server was asked is not let in', async () => {
      const { api } = deployment;
      await roomInTheMinute({ now: Date.now });
      const barred: unknown[] = [];
      const barring = {
        disabled: async ({ userId }: { userId: string }) => {
          const { version } = await api('getUser', { params: { userId } });
          await api('editUser', { params: { userId }, ifMatch: version, body: { enabled: false } });
        },
        locked: ({ userId }: { userId: string }) =>
          stored.db
            .updateTable('users')
            .set({ locked_until: Date.now() + 60_000, locks: 1 })
            .where('user_id', '=', userId)
            .execute(),
        lost: async ({ serial }: { serial: string }) => {
          const { version } = await api('getToken', { params: { serial } });
          await api('editToken', { params: { serial }, ifMatch: version, body: { lost: true } });
        },
        deleted: ({ userId }: { userId: string }) => api('deleteUser', { params: { userId } }),
      };
      for (const [name, bar] of Object.entries(barring)) {
        // The second passcode would give a token, and the first one would teach.
        for (const second of [true, false]) {
          if (second && name === 'deleted') continue;
          const user = await oldUser('4826', { forUser: name !== 'deleted' });
          old.sends = (octets, send) => send(octets);
          if (second) expect(await answer(user.userId, user.code(-1))).toBe('accept');
          const held = Promise.withResolvers<() => void>();
          old.sends = (octets, send) => held.resolve(() => send(octets));
          const slow = said(user.userId, user.code(0));
          const release = await held.promise;
          await bar(user);
          release();
          const { code } = await slow;
          barred.push([name, second, code, (await actions(user.userId)).at(-1)]);
        }
      }
      expect(barred).toEqual(
        ['disabled', 'locked', 'lost', 'deleted'].flatMap((name) =>
          (name === 'deleted' ? [false] : [true, false]).map((second) => [
            ...[name, second, 'reject', 'authenticate.forward refused'],
          ]),
        ),
      );
      const lessons = await stored.db
        .selectFrom('coexistence_users')
        .select('user_key')
        .where('lesson', 'in', ['moved', 'barred'])
        .where('user_key', '=', `user${names}`)
        .execute();
      expect(lessons).toEqual([]);
    });

    test('an answer that is forged, doubled, late or missing: only the right one counts, and no answer is none here either', async () => {
      const { userId } = await oldUser('4826', { seed: false });
      old.sends = (octets, send) => {
        const forged = new Uint8Array(octets);
        forged[0] = CODE.accessAccept;
        send(forged);
        send(octets);
        send(octets);
      };
      expect(await answer(userId, 'wrong')).toBe('reject');
      old.sends = (octets, send) => {
        const forged = new Uint8Array(octets);
        forged[0] = CODE.accessAccept;
        send(forged);
        setTimeout(() => send(octets), 2_300);
      };
      expect(await answer(userId, 'wrong')).toBe('no answer');
      old.sends = () => {};
      expect(await answer(userId, 'wrong')).toBe('no answer');
      expect((await actions(userId)).slice(-3)).toEqual([
        'authenticate.forward refused',
        'authenticate.forward failure',
        'authenticate.forward failure',
      ]);
      expect(old.tries.get(userId)).toBe(3);
    });

    test('a server that is not there: the next is asked at once, and one that is silent has had its try', async () => {
      const gone = await oldRadius();
      await gone.stop();
      const silent = await oldRadius();
      silent.sends = () => {};
      try {
        // No socket can be connected to the first one, as to an address to which no way leads: nothing listens at the second.
        await edit({ servers: ['255.255.255.255:1812', gone.address, old.address], secret: OLD_SECRET });
        const { userId, code } = await oldUser('4826', { seed: false });
        await roomInTheMinute({ now: Date.now });
        expect(await answer(userId, code(-1))).toBe('accept');
        await edit({ servers: [silent.address, old.address], secret: OLD_SECRET });
        const before = old.tries.get(userId);
        expect(await answer(userId, 'wrong')).toBe('no answer');
        expect([silent.tries.get(userId), old.tries.get(userId)]).toEqual([1, before]);
        // It is asked last now.
        expect(await answer(userId, 'wrong')).toBe('reject');
        expect(silent.tries.get(userId)).toBe(1);
      } finally {
        await edit({ servers: [old.address] });
        await silent.stop();
      }
    });

    test('a loop: what this server sent on and what comes back is not answered, and no one is counted', async () => {
      const loop = createSocket('udp4');
      loop.bind(0, '127.0.0.1');
      await once(loop, 'listening');
      let passed = 0;
      // An old server that forwards to this one: it knows both secrets.
      loop.on('message', async (octets) => {
        passed += 1;
        const sent = request(SECRET, 'loop', 'wrong', [
          { type: TYPE.proxyState, value: proxyStateOf(new Uint8Array(octets)) },
        ]);
        await peer.exchange(sent, 300);
      });
      try {
        await edit({ servers: [`127.0.0.1:${loop.address().port}`], secret: OLD_SECRET });
        const { userId } = await oldUser('4826', { seed: false });
        const second = await radiusPeer(port());
        expect(await ask(second, SECRET, userId, 'wrong', [], 3_500)).toEqual({
          ok: false,
          reason: 'no answer',
        });
        second.close();
        expect(passed).toBe(1);
        expect(await deployment.metrics(0)).toMatch(/^sower_radius_dropped_total\{reason="looped"\} 1/m);
      } finally {
        await edit({ servers: [old.address], secret: OLD_SECRET });
        loop.close();
      }
    });

    test('off, and after its last day, nothing is forwarded', async () => {
      const { userId, code } = await oldUser('4826', { seed: false });
      const before = old.requests.length;
      await edit({ enabled: false });
      expect(await answer(userId, code(0))).toBe('reject');
      await edit({ enabled: true, endsOn: '2026-01-01' });
      expect(await answer(userId, code(0))).toBe('reject');
      expect(old.requests.length).toBe(before);
      await edit({ endsOn: LAST_DAY });
      expect(await answer(userId, code(0))).toBe('accept');
    });
  });

  describe('teaching', () => {
    test.each([
      ['a seed of no one', false, '4826'],
      ['a seed of this very user', true, '48ab26'],
      ['a seed without a PIN', false, ''],
    ])('%s: two logons move the user, and no code is accepted twice', async (_, forUser, pin) => {
      await roomInTheMinute({ now: Date.now });
      const { userId, serial, code } = await oldUser(pin, { forUser });
      expect(await answer(userId, code(-1))).toBe('accept');
      expect(await standing('waiting', userId)).toMatchObject({ lesson: 'matched', serials: [serial] });
      expect(await answer(userId, code(0))).toBe('accept');
      expect(await standing('moved', userId)).toMatchObject({ lesson: 'moved', serials: [serial] });
      expect(await deployment.api('getToken', { params: { serial } })).toMatchObject({
        userId,
        enabled: true,
      });
      const tries = old.tries.get(userId);
      // What the old server has accepted is used here too, and here the PIN counts.
      expect(await answer(userId, code(0))).toBe('reject');
      expect(await answer(userId, code(-1))).toBe('reject');
      if (pin !== '') expect(await answer(userId, `0000${code(1).slice(-6)}`)).toBe('reject');
      const read = await said(userId, code(1));
      expect([read.code, read.attribute(11)]).toEqual(['accept', 'new-filter']);
      expect(await answer(userId, code(1))).toBe('reject');
      expect(old.tries.get(userId)).toBe(tries);
    });

    test('conflicts are listed, not guessed: two seeds, the seed of another, a user who does not exist here', async () => {
      await roomInTheMinute({ now: Date.now });
      const twins = await oldUser();
      await importSeeds([{ serial: `${twins.serial}-TWIN`, key: twins.key }]);
      const { userId: owner } = await oldUser('4826', { seed: false });
      const taken = await oldUser('4826', { seed: false });
      await importSeeds([{ serial: `${taken.serial}-TAKEN`, key: taken.key, userId: owner }]);
      const stranger = await oldUser('4826', { there: false });
      for (const { userId, code } of [twins, taken, stranger]) {
        expect(await answer(userId, code(-1))).toBe('accept');
        expect(await answer(userId, code(0))).toBe('accept');
        expect(await answer(userId, code(1))).toBe('accept');
      }
      expect(await standing('conflict', twins.userId)).toMatchObject({
        lesson: 'several-seeds',
        serials: [twins.serial, `${twins.serial}-TWIN`],
      });
      expect(await standing('conflict', taken.userId)).toMatchObject({
        lesson: 'seed-of-another',
        serials: [`${taken.serial}-TAKEN`],
      });
      expect(await standing('conflict', stranger.userId)).toMatchObject({ lesson: 'unknown-user' });
      const { conflicts, odds, seeds } = await deployment.api('getCoexistenceProgress', {});
      expect(conflicts).toBe(3);
      expect(odds).toMatchObject({ digits: 6, window: 3, matches: 2, seeds: seeds.unassigned });
      expect(odds.once).toBeCloseTo(seeds.unassigned * 9e-12, 14);
    });

    test('a code that was accepted here while the old server was asked is refused, although it accepted it', async () => {
      const { api } = deployment;
      await api('editTokenPolicy', { params: { domain: 'top' }, ifMatch: 0, body: { pinRequired: false } });
      await roomInTheMinute({ now: Date.now });
      const { userId, serial, code } = await oldUser('', { forUser: true });
      const second = await radiusPeer(port());
      const held = Promise.withResolvers<() => void>();
      old.sends = (octets, send) => held.resolve(() => send(octets));
      const slow = ask(second, SECRET, userId, code(0), [], 5_000);
      const release = await held.promise;
      // It has accepted the code, and its answer is on its way.
      await api('enableToken', { params: { serial } });
      expect(await answer(userId, code(0))).toBe('accept');
      release();
      const late = await slow;
      second.close();
      expect(late.ok && late.reply.code).toBe(CODE.accessReject);
      expect(await answer(userId, code(1))).toBe('accept');
    });

    test('a token that was lost or used here keeps its user from the old server', async () => {
      await roomInTheMinute({ now: Date.now });
      const { userId, serial, code } = await oldUser();
      expect(await answer(userId, code(-1))).toBe('accept');
      expect(await answer(userId, code(0))).toBe('accept');
      const tries = old.tries.get(userId);
      await deployment.api('disableToken', { params: { serial } });
      expect(await answer(userId, code(1))).toBe('reject');
      await deployment.api('unassignToken', { params: { serial } });
      expect(await answer(userId, code(1))).toBe('reject');
      expect(old.tries.get(userId)).toBe(tries);
    });
  });

  test('what was learned is forgotten with the last entry, and tokens stay', async () => {
    await roomInTheMinute({ now: Date.now });
    const { userId, serial, code } = await oldUser();
    expect(await answer(userId, code(-1))).toBe('accept');
    expect(await answer(userId, code(0))).toBe('accept');
    const { api } = deployment;
    await api('deleteCoexistence', { params: { id } });
    expect(await stored.db.selectFrom('coexistence_users').selectAll().execute()).toEqual([]);
    expect(await answer(userId, code(1))).toBe('accept');
    expect(await api('getToken', { params: { serial } })).toMatchObject({ userId });
    ({ id, version } = await api('addCoexistence', {
      body: {
        ...{ name: 'old', servers: [old.address], secret: OLD_SECRET, timeoutSeconds: 2 },
        ...{ endsOn: LAST_DAY, enabled: true },
      },
    }));
  });

  test("what was learned goes with its user, and is carried along with a new user ID; a stranger's stays", async () => {
    await roomInTheMinute({ now: Date.now });
    const { api } = deployment;
    const lessons = async (...keys: string[]) =>
      (
        await stored.db
          .selectFrom('coexistence_users')
          .select(['user_key', 'user_name', 'lesson'])
          .where('user_key', 'in', keys)
          .orderBy('user_key')
          .execute()
      ).map(({ user_key, user_name, lesson }) => [user_key, user_name, lesson]);
    const gone = await oldUser();
    const renamed = await oldUser();
    const stranger = await oldUser('4826', { there: false, seed: false });
    for (const { userId, code } of [gone, renamed, stranger])
      for (const offset of [-1, 0]) expect(await answer(userId, code(offset))).toBe('accept');
    const to = `Renamed-${names}`;
    const key = to.toLowerCase();
    // Left by a stranger of that name: it is this user's name now.
    await stored.db
      .insertInto('coexistence_users')
      .values({ user_key: key, user_name: to, lesson: 'unknown-user', serials: '[]', matches: '[]', at: 1 })
      .execute();
    await api('deleteUser', { params: { userId: gone.userId } });
    const { version: before } = await api('getUser', { params: { userId: renamed.userId } });
    await api('editUser', { params: { userId: renamed.userId }, ifMatch: before, body: { userId: to } });
    expect(await lessons(gone.userId, renamed.userId, key, stranger.userId)).toEqual(
      [
        [key, to, 'moved'],
        [stranger.userId, stranger.userId, 'unknown-user'],
      ].toSorted(),
    );
    // As a run of a directory exchanges two IDs.
    const byId = (userId: string) => stored.db.updateTable('users').where('user_id', '=', userId);
    const other = await oldUser();
    expect(await answer(other.userId, other.code(-1))).toBe('accept');
    for (const userId of [to, other.userId])
      await byId(userId)
        .set({ user_id_key: `\u0001${userId}` })
        .execute();
    await byId(to).set({ user_id: 'exchanged', user_id_key: other.userId }).execute();
    await byId(other.userId).set({ user_id: to, user_id_key: key }).execute();
    expect(await lessons(other.userId, key)).toEqual(
      [
        [key, to, 'matched'],
        [other.userId, 'exchanged', 'moved'],
      ].toSorted(),
    );
    // Another person with the ID of the one who was deleted has not moved.
    await api('addUser', { body: { userId: gone.userId } });
    expect(await answer(gone.userId, gone.code(1))).toBe('accept');
  });

  test('a RADIUS client that has old servers of its own is not deleted', async () => {
    const { api } = deployment;
    const { id: client } = await api('addRadiusClient', {
      body: { name: 'branch', network: '192.0.2.77', secret: SECRET },
    });
    const { id: own } = await api('addCoexistence', {
      body: {
        ...{ name: 'of the branch', servers: [old.address], secret: OLD_SECRET, timeoutSeconds: 2 },
        ...{ endsOn: LAST_DAY, enabled: true, radiusClient: client },
      },
    });
    await expect(api('deleteRadiusClient', { params: { id: client } })).rejects.toMatchObject({
      problem: { code: 'in-use', detail: expect.stringContaining('of the branch') },
    });
    expect((await api('listCoexistences', {})).items.map(({ name }) => name)).toContain('of the branch');
    await api('deleteCoexistence', { params: { id: own } });
    await api('deleteRadiusClient', { params: { id: client } });
  });

  test('the secret is entered again for another old server, and only for that', async () => {
    const other = '192.0.2.99:1812';
    const where = { problem: { errors: [expect.objectContaining({ path: 'secret' })] } };
    await expect(edit({ servers: [other] })).rejects.toMatchObject(where);
    await expect(edit({ servers: [old.address, other] })).rejects.toMatchObject(where);
    await edit({ servers: [old.address, other], secret: OLD_SECRET });
    await edit({ servers: [other, old.address] });
    await edit({ servers: [old.address], timeoutSeconds: 2 });
    await expect(edit({ servers: [other] })).rejects.toMatchObject(where);
  });

  test('nothing of a passcode, a PIN or the secret is in the audit trail, the log or a table', async () => {
    await roomInTheMinute({ now: Date.now });
    const pin = '739164';
    const { userId, code } = await oldUser(pin);
    expect(await answer(userId, code(-1))).toBe('accept');
    expect(await answer(userId, code(0))).toBe('accept');
    const rows = JSON.stringify([
      await stored.db.selectFrom('audit').selectAll().execute(),
      await stored.db.selectFrom('coexistences').selectAll().execute(),
      await stored.db.selectFrom('coexistence_users').selectAll().execute(),
      await stored.db.selectFrom('tokens').selectAll().execute(),
      deployment.servers[0]?.output(),
    ]);
    for (const secret of [pin, OLD_SECRET]) expect(rows.includes(secret)).toBe(false);
  });
});

/** Of a request that was sent on. */
function proxyStateOf(octets: Uint8Array): Uint8Array {
  for (let at = 20; at < octets.length; at += octets[at + 1] as number)
    if (octets[at] === TYPE.proxyState) return octets.subarray(at + 2, at + (octets[at + 1] as number));
  return new Uint8Array();
}
