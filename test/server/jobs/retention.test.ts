/** Old rows go at their time, and what is left of the audit trail is proven: by the cut, and by the archive. On both databases. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChainedRow } from '@sower/api/audit';
import { type ChainStart, followChain, parseAnchor } from '@sower/api/audit-chain';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { dayOf, HOUR } from '@sower/api/time';
import { type AuditChainContext, linkAudit, sha256 } from '@sower/server/audit/chain';
import { anchorOf, headKeeper } from '@sower/server/audit/head';
import { auditEnd, exportAudit, verifyAudit } from '@sower/server/audit/proof';
import { schedulesOf } from '@sower/server/compose/background';
import { newKeyCheck } from '@sower/server/compose/first-marks';
import { sealing } from '@sower/server/keys/seal/sealing';
import { opened } from '@sower/server/operations/backup/envelope';
import type { BackupPlan } from '@sower/server/operations/backup/make';
import { doRetention, hastenRetention, showRetention } from '@sower/server/operations/retention/retention';
import { seeAuditForward } from '@sower/server/store/audit/forwards';
import { insertAudit } from '@sower/server/store/audit/rows';
import { newId } from '@sower/server/store/db/ids';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { sqliteDialect } from '@sower/server/store/db/sqlite/dialect';
import { claimInstallation } from '@sower/server/store/operations/installation';
import { countOld, deleteExpired, deleteOld, type OldKind } from '@sower/server/store/operations/old-rows';
import type { Schema } from '@sower/server/store/schema/schema';
import { hastenSchedule } from '@sower/server/store/work/due';
import { addBuiltInSchedules, doWhatIsDue } from '@sower/server/work/schedules';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { CompiledQuery, Kysely } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases, SQLITE } from '../../harness/databases.ts';
import { openedDatabase } from '../../harness/deployed.ts';
import { addPeople } from '../../harness/jobs/many-people.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const seal = sealing(random(32), random);
const DAY = 86_400_000;
let begins = Date.parse('2020-01-01T00:00:00Z');
const ROWS = 1_500;
const actor = {
  kind: 'system',
  name: 'system',
  grants: [{ permissions: new Set(['audit:view', 'settings:edit']), domain: '/' }],
} as never;
const done = <T>(outcome: { ok: true; value: T } | { ok: false }): T => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value;
};

const sentMail = (ids: Parameters<typeof newId>[0], at: number) => ({
  id: newId(ids),
  event: 'x',
  recipient: 'a@example.com',
  subject: 'x',
  encrypted: 0 as const,
  message_id: newId(ids),
  state: 'sent' as const,
  attempts: 0,
  next_at: 0,
  created_at: at,
  given_up_at: 0,
});

onBothDatabases('old rows', (kind) => {
  let fresh: FreshDatabase;
  let open: OpenDatabase;
  let folder: string;
  let identity: string;
  let plan: BackupPlan | undefined;
  let clock: number;
  let settings: Record<string, unknown>;
  let sleep: () => Promise<void>;
  const kept = { heads: undefined as ReturnType<typeof headKeeper> | undefined };
  const uses = () => ({ db: open.db, sealing: seal, now: () => clock, databaseNow: () => clock, random });
  const chain = (): AuditChainContext => ({
    ...uses(),
    auditHead: kept.heads as ReturnType<typeof headKeeper>,
    onAuditFindings: () => {},
  });
  const retention = () => ({
    ...uses(),
    sleep: () => sleep(),
    monotonic: () => 0,
    isAlone: () => true,
    settings: { current: async () => settings as never, forget: () => {} },
    backups: { plan, location: fresh.location, version: 'x', wrapKey: undefined } as never,
  });
  const write = (count: number) =>
    insertAudit(
      open.db,
      uses(),
      ...Array.from({ length: count }, (_, number) => ({
        actor: 'somebody',
        action: 'user.add' as const,
        object: `user:${number}`,
        result: 'success' as const,
      })),
    );
  const proof = async (anchor?: string) => done(await verifyAudit(chain(), actor, { anchor }));
  const left = async () =>
    Number(
      (
        await open.db
          .selectFrom('audit')
          .select((eb) => eb.fn.countAll().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    );

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-retention-'));
    identity = await generateX25519Identity();
    plan = {
      to: { kind: 'folder', folder },
      recipients: [await identityToRecipient(identity)],
      keep: 1,
      keepDays: undefined,
    };
    // Never back: IDs are in the order of time.
    clock = begins;
    begins += 1_000 * DAY;
    settings = { ...DEFAULT_SETTINGS, 'retention.auditDays': 100 };
    sleep = async () => {};
    fresh = await kind.fresh();
    open = await openDatabase(fresh.location);
    kept.heads = headKeeper(uses());
    const head = { seq: 0, hash: '0'.repeat(64), at: clock, unmarked: 0 };
    await claimInstallation(open.db, newKeyCheck(seal), clock, anchorOf(uses(), head));
    await write(ROWS);
    await linkAudit(chain());
    clock += 50 * DAY;
    await write(500);
    await linkAudit(chain());
  });
  afterEach(async () => {
    await open.close();
    await fresh.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function archived(): Promise<(ChainedRow | ChainStart)[]> {
    const rows: (ChainedRow | ChainStart)[] = [];
    for (const name of readdirSync(folder).sort())
      for await (const line of opened(join(folder, name), [identity])) rows.push(JSON.parse(line));
    return rows;
  }
  async function exported(): Promise<(ChainedRow | ChainStart)[]> {
    const { items, start } = done(await exportAudit(chain(), actor, 0, 100_000));
    return [...(start ? [start] : []), ...items];
  }

  test('what has not arrived where it is forwarded to stays, however old, unless it is said otherwise', async () => {
    clock += 60 * DAY;
    const place = { id: 'file:/a', seq: 100, now: clock };
    await seeAuditForward(open.db, place);
    await seeAuditForward(open.db, { ...place, id: 'file:/b', seq: ROWS + 500 });
    expect((await doRetention(retention())).audit).toBe(100);
    expect(await proof()).toMatchObject({ intact: true, cut: { link: 100 } });
    expect((await doRetention(retention())).audit).toBe(0);
    settings['retention.cutUnforwarded'] = true;
    expect((await doRetention(retention())).audit).toBe(ROWS - 100);
  });

  test('a trail that is cut off while it is verified or exported is intact, wherever the cut falls', async () => {
    clock += 60 * DAY;
    const exports: boolean[] = [];
    // Between two batches of the rows that are cut off, too.
    sleep = async () => {
      exports.push((await followChain(await exported(), sha256)).intact);
    };
    let batches = 0;
    const between = async (): Promise<void> => {
      batches += 1;
      if (batches === 10) await doRetention(retention());
    };
    const proven = done(await verifyAudit(chain(), actor, { between }));
    expect(proven).toMatchObject({ intact: true, findings: [], cut: { link: ROWS } });
    expect(batches).toBeGreaterThan(10);
    expect(exports.length).toBeGreaterThan(3);
    expect(exports).not.toContain(false);
    expect(await proof()).toMatchObject({ intact: true, rows: 501 });
  });

  test('what is old enough is archived and cut off; the rest is proven, and so is the archive', async () => {
    const before = done(await auditEnd(chain(), actor)).anchor;
    expect((await doRetention(retention())).audit).toBe(0);
    clock += 60 * DAY;
    const shown = done(await showRetention(retention(), actor));
    expect(shown.kinds[0]).toMatchObject({ kind: 'audit', days: 100, due: ROWS });
    expect(await left()).toBe(ROWS + 500);
    const begun = performance.now();
    expect((await doRetention(retention())).audit).toBe(ROWS);
    const took = (performance.now() - begun) / 1000;
    console.log(`${kind.name}: ${ROWS} audit rows proven, archived and deleted in ${took.toFixed(2)} s`);
    // And the row that says so.
    expect(await left()).toBe(501);
    for (const anchor of [undefined, before]) {
      const proven = await proof(anchor);
      expect(proven).toMatchObject({ intact: true, rows: 501, cut: { link: ROWS } });
      expect(proven.detail.code).toBe('audit.intact-cut');
    }
    const file = await archived();
    expect(file).toHaveLength(ROWS + 1);
    const cut = done(await showRetention(retention(), actor)).cuts[0];
    expect(cut).toMatchObject({ rows: ROWS, link: ROWS, archive: readdirSync(folder)[0] });
    const octets = readFileSync(join(folder, cut?.archive ?? ''));
    expect(octets.includes('somebody')).toBe(false);
    const verdict = await followChain(file, sha256);
    const rest = await exported();
    expect(rest[0]).toEqual({ start: ROWS, hash: verdict.intact && verdict.head });
    // Together they are one chain, up to the anchor from before.
    const whole = [...file, ...rest.slice(1)];
    expect(await followChain(whole, sha256, parseAnchor(before)?.head)).toMatchObject({
      intact: true,
      rows: ROWS + 501,
    });
    expect(await followChain(rest, sha256)).toMatchObject({ intact: true, rows: 501 });
    expect(await followChain(rest.slice(1), sha256)).toMatchObject({ intact: false });
    // The next time goes on behind it; a restart does not matter.
    clock += 60 * DAY;
    kept.heads = headKeeper(uses());
    expect((await doRetention(retention())).audit).toBe(500);
    expect(await proof(before)).toMatchObject({ intact: true, rows: 2, cut: { link: ROWS + 500 } });
    expect(
      await followChain(
        (await archived()).filter((row, at) => at === 0 || !('start' in row)),
        sha256,
      ),
    ).toMatchObject({
      intact: true,
      rows: ROWS + 500,
    });
  });

  test('rows of a clock that was ahead go with those around them; one that was behind takes no others with it', async () => {
    const at = async (days: number, count: number) => {
      clock += days * DAY;
      await write(count);
      await linkAudit(chain());
      clock -= days * DAY;
    };
    // Written together with the 500 rows of today.
    await at(500, 300);
    await at(0, 700);
    // By a clock without a battery, among young rows.
    clock += 50 * DAY;
    await write(100);
    await linkAudit(chain());
    await at(-300, 1);
    await write(100);
    await linkAudit(chain());
    clock += 51 * DAY;
    expect((await doRetention(retention())).audit).toBe(ROWS + 500 + 300 + 700);
    expect(await proof()).toMatchObject({ intact: true, cut: { link: ROWS + 1500 } });
    const cut = done(await showRetention(retention(), actor)).cuts[0];
    expect(Date.parse(cut?.to ?? '')).toBe(clock - 101 * DAY);
    expect((await doRetention(retention())).audit).toBe(0);
  });

  test('whoever is killed in the middle has cut nothing, or leaves what the next one deletes', async () => {
    clock += 60 * DAY;
    for (const stage of [1, 2, 3, 6, 9, 10, 11]) {
      let calls = 0;
      sleep = async () => {
        calls += 1;
        if (calls === stage + 5) throw new Error('killed');
      };
      await doRetention(retention()).catch((error: Error) => expect(error.message).toBe('killed'));
      expect(await proof()).toMatchObject({ intact: true, findings: [] });
      expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
    }
    sleep = async () => {};
    await doRetention(retention());
    expect(await proof()).toMatchObject({ intact: true, rows: 501 });
    expect(await left()).toBe(501);
    // Two at once: one cut.
    clock += 60 * DAY;
    const both = await Promise.all([doRetention(retention()), doRetention(retention())]);
    expect(both.map(({ audit }) => audit).sort()).toEqual([0, 500]);
    expect(await proof()).toMatchObject({ intact: true });
  });

  test('a server that stops need not wait: nothing is cut, or the next run deletes the rest', async () => {
    const stoppedAfter = (sleeps: number) => {
      let slept = 0;
      sleep = async () => {
        slept += 1;
      };
      return { isStopping: () => slept >= sleeps, slept: () => slept };
    };
    const others = stoppedAfter(Number.POSITIVE_INFINITY);
    await doRetention(retention());
    clock += 60 * DAY;
    // One page was proven.
    const early = stoppedAfter(others.slept() + 1);
    expect((await doRetention(retention(), early.isStopping)).audit).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
    expect(await left()).toBe(ROWS + 500);
    // All pages were proven, and one batch deleted.
    const sleeps = others.slept() + Math.floor(ROWS / 200) + 1;
    const late = stoppedAfter(sleeps);
    expect((await doRetention(retention(), late.isStopping)).audit).toBe(ROWS);
    expect(late.slept()).toBe(sleeps);
    expect(await left()).toBeGreaterThan(501);
    expect(await proof()).toMatchObject({ intact: true, rows: 501, cut: { link: ROWS } });
    expect((await doRetention(retention())).audit).toBe(0);
    expect(await left()).toBe(501);
  });

  test('a hold that begins in the middle keeps what is not gone yet', async () => {
    const heldAfter = (sleeps: number) => {
      let slept = 0;
      settings['retention.hold'] = '';
      sleep = async () => {
        slept += 1;
        if (slept === sleeps) settings['retention.hold'] = 'case 4711';
      };
      return () => slept;
    };
    const others = heldAfter(Number.POSITIVE_INFINITY);
    await doRetention(retention());
    clock += 60 * DAY;
    // One page was proven.
    heldAfter(others() + 1);
    expect((await doRetention(retention())).audit).toBe(0);
    expect(await left()).toBe(ROWS + 500);
    // All pages were proven, and one batch deleted.
    heldAfter(others() + Math.floor(ROWS / 200) + 1);
    expect((await doRetention(retention())).audit).toBe(ROWS);
    expect(await left()).toBe(ROWS + 501 - 200);
    expect(await proof()).toMatchObject({ intact: true, cut: { link: ROWS } });
    // The same of other rows; nothing of the kinds before them is there.
    await open.db
      .insertInto('mail')
      .values(Array.from({ length: 300 }, () => sentMail(uses(), clock)) as never)
      .execute();
    clock += 100 * DAY;
    heldAfter(6);
    expect(await doRetention(retention())).toMatchObject({ 'sent-mail': 200 });
    expect(await open.db.selectFrom('mail').select('id').execute()).toHaveLength(100);
  });

  test('a trail that was altered is not cut there, and nobody without the key can cut it', async () => {
    const target = await open.db
      .selectFrom('audit_chain')
      .selectAll()
      .where('seq', '=', 700)
      .executeTakeFirstOrThrow();
    await open.db.updateTable('audit').set({ object: 'user:x' }).where('id', '=', target.audit_id).execute();
    clock += 60 * DAY;
    await expect(doRetention(retention())).rejects.toThrow('not intact at link 700');
    expect((await proof()).findings).toMatchObject([{ link: 700 }]);
    expect(await left()).toBeGreaterThan(ROWS + 500 - 700);
    await open.db
      .updateTable('audit')
      .set({ object: 'user:699' })
      .where('id', '=', target.audit_id)
      .execute();
    await doRetention(retention());
    expect(await proof()).toMatchObject({ intact: true });
    const codes = async () => (await proof()).findings.map(({ detail }) => detail.code);
    // The cut taken away, one moved on, and rows removed behind it.
    const cuts = await open.db.selectFrom('audit_cuts').selectAll().orderBy('seq', 'desc').execute();
    await open.db.deleteFrom('audit_cuts').execute();
    expect(await codes()).toContain('audit.links-removed');
    for (const cut of cuts) await open.db.insertInto('audit_cuts').values(cut).execute();
    expect(await codes()).toEqual([]);
    const forged = { ...(cuts[0] as (typeof cuts)[number]), seq: ROWS + 100 };
    await open.db.insertInto('audit_cuts').values(forged).execute();
    await open.db
      .deleteFrom('audit_chain')
      .where('seq', '>', ROWS)
      .where('seq', '<=', ROWS + 100)
      .execute();
    expect(await codes()).toEqual(expect.arrayContaining(['audit.cut-forged', 'audit.links-removed']));
  });

  test('a full archive, a hold and a node that makes no backups delete nothing; without backups there is no archive', async () => {
    clock += 60 * DAY;
    rmSync(folder, { recursive: true });
    await expect(doRetention(retention())).rejects.toThrow('ENOENT');
    settings['retention.hold'] = 'case 4711';
    expect(await doRetention(retention())).toEqual({ expired: 0 });
    expect(await hastenRetention(retention(), actor)).toMatchObject({
      ok: false,
      detail: { code: 'retention.hold' },
    });
    settings['retention.hold'] = '';
    plan = undefined;
    // Another node makes backups, also as long as it has not finished one.
    await addBuiltInSchedules(uses(), { backup: true });
    expect(done(await showRetention(retention(), actor)).archive).toBe('elsewhere');
    expect((await doRetention(retention())).audit).toBe(undefined);
    expect(await left()).toBe(ROWS + 500);
    await open.db.deleteFrom('schedules').execute();
    expect((await doRetention(retention())).audit).toBe(ROWS);
    expect(await proof()).toMatchObject({ intact: true, cut: { link: ROWS } });
    expect(done(await showRetention(retention(), actor)).cuts[0]?.archive).toBe(undefined);
  });

  test('a node that makes no backups leaves it to one that does, but for an hour only, and then all but the trail', async () => {
    clock += 60 * DAY;
    const backups = plan;
    const log = { info: () => {}, warn: () => {} };
    const roundOf = async (has: BackupPlan | undefined): Promise<void> => {
      plan = has;
      const { retention: work } = schedulesOf(retention() as never, log);
      while (await doWhatIsDue(uses(), { retention: work } as never));
    };
    const cuts = async () => done(await showRetention(retention(), actor)).cuts.map(({ archive }) => archive);
    await addBuiltInSchedules(uses(), { backup: true, retention: true });
    await roundOf(undefined);
    expect(await cuts()).toEqual([]);
    await roundOf(backups);
    expect(await cuts()).toEqual([expect.stringContaining('sower-audit-1-')]);
    // Another night, the one that makes them is down.
    await open.db
      .insertInto('mail')
      .values(sentMail(uses(), clock) as never)
      .execute();
    clock += 100 * DAY;
    await hastenSchedule(open.db, 'retention', clock);
    const mail = async () => (await open.db.selectFrom('mail').select('id').execute()).length;
    await roundOf(undefined);
    expect(await mail()).toBe(1);
    clock += HOUR;
    await roundOf(undefined);
    expect([await mail(), (await cuts()).length]).toEqual([0, 1]);
    // Where none makes them, nothing is waited for.
    await open.db.deleteFrom('schedules').where('id', '=', 'backup').execute();
    await hastenSchedule(open.db, 'retention', clock);
    await roundOf(undefined);
    expect(await cuts()).toHaveLength(2);
  });
});

onBothDatabases('old rows of other kinds', (kind) => {
  let fresh: FreshDatabase;
  let open: OpenDatabase;
  beforeEach(async () => {
    fresh = await kind.fresh();
    open = await openDatabase(fresh.location);
  });
  afterEach(async () => {
    await open.close();
    await fresh.drop();
  });

  test('go by their own age, in batches, and what is live or young stays', async () => {
    const { db } = open;
    let clock = begins;
    begins += 1_000 * DAY;
    const ids = { now: () => clock, random };
    const mail = (state: 'queued' | 'sent' | 'dead') => ({ ...sentMail(ids, clock), state });
    const job = (ended_at: number | null) => ({
      id: newId(ids),
      kind: 'distribute' as const,
      name: 'x',
      input: '{}',
      about: null,
      actor_kind: 'api-key' as const,
      actor_id: 'x',
      actor_name: 'x',
      source: null,
      mark: null,
      state: ended_at === null ? ('paused' as const) : ('done' as const),
      phase: 'work' as const,
      created_at: clock,
      ended_at,
    });
    const attempt = (expires_at: number) => ({
      id_hash: newId(ids),
      client: 'x',
      binding: 'x',
      user_key: 'x',
      user_row: null,
      found: 'x',
      expires_at,
    });
    const states = ['queued', 'sent', 'dead'] as const;
    await db
      .insertInto('mail')
      .values(Array.from({ length: 30 }, (_, at) => mail(states[at % 3] ?? 'sent')) as never)
      .execute();
    await db
      .insertInto('jobs')
      .values([job(clock), job(null)] as never)
      .execute();
    const [ended] = await db.selectFrom('jobs').select('id').where('state', '=', 'done').execute();
    const rowsOfJob = Array.from({ length: 20 }, (_, position) => ({
      ...{ job_id: String(ended?.id), position, subject: 'x', key: `x${position}`, state: 'done' as const },
    }));
    await db.insertInto('job_rows').values(rowsOfJob).execute();
    clock += 100 * DAY;
    const age = { now: clock, before: clock - 90 * DAY };
    await db
      .insertInto('mail')
      .values([mail('sent')] as never)
      .execute();
    await db
      .insertInto('password_attempts')
      .values([attempt(clock - 1), attempt(clock + 1)])
      .execute();
    const drop = async (of: OldKind): Promise<number> => {
      let at: Awaited<ReturnType<typeof deleteOld>> = await deleteOld(db, of, age, 7);
      while (at.next) at = await deleteOld(db, of, age, 7, at.next);
      return at.deleted;
    };
    // Of a job with many rows, they go before it.
    const rowsLeft = async () => (await db.selectFrom('job_rows').select('position').execute()).length;
    let of = await deleteOld(db, 'jobs', age, 7);
    expect([await rowsLeft(), of.deleted]).toEqual([13, 0]);
    of = await deleteOld(db, 'jobs', age, 7, of.next);
    expect([await rowsLeft(), of.deleted]).toEqual([6, 0]);
    expect(await countOld(db, 'sent-mail', age, 1_000)).toBe(10);
    expect(await countOld(db, 'sent-mail', age, 4)).toBe(4);
    expect([await drop('sent-mail'), await drop('failed-mail'), await drop('jobs')]).toEqual([10, 10, 1]);
    expect([await drop('sent-mail'), await drop('history'), await drop('requests')]).toEqual([0, 0, 0]);
    expect(await deleteExpired(db, clock)).toBe(1);
    const left = await db.selectFrom('mail').select('state').orderBy('id').execute();
    expect(left.map(({ state }) => state)).toEqual([...Array(10).fill('queued'), 'sent']);
  });
});

onBothDatabases('reminders that were sent', (kind) => {
  const { stored } = openedDatabase(kind.installed);

  test('stay until what they announce is over: without them, they would be sent again', async () => {
    const { db } = stored;
    const now = Date.UTC(2027, 2, 1, 15);
    const [today, end] = [dayOf(now), now + HOUR];
    const ids = { now: () => now - 10 * DAY, random };
    const { userIds, serials } = await addPeople(db, 'reminded', 1);
    await db.updateTable('users').set({ leaves_at: end }).where('user_id', 'in', userIds).execute();
    await db
      .updateTable('tokens')
      .set({ expires_on: today, lent_until: today })
      .where('serial', 'in', serials)
      .execute();
    const { id, user_id } = await db.selectFrom('tokens').select(['id', 'user_id']).executeTakeFirstOrThrow();
    const distribution = newId(ids);
    await db
      .insertInto('distributions')
      .values({
        ...{
          id: distribution,
          token_id: id,
          user_id,
          profile_id: 'p',
          profile_name: 'p',
          device_type: 'sower',
        },
        ...{
          snapshot: '{}',
          delivery: 'url',
          code_hash: 'c',
          device_kind: 'any',
          device_id: null,
          nickname: '',
        },
        ...{ state: 'issued', attempts: 0, latest: 1, created_by: 'x', created_at: now, expires_at: end },
      } as never)
      .execute();
    const keys = [
      `access-ending:${user_id}:${end}`,
      `code-expiring:${distribution}`,
      `loan-ending:${id}:${today}`,
      `token-expiring:${id}:${today}`,
    ];
    await db
      .insertInto('mail')
      .values(keys.map((once_key) => ({ ...sentMail(ids, now - 10 * DAY), once_key })) as never)
      .execute();
    const left = async (clock: number) => {
      await deleteOld(db, 'sent-mail', { now: clock, before: now }, 100);
      const rows = await db.selectFrom('mail').select('once_key').orderBy('once_key').execute();
      return rows.map(({ once_key }) => once_key);
    };
    expect(await left(now)).toEqual(keys);
    // A loan ends when its last day is over in every time zone.
    expect(await left(now + DAY / 2)).toEqual([`loan-ending:${id}:${today}`]);
    expect(await left(now + DAY)).toEqual([]);
  });
});

test('SQLite: what may go is found along indexes, however many rows the tables it depends on have', async () => {
  const fresh = await SQLITE.fresh();
  const { file } = fresh.location as { readonly file: string };
  const asked: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  const db = new Kysely<Schema>({
    dialect: sqliteDialect(file),
    log: ({ query }) => void asked.push(query),
  });
  try {
    const age = { now: begins, before: begins };
    for (const oldKind of [
      'accounting',
      'history',
      'sent-mail',
      'failed-mail',
      'requests',
      'jobs',
    ] as const) {
      let { next } = await deleteOld(db, oldKind, age, 7);
      while (next) ({ next } = await deleteOld(db, oldKind, age, 7, next));
    }
    const plans: string[] = [];
    for (const { sql: text, parameters } of asked.filter((one) => one.sql.includes(' as may '))) {
      const plan = CompiledQuery.raw(`explain query plan ${text}`, [...parameters]);
      plans.push(...(await db.executeQuery<{ detail: string }>(plan)).rows.map(({ detail }) => detail));
    }
    expect(plans.length).toBeGreaterThan(7);
    expect(
      plans.filter((detail) => detail.startsWith('SCAN') && !/^SCAN (o\b|CONSTANT)/.test(detail)),
    ).toEqual([]);
  } finally {
    await db.destroy();
    await fresh.drop();
  }
});
