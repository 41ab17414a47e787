/** Searching the audit trail finds what a look at every row finds, a page at a time; and what takes long lets others have their turn. */
import { randomBytes } from 'node:crypto';
import { sealing } from '@sower/server/keys/seal/sealing';
import { countAudit } from '@sower/server/store/audit/facets';
import { type AuditEvent, insertAudit } from '@sower/server/store/audit/rows';
import { type AuditFilter, listAudit, nextPart, searchAudit } from '@sower/server/store/audit/search';
import type { Row } from '@sower/server/store/schema/schema';
import { beforeAll, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { openedDatabase } from '../../harness/deployed.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const ROWS = 12_000;
const MINUTE = 60_000;
// Never back: IDs are in the order of time.
let begins = Date.UTC(2031, 0, 1);

const literally = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Mostly logons; what is rare is at the beginning, where a search comes to last. */
const eventOf = (number: number): AuditEvent => ({
  actor: number < 40 ? 'administrator:rare' : `radius:vpn-${number % 3}`,
  action: number % 7 === 0 && number < 500 ? 'user.edit' : 'authenticate',
  object: `user:${number % 1_000}`,
  result: number % 11 === 0 && number < 300 ? 'failure' : 'success',
  source: `192.0.2.${number % 5}`,
});

onBothDatabases('searching the trail', (kind) => {
  const { stored: open } = openedDatabase(kind.fresh);
  let all: Row<'audit'>[];
  const begin = begins;
  begins += ROWS * MINUTE;
  const at = (minute: number): number => begin + minute * MINUTE;

  beforeAll(async () => {
    const uses = { random, sealing: sealing(random(32), random) };
    for (let from = 0; from < ROWS; from += 2_000) {
      let number = from;
      const events = Array.from({ length: 2_000 }, (_, index) => eventOf(from + index));
      // A row takes the time twice: for its ID, and for itself.
      const now = () => at(Math.floor(number++ / 2));
      await insertAudit(open.db, { ...uses, now }, ...events);
    }
    all = await open.db.selectFrom('audit').selectAll().orderBy('id', 'desc').execute();
  });

  const fits = (filter: AuditFilter) => (row: Row<'audit'>) =>
    (['object', 'actor', 'action', 'result', 'source'] as const).every((column) => {
      const [wanted, is] = [filter[column], row[column]];
      if (wanted === undefined) return true;
      if (is !== null && column in (filter.named ?? {}) && filter.named?.[column as 'object']?.includes(is))
        return true;
      if (!wanted.includes('*') || column === 'action' || column === 'result') return wanted === is;
      const part = new RegExp(`^${wanted.split('*').map(literally).join('.*')}$`, 'i');
      return is !== null && part.test(is);
    }) &&
    (filter.actions === undefined || filter.actions.includes(row.action)) &&
    (filter.about === undefined || row.action === 'authenticate') &&
    (filter.objects === undefined || filter.objects.includes(row.object)) &&
    (filter.since === undefined || row.at >= filter.since) &&
    (filter.until === undefined || row.at < filter.until);

  const SEARCHES: readonly AuditFilter[] = [
    {},
    { result: 'failure' },
    { source: '192.0.2.0' },
    { source: '192.0.2.3' },
    { source: '192.0.2.9' },
    { actor: 'administrator:rare' },
    { actor: 'administrator:rare', action: 'authenticate' },
    { actor: 'administrator:rare', action: 'user.edit', result: 'failure' },
    { action: 'authenticate', result: 'failure' },
    { object: 'user:7', actor: 'radius:vpn-1' },
    { about: 'authentication' },
    { about: 'authentication', result: 'failure' },
    { about: 'authentication', actor: 'radius:vpn-2', source: '192.0.2.4' },
    { objects: ['user:1', 'user:11'], result: 'failure' },
    { result: 'success', since: at(20), until: at(90) },
    { object: '*99*' },
    { object: 'USER:7*', actor: 'radius:vpn-1' },
    { actor: '*rare*', result: 'failure' },
    { actor: 'radius:*', source: '*.4' },
    { source: '192.0.2.*', action: 'user.edit' },
    { object: '*', since: at(20), until: at(30) },
    { object: 'user:_*' },
    { object: '*%*' },
    { object: '*\\\\*' },
    { actions: ['user.edit', 'token.pin'] },
    { actions: ['user.edit', 'authenticate'], source: '*.4', result: 'failure' },
    { object: '*muller*', named: { object: ['user:7', 'user:77'] } },
    { object: '*99*', named: { object: ['user:7', 'user:99'] }, result: 'failure' },
    { actor: '*rare*', named: { actor: ['radius:vpn-2'] }, action: 'user.edit' },
  ];
  test('by whatever it is, the same rows in the same order, page by page', async () => {
    for (const filter of SEARCHES) {
      const expected = all.filter(fits(filter)).map(({ id }) => id);
      const limit = Math.max(3, Math.ceil(expected.length / 2));
      const found: string[] = [];
      for (let before: string | undefined; ; ) {
        const page = await listAudit(open.db, filter, limit, before);
        found.push(...page.map(({ id }) => id));
        before = page.at(-1)?.id;
        if (page.length < limit) break;
      }
      expect(found, JSON.stringify(filter)).toEqual(expected);
    }
  });

  test('a part is counted as it is found', async () => {
    for (const filter of [
      { object: '*99*' },
      { actor: '*rare*', source: '*.2' },
      { source: '192.0.2.*' },
      { object: '*muller*', named: { object: ['user:7', 'user:77'] } },
      { actions: ['user.edit', 'token.pin'] },
    ]) {
      const { count } = await countAudit(open.db, filter, ROWS + 1);
      expect(count, JSON.stringify(filter)).toBe(all.filter(fits(filter)).length);
    }
  });

  test('a search that takes too long stops, says how far it came, and is continued from there without a gap', async () => {
    const filter = { object: '*9*', source: '192.0.2.*', result: 'failure' } as const;
    const expected = all.filter(fits(filter)).map(({ id }) => id);
    expect(expected.length).toBeGreaterThan(1);
    const found: string[] = [];
    let stops = 0;
    for (let before: string | undefined; ; stops += 1) {
      const { rows, reached } = await searchAudit(open.db, { ...filter }, 1_000, before, 0);
      for (const { id } of rows) expect(reached === undefined || id >= reached, id).toBe(true);
      found.push(...rows.map(({ id }) => id));
      if (reached === undefined) break;
      expect(before === undefined || reached < before).toBe(true);
      before = reached;
    }
    expect(stops).toBeGreaterThan(1);
    expect(found).toEqual(expected);
  });

  test('however slow the disk is, no part holds the event loop for long', () => {
    const settled = (millisecondsOfRow: number): number => {
      let rows = 5_000;
      for (let part = 0; part < 20; part += 1) rows = nextPart(open.db, rows, rows * millisecondsOfRow);
      return rows;
    };
    // From memory, from a disk, and from one that is busy.
    expect([0.000_7, 0.08, 5].map(settled)).toEqual(
      kind.name === 'SQLite' ? [5_000, 63, 50] : [5_000, 5_000, 5_000],
    );
  });

  test('what is looked for in the whole trail leaves turns to others', async () => {
    for (const filter of [
      { source: '192.0.2.9' },
      { result: 'failure', action: 'authenticate', actor: 'radius:vpn-9' },
      { about: 'authentication', result: 'refused' },
    ] as const) {
      let turns = 0;
      let ended = false;
      const other = (): void => {
        turns += 1;
        if (!ended) setImmediate(other);
      };
      setImmediate(other);
      expect(await listAudit(open.db, filter, 10)).toEqual([]);
      ended = true;
      if (!('actor' in filter)) expect(turns, JSON.stringify(filter)).toBeGreaterThanOrEqual(2);
    }
  });
});
