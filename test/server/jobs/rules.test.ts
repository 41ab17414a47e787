/**
 * Rules over a simulated quarter, on both databases: whoever comes gets a token, whoever leaves gives it back, what expires is replaced, and
 * nobody is served beyond the daily ceiling. The clock is the test's; a node runs rules and jobs four times a day.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Rule as FullRule,
  inputOfRule,
  type RuleInput,
  ruleInputSchema,
} from '@sower/api/distribution-rules';
import { distributeInputSchema } from '@sower/api/distributions';
import { distributeManySchema } from '@sower/api/jobs';
import { DAY, dayOf } from '@sower/api/time';
import type { Actor } from '@sower/server/core/actor';
import type { Unworded } from '@sower/server/core/unworded';
import { distributeMany } from '@sower/server/jobs/distribution/input';
import { addJobAbout } from '@sower/server/jobs/distribution/undo';
import { jobKinds } from '@sower/server/jobs/kinds';
import { concernedBy } from '@sower/server/jobs/rules/concerned';
import { addRule, editRule, previewRule, removeRule, showRules } from '@sower/server/jobs/rules/rules';
import { runRules } from '@sower/server/jobs/rules/run';
import { distributeToken } from '@sower/server/provisioning/distribution/distribute';
import { newId } from '@sower/server/store/db/ids';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { findRule, type RuleRow } from '@sower/server/store/distribution/rules';
import { markOf } from '@sower/server/store/keys/marks';
import type { Serial, TokenKey } from '@sower/server/store/schema/brands';
import { insertSeeds, type NewSeed } from '@sower/server/store/tokens/seeds';
import { addJob, startJob } from '@sower/server/work/jobs';
import { workOnJob } from '@sower/server/work/runner';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { earlierSchema } from '../../harness/databases/earlier-schema.ts';
import { type FreshDatabase, justBefore, onBothDatabases } from '../../harness/databases.ts';
import { deploy } from '../../harness/deployment.ts';
import { addPeople } from '../../harness/jobs/many-people.ts';
import { actorOf, type NodeContext, nodeOf, valueIn } from '../../harness/jobs/node.ts';
import { GROUP, joinGroup, recordGroup } from '../../harness/jobs/recorded-group.ts';

type Rule = Unworded<FullRule, 'detail'>;

const QUARTERS_OF_A_DAY = 4;
const RIGHTS: ('users:view' | 'tokens:view' | 'tokens:distribute' | 'tokens:assign' | 'tokens:mint')[] = [
  'users:view',
  'tokens:view',
  'tokens:distribute',
  'tokens:assign',
  'tokens:mint',
];

onBothDatabases('distribution rules', (kind) => {
  let database: FreshDatabase;
  let stored: OpenDatabase;
  let folder: string;
  let clock: number;
  let context: NodeContext;
  let actor: Actor;
  /** May distribute in one domain alone. */
  let ofOwn: Actor;
  /** Loses its rights. */
  let fleeting: Actor;
  const paths: Record<string, string> = {};
  let keyId: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-rules-'));
    database = await kind.installed();
    const deployment = await deploy(database, { dataIn: folder });
    const { api } = deployment;
    const profile = { deviceType: 'sower', authenticationType: 'tokencode' } as const;
    await api('addProfile', { body: { name: 'qr', delivery: 'qr', ...profile } });
    await api('addProfile', { body: { name: 'url', delivery: 'url', ...profile } });
    for (const name of [
      'Sales',
      'Elsewhere',
      'Spare',
      'Slow',
      'Late',
      'Own',
      'Many',
      'Halt',
      'Grouped',
      'Gone',
      'Lost',
      'Empty',
      'Fobs',
      'Again',
      'Anew',
      'Bare',
      'Passed',
    ])
      paths[name] = (await api('addSecurityDomain', { body: { name } })).path;
    await recordGroup(api);
    const made = await api('addApiKey', {
      body: {
        name: 'rules',
        permissions: RIGHTS,
      },
    });
    keyId = made.id;
    const limited = await api('addApiKey', {
      body: { name: 'limited', permissions: RIGHTS, securityDomain: 'Own' },
    });
    const lost = await api('addApiKey', { body: { name: 'fleeting', permissions: RIGHTS } });
    await deployment.stop();
    stored = await openDatabase(database.location);
    // The middle of a day, so that the first rounds are on one.
    clock = Math.floor(Date.now() / DAY) * DAY + DAY / 8;
    context = await nodeOf(stored.db, deployment.dataFolder, () => clock);
    actor = await actorOf(context, made.key);
    ofOwn = await actorOf(context, limited.key);
    fleeting = await actorOf(context, lost.key);
  });
  // Each test has rules of its own, which the next ones need not run.
  afterEach(async () => {
    await stored.db.deleteFrom('distribution_rules').execute();
  });
  afterAll(async () => {
    await stored.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const save = async (
    input: Omit<
      RuleInput,
      'tokens' | 'binding' | 'perDay' | 'freeAfterDays' | 'renewDays' | 'leavers' | 'enabled'
    > &
      Partial<RuleInput>,
  ) => valueIn(await addRule(context, actor, ruleInputSchema.parse(input)));
  const ruleNow = async ({ id }: Rule): Promise<Rule> =>
    valueIn(await showRules(context, actor)).items.find((rule) => rule.id === id) as Rule;

  /** What a node does by itself, until there is nothing left to do. */
  async function work(): Promise<void> {
    await runRules(context);
    while (await workOnJob(context, jobKinds(context)));
  }
  async function days(count: number, each: () => Promise<void> = async () => {}): Promise<void> {
    for (let quarter = 0; quarter < count * QUARTERS_OF_A_DAY; quarter += 1) {
      clock += DAY / QUARTERS_OF_A_DAY;
      await work();
      if (quarter % QUARTERS_OF_A_DAY === QUARTERS_OF_A_DAY - 1) await each();
    }
  }
  /** Distributions of a domain's users, with the token of each. */
  const givenIn = (domain: string) =>
    stored.db
      .selectFrom('users')
      .innerJoin('tokens', 'tokens.user_id', 'users.id')
      .leftJoin('distributions', (join) =>
        join.onRef('distributions.token_id', '=', 'tokens.id').on('distributions.latest', '=', 1),
      )
      .select(['users.user_id', 'tokens.serial', 'tokens.id', 'tokens.expires_on', 'distributions.state'])
      .where('users.domain', '=', domain)
      .orderBy('users.user_id')
      .execute();
  const seedOf = (id: TokenKey, distributionId: string | null): NewSeed => ({
    ...{ id: newId(context), token_id: id, distribution_id: distributionId, state: 'current', key_id: '' },
    ...{ algorithm: 'totp', hash: 'sha1', digits: 6, interval_seconds: 30 },
    ...{ authentication_type: 'tokencode', sealed: '', position: -1, drift: 0 },
    ...{ last_accepted_at: null, created_at: clock },
  });
  const activate = async (id: TokenKey) => {
    const [latest] = await stored.db
      .updateTable('distributions')
      .set({ state: 'confirmed' })
      .where('token_id', '=', id)
      .where('latest', '=', 1)
      .returning('id')
      .execute();
    await insertSeeds(stored.db, [seedOf(id, latest?.id ?? null)]);
  };
  const change = (userId: string, to: { enabled?: 0 | 1; domain?: string }) =>
    stored.db.updateTable('users').set(to).where('user_id', '=', userId).execute();
  const states = async (domain: string) =>
    Object.fromEntries((await givenIn(domain)).map(({ user_id, state }) => [user_id, state]));

  test('switching a rule off takes what deleting it takes, and switching it on or changing it all that it does', async () => {
    const made = await save({ name: 'Off', securityDomain: 'Halt', profile: 'qr', enabled: true });
    const desk: Actor = {
      ...actor,
      grants: actor.grants.map((grant) => ({
        ...grant,
        permissions: new Set(['tokens:distribute'] as const),
      })),
    };
    const edit = (by: Actor, rule: Rule, to: Partial<RuleInput>) =>
      editRule(context, by, { id: rule.id, version: rule.version, change: { ...inputOfRule(rule), ...to } });
    const refusedFor = async (to: Partial<RuleInput>, rule = made) => {
      const outcome = await edit(desk, rule, to);
      return outcome.ok ? undefined : outcome.permission;
    };
    for (const to of [{}, { perDay: 5 }, { enabled: false, perDay: 5 }, { enabled: false, name: 'Other' }])
      expect(await refusedFor(to), JSON.stringify(to)).toBe('tokens:assign');
    const off = valueIn(await edit(desk, made, { enabled: false }));
    expect(off).toEqual({ ...made, enabled: false, madeBy: off.madeBy, version: made.version + 1 });
    expect(await refusedFor({ enabled: true }, off)).toBe('tokens:assign');
    const on = valueIn(await edit(actor, off, { enabled: true }));
    expect(on.enabled).toBe(true);
    // Of a domain that is not theirs, there is nothing to find out.
    const elsewhere = await edit(ofOwn, on, { enabled: false });
    expect(elsewhere.ok).toBe(false);
    valueIn(await edit(desk, on, { enabled: false }));
    valueIn(await removeRule(context, desk, on.id));
  });

  test('a quarter: joiners by the daily ceiling, leavers after their days, expiring tokens replaced while the old one works', async () => {
    const sales = paths.Sales as string;
    await addPeople(stored.db, 'sales', 25, { tokens: 'none', domain: sales });
    // One who has a token that nobody distributed keeps it, and one who is served already is left alone.
    const [holder] = (await addPeople(stored.db, 'holder', 1, { domain: sales })).serials;
    const off = await save({
      name: 'Sales',
      securityDomain: 'Sales',
      profile: 'qr',
      perDay: 10,
      freeAfterDays: 14,
    });
    expect(off.enabled).toBe(false);
    await days(1);
    expect((await givenIn(sales)).map(({ state }) => state)).toEqual([null]);
    expect(valueIn(await previewRule(context, actor, off.id))).toMatchObject({
      joiners: {
        count: 26,
        users: ['holder000000', 'sales000000', 'sales000001', 'sales000002', 'sales000003'],
        names: Array(5).fill('Some Body'),
      },
      leavers: { count: 0 },
      expiring: { count: 0 },
      leftToday: 10,
    });

    const { id, version } = off;
    const on = {
      name: 'Sales',
      securityDomain: 'Sales',
      profile: 'qr',
      perDay: 10,
      freeAfterDays: 14,
      enabled: true,
    };
    valueIn(await editRule(context, actor, { id, version, change: ruleInputSchema.parse(on) }));
    const served: number[] = [];
    await days(4, async () => {
      served.push((await givenIn(sales)).filter(({ state }) => state !== null).length);
    });
    expect(served).toEqual([10, 20, 26, 26]);
    expect((await givenIn(sales)).find(({ user_id }) => user_id === 'holder000000')?.serial).toBe(holder);

    // All of them activate but two; a joiner comes.
    for (const { id: token, user_id } of await givenIn(sales))
      if (user_id !== 'sales000000' && user_id !== 'sales000001') await activate(token);
    await addPeople(stored.db, 'late', 1, { tokens: 'none', domain: sales });
    await days(1);
    expect(await states(sales)).toMatchObject({
      late000000: 'issued',
      sales000000: 'issued',
      sales000002: 'confirmed',
    });

    // One is disabled before activating, one after, one moves away, and one is disabled by mistake.
    await change('sales000000', { enabled: 0 });
    await change('sales000002', { enabled: 0 });
    await change('sales000004', { enabled: 0 });
    const moved = (await givenIn(sales)).find(({ user_id }) => user_id === 'sales000003')?.id as string;
    await change('sales000003', { domain: paths.Elsewhere as string });
    await days(1);
    expect(await states(sales)).toMatchObject({ sales000000: 'withdrawn', sales000002: 'confirmed' });
    await change('sales000004', { enabled: 1 });
    await days(12);
    expect(await states(sales)).toMatchObject({ sales000000: 'withdrawn', sales000002: 'confirmed' });
    await days(2);
    const after = await states(sales);
    expect(after).not.toHaveProperty('sales000000');
    expect(after).not.toHaveProperty('sales000002');
    expect(after).toMatchObject({ sales000004: 'confirmed', sales000005: 'confirmed' });
    expect(await givenIn(paths.Elsewhere as string)).toEqual([]);
    const freed = await stored.db
      .selectFrom('tokens')
      .select('user_id')
      .where('id', '=', moved)
      .executeTakeFirst();
    expect(freed).toEqual({ user_id: null });

    // Three tokens end in forty days: replaced thirty days before, and the old one goes on until then.
    const ending = (await givenIn(sales)).filter(({ user_id }) => /sales00001[012]/.test(user_id));
    const end = new Date(clock + 40 * DAY).toISOString().slice(0, 10);
    for (const { id: token } of ending)
      await stored.db.updateTable('tokens').set({ expires_on: end }).where('id', '=', token).execute();
    await days(9);
    expect(await stored.db.selectFrom('replacements').selectAll().execute()).toEqual([]);
    await days(3);
    const pairs = await stored.db.selectFrom('replacements').selectAll().execute();
    expect(new Set(pairs.map(({ replaced_id }) => replaced_id))).toEqual(
      new Set(ending.map((token) => token.id)),
    );
    for (const { token_id } of pairs) {
      const fresh = (await givenIn(sales)).find((token) => token.id === token_id);
      expect(fresh).toMatchObject({ state: 'issued' });
      expect((fresh?.expires_on ?? '') > end).toBe(true);
    }
    for (const { id: token } of ending)
      expect((await givenIn(sales)).find((held) => held.id === token)).toMatchObject({ state: 'confirmed' });

    // The rest of the quarter: nothing more happens, and nobody was ever served twice.
    const before = await givenIn(sales);
    // The two tokens of a user come in any order.
    const serials = (tokens: typeof before) => tokens.map(({ serial }) => serial).sort();
    await days(5);
    expect(serials(await givenIn(sales))).toEqual(serials(before));
    const twice = before
      .filter(({ user_id }) => !/sales00001[012]/.test(user_id))
      .map(({ user_id }) => user_id);
    expect(new Set(twice).size).toBe(twice.length);
  });

  test('a replacement whose job could not be made, or whose code expired, is given a code by a later run', async () => {
    const late = paths.Late as string;
    await addPeople(stored.db, 'tardy', 1, { tokens: 'none', domain: late });
    const rule = await save({ name: 'Late', securityDomain: 'Late', profile: 'qr', enabled: true });
    await days(1);
    const [old] = await givenIn(late);
    await activate(old?.id as TokenKey);
    const expiresOn = new Date(clock + 20 * DAY).toISOString().slice(0, 10);
    await stored.db
      .updateTable('tokens')
      .set({ expires_on: expiresOn })
      .where('id', '=', old?.id as string)
      .execute();
    // Its maker has as many open jobs as one may have.
    const job = { kind: 'distribute', name: 'open', input: '{}', state: 'waiting', phase: 'check' } as const;
    while ((await addJob(context, actor, job)).ok);
    await work();
    const fresh = async () => (await givenIn(late)).find(({ id }) => id !== old?.id);
    expect(await fresh()).toMatchObject({ state: null });
    expect(await ruleNow(rule)).toMatchObject({ enabled: true });
    await stored.db.updateTable('jobs').set({ state: 'cancelled' }).where('name', '=', 'open').execute();
    await work();
    expect(await fresh()).toMatchObject({ state: 'issued' });
    // Unused, it is followed by others, three in all, while the token that it is for goes on.
    const codes = async () =>
      (
        await stored.db
          .selectFrom('distributions')
          .select('id')
          .where('token_id', '=', (await fresh())?.id ?? '')
          .execute()
      ).length;
    await days(5);
    expect(await codes()).toBe(1);
    const end = async () => {
      await stored.db
        .updateTable('distributions')
        .set({ expires_at: clock })
        .where('token_id', '=', (await fresh())?.id ?? '')
        .execute();
      await days(2);
    };
    await end();
    expect(await codes()).toBe(2);
    // Also if someone else has saved the rule meanwhile.
    const { version } = await ruleNow(rule);
    valueIn(await editRule(context, fleeting, { id: rule.id, version, change: inputOfRule(rule) }));
    await end();
    expect(await codes()).toBe(3);
    expect((await givenIn(late)).find(({ id }) => id === old?.id)).toMatchObject({ state: 'confirmed' });
  });

  test('whoever lets three codes expire gets no more, and is named; until they activate one', async () => {
    const slow = paths.Slow as string;
    const { userIds } = await addPeople(stored.db, 'slow', 2, { tokens: 'none', domain: slow });
    const rule = await save({ name: 'Slow', securityDomain: 'Slow', profile: 'qr', enabled: true });
    const given = async () =>
      Number(
        (
          await stored.db
            .selectFrom('distributions')
            .innerJoin('users', 'users.id', 'distributions.user_id')
            .select(({ fn }) => fn.countAll<number>().as('count'))
            .where('users.domain', '=', slow)
            .executeTakeFirstOrThrow()
        ).count,
      );
    const counts: number[] = [];
    await days(50, async () => {
      counts.push(await given());
    });
    expect(Math.max(...counts)).toBe(6);
    expect(valueIn(await previewRule(context, actor, rule.id))).toMatchObject({
      joiners: { count: 0 },
      givenUp: { count: 2, users: userIds },
    });
    // By another way than the rule one of them gets there, and loses it again.
    const [first] = await givenIn(slow);
    await activate(first?.id as TokenKey);
    await days(1);
    expect(valueIn(await previewRule(context, actor, rule.id)).givenUp.count).toBe(1);
    await stored.db
      .updateTable('distributions')
      .set({ latest: 0 })
      .where('token_id', '=', first?.id as string)
      .execute();
    await stored.db
      .deleteFrom('seeds')
      .where('token_id', '=', first?.id as string)
      .execute();
    await days(2);
    expect(await given()).toBe(7);
  });

  test('codes that users began again themselves do not count', async () => {
    const anew = paths.Anew as string;
    const { userIds } = await addPeople(stored.db, 'anew', 1, { tokens: 'none', domain: anew });
    const rule = await save({ name: 'Anew', securityDomain: 'Anew', profile: 'qr', enabled: true });
    await days(1);
    const [{ id = '' } = {}] = await givenIn(anew);
    const [made] = await stored.db
      .selectFrom('distributions')
      .selectAll()
      .where('token_id', '=', id)
      .execute();
    await stored.db.updateTable('distributions').set({ latest: 0 }).where('token_id', '=', id).execute();
    for (const latest of [0, 1] as const)
      await stored.db
        .insertInto('distributions')
        .values({
          ...(made as NonNullable<typeof made>),
          ...{
            id: newId(context),
            created_by: `user:${userIds[0]}`,
            state: 'failed',
            code_hash: null,
            latest,
          },
        })
        .execute();
    await days(2);
    expect(valueIn(await previewRule(context, actor, rule.id)).givenUp.count).toBe(0);
    expect(await states(anew)).toEqual({ [String(userIds[0])]: 'issued' });
  });

  test('a token stays that of its rule when it is distributed to the same user by hand; undone, it is not', async () => {
    const again = paths.Again as string;
    const { userIds } = await addPeople(stored.db, 'again', 3, { tokens: 'held', domain: again });
    const [leaver, ending, undone] = userIds as [string, string, string];
    const rule = await save({
      ...{ name: 'Again', securityDomain: 'Again', profile: 'qr', enabled: true },
      ...{ freeAfterDays: 1, renewDays: 30 },
    });
    await days(1);
    const tokenOf = async (userId: string) =>
      (await givenIn(again)).find(({ user_id }) => user_id === userId);
    for (const userId of [leaver, ending]) {
      const token = await tokenOf(userId);
      await activate(token?.id as TokenKey);
      valueIn(
        await distributeToken(
          context,
          actor,
          String(token?.serial),
          distributeInputSchema.parse({ profile: 'qr', nickname: 'byhand' }),
        ),
      );
    }
    const ends = dayOf(clock + 20 * DAY);
    const { id } = (await tokenOf(ending)) as { id: TokenKey };
    await stored.db.updateTable('tokens').set({ expires_on: ends }).where('id', '=', id).execute();
    await change(leaver, { enabled: 0 });
    const [job] = await stored.db.selectFrom('jobs').select('id').where('rule_id', '=', rule.id).execute();
    valueIn(await addJobAbout(context, actor, String(job?.id), 'undo'));
    while (await workOnJob(context, jobKinds(context)));
    const ruleOf = async (userId: string) => {
      const serial = String((await tokenOf(userId))?.serial);
      const { rule_id } = await stored.db
        .selectFrom('tokens')
        .select('rule_id')
        .where('serial', '=', serial as Serial)
        .executeTakeFirstOrThrow();
      return rule_id;
    };
    expect(await Promise.all(userIds.map(ruleOf))).toEqual([rule.id, rule.id, null]);
    await days(4);
    expect(await tokenOf(leaver)).toBeUndefined();
    const replaced = await stored.db.selectFrom('replacements').select('replaced_id').execute();
    expect(replaced.map(({ replaced_id }) => replaced_id)).toContain(id);
    expect([await ruleOf(undone), await states(again)]).toMatchObject([rule.id, { [undone]: 'issued' }]);
  });

  test('whoever goes where the maker of a rule may not distribute keeps the token; who leaves within reach does not', async () => {
    const own = paths.Own as string;
    const { userIds } = await addPeople(stored.db, 'own', 2, { tokens: 'none', domain: own });
    const [stays, goes] = userIds as [string, string];
    const input = { name: 'Own', securityDomain: 'Own', profile: 'qr', freeAfterDays: 1, enabled: true };
    const rule = valueIn(await addRule(context, ofOwn, ruleInputSchema.parse(input)));
    await days(1);
    for (const { id } of await givenIn(own)) await activate(id);
    await change(goes, { domain: paths.Elsewhere as string });
    await change(stays, { enabled: 0 });
    await days(4);
    expect(await states(own)).toEqual({});
    const held = await stored.db
      .selectFrom('tokens')
      .innerJoin('users', 'users.id', 'tokens.user_id')
      .select('users.user_id')
      .where('users.user_id', 'in', userIds)
      .execute();
    expect(held).toEqual([{ user_id: goes }]);
    expect(await ruleNow(rule)).toMatchObject({ enabled: true });
    // Back within reach, and gone again.
    await change(goes, { domain: own, enabled: 0 });
    await days(3);
    expect(await states(own)).toEqual({});
    await change(goes, { domain: paths.Elsewhere as string, enabled: 1 });
  });

  /** The node, where something happens before the first transaction of its run. */
  const before = (happens: () => Promise<unknown>): NodeContext => ({
    ...context,
    db: justBefore(stored.db, happens),
  });
  /** Those of these users who have a token, each with its state. */
  const heldBy = async (userIds: readonly string[]) => {
    const rows = await stored.db
      .selectFrom('users')
      .innerJoin('tokens', 'tokens.user_id', 'users.id')
      .innerJoin('distributions', 'distributions.token_id', 'tokens.id')
      .select(['users.user_id', 'distributions.state'])
      .where('distributions.latest', '=', 1)
      .where('users.user_id', 'in', userIds)
      .orderBy('users.user_id')
      .execute();
    return Object.fromEntries(rows.map(({ user_id, state }) => [user_id, state]));
  };

  test('switched off, or left with nothing to do by whoever comes back, in the middle of its run', async () => {
    const { userIds } = await addPeople(stored.db, 'halt', 3, {
      tokens: 'none',
      domain: paths.Halt as string,
    });
    const [first, second, third] = userIds as [string, string, string];
    // Its name puts it before the other rules.
    const input = { name: 'A halt', securityDomain: 'Halt', profile: 'qr', freeAfterDays: 5, enabled: true };
    let rule = await save(input);
    const switched = async (enabled: boolean) => {
      const { id, version } = await ruleNow(rule);
      const to = { id, version, change: ruleInputSchema.parse({ ...input, enabled }) };
      rule = valueIn(await editRule(context, actor, to));
    };
    await days(1);
    for (const userId of userIds) await change(userId, { enabled: 0 });
    await runRules(before(() => switched(false)));
    // The step that had begun, and none after it.
    expect(await heldBy(userIds)).toEqual({ [first]: 'withdrawn', [second]: 'issued', [third]: 'issued' });
    await switched(true);
    await runRules(before(() => change(second, { enabled: 1 })));
    expect(await heldBy(userIds)).toEqual({ [first]: 'withdrawn', [second]: 'issued', [third]: 'withdrawn' });
    clock += 6 * DAY;
    await runRules(before(() => change(first, { enabled: 1 })));
    const held = await heldBy(userIds);
    expect(Object.keys(held)).toEqual([first, second]);
    await switched(false);
  });

  test('no token is freed where the maker of the rule no longer may', async () => {
    const [own, lost] = [paths.Own as string, paths.Lost as string];
    const near = (await addPeople(stored.db, 'near', 2, { tokens: 'none', domain: own })).userIds;
    const far = (await addPeople(stored.db, 'far', 2, { tokens: 'none', domain: lost })).userIds;
    const saved = async (by: Actor, name: string, securityDomain: string) => {
      const input = { name, securityDomain, profile: 'qr', freeAfterDays: 2, enabled: true };
      return valueIn(await addRule(context, by, ruleInputSchema.parse(input)));
    };
    await saved(ofOwn, 'A near', 'Own');
    const rule = await saved(fleeting, 'A far', 'Lost');
    await days(1);
    for (const { id } of [...(await givenIn(own)), ...(await givenIn(lost))]) await activate(id);
    for (const userId of [...near, ...far]) await change(userId, { enabled: 0 });
    await days(1);
    const noted = await stored.db
      .selectFrom('rule_leavers')
      .innerJoin('users', 'users.id', 'rule_leavers.user_id')
      .select('users.user_id')
      .where('users.user_id', 'in', [...near, ...far])
      .execute();
    expect(noted).toHaveLength(4);
    // Noted within reach, and gone out of it since; or it is the maker whose rights now end elsewhere.
    await change(near[0] as string, { domain: paths.Elsewhere as string });
    const key = await stored.db
      .selectFrom('api_keys')
      .selectAll()
      .where('name', '=', 'fleeting')
      .executeTakeFirstOrThrow();
    const domain = paths.Elsewhere as string;
    await stored.db
      .updateTable('api_keys')
      .set({ domain, mark: markOf('api_keys', context, { ...key, domain }) })
      .where('id', '=', key.id)
      .execute();
    await days(4);
    expect(Object.keys(await heldBy([...near, ...far]))).toEqual([...far, near[0]].sort());
    expect(await ruleNow(rule)).toMatchObject({ enabled: false, reason: 'job.right-lost' });
  });

  test('leavers whose tokens are freed at once count for the day, too', async () => {
    const empty = paths.Empty as string;
    const { userIds } = await addPeople(stored.db, 'empty', 4, { tokens: 'none', domain: empty });
    const input = { name: 'Empty', securityDomain: 'Empty', profile: 'qr', enabled: true };
    clock = (Math.floor(clock / DAY) + 1) * DAY + DAY / 8;
    await save({ ...input, perDay: 2, freeAfterDays: 0 });
    await days(3);
    expect(Object.keys(await heldBy(userIds))).toEqual(userIds);
    for (const userId of userIds) await change(userId, { enabled: 0 });
    const left = async () => Object.keys(await heldBy(userIds)).length;
    const runs = async (count: number) => {
      for (let run = 0; run < count; run += 1) {
        clock += DAY / QUARTERS_OF_A_DAY;
        await work();
      }
    };
    // Three more times on one day, and once on the next.
    await runs(3);
    expect(await left()).toBe(2);
    await runs(1);
    expect(await left()).toBe(0);
  });

  test('of a directory group: its members in the domain get tokens, and lose them when they leave it', async () => {
    const grouped = paths.Grouped as string;
    const { userIds } = await addPeople(stored.db, 'grouped', 5, { tokens: 'none', domain: grouped });
    const [leaver = ''] = userIds;
    await joinGroup(stored.db, userIds.slice(0, 3));
    const input = { name: 'Grouped', securityDomain: 'Grouped', profile: 'qr' };
    const parsed = ruleInputSchema.parse({ ...input, group: 'cn=none,dc=example,dc=com' });
    expect(await addRule(context, actor, parsed)).toMatchObject({
      ok: false,
      detail: { code: 'client-group.not-kept' },
    });
    const rule = await save({ ...input, group: GROUP.toUpperCase(), freeAfterDays: 1, enabled: true });
    expect(rule.group).toBe(GROUP);
    await work();
    expect(Object.keys(await states(grouped))).toEqual(userIds.slice(0, 3));
    await stored.db
      .deleteFrom('user_groups')
      .where('user_id', 'in', (users) => users.selectFrom('users').select('id').where('user_id', '=', leaver))
      .execute();
    expect(valueIn(await previewRule(context, actor, rule.id)).leavers).toEqual({
      count: 1,
      users: [leaver],
      names: ['Some Body'],
    });
    await work();
    expect((await states(grouped))[leaver]).toBe('withdrawn');
    // Back in time, then gone for good.
    await joinGroup(stored.db, [leaver]);
    await days(2);
    expect(await givenIn(grouped)).toHaveLength(3);
    await stored.db.deleteFrom('user_groups').execute();
    await days(2);
    expect(await givenIn(grouped)).toEqual([]);
  });

  test('all tokens of disabled users are freed, whoever gave them, as long as the rule says so', async () => {
    const gone = paths.Gone as string;
    const { userIds } = await addPeople(stored.db, 'gone', 3, { domain: gone });
    const [first = '', second = ''] = userIds;
    const input = { name: 'Gone', securityDomain: 'Gone', profile: 'qr', freeAfterDays: 2, enabled: true };
    for (const userId of [first, second]) await change(userId, { enabled: 0 });
    const rule = await save(input);
    await work();
    const leavers = async () => valueIn(await previewRule(context, actor, rule.id)).leavers.users;
    const edit = async (to: 'own' | 'all') => {
      const { version } = await ruleNow(rule);
      const parsed = ruleInputSchema.parse({ ...input, leavers: to });
      valueIn(await editRule(context, actor, { id: rule.id, version, change: parsed }));
    };
    expect(await leavers()).toEqual([]);
    await edit('all');
    expect(await leavers()).toEqual([first, second]);
    await days(1);
    await edit('own');
    await days(3);
    expect(Object.keys(await states(gone))).toEqual(userIds);
    await edit('all');
    await days(3);
    expect(Object.keys(await states(gone))).toEqual(userIds.slice(2));
  });

  test('a leaver whom a rule has noted that is off now is found by another', async () => {
    const passed = paths.Passed as string;
    const { userIds } = await addPeople(stored.db, 'passed', 2, { domain: passed });
    const [first = '', second = ''] = userIds;
    const input = { securityDomain: 'Passed', profile: 'qr', leavers: 'all', enabled: true } as const;
    const slow = await save({ ...input, name: 'Slow to free', freeAfterDays: 30 });
    await change(first, { enabled: 0 });
    await work();
    await save({ ...input, name: 'Quick to free', freeAfterDays: 2 });
    await change(second, { enabled: 0 });
    await days(4);
    // Each is left to the rule that noted it, as long as that is on.
    expect(Object.keys(await states(passed))).toEqual([first]);
    const { version } = await ruleNow(slow);
    const off = ruleInputSchema.parse({ ...input, name: 'Slow to free', freeAfterDays: 30, enabled: false });
    valueIn(await editRule(context, actor, { id: slow.id, version, change: off }));
    await days(4);
    expect(Object.keys(await states(passed))).toEqual([]);
  });

  test('everyone is found on all pages, once', async () => {
    const { userIds } = await addPeople(stored.db, 'many', 4_100, {
      tokens: 'none',
      domain: paths.Many as string,
    });
    const { id } = await save({ name: 'Many', securityDomain: 'Many', profile: 'qr', perDay: 10_000 });
    const row = (await findRule(stored.db, id)) as RuleRow;
    const first = await concernedBy(context, actor, row, 10_000);
    expect(first.joiners.map(({ user_id }) => user_id)).toEqual(userIds);
    // Seven jobs of 600: on several pages, too.
    for (let from = 0; from < userIds.length; from += 600)
      valueIn(
        await distributeMany(
          context,
          actor,
          {
            name: 'Many',
            profile: 'qr',
            tokens: 'mint',
            binding: 'class',
            nickname: '',
            again: false,
            choose: { userIds: userIds.slice(from, from + 600) },
          },
          { id, most: 600 },
        ),
      );
    while (await workOnJob(context, jobKinds(context)));
    await stored.db
      .updateTable('users')
      .set({ enabled: 0 })
      .where('domain', '=', paths.Many as string)
      .execute();
    const left = (await concernedBy(context, actor, row, 10_000)).leavers.map(({ user_id }) => user_id);
    expect(left.sort()).toEqual(userIds);
    expect((await concernedBy(context, actor, row, 1_000)).leavers).toHaveLength(1_000);
  });

  test('a token that came with its seed serves its user, if it is accepted', async () => {
    const fobs = paths.Fobs as string;
    const { userIds, serials } = await addPeople(stored.db, 'fob', 5, { domain: fobs });
    const tokens = await stored.db
      .selectFrom('tokens')
      .select(['id', 'serial'])
      .where('serial', 'in', serials)
      .orderBy('serial')
      .execute();
    const all = { kind: 'hardware' } as const;
    // The last holds a software token without a seed: that one is distributed.
    for (const [index, change] of [
      all,
      { kind: 'software', batch: 'a file' } as const,
      { ...all, expires_on: dayOf(clock - 2 * DAY) },
      { ...all, lost: 1 } as const,
    ].entries()) {
      const { id } = tokens[index] as (typeof tokens)[number];
      await stored.db.updateTable('tokens').set(change).where('id', '=', id).execute();
      await insertSeeds(stored.db, [seedOf(id, null)]);
    }
    const rule = await save({ name: 'Fobs', securityDomain: 'Fobs', profile: 'qr', enabled: true });
    expect(valueIn(await previewRule(context, actor, rule.id))).toMatchObject({
      joiners: { count: 3, users: userIds.slice(2) },
    });
    await days(1);
    const given = (await givenIn(fobs)).filter(({ state }) => state !== null);
    expect(given.map(({ user_id }) => user_id)).toEqual(userIds.slice(2));
    expect(given.at(-1)?.serial).toBe(serials.at(-1));
    // No one was in a job in vain.
    const { count } = await stored.db
      .selectFrom('job_rows')
      .innerJoin('jobs', 'jobs.id', 'job_rows.job_id')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('jobs.rule_id', '=', rule.id)
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(3);
  });

  test('a job that begins after the last day of its tokens ends', async () => {
    const { userIds } = await addPeople(stored.db, 'overdue', 1, { tokens: 'none' });
    const { id } = valueIn(
      await distributeMany(
        context,
        actor,
        distributeManySchema.parse({
          ...{ name: 'late', profile: 'qr', tokens: 'mint', choose: { userIds } },
          expiresOn: dayOf(clock + DAY),
        }),
      ),
    );
    await work();
    clock += 4 * DAY;
    valueIn(await startJob(context, actor, { id, name: 'late' }));
    await work();
    const { state, done } = await stored.db
      .selectFrom('jobs')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect([state, done]).toEqual(['failed', 0]);
  });

  test('a rule whose profile is one of URL delivery meanwhile makes no codes that nobody would get: it is stopped', async () => {
    await addPeople(stored.db, 'bare', 1, { tokens: 'none', domain: paths.Bare as string });
    const rule = await save({ name: 'Bare', securityDomain: 'Bare', profile: 'qr', enabled: true });
    const deliver = (delivery: 'url' | 'qr') =>
      stored.db.updateTable('token_profiles').set({ delivery }).where('name', '=', 'qr').execute();
    await deliver('url');
    await work();
    await deliver('qr');
    expect(await givenIn(paths.Bare as string)).toEqual([]);
    expect(await ruleNow(rule)).toMatchObject({ enabled: false, reason: 'rule.url-needs-mail' });
  });

  test('a code that expires unused is given anew; a rule is stopped, with the reason, when its maker lacks the right', async () => {
    const spare = paths.Spare as string;
    await addPeople(stored.db, 'spare', 2, { tokens: 'none', domain: spare });
    const rule = await save({ name: 'Spare', securityDomain: 'Spare', profile: 'qr', enabled: true });
    await days(1);
    expect(await states(spare)).toEqual({ spare000000: 'issued', spare000001: 'issued' });
    const first = await givenIn(spare);
    await days(9);
    // The same tokens, with fresh codes: they were held already.
    expect((await givenIn(spare)).map(({ serial }) => serial)).toEqual(first.map(({ serial }) => serial));
    const live = await stored.db
      .selectFrom('distributions')
      .select('expires_at')
      .where('latest', '=', 1)
      .where(
        'token_id',
        'in',
        first.map(({ id }) => id),
      )
      .execute();
    for (const { expires_at } of live) expect(Number(expires_at)).toBeGreaterThan(clock);

    await stored.db.deleteFrom('api_keys').where('id', '=', keyId).execute();
    await addPeople(stored.db, 'never', 1, { tokens: 'none', domain: spare });
    await days(1);
    expect(await ruleNow(rule)).toMatchObject({ enabled: false, reason: 'job.starter-gone' });
    expect(await states(spare)).not.toHaveProperty('never000000');
  });

  test('a rule that was written or switched on past the server does nothing, and is stopped', async () => {
    const rule = await save({ name: 'Forged', securityDomain: 'Spare', profile: 'qr' });
    await stored.db.updateTable('distribution_rules').set({ enabled: 1 }).where('id', '=', rule.id).execute();
    await work();
    expect(await ruleNow(rule)).toMatchObject({ enabled: false, reason: 'job.altered' });
  });

  test('codes that nobody would get are not made: URL delivery only by mail', async () => {
    const outcome = await addRule(
      context,
      actor,
      ruleInputSchema.parse({ name: 'Url', securityDomain: 'Spare', profile: 'url' }),
    );
    expect(outcome).toMatchObject({ ok: false, detail: { code: 'rule.url-needs-mail' } });
    const long = { profile: 'qr', activationCode: { kind: 'long' } };
    expect(
      await addRule(
        context,
        actor,
        ruleInputSchema.parse({ name: 'Long', securityDomain: 'Spare', ...long }),
      ),
    ).toMatchObject({ ok: false, detail: { code: 'activation-code.generated' } });
  });

  test('in data of before, a token is that of the rule that gave it to its present user; findings of runs given up are gone', async () => {
    const before = await kind.empty();
    const first = await earlierSchema(before.location, '0109-sessions-of-removed-passwords');
    for (const id of ['anna', 'bert'])
      await sql`insert into users (id, user_id, user_id_key, first_name, last_name, email, last_name_key, email_key, domain, enabled, created_at, version)
        values (${id}, ${id}, ${id}, '', '', '', '', '', '/', 1, 1, 1)`.execute(first);
    const addJobRow = (id: string, jobKind: string, state: string, phase: string, rule: string | null) =>
      sql`insert into jobs (id, kind, name, input, actor_kind, actor_id, actor_name, state, phase, total, created_at, rule_id)
        values (${id}, ${jobKind}, ${id}, '{}', 'api-key', 'x', 'x', ${state}, ${phase}, 0, 1, ${rule})`.execute(
        first,
      );
    await addJobRow('of-rule', 'distribute', 'done', 'work', 'rule');
    await addJobRow('by-hand', 'distribute', 'done', 'work', null);
    await addJobRow('given-up', 'synchronize', 'cancelled', 'check', null);
    await addJobRow('begun', 'synchronize', 'cancelled', 'work', null);
    for (const job of ['given-up', 'begun'])
      await sql`insert into source_entries (job_id, position, name, user_id, user_id_key, first_name, last_name, email, telephone, log_on_names, state)
        values (${job}, 1, '', '', '', '', '', '', '', '', 'active')`.execute(first);
    for (const [serial, held, given] of [
      ['1', 'anna', [['anna', 'of-rule']]],
      [
        '2',
        'anna',
        [
          ['anna', 'of-rule'],
          ['anna', 'by-hand'],
        ],
      ],
      ['3', 'anna', [['bert', 'of-rule']]],
      ['4', 'anna', [['anna', null]]],
    ] as const) {
      await sql`insert into tokens (id, serial, domain, user_id, enabled, lost, expires_on, failures, created_at, version, distributed)
        values (${serial}, ${serial}, '/', ${held}, 1, 0, '2040-01-01', 0, 1, 1, 1)`.execute(first);
      for (const [at, [user, job]] of given.entries())
        await sql`insert into distributions (id, token_id, user_id, profile_id, profile_name, device_type, snapshot, delivery, device_kind, nickname, state, attempts, created_at, created_by, serial, latest, job_id)
          values (${`${serial}-${at}`}, ${serial}, ${user}, 'p', 'p', 'android', '{}', 'url', 'class', '', 'withdrawn', 0, 1, 'x', ${serial}, ${at === given.length - 1 ? 1 : 0}, ${job})`.execute(
          first,
        );
    }
    await first.destroy();
    const after = await openDatabase(before.location);
    const rows = await after.db
      .selectFrom('tokens')
      .select(['serial', 'rule_id'])
      .orderBy('serial')
      .execute();
    expect(rows.map(({ rule_id }) => rule_id)).toEqual(['rule', 'rule', null, null]);
    const entries = await after.db.selectFrom('source_entries').select('job_id').execute();
    expect(entries).toEqual([{ job_id: 'begun' }]);
    await after.close();
    await before.drop();
  });
});
