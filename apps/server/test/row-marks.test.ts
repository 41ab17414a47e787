/** Rows of an earlier Sower are marked once, and never again. On both databases. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { earlierSchema } from '../../../test/harness/databases/earlier-schema.ts';
import { type FreshDatabase, onBothDatabases } from '../../../test/harness/databases.ts';
import { beginMarks, newKeyCheck } from '../src/compose/first-marks.ts';
import { aadOf } from '../src/keys/seal/sealed-columns.ts';
import { sealing } from '../src/keys/seal/sealing.ts';
import { clientTable } from '../src/radius/client-table.ts';
import { UNMETERED } from '../src/store/db/meter.ts';
import { type OpenDatabase, openDatabase } from '../src/store/db/open.ts';
import { changeRow, insertRow } from '../src/store/db/rows.ts';
import {
  findAdministrator,
  insertAdministrator,
  insertApiKey,
  insertRole,
  listGrants,
  updateAdministrator,
  updateApiKeyOwner,
  updatePasskeyCount,
  updateRole,
} from '../src/store/directory/administrators.ts';
import { insertDomain, TOP_DOMAIN } from '../src/store/directory/domains.ts';
import { listForgeries } from '../src/store/keys/marked-rows.ts';
import { hasMark, markOf, onceForEach } from '../src/store/keys/marks.ts';
import { claimInstallation, findInstallation } from '../src/store/operations/installation.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const seal = sealing(random(32), random);

onBothDatabases('marks of rows', (kind) => {
  let fresh: FreshDatabase;
  let open: OpenDatabase | undefined;
  beforeEach(async () => {
    fresh = await kind.fresh();
  });
  afterEach(async () => {
    await open?.close();
    await fresh.drop();
  });
  const uses = () => ({ db: (open as OpenDatabase).db, sealing: seal, now: () => Date.now(), random });
  const begin = async () => beginMarks(uses(), (await findInstallation(uses().db))?.key_check as string);
  const administrator = (id: string) => ({
    id,
    user_name: id,
    user_name_key: id,
    password_hash: 'hash',
    enabled: 1 as const,
    token_user_id: null,
    created_at: 0,
    version: 1,
  });

  test('an installation of before goes on: what is there is marked at the first start, and never again', async () => {
    await fresh.drop();
    fresh = await kind.empty();
    const old = await earlierSchema(fresh.location, '0024-latest-of-the-holder');
    const check = seal.seal('installation.key_check', Buffer.from('the master key fits\naudit'));
    await claimInstallation(old, check, 0);
    const domain = { id: 'top', path: '/', name: 'Top', name_key: 'top', parent_id: null };
    await old
      .insertInto('security_domains')
      .values({ ...domain, created_at: 0, version: 1 })
      .execute();
    await old.insertInto('administrators').values(administrator('root')).execute();
    const role = { id: 'own', name: 'Own', name_key: 'own', description: '', permissions: '["users:view"]' };
    await old
      .insertInto('roles')
      .values({ ...role, created_at: 0, version: 1 })
      .execute();
    for (const role_id of ['super-admin', 'own'])
      await old
        .insertInto('role_grants')
        .values({ administrator_id: 'root', role_id, domain_id: 'top' })
        .execute();
    await old
      .insertInto('api_keys')
      .values({
        id: 'key',
        name: 'key',
        key_hash: 'hash',
        permissions: '["users:view"]',
        domain: '/',
        created_at: 0,
        created_by: 'administrator:root',
        expires_at: 5_000_000_000_000,
        owner_id: 'root',
        owner_name: 'root',
      })
      .execute();
    for (const id of ['one', 'two'])
      await old
        .insertInto('passkeys')
        .values({
          id,
          administrator_id: 'root',
          name: id,
          public_key: 'key',
          counter: 0,
          transports: '[]',
          created_at: 0,
          last_used_at: null,
        })
        .execute();
    await old
      .insertInto('sessions')
      .values({
        id_hash: 'session',
        administrator_id: 'root',
        created_at: 0,
        last_seen_at: 0,
        expires_at: 5_000_000_000_000,
        proved_at: 1,
        second_factor: 1,
      })
      .execute();
    await old.destroy();

    open = await openDatabase(fresh.location);
    expect((await listForgeries(open.db, uses())).map(({ kind: is }) => is).sort()).toEqual(
      ['administrator', 'api-key', 'grant', 'grant', 'passkey', 'passkey', 'role', 'session'].sort(),
    );
    expect(await begin()).toEqual(['rights']);
    expect(await listForgeries(open.db, uses())).toEqual([]);
    expect((await findAdministrator(open.db, uses(), 'root'))?.passkey_count).toBe(2);
    expect(await listGrants(open.db, uses(), ['root'])).toHaveLength(2);
    const said = await open.db.selectFrom('audit').selectAll().where('action', '=', 'audit.marks').execute();
    expect(said.map(({ object, reason }) => [object, reason?.slice(0, 6)])).toEqual([['rights', '8 rows']]);

    await open.db
      .insertInto('administrators')
      .values({ ...administrator('rival'), passkey_count: 0, mark: null })
      .execute();
    expect(await begin()).toEqual([]);
    expect(await listForgeries(open.db, uses())).toEqual([{ kind: 'administrator', name: 'rival' }]);
    // Nor by somebody who makes a check of the master key of their own.
    await open.db.updateTable('installation').set({ key_check: 'v1.forged' }).execute();
    await expect(begin()).rejects.toThrow('another master key');
  });

  test('no change makes a row good whose mark is wrong, and none that was altered during the change', async () => {
    open = await openDatabase(fresh.location);
    const { db } = open;
    const marks = uses();
    await insertDomain(db, {
      ...TOP_DOMAIN,
      name: 'Top',
      name_key: 'top',
      parent_id: null,
      created_at: 0,
      version: 1,
    });
    const root = await insertAdministrator(db, marks, {
      ...administrator('root'),
      passkey_count: 0,
      must_change_password: 0,
      password_given_at: null,
    });
    const role = await insertRole(db, marks, {
      id: 'own',
      name: 'Own',
      name_key: 'own',
      description: '',
      permissions: '[]',
      created_at: 0,
      version: 1,
    });
    const key = await insertApiKey(db, marks, {
      id: 'key',
      name: 'key',
      key_hash: 'hash',
      permissions: '[]',
      domain: '/',
      created_at: 0,
      created_by: 'root',
      expires_at: null,
      owner_id: null,
      owner_name: null,
    });
    await db.updateTable('administrators').set({ password_hash: 'of the rival' }).execute();
    await db.updateTable('roles').set({ permissions: '["users:edit"]' }).execute();
    await db.updateTable('api_keys').set({ permissions: '["users:edit"]' }).execute();
    expect(await updateAdministrator(db, marks, 'root', 1, { enabled: 0 })).toBe(undefined);
    expect(await updatePasskeyCount(db, marks, 'root', () => 0)).toBe(undefined);
    expect(await updateRole(db, marks, 'own', 1, { name: 'Mine' })).toBe(undefined);
    const forged = { ...key, permissions: '["users:edit"]' };
    expect(await updateApiKeyOwner(db, marks, forged, { id: 'root', name: 'root' })).toBe(undefined);
    // Altered between the look and the change: what is written is the mark of what was looked at.
    await updateApiKeyOwner(db, marks, key, { id: 'root', name: 'root' });
    const work = { input: '{}', actor_kind: 'api-key', actor_id: 'key', actor_name: 'key' } as const;
    await db
      .insertInto('jobs')
      .values({
        ...work,
        id: 'job',
        kind: 'undo',
        name: 'job',
        state: 'queued',
        phase: 'work',
        created_at: 0,
      })
      .execute();
    await db
      .insertInto('distribution_rules')
      .values({
        ...work,
        id: 'rule',
        name: 'rule',
        name_key: 'rule',
        domain: '/',
        enabled: 1,
        version: 1,
        created_at: 0,
      })
      .execute();
    await db
      .insertInto('stand_ins')
      .values({
        id: 'stand-in',
        administrator_id: 'root',
        stand_in_id: 'root',
        from_at: 0,
        until_at: 1,
        created_at: 0,
        created_by: 'root',
        mark: null,
      })
      .execute();
    expect((await listForgeries(db, marks)).map(({ kind: is }) => is)).toEqual([
      'administrator',
      'role',
      'api-key',
      'stand-in',
      'job',
      'rule',
    ]);
    await db.deleteFrom('stand_ins').execute();
    await db.deleteFrom('jobs').execute();
    await db.deleteFrom('distribution_rules').execute();
    await db.updateTable('administrators').set({ password_hash: root.password_hash }).execute();
    await db.updateTable('roles').set({ permissions: role.permissions }).execute();
    expect(await updateAdministrator(db, marks, 'root', 1, { enabled: 0 })).toMatchObject({ enabled: 0 });
    expect(await updatePasskeyCount(db, marks, 'root', (before) => before + 1)).toMatchObject({
      passkey_count: 1,
    });
    expect(await updateRole(db, marks, 'own', 1, { permissions: '["users:view"]' })).toMatchObject({
      version: 2,
    });
    expect((await listForgeries(db, marks)).map(({ kind: is }) => is)).toEqual([
      'passkey-removed',
      'api-key',
    ]);
  });

  test('a new database never takes rows as they are', async () => {
    open = await openDatabase(fresh.location);
    await claimInstallation(open.db, newKeyCheck(seal), 0);
    expect(await begin()).toEqual([]);
  });
});

onBothDatabases('RADIUS clients', (kind) => {
  test('one whose secret does not open is not there, for its address neither is a wider one, and all others are', async () => {
    const fresh = await kind.fresh();
    const { db, close } = await openDatabase(fresh.location);
    try {
      const client = (id: string, network: string) => ({
        ...{ id, name: id, name_key: id, network, domain: '/', certificate: null, enabled: 1 as const },
        secret: seal.seal(aadOf('radius_clients.secret', id), Buffer.from(id)),
        ...{ message_authenticator: 'required' as const, reply_attributes: '[]', created_at: 0, version: 1 },
      });
      for (const row of [client('wide', '192.0.2.0/24'), client('other', '198.51.100.1/32')])
        await insertRow(db, 'radius_clients', row);
      const secret = seal.seal('elsewhere', Buffer.from('x'));
      await insertRow(db, 'radius_clients', { ...client('broken', '192.0.2.7/32'), secret });
      const errors: unknown[] = [];
      const table = clientTable({
        db,
        sealing: seal,
        clock: () => 0,
        onError: (error) => errors.push(error),
      });
      const nameOf = async (address: string) => (await table.byAddress(address))?.name;
      expect(await nameOf('198.51.100.1')).toBe('other');
      expect([await nameOf('192.0.2.8'), await nameOf('192.0.2.7')]).toEqual(['wide', undefined]);
      expect(String(errors[0])).toContain('RADIUS client "broken" cannot be used');
    } finally {
      await close();
      await fresh.drop();
    }
  });

  test('without old servers that are on, one statement reads all clients; what they forward is read only if there are some', async () => {
    const fresh = await kind.fresh();
    let reads = 0;
    const took = (work: string): void => {
      if (work === 'read') reads += 1;
    };
    const { db, close } = await openDatabase(fresh.location, { meter: { ...UNMETERED, took } });
    try {
      const sealed = (aad: string) => seal.seal(aad, Buffer.from('secret-of-twenty-octets'));
      await insertRow(db, 'radius_clients', {
        ...{ id: 'c', name: 'c', name_key: 'c', network: '192.0.2.7/32', domain: '/', certificate: null },
        secret: sealed(aadOf('radius_clients.secret', 'c')),
        ...{ message_authenticator: 'required' as const, reply_attributes: '[]', created_at: 0, version: 1 },
        enabled: 1,
      });
      const found = async () => {
        const table = clientTable({ db, sealing: seal, clock: () => 0, onError: () => {} });
        reads = 0;
        const client = await table.byAddress('192.0.2.7');
        return [reads, client?.coexistences?.map(({ id }) => id) ?? []];
      };
      expect(await found()).toEqual([1, []]);
      const coexistence = {
        ...{ id: 'o', name: 'o', name_key: 'o', servers: '["192.0.2.9:1812"]', domain: '/' },
        ...{
          secret: sealed(aadOf('coexistences.secret', 'o')),
          timeout_seconds: 3,
          ends_on: '2099-12-31',
        },
        ...{ client_id: null, created_at: 0, version: 1 },
      };
      await insertRow(db, 'coexistences', { ...coexistence, enabled: 0 });
      expect(await found()).toEqual([1, []]);
      await changeRow(db, 'coexistences', { id: 'o', version: 1 }, { enabled: 1 });
      expect(await found()).toEqual([2, ['o']]);
    } finally {
      await close();
      await fresh.drop();
    }
  });
});

test('a mark is of one row, one table and one key; null in a column of later leaves it as it is', () => {
  const row = { id: 'a', administrator_id: 'b', public_key: 'c' };
  const mark = markOf('passkeys', { sealing: seal }, row);
  expect(hasMark('passkeys', { sealing: seal }, { ...row, mark })).toBe(true);
  const other = sealing(random(32), random);
  const told: string[] = [];
  const marks = { sealing: seal, onAlteredRow: onceForEach(({ table, id }) => told.push(`${table} ${id}`)) };
  for (const column of ['id', 'administrator_id', 'public_key', 'mark'] as const)
    expect(hasMark('passkeys', marks, { ...row, mark, [column]: 'x' })).toBe(false);
  expect(hasMark('passkeys', { sealing: other }, { ...row, mark })).toBe(false);
  expect(hasMark('passkeys', marks, { ...row, mark: null })).toBe(false);
  expect(told).toEqual(['passkeys x', 'passkeys a']);
});
