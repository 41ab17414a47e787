/**
 * Whether something may be given to a user is one rule. Generated people and tokens go every way there is (a single act, a job, a rule, a
 * request, self-service and the exchange itself), each with a copy of its own, and all ways must come to the same verdict.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleInputSchema } from '@sower/api/distribution-rules';
import { distributeInputSchema } from '@sower/api/distributions';
import { assignManySchema, distributeManySchema } from '@sower/api/jobs';
import { dayOf, HOUR } from '@sower/api/time';
import { giveEmergencyAccess } from '@sower/server/authentication/token-access/emergency';
import type { Actor } from '@sower/server/core/actor';
import type { Outcome } from '@sower/server/core/outcome';
import { assignMany } from '@sower/server/jobs/distribution/assign';
import { distributeMany } from '@sower/server/jobs/distribution/input';
import { jobKinds } from '@sower/server/jobs/kinds';
import { addRule } from '@sower/server/jobs/rules/rules';
import { runRules } from '@sower/server/jobs/rules/run';
import { hashCode } from '@sower/server/provisioning/distribution/activation-code';
import { admitByCode } from '@sower/server/provisioning/distribution/admission';
import { distributeToken, openActivation } from '@sower/server/provisioning/distribution/distribute';
import { assignNextToken, assignToken } from '@sower/server/provisioning/tokens/assign';
import { replaceToken } from '@sower/server/provisioning/tokens/replace';
import { requestToken } from '@sower/server/requests/ask';
import { openOwnActivation } from '@sower/server/self-service/activation';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import type { JobRow } from '@sower/server/store/work/jobs';
import { startJob } from '@sower/server/work/jobs';
import { workOnJob } from '@sower/server/work/runner';
import { readText } from '@sower/texts/outcomes';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { deploy } from '../../harness/deployment.ts';
import { addPeople } from '../../harness/jobs/many-people.ts';
import { actorOf, type NodeContext, nodeOf, valueIn } from '../../harness/jobs/node.ts';

const LIMIT = 2;
const PEOPLE = 10;
const RUNS = 3;

/** What a refusal of any way says, in one word. */
const VERDICTS: Readonly<Record<string, string>> = {
  'user.disabled': 'user-disabled',
  'token-request.user-disabled': 'user-disabled',
  'job-row.user-disabled': 'user-disabled',
  'token.limit': 'at-limit',
  'token.limit-reached': 'at-limit',
  'job-row.at-limit': 'at-limit',
  'token.lost': 'lost',
  'job-row.lost': 'lost',
  'self-service.reported-lost': 'lost',
  'token.expired': 'expired',
  'job-row.expired': 'expired',
  'self-service.token-expired': 'expired',
  'token.disabled': 'disabled',
  'job-row.disabled': 'disabled',
  'self-service.token-disabled': 'disabled',
};
const verdictOf = (outcome: Outcome<unknown>): string =>
  outcome.ok ? 'given' : (VERDICTS[outcome.detail.code] ?? outcome.detail.code);

type Person = { readonly userEnabled: boolean; readonly held: number };
type Held = {
  readonly userEnabled: boolean;
  readonly enabled: boolean;
  readonly lost: boolean;
  readonly expired: boolean;
};
const personArbitrary: fc.Arbitrary<Person> = fc.record({
  userEnabled: fc.boolean(),
  held: fc.integer({ min: 0, max: LIMIT }),
});
const heldArbitrary: fc.Arbitrary<Held> = fc.record({
  userEnabled: fc.boolean(),
  enabled: fc.boolean(),
  lost: fc.boolean(),
  expired: fc.boolean(),
});

/** One of each kind, whatever is generated besides. */
const EACH_PERSON: readonly Person[] = [
  { userEnabled: true, held: 0 },
  { userEnabled: false, held: 0 },
  { userEnabled: true, held: LIMIT },
];
const WELL: Held = { userEnabled: true, enabled: true, lost: false, expired: false };
const EACH_HELD: readonly Held[] = [
  WELL,
  { ...WELL, userEnabled: false },
  { ...WELL, enabled: false },
  { ...WELL, lost: true },
  { ...WELL, expired: true },
];

