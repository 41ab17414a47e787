/** Figures are what the audit trail says: each row once, whoever counts and however often, and for each domain what is in it. */
import { randomBytes } from 'node:crypto';
import { CHAIN_START } from '@sower/api/audit-chain';
import { type AuditChainContext, linkAudit } from '@sower/server/audit/chain';
import { countOnce } from '@sower/server/audit/figures/counts';
import { showHealthFigures } from '@sower/server/audit/figures/health';
import { rollUp } from '@sower/server/audit/figures/roll-up';
import { countTokensWhenDue } from '@sower/server/audit/figures/token-counts';
import {
  showClientFigures,
  showDistributionFigures,
  showLogOnFigures,
  showTokenFigures,
} from '@sower/server/audit/figures/view';
import { anchorOf, type HeadKeeper, headKeeper } from '@sower/server/audit/head';
import { newKeyCheck } from '@sower/server/compose/first-marks';
import type { Actor } from '@sower/server/core/actor';
import { sealing } from '@sower/server/keys/seal/sealing';
import { ownNode } from '@sower/server/operations/nodes/nodes';
import { listActionsOn, setFigures } from '@sower/server/store/audit/figures';
import { type AuditEvent, insertAudit } from '@sower/server/store/audit/rows';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { claimInstallation } from '@sower/server/store/operations/installation';
import type { Database } from '@sower/server/store/schema/schema';
import { type Text, text } from '@sower/texts/outcomes';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { EACH_TEST, openedDatabase } from '../../harness/deployed.ts';
import { userRow } from '../../harness/directory/user-row.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const seal = sealing(random(32), random);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Noon, so that what is an hour apart is on one day. */
const NOON = Date.UTC(2031, 4, 20, 12, 30);

const seeing = (...domains: string[]): Actor => ({
  kind: 'administrator',
  name: 'ada',
  grants: domains.map((domain) => ({ permissions: new Set(['tokens:view', 'agents:view']), domain })),
});
const done = <T>(outcome: { readonly ok: boolean; readonly value?: T }): T => {
  if (!outcome.ok || outcome.value === undefined) throw new Error(JSON.stringify(outcome));
  return outcome.value;
};
const sum = (counts: readonly (number | null)[]): number =>
  counts.reduce<number>((all, count) => all + (count ?? 0), 0);

