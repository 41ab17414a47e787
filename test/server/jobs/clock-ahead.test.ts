/** What a clock left that was a year ahead, and is right again: nothing that it made counts as the latest, or lasts, for a year. On both databases. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headKeeper } from '@sower/server/audit/head';
import { sealing } from '@sower/server/keys/seal/sealing';
import { type BackupContext, makeRoom } from '@sower/server/operations/backup/make';
import { ownNode, showNodes } from '@sower/server/operations/nodes/nodes';
import { countAudit } from '@sower/server/store/audit/facets';
import { insertAudit } from '@sower/server/store/audit/rows';
import { listAudit } from '@sower/server/store/audit/search';
import { newId } from '@sower/server/store/db/ids';
import { insertAdministrator } from '@sower/server/store/directory/administrators';
import { insertSecondApproval, listSecondApprovals } from '@sower/server/store/directory/second-approvals';
import { insertUser } from '@sower/server/store/directory/users';
import { findUserSession, insertUserSession } from '@sower/server/store/log-on/self-service';
import { findSession, insertSession } from '@sower/server/store/log-on/sessions';
import { backupAges } from '@sower/server/store/operations/backups';
import { noteNode } from '@sower/server/store/operations/nodes';
import { idAt } from '@sower/server/store/operations/old-rows';
import { claimTry } from '@sower/server/store/sources/password-tries';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { openedDatabase } from '../../harness/deployed.ts';
import { userRow } from '../../harness/directory/user-row.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.now();
const AHEAD = NOW + 365 * DAY;
const random = (length: number) => new Uint8Array(randomBytes(length));
const seal = sealing(random(32), random);
const marks = { sealing: seal };

onBothDatabases('after a clock that was a year ahead', (kind) => {
  const { stored } = openedDatabase(kind.fresh);
  let folder: string;
  let clock = NOW;
  const ids = { now: () => clock, random };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-clock-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
  });

  test('a backup of its days is not the latest: those made since stay, and their age is told', async () => {
    const { db } = stored;
    const made = async (name: string, at: number): Promise<void> => {
      writeFileSync(join(folder, name), name);
      const id = idAt(at);
      const row = { id, name, state: 'done' as const, begun_at: at, begun_by: 'x', seen_at: at, rows: 0 };
      await db
        .insertInto('backups')
        .values({ ...row, ended_at: at, verified_at: at })
        .execute();
    };
    await made('old.age', NOW - 9 * DAY);
    await made('ahead.age', AHEAD);
    expect(await backupAges(db, NOW)).toEqual({ made: NOW - 9 * DAY, verified: NOW - 9 * DAY });
    await made('new.age', NOW);
    const plan = { to: { kind: 'folder', folder }, recipients: [], keep: 1, keepDays: undefined } as const;
    const context = { ...ids, db, sealing: seal, backups: { plan } } as unknown as BackupContext;
    await makeRoom(context);
    expect(readdirSync(folder)).toEqual(['new.age']);
    expect(await backupAges(db, NOW)).toEqual({ made: NOW, verified: NOW });
  });

  test('rows made since are not of its days: the IDs of a process are those of the time again', () => {
    const made = (at: number): string => newId({ now: () => at, random });
    const ahead = made(AHEAD);
    const [since, next, back] = [made(NOW), made(NOW), made(NOW - MINUTE)];
    expect(since < ahead).toBe(true);
    expect(since >= idAt(NOW) && back < idAt(NOW + 2)).toBe(true);
    // Set back a little, they stay in order.
    expect([since, next, back].toSorted()).toEqual([since, next, back]);
  });

  test('a row that was made after the clock was set back by half an hour is found and counted by its time', async () => {
    const { db } = stored;
    const context = { ...ids, sealing: seal };
    const event = { actor: 'api-key:clock', action: 'user.add', result: 'success' } as const;
    clock = NOW + 30 * MINUTE;
    await insertAudit(db, context, { ...event, object: 'user:ahead' });
    clock = NOW;
    await insertAudit(db, context, { ...event, object: 'user:now' });
    const asked = { actor: event.actor, since: NOW - HOUR, until: NOW + MINUTE };
    expect((await listAudit(db, asked, 10)).map(({ object }) => object)).toEqual(['user:now']);
    expect((await countAudit(db, asked)).count).toBe(1);
  });

  test('a process that died in its days is silent, and forgotten', async () => {
    const { db } = stored;
    const row = { id: 'dead', host: 'a', process: 1, version: '1', started_at: AHEAD, ahead: 0 };
    await noteNode(db, { ...row, seen_at: Date.now() + 365 * DAY, reason: null, text: null });
    const actor = {
      kind: 'system',
      name: 'system',
      grants: [{ permissions: new Set(['settings:edit']), domain: '/' }],
    } as never;
    const shown = async () => {
      const nodes = await showNodes({ db, now: Date.now }, actor);
      return nodes.ok ? nodes.value.items.map(({ host, problems }) => [host, problems.length]) : undefined;
    };
    expect(await shown()).toEqual([['a', 1]]);
    const node = ownNode({
      ...{ db, now: Date.now, random, host: 'b', process: 2, version: '1' },
      refusal: async () => undefined,
    });
    await node.round();
    expect(await shown()).toEqual([['b', 0]]);
    await node.leave();
  });

  test('the end of the audit chain is kept outside of the database as often as ever', async () => {
    const file = join(folder, 'audit-head');
    clock = AHEAD;
    const keeper = headKeeper({ sealing: seal, now: () => clock }, file);
    const head = (seq: number) => ({ seq, hash: 'a'.repeat(64), at: clock, unmarked: 0 });
    await keeper.keep(head(1));
    const first = readFileSync(file, 'utf8');
    clock = NOW;
    await keeper.keep(head(2));
    expect(readFileSync(file, 'utf8')).not.toBe(first);
  });

  test('directory passwords that were wrong in its days lock nobody out for a year', async () => {
    const { db } = stored;
    const row = { id: 's', name: 's', name_key: 's', kind: 'generic', position: 1, enabled: 1, domain: '/' };
    const actor = { actor_kind: 'api-key', actor_id: 'x', actor_name: 'x' };
    await db
      .insertInto('identity_sources')
      .values({ ...row, ...actor, settings: '{}', version: 1, created_at: NOW } as never)
      .execute();
    const tries = { most: 2, milliseconds: 30 * MINUTE };
    let address = 0;
    const at = (now: number) => {
      address += 1;
      return claimTry(db, { sourceId: 's', key: 'k' }, { ...tries, now, address: String(address) });
    };
    expect([await at(AHEAD), await at(AHEAD), await at(AHEAD)]).toEqual([true, true, false]);
    expect([await at(NOW), await at(NOW - MINUTE), await at(NOW)]).toEqual([true, true, false]);
  });

  test('sessions of its days have ended, and those of a clock that is a minute ahead have not', async () => {
    const { db } = stored;
    const [user, administrator] = [newId(ids), newId(ids)];
    const both = { enabled: 1, created_at: NOW, version: 1 } as const;
    await insertUser(db, userRow('u', { id: user, created_at: NOW }));
    await insertAdministrator(db, marks, {
      ...both,
      ...{ id: administrator, user_name: 'a', user_name_key: 'a', password_hash: '', passkey_count: 0 },
      ...({ must_change_password: 0, password_given_at: null, token_user_id: null } as const),
    });
    const IDLE = 15 * MINUTE;
    for (const [at, isThere] of [
      [AHEAD, false],
      [NOW + MINUTE, true],
    ] as const) {
      const id_hash = String(at);
      const times = { created_at: at, last_seen_at: at, expires_at: at + 8 * HOUR };
      const origin = { source: null, user_agent: null };
      await insertUserSession(db, { id_hash, user_id: user, method: 'passcode', ...times, ...origin });
      const proof = { proved_at: at, second_factor: 1, by_password: 1 } as const;
      await insertSession(db, marks, {
        ...{ id_hash, administrator_id: administrator },
        ...{ ...times, ...proof, ...origin },
      });
      expect((await findUserSession(db, id_hash, NOW, IDLE)) !== undefined).toBe(isThere);
      expect((await findSession(db, marks, id_hash, NOW, IDLE)) !== undefined).toBe(isThere);
      // While the clock was ahead, nothing was wrong with it.
      expect(await findSession(db, marks, id_hash, at, IDLE)).toBeDefined();
    }
  });

  test('what was asked of a second administrator in its days lasts no longer than a day', async () => {
    const { db } = stored;
    const undecided = { decision: null, decided_by: null, decided_person: null, decided_at: null };
    for (const at of [AHEAD, NOW + HOUR, NOW + MINUTE])
      await insertSecondApproval(db, marks, {
        ...{ id: `approval ${at}`, action: 'server-key.rotate', object: 'x', title: 'x' },
        ...{ ...undecided, asked_by: 'x', person: 'x', asked_at: at, expires_at: at + DAY, used_at: null },
      });
    const listed = async (now: number) =>
      (await listSecondApprovals(db, marks, now, 10)).map(({ asked_at }) => asked_at).sort();
    expect(await listed(NOW)).toEqual([NOW + MINUTE]);
    expect(await listed(NOW + HOUR)).toEqual([NOW + MINUTE, NOW + HOUR]);
    expect(await listed(AHEAD)).toEqual([AHEAD]);
  });
});
