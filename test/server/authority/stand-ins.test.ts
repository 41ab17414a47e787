/** Who decides requests in place of somebody: never more than that one may now, never as a second person of the same two, and it is said whose. */
import type { AdministratorPatch } from '@sower/api/administrators';
import type { Permission } from '@sower/api/permissions';
import type { StandInInput } from '@sower/api/stand-ins';
import { listForgeries } from '@sower/server/store/keys/marked-rows';
import { markOf } from '@sower/server/store/keys/marks';
import type { Row } from '@sower/server/store/schema/schema';
import { beforeAll, expect, test } from 'vitest';
import { newAdministrator } from '../../harness/administrator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import {
  problemOf,
  type SelfServiceClient,
  sealingOf,
  selfServiceClient,
} from '../../harness/self-service-client.ts';

const PASSWORD = 'correct horse battery';
const DAY = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY).toISOString();

onBothDatabases('stand-ins', (kind) => {
  const { database, deployment } = deployed(kind, { processes: 2 });
  const stored = openedFor(database);
  let count = 0;
  type Person = SelfServiceClient & { readonly userName: string };

  beforeAll(async () => {
    const profile = { deviceType: 'sower', authenticationType: 'tokencode' } as const;
    await deployment.api('addProfile', { body: { name: 'qr', delivery: 'qr', ...profile } });
    for (const number of [1, 2])
      await deployment.api('addOffer', {
        body: {
          name: `steps ${number}`,
          profile: 'qr',
          steps: Array.from({ length: number }, (_, index) => ({ name: `Step ${index + 1}` })),
        },
      });
    await deployment.api('addOffer', {
      body: { name: 'auditors', profile: 'qr', steps: [{ name: 'Audit', role: 'request-approver' }] },
    });
  });

  const loggedOn = async (userName: string, server = 0): Promise<Person> => {
    const person = selfServiceClient(deployment, {}, server);
    await person.api('openSession', { body: { userName, password: PASSWORD } });
    return { ...person, userName };
  };
  async function administrator(role: string | undefined, securityDomain?: string): Promise<Person> {
    count += 1;
    const userName = `person${count}`;
    const place = securityDomain === undefined ? {} : { securityDomain };
    const grants = role === undefined ? [] : [{ role, ...place }];
    await newAdministrator(deployment, { userName, password: PASSWORD, grants });
    return loggedOn(userName);
  }
  async function request(offer = 'steps 1', securityDomain?: string) {
    count += 1;
    const userId = `user${count}`;
    const place = securityDomain === undefined ? {} : { securityDomain };
    await deployment.api('addUser', { body: { userId, ...place } });
    return deployment.api('requestToken', { body: { userId, offer } });
  }
  const approve = ({ api }: Pick<Person, 'api'>, { id, version }: { id: string; version: number }) =>
    api('approveRequest', { params: { id }, body: {}, ifMatch: version });
  const codeOf = async (work: Promise<unknown>): Promise<string> => (await problemOf(work)).code;
  const away = (one: Person, other: Person, times: Partial<StandInInput> = {}) =>
    one.api('addStandIn', { body: { standIn: other.userName, until: inDays(7), ...times } });
  const change = async (userName: string, body: AdministratorPatch) => {
    const { items } = await deployment.api('listAdministrators', {});
    const version = items.find((one) => one.userName === userName)?.version ?? 0;
    await deployment.api('editAdministrator', { params: { userId: userName }, body, ifMatch: version });
  };
  const permissionsOf = async ({ api }: Person) => (await api('getSession', {}))?.permissions ?? [];

  test('somebody without a right decides as the one who is away could, and every record says for whom', async () => {
    const { id: north } = await deployment.api('addSecurityDomain', { body: { name: 'North' } });
    const alice = await administrator('request-approver', north);
    const bob = await administrator(undefined);
    const here = await request('steps 1', north);
    const elsewhere = await request();
    expect(await codeOf(bob.api('listRequests', {}))).toBe('not-permitted');
    expect(await codeOf(approve(bob, here))).toBe('not-permitted');
    const { id } = await away(alice, bob);
    expect(await permissionsOf(bob)).toEqual(['requests:view', 'requests:decide']);
    const listed = await bob.api('listRequests', { query: { show: 'waiting' } });
    expect(listed.items.map((item) => [item.id, item.notDecidable])).toEqual([[here.id, undefined]]);
    expect(await codeOf(bob.api('getRequest', { params: { id: elsewhere.id } }))).toBe('not-found');
    expect(await codeOf(approve(bob, elsewhere))).toBe('not-found');
    // Nothing else of hers, nor of what she may do to the request.
    expect(await codeOf(bob.api('listUsers', {}))).toBe('not-permitted');
    expect(await codeOf(bob.api('cancelRequest', { params: { id: here.id }, body: {} }))).toBe(
      'not-permitted',
    );
    const rejected = await request('steps 1', north);
    await bob.api('rejectRequest', { params: { id: rejected.id }, body: {}, ifMatch: 1 });
    const deferred = await request('steps 1', north);
    await bob.api('deferRequest', { params: { id: deferred.id }, body: { until: inDays(3) }, ifMatch: 1 });
    const many = [await request('steps 1', north), await request()];
    const items = many.map(({ id, version }) => ({ id, version }));
    expect(await bob.api('doToRequests', { body: { action: 'approve', items } })).toMatchObject({
      ...{ state: 'done', done: 1, failed: 1 },
    });
    const decided = await approve(bob, here);
    expect(decided).toMatchObject({
      state: 'done',
      history: [{ by: `administrator:${bob.userName}`, onBehalfOf: `administrator:${alice.userName}` }],
    });
    for (const [action, of] of [
      ['request.approve', here],
      ['request.reject', rejected],
      ['request.defer', deferred],
    ] as const) {
      const { items: rows } = await deployment.api('listAudit', {
        query: { object: `request:${of.id}`, action },
      });
      expect(rows[0]?.actor).toBe(`administrator:${bob.userName}`);
      expect(rows[0]?.reason).toContain(`on behalf of ${alice.userName}`);
    }
    const { items: named } = await deployment.api('listAudit', { query: { action: 'stand-in.add' } });
    expect(named[0]).toMatchObject({
      actor: `administrator:${alice.userName}`,
      object: `administrator:${alice.userName}`,
    });
    await alice.api('endStandIn', { params: { id } });
    expect(await codeOf(bob.api('listRequests', {}))).toBe('not-permitted');
    expect(await permissionsOf(bob)).toEqual([]);
  });

  test('of two steps, the two of them approve one, whoever comes first and however often it was passed on', async () => {
    const [alice, carol] = [await administrator('request-approver'), await administrator('request-approver')];
    const bob = await administrator('request-approver');
    await away(alice, bob);
    await away(bob, alice);
    await away(carol, bob);
    // Bob in his own right, then as Alice and as Carol.
    const first = await approve(bob, await request('steps 2'));
    expect(first.history[0]?.onBehalfOf).toBeUndefined();
    expect(await codeOf(approve(bob, first))).toBe('wrong-state');
    // Nor Alice, in place of Bob; she may in her own.
    const byAlice = await approve(alice, first);
    expect(byAlice.history[1]?.onBehalfOf).toBeUndefined();

    // Bob as Alice: then neither of the two.
    const dave = await administrator(undefined);
    await away(alice, dave);
    const second = await approve(dave, await request('steps 2'));
    expect(second.history[0]).toMatchObject({ onBehalfOf: `administrator:${alice.userName}` });
    expect(await codeOf(approve(dave, second))).toBe('wrong-state');
    expect(await codeOf(approve(alice, second))).toBe('wrong-state');
    expect((await approve(carol, second)).state).toBe('done');
  });

  test('nobody approves what either of the two made, or is for one of them', async () => {
    const alice = await administrator('super-admin');
    const bob = await administrator('super-admin');
    const dave = await administrator(undefined);
    await away(alice, bob);
    await away(alice, dave);
    const make = async (by: Person) => {
      count += 1;
      const userId = `user${count}`;
      await deployment.api('addUser', { body: { userId } });
      return by.api('requestToken', { body: { userId, offer: 'steps 1' } });
    };
    const hers = await make(alice);
    expect(await codeOf(approve(alice, hers))).toBe('wrong-state');
    expect((await problemOf(approve(dave, hers))).detail).toContain(alice.userName);
    // Bob may in his own right, and then it is his.
    expect((await approve(bob, hers)).history[0]?.onBehalfOf).toBeUndefined();
    const his = await make(bob);
    expect(await codeOf(approve(bob, his))).toBe('wrong-state');

    // Dave is a user, too: with his token he logs on.
    const { userId } = await request();
    const own = (await deployment.api('listRequests', { query: { userId } })).items[0]!;
    const users = await stored.db.selectFrom('users').selectAll().where('user_id', '=', userId).execute();
    const row = await stored.db
      .selectFrom('administrators')
      .selectAll()
      .where('user_name', '=', dave.userName)
      .executeTakeFirstOrThrow();
    const linked = { ...row, token_user_id: users[0]?.id ?? null };
    await stored.db
      .updateTable('administrators')
      .set({ token_user_id: linked.token_user_id, mark: markOf('administrators', marks(), linked) })
      .where('id', '=', row.id)
      .execute();
    for (const name of ['approveRequest', 'rejectRequest'] as const)
      expect(
        (await problemOf(dave.api(name, { params: { id: own.id }, body: {}, ifMatch: own.version }))).code,
      ).toBe('wrong-state');
    const all = await dave.api('decideRequests', {
      body: { decision: 'approve', items: [{ id: own.id, version: own.version }] },
    });
    expect(all).toMatchObject({ done: 0, failures: [{ reason: 'token-request.own' }] });
  });

  const marks = () => ({ sealing: sealingOf(deployment.dataFolder) });

  test('A for B for C: C has nothing of A', async () => {
    const alice = await administrator('request-approver');
    const bob = await administrator(undefined);
    const carol = await administrator(undefined);
    await away(alice, bob);
    // Bob has nothing to pass on, and cannot name anybody.
    expect(await codeOf(away(bob, carol))).toBe('not-permitted');
    expect((await bob.api('listStandIns', {})).canAdd).toBe(false);
    await change(bob.userName, { grants: [{ role: 'request-approver' }] });
    await away(bob, carol);
    await change(bob.userName, { grants: [] });
    const waiting = await request();
    expect(await codeOf(carol.api('listRequests', {}))).toBe('not-permitted');
    expect(await codeOf(approve(carol, waiting))).toBe('not-permitted');
    expect((await approve(bob, waiting)).state).toBe('done');
    // Nor does anybody hand it to others as a role or a key.
    expect(
      await codeOf(bob.api('addApiKey', { body: { name: 'x', permissions: ['requests:decide'] } })),
    ).toBe('not-permitted');
  });

  test('where the one who is away decides without seeing, or sees without deciding, the stand-in does neither', async () => {
    const api = deployment.api;
    const [east, west, south] = [
      await api('addSecurityDomain', { body: { name: `East ${kind.name}` } }),
      await api('addSecurityDomain', { body: { name: `West ${kind.name}` } }),
      await api('addSecurityDomain', { body: { name: `South ${kind.name}` } }),
    ];
    const only = async (permission: 'requests:view' | 'requests:decide') =>
      (
        await api('addRole', {
          body: { name: `only ${permission} ${kind.name}`, description: '', permissions: [permission] },
        })
      ).id;
    const alice = await administrator('request-approver', south.id);
    const bob = await administrator(undefined);
    await change(alice.userName, {
      grants: [
        { role: 'request-approver', securityDomain: south.id },
        { role: await only('requests:decide'), securityDomain: east.id },
        { role: await only('requests:view'), securityDomain: west.id },
      ],
    });
    await away(alice, bob);
    const [there, unseen, undecided] = [
      await request('steps 1', south.id),
      await request('steps 1', east.id),
      await request('steps 1', west.id),
    ];
    const { items } = await bob.api('listRequests', {});
    expect(items.map(({ id }) => id)).toEqual([there.id]);
    for (const hidden of [unseen, undecided]) {
      expect(await codeOf(bob.api('getRequest', { params: { id: hidden.id } }))).toBe('not-found');
      expect(await codeOf(approve(bob, hidden))).toBe('not-found');
    }
    expect((await approve(bob, there)).state).toBe('done');
  });

  test('the right is lost, the role of the step is, the administrator is disabled or gone: so is the stand-in', async () => {
    const bob = await administrator(undefined);
    const restricted = await request('auditors');
    const alice = await administrator('request-approver');
    await away(alice, bob);
    expect((await bob.api('getRequest', { params: { id: restricted.id } })).notDecidable).toBeUndefined();
    const { id: role } = await deployment.api('addRole', {
      body: {
        name: `decides ${kind.name}`,
        description: '',
        permissions: ['requests:view', 'requests:decide'],
      },
    });
    await change(alice.userName, { grants: [{ role }] });
    expect((await problemOf(approve(bob, restricted))).detail).toContain('another role');
    const waiting = await request();
    await change(alice.userName, { grants: [] });
    expect(await codeOf(approve(bob, waiting))).toBe('not-permitted');
    await change(alice.userName, { grants: [{ role: 'request-approver' }] });
    expect(await codeOf(bob.api('getRequest', { params: { id: waiting.id } }))).toBe('none');
    await change(alice.userName, { enabled: false });
    expect(await codeOf(approve(bob, waiting))).toBe('not-permitted');
    expect(await permissionsOf(bob)).toEqual([]);
    await change(alice.userName, { enabled: true });
    expect(await codeOf(bob.api('getRequest', { params: { id: waiting.id } }))).toBe('none');
    await deployment.api('deleteAdministrator', { params: { userId: alice.userName } });
    expect(await codeOf(approve(bob, waiting))).toBe('not-permitted');
    // Somebody else of that name is somebody else.
    await newAdministrator(deployment, {
      userName: alice.userName,
      password: PASSWORD,
      grants: [{ role: 'request-approver' }],
    });
    expect(await codeOf(approve(bob, waiting))).toBe('not-permitted');

    const eve = await administrator('request-approver');
    await away(eve, bob);
    await change(bob.userName, { enabled: false });
    expect(await codeOf(approve(bob, waiting))).toBe('not-authenticated');
    expect(await codeOf(away(eve, bob))).toBe('not-found');
  });

  test('it is ended by the one who is away, even without the right, and by an administrator of administrators who has none', async () => {
    const roleOf = async (...permissions: Permission[]) =>
      (
        await deployment.api('addRole', {
          body: { name: `${permissions.join(' ')} ${kind.name}`, description: '', permissions },
        })
      ).id;
    const [alice, bob] = [await administrator('request-approver'), await administrator('request-approver')];
    const { id } = await away(alice, bob);
    await change(alice.userName, { grants: [{ role: await roleOf('requests:view') }] });
    const listed = (await alice.api('listStandIns', {})).items.map((row) => row.id);
    expect(listed).toEqual([id]);
    // Somebody else who sees requests does not find it.
    const eve = await administrator(await roleOf('requests:view', 'users:view'));
    expect(await codeOf(eve.api('endStandIn', { params: { id } }))).toBe('not-found');
    expect(await codeOf(alice.api('endStandIn', { params: { id } }))).toBe('none');

    const { id: another } = await away(bob, alice);
    const root = await administrator('super-admin');
    const { key } = await root.api('addApiKey', {
      body: { name: `staff ${kind.name}`, permissions: ['requests:view', 'administrators:edit'] },
    });
    const byKey = deployment.apiOf(0, key)('endStandIn', { params: { id: another } });
    // They would have to hold what bob does.
    expect(await codeOf(byKey)).toBe('not-permitted');
    const { id: onRoot } = await away(root, bob);
    const { key: looks } = await root.api('addApiKey', {
      body: { name: `looks ${kind.name}`, permissions: ['requests:view'] },
    });
    expect(await codeOf(deployment.apiOf(0, looks)('endStandIn', { params: { id: onRoot } }))).toBe(
      'not-found',
    );
    expect(await codeOf(root.api('endStandIn', { params: { id: onRoot } }))).toBe('none');
    await change(bob.userName, { grants: [] });
    const staff = await administrator(await roleOf('requests:view', 'administrators:edit'));
    expect(await codeOf(staff.api('endStandIn', { params: { id: another } }))).toBe('none');
  });

  test('before its time and after it: nothing; what ends in between decides nothing more', async () => {
    const [alice, bob] = [await administrator('request-approver'), await administrator(undefined)];
    const { id } = await away(alice, bob, { from: inDays(1) });
    const waiting = await request();
    expect(await codeOf(approve(bob, waiting))).toBe('not-permitted');
    const now = Date.now();
    const set = async (times: Pick<Row<'stand_ins'>, 'from_at' | 'until_at'>, marked = true) => {
      const row = await stored.db
        .selectFrom('stand_ins')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      const next = { ...row, ...times };
      const mark = marked ? markOf('stand_ins', marks(), next) : row.mark;
      await stored.db
        .updateTable('stand_ins')
        .set({ ...times, mark })
        .where('id', '=', id)
        .execute();
    };
    await set({ from_at: now - 2 * DAY, until_at: now - 1 });
    expect(await codeOf(approve(bob, waiting))).toBe('not-permitted');
    expect((await alice.api('listStandIns', {})).items).toEqual([]);
    await set({ from_at: now - DAY, until_at: now + DAY });
    expect(await codeOf(bob.api('getRequest', { params: { id: waiting.id } }))).toBe('none');
    // Made longer by a writer of the database: it counts for nothing, and shows.
    await set({ from_at: now - DAY, until_at: now + 300 * DAY }, false);
    expect(await codeOf(approve(bob, waiting))).toBe('not-permitted');
    expect(await codeOf(bob.api('listRequests', {}))).toBe('not-permitted');
    expect(await listForgeries(stored.db, marks())).toEqual([{ kind: 'stand-in', name: alice.userName }]);
    const { findings } = await deployment.api('verifyAudit', {});
    expect(findings.map(({ detail }) => detail)).toEqual([
      `A stand-in of the administrator ${alice.userName} was written or altered without the master key.`,
    ]);
    await set({ from_at: now - DAY, until_at: now + DAY });
    // Many at once, and she ends it meanwhile: what was decided is decided, and each says so.
    const many = await Promise.all(Array.from({ length: 12 }, () => request()));
    const items = many.map(({ id: one, version }) => ({ id: one, version }));
    const [decided] = await Promise.all([
      bob
        .api('decideRequests', { body: { decision: 'approve', items } })
        // She was quicker than the first of them.
        .catch((error: unknown) => {
          expect(error).toMatchObject({ problem: { code: 'not-permitted' } });
          return { done: 0, failures: [] };
        }),
      alice.api('endStandIn', { params: { id } }),
    ]);
    const after = await Promise.all(
      many.map(({ id: of }) => deployment.api('getRequest', { params: { id: of } })),
    );
    expect(after.filter(({ state }) => state === 'done')).toHaveLength(decided.done);
    for (const one of after)
      expect(one.history.map(({ onBehalfOf }) => onBehalfOf)).toEqual(
        one.state === 'done' ? [`administrator:${alice.userName}`] : [],
      );
    for (const { code } of decided.failures) expect(code).toBe('not-permitted');
    expect(await codeOf(approve(bob, waiting))).toBe('not-permitted');
  });

  test('hostile names, times and IDs; of another, and of somebody with more rights', async () => {
    const [alice, bob] = [await administrator('request-approver'), await administrator('request-approver')];
    const until = inDays(7);
    const add = (body: StandInInput) => codeOf(alice.api('addStandIn', { body }));
    expect(await add({ standIn: alice.userName, until })).toBe('invalid-request');
    for (const standIn of ['nobody', "x' or 1=1 --", '%', `${bob.userName} `.repeat(3)])
      expect(await add({ standIn, until })).toBe('not-found');
    for (const times of [
      { until: inDays(-1) },
      { until: inDays(400) },
      { from: inDays(400), until: inDays(401) },
      { from: inDays(-30), until },
      { from: inDays(3), until: inDays(2) },
      { until: 'tomorrow' },
    ])
      expect(await add({ standIn: bob.userName, ...times })).toBe('invalid-request');
    // For whom one is not: neither with nor without authority over administrators.
    expect(await add({ administrator: 'admin', standIn: bob.userName, until })).toBe('not-permitted');
    const { id } = await away(alice, bob);
    for (const other of [id, 'nothing', "' or ''='", '%00'])
      expect(
        await codeOf((await administrator('request-approver')).api('endStandIn', { params: { id: other } })),
      ).toBe('not-found');
    expect(await codeOf(bob.api('endStandIn', { params: { id } }))).toBe('not-found');
    expect((await bob.api('listStandIns', {})).items.map((row) => row.id)).toEqual([id]);
    expect((await (await administrator('request-approver')).api('listStandIns', {})).items).toEqual([]);
    // Twice at once: once.
    const again = await loggedOn(alice.userName, 1);
    const ends = await Promise.all(
      [alice, again].map(({ api }) => codeOf(api('endStandIn', { params: { id } }))),
    );
    expect(ends.sort()).toEqual(['none', 'not-found']);
    // No more than ten, however many at once.
    const made = await Promise.all(
      Array.from({ length: 14 }, (_, index) => codeOf(away(index % 2 ? alice : again, bob))),
    );
    expect(made.filter((code) => code === 'none')).toHaveLength(10);

    // Whoever falls ill: an administrator with authority over them names somebody, and ends it.
    const root = await administrator('super-admin');
    const forIll = await root.api('addStandIn', {
      body: { administrator: bob.userName, standIn: alice.userName, until },
    });
    await root.api('endStandIn', { params: { id: forIll.id } });
    // A key acts for its owner; one without an owner has to say for whom.
    const { key } = await root.api('addApiKey', {
      body: { name: `root ${kind.name}`, permissions: ['requests:view', 'requests:decide'] },
    });
    const byKey = deployment.apiOf(0, key);
    expect(await byKey('addStandIn', { body: { standIn: bob.userName, until } })).toMatchObject({
      administrator: root.userName,
    });
    expect(await codeOf(deployment.api('addStandIn', { body: { standIn: bob.userName, until } }))).toBe(
      'invalid-request',
    );
    // One that may decide in a part does not lend what its owner may decide in the whole.
    const part = await deployment.api('addSecurityDomain', { body: { name: `part ${kind.name}` } });
    const { key: narrow } = await root.api('addApiKey', {
      body: {
        name: `narrow ${kind.name}`,
        permissions: ['requests:view', 'requests:decide'],
        securityDomain: part.id,
      },
    });
    const byNarrow = deployment.apiOf(0, narrow)('addStandIn', { body: { standIn: bob.userName, until } });
    expect(await codeOf(byNarrow)).toBe('not-permitted');
    // Keys stand in for nobody.
    const { key: bobs } = await root.api('addApiKey', {
      body: { name: `bobs ${kind.name}`, permissions: ['tokens:view'] },
    });
    expect(await codeOf(deployment.apiOf(0, bobs)('listRequests', {}))).toBe('not-permitted');
    // Nobody who has less than they do.
    const { id: half } = await deployment.api('addRole', {
      body: {
        name: `half ${kind.name}`,
        description: '',
        permissions: ['administrators:edit', 'requests:view', 'requests:decide'],
      },
    });
    const helper = await administrator(half);
    const body = { administrator: root.userName, standIn: helper.userName, until };
    expect(await codeOf(helper.api('addStandIn', { body }))).toBe('not-permitted');
    const { id: roots } = await away(root, bob);
    expect(await codeOf(helper.api('endStandIn', { params: { id: roots } }))).toBe('not-permitted');
  });
});
