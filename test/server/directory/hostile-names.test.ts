/**
 * Two hundred hostile names through every way to log on that asks a directory: both consoles, and RADIUS in two steps and in one field. Each is
 * nobody, and in the log of the directory every filter is still the one that was meant.
 */

import { CODE } from '@sower/radius/packet';
import type { Attempts } from '@sower/server/authentication/challenge/attempt';
import type { Outcome } from '@sower/server/core/outcome';
import { proveByPassword } from '@sower/server/log-on/log-on';
import { logOnUser } from '@sower/server/self-service/session';
import { expect, test } from 'vitest';
import { POSTGRESQL, SQLITE } from '../../harness/databases.ts';
import { deploy } from '../../harness/deployment.ts';
import { addedSource, ran } from '../../harness/directory/run.ts';
import { hasSlapd, personLdif, startSlapd } from '../../harness/directory/slapd.ts';
import { slapdSource, sourceContext } from '../../harness/directory/source.ts';
import { ask, RADIUS_OPTIONS, radiusPeer, radiusPort } from '../../harness/radius/client.ts';

const RIGHT = 'the right password of everybody';
const SECRET = 'secret-of-the-radius-client-0';
const PARTS = [
  ...['*', ')(uid=*', '*)(objectClass=*', '\\', '\\2a', '(', ')', '&', '|', '!'],
  ...['=', '\u0000', 'ü', '👩', ',', '+', '"', '<>', '#', '\u202e'],
];
const HOSTILE = Array.from({ length: 200 }, (_, index) =>
  [PARTS[index % 20], 'ada', PARTS[Math.floor(index / 20)], PARTS[(index * 7) % 20]].join(''),
);
const PEOPLE_BELOW = /SRCH base="ou=people[^\n]* filter="([^\n]*)"\n/g;
const VALUE = String.raw`(?:[^()*\\]|\\[0-9a-fA-F]{2})*`;
/** By a name that somebody gave, and by a key. */
const MEANT = new RegExp(
  `^\\(&\\(objectClass=inetOrgPerson\\)(?:\\(\\|\\(uid=${VALUE}\\)\\(mail=${VALUE}\\)\\)|\\(entryUUID=[0-9a-f-]{36}\\))\\)$`,
);

test.skipIf(!hasSlapd)(
  'hostile names, at every edge',
  async () => {
    const slapd = await startSlapd({
      ldif: personLdif({ uid: 'ada', mail: 'ada@example.com', userPassword: RIGHT }),
    });
    const input = slapdSource(slapd, {
      enabled: true,
      logOn: { enabled: true, tries: 3, minutes: 30, lookUp: true },
    });
    const database = await SQLITE.fresh();
    const context = await sourceContext(database);
    await ran(context, await addedSource(context, input));
    const asked = (): string[] => [...slapd.log().matchAll(PEOPLE_BELOW)].map(([, filter]) => filter ?? '');
    const code = (outcome: Outcome<unknown>): string => (outcome.ok ? 'in' : outcome.detail.code);
    const attempts = {} as Attempts;
    const from = { source: '192.0.2.1', userAgent: undefined };
    const before = asked().length;
    for (const name of HOSTILE) {
      const user = await logOnUser(
        { ...context, attempts },
        { method: 'password', userId: name, password: RIGHT },
        from,
      );
      expect([name, code(user)]).toEqual([name, 'log-on.wrong-credentials']);
      const administrator = await proveByPassword({ ...context, attempts }, 'administrator.log-on', {
        ...{ userName: name, password: RIGHT, source: undefined },
      });
      expect([name, code(administrator)]).toEqual([name, 'log-on.wrong-password']);
    }
    const users = await context.db.selectFrom('users').select('user_id').execute();
    expect(users).toEqual([{ user_id: 'ada' }]);
    const named = asked()
      .slice(before)
      .filter((filter) => filter.includes('(|('));
    // With a backslash it is somebody of another domain, and nobody is asked about them.
    expect(named.length).toBeGreaterThan(100);
    await context.close();
    await database.drop();

    const other = await (process.env.SOWER_TEST_POSTGRESQL ? POSTGRESQL : SQLITE).installed();
    const deployment = await deploy(other, { arguments: RADIUS_OPTIONS });
    const { api } = deployment;
    const { id } = await api('addIdentitySource', { body: input });
    const { id: run } = await api('startSourceRun', { params: { id }, body: { preview: false } });
    await expect.poll(async () => (await api('getSourceRun', { params: { id, run } })).state).toBe('done');
    for (const [name, network, password] of [
      ['then', '127.0.0.2', 'then-passcode'],
      ['both', '127.0.0.3', 'with-passcode'],
    ] as const)
      await api('addRadiusClient', { body: { name, network, secret: SECRET, password } });
    const port = radiusPort(deployment.servers[0] as never, 'authentication');
    const [twoSteps, oneField] = [await radiusPeer(port, '127.0.0.2'), await radiusPeer(port, '127.0.0.3')];
    for (const name of HOSTILE) {
      const first = await ask(twoSteps, SECRET, name, RIGHT);
      expect([name, first.ok && first.reply.code]).toEqual([name, CODE.accessChallenge]);
      const both = await ask(oneField, SECRET, name, `${RIGHT}00000000`);
      expect([name, both.ok && both.reply.code]).toEqual([name, CODE.accessReject]);
    }
    twoSteps.close();
    oneField.close();
    await deployment.stop();
    await other.drop();

    const filters = asked().filter((filter) => filter !== '(objectClass=inetOrgPerson)');
    console.log(`${HOSTILE.length} names, ${filters.length} filters in the log of slapd`);
    expect(filters.length).toBeGreaterThan(4 * HOSTILE.length);
    expect(filters.filter((filter) => !MEANT.test(filter) && !filter.includes('(?'))).toEqual([]);
    await slapd.stop();
  },
  600_000,
);
