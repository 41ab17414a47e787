/** Reports have what their reader may see, page after page, and are the same on screen, as CSV and as a document. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Permission } from '@sower/api/permissions';
import { MAX_REPORT_ROWS, REPORT_NAMES, type ReportName } from '@sower/api/reports';
import { DAY } from '@sower/api/time';
import type { Actor } from '@sower/server/core/actor';
import { drawReport } from '@sower/server/reporting/print';
import { printReport, readReport } from '@sower/server/reporting/read';
import { idAt } from '@sower/server/store/operations/old-rows';
import type { NewRow } from '@sower/server/store/schema/schema';
import { outcomesIn, text } from '@sower/texts/outcomes';
import { beforeAll, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { openedDatabase } from '../../harness/deployed.ts';
import { userRow } from '../../harness/directory/user-row.ts';

const NOW = Date.UTC(2031, 4, 20, 12);
const ALL: readonly Permission[] = [
  ...(['tokens:view', 'users:view', 'requests:view', 'audit:view', 'administrators:view'] as const),
];
const actor = (domain: string, permissions = ALL): Actor => ({
  kind: 'administrator',
  name: 'ada',
  grants: [{ permissions: new Set(permissions), domain }],
});

onBothDatabases('reports', (kind) => {
  const { stored: open } = openedDatabase(kind.fresh);
  let sequence = 0;
  const newIdAt = (at: number): string => {
    sequence += 1;
    return `${idAt(at).slice(0, -6)}${String(sequence).padStart(6, '0')}`;
  };
  const context = () => ({ db: open.db, now: () => NOW, drawReport });
  const asked = (report: ReportName, more: { days?: number; limit?: number; after?: string } = {}) => ({
    report,
    days: undefined,
    limit: 100,
    after: undefined,
    inWords: outcomesIn('en'),
    ...more,
  });
  const read = async (who: Actor, ...of: Parameters<typeof asked>) => {
    const outcome = await readReport(context(), who, asked(...of));
    if (!outcome.ok) throw new Error(outcome.problem);
    return outcome.value;
  };
  const cells = async (...of: Parameters<typeof read>) => (await read(...of)).rows.map((row) => row.cells);

  beforeAll(async () => {
    const { db } = open;
    const user = (userId: string, domain: string, lastName = '') =>
      userRow(userId, { domain, last_name: lastName, created_at: NOW - 400 * DAY });
    await db
      .insertInto('users')
      .values([user('north', '/n/', 'Nord'), user('south', '/s/', '=1+1'), user('idle', '/n/h/')])
      .execute();
    const token = (serial: string, domain: string, more: Partial<NewRow<'tokens'>>): NewRow<'tokens'> => ({
      id: serial,
      serial,
      domain,
      user_id: null,
      enabled: 1,
      lost: 0,
      expires_on: '2033-01-31',
      failures: 0,
      created_at: NOW,
      version: 1,
      ...more,
    });
    await db
      .insertInto('tokens')
      .values([
        token('000000000001', '/n/', { user_id: 'north', expires_on: '2031-06-01' }),
        token('000000000002', '/s/', { user_id: 'south', lost: 1, expires_on: '2031-05-25' }),
        token('000000000003', '/n/h/', { user_id: 'idle', enabled: 0, expires_on: '2031-06-01' }),
        token('000000000004', '/', { expires_on: '2031-01-01' }),
      ])
      .execute();
    await db
      .insertInto('seeds')
      .values({
        id: 'seed',
        token_id: '000000000001',
        distribution_id: 'x',
        state: 'current',
        algorithm: 'totp',
        digits: 6,
        interval_seconds: 30,
        authentication_type: 'tokencode',
        key_id: '',
        sealed: '',
        position: 1,
        drift: 0,
        last_accepted_at: NOW - 2 * DAY,
        created_at: NOW,
      })
      .execute();
    const audit = (at: number, row: Partial<NewRow<'audit'>>): NewRow<'audit'> => ({
      id: newIdAt(at),
      at,
      actor: 'radius:vpn',
      action: 'authenticate',
      object: 'user:north',
      result: 'refused',
      reason: null,
      text: null,
      source: '192.0.2.1',
      mark: null,
      ...row,
    });
    const wrong = JSON.stringify(text('event.wrong-passcode'));
    await db
      .insertInto('audit')
      .values([
        audit(NOW - 50 * DAY, {}),
        audit(NOW - 2 * DAY, { text: wrong, reason: 'wrong passcode' }),
        audit(NOW - 2 * DAY + 1, { result: 'success' }),
        audit(NOW - DAY, {
          action: 'user.log-on',
          actor: 'user:south',
          object: 'user:CORP\\\\south',
          reason: 'x',
        }),
        audit(NOW - DAY + 1, { action: 'token.lost', result: 'success', object: 'token:000000000002' }),
        audit(NOW - DAY + 2, { action: 'policy.edit', result: 'success', object: 'policy:token' }),
      ])
      .execute();
  });

  test('each of them answers, only with its permission', async () => {
    for (const name of REPORT_NAMES) {
      expect((await read(actor('/'), name)).columns.length, name).toBeGreaterThan(3);
      const none = await readReport(context(), actor('/', ['agents:view']), asked(name));
      expect(none, name).toMatchObject({ ok: false, problem: 'not-permitted' });
    }
    // What is of the whole deployment is not for whoever has the permission in a part of it.
    expect(await readReport(context(), actor('/n/'), asked('failed-log-ons'))).toMatchObject({ ok: false });
  });

  test('tokens by state and owner, within the domains of the reader, page after page', async () => {
    const serials = async (domain: string, more = {}) =>
      (await cells(actor(domain), 'tokens', more)).map(([serial]) => serial);
    expect(await serials('/')).toEqual(['000000000001', '000000000002', '000000000003', '000000000004']);
    expect(await serials('/n/')).toEqual(['000000000001', '000000000003']);
    expect(await serials('/x/')).toEqual([]);
    expect((await cells(actor('/s/'), 'tokens'))[0]).toEqual([
      '000000000002',
      '=1+1',
      'south',
      '/s/',
      'enabled, lost',
      'not distributed',
      '2031-05-25',
    ]);
    const first = await read(actor('/'), 'tokens', { limit: 2 });
    // One more than asked for says that there is a next page.
    expect(first.rows).toHaveLength(3);
    expect(await serials('/', { after: '000000000002' })).toEqual(['000000000003', '000000000004']);
  });

  test('of each batch and maker: how many are free, assigned, lent, expired and lost, within the domains of the reader', async () => {
    const fob = (serial: string, domain: string, more: Partial<NewRow<'tokens'>> = {}): NewRow<'tokens'> => ({
      ...{ id: serial, serial, domain, user_id: null, enabled: 0, lost: 0, expires_on: '2033-01-31' },
      ...{ failures: 0, created_at: NOW, version: 1, kind: 'hardware', batch: 'March', maker: 'Acme' },
      ...more,
    });
    const batch = [
      fob('F-1', '/n/'),
      fob('F-2', '/s/'),
      fob('F-3', '/n/', { user_id: 'north', enabled: 1 }),
      fob('F-4', '/n/', { user_id: 'north', enabled: 1, lent_until: '2031-05-25' }),
      fob('F-5', '/n/', { expires_on: '2031-01-01' }),
      fob('F-6', '/s/', { user_id: 'south', lost: 1 }),
      fob('F-7', '/n/', { maker: 'Other' }),
      fob('F-8', '/n/', { batch: 'April', kind: 'software', maker: '' }),
    ];
    await open.db.insertInto('tokens').values(batch).execute();
    try {
      expect(await cells(actor('/'), 'token-batches')).toEqual([
        ['April', '', 'Software token', '1', '1', '0', '0', '0', '0'],
        ['March', 'Acme', 'Hardware token', '6', '2', '3', '1', '1', '1'],
        ['March', 'Other', 'Hardware token', '1', '1', '0', '0', '0', '0'],
      ]);
      expect(await cells(actor('/s/'), 'token-batches')).toEqual([
        ['March', 'Acme', 'Hardware token', '2', '1', '1', '0', '0', '1'],
      ]);
      const first = await read(actor('/'), 'token-batches', { limit: 1 });
      expect((await cells(actor('/'), 'token-batches', { after: first.rows[0]?.key ?? '' })).length).toBe(2);
    } finally {
      await open.db.deleteFrom('tokens').where('batch', 'is not', null).execute();
    }
  });

  test('what expires, what was never activated, who has not logged on', async () => {
    const expiring = await read(actor('/'), 'expiring-tokens');
    expect(expiring.rows.map((row) => row.cells[0])).toEqual([
      '000000000002',
      '000000000001',
      '000000000003',
    ]);
    const after = expiring.rows[1]?.key ?? '';
    expect((await cells(actor('/'), 'expiring-tokens', { after })).map(([serial]) => serial)).toEqual([
      '000000000003',
    ]);
    expect(await cells(actor('/'), 'expiring-tokens', { days: 5 })).toHaveLength(0);
    expect((await cells(actor('/'), 'never-activated')).map(([serial]) => serial)).toEqual([
      '000000000002',
      '000000000003',
    ]);
    expect((await cells(actor('/'), 'inactive-users')).map(([, userId]) => userId)).toEqual([
      'idle',
      'south',
    ]);
    expect((await cells(actor('/n/'), 'inactive-users')).map(([, userId]) => userId)).toEqual(['idle']);
    expect(
      (await cells(actor('/'), 'inactive-users', { days: 1 })).map(([, userId, , at]) => [userId, at]),
    ).toEqual([
      ['idle', ''],
      ['north', new Date(NOW - 2 * DAY).toISOString()],
      ['south', ''],
    ]);
  });

  test('a code that no one used in time has expired, as on the pages of tokens', async () => {
    await open.db
      .insertInto('distributions')
      .values({
        ...{ id: newIdAt(NOW - DAY), token_id: '000000000003', serial: '000000000003', latest: 1 },
        ...{ user_id: 'idle', profile_id: 'p', profile_name: 'Phones', device_type: 'sower', snapshot: '{}' },
        ...{
          delivery: 'url',
          code_hash: null,
          device_kind: 'any',
          nickname: '',
          state: 'opened',
          attempts: 0,
        },
        ...{ created_at: NOW - DAY, created_by: 'system', expires_at: NOW + 1 },
      })
      .execute();
    const states = async () => [
      (await cells(actor('/'), 'tokens')).find(([serial]) => serial === '000000000003')?.at(-2),
      (await cells(actor('/'), 'distributions'))[0]?.at(-1),
    ];
    expect(await states()).toEqual(['opened', 'opened']);
    await open.db.updateTable('distributions').set({ expires_at: NOW }).execute();
    expect(await states()).toEqual(['expired', 'expired']);
    await open.db.deleteFrom('distributions').execute();
  });

  test('who is gone from the directory for so many days, each within the domains of the reader', async () => {
    const source = { id: 'source', name: 'Offices', name_key: 'offices', kind: 'generic', position: 0 };
    await open.db
      .insertInto('identity_sources')
      .values({
        ...source,
        ...{ enabled: 1, domain: '/', settings: '{}', actor_kind: 'api-key', actor_id: 'x', actor_name: 'x' },
        ...{ created_at: 0, version: 1 },
      } as never)
      .execute();
    const since = { north: 100, south: 30 };
    for (const [userId, days] of Object.entries(since))
      await open.db
        .updateTable('users')
        .set({
          ...{ source_id: 'source', source_key: userId, source_state: 'gone' },
          ...{ source_since: NOW - days * DAY, enabled: 0 },
        })
        .where('user_id', '=', userId)
        .execute();
    const north = ['Nord', 'north', 'Offices', new Date(NOW - 100 * DAY).toISOString(), '1'];
    const shown = async (of: string, more = {}) =>
      (await cells(actor(of), 'gone-users', more)).map((row) => row.filter((_, index) => index !== 2));
    expect(await shown('/')).toEqual([north]);
    expect((await shown('/', { days: 30 })).map(([, userId]) => userId)).toEqual(['north', 'south']);
    expect((await shown('/', { days: 30, after: 'north' })).map(([, userId]) => userId)).toEqual(['south']);
    expect(await shown('/n/', { days: 1 })).toEqual([north]);
    expect(await shown('/s/', { days: 31 })).toEqual([]);
    await open.db
      .updateTable('users')
      .set({ source_state: 'active', enabled: 1 })
      .where('source_state', '=', 'gone')
      .execute();
    expect(await shown('/', { days: 1 })).toEqual([]);
  });

  test('from the audit trail: within the days, refused only, in words', async () => {
    const failed = await cells(actor('/'), 'failed-log-ons');
    expect(failed.map((row) => row.slice(1, 5))).toEqual([
      ['', 'CORP\\south', 'User south', 'x'],
      ['Nord', 'north', 'RADIUS client vpn', 'wrong passcode'],
    ]);
    const unseen = await cells(actor('/', ['audit:view']), 'failed-log-ons');
    expect(unseen.map(([, name, who]) => [name, who])).toEqual([
      ['', 'CORP\\south'],
      ['', 'north'],
    ]);
    expect(await cells(actor('/'), 'failed-log-ons', { days: 60 })).toHaveLength(3);
    expect((await cells(actor('/'), 'lost-and-replaced'))[0]?.slice(1, 3)).toEqual([
      'Token marked as lost',
      'token:000000000002',
    ]);
    expect((await cells(actor('/'), 'policy-changes')).map(([, , object]) => object)).toEqual([
      'policy:token',
    ]);
  });

  test('more rows than a document has are refused before it is drawn, with what to do', async () => {
    const most = asked('policy-changes', { days: 3650 });
    const row = (index: number) => ({
      ...{ id: `long${String(index).padStart(6, '0')}`, at: NOW - index, actor: 'administrator:ada' },
      ...{ action: 'policy.edit', object: 'policy:token', result: 'success' as const, reason: null },
      ...{ text: null, source: null, mark: null, request: null },
    });
    const rows = Array.from({ length: MAX_REPORT_ROWS }, (_, index) => row(index));
    for (let first = 0; first < rows.length; first += 500)
      await open.db
        .insertInto('audit')
        .values(rows.slice(first, first + 500))
        .execute();
    let drawn = 0;
    const watched = {
      ...context(),
      drawReport: async () => {
        drawn += 1;
        return new Uint8Array();
      },
    };
    const refusal = await printReport(watched, actor('/'), most);
    expect(refusal).toMatchObject({
      ok: false,
      detail: { code: 'report.too-long', values: { count: MAX_REPORT_ROWS } },
    });
    expect(drawn).toBe(0);
    await open.db.deleteFrom('audit').where('id', 'like', 'long%').execute();
    expect(await printReport(watched, actor('/'), most)).toMatchObject({ ok: true });
    expect(drawn).toBe(1);
  });

  test('as a document: every row, and its columns on every page', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sower-report-'));
    try {
      const printed = await printReport(context(), actor('/n/'), asked('tokens'));
      if (!printed.ok || !printed.value.document) throw new Error('no document');
      expect(printed.value.document).toMatchObject({ fileName: 'tokens-2031-05-20.pdf', cut: false });
      const path = join(folder, 'tokens.pdf');
      writeFileSync(path, Buffer.from(printed.value.document.pdf, 'base64'));
      const words = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' });
      expect(words).toContain('Tokens by state and owner');
      expect(words).toContain('Administrator ada');
      expect(words).toContain('000000000003');
      // Of another domain.
      expect(words).not.toContain('000000000002');

      const long = await drawReport({
        title: 'Long',
        language: 'en',
        notes: [],
        columns: ['Serial number', 'Reason'],
        rows: Array.from({ length: MAX_REPORT_ROWS }, (_, row) => [`row-${row}`, 'word '.repeat(row % 60)]),
        page: '{page} of {pages}',
      });
      writeFileSync(path, long);
      const all = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' });
      const pages = all.split('\f').filter((page) => page.trim() !== '');
      expect(pages.length).toBeGreaterThan(20);
      for (const page of pages) expect(page).toContain('Serial number');
      expect(pages.at(-1)).toContain(`${pages.length} of ${pages.length}`);
      expect(new Set(all.match(/row-\d+/g)).size).toBe(MAX_REPORT_ROWS);
      // Tagged: a heading, and a table whose head is read once, on however many pages it is seen.
      const some = Array.from({ length: 120 }, (_, row) => [`row-${row}`, 'word']);
      const short = {
        title: 'Short',
        notes: [],
        columns: ['Serial number', 'Reason'],
        page: '{page} of {pages}',
      };
      writeFileSync(path, await drawReport({ ...short, language: 'de', rows: some }));
      const info = execFileSync('pdfinfo', [path], { encoding: 'utf8' });
      expect(info).toMatch(/Tagged: +yes/);
      expect(Number(/Pages: +(\d+)/.exec(info)?.[1])).toBeGreaterThan(2);
      const structure = execFileSync('pdfinfo', ['-struct-text', path], { encoding: 'utf8' });
      const count = (type: string): number => structure.match(new RegExp(`^ *${type}\\b`, 'gm'))?.length ?? 0;
      expect([count('H1'), count('Table'), count('TH')]).toEqual([1, 1, 2]);
      expect([count('TR'), count('TD')]).toEqual([121, 240]);
      expect(structure).toContain('"row-119"');
      expect(structure).not.toContain('of 3');
      expect(readFileSync(path, 'latin1')).toMatch(/\/Lang \(de\)/);
      // As wide as the page, whatever is in it.
      const narrow = {
        title: 'x',
        language: 'en',
        notes: [],
        columns: ['A', 'B'],
        rows: [['1', '2']],
        page: 'x',
      };
      writeFileSync(path, await drawReport(narrow));
      const boxes = execFileSync('pdftotext', ['-bbox', path, '-'], { encoding: 'utf8' });
      const left = Number(/xMin="([\d.]+)"[^>]*>B</.exec(boxes)?.[1]);
      expect(left).toBeGreaterThan(400);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
