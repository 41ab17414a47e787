/**
 * Every state of an account as real directories have it, an OpenLDAP and an Active Directory (Samba): what a run makes of it, and what its owner and a
 * stranger hear at logon. And both with a certificate of somebody else, and with a first server that dies in the middle of a run.
 */
import type { Attempts } from '@sower/server/authentication/challenge/attempt';
import type { Outcome } from '@sower/server/core/outcome';
import { editSource } from '@sower/server/directory/sources/sources';
import { logOnUser } from '@sower/server/self-service/session';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeAuthority } from '../../harness/authority.ts';
import { type FreshDatabase, SQLITE } from '../../harness/databases.ts';
import { cutWire } from '../../harness/directory/cut-wire.ts';
import { addedSource, findings, ran, usersNow } from '../../harness/directory/run.ts';
import { hasSamba } from '../../harness/directory/samba.ts';
import { hasSlapd } from '../../harness/directory/slapd.ts';
import { done, type SourceContext, sourceContext } from '../../harness/directory/source.ts';
import {
  type PasswordDirectory,
  sambaDirectory,
  slapdDirectory,
} from '../../harness/directory/with-passwords.ts';

const RIGHT = 'Right-Pass-w0rd of 1';
const WRONG = 'log-on.wrong-credentials';
const PLAIN = Array.from({ length: 40 }, (_, index) => `plain${index}`);
const past = (milliseconds: number): string =>
  new Date(Date.now() - milliseconds).toISOString().replace(/[-:T]|\.\d+/g, '');

type State = {
  readonly name: string;
  /** How it gets into this state. */
  readonly make: (directory: PasswordDirectory) => Promise<unknown>;
  /** What a run makes of it; absent: nothing. */
  readonly run?: string;
  /** What its owner hears. */
  readonly says: string;
};

const locked = async (name: string, directory: PasswordDirectory): Promise<void> => {
  for (let tries = 0; tries < 5; tries += 1) await directory.bind(name, 'wrong');
  expect(await directory.failures(name)).toMatchObject({ locked: true });
};

const DIRECTORIES: readonly {
  readonly name: string;
  readonly has: boolean;
  readonly start: typeof slapdDirectory;
  readonly states: readonly State[];
}[] = [
  {
    name: 'OpenLDAP',
    has: hasSlapd,
    start: slapdDirectory,
    states: [
      { name: 'active', make: async () => undefined, says: 'in' },
      {
        name: 'disabled',
        make: (of) => of.set('disabled', 'pwdAccountLockedTime', '000001010000Z'),
        run: 'disabled',
        says: WRONG,
      },
      { name: 'locked', make: (of) => locked('locked', of), run: 'changed', says: WRONG },
      {
        name: 'expired',
        make: (of) => of.set('expired', 'pwdEndTime', past(60_000)),
        run: 'disabled',
        // To a bind it says the same as of one that is locked.
        says: WRONG,
      },
      {
        name: 'change',
        make: (of) => of.set('change', 'pwdReset', 'TRUE'),
        says: 'log-on.directory-must-change',
      },
      {
        name: 'password-expired',
        make: (of) => of.set('password-expired', 'pwdPolicySubentry', of.shortPolicy),
        says: 'log-on.directory-password-expired',
      },
    ],
  },
  {
    name: 'Active Directory (Samba)',
    has: hasSamba,
    start: sambaDirectory,
    states: [
      { name: 'active', make: (of) => of.set('active', 'userAccountControl', '66048'), says: 'in' },
      {
        name: 'disabled',
        make: (of) => of.set('disabled', 'userAccountControl', '514'),
        run: 'disabled',
        says: 'log-on.directory-disabled',
      },
      { name: 'locked', make: (of) => locked('locked', of), run: 'changed', says: WRONG },
      {
        name: 'expired',
        make: (of) => of.set('expired', 'accountExpires', '132000000000000000'),
        run: 'disabled',
        says: 'log-on.directory-expired',
      },
      {
        name: 'change',
        make: (of) => of.set('change', 'pwdLastSet', '0'),
        says: 'log-on.directory-must-change',
      },
      {
        name: 'not-now',
        make: async (of) => {
          await of.set('not-now', 'userAccountControl', '66048');
          await of.set('not-now', 'logonHours', Buffer.alloc(21));
        },
        says: 'log-on.directory-not-now',
      },
      {
        name: 'password-expired',
        // A second for everybody; those above have other reasons, or a password without an end.
        make: (of) => of.set('', 'maxPwdAge', '-10000000'),
        says: 'log-on.directory-password-expired',
      },
    ],
  },
];

