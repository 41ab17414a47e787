/**
 * Logons during which what they rest on is changed, and all sessions are ended: none begins then, or whoever knew the earlier password would
 * stay.
 */

import { sealing } from '@sower/server/keys/seal/sealing';
import { beginSession } from '@sower/server/log-on/log-on';
import { logOnUser } from '@sower/server/self-service/session';
import {
  insertAdministrator,
  updateAdministrator,
  updatePasskeyCount,
} from '@sower/server/store/directory/administrators';
import { insertDomain, TOP_DOMAIN } from '@sower/server/store/directory/domains';
import { updateUser, userIdKey } from '@sower/server/store/directory/users';
import { deletePassword, putPassword } from '@sower/server/store/log-on/self-service';
import { claimInstallation, settingsReader } from '@sower/server/store/operations/installation';
import type { Database, Row } from '@sower/server/store/schema/schema';
import { beforeAll, expect, test } from 'vitest';
import { justBefore, onBothDatabases } from '../../harness/databases.ts';
import { openedDatabase } from '../../harness/deployed.ts';
import { administratorRow } from '../../harness/directory/user-row.ts';
import { person, random } from '../../harness/token-modes.ts';

const ORIGIN = { source: '192.0.2.1', userAgent: undefined };

onBothDatabases('a logon during which', (kind) => {
  const { stored: database } = openedDatabase(kind.fresh);
  let names = 0;
  const seal = sealing(random(32), random);
  const now = () => Date.now();
  const usesOf = (db: Database) => ({
    db,
    sealing: seal,
    settings: settingsReader(db, () => performance.now()),
    passwords: { hash: async () => 'hash', fits: async () => true },
    ldapServers: {} as never,
    attempts: {} as never,
    onAlteredRow: () => {},
    now,
    random,
  });
  /** The same database, where something happens just before the next transaction begins. */
  const before = (happens: () => Promise<unknown>) => usesOf(justBefore(database.db, happens));

  beforeAll(async () => {
    await claimInstallation(database.db, 'check', 0);
    const named = { name: 'top', name_key: userIdKey('top'), parent_id: null };
    await insertDomain(database.db, { ...TOP_DOMAIN, ...named, created_at: 0, version: 1 });
  });

  const administrator = (): Promise<Row<'administrators'>> => {
    names += 1;
    const name = `administrator${names}`;
    const standing = { enabled: 1, token_user_id: null, passkey_count: 1, must_change_password: 0 } as const;
    return insertAdministrator(
      database.db,
      usesOf(database.db),
      administratorRow(name, { id: name, password_hash: 'hash', ...standing, created_at: 0 }),
    );
  };
  const begin = (row: Row<'administrators'>, happens: () => Promise<unknown>) => {
    const proved = { secondFactor: false, byPassword: true, mustChangePassword: false, how: undefined };
    return beginSession(before(happens), { administrator: row, ...proved }, ORIGIN);
  };
  const change = ({ id, version }: Row<'administrators'>, to: Parameters<typeof updateAdministrator>[4]) =>
    updateAdministrator(database.db, usesOf(database.db), id, version, to);

  test.each<[string, (row: Row<'administrators'>) => Promise<unknown>]>([
    ['the password of the administrator is changed', (row) => change(row, { password_hash: 'other' })],
    ['the administrator is disabled', (row) => change(row, { enabled: 0 })],
    [
      'a passkey of the administrator is removed',
      ({ id }) => updatePasskeyCount(database.db, usesOf(database.db), id, (count) => count - 1),
    ],
    [
      'the administrator is deleted',
      ({ id }) => database.db.deleteFrom('administrators').where('id', '=', id).execute(),
    ],
  ])('%s opens no session', async (_, happens) => {
    const row = await administrator();
    expect(await begin(row, () => happens(row))).toMatchObject({ ok: false, problem: 'log-on-failed' });
    const { db } = database;
    const opened = await db
      .selectFrom('sessions')
      .select('id_hash')
      .where('administrator_id', '=', row.id)
      .execute();
    expect(opened).toEqual([]);
    const trail = await db
      .selectFrom('audit')
      .select(['action', 'result'])
      .where('object', '=', `administrator:${row.user_name}`)
      .execute();
    expect(trail).toEqual([{ action: 'administrator.log-on', result: 'refused' }]);
  });

  test('nothing of it is changed opens one', async () => {
    const row = await administrator();
    expect(await begin(row, async () => {})).toMatchObject({ ok: true });
  });

  const putOther = (user_id: string, password_hash: string) =>
    putPassword(database.db, { user_id, password_hash, must_change: 0, set_at: now() });

  test.each<[string, (user: Row<'users'>) => Promise<unknown>, boolean]>([
    ['the password of the user is changed', ({ id }) => putOther(id, 'other'), false],
    ['the password of the user is removed', ({ id }) => deletePassword(database.db, id), false],
    [
      'the user is disabled',
      ({ id, version }) => updateUser(database.db, id, version, { enabled: 0 }),
      false,
    ],
    ['nothing of the user is changed', async () => {}, true],
  ])('%s', async (_, happens, opens) => {
    const { db } = database;
    const { userId, userRow } = await person({ db, sealing: seal, now });
    await putOther(userRow, 'hash');
    const user = await db.selectFrom('users').selectAll().where('id', '=', userRow).executeTakeFirstOrThrow();
    const shown = { method: 'password', userId, password: 'correct horse battery' } as const;
    const outcome = await logOnUser(
      before(() => happens(user)),
      shown,
      ORIGIN,
    );
    expect(outcome).toMatchObject(opens ? { ok: true } : { ok: false, problem: 'log-on-failed' });
    const sessions = await db
      .selectFrom('user_sessions')
      .select('id_hash')
      .where('user_id', '=', userRow)
      .execute();
    expect(sessions).toHaveLength(opens ? 1 : 0);
  });
});
