/**
 * What processes keep of the database and one of them changes: the others know it at once, as PostgreSQL tells them, or after some seconds
 * where it cannot.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiProblem } from '@sower/api/client';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { policyReader, storePolicy, TOP_PATH } from '@sower/server/store/authentication/policies';
import { kept } from '@sower/server/store/db/kept';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { insertDomain, TOP_DOMAIN } from '@sower/server/store/directory/domains';
import { findMailSettings, mailSettingsReader, updateMailSettings } from '@sower/server/store/mail/settings';
import {
  claimInstallation,
  claimSerials,
  findSettings,
  lockInstallation,
  settingsReader,
  updateSettings,
} from '@sower/server/store/operations/installation';
import { sql } from 'kysely';
import pg from 'pg';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { type FreshDatabase, onBothDatabases, POSTGRESQL } from '../../harness/databases.ts';
import { deploy } from '../../harness/deployment.ts';
import { RADIUS_OPTIONS, radiusPeer, radiusPort, request } from '../../harness/radius/client.ts';
import { hasPgbouncer, pooled } from './pgbouncer.ts';
import type { Cleanups } from './replicated.ts';

const cleanups: Cleanups = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** What is kept lives for two seconds. */
const AT_ONCE = 1_500;
/** Of two processes on one database, the second has a clock of its own that stands still. */
async function two({ location, drop }: Pick<FreshDatabase, 'location' | 'drop'>, onDeaf = (): void => {}) {
  cleanups.push(drop);
  const open = async (): Promise<OpenDatabase> => {
    const opened = await openDatabase(location, { stays: true, onDeaf });
    cleanups.push(() => opened.close());
    return opened;
  };
  const [one, other] = [await open(), await open()];
  await claimInstallation(one.db, 'check', 0);
  await insertDomain(one.db, { ...TOP_DOMAIN, name: 'top', name_key: 'top', created_at: 0, version: 1 });
  let now = 0;
  const clock = (): number => now;
  const settings = settingsReader(other.db, clock);
  const mail = mailSettingsReader(other.db, clock);
  const policies = policyReader(other.db, clock);
  const seen = async () => ({
    perUser: (await settings.current())['tokens.maxPerUser'],
    port: (await mail.current(other.db)).settings.port,
    wrong: (await policies.current(TOP_PATH)).lockout.failures,
  });
  return {
    one,
    other,
    seen,
    later: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

const LISTENING =
  "from pg_stat_activity where datname = current_database() and query in ('listen sower_changes', 'select 1')";

/** Until then they know nothing of what they missed. */
const bothListen = ({ db }: OpenDatabase): Promise<void> =>
  expect
    .poll(async () => (await sql.raw(`select 1 ${LISTENING}`).execute(db)).rows.length, { interval: 20 })
    .toBe(2);

const setPerUser = async (db: OpenDatabase['db'], count: number): Promise<boolean> => {
  const { settings, version } = await findSettings(db);
  return updateSettings(db, { ...settings, 'tokens.maxPerUser': count }, version);
};

onBothDatabases('what a process keeps', (kind) => {
  test('its own changes count at once, whoever makes them; what was taken back was none', async () => {
    const { other, seen } = await two(await kind.fresh());
    const before = await seen();
    await other.db.transaction().execute(async (trx) => setPerUser(trx, 7));
    expect(await seen()).toEqual({ ...before, perUser: 7 });
    await other.db
      .transaction()
      .execute(async (trx) => {
        await setPerUser(trx, 8);
        throw new Error('on second thoughts');
      })
      .catch(() => {});
    await setPerUser(other.db, 9);
    expect((await seen()).perUser).toBe(9);
  });

  test('those of other processes count at once on PostgreSQL, and after two seconds on SQLite', async () => {
    const { one, seen, later } = await two(await kind.fresh());
    if (kind.name === 'PostgreSQL') await bothListen(one);
    const before = await seen();
    const { lockout } = await policyReader(one.db, () => 0).current(TOP_PATH);
    await one.db.transaction().execute(async (trx) => {
      await setPerUser(trx, 7);
      const { version, settings } = await findMailSettings(trx);
      if (version === 0)
        await trx
          .insertInto('mail_settings')
          .values({ id: 1, settings: JSON.stringify({ ...settings, port: 2525 }), version: 1 })
          .execute();
      else await updateMailSettings(trx, version, { settings: JSON.stringify({ ...settings, port: 2525 }) });
      const body = JSON.stringify({ ...lockout, failures: 11 });
      await storePolicy(trx, { domainId: TOP_DOMAIN.id, kind: 'lockout', body, version: 0 });
    });
    const after = { perUser: 7, port: 2525, wrong: 11 };
    if (kind.name === 'SQLite') {
      expect(await seen()).toEqual(before);
      later(2_001);
    }
    await expect.poll(seen, { timeout: 5_000 }).toEqual(after);
  });
});

test('what was read before a change, and arrives after it, is not kept', async () => {
  const value = kept<string>(1_000, () => 0);
  let arrive = (_: string): void => {};
  const reading = value.get('', () => new Promise<string>((resolve) => (arrive = resolve)));
  value.forget();
  arrive('old');
  expect(await reading).toBe('old');
  expect(await value.get('', async () => 'new')).toBe('new');
  expect(await value.get('', async () => 'newer')).toBe('new');
});

describe.skipIf(!inject('postgresql'))('announcements of PostgreSQL', () => {
  test('only of what others keep, and never of what every passcode changes', async () => {
    const fresh = await POSTGRESQL.fresh();
    const { one } = await two(fresh);
    const heard: string[] = [];
    const client = new pg.Client({ connectionString: fresh.option });
    await client.connect();
    cleanups.push(() => client.end());
    client.on('notification', ({ payload = '' }) => !payload.startsWith('heard') && heard.push(payload));
    await client.query('listen sower_changes');
    await claimSerials(one.db, 5);
    await one.db.transaction().execute(lockInstallation);
    await one.db.updateTable('policies').set({ version: 2 }).where('version', '=', -1).execute();
    await one.db.transaction().execute(async (trx) => {
      await setPerUser(trx, 3);
      await setPerUser(trx, 4);
    });
    await expect.poll(() => heard).toEqual(['settings']);
  });

  test('the listening connection is killed: what changes meanwhile counts as soon as it is back', async () => {
    const fresh = await POSTGRESQL.fresh();
    const { one, seen } = await two(fresh);
    await bothListen(one);
    await seen();
    const client = new pg.Client({ connectionString: fresh.option });
    await client.connect();
    cleanups.push(() => client.end());
    const killed = await client.query(`select pg_terminate_backend(pid) ${LISTENING}`);
    expect(killed.rowCount).toBe(2);
    await setPerUser(one.db, 7);
    await expect.poll(async () => (await seen()).perUser, { timeout: 5_000 }).toBe(7);
    await bothListen(one);
  });

  test('a host that accepts no writes for a while is not left with ever more connections', async () => {
    const fresh = await POSTGRESQL.fresh();
    cleanups.push(() => fresh.drop());
    const url = `${fresh.option}?target_session_attrs=read-write`;
    const opened = await openDatabase({ kind: 'postgresql', url }, { stays: true });
    cleanups.push(() => opened.close());
    const beside = new pg.Client({ connectionString: fresh.option });
    await beside.connect();
    cleanups.push(() => beside.end());
    const [{ name }] = (await beside.query('select current_database() as name')).rows as [{ name: string }];
    const own = `from pg_stat_activity where datname = '${name}' and application_name like 'sower %'`;
    await beside.query(`alter database ${name} set default_transaction_read_only = on`);
    await beside.query(`select pg_terminate_backend(pid) ${own}`);
    await wait(4_000);
    expect(Number((await beside.query(`select count(*) as open ${own}`)).rows[0].open)).toBeLessThan(3);
    await beside.query(`set default_transaction_read_only = off`);
    await beside.query(`alter database ${name} set default_transaction_read_only = off`);
    await expect
      .poll(() => findSettings(opened.db).catch(() => undefined), { timeout: 10_000 })
      .toBeDefined();
  });

  test.skipIf(!hasPgbouncer)(
    'behind a pool of transactions nothing is heard, and it says so: seconds later it counts',
    async () => {
      const { pooler } = await pooled('transaction', cleanups);
      let deaf = 0;
      const location = { kind: 'postgresql', url: pooler.url } as const;
      const { one, seen, later } = await two({ location, drop: async () => {} }, () => {
        deaf += 1;
      });
      await expect.poll(() => deaf, { timeout: 15_000 }).toBe(2);
      await seen();
      await setPerUser(one.db, 7);
      await wait(500);
      expect((await seen()).perUser).toBe(DEFAULT_SETTINGS['tokens.maxPerUser']);
      later(2_001);
      expect((await seen()).perUser).toBe(7);
    },
  );

  test.skipIf(!hasPgbouncer)('behind a pool of sessions they are heard', async () => {
    const { pooler } = await pooled('session', cleanups);
    const location = { kind: 'postgresql', url: pooler.url } as const;
    const { one, seen } = await two({ location, drop: async () => {} });
    await bothListen(one);
    await seen();
    await setPerUser(one.db, 7);
    await expect.poll(async () => (await seen()).perUser, { timeout: 5_000 }).toBe(7);
  });

  test('two servers: a key that one revokes and clients that one disables are refused by the other at once', async () => {
    const database = await POSTGRESQL.installed();
    cleanups.push(() => database.drop());
    const deployment = await deploy(database, {
      processes: 2,
      arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS],
    });
    cleanups.push(() => deployment.stop());
    const { api } = deployment;
    /** Until it is so, in milliseconds since the change was answered. */
    const until = async (is: () => Promise<boolean>): Promise<number> => {
      const begun = performance.now();
      while (!(await is())) await wait(10);
      return performance.now() - begun;
    };

    const { key, id } = await api('addApiKey', { body: { name: 'k', permissions: ['users:view'] } });
    const list = deployment.apiOf(1, key);
    await list('listUsers', {});
    await api('deleteApiKey', { params: { id } });
    const refused = () =>
      list('listUsers', {}).then(
        () => false,
        (error) => error instanceof ApiProblem,
      );
    expect(await until(refused)).toBeLessThan(AT_ONCE);

    const secret = randomBytes(16).toString('hex');
    const client = await api('addRadiusClient', { body: { name: 'c', network: '127.0.0.1', secret } });
    const peer = await radiusPeer(radiusPort(deployment.servers[1] as never, 'authentication'));
    cleanups.push(() => peer.close());
    const answers = async () => (await peer.exchange(request(secret, 'nobody', '1'), 200)) !== undefined;
    await until(answers);
    await api('editRadiusClient', {
      params: { id: client.id },
      body: { enabled: false },
      ifMatch: client.version,
    });
    expect(await until(async () => !(await answers()))).toBeLessThan(AT_ONCE);

    const agent = await api('addAgent', { body: { name: 'a' } });
    const status = async () => {
      const body = JSON.stringify({ authnAttemptId: 'x' });
      const headers = { 'client-key': agent.key, 'content-type': 'application/json' };
      return (await deployment.send(1, { method: 'POST', path: '/mfa/v1_1/authn/status', headers, body }))
        .status;
    };
    const known = await status();
    await api('editAgent', { params: { id: agent.id }, body: { enabled: false }, ifMatch: agent.version });
    expect(await until(async () => (await status()) !== known)).toBeLessThan(AT_ONCE);
  });
});
