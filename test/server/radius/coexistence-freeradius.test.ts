/**
 * Everyone moves from a FreeRADIUS that checks PIN and TOTP, by logging on twice: no one is refused who was accepted before, no code is accepted
 * twice across the two, and a wrong passcode costs the old server one try.
 */
import { randomBytes } from 'node:crypto';
import { TYPE } from '@sower/radius/attributes';
import { textOf } from '@sower/radius/octets';
import { CODE, findAttribute } from '@sower/radius/packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { PSKC_FACTS, pskcFile } from '../../harness/jobs/token-files.ts';
import { ask, RADIUS_OPTIONS, radiusPeer, radiusPort } from '../../harness/radius/client.ts';
import { hasOldFreeradius, type OldFreeradius, oldFreeradius } from '../../harness/radius/old-freeradius.ts';
import { OLD_INTERVAL, OLD_SECRET, oldCode, oldInterval } from '../../harness/radius/old-server.ts';
import { amount } from '../../harness/randomness.ts';
import { roomInTheMinute } from '../../harness/token-modes.ts';

const SECRET = 'secret-of-the-radius-client-0';
const USERS = amount({ usual: 50, long: 1_000 });
/** As many log on at once. */
const LANES = 8;

if (!hasOldFreeradius) console.warn('Coexistence with a FreeRADIUS is skipped (apt-get install freeradius).');

describe.runIf(hasOldFreeradius)('an old FreeRADIUS', () => {
  onBothDatabases('and Sower', (kind) => {
    const { deployment } = deployed(kind, { arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS] });
    let old: OldFreeradius;
    const people = Array.from({ length: USERS }, (_, index) => ({
      userId: `user${index}`,
      serial: `OLD-${index}`,
      // Every tenth has none.
      pin: index % 10 === 9 ? '' : String(4_000 + index * 7),
      key: new Uint8Array(randomBytes(20)),
    }));

    beforeAll(async () => {
      old = await oldFreeradius(people, OLD_SECRET);
      const { api } = deployment;
      for (const { userId } of people) await api('addUser', { body: { userId } });
      const tokens = people.map(({ serial, key }) => ({
        ...{ ...PSKC_FACTS, seed: key, digits: 6 as const, serial, userId: '' },
        ...({ algorithm: 'totp', hash: 'sha1', intervalSeconds: OLD_INTERVAL, driftIntervals: 0 } as const),
      }));
      const file = Buffer.from(await pskcFile({ kind: 'none' }, tokens)).toString('base64');
      const { id } = await api('importTokens', { body: { name: 'seeds', file } });
      await jobSettled(api, id);
      await api('startJob', { params: { id }, body: { name: 'seeds' } });
      expect(await jobEnded(api, id)).toMatchObject({ state: 'done', done: USERS });
      await api('addRadiusClient', { body: { name: 'gateway', network: '127.0.0.1', secret: SECRET } });
      await api('addCoexistence', {
        body: {
          ...{ name: 'old', servers: [`127.0.0.1:${old.port}`], secret: OLD_SECRET, timeoutSeconds: 20 },
          ...{ endsOn: '2099-12-31', enabled: true },
        },
      });
    });
    afterAll(async () => {
      await old?.stop();
    });

    /** @returns what was accepted: by the old server, or here */
    async function lane(of: typeof people, found: string[]): Promise<void> {
      const port = radiusPort(deployment.servers[0] as never, 'authentication');
      const peers = [await radiusPeer(port), await radiusPeer(port)] as const;
      const direct = await radiusPeer(old.port);
      const said = async (peer: (typeof peers)[number], userId: string, passcode: string) => {
        const read = await ask(peer, SECRET, userId, passcode, [], 30_000);
        if (!read.ok) return read.reason;
        if (read.reply.code !== CODE.accessAccept)
          return read.reply.code === CODE.accessReject ? 'no' : 'other';
        const by = findAttribute(read.reply, TYPE.class);
        return by && textOf(by) === 'of-the-old-server' ? 'there' : 'here';
      };
      /** The same code in two packets at once. */
      const twice = async (userId: string, passcode: string) =>
        (await Promise.all(peers.map((peer) => said(peer, userId, passcode)))).sort().join(' ');
      for (const { userId, pin, key } of of) {
        await roomInTheMinute({ now: Date.now }, 20_000);
        const code = (offset: number) => pin + oldCode(key, oldInterval() + offset);
        const [before, present, next] = [code(-1), code(0), code(1)];
        const wrong = await said(peers[0], userId, `${pin}000000`);
        const { tries } = old.counts(userId);
        const story = [
          `wrong ${wrong} ${tries}`,
          `first ${await twice(userId, before)}`,
          `second ${await twice(userId, present)}`,
        ];
        const after = old.counts(userId);
        story.push(
          `again ${await said(peers[0], userId, before)} ${await said(peers[0], userId, present)}`,
          `wrong PIN ${pin === '' ? 'no' : await said(peers[0], userId, `9${next}`)}`,
          `third ${await twice(userId, next)}`,
          // From the second on, the old server was not asked.
          `asked ${old.counts(userId).tries - after.tries}, accepted ${after.accepted}`,
        );
        const there = await ask(direct, OLD_SECRET, userId, present, [], 30_000);
        story.push(`there ${there.ok ? there.reply.code : there.reason}`);
        found.push(story.join('; '));
      }
      for (const peer of [...peers, direct]) peer.close();
    }

    test(`${USERS} users move by logging on twice`, { timeout: 3_600_000 }, async () => {
      const found: string[] = [];
      await Promise.all(
        Array.from({ length: LANES }, (_, number) =>
          lane(
            people.filter((__, index) => index % LANES === number),
            found,
          ),
        ),
      );
      const usual = [
        'wrong no 1',
        'first no there',
        'second no there',
        'again no no',
        'wrong PIN no',
        'third here no',
        'asked 0, accepted 2',
        `there ${CODE.accessReject}`,
      ].join('; ');
      expect([...new Set(found)]).toEqual([usual]);
      expect(found.length).toBe(USERS);
      expect(await deployment.api('getCoexistenceProgress', {})).toMatchObject({
        ...{ moved: USERS, waiting: 0, conflicts: 0 },
        seeds: { unassigned: 0 },
      });
      for (const { userId, serial } of people)
        expect(await deployment.api('getToken', { params: { serial } })).toMatchObject({
          userId,
          enabled: true,
        });
    });
  });
});