onBothDatabases('figures', (kind) => {
  const { database: fresh, stored: open } = openedDatabase(kind.fresh, EACH_TEST);
  let second: OpenDatabase;
  let time: number;
  let auditHead: HeadKeeper;
  const now = () => time;
  const on = (db: Database) => ({ db, now, isAlone: () => true, yieldTo: async () => {} });
  const context = () => on(open.db);
  const uses = (): AuditChainContext => ({
    db: open.db,
    sealing: seal,
    now,
    random,
    auditHead,
    onAuditFindings: (findings) => {
      throw new Error(JSON.stringify(findings));
    },
  });

  beforeEach(async () => {
    second = await openDatabase(fresh.location);
    time = NOON;
    const head = { seq: 0, hash: CHAIN_START, at: NOON, unmarked: 0 };
    await claimInstallation(open.db, newKeyCheck(seal), NOON, anchorOf({ sealing: seal }, head));
    auditHead = headKeeper(uses());
  });
  afterEach(async () => {
    await second.close();
  });

  const write = async (...events: (Partial<AuditEvent> & Pick<AuditEvent, 'action' | 'object'>)[]) => {
    await insertAudit(
      open.db,
      { now, random, sealing: seal },
      ...events.map((event) => ({ actor: 'client', result: 'success' as const, ...event })),
    );
  };
  const counted = async () => {
    await linkAudit(uses());
    await rollUp(context());
  };
  const addUser = (userId: string, domain: string) =>
    open.db
      .insertInto('users')
      .values(userRow(userId, { domain, created_at: NOON }))
      .execute();
  const addToken = (serial: string, domain: string, more: Record<string, unknown> = {}) =>
    open.db
      .insertInto('tokens')
      .values({
        id: serial,
        serial,
        domain,
        user_id: null,
        enabled: 0,
        lost: 0,
        expires_on: '2031-07-01',
        failures: 0,
        created_at: NOON,
        version: 1,
        ...more,
      })
      .execute();
  const verify = (userId: string, result: 'success' | 'refused', actor = 'radius:vpn', reason = 'x') =>
    ({ action: 'authenticate', object: `user:${userId}`, result, actor, reason }) as const;
  const logOns = async (actor: Actor) => {
    const { series } = done(await showLogOnFigures(context(), actor, 'day'));
    return Object.fromEntries(series.map(({ way, outcome, counts }) => [`${way} ${outcome}`, sum(counts)]));
  };
  const stages = async (actor: Actor) => {
    const figures = done(await showDistributionFigures(context(), actor, 'month'));
    return { ...figures, counts: figures.stages.map(({ count }) => count) };
  };

  test('logons by way and outcome, each domain with those below it, and unknown users at the top only', async () => {
    await addUser('north', '/n/');
    await addUser('harbour', '/n/h/');
    await addUser('south', '/s/');
    await write(
      verify('North', 'success'),
      verify('harbour', 'success', 'agent:portal'),
      verify('harbour', 'refused', 'api-key:shop'),
      verify('south', 'refused'),
      verify('nobody', 'refused'),
      { ...verify('south', 'success'), action: 'authenticate.challenge' },
      // A console asks for the passcode, and writes its own row: one logon.
      verify('north', 'success', 'self-service'),
      { action: 'user.log-on', object: 'user:north', actor: 'user:north' },
      verify('north', 'success', 'log-on:ada'),
      { action: 'administrator.log-on', object: 'administrator:ada', actor: 'administrator:ada' },
      { action: 'user.add', object: 'user:north' },
    );
    await counted();
    expect(await logOns(seeing('/'))).toEqual({
      'radius accepted': 1,
      'radius refused': 2,
      'radius asked': 1,
      'agent accepted': 1,
      'rest refused': 1,
      'console accepted': 1,
      'self-service accepted': 1,
    });
    expect(await logOns(seeing('/n/'))).toEqual({
      'radius accepted': 1,
      'agent accepted': 1,
      'rest refused': 1,
      'self-service accepted': 1,
    });
    // Of two domains, one inside the other, nothing counts twice.
    expect(await logOns(seeing('/n/h/', '/n/', '/n/'))).toEqual(await logOns(seeing('/n/')));
    expect(await logOns(seeing('/s/'))).toEqual({ 'radius refused': 1, 'radius asked': 1 });
    expect(await logOns(seeing('/x/'))).toEqual({});
    expect(await showLogOnFigures(context(), { ...seeing(), grants: [] }, 'day')).toMatchObject({
      ok: false,
      problem: 'not-permitted',
    });
    // Clients are for whoever may see all of them.
    expect(done(await showClientFigures(context(), seeing('/'), 'day')).clients).toEqual([
      { way: 'radius', name: 'vpn', accepted: 1, refused: 2, asked: 1 },
      { way: 'agent', name: 'portal', accepted: 1, refused: 0, asked: 0 },
      { way: 'rest', name: 'shop', accepted: 0, refused: 1, asked: 0 },
    ]);
    expect(await showClientFigures(context(), seeing('/n/'), 'day')).toMatchObject({ ok: false });
  });

  test('why logons were refused, also where the reason is inside another', async () => {
    const refused = (reason: AuditEvent['reason']) => ({
      ...verify('nobody', 'refused' as const),
      reason,
    });
    const locked = text('barred.user-locked', { seconds: 9 });
    await write(
      refused(text('event.wrong-passcode')),
      refused(text('event.wrong-passcode-and', { reason: locked })),
      refused(text('event.token', { serial: '1', reason: locked })),
      refused(text('event.token', { serial: '1', reason: text('event.tokencode-used') })),
      refused('something of an old version'),
      {
        ...refused(text('event.method', { method: 'password', reason: text('event.wrong-password') })),
        action: 'user.log-on',
      },
    );
    await counted();
    const { reasons } = done(await showLogOnFigures(context(), seeing('/'), 'month'));
    expect(Object.fromEntries(reasons.map(({ reason, count }) => [reason, count]))).toEqual({
      'held-back': 2,
      'wrong-passcode': 1,
      used: 1,
      other: 1,
      'wrong-password': 1,
    });
    expect(reasons[0]?.reason).toBe('held-back');
  });

  test('while callers are served, a hundred rows are added up at once, and callers come between', async () => {
    await addUser('north', '/n/');
    await write(...Array.from({ length: 250 }, () => verify('north', 'success')));
    await linkAudit(uses());
    const between: number[] = [];
    const yieldTo = async () => {
      between.push((await logOns(seeing('/')))['radius accepted'] ?? 0);
    };
    await rollUp({ ...context(), isAlone: () => false, yieldTo });
    // First it is noted where the trail begins.
    expect(between).toEqual([0, 100, 200]);
    expect(await logOns(seeing('/'))).toEqual({ 'radius accepted': 250 });
  });

  test('two nodes at once, again and again, count no row twice; what is missing is counted anew', async () => {
    await addUser('north', '/n/');
    const nodes = [open.db, second.db, open.db, second.db].map(on);
    for (let round = 0; round < 4; round += 1) {
      await write(...Array.from({ length: 400 }, () => verify('north', 'success')));
      await linkAudit(uses());
      // Each row is linked once; these race for the same ones.
      await Promise.all(nodes.map((node) => rollUp(node)));
      await Promise.all(nodes.map((node) => rollUp(node)));
    }
    await rollUp(context());
    const all = { 'radius accepted': 1_600 };
    expect(await logOns(seeing('/'))).toEqual(all);
    expect(await logOns(seeing('/n/'))).toEqual(all);
    expect(done(await showLogOnFigures(context(), seeing('/'), 'day')).waiting).toBe(0);

    // One that stops after its first batch leaves the rest for the next.
    await open.db.deleteFrom('figure_cursors').execute();
    let batches = 0;
    await rollUp(context(), () => {
      batches += 1;
      return batches > 2;
    });
    const { waiting } = done(await showLogOnFigures(context(), seeing('/'), 'day'));
    expect(waiting).toBeGreaterThan(0);
    expect(waiting).toBeLessThan(1_600);
    await Promise.all(nodes.map((node) => rollUp(node)));
    await rollUp(context());
    expect(await logOns(seeing('/'))).toEqual(all);

    await open.db.deleteFrom('figure_cursors').execute();
    await open.db.deleteFrom('figures').execute();
    await Promise.all(nodes.map((node) => rollUp(node)));
    await rollUp(context());
    expect(await logOns(seeing('/'))).toEqual(all);
  });

  test('what is added up is written with the cursor, or not at all', async () => {
    await write(verify('nobody', 'success'));
    await counted();
    await write(verify('nobody', 'success'));
    await linkAudit(uses());
    // As if the process died while it wrote the counts.
    await open.db.schema.alterTable('figures').renameTo('figures_away').execute();
    await expect(rollUp(context())).rejects.toThrow();
    await open.db.schema.alterTable('figures_away').renameTo('figures').execute();
    await rollUp(context());
    expect(await logOns(seeing('/'))).toEqual({ 'radius accepted': 2 });
  });

  test('how far distributions come: for the day they began, each stage once, whatever was written down late', async () => {
    await addToken('000000000001', '/n/');
    await addToken('000000000002', '/s/');
    await addToken('000000000003', '/s/');
    const step = async (action: AuditEvent['action'], serial: number, later = 0) => {
      time += later;
      await write({ action, object: `token:${String(serial).padStart(12, '0')}` });
    };
    for (const serial of [1, 2, 3]) await step('token.distribute', serial);
    await step('ctkip.opened', 1, 10 * 60_000);
    // The phone asks twice, and starts over.
    await step('ctkip.opened', 1, 1_000);
    await step('ctkip.provisioned', 1, 60_000);
    await step('ctkip.provisioned', 2, 0);
    await step('ctkip.opened', 2, 5);
    await counted();
    expect((await stages(seeing('/'))).counts).toEqual([3, 2, 2, 0]);
    await step('token.confirmed', 1, 30 * HOUR);
    await step('token.confirmed', 1, 0);
    // Of something that was not distributed here, nothing is known.
    await step('token.confirmed', 4, 0);
    await counted();
    const all = await stages(seeing('/'));
    expect(all.counts).toEqual([3, 2, 2, 1]);
    // All of it on the day on which they were distributed.
    expect(all.series.map(({ counts }) => counts.at(-2))).toEqual([3, 2, 2, 1]);
    expect((await stages(seeing('/n/'))).counts).toEqual([1, 1, 1, 1]);
    const north = await stages(seeing('/n/'));
    for (const [stage, seconds] of [
      [1, 600],
      [2, 60],
      [3, 30 * 3_600],
    ] as const) {
      const median = north.stages[stage]?.medianSeconds ?? 0;
      expect(median / seconds).toBeGreaterThan(0.87);
      expect(median / seconds).toBeLessThan(1.14);
    }
    // Distributed again, it begins anew.
    await step('token.distribute', 1);
    await step('ctkip.opened', 1);
    await counted();
    expect((await stages(seeing('/n/'))).counts).toEqual([2, 2, 1, 1]);
  });

  test.runIf(kind.name === 'SQLite')(
    'to add up a few rows, no others of their kind are looked at',
    async () => {
      const actions = ['token.distribute', 'ctkip.opened', 'ctkip.provisioned', 'token.confirmed'] as const;
      for (let number = 0; number < 20_000; number += 2_000)
        await write(
          ...Array.from({ length: 2_000 }, (_, index) => ({
            action: actions[index % 4] as (typeof actions)[number],
            object: `token:other-${number + index}`,
          })),
        );
      const objects = Array.from({ length: 16 }, (_, index) => `token:${index}`);
      await write(...objects.map((object) => ({ action: actions[1], object })));
      // Processor time of the least of several: the machine may be busy.
      const least = async (ask: () => Promise<unknown>): Promise<number> => {
        const times: number[] = [];
        for (let round = 0; round < 5; round += 1) {
          const before = process.cpuUsage();
          await ask();
          const { user, system } = process.cpuUsage(before);
          times.push(user + system);
        }
        return Math.min(...times);
      };
      const all = await least(() =>
        open.db.selectFrom('audit').select('object').where('action', '<>', '').execute(),
      );
      const few = await least(async () => {
        expect(await listActionsOn(open.db, objects, actions)).toHaveLength(16);
      });
      expect(few).toBeLessThan(all / 5);
    },
  );

  test('what is older than hours are kept counts by the day only', async () => {
    await write(verify('nobody', 'refused'));
    time += 40 * DAY;
    await write(verify('nobody', 'refused'));
    await counted();
    const rows = await open.db
      .selectFrom('figures')
      .select(['grain', 'at'])
      .where('kind', '=', 'log-on')
      .orderBy('grain')
      .orderBy('at')
      .execute();
    expect(rows.map(({ grain, at }) => [grain, Number(at)])).toEqual([
      ['day', Math.floor(NOON / DAY) * DAY],
      ['day', Math.floor(time / DAY) * DAY],
      ['hour', Math.floor(time / HOUR) * HOUR],
    ]);
  });

  test('tokens by state and by month of expiry: once an hour, by one of the nodes', async () => {
    await addUser('north', '/n/');
    await addToken('000000000001', '/n/', { user_id: 'north', enabled: 1 });
    await addToken('000000000002', '/n/h/', { lost: 1, expires_on: '2033-01-31' });
    await addToken('000000000003', '/s/', { expires_on: '2031-05-01' });
    const nodes = [context(), on(second.db)];
    const count = () => Promise.all(nodes.map((node) => countTokensWhenDue(node, () => false)));
    await count();
    await count();
    const at = async (domain: string) => {
      const figures = done(await showTokenFigures(context(), seeing(domain), 'month'));
      const last = Object.fromEntries(figures.series.map(({ name, counts }) => [name, counts.at(-1)]));
      return { last, expiry: figures.expiry, series: figures.series };
    };
    expect((await at('/')).last).toEqual({ total: 3, assigned: 1, enabled: 1, lost: 1, expired: 1 });
    // What has expired this month is behind us, and still of this month.
    expect((await at('/')).expiry.map(({ month, count: number }) => [month, number])).toEqual([
      ['2031-05', 1],
      ['2031-07', 1],
      ['2033-01', 1],
    ]);
    expect((await at('/n/')).last).toEqual({ total: 2, assigned: 1, enabled: 1, lost: 1, expired: 0 });
    await open.db.updateTable('tokens').set({ lost: 0 }).execute();
    await count();
    expect((await at('/')).last.lost).toBe(1);
    time += HOUR;
    await count();
    expect((await at('/')).last.lost).toBe(0);
    // The day before, nobody counted.
    expect((await at('/')).series[0]?.counts.at(-2)).toBeNull();
    time += DAY;
    await count();
    expect((await at('/')).series[0]?.counts.slice(-2)).toEqual([3, 3]);
  });

  const operator = (domain?: string): Actor => ({
    kind: 'administrator',
    name: 'ada',
    grants: [
      { permissions: new Set(['settings:edit']), domain: '/' },
      ...(domain === undefined ? [] : [{ permissions: new Set(['users:view'] as const), domain }]),
    ],
  });
  const nodes = async () =>
    done(await showHealthFigures(context(), operator(), 'day')).nodes.map(({ seen, ...rest }) => ({
      ...rest,
      seen: seen.filter((count) => count > 0),
    }));
  const node = (host: string, db = open.db, refusal?: Text) =>
    ownNode({ db, now, random, host, process: 1, version: '1', refusal: async () => refusal });

  test('minutes of a host are counted once, for all of its processes, and again after a restart', async () => {
    // PostgreSQL has the time of its own clock, and another minute might begin.
    time = Date.now();
    const unready = text('node.database-unusable');
    const all = [node('a'), node('a', second.db, unready), node('a', second.db), node('b', second.db)];
    for (let round = 0; round < 3; round += 1) await Promise.all(all.map((one) => one.round()));
    await node('a').round();
    const begun = time - 100;
    time = Date.now();
    const minutes = Math.floor(time / 60_000) - Math.floor(begun / 60_000) + 1;
    const [a, b] = (await nodes()).sort((one, other) => (one.host < other.host ? -1 : 1));
    for (const one of [a, b]) {
      expect(one?.seen.length).toBeGreaterThan(0);
      expect(sum(one?.seen ?? [])).toBeLessThanOrEqual(minutes);
    }
    expect([a?.host, b?.host]).toEqual(['a', 'b']);
    expect(a?.notReady).toBeGreaterThan(0);
    expect(a?.notReady).toBeLessThanOrEqual(minutes);
    expect(b).toMatchObject({ notReady: 0, clock: 0 });
  });

  test.runIf(kind.name === 'SQLite')(
    'an hour without a node is a gap; hours are kept for some weeks, days for good',
    async () => {
      const one = node('a');
      const serve = async (minutes: number) => {
        for (const end = time + minutes * 60_000; time < end; time += 10_000) await one.round();
      };
      await serve(10);
      time = NOON + 2 * HOUR;
      await serve(5);
      const { nodes: found } = done(await showHealthFigures(context(), operator(), 'day'));
      expect(found[0]?.seen.slice(-3)).toEqual([10, 0, 5]);
      const days = async () => done(await showHealthFigures(context(), operator(), 'quarter')).nodes;
      expect((await days())[0]?.seen.at(-1)).toBe(15);
      // Hours go, and the last minute of a host that is no more; days stay.
      time += 40 * DAY;
      for (let round = 0; round < 2; round += 1) await countTokensWhenDue(context(), () => false);
      expect(sum((await days())[0]?.seen ?? [])).toBe(15);
      const left = await open.db.selectFrom('figures').select('grain').where('kind', '=', 'node').execute();
      expect(left.map(({ grain }) => grain)).toEqual(['day']);
      const cursors = await open.db.selectFrom('figure_cursors').select('id').execute();
      expect(cursors.map(({ id }) => id)).toEqual(['tokens']);
    },
  );

  test('health is for whoever may edit settings, and runs for whoever may see the users of the source', async () => {
    for (const [id, domain] of [
      ['north', '/n/'],
      ['south', '/s/'],
    ] as const) {
      await open.db
        .insertInto('identity_sources')
        .values({
          id,
          name: id,
          name_key: id,
          kind: 'generic',
          position: 1,
          enabled: 1,
          domain,
          settings: '{}',
          password: null,
          actor_kind: 'administrator',
          actor_id: '',
          actor_name: '',
          mark: null,
          due_at: null,
          full_at: null,
          watermark: null,
          created_at: NOON,
          version: 1,
        })
        .execute();
      for (const outcome of ['done', 'done', 'failed'] as const)
        await countOnce(open.db, { kind: 'run', at: NOON, name: id, outcome });
    }
    await setFigures(
      open.db,
      Array.from({ length: 25 }, (_, index) => ({
        kind: 'node' as const,
        grain: 'day' as const,
        domain: '/',
        at: Math.floor(NOON / DAY) * DAY,
        name: `pod-${String(index).padStart(2, '0')}`,
        outcome: 'seen',
        count: 1_000 - index,
      })),
    );
    const shown = async (actor: Actor) => done(await showHealthFigures(context(), actor, 'month'));
    const runsOf = async (actor: Actor) =>
      (await shown(actor)).sources.map(({ name, runs }) => [
        name,
        ...runs.map(({ outcome, counts }) => `${outcome} ${sum(counts)}`),
      ]);
    expect(await runsOf(operator('/'))).toEqual([
      ['north', 'done 2', 'failed 1'],
      ['south', 'done 2', 'failed 1'],
    ]);
    expect(await runsOf(operator('/s/'))).toEqual([['south', 'done 2', 'failed 1']]);
    expect(await runsOf(operator())).toEqual([]);
    const { nodes: hosts, others } = await shown(operator());
    expect(hosts.map(({ host }) => host).slice(-1)).toEqual(['pod-19']);
    expect(others).toMatchObject({ nodes: 5, notReady: 0 });
    expect(others.seen.at(-1)).toBe(980 + 979 + 978 + 977 + 976);
    expect(await showHealthFigures(context(), seeing('/'), 'day')).toMatchObject({
      ok: false,
      problem: 'not-permitted',
    });
  });
});
