/** Which rows of the trail get a link and when: those that wait, each once, also when their transaction ends late. On both databases. */

import { randomBytes } from 'node:crypto';
import { CHAIN_START } from '@sower/api/audit-chain';
import { inEnglish } from '@sower/texts/outcomes';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../../test/harness/databases.ts';
import { freshSqlite } from '../../../test/harness/fresh-database.ts';
import { type AuditChainContext, linkAudit, seenHead } from '../src/audit/chain.ts';
import { anchorOf, type HeadKeeper, headKeeper } from '../src/audit/head.ts';
import { verifyAudit } from '../src/audit/proof.ts';
import { markedCut } from '../src/audit/start.ts';
import { newKeyCheck } from '../src/compose/first-marks.ts';
import type { Actor } from '../src/core/actor.ts';
import { type DataKeys, firstKeys } from '../src/keys/seal/key-ring.ts';
import { sealing } from '../src/keys/seal/sealing.ts';
import { insertCut, linkAtOnce } from '../src/store/audit/chain.ts';
import { auditMark, insertAudit } from '../src/store/audit/rows.ts';
import { type OpenDatabase, openDatabase } from '../src/store/db/open.ts';
import { claimInstallation } from '../src/store/operations/installation.ts';
import type { Connection, Row } from '../src/store/schema/schema.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const secret = random(32);
const seal = sealing(secret, random);
const auditor: Actor = {
  kind: 'administrator',
  name: 'auditor',
  grants: [{ permissions: new Set(['audit:view']), domain: '/' }],
};

/** As a first start does. */
const begin = (db: Connection) => {
  const head = { seq: 0, hash: CHAIN_START, at: Date.now(), unmarked: 0 };
  return claimInstallation(db, newKeyCheck(seal), Date.now(), anchorOf({ sealing: seal }, head));
};

