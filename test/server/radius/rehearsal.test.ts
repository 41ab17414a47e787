/**
 * The detail log of a FreeRADIUS is read, and says of each user who would be let in here and who not, and why: name by name what happens at the
 * cut-over. TEST_LONG=1 takes a thousand users.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CODE } from '@sower/radius/packet';
import { openDatabase } from '@sower/server/store/db/open';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { ask, RADIUS_OPTIONS, radiusPeer, radiusPort } from '../../harness/radius/client.ts';
import { hasOldFreeradius, type OldFreeradius, oldFreeradius } from '../../harness/radius/old-freeradius.ts';
import { OLD_INTERVAL, OLD_SECRET, oldCode, oldInterval } from '../../harness/radius/old-server.ts';
import { amount } from '../../harness/randomness.ts';
import { roomInTheMinute } from '../../harness/token-modes.ts';

const LAUNCHER = fileURLToPath(new URL('../../../apps/cli/bin/sower.js', import.meta.url));
const SECRET = 'secret-of-the-radius-client-0';
const USERS = amount({ usual: 70, long: 1_000 });
/** Every tenth user is one of them, and what the rehearsal says of each. */
const PLANTED = {
  unknown: 'event.no-such-user',
  'no seed': 'event.no-provisioned-token',
  'clock off': 'rehearsal.clock-ahead',
  disabled: 'event.token',
  locked: 'event.token',
  'another PIN': 'rehearsal.wrong-pin',
  'another domain': 'event.outside',
} as const;
type Planted = keyof typeof PLANTED;
const KINDS = Object.keys(PLANTED) as Planted[];
/** Five hours: a time zone that was set wrong. */
const OFF_INTERVALS = 300;

if (!hasOldFreeradius) console.warn('The rehearsal is skipped (apt-get install freeradius).');

