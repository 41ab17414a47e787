/** What somebody who writes the database but lacks the master key does to the audit trail shows. On both databases. */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHAIN_START } from '@sower/api/audit-chain';
import { inEnglish, text } from '@sower/texts/outcomes';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { earlierSchema } from '../../../test/harness/databases/earlier-schema.ts';
import { type FreshDatabase, onBothDatabases } from '../../../test/harness/databases.ts';
import { type AuditChainContext, linkAudit, seenHead } from '../src/audit/chain.ts';
import type { AuditFinding } from '../src/audit/findings.ts';
import { anchorOf, headKeeper } from '../src/audit/head.ts';
import { examineAudit, type ProvenChain, verifyAtSetTime, verifyAudit } from '../src/audit/proof.ts';
import { beginMarks, newKeyCheck } from '../src/compose/first-marks.ts';
import type { Actor } from '../src/core/actor.ts';
import { sealing } from '../src/keys/seal/sealing.ts';
import { insertAudit } from '../src/store/audit/rows.ts';
import { newId } from '../src/store/db/ids.ts';
import { type OpenDatabase, openDatabase } from '../src/store/db/open.ts';
import { claimInstallation, findInstallation } from '../src/store/operations/installation.ts';
import type { Row } from '../src/store/schema/schema.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const ids = { now: () => Date.now(), random };
const seal = sealing(random(32), random);
const auditor: Actor = {
  kind: 'administrator',
  name: 'auditor',
  grants: [{ permissions: new Set(['audit:view']), domain: '/' }],
};