onBothDatabases('linking the trail', (kind) => {
  let fresh: FreshDatabase;
  let open: OpenDatabase;
  let auditHead: HeadKeeper;
  const uses = (): AuditChainContext => ({
    db: open.db,
    sealing: seal,
    now: () => Date.now(),
    random,
    auditHead,
    onAuditFindings: (findings) => {
      throw new Error(`nothing is wrong here: ${JSON.stringify(findings)}`);
    },
  });
  const write = (db: Connection, ...objects: string[]) =>
    insertAudit(
      db,
      { now: () => Date.now(), random, sealing: seal },
      ...objects.map((object) => ({
        actor: 'somebody',
        action: 'user.add' as const,
        object,
        result: 'success' as const,
      })),
    );
  const linked = async (): Promise<string[]> => {
    const rows = await open.db
      .selectFrom('audit_chain')
      .innerJoin('audit', 'audit.id', 'audit_chain.audit_id')
      .select('object')
      .orderBy('seq')
      .execute();
    return rows.map(({ object }) => object);
  };
  const waiting = async (): Promise<number> =>
    (await open.db.selectFrom('audit_unlinked').selectAll().execute()).length;

  beforeAll(async () => {
    fresh = await kind.fresh();
    open = await openDatabase(fresh.location);
    await begin(open.db);
    auditHead = headKeeper(uses());
  });
  afterAll(async () => {
    await open.close();
    await fresh.drop();
  });

  test('each row once, in order, also when two link at the same time', async () => {
    const objects = Array.from({ length: 1_203 }, (_, index) => `user:${index}`);
    await write(open.db, ...objects);
    await Promise.all([linkAudit(uses()), linkAudit(uses())]);
    await linkAudit(uses());
    expect(await linked()).toEqual(objects);
    expect(await waiting()).toBe(0);
  });

  test('a long trail is linked in parts, and between them others have their turn', async () => {
    await write(open.db, ...Array.from({ length: 250 }, (_, index) => `user:long-${index}`));
    const left: number[] = [];
    await linkAudit(uses(), async () => {
      left.push(await waiting());
      await write(open.db, `user:between-${left.length}`);
    });
    expect(left).toEqual([150, 51]);
    expect((await linked()).slice(-3)).toEqual(['user:long-249', 'user:between-1', 'user:between-2']);
    expect(await waiting()).toBe(0);
  });

  test.runIf(kind.name === 'PostgreSQL')(
    'a row committed after later ones were linked is linked then',
    async () => {
      let end = () => {};
      let written = () => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const begun = new Promise<void>((resolve) => {
        written = resolve;
      });
      const late = open.db.transaction().execute(async (trx) => {
        await write(trx, 'user:late');
        written();
        await ended;
      });
      await begun;
      await write(open.db, 'user:prompt');
      await linkAudit(uses());
      expect((await linked()).at(-1)).toBe('user:prompt');
      end();
      await late;
      await linkAudit(uses());
      expect((await linked()).slice(-2)).toEqual(['user:prompt', 'user:late']);
      expect(await verifyAudit(uses(), auditor)).toMatchObject({ value: { intact: true } });
    },
  );

  test('every row is read back as it was marked, whatever text it holds', async () => {
    const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 300 }), { numRuns: 200, seed: 11 });
    await write(open.db, `user:${'x'.repeat(193)}\u{1f511}yy`, 'user:\ud83d', ...texts);
    const rows = await open.db.selectFrom('audit').selectAll().execute();
    expect(rows.filter((row) => row.mark !== auditMark({ sealing: seal }, row))).toEqual([]);
    const other = sealing(random(32), random);
    expect(rows.filter((row) => row.mark === auditMark({ sealing: other }, row))).toEqual([]);
    await linkAudit(uses());
  });

  test('what was rolled back does not wait', async () => {
    const failing = open.db.transaction().execute(async (trx) => {
      await write(trx, 'user:never');
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await waiting()).toBe(0);
  });

  test('what waits without need holds nothing up', async () => {
    const [old] = await open.db.selectFrom('audit_chain').select('audit_id').limit(1).execute();
    await open.db
      .insertInto('audit_unlinked')
      .values([{ audit_id: '0-gone' }, { audit_id: old?.audit_id ?? '' }])
      .execute();
    await write(open.db, 'user:behind');
    await linkAudit(uses());
    expect((await linked()).at(-1)).toBe('user:behind');
    expect(await waiting()).toBe(0);
  });

  test('a row of the server that was taken out of those that wait is linked when the trail is verified', async () => {
    await write(open.db, 'user:not-waiting');
    await open.db.deleteFrom('audit_unlinked').execute();
    await linkAudit(uses());
    expect(await linked()).not.toContain('user:not-waiting');
    expect(await verifyAudit(uses(), auditor)).toMatchObject({ value: { intact: true } });
    expect((await linked()).at(-1)).toBe('user:not-waiting');
  });

  test('a trail that was cut each day for years is linked as fast as one that never was', async () => {
    const cut = {
      hash: CHAIN_START,
      rows: 1,
      first_at: 0,
      last_at: 0,
      cut_at: 0,
      archive: null,
      sha256: null,
    };
    for (let seq = -99; seq <= 0; seq += 1)
      await insertCut(open.db, markedCut({ sealing: seal }, { seq, ...cut }));
    let looks = 0;
    const counted: typeof seal = {
      ...seal,
      fits(purpose, value, hash) {
        if (purpose === 'audit-cut') looks += 1;
        return seal.fits(purpose, value, hash);
      },
    };
    await write(open.db, 'user:cut');
    await linkAudit({ ...uses(), sealing: counted });
    expect((await linked()).at(-1)).toBe('user:cut');
    expect(looks).toBeLessThan(10);
  });
});