describe.runIf(hasOldFreeradius)('rehearsal of a move', () => {
  onBothDatabases('from a FreeRADIUS', (kind) => {
    const { database, deployment } = deployed(kind, {
      arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS],
    });
    let old: OldFreeradius;
    const people = Array.from({ length: USERS }, (_, index) => ({
      userId: `user${index}`,
      // None of a thousand is one that the policy refuses, as 4444 is: its user would be asked for another.
      pin: `71${4_000 + index}`,
      key: new Uint8Array(randomBytes(20)),
      planted: index % 10 === 0 ? KINDS[(index / 10) % KINDS.length] : undefined,
    }));
    type Person = (typeof people)[number];
    const passcodeOf = ({ pin, key, planted }: Person): string =>
      pin + oldCode(key, oldInterval() + (planted === 'clock off' ? OFF_INTERVALS : 0));

    beforeAll(async () => {
      old = await oldFreeradius(people, OLD_SECRET);
      const { api } = deployment;
      for (const name of ['Staff', 'Elsewhere']) await api('addSecurityDomain', { body: { name } });
      for (const { userId, planted } of people)
        if (planted !== 'unknown')
          await api('addUser', {
            body: { userId, securityDomain: planted === 'another domain' ? 'Elsewhere' : 'Staff' },
          });
      const tokens = people.filter(({ planted }) => planted !== 'unknown' && planted !== 'no seed');
      const lines = tokens.map(({ userId, pin, key, planted }) =>
        [
          ...[`OLD-${userId}`, Buffer.from(key).toString('hex'), 'totp', 6, OLD_INTERVAL, userId],
          planted === 'another PIN' ? '9517' : pin,
        ].join(),
      );
      const file = Buffer.from(['serial,seed,type,digits,step,user,pin', ...lines].join('\n')).toString(
        'base64',
      );
      const { id } = await api('importTokens', {
        body: { name: 'seeds', file, enabled: true, pins: 'carry' },
      });
      await jobSettled(api, id);
      await api('startJob', { params: { id }, body: { name: 'seeds' } });
      expect(await jobEnded(api, id)).toMatchObject({ state: 'done', done: tokens.length });
      await api('editLockoutPolicy', {
        params: { domain: 'top' },
        ifMatch: 0,
        body: { failures: 3, firstLockSeconds: 3_600, longestLockMinutes: 60 },
      });
      for (const { userId, planted } of people) {
        if (planted === 'disabled')
          await api('editUser', { params: { userId }, ifMatch: 1, body: { enabled: false } });
        if (planted === 'locked')
          for (let tries = 0; tries < 3; tries += 1)
            await api('authenticate', { body: { userId, passcode: '4711000000' } });
      }
      await api('addRadiusClient', {
        body: { name: 'gateway', network: '127.0.0.1', secret: SECRET, securityDomain: 'Staff' },
      });
    }, 600_000);
    afterAll(async () => {
      await old?.stop();
    });

    /** @returns who is refused */
    async function everyoneAsks(port: number, secret: string): Promise<string[]> {
      const peer = await radiusPeer(port);
      const refused: string[] = [];
      for (const person of people) {
        await roomInTheMinute({ now: Date.now }, 5_000);
        const read = await ask(peer, secret, person.userId, passcodeOf(person), [], 30_000);
        if (!read.ok || read.reply.code !== CODE.accessAccept) refused.push(person.userId);
      }
      peer.close();
      return refused;
    }
    const rehearse = (file: string, ...more: string[]) =>
      spawnSync(
        process.execPath,
        [LAUNCHER, 'coexistence', 'rehearse', file, '--database', database.option, ...more],
        { encoding: 'utf8', env: { ...process.env, SOWER_DATA: deployment.dataFolder } },
      );
    async function standing(): Promise<unknown> {
      const { db, close } = await openDatabase(database.location);
      const { rows } = await sql<object>`
        select (select count(*) from audit where object like 'user:%' or object like 'token:%') as audit,
          (select sum(position) from seeds) as positions, (select sum(failures) from tokens) as failures,
          (select sum(guess_version) from users) as guesses`.execute(db);
      await close();
      return rows.map((row) => Object.values(row).map(Number));
    }

    test(`${USERS} users, of whom every tenth would fail: what is said is what happens`, {
      timeout: 3_600_000,
    }, async () => {
      await everyoneAsks(old.port, OLD_SECRET);
      const before = await standing();
      const ran = rehearse(old.detail, '--json');
      expect(ran.stderr).toBe('');
      const said = JSON.parse(ran.stdout);
      expect(await standing()).toEqual(before);
      const { items } = await deployment.api('listAudit', { query: { action: 'coexistence.rehearse' } });
      expect(items.map(({ actor, reason }) => `${actor}: ${reason}`)).toEqual([
        `system:rehearsal: passcodes of ${said.users} users in ${said.requests} requests were judged and not counted`,
      ]);
      const planted = people.filter((person) => person.planted !== undefined);
      expect(said).toMatchObject({
        ...{ users: USERS, requests: USERS, ignored: 0, asked: 0, unknownSources: [] },
        accepted: USERS - planted.length,
      });
      expect(said.refused.map((one: { userId: string; reason: string }) => [one.userId, one.reason])).toEqual(
        planted.map(({ userId, planted: as }) => [userId, PLANTED[as as Planted]]),
      );
      // People read it too.
      const read = rehearse(old.detail).stdout;
      expect(read).toContain(`refused: ${planted.length}.`);
      expect(read).toMatch(/user20: The clock of token OLD-USER20 is 300 minutes ahead/);
      expect(read).toMatch(/user30: .*user is disabled/i);
      expect(read).toMatch(/user40: .*locked/i);
      expect(read).not.toMatch(new RegExp(people.map(passcodeOf).join('|')));

      const port = radiusPort(deployment.servers[0] as never, 'authentication');
      expect(await everyoneAsks(port, SECRET)).toEqual(planted.map(({ userId }) => userId));
    });

    test('what is no log, or has no passcodes, is refused in words', () => {
      const file = join(deployment.dataFolder, 'no-log');
      expect(rehearse(file)).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot be read') });
      writeFileSync(file, 'Mon Nov 30 03:13:45 2026\n\tUser-Name = "ada"\n\tTimestamp = 1795920000\n\n');
      expect(rehearse(file)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('does not suppress User-Password'),
      });
      expect(rehearse(file, 'another').status).toBe(2);
    });
  });
});
