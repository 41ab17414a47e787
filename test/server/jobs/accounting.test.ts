/**
 * What RADIUS clients report of sessions: outside of the audit trail's chain, listed with it, and gone at an age of its own; what an earlier Sower
 * chained stays chained. On both databases.
 */
import { randomBytes } from 'node:crypto';
import type { AuditEntry } from '@sower/api/audit';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { linkAudit } from '@sower/server/audit/chain';
import { anchorOf, headKeeper } from '@sower/server/audit/head';
import { exportAudit, verifyAudit } from '@sower/server/audit/proof';
import { viewAudit } from '@sower/server/audit/view';
import { sessionRecorder } from '@sower/server/authentication/challenge/record-session';
import { newKeyCheck } from '@sower/server/compose/first-marks';
import { worded } from '@sower/server/core/unworded';
import { sealing } from '@sower/server/keys/seal/sealing';
import { doRetention, showRetention } from '@sower/server/operations/retention/retention';
import { type AuditEvent, insertAudit } from '@sower/server/store/audit/rows';
import { listAudit } from '@sower/server/store/audit/search';
import { openDatabase } from '@sower/server/store/db/open';
import { claimInstallation } from '@sower/server/store/operations/installation';
import { outcomesIn, text } from '@sower/texts/outcomes';
import { expect, test } from 'vitest';
import { earlierSchema } from '../../harness/databases/earlier-schema.ts';
import { onBothDatabases } from '../../harness/databases.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const DAY = 86_400_000;
// Never back: IDs are in the order of time.
let clock = Date.parse('2026-01-01T00:00:00Z');
const actor = {
  kind: 'system',
  name: 'system',
  grants: [{ permissions: new Set(['audit:view', 'settings:edit']), domain: '/' }],
} as never;
const ended = (id: string) =>
  text('event.parts', { parts: [text('event.session-ended'), text('event.session-id', { id })] });
const done = <T>(outcome: { ok: true; value: T } | { ok: false }): T => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value;
};

onBothDatabases('accounting', (kind) => {
  test('new reports leave the chain, earlier ones stay in it, and both are found where they were', async () => {
    const fresh = await kind.empty();
    const seal = sealing(random(32), random);
    const uses = { sealing: seal, now: () => clock, databaseNow: () => clock, random };
    const earlier = await earlierSchema(fresh.location, '0056-audit-requests');
    const of = { ...uses, db: earlier as never };
    await claimInstallation(
      earlier as never,
      newKeyCheck(seal),
      clock,
      anchorOf(uses, { seq: 0, hash: '0'.repeat(64), at: clock, unmarked: 0 }),
    );
    const event = (action: AuditEvent['action'], who: string, reason: string): AuditEvent => ({
      ...{ actor: 'radius:vpn', action, object: `user:${who}`, result: 'success', reason },
      source: '192.0.2.7',
    });
    for (const [action, who, why] of [
      ['authenticate', 'anna', 'right'],
      ['radius.session', 'anna', 'session started, session 1'],
    ] as const) {
      clock += 1_000;
      await insertAudit(earlier as never, of, event(action, who, why));
    }
    await earlier.destroy();

    const { db, close } = await openDatabase(fresh.location);
    const context = { ...uses, db, onAuditFindings: () => {} };
    const chain = { ...context, auditHead: headKeeper(context) };
    await linkAudit(chain);
    const report = sessionRecorder(context);
    const client = { client: 'radius:vpn', source: '192.0.2.7' };
    clock += 1_000;
    await report({ ...client, userId: 'anna', reason: ended('1\n2') });
    clock += 1_000;
    await insertAudit(db, context, event('authenticate', 'anna', 'wrong'));
    clock += 1_000;
    await report({ ...client, userId: undefined, reason: text('event.session-reports-begun') });
    await Promise.all(
      Array.from({ length: 30 }, (_, at) => report({ ...client, userId: 'bert', reason: ended(`${at}`) })),
    );
    await linkAudit(chain);

    const reasons = async (
      ...asked: Parameters<typeof listAudit> extends [unknown, ...infer R] ? R : never
    ) => (await listAudit(db, ...asked)).map(({ reason }) => reason);
    const anna = ['wrong', 'session ended; session 1\\u000a2', 'session started, session 1', 'right'];
    expect(await reasons({ object: 'user:anna' }, 10)).toEqual(anna);
    expect(await reasons({ objects: ['user:anna', 'token:1'] }, 10)).toEqual(anna);
    expect(await reasons({ objects: ['user:anna'], action: 'radius.session' }, 10)).toEqual(anna.slice(1, 3));
    expect(await reasons({ object: 'user:anna', about: 'authentication' }, 10)).toEqual(['wrong', 'right']);
    expect(await reasons({ object: 'user:anna', result: 'refused' }, 10)).toEqual([]);
    expect(await reasons({ actor: 'radius:other' }, 10)).toEqual([]);
    expect(await reasons({ request: 'one' }, 10)).toEqual([]);
    expect(await reasons({ object: 'user:anna', since: clock - 1_500 }, 10)).toEqual(['wrong']);
    // In the reader's language, as far as they were written so.
    const found = await listAudit(db, { objects: ['user:anna'], action: 'radius.session' }, 10);
    expect(
      found.map(
        (row) =>
          worded<AuditEntry>(
            viewAudit(row, () => ({})),
            outcomesIn('de'),
          ).reason,
      ),
    ).toEqual(['Sitzung beendet; Sitzung 1\\u000a2', 'session started, session 1']);
    // Page by page, each row once.
    const all = await listAudit(db, {}, 1_000);
    const paged: string[] = [];
    for (let before: string | undefined; ; before = paged.at(-1)) {
      const rows = await listAudit(db, {}, 4, before);
      if (rows.length === 0) break;
      paged.push(...rows.map(({ id }) => id));
    }
    expect(paged).toEqual(all.map(({ id }) => id));
    expect(new Set(paged).size).toBe(35);
    expect(all.filter(({ action }) => action === 'radius.session')).toHaveLength(33);

    const proof = done(await verifyAudit(chain, actor, {}));
    expect(proof).toMatchObject({ findings: [], rows: 3, unlinked: 0 });
    const chained = done(await exportAudit(chain, actor, 0, 100)).items.map(({ action }) => action);
    expect(chained).toEqual(['authenticate', 'radius.session', 'authenticate']);

    // At an age of its own, unless everything is held.
    const settings: Record<string, unknown> = { ...DEFAULT_SETTINGS, 'retention.accountingDays': 10 };
    const retention = {
      ...context,
      sleep: async () => {},
      monotonic: () => 0,
      isAlone: () => true,
      settings: { current: async () => settings as never, forget: () => {} },
      backups: { plan: undefined, location: fresh.location, version: 'x', wrapKey: undefined } as never,
    };
    clock += 11 * DAY;
    await report({ ...client, userId: 'bert', reason: ended('new') });
    const shown = done(await showRetention(retention, actor));
    expect(shown.kinds.find(({ kind }) => kind === 'accounting')).toMatchObject({ days: 10, due: 32 });
    settings['retention.hold'] = 'case 4711';
    await doRetention(retention);
    expect(await listAudit(db, {}, 1_000)).toHaveLength(36);
    settings['retention.hold'] = '';
    expect(await doRetention(retention)).toMatchObject({ accounting: 32, audit: 0 });
    expect(await reasons({ action: 'radius.session' }, 10)).toEqual([
      'session ended; session new',
      'session started, session 1',
    ]);
    expect(done(await verifyAudit(chain, actor, {}))).toMatchObject({ findings: [], rows: 3 });
    await close();
    await fresh.drop();
  });
});