describe('linking where rows are written, on SQLite', () => {
  let fresh: FreshDatabase;
  let open: OpenDatabase;
  let other: OpenDatabase;
  let auditHead: HeadKeeper;
  let keys: DataKeys;
  const reported: string[] = [];
  const uses = (one = open): AuditChainContext => ({
    db: one.db,
    sealing: sealing(() => keys, random),
    now: () => Date.now(),
    random,
    auditHead,
    onAuditFindings: (findings) => reported.push(...findings.map(({ detail }) => inEnglish(detail))),
  });
  const write = (db: Connection, ...objects: string[]) =>
    insertAudit(
      db,
      uses(),
      ...objects.map((object) => ({
        ...{ actor: 'somebody', action: 'user.add' as const, object, result: 'success' as const },
      })),
    );
  const links = (): Promise<Row<'audit_chain'>[]> =>
    open.db.selectFrom('audit_chain').selectAll().orderBy('seq').execute();
  const waiting = async (): Promise<number> =>
    (await open.db.selectFrom('audit_unlinked').selectAll().execute()).length;
  const verified = async () => {
    const outcome = await verifyAudit(uses(), auditor);
    return outcome.ok ? outcome.value : undefined;
  };
  /** As each process does every second. */
  const round = async (one = open): Promise<void> => {
    await linkAudit(uses(one));
    const head = await seenHead(uses(one));
    linkAtOnce(one.db, () => keys, head?.seq ?? 0);
  };

  beforeEach(async () => {
    keys = firstKeys(secret);
    reported.length = 0;
    fresh = await freshSqlite();
    open = await openDatabase(fresh.location);
    other = await openDatabase(fresh.location);
    await begin(open.db);
    auditHead = headKeeper(uses());
    await write(open.db, 'user:first');
    await round();
    await round(other);
  });
  afterEach(async () => {
    await open.close();
    await other.close();
    await fresh.drop();
  });

  test('a row is linked by its own transaction, in whichever process it is written', async () => {
    await write(open.db, 'user:1', 'user:2');
    await other.db.transaction().execute(async (trx) => {
      await write(trx, 'user:3');
      await write(trx, 'user:4');
    });
    await write(open.db, 'user:5');
    expect((await links()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await waiting()).toBe(0);
    expect(await verified()).toMatchObject({ intact: true, rows: 6, unlinked: 0 });
    expect(reported).toEqual([]);
  });

  test('the end that is kept follows', async () => {
    await write(open.db, 'user:1');
    expect((await seenHead(uses()))?.seq).toBe(1);
    await round();
    expect((await seenHead(uses()))?.seq).toBe(2);
  });

  test('what is rolled back has no link, and the next row follows the one before', async () => {
    const failing = open.db.transaction().execute(async (trx) => {
      await write(trx, 'user:never');
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await write(open.db, 'user:1');
    expect(await links()).toHaveLength(2);
    expect(await verified()).toMatchObject({ intact: true, rows: 2 });
  });

  test('a new data key makes the next link', async () => {
    await write(open.db, 'user:1');
    keys = { secrets: [...keys.secrets, random(32)], current: 2, oldest: 1 };
    await write(open.db, 'user:2');
    expect((await links()).map(({ mac }) => mac.startsWith('k2:'))).toEqual([false, false, true]);
    expect(await verified()).toMatchObject({ intact: true, rows: 3 });
  });

  test('behind a forged link, rows wait, and it is reported', async () => {
    await write(open.db, 'user:1');
    await open.db
      .updateTable('audit_chain')
      .set({ hash: 'f'.repeat(64) })
      .where('seq', '=', 2)
      .execute();
    await write(other.db, 'user:2');
    expect(await waiting()).toBe(1);
    await round();
    expect(reported.join()).toContain('2');
    expect((await verified())?.intact).toBe(false);
  });

  test('an end that is cut off before it was kept elsewhere is missed by the process that wrote it', async () => {
    await write(open.db, 'user:1');
    await write(open.db, 'user:cut');
    const cut = (await links()).at(-1);
    await open.db.deleteFrom('audit_chain').where('seq', '=', 3).execute();
    await open.db
      .deleteFrom('audit')
      .where('id', '=', cut?.audit_id ?? '')
      .execute();
    await write(open.db, 'user:2');
    expect(await waiting()).toBe(1);
    await round();
    expect(reported.join()).toContain('The chain reached link 3');
    await round();
    expect(await waiting()).toBe(0);
    await write(open.db, 'user:3');
    expect(await waiting()).toBe(0);
    expect((await verified())?.detail).toMatchObject({ code: expect.stringContaining('removed') });
  });

  test('rows that wait are linked while others are written', async () => {
    const late = await openDatabase(fresh.location);
    for (let index = 0; index < 20; index += 1)
      await Promise.all([
        write(late.db, `user:late-${index}`),
        write(open.db, `user:a-${index}`),
        write(other.db, `user:b-${index}`),
        ...(index % 4 === 0 ? [linkAudit(uses(late))] : []),
      ]);
    await linkAudit(uses(late));
    await late.close();
    expect(await waiting()).toBe(0);
    const all = await links();
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    expect(all.length).toBeGreaterThanOrEqual(61);
    expect((await verified())?.rows).toBe(all.length);
  });
});