onBothDatabases('a writer of the database', (kind) => {
  let fresh: FreshDatabase;
  let open: OpenDatabase;
  let folder: string;
  let reported: AuditFinding[];
  /** A process: what it remembers is its own, the file it shares. */
  let uses: AuditChainContext;

  const process = (file: string | undefined): AuditChainContext => ({
    db: open.db,
    sealing: seal,
    ...ids,
    auditHead: headKeeper({ sealing: seal, now: ids.now }, file),
    onAuditFindings: (findings) => reported.push(...findings),
  });
  const file = () => join(folder, 'audit-head');
  const write = async (count: number, by = uses): Promise<void> => {
    const objects = Array.from({ length: count }, (_, index) => `user:${index}`);
    const event = { actor: 'somebody', action: 'user.add' as const, result: 'success' as const };
    await insertAudit(open.db, by, ...objects.map((object) => ({ ...event, object })));
    await linkAudit(by);
  };
  const verify = async (by = uses, anchor?: string): Promise<ProvenChain> => {
    const outcome = await verifyAudit(by, auditor, { anchor });
    if (!outcome.ok) throw new Error(outcome.detail.code);
    return outcome.value;
  };
  const details = (chain: ProvenChain) => chain.findings.map(({ detail }) => inEnglish(detail)).join('\n');
  const rows = () => open.db.selectFrom('audit').selectAll().orderBy('id').execute();
  /** As the attacker writes it, who knows how ids look. */
  const forged = (mark: string | null = null): Row<'audit'> => ({
    id: newId(ids),
    at: Date.now(),
    actor: 'administrator:rival',
    action: 'user.delete',
    object: 'user:victim',
    result: 'success',
    reason: null,
    text: null,
    source: null,
    request: null,
    mark,
  });
  const setHead = (audit_head: string | null) =>
    open.db.updateTable('installation').set({ audit_head }).execute();
  const getHead = async () => (await findInstallation(open.db))?.audit_head ?? null;
  async function cutAfter(seq: number): Promise<void> {
    const links = await open.db.selectFrom('audit_chain').selectAll().where('seq', '>', seq).execute();
    await open.db.deleteFrom('audit_chain').where('seq', '>', seq).execute();
    await open.db
      .deleteFrom('audit')
      .where(
        'id',
        'in',
        links.map((link) => link.audit_id),
      )
      .execute();
    await open.db.deleteFrom('audit_unlinked').execute();
  }

  beforeEach(async () => {
    fresh = await kind.fresh();
    open = await openDatabase(fresh.location);
    folder = mkdtempSync(join(tmpdir(), 'sower-audit-head-'));
    const head = { seq: 0, hash: CHAIN_START, at: Date.now(), unmarked: 0 };
    await claimInstallation(open.db, newKeyCheck(seal), Date.now(), anchorOf({ sealing: seal }, head));
    reported = [];
    uses = process(file());
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await open.close();
    await fresh.drop();
  });

  test('inserts a row: it is reported when rows are linked, and never linked', async () => {
    await write(5);
    for (const mark of [null, 'guessed', (await rows())[0]?.mark ?? null]) {
      const row = forged(mark);
      await open.db.insertInto('audit').values(row).execute();
      await open.db.insertInto('audit_unlinked').values({ audit_id: row.id }).execute();
      await write(1);
      expect(reported.map((finding) => finding.row)).toContain(row.id);
      expect(await verify()).toMatchObject({ intact: false });
    }
    const linked = await open.db.selectFrom('audit_chain').select('audit_id').execute();
    const others = (await rows()).filter((row) => row.actor === 'administrator:rival').map(({ id }) => id);
    expect(others).toHaveLength(3);
    expect(linked.filter((link) => others.includes(link.audit_id))).toEqual([]);
    // The trail says so too, and what the server wrote meanwhile is linked as ever.
    expect((await rows()).filter(({ action }) => action === 'audit.altered')).toHaveLength(3);
  });

  test('inserts a row that does not wait to be linked: verifying reports it', async () => {
    await write(5);
    const row = forged();
    await open.db.insertInto('audit').values(row).execute();
    expect(await verify()).toMatchObject({ intact: false, broken: row.id, rows: 5 });
    expect(await verify()).toMatchObject({ intact: false, broken: row.id, rows: 5 });
    // A rehearsal tells the one who asked. An examination of the trail in use raises the alarm, once an hour for the same.
    const alarms = async () => (await rows()).filter(({ action }) => action === 'audit.altered');
    expect(await alarms()).toEqual([]);
    await examineAudit(uses, auditor);
    await examineAudit(uses, auditor);
    expect((await alarms()).map(({ reason }) => reason?.includes(row.id))).toEqual([true]);
    expect(reported.map((finding) => finding.row)).toContain(row.id);
    await examineAudit({ ...uses, now: () => Date.now() + 3_700_000 }, auditor);
    expect(await alarms()).toHaveLength(2);
  });

  test('is found at a set time without a request; a stop does not wait for a long trail', async () => {
    await write(250);
    let batches = 0;
    const yieldTo = async (): Promise<void> => {
      batches += 1;
    };
    const steady = { ...uses, yieldTo };
    const verified = async () =>
      (await rows()).filter(({ action }) => action === 'audit.verify').map(({ result }) => result);
    await verifyAtSetTime(steady, () => batches > 1);
    expect(batches).toBe(2);
    expect(await verified()).toEqual([]);

    await verifyAtSetTime(steady, () => false);
    expect(await verified()).toEqual(['success']);
    expect(reported).toEqual([]);

    const victim = (await rows())[200] as Row<'audit'>;
    await open.db.updateTable('audit').set({ object: 'user:other' }).where('id', '=', victim.id).execute();
    await verifyAtSetTime(steady, () => false);
    expect(await verified()).toEqual(['success', 'failure']);
    expect((await rows()).filter(({ action }) => action === 'audit.altered')).toHaveLength(1);
    expect(reported.map((finding) => finding.row)).toEqual([victim.id]);
  });

  test('alters the text that readers of other languages see: it is found like any other change', async () => {
    await insertAudit(open.db, uses, {
      actor: 'somebody',
      action: 'token.assign',
      object: 'token:1',
      result: 'success',
      reason: text('event.to', { name: 'anna' }),
    });
    await linkAudit(uses);
    expect((await verify()).intact).toBe(true);
    const [row] = (await rows()).slice(-1);
    expect(row).toMatchObject({
      reason: 'to anna',
      text: JSON.stringify(text('event.to', { name: 'anna' })),
    });
    await open.db
      .updateTable('audit')
      .set({ text: JSON.stringify(text('event.to', { name: 'berta' })) })
      .where('id', '=', row?.id ?? '')
      .execute();
    expect((await verify()).broken).toBe(row?.id);
  });

  test('alters a row before it is linked: it is reported, and not linked', async () => {
    await write(5);
    await insertAudit(open.db, uses, {
      ...forged(),
      action: 'user.delete',
      reason: undefined,
      source: undefined,
    });
    const [row] = (await rows()).slice(-1);
    await open.db
      .updateTable('audit')
      .set({ actor: 'administrator:another' })
      .where('id', '=', row?.id ?? '')
      .execute();
    await linkAudit(uses);
    expect(reported).toMatchObject([{ row: row?.id }]);
    expect((await verify()).broken).toBe(row?.id);
  });

  test.each([
    ['cuts the end off', 6],
    ['deletes everything', 0],
  ])(
    '%s, and puts the end that the database keeps back: seen by the process, by its file, by an anchor',
    async (_, kept) => {
      const first = await getHead();
      await write(6);
      const early = kept === 0 ? first : await getHead();
      await write(6);
      await uses.auditHead.flush();
      const anchor = await getHead();
      expect(await verify(uses, anchor ?? '')).toMatchObject({ intact: true, rows: 12 });
      await cutAfter(kept);

      // Without putting it back, the database itself shows it.
      const apart = () => process(undefined);
      expect(details(await verify(apart()))).toContain(`now ends at link ${kept}`);
      await setHead(early);
      expect((await verify(apart())).intact).toBe(true);

      expect(details(await verify(uses))).toContain(`The chain reached link 12`);
      expect(details(await verify(process(file())))).toContain(`The chain reached link 12`);
      expect(details(await verify(apart(), anchor ?? ''))).toContain(`The chain reached link 12`);

      // What is written afterwards is linked behind what was removed: the hole stays, also for who only sees the database.
      expect(reported).toEqual([]);
      await write(3);
      expect(reported.map(({ detail }) => inEnglish(detail)).join()).toContain('The chain reached link 12');
      const later = await verify(process(undefined));
      expect(details(later)).toContain(`Links ${kept + 1} to 12 of the chain were removed.`);
    },
  );

  test('removes the end that the database keeps, or alters its file', async () => {
    await write(3);
    await uses.auditHead.flush();
    const head = await getHead();
    await setHead(null);
    expect(details(await verify())).toContain('that the database stores');
    await setHead(head?.replace(/^3\./, '2.') ?? '');
    expect(details(await verify())).toContain('that the database stores');
    await setHead(head);
    expect((await verify()).intact).toBe(true);
    const text = readFileSync(file(), 'utf8');
    writeFileSync(file(), text.replace(/^3\./, '1.'));
    expect(details(await verify())).toContain('that the data folder stores');
    // It is not mended by going on.
    await write(3);
    await uses.auditHead.flush();
    expect(details(await verify())).toContain('that the data folder stores');
  });

  test('does whatever comes to mind to what is linked: it shows', async () => {
    await write(8);
    const head = await getHead();
    const KEYS = { audit: 'id', audit_chain: 'seq' } as const;
    type Values = Record<string, unknown>;
    const read = async (table: keyof typeof KEYS): Promise<Values[]> =>
      sql<Values>`select * from ${sql.table(table)} order by ${sql.ref(KEYS[table])}`
        .execute(open.db)
        .then((result) => result.rows);
    const before = { audit: await read('audit'), audit_chain: await read('audit_chain') };
    async function restore(): Promise<void> {
      for (const table of ['audit', 'audit_chain'] as const) {
        await open.db.deleteFrom(table).execute();
        await open.db
          .insertInto(table)
          .values(before[table] as never)
          .execute();
      }
      await setHead(head);
    }
    const row = fc.nat(7);
    const alter = (table: keyof typeof KEYS, columns: readonly string[]) =>
      fc.record({ table: fc.constant(table), column: fc.constantFrom(...columns), row, like: row });
    const step = fc.oneof(
      alter('audit', Object.keys(before.audit[0] ?? {})),
      alter('audit_chain', Object.keys(before.audit_chain[0] ?? {})),
      fc.record({
        table: fc.constantFrom('audit' as const, 'audit_chain' as const),
        row,
        gone: fc.constant(true),
      }),
      fc.record({ table: fc.constant('audit' as const), row, copied: fc.constant(true) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 3 }), async (steps) => {
        for (const one of steps) {
          const key = KEYS[one.table];
          const target = before[one.table][one.row] ?? {};
          const which = sql`${sql.table(one.table)} where ${sql.ref(key)} = ${target[key]}`;
          if ('gone' in one) await sql`delete from ${which}`.execute(open.db);
          else if ('copied' in one) {
            const copy = { ...target, id: newId(ids) } as Row<'audit'>;
            await open.db.insertInto('audit').values(copy).execute();
          } else {
            const other = before[one.table][one.like]?.[one.column];
            // These are unique: another one that nobody has.
            const value = !/^(id|seq|audit_id)$/.test(one.column)
              ? other
              : typeof other === 'number'
                ? other + 100 + one.row
                : `${other}${one.row}`;
            await sql`update ${sql.table(one.table)} set ${sql.ref(one.column)} = ${value}
              where ${sql.ref(key)} = ${target[key]}`.execute(open.db);
          }
        }
        const after = { audit: await read('audit'), audit_chain: await read('audit_chain') };
        const { intact } = await verify(process(undefined));
        await restore();
        expect(intact).toBe(JSON.stringify(after) === JSON.stringify(before));
      }),
      { numRuns: 150, seed: 8 },
    );
  });

  test('has rows of before taken over again: only once, and not by putting things back', async () => {
    // As an earlier Sower left it, with one row that is not linked yet.
    const old = await kind.empty();
    const db = await earlierSchema(old.location, '0015-windows-apart');
    const FITS = seal.seal('installation.key_check', Buffer.from('the master key fits'));
    await db
      .insertInto('installation')
      .values({ id: 1, key_check: FITS, created_at: 0, next_serial: 1, settings: '{}', settings_version: 1 })
      .execute();
    const { mark: _mark, text: _text, request: _request, ...row } = forged();
    await db.insertInto('audit').values(row).execute();
    await db.insertInto('audit_unlinked').values({ audit_id: row.id }).execute();
    await db.destroy();

    await open.close();
    await fresh.drop();
    fresh = old;
    open = await openDatabase(old.location);
    uses = process(file());
    const check = async () => (await findInstallation(open.db))?.key_check ?? '';
    expect(await Promise.all([beginMarks(uses, FITS), beginMarks(uses, FITS)])).toContainEqual([
      'audit',
      'rights',
    ]);
    await write(3);
    await uses.auditHead.flush();
    expect(await verify()).toMatchObject({ intact: true, unmarked: 1, rows: 6 });
    expect(
      (await rows()).filter(({ action }) => action === 'audit.marks').map(({ object }) => object),
    ).toEqual(['audit', 'rights']);
    const anchor = await getHead();

    // Another row without a mark, and what says how many there are is taken away: nothing is taken over.
    const late = forged();
    await open.db.insertInto('audit').values(late).execute();
    await setHead(null);
    expect(await beginMarks(uses, await check())).toEqual([]);
    expect(details(await verify())).toContain(
      `Row ${late.id} was written or altered without the master key.`,
    );

    // With a copy of the sealed check of before, from a backup, it is done again; what is kept elsewhere shows that.
    await open.db.updateTable('installation').set({ key_check: FITS }).execute();
    expect(await beginMarks(uses, await check())).toEqual(['audit', 'rights']);
    const apart = process(undefined);
    expect(await verify(apart)).toMatchObject({ intact: true, unmarked: 7 });
    for (const chain of [await verify(process(file())), await verify(apart, anchor ?? '')]) {
      expect(details(chain)).toContain('1 rows had no mark; now 7 are recorded as having none.');
    }
  });

  test('a proof says what it is about, and what it is not about yet', async () => {
    await write(4);
    const written = await rows();
    const chain = await verify();
    expect(chain).toMatchObject({
      intact: true,
      from: new Date(written[0]?.at ?? 0).toISOString(),
      to: new Date(written.at(-1)?.at ?? 0).toISOString(),
      unmarked: 0,
      unlinked: 0,
    });
    expect(await seenHead(uses)).toMatchObject({ seq: 4 });
    const foreign = { seq: 4, hash: CHAIN_START, at: 0, unmarked: 0 };
    const other = sealing(random(32), random);
    for (const anchor of ['nonsense', anchorOf({ sealing: other }, foreign), `${await getHead()}x`]) {
      expect(await verifyAudit(uses, auditor, { anchor })).toMatchObject({
        ok: false,
        problem: 'invalid-request',
      });
    }
  });
});