onBothDatabases('one rule for every way to give', (kind) => {
  let database: FreshDatabase;
  let stored: OpenDatabase;
  let folder: string;
  let node: NodeContext;
  let actor: Actor;
  let offer: string;
  let prefix = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-one-rule-'));
    database = await kind.fresh();
    const deployment = await deploy(database, { dataIn: folder });
    const { api } = deployment;
    const { version } = await api('getSettings', {});
    await api('editSettings', { ifMatch: version, body: { 'tokens.maxPerUser': LIMIT } });
    const profile = { deviceType: 'sower', authenticationType: 'tokencode' } as const;
    await api('addProfile', { body: { name: 'qr', delivery: 'qr', ...profile } });
    await api('addSecurityDomain', { body: { name: 'Ruled' } });
    offer = (await api('addOffer', { body: { name: 'Phone', profile: 'qr' } })).id;
    const permissions = [
      ...(['users:view', 'tokens:view', 'tokens:assign', 'tokens:distribute', 'tokens:mint'] as const),
      ...(['requests:make', 'requests:view', 'tokens:edit'] as const),
    ];
    const { key } = await api('addApiKey', { body: { name: 'all', permissions } });
    await deployment.stop();
    stored = await openDatabase(database.location);
    node = await nodeOf(stored.db, deployment.dataFolder, () => Date.now());
    const found = await actorOf(node, key);
    // No administrator has this one to give: it is for portals.
    const opens = { permissions: new Set(['activations:open'] as const), domain: '/' };
    actor = { ...found, grants: [...found.grants, opens] };
  });
  afterAll(async () => {
    await stored.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A user of their own for each, with so many usable tokens. */
  async function usersLike(people: readonly { readonly userEnabled: boolean; readonly held: number }[]) {
    prefix += 1;
    const { userIds } = await addPeople(stored.db, `u${prefix}-`, people.length, { tokens: 'none' });
    const rows = await stored.db
      .selectFrom('users')
      .select(['id', 'user_id'])
      .where('user_id', 'in', userIds)
      .orderBy('user_id')
      .execute();
    const { serials } = await addPeople(stored.db, `s${prefix}-`, people.length * LIMIT, { tokens: 'free' });
    const tokens: string[][] = [];
    for (const [index, { held, userEnabled }] of people.entries()) {
      const own = serials.splice(0, held);
      tokens.push(own);
      const { id } = rows[index] as (typeof rows)[number];
      if (own.length > 0)
        await stored.db
          .updateTable('tokens')
          .set({ user_id: id, enabled: 1 })
          .where('serial', 'in', own)
          .execute();
      await stored.db
        .updateTable('users')
        .set({ enabled: userEnabled ? 1 : 0 })
        .where('id', '=', id)
        .execute();
    }
    return { users: rows, tokens };
  }
  /** Every verdict of a job: at its check, and again when it works on what the check let pass. */
  async function byJob(made: Outcome<JobRow>): Promise<string[]> {
    const job = valueIn(made);
    const work = async (): Promise<void> => {
      while (await workOnJob(node, jobKinds(node)));
    };
    await work();
    valueIn(await startJob(node, actor, job));
    await work();
    const rows = await stored.db
      .selectFrom('job_rows')
      .select(['state', 'text'])
      .where('job_id', '=', job.id)
      .orderBy('position')
      .execute();
    return rows.map(({ state, text }) => {
      if (state === 'done') return 'given';
      const { code } = readText(text ?? '') ?? { code: state };
      return VERDICTS[code] ?? code;
    });
  }
  const each = async <T>(items: readonly T[], act: (item: T, index: number) => Promise<string>) => {
    const verdicts: string[] = [];
    for (const [index, item] of items.entries()) verdicts.push(await act(item, index));
    return verdicts;
  };
  const seen = new Set<string>();
  const expectOneVerdict = (ways: Readonly<Record<string, readonly string[]>>): void => {
    const [first = []] = Object.values(ways);
    for (const [way, verdicts] of Object.entries(ways)) expect(verdicts, way).toEqual(first);
    for (const verdict of first) seen.add(verdict);
  };

  test('one more token', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(personArbitrary, { minLength: PEOPLE, maxLength: PEOPLE }),
        async (generated) => {
          const people = [...EACH_PERSON, ...generated];
          const spare = (count: number) => {
            prefix += 1;
            return addPeople(stored.db, `f${prefix}-`, count, { tokens: 'free' });
          };
          await spare(people.length * 4);
          const copies = () => usersLike(people);
          const idsOf = ({ users }: Awaited<ReturnType<typeof copies>>) =>
            users.map(({ user_id }) => user_id);
          const many = { name: 'Job', again: true } as const;
          expectOneVerdict({
            'the next token': await each(idsOf(await copies()), async (userId) =>
              verdictOf(await assignNextToken(node, actor, { userId })),
            ),
            'a chosen token': await each(idsOf(await copies()), async (userId) => {
              const [serial = ''] = (await spare(1)).serials;
              return verdictOf(await assignToken(node, actor, { serial, userId }));
            }),
            'assigning to many': await byJob(
              await assignMany(
                node,
                actor,
                assignManySchema.parse({ ...many, choose: { userIds: idsOf(await copies()) } }),
              ),
            ),
            'distributing to many from stock': await byJob(
              await distributeMany(
                node,
                actor,
                distributeManySchema.parse({
                  ...{ ...many, tokens: 'stock', profile: 'qr' },
                  choose: { userIds: idsOf(await copies()) },
                }),
              ),
            ),
            'minting for many': await byJob(
              await distributeMany(
                node,
                actor,
                distributeManySchema.parse({
                  ...{ ...many, tokens: 'mint', profile: 'qr' },
                  choose: { userIds: idsOf(await copies()) },
                }),
              ),
            ),
            'a request': await each(idsOf(await copies()), async (userId) =>
              verdictOf(await requestToken(node, actor, { userId, offer, reason: '', nickname: '' })),
            ),
          });
        },
      ),
      { numRuns: RUNS },
    );
    expect([...seen].sort()).toEqual(['at-limit', 'given', 'user-disabled']);
    seen.clear();
  });

  test('a rule gives to those to whom a job may give, and to no one else', async () => {
    const { path } = await stored.db
      .selectFrom('security_domains')
      .select('path')
      .where('name', '=', 'Ruled')
      .executeTakeFirstOrThrow();
    const generated = fc.sample(
      fc.record({ userEnabled: fc.boolean(), held: fc.constantFrom(0, 1) }),
      PEOPLE,
    );
    const people = [
      ...[true, false].flatMap((userEnabled) => [0, 1].map((held) => ({ userEnabled, held }))),
      ...generated,
    ];
    const idsOf = ({ users }: Awaited<ReturnType<typeof usersLike>>, held?: number) =>
      users.flatMap(({ user_id }, index) =>
        held === undefined || people[index]?.held === held ? [user_id] : [],
      );
    /** Whether each has a distribution now. */
    const givenTo = async (userIds: readonly string[]): Promise<boolean[]> => {
      const rows = await stored.db
        .selectFrom('distributions')
        .innerJoin('tokens', 'tokens.id', 'distributions.token_id')
        .innerJoin('users', 'users.id', 'tokens.user_id')
        .select('users.user_id')
        .where('users.user_id', 'in', userIds)
        .execute();
      return userIds.map((userId) => rows.some(({ user_id }) => user_id === userId));
    };
    const ruled = await usersLike(people);
    await stored.db.updateTable('users').set({ domain: path }).where('user_id', 'in', idsOf(ruled)).execute();
    valueIn(
      await addRule(
        node,
        actor,
        ruleInputSchema.parse({ name: 'All', securityDomain: 'Ruled', profile: 'qr', enabled: true }),
      ),
    );
    // A run makes one job: first for those who have a token already, then for the others.
    for (let run = 0; run < 3; run += 1) {
      await runRules(node);
      while (await workOnJob(node, jobKinds(node)));
    }
    const copy = await usersLike(people);
    for (const [held, tokens] of [
      [1, 'held'],
      [0, 'mint'],
    ] as const)
      await byJob(
        await distributeMany(
          node,
          actor,
          distributeManySchema.parse({
            ...{ name: 'Job', profile: 'qr', tokens, again: true },
            choose: { userIds: idsOf(copy, held) },
          }),
        ),
      );
    const byRule = await givenTo(idsOf(ruled));
    expect(byRule).toEqual(await givenTo(idsOf(copy)));
    expect(byRule).toEqual(people.map(({ userEnabled }) => userEnabled));
  });

  test('a replacement goes to enabled users alone', async () => {
    const people = [
      { userEnabled: true, held: 1 },
      { userEnabled: false, held: 1 },
      { userEnabled: true, held: LIMIT },
    ];
    await addPeople(stored.db, 'spare', people.length, { tokens: 'free' });
    const { tokens } = await usersLike(people);
    const replaced = await each(tokens, async ([serial = '']) =>
      verdictOf(await replaceToken(node, actor, { serial, keepPin: false, afterwards: 'unassign' })),
    );
    // The user has both for a while, so the limit does not count.
    expect(replaced).toEqual(['given', 'user-disabled', 'given']);
  });

  test('emergency codes stand in for a token that would be accepted, and for a lost one', async () => {
    const like = [
      ...EACH_HELD,
      { ...WELL, expired: true, enabled: false },
      { ...WELL, userEnabled: false, lost: true },
    ];
    const { users, tokens } = await usersLike(like.map(({ userEnabled }) => ({ userEnabled, held: 1 })));
    const serials = tokens.map(([serial = '']) => serial);
    for (const [index, { enabled, lost, expired }] of like.entries())
      await stored.db
        .updateTable('tokens')
        .set({
          enabled: enabled ? 1 : 0,
          lost: lost ? 1 : 0,
          ...(expired ? { expires_on: '2020-01-01' } : {}),
        })
        .where('serial', '=', serials[index] ?? '')
        .execute();
    const give = (serial: string, context = node) =>
      giveEmergencyAccess(context, actor, { serial, kind: 'set' });
    expect(await each(serials, async (serial) => verdictOf(await give(serial)))).toEqual([
      ...['given', 'user-disabled', 'disabled', 'given', 'expired'],
      ...['expired', 'user-disabled'],
    ]);
    // Nor for one who is disabled in the moment in which they are given.
    const { policies } = node;
    const meanwhile: typeof policies = {
      ...policies,
      current: async (domain) => {
        const off = stored.db.updateTable('users').set({ enabled: 0 });
        await off.where('id', '=', users[0]?.id ?? '').execute();
        return policies.current(domain);
      },
    };
    expect(verdictOf(await give(serials[0] ?? '', { ...node, policies: meanwhile }))).toBe('user-disabled');
  });

  test('a code for a token that the user has', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(heldArbitrary, { minLength: PEOPLE, maxLength: PEOPLE }),
        async (generated) => {
          const held = [...EACH_HELD, ...generated];
          // Next to each other, but for an hour before noon: a run that began before noon ends after it.
          const [lastExpired, firstValid] = [dayOf(Date.now() - 36 * HOUR), dayOf(Date.now() - 11 * HOUR)];
          /** Distributed while all was well, if that is what the way needs. */
          const copies = async (distributed: boolean) => {
            const { users, tokens } = await usersLike(held.map(() => ({ userEnabled: true, held: 1 })));
            const codes: string[] = [];
            for (const [index, { userEnabled, enabled, lost, expired }] of held.entries()) {
              const [serial = ''] = tokens[index] ?? [];
              if (distributed) {
                const made = valueIn(
                  await distributeToken(node, actor, serial, distributeInputSchema.parse({ profile: 'qr' })),
                );
                const code = `${prefix}${String(index).padStart(3, '0')}`.padStart(12, '7');
                codes.push(code);
                await stored.db
                  .updateTable('distributions')
                  .set({ code_hash: hashCode(node.sealing, code), expires_at: null })
                  .where('id', '=', made.id)
                  .execute();
              }
              await stored.db
                .updateTable('tokens')
                .set({
                  enabled: enabled ? 1 : 0,
                  lost: lost ? 1 : 0,
                  expires_on: expired ? lastExpired : firstValid,
                })
                .where('serial', '=', serial)
                .execute();
              await stored.db
                .updateTable('users')
                .set({ enabled: userEnabled ? 1 : 0 })
                .where('id', '=', users[index]?.id ?? '')
                .execute();
            }
            return { users, serials: tokens.map(([serial = '']) => serial), codes };
          };
          const toOpen = await copies(true);
          const own = await copies(true);
          const admitted = await copies(true);
          const ways = {
            'a single distribution': await each((await copies(false)).serials, async (serial) =>
              verdictOf(
                await distributeToken(node, actor, serial, distributeInputSchema.parse({ profile: 'qr' })),
              ),
            ),
            'distributing to many': await byJob(
              await distributeMany(
                node,
                actor,
                distributeManySchema.parse({
                  ...{ name: 'Job', profile: 'qr', tokens: 'held', again: true },
                  choose: { serials: (await copies(false)).serials },
                }),
              ),
            ),
            'a QR code by the API': await each(toOpen.serials, async (serial) =>
              verdictOf(await openActivation(node, actor, serial)),
            ),
            'a QR code by self-service': await each(own.serials, async (serial, index) => {
              const { id, user_id: userId } = own.users[index] as (typeof own.users)[number];
              const session = {
                session: '',
                sessionExpiresAt: Date.now() + 60_000,
                mustChangePassword: false,
              };
              return verdictOf(
                await openOwnActivation(
                  node,
                  { id, userId, firstName: '', method: 'passcode', ...session, auditActor: { name: userId } },
                  serial,
                ),
              );
            }),
          };
          expectOneVerdict(ways);
          // The device is not given the reason.
          const given = ways['a single distribution'].map((verdict) => verdict === 'given');
          const exchanges = await each(admitted.codes, async (code) => (await admitByCode(node, code)).kind);
          expect(exchanges.map((admittance) => admittance === 'live')).toEqual(given);
        },
      ),
      { numRuns: RUNS },
    );
    expect([...seen].sort()).toEqual(['disabled', 'expired', 'given', 'lost', 'user-disabled']);
    seen.clear();
  });
});