for (const { name: directoryName, has, start, states } of DIRECTORIES)
  describe.skipIf(!has)(`account states of ${directoryName}`, () => {
    let directory: PasswordDirectory;
    let database: FreshDatabase;
    let context: SourceContext;
    let id: string;
    let clock = Date.now();

    beforeAll(async () => {
      directory = await start([...states.map(({ name }) => name), ...PLAIN], RIGHT, []);
      database = await SQLITE.fresh();
      context = await sourceContext(database, () => clock);
      id = await addedSource(context, {
        ...directory.source,
        enabled: true,
        connection: { ...directory.source.connection, pageSize: 10 },
        logOn: { enabled: true, tries: 3, minutes: 30, lookUp: false },
      });
      expect(await ran(context, id)).toMatchObject({ state: 'done', done: states.length + PLAIN.length });
    });
    afterAll(async () => {
      await context?.close();
      await database?.drop();
      await directory?.stop();
    });

    const logOn = async (userId: string, password: string): Promise<string> => {
      const outcome: Outcome<unknown> = await logOnUser(
        { ...context, attempts: {} as Attempts },
        { method: 'password', userId, password },
        { source: '192.0.2.1', userAgent: undefined },
      );
      return outcome.ok ? 'in' : outcome.detail.code;
    };
    const connect = async (connection: object): Promise<void> => {
      const row = await context.db.selectFrom('identity_sources').selectAll().executeTakeFirstOrThrow();
      const change = {
        connection: { ...JSON.parse(row.settings).connection, ...connection },
        password: directory.source.password,
      };
      done(await editSource(context, context.chief, { id, version: row.version, change }));
    };

    test('what the owner hears, what a stranger hears, and what a run makes of it', async () => {
      for (const { make } of states) await make(directory);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const heard = async () => {
        const said: Record<string, string> = {};
        for (const { name } of states) {
          said[name] = await logOn(name, RIGHT);
          expect([name, await logOn(name, 'wrong')]).toEqual([name, WRONG]);
          clock += 31 * 60_000;
        }
        return said;
      };
      const expected = Object.fromEntries(states.map(({ name, says }) => [name, says]));
      expect(await heard()).toEqual(expected);
      const run = await ran(context, id);
      const found = (await findings(context, run.id)).map((row) => [row.user_id, row.action]);
      expect(Object.fromEntries(found)).toEqual(
        Object.fromEntries(states.flatMap(({ name, run: action }) => (action ? [[name, action]] : []))),
      );
      expect(await heard()).toEqual(expected);
      expect(await ran(context, id)).toMatchObject({ done: 0 });
    });

    test('the first server dies in the middle of a run: the second is read from the start', async () => {
      const wire = await cutWire(directory.port, directory.host);
      const [scheme] = directory.source.connection.urls[0]?.split('://') ?? [];
      await connect({ urls: [`${scheme}://localhost:${wire.port}`, ...directory.source.connection.urls] });
      expect(await ran(context, id)).toMatchObject({ state: 'done', done: 0 });
      await directory.remove('plain7');
      wire.cutAfter(9_000);
      const run = await ran(context, id);
      expect(run, run.detail).toMatchObject({ state: 'done', done: 1, counts: { gone: 1 } });
      expect(wire.cuts()).toBeGreaterThan(0);
      await wire.close();
      await connect({ urls: directory.source.connection.urls });
    });

    test('a certificate of another authority: the run ends, nobody is disabled, and nobody logs on', async () => {
      const before = await usersNow(context);
      await connect({ certificateAuthority: (await makeAuthority(['localhost'])).root.pem });
      expect(await ran(context, id)).toMatchObject({
        ...{ state: 'failed', done: 0 },
        detail: expect.stringContaining('certificate'),
      });
      expect(await usersNow(context)).toEqual(before);
      expect(await logOn('plain0', RIGHT)).toBe('log-on.directory-unavailable');
    });
  });
