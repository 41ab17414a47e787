/**
 * Every operation of the table, as every role, over things in three security domains: nothing beyond what is declared, and all of that.
 *
 * What is expected comes from the model below, which knows the operations table, the roles that ship and the tree of domains, and nothing of
 * the server's rule. An operation that is new has to say in CALLS how it is called.
 */
import { connect } from 'node:net';
import { BULK_ACTIONS, BULK_PERMISSIONS } from '@sower/api/bulk';
import { OPERATIONS, type Operation, type OperationName } from '@sower/api/operations';
import type { Permission } from '@sower/api/permissions';
import { USER_BULK_ACTIONS, USER_BULK_PERMISSIONS, type UserBulkAction } from '@sower/api/user-bulk';
import { utf8 } from '@sower/bytes/octets';
import { accessRequest, readReply } from '@sower/radius/client';
import { CODE } from '@sower/radius/packet';
import type { PasswordAttempts } from '@sower/server/authentication/challenge/with-password';
import { answerer } from '@sower/server/radius/answerer';
import type { KnownClient } from '@sower/server/radius/client-table';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { type DatabaseKind, type FreshDatabase, POSTGRESQL, SQLITE } from '../../harness/databases.ts';
import { amount, repeatable, SEED } from '../../harness/randomness.ts';
import { bodyVariants } from './body-variants.ts';
import {
  type Actor,
  AGENT_KEY,
  type Answer,
  type Call,
  type Domain,
  FOUR,
  type Grant,
  SAME_ORIGIN,
  SOURCE,
  type Thing,
  TOP,
  type World,
  world,
} from './matrix-world.ts';

/**
 * How many calls are made of those that are alike (`alike`), others in each run; of every one with TEST_LONG=1, which takes
 * minutes. On PostgreSQL each call is several round trips.
 */
const OF_EACH = (kind: DatabaseKind): number =>
  amount({ usual: kind === SQLITE ? 4 : 1, long: Number.POSITIVE_INFINITY });
/** While working on it: only operations whose names match. */
const ONLY = new RegExp(process.env.SOWER_MATRIX_OPERATIONS ?? '');

// --- the model ------------------------------------------------------------------------------------------------------------------

/** Permissions that count in a security domain and below it; all others only at the top. */
const SCOPED = new Set<Permission>([
  'profiles:view',
  'users:view',
  'users:edit',
  'users:activation-window',
  'tokens:view',
  'tokens:mint',
  'tokens:assign',
  'tokens:edit',
  'tokens:distribute',
  'tokens:delete',
  'requests:view',
  'requests:make',
  'requests:decide',
  'activations:open',
  'authenticate',
]);

function isWithin(domain: Domain, scope: Domain): boolean {
  for (let at: Domain | undefined = domain; at; at = at.parent) if (at === scope) return true;
  return false;
}

const counts = (grant: Grant, permission: Permission): boolean =>
  grant.permissions.has(permission) && (SCOPED.has(permission) || grant.domain === TOP);
const holds = (actor: Actor, permission: Permission, domain: Domain): boolean =>
  actor.grants.some((grant) => counts(grant, permission) && isWithin(domain, grant.domain));
const holdsSomewhere = (actor: Actor, permission: Permission): boolean =>
  actor.grants.some((grant) => counts(grant, permission));
/** Whether the actor may pass this on there. The one exception is for people who may make keys. */
const mayGrant = (actor: Actor, permission: Permission, domain: Domain): boolean =>
  holds(actor, permission, domain) ||
  (permission === 'activations:open' && actor.kind === 'session' && holds(actor, 'keys:edit', TOP));

/** `open`: anybody may call it, and what becomes of it is not a matter of authority. */
type Verdict = 'yes' | 'open' | 401 | 403 | 404;

type Need = readonly [permission: Permission, domain: Domain];
type Cell = {
  /** What it is about, in the order in which `call` takes their names. */
  readonly things: readonly Thing[];
  readonly call: (...ids: string[]) => Partial<Omit<Call, 'method'>> & {
    readonly params?: Readonly<Record<string, string>>;
    readonly version?: number | undefined;
  };
  /** What the request names besides, in this spelling: an answer may repeat it. */
  readonly named?: readonly string[];
  /** Needed over the things, where it is not the permission of the operation. */
  readonly over?: Permission;
  /** Needed beside the permission of the operation, anywhere. */
  readonly also?: Permission | readonly Permission[];
  /** No API key may. */
  readonly people?: true;
  /** What the actor passes on, and where. */
  readonly grants?: readonly Need[];
  /** From where to where a user is moved: nobody moves one to where they hold more. */
  readonly moves?: readonly [Domain, Domain];
  /** What an answer of success must show. */
  readonly shows?: (actor: Actor, body: never) => readonly [shown: unknown, expected: unknown];
};

function verdictOn(operation: Operation, actor: Actor, cell: Cell): Verdict {
  const { permission, andOneOf } = operation;
  if (operation.user) {
    if (actor.kind !== 'user') return 401;
    return cell.things.every(({ owner }) => owner === actor.userId) ? 'yes' : 404;
  }
  if (operation.ownSession) {
    if (actor.kind !== 'session') return 401;
    if (operation.freshProof && actor.stale) return 403;
    return cell.things.every(({ owner }) => owner === actor.name) ? 'yes' : 404;
  }
  if (permission === undefined) return 'open';
  if (actor.kind !== 'session' && actor.kind !== 'key') return 401;
  if (operation.freshProof && actor.stale) return 403;
  const enough = [permission, ...(operation.orPermission ? [operation.orPermission] : [])];
  if (!enough.some((held) => holdsSomewhere(actor, held))) return 403;
  if (andOneOf && !andOneOf.some((held) => holdsSomewhere(actor, held))) return 403;
  if (cell.people && actor.kind !== 'session') return 403;
  if ([cell.also ?? []].flat().some((held) => !holdsSomewhere(actor, held))) return 403;
  if (cell.things.some((thing) => isHidden(actor, cell.over ?? permission, thing))) return 404;
  const above = permission.endsWith(':view') ? [] : cell.things.flatMap((thing) => thing.above ?? []);
  if (above.some((grant) => [...grant.permissions].some((held) => !mayGrant(actor, held, grant.domain))))
    return 403;
  if (cell.grants?.some((need) => !mayGrant(actor, ...need))) return 403;
  if (cell.moves) {
    const [from, to] = cell.moves;
    if ([...SCOPED].some((held) => holds(actor, held, to) && !holds(actor, held, from))) return 403;
  }
  return 'yes';
}

const neededFor = (action: UserBulkAction): readonly Permission[] =>
  USER_BULK_PERMISSIONS[action] === 'users:edit' ? ['users:edit'] : ['users:view', 'tokens:edit'];
/** Token profiles are in no domain: they are seen from each. */
const isHidden = (actor: Actor, permission: Permission, { domain }: Thing): boolean =>
  domain === undefined ||
  !(permission === 'profiles:view' ? holdsSomewhere(actor, permission) : holds(actor, permission, domain));

// --- how each operation is called ---------------------------------------------------------------------------------------------------

const NO_TOKEN: Thing = { id: '099999999999' };
const SOON = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
const NO_USER: Thing = { id: 'who-nobody-0' };
const NO_DOMAIN: Thing = { id: 'nodomain' };
const NO_ID: Thing = { id: 'none00000000000000000000' };
const PASSWORD = 'correct horse battery staple';

type Cells = (world: World) => Cell[];
const one =
  (call: Cell['call'] = () => ({}), rest: Omit<Partial<Cell>, 'call'> = {}): Cells =>
  () => [{ things: [], call, ...rest }];
const over =
  (pick: (world: World) => readonly Thing[], call: Cell['call'] = () => ({})): Cells =>
  (world) =>
    pick(world).map((thing) => ({
      things: [thing],
      call: (id) => ({ version: thing.version, ...call(id) }),
    }));
/** Deployment-wide things, by `:id`. */
const wide = (name: keyof World['wide'], body?: unknown, param = 'id'): Cells =>
  over(
    ({ wide: { [name]: thing } }) => [thing, NO_ID],
    (id) => ({ params: { [param]: id }, body }),
  );
const allTokens = ({ tokens, free }: World) => [...tokens, ...free, NO_TOKEN];
const token = (body?: unknown): Cells => over(allTokens, (serial) => ({ params: { serial }, body }));
const allUsers = ({ users, former }: World) => [...users, ...former, NO_USER];
const user = (body?: unknown): Cells => over(allUsers, (userId) => ({ params: { userId }, body }));
const request = (body?: unknown): Cells =>
  over(
    ({ requests }) => [...requests, NO_ID],
    (id) => ({ params: { id }, body }),
  );
const rule = (body?: unknown): Cells =>
  over(
    ({ rules }) => [...rules, NO_ID],
    (id) => ({ params: { id }, body }),
  );
/** Whoever changes a source decides about its users, who are in the top domain here. */
const sourceChange = (world: World, body?: unknown): Cell[] =>
  wide(
    'source',
    body,
  )(world).map((cell) => ({
    ...cell,
    also: 'users:edit',
    grants: [['users:edit', TOP]],
  }));
/** Of somebody who is none of the actors. */
const savedReport = ({ wide: { saved } }: World, body?: object, ...also: Permission[]): Cell[] => [
  {
    things: [saved],
    call: (id) => ({ params: { id: id as string }, version: 1, body }),
    also: ['settings:edit', ...also],
  },
  { things: [NO_ID], call: (id) => ({ params: { id: id as string }, version: 1, body }) },
];
/** What shows its users. */
const sourceRuns = (
  { wide: { source, read } }: World,
  {
    run,
    needs = 'users:view',
    body = {},
  }: { readonly run?: Thing; readonly needs?: Permission; readonly body?: object },
): Cell[] =>
  [
    ...(run
      ? [
          [read, run],
          [read, NO_ID],
          [NO_ID, run],
        ]
      : [[source], [NO_ID]]),
  ].map((things) => ({
    things,
    call: (id, of) => ({ params: { id: id as string, ...(of === undefined ? {} : { run: of }) }, body }),
    also: needs,
    grants: [[needs, TOP]],
  }));
/** Whose jobs are whose is in test/server/jobs/distribution.test.ts. */
const job = (body?: unknown): Cells =>
  over(
    () => [NO_ID],
    (id) => ({ params: { id }, body }),
  );
const domains = (): Thing[] => [...FOUR.map((domain) => ({ id: domain.id, domain })), NO_DOMAIN];
const ownToken = (body?: unknown): Cells =>
  over(
    ({ tokens, free }) => [...tokens, ...free.slice(0, 1), NO_TOKEN],
    (serial) => ({ params: { serial }, body }),
  );
const policy = (kind: string, which = domains): Cells =>
  over(which, (domain) => ({ params: { kind, domain } }));
const policyEdit = (version: number): Cells =>
  over(domains, (domain) => ({ params: { domain }, body: {}, version }));
const template = (body?: unknown): Cells =>
  one(() => ({ params: { event: 'window-opened', language: 'en' }, body }));
const pair = (first: readonly Thing[], second: readonly Thing[], call: (a: string, b: string) => object) =>
  first.flatMap((a) => second.map((b): Cell => ({ things: [a, b], call: call as Cell['call'] })));

type Items = { items: Record<string, unknown>[] };
const listed = (key: string) => (body: never) => (body as Items).items.map((item) => item[key]).sort();
const seen = (actor: Actor, permission: Permission, things: readonly Thing[]) =>
  things.filter((thing) => !isHidden(actor, permission, thing)).map(({ id }) => id);
/** A list shows exactly what is in scope. */
const list =
  (permission: Permission, key: string, all: (world: World) => readonly Thing[]): Cells =>
  (world) => [
    {
      things: [],
      call: () => ({ path: '?limit=1000' }),
      shows: (actor, body) => [listed(key)(body), seen(actor, permission, all(world)).sort()],
    },
  ];
const realTokens = ({ tokens, free }: World) => [...tokens, ...free];
/** Those on which the actor may do both, in the same place. */
const both = (world: World, actor: Actor, other: Permission): number =>
  realTokens(world).filter((it) => !isHidden(actor, 'tokens:view', it) && !isHidden(actor, other, it)).length;
const CALLS: Record<OperationName, Cells> = {
  getServer: one(),
  getSetupProgress: one(),
  openSession: one(() => ({ body: { userName: 'administrator1', password: PASSWORD } })),
  getSession: one(),
  closeSession: one(),
  challengePasskeyLogOn: one(),
  openPasskeySession: one(() => ({ body: { state: 'x', response: {} } })),
  proveSession: one(() => ({ body: { password: PASSWORD } })),
  provePasskeySession: one(() => ({ body: { state: 'x', response: {} } })),
  listOwnSessions: one(),
  endOwnSession: over(
    ({ sessions }) => [...sessions, NO_ID],
    (id) => ({ params: { id } }),
  ),
  endOtherSessions: one(),
  getOwnLogOn: one(),
  challengePasskey: one(),
  addPasskey: one(() => ({ body: { state: 'x', name: 'x', response: {} } })),
  removePasskey: over(
    () => [NO_ID],
    (id) => ({ params: { id } }),
  ),
  setOwnPassword: one(() => ({ body: { password: PASSWORD, newPassword: `${PASSWORD} too` } })),
  forgetPasskeys: ({ wide: { low, high } }) =>
    [low, high, NO_USER].map((thing) => ({
      things: [thing],
      call: (userId) => ({ params: { userId } }),
    })),

  listSecurityDomains: (world) => [
    {
      things: [],
      call: () => ({}),
      shows: (actor, body) => [
        listed('id')(body),
        seen(actor, 'users:view', [...domains(), world.wide.spare]).sort(),
      ],
    },
  ],
  addSecurityDomain: over(domains, (parent) => ({ body: { name: 'New', parent } })),
  renameSecurityDomain: wide('spare', { name: 'Renamed' }),
  deleteSecurityDomain: wide('spare'),

  listRoles: one(),
  addRole: () =>
    (['users:view', 'settings:edit', 'activations:open'] as const).map((permission) => ({
      things: [],
      call: () => ({ body: { name: 'New', permissions: [permission] } }),
      grants: [[permission, TOP]],
    })),
  editRole: ({ wide: { role, rare } }) =>
    (
      [
        [role, 'tokens:view', ['users:view', 'tokens:view']],
        [rare, 'users:view', ['settings:edit', 'activations:open', 'users:view']],
        [NO_ID, 'users:view', []],
      ] as const
    ).map(([thing, permission, held]) => ({
      things: [thing],
      call: (id) => ({ params: { id }, version: thing.version ?? 1, body: { permissions: [permission] } }),
      grants: held.map((needed) => [needed, TOP] as const),
    })),
  deleteRole: wide('role'),
  listAdministrators: one(),
  addAdministrator: () =>
    FOUR.flatMap((domain) =>
      (['users:view', 'super-admin'] as const).map(
        (role): Cell => ({
          things: [],
          call: () => ({
            body: {
              userName: 'new',
              password: PASSWORD,
              grants: [{ role, securityDomain: domain.id }],
            },
          }),
          grants:
            role === 'users:view'
              ? [[role, domain]]
              : (['tokens:edit', 'keys:edit', 'domains:edit', 'audit:view'] as const).map(
                  (permission) => [permission, domain] as const,
                ),
        }),
      ),
    ),
  editAdministrator: administrators((thing) => ({ version: thing.version, body: {} })),
  setPassword: administrators(() => ({ body: { password: PASSWORD } })),
  deleteAdministrator: administrators(() => ({})),
  whoCan: over(
    () => [{ id: 'users:view', domain: TOP }, NO_ID],
    (id) => ({ params: { id } }),
  ),

  listDeviceTypes: one(),
  importDeviceType: ({ definition }) =>
    one(() => ({ body: { ...definition, id: 'other', name: 'Other' } }))(undefined as never),
  deleteDeviceType: wide('deviceType'),
  listProfiles: one(),
  addProfile: one(() => ({ body: { name: 'new', deviceType: 'android', delivery: 'qr' } })),
  getProfile: wide('profile'),
  editProfile: wide('profile', { name: 'renamed' }),
  duplicateProfile: wide('profile', { name: 'copy' }),
  deleteProfile: wide('byUrl'),

  listUsers: (world) => [
    ...list('users:view', 'userId', everyUser)(world),
    {
      things: [],
      call: () => ({ path: '?limit=1000&search=who-' }),
      shows: (actor, body) => [listed('userId')(body), seen(actor, 'users:view', everyUser(world)).sort()],
    },
  ],
  addUser: over(domains, (securityDomain) => ({ body: { userId: 'new', securityDomain } })),
  getUser: user(),
  editUser: (world) => [
    ...user({ email: 'somebody@example.com' })(world),
    ...world.users
      .filter((thing) => !thing.above)
      .flatMap((thing) =>
        domains().map(
          (to): Cell => ({
            things: [thing, to],
            call: (userId, securityDomain) => ({
              params: { userId },
              version: thing.version,
              body: { securityDomain },
            }),
            ...(to.domain ? { moves: [thing.domain as Domain, to.domain] as const } : {}),
          }),
        ),
      ),
  ],
  deleteUser: user(),
  countUsers: (world) => [
    {
      things: [],
      also: 'users:edit',
      call: () => ({}),
      shows: (actor, body) => [
        (body as { count: number }).count,
        seen(actor, 'users:edit', everyUser(world)).length,
      ],
    },
    ...USER_BULK_ACTIONS.map(
      (action): Cell => ({
        things: [],
        also: neededFor(action),
        call: () => ({ path: `?action=${action}` }),
        shows: (actor, body) => [
          (body as { count: number }).count,
          everyUser(world).filter((it) => neededFor(action).every((held) => !isHidden(actor, held, it)))
            .length,
        ],
      }),
    ),
  ],
  doToUsers: (world) =>
    USER_BULK_ACTIONS.flatMap((action): Cell[] => {
      const cell = (choose: object, shows: NonNullable<Cell['shows']>): Cell => ({
        things: action === 'move' ? [{ id: 'top', domain: TOP }] : [],
        also: neededFor(action),
        call: (securityDomain) => ({
          body: {
            action,
            ...(action === 'move' ? { securityDomain } : {}),
            ...(action === 'setLeaving' ? { at: SOON } : {}),
            choose,
          },
        }),
        shows,
      });
      const mayChange = (actor: Actor, it: Thing): boolean =>
        neededFor(action).every((held) => !isHidden(actor, held, it));
      type Result = { total: number; failed: number };
      const inCapitals = world.users.map(({ id }) => id.toUpperCase());
      return [
        cell({ search: {}, asOf: '2999-01-01T00:00:00Z' }, (actor, body) => {
          return [(body as Result).total, everyUser(world).filter((it) => mayChange(actor, it)).length];
        }),
        {
          ...cell({ userIds: inCapitals }, (actor, body) => {
            const hidden = world.users.filter((it) => !mayChange(actor, it));
            return [(body as Result).failed >= hidden.length, true];
          }),
          // The user ID as it is kept would tell something.
          named: inCapitals,
        },
      ];
    }),
  assignNextToken: user(),

  listTokens: (world) => [
    ...list('tokens:view', 'serial', realTokens)(world),
    {
      things: [],
      call: () => ({ path: '?limit=1000&assigned=true' }),
      shows: (actor, body) => [listed('serial')(body), seen(actor, 'tokens:view', world.tokens).sort()],
    },
    // Somebody outside the scope has no tokens, like somebody who does not exist.
    ...world.users.map(
      (holder): Cell => ({
        things: [],
        call: () => ({ path: `?userId=${holder.id}` }),
        shows: (actor, body) => [
          listed('serial')(body),
          seen(
            actor,
            'tokens:view',
            world.tokens.filter(({ owner }) => owner === holder.id),
          ),
        ],
      }),
    ),
    // A last name is the user's: to ask for it is to look at users.
    ...world.users.map(
      (holder): Cell => ({
        things: [],
        also: 'users:view',
        call: () => ({ path: `?limit=1000&lastName=last${holder.id.split('-')[2]}` }),
        shows: (actor, body) => [
          (body as Items).items.some(({ userId }) => userId === holder.id),
          !isHidden(actor, 'users:view', holder) && !isHidden(actor, 'tokens:view', holder),
        ],
      }),
    ),
    // What was distributed to somebody who held it before says nothing of the token of now.
    {
      things: [],
      call: () => ({ path: '?limit=1000&distribution=withdrawn' }),
      shows: (_, body) => [listed('serial')(body), []],
    },
    ...domains().map(
      (domain): Cell => ({
        things: [domain],
        call: (id) => ({ path: `?limit=1000&securityDomain=${id}` }),
      }),
    ),
  ],
  countTokens: (world) => [
    {
      things: [],
      call: () => ({}),
      shows: (actor, body) => [
        (body as { count: number }).count,
        seen(actor, 'tokens:view', realTokens(world)).length,
      ],
    },
    ...BULK_ACTIONS.map(
      (action): Cell => ({
        things: [],
        also: BULK_PERMISSIONS[action],
        call: () => ({ path: `?action=${action}` }),
        shows: (actor, body) => [
          (body as { count: number }).count,
          both(world, actor, BULK_PERMISSIONS[action]),
        ],
      }),
    ),
  ],
  doToTokens: (world) =>
    BULK_ACTIONS.map(
      (action): Cell => ({
        things: action === 'move' ? [{ id: 'top', domain: TOP }] : [],
        over: BULK_PERMISSIONS[action],
        also: BULK_PERMISSIONS[action],
        call: (securityDomain) => ({
          body: {
            action,
            ...(action === 'move' ? { securityDomain } : {}),
            choose: { search: {}, upTo: '999999999999' },
          },
        }),
        shows: (actor, body) => {
          return [(body as { total: number }).total, both(world, actor, BULK_PERMISSIONS[action])];
        },
      }),
    ),
  showTransferKey: one(),
  makeTransferKey: ({ wide }) => one(() => ({ body: { replaces: wide.transferKey.id } }))(undefined as never),
  exportTokens: one(() => ({ body: { choose: { all: true } } })),
  mintTokens: over(domains, (securityDomain) => ({ body: { securityDomain } })),
  getToken: token(),
  editToken: (world) => [
    ...token({ expiresOn: '2098-01-01' })(world),
    ...pair(world.free, domains(), (serial, securityDomain) => ({
      params: { serial },
      version: world.free[0]?.version,
      body: { securityDomain },
    })),
  ],
  deleteToken: token(),
  assignToken: ({ free, users }) =>
    pair([...free, NO_TOKEN], [...users, NO_USER], (serial, userId) => ({
      params: { serial },
      body: { userId },
    })),
  lendToken: (world) => [
    ...token({ until: SOON })(world),
    ...pair([...world.free, NO_TOKEN], [...world.users, NO_USER], (serial, userId) => ({
      params: { serial },
      body: { userId, until: SOON },
    })),
  ],
  keepToken: token(),
  unassignToken: token(),
  replaceToken: (world) => [
    ...token({})(world),
    ...pair([...oneInEach(world), NO_TOKEN], [...world.free, NO_TOKEN], (serial, replacement) => ({
      params: { serial },
      body: { replacement },
    })),
  ],
  enableToken: token(),
  disableToken: token(),
  moveToken: (world) =>
    pair([...world.free, ...oneInEach(world), NO_TOKEN], domains(), (serial, securityDomain) => ({
      params: { serial },
      body: { securityDomain },
    })),
  markLost: token({ lost: true }),
  setPin: token({ pin: '25804' }),
  generatePin: token(),
  clearPin: token(),
  distributeToken: token({ profile: 'url' }),
  listDistributions: token(),
  getDistributionSettings: one(),
  withdrawDistribution: token(),
  openActivation: token(),
  getTokenAccess: token(),
  testToken: token({ passcode: '1' }),
  resynchronizeToken: token({ first: '11111111', second: '22222222' }),
  requireNewPin: token({ required: true }),
  giveEmergencyAccess: token({ kind: 'set' }),
  endEmergencyAccess: token(),
  unlockUser: user(),
  setLeaving: user({ at: '2036-12-31T23:00:00Z' }),
  undoLeaving: user(),
  getUserActivity: (world) =>
    user()(world).map((cell) => ({
      ...cell,
      // Of a token that the user gave back nothing that came after.
      shows: (_, body) => [
        (body as Items).items.filter(({ object, at }) => {
          const before = world.givenBack.get(String(object).slice('token:'.length));
          return before && cell.things[0]?.id === before.userId && String(at) > before.at;
        }),
        [],
      ],
    })),
  getMailDeliveryOptions: token(),

  listPolicies: one(() => ({ params: { kind: 'token' } })),
  getPolicy: policy('token'),
  getPolicyReach: policy('lockout'),
  editTokenPolicy: policyEdit(0),
  editLockoutPolicy: policyEdit(0),
  editEmergencyPolicy: policyEdit(1),
  removePolicy: policy('emergency'),

  getStatistics: (world) => [
    {
      things: [],
      call: () => ({}),
      shows: (actor, body) => {
        const { tokens, users } = body as { tokens: { total: number; assigned: number }; users: number };
        return [
          [tokens.total, tokens.assigned, users],
          [
            seen(actor, 'tokens:view', realTokens(world)).length,
            seen(actor, 'tokens:view', world.tokens).length,
            seen(actor, 'users:view', everyUser(world)).length,
          ],
        ];
      },
    },
  ],
  getLogOnFigures: one(),
  getDistributionFigures: one(),
  getTokenFigures: (world) => [
    {
      things: [],
      call: () => ({}),
      shows: (actor, body) => {
        const { states } = body as { states: { total: number; assigned: number } };
        return [
          [states.total, states.assigned],
          [
            seen(actor, 'tokens:view', realTokens(world)).length,
            seen(actor, 'tokens:view', world.tokens).length,
          ],
        ];
      },
    },
  ],
  getClientFigures: one(),
  getHealthFigures: one(),
  getTokenReport: (world) =>
    ['tokens', 'expiring-tokens', 'never-activated', 'token-batches', 'distributions'].map((report) => ({
      things: [],
      call: () => ({ params: { report }, path: '?limit=1000' }),
      shows: (actor, body) => {
        const serials = (body as { items: string[][] }).items.map((cells) => cells[0]);
        const all = seen(actor, 'tokens:view', realTokens(world));
        return report === 'tokens' ? [serials.sort(), all.sort()] : [[], []];
      },
    })),
  getUserReport: one(() => ({ params: { report: 'inactive-users' } })),
  getRequestReport: (world) => [
    {
      things: [],
      call: () => ({ params: { report: 'requests' }, path: '?limit=1000' }),
      shows: (actor, body) => [
        (body as { items: string[][] }).items.length,
        seen(actor, 'requests:view', everyRequest(world)).length,
      ],
    },
  ],
  getAuditReport: one(() => ({ params: { report: 'policy-changes' } })),
  getAdministratorReport: one(() => ({ params: { report: 'administrators' } })),
  listSavedReports: one(),
  addSavedReport: one(() => ({ body: { name: 'New', report: 'tokens' } }), { also: 'tokens:view' }),
  editSavedReport: (world) =>
    savedReport(world, { name: 'Other', report: 'administrators' }, 'administrators:view'),
  deleteSavedReport: (world) => savedReport(world),
  mailSavedReport: (world) => savedReport(world),
  authenticate: (world) => [
    // Whoever is not the actor's to ask for is rejected with a right passcode, like somebody who does not exist.
    ...world.users.map(
      (holder): Cell => ({
        things: [],
        call: () => ({ body: { userId: holder.id, passcode: world.passcode(holder.id) } }),
        shows: (actor, body) => [
          body,
          isHidden(actor, 'authenticate', holder)
            ? { result: 'rejected' }
            : { result: 'accepted', userId: holder.id, means: 'passcode' },
        ],
      }),
    ),
    {
      things: [],
      call: () => ({ body: { userId: NO_USER.id, passcode: '1' } }),
      shows: (_, body) => [body, { result: 'rejected' }],
    },
  ],
  answerChallenge: one(() => ({ params: { id: 'x' }, body: { userId: 'x', answer: '1' } }), {
    shows: (_, body) => [body, { result: 'rejected' }],
  }),
  cancelAuthentication: one(() => ({ params: { id: 'x' }, path: '?userId=x' })),

  listRadiusClients: one(),
  addRadiusClient: over(domains, (securityDomain) => ({
    body: { name: 'new', network: '192.0.2.7', securityDomain },
  })),
  editRadiusClient: wide('radiusClient', { enabled: false }),
  changeRadiusSecret: wide('radiusClient', {}),
  deleteRadiusClient: wide('radiusClient'),
  listAgents: one(),
  addAgent: over(domains, (securityDomain) => ({ body: { name: 'new', securityDomain } })),
  editAgent: wide('agent', { enabled: false }),
  changeAgentKey: wide('agent'),
  deleteAgent: wide('agent'),
  listAgentCredentials: one(),
  addAgentCredential: one(() => ({ body: { note: 'spare' } })),
  editAgentCredential: wide('credential', { deprecated: true }),
  deleteAgentCredential: wide('credential'),

  listCoexistences: one(),
  addCoexistence: over(domains, (securityDomain) => ({
    body: {
      ...{ name: 'old', servers: ['192.0.2.9:1812'], secret: 'secret-of-the-old-servers' },
      ...{ endsOn: '2099-12-31', securityDomain },
    },
  })),
  editCoexistence: wide('coexistence', { enabled: false }),
  deleteCoexistence: wide('coexistence'),
  getCoexistenceProgress: one(),
  listCoexistenceUsers: one(() => ({ path: '?move=waiting' })),

  listAlerts: one(),
  listAudit: one(),
  verifyAudit: one(),
  getAuditEnd: one(),
  exportAudit: one(),
  listAuditForwarding: one(),
  listNodes: one(),

  getCertificate: one(),
  listCertificates: one(),
  checkCertificate: one(() => ({ body: { kind: 'pkcs12', file: 'AAAA' } })),
  addCertificate: one(() => ({ body: { kind: 'pkcs12', file: 'AAAA' } })),
  requestCertificate: one(() => ({ body: { keyType: 'ec-p256', names: ['a.example'] } })),
  getAcme: one(),
  editAcme: one(() => ({ version: 1, body: { contact: 'ops@example.com' } })),
  orderCertificate: one(),
  revokeCertificate: over(
    () => [NO_ID],
    (id) => ({ params: { id }, body: {} }),
  ),
  useCertificate: over(
    () => [NO_ID],
    (id) => ({ params: { id } }),
  ),
  deleteCertificate: over(
    () => [NO_ID],
    (id) => ({ params: { id } }),
  ),

  getSettings: one(),
  editSettings: ({ versions }) =>
    one(() => ({ version: versions.settings, body: { 'tokens.maxPerUser': 9 } }))(undefined as never),
  checkAddress: one(() => ({ body: { host: 'localhost', port: 1 } })),

  listOffers: one(),
  addOffer: one(() => ({ body: { name: 'New', profile: 'qr' } })),
  editOffer: wide('idle', { name: 'Renamed' }),
  deleteOffer: wide('idle'),
  listRequests: (world) => [
    ...list('requests:view', 'id', everyRequest)(world),
    ...world.users.map(
      (holder): Cell => ({
        things: [],
        call: () => ({ path: `?userId=${holder.id}` }),
        shows: (actor, body) => [
          listed('userId')(body),
          isHidden(actor, 'requests:view', holder) ? [] : [holder.id, holder.id],
        ],
      }),
    ),
  ],
  getRequest: request(),
  requestToken: over(allUsers, (userId) => ({ body: { userId, offer: 'Laptop' } })),
  cancelRequest: request({}),
  approveRequest: request({}),
  rejectRequest: request({}),
  decideRequests: one(() => ({ body: { decision: 'approve', items: [{ id: NO_ID.id, version: 1 }] } })),
  doToRequests: one(() => ({ body: { action: 'approve', items: [{ id: NO_ID.id, version: 1 }] } })),
  // Whose stand-ins are whose is in stand-ins.test.ts.
  // Who approves what of whom is in second-approvals.test.ts.
  listSecondApprovals: one(),
  // A key is nobody who looks at what it approves.
  approveSecondApproval: (world) =>
    wide('secondApproval', { object: 'server-key:x' })(world).map((cell) => ({ ...cell, people: true })),
  rejectSecondApproval: wide('secondApproval'),
  listStandIns: one(),
  addStandIn: ({ wide: { low, high }, now }) =>
    [low, high, NO_USER].map((thing) => ({
      things: [thing],
      over: 'administrators:edit',
      also: 'administrators:edit',
      call: (administrator) => ({
        body: {
          administrator,
          standIn: administrator === low.id ? high.id : low.id,
          until: new Date(now() + 86_400_000).toISOString(),
        },
      }),
    })),
  endStandIn: ({ wide: { standIn } }) =>
    [standIn, NO_ID].map((thing) => ({
      things: [thing],
      over: 'administrators:edit',
      call: (id) => ({ params: { id } }),
    })),
  deferRequest: (world) => request({ until: new Date(world.now() + 86_400_000).toISOString() })(world),
  distributeRequest: over(
    ({ approved }) => [...approved, NO_ID],
    (id) => ({ params: { id }, body: {} }),
  ),

  listJobs: one(),
  getJob: job(),
  listJobRows: job(),
  distributeMany: one(() => ({ body: { name: 'New', choose: { userIds: ['x'] }, profile: 'qr' } })),
  assignMany: one(() => ({ body: { name: 'New', choose: { userIds: ['x'] } } })),
  importUsers: () =>
    domains().map((domain) => ({
      things: [domain],
      call: (securityDomain) => ({ body: { name: 'New', file: 'userId\nx', securityDomain } }),
    })),
  importTokens: () =>
    domains().map((domain) => ({
      things: [domain],
      call: (securityDomain) => ({ body: { name: 'New', file: 'eA==', securityDomain } }),
    })),
  openTokenImport: () =>
    domains().map((domain) => ({
      things: [domain],
      call: (securityDomain) => ({ body: { name: 'New', reading: { format: 'csv' }, securityDomain } }),
    })),
  addTokenImportPart: job({ from: 0, file: 'eA==' }),
  endTokenImport: job({ total: 1 }),
  startJob: job({ name: 'x' }),
  pauseJob: job(),
  cancelJob: job(),
  resumeJob: job(),
  undoJob: job(),
  remindJob: job(),
  takeJobResult: job(),
  takeJobLetters: job({}),
  listRules: (world) => [
    {
      things: [],
      call: () => ({}),
      shows: (actor, body) => [listed('id')(body), seen(actor, 'tokens:distribute', world.rules).sort()],
    },
  ],
  addRule: () =>
    domains().map((domain) => ({
      things: [domain],
      call: (securityDomain) => ({ body: { name: 'New', securityDomain, profile: 'qr', tokens: 'stock' } }),
      also: ['tokens:assign', 'users:view'],
    })),
  editRule: (world) =>
    [...world.rules, NO_ID].map((thing) => ({
      things: [thing],
      call: (id) => ({
        params: { id },
        version: thing.version,
        body: { name: 'Other', securityDomain: thing.domain?.id ?? 'x', profile: 'qr', tokens: 'stock' },
      }),
      also: ['tokens:assign', 'users:view'],
    })),
  listIdentitySources: one(),
  getIdentitySource: wide('source'),
  addIdentitySource: () =>
    domains().map((domain) => ({
      things: [domain],
      over: 'users:edit',
      also: 'users:edit',
      call: (securityDomain) => ({ body: { ...SOURCE, name: 'New', securityDomain } }),
    })),
  editIdentitySource: (world) => sourceChange(world, { name: 'Other' }),
  testIdentitySource: (world) => sourceRuns(world, {}),
  listSourceRuns: (world) => sourceRuns(world, {}),
  startSourceRun: (world) => sourceChange(world, { mode: 'full' }),
  getSourceRun: (world) => sourceRuns(world, { run: world.wide.run }),
  listSourceFindings: (world) => sourceRuns(world, { run: world.wide.run }),
  getSourceRunFile: (world) => sourceRuns(world, { run: world.wide.run }),
  chooseForConflicts: (world) =>
    sourceRuns(world, {
      run: world.wide.run,
      needs: 'users:edit',
      body: { choice: 'skip', kind: 'gone', count: 0 },
    }),
  listSourceChoices: (world) => sourceRuns(world, {}),
  forgetSourceChoice: (world) =>
    [world.wide.source, NO_ID].map((source) => ({
      things: [source, NO_ID],
      call: (id, key) => ({ params: { id: id as string, key: key as string } }),
      also: 'users:edit',
      grants: [['users:edit', TOP]],
    })),
  confirmSourceRun: (world) => sourceRuns(world, { run: world.wide.run, needs: 'users:edit' }),
  cancelSourceRun: (world) => sourceRuns(world, { run: world.wide.run, needs: 'users:edit' }),
  deleteIdentitySource: (world) => sourceChange(world),
  deleteRule: rule(),
  listSchedules: one(),
  showRetention: one(),
  runRetention: one(),
  editSchedule: wide('schedule', { cron: '0 4 * * *' }),
  listBackups: one(),
  showBackup: wide('backup'),
  makeBackup: one(),
  reportVerified: wide('backup', { proof: 'x' }),
  previewRule: (world) => rule()(world).map((cell) => ({ ...cell, also: 'users:view' })),

  getMailSettings: one(),
  editMailSettings: ({ versions }) =>
    one(() => ({ version: versions.mail, body: { fromName: 'x' } }))(undefined as never),
  sendTestMail: one(() => ({ body: { to: 'somebody@example.com' } })),
  listMail: one(),
  setMailSigning: one(() => ({ body: { pkcs12: 'AAAA', password: '' } })),
  removeMailSigning: one(),
  listMailTemplates: one(),
  editMailTemplate: template({ subject: 'x', body: 'x' }),
  resetMailTemplate: template({}),
  previewMailTemplate: template({ subject: 'x', body: 'x' }),
  lookUpUser: user(),
  getUserMail: user(),
  editUserMail: user({ language: 'de' }),
  resendMail: over(
    () => [NO_ID],
    (id) => ({ params: { id } }),
  ),

  listApiKeys: one(),
  addApiKey: () =>
    FOUR.flatMap((domain) =>
      (['users:view', 'keys:edit', 'activations:open'] as const).map(
        (permission): Cell => ({
          things: [],
          call: () => ({ body: { name: 'new', permissions: [permission], securityDomain: domain.id } }),
          grants: [[permission, domain]],
        }),
      ),
    ),
  takeOverApiKey: (world) =>
    wide('apiKey')(world).map((cell) => ({ ...cell, people: true, grants: [['users:view', TOP]] })),
  deleteApiKey: wide('apiKey'),
  listServerKeys: one(),
  rotateServerKey: one(() => ({ body: { bits: 1024 } })),

  getSelfService: user(),
  setUserPassword: user({ password: PASSWORD }),
  removeUserPassword: user(),
  openActivationWindow: user(),
  closeActivationWindow: user(),

  openUserSession: one(() => ({ body: { method: 'password', userId: 'x', password: PASSWORD } })),
  getUserSession: one(),
  closeUserSession: one(),
  proveToken: one(() => ({ body: { passcode: '1' } })),
  getOwnMail: one(),
  editOwnMail: one(() => ({ body: { language: 'de' } })),
  changeOwnPassword: one(() => ({ body: { present: 'x', password: PASSWORD } })),
  listOwnUserSessions: one(),
  endOwnUserSession: over(
    ({ userSessions }) => [...userSessions, NO_ID],
    (id) => ({ params: { id } }),
  ),
  endOtherUserSessions: one(),
  listOwnTokens: (world) => [
    {
      things: [],
      call: () => ({}),
      shows: (actor, body) => [
        listed('serial')(body),
        world.tokens.filter(({ owner }) => owner === actor.userId).map(({ id }) => id),
      ],
    },
  ],
  renameOwnToken: ownToken({ nickname: 'x' }),
  testOwnToken: ownToken({ passcode: '1' }),
  resynchronizeOwnToken: ownToken({ first: '11111111', second: '22222222' }),
  getOwnPinRules: ownToken(),
  setOwnPin: ownToken({ pin: '25804' }),
  replaceOwnPin: ownToken({ pin: '25804', first: '11111111', second: '22222222' }),
  reportLost: ownToken(),
  moveOwnToken: ownToken({ approval: '1' }),
  watchActivation: ownToken(),
  openOwnActivation: ownToken(),
  getComparisonNumber: ownToken(),
  listOwnOffers: one(),
  listOwnRequests: (world) => [
    {
      things: [],
      call: () => ({}),
      shows: (actor, body) => [
        listed('id')(body),
        everyRequest(world)
          .filter(({ owner }) => owner === actor.userId)
          .map(({ id }) => id)
          .sort(),
      ],
    },
  ],
  requestOwnToken: one(() => ({ body: { offer: 'Laptop' } })),
  cancelOwnRequest: over(
    ({ requests }) => [...requests, NO_ID],
    (id) => ({ params: { id } }),
  ),
};

/** Administrators by name; whoever holds more than the actor is above them. */
function administrators(call: (thing: Thing) => object): Cells {
  return ({ wide: { low, high } }) =>
    [low, high, { ...NO_USER, version: 1 }].map((thing) => ({
      things: [thing],
      call: (userId) => ({ params: { userId }, ...call(thing) }),
    }));
}
const everyUser = ({ users, former, tokens }: World): Thing[] => {
  const known = new Map([...users, ...former].map((thing) => [thing.id, thing]));
  for (const { owner, domain } of tokens)
    if (owner && domain && !known.has(owner)) known.set(owner, { id: owner, domain });
  return [...known.values()];
};
/** Held tokens: one in each domain, and that of the Super Admin. */
const oneInEach = ({ tokens, users }: World): Thing[] =>
  tokens.filter(({ owner }) => users.some(({ id }) => id === owner));
const everyRequest = ({ requests, approved }: World) => [...requests, ...approved];

// --- the walk -------------------------------------------------------------------------------------------------------------------

/** What succeeds only with a passkey, a certificate, mail, a job, a directory, a server that answers or what a device shows: here it is past authorization. */
const NEVER = new Set<OperationName>([
  'provePasskeySession',
  'addPasskey',
  'removePasskey',
  'forgetPasskeys',
  'resynchronizeToken',
  'addCertificate',
  'requestCertificate',
  'orderCertificate',
  'revokeCertificate',
  'useCertificate',
  'deleteCertificate',
  'sendTestMail',
  'setMailSigning',
  'resendMail',
  'proveToken',
  'resynchronizeOwnToken',
  'replaceOwnPin',
  'moveOwnToken',
  'getComparisonNumber',
  'getJob',
  'listJobRows',
  'startJob',
  'addTokenImportPart',
  'endTokenImport',
  'pauseJob',
  'cancelJob',
  'resumeJob',
  'undoJob',
  'remindJob',
  'takeJobResult',
  'takeJobLetters',
  'confirmSourceRun',
  'lookUpUser',
  'mailSavedReport',
  'forgetSourceChoice',
]);

const REFUSALS: Readonly<Record<string, Verdict>> = {
  'not-authenticated': 401,
  'not-permitted': 403,
  'proof-needed': 403,
  'approval-needed': 403,
  'cross-site': 403,
  'password-change-needed': 403,
  'not-found': 404,
};

function requestOf(operation: Operation, actor: Actor, cell: Cell, ids: readonly string[]): Call {
  const { params = {}, path = '', version, body } = cell.call(...ids);
  const filled = operation.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? 'missing'),
  );
  return {
    method: operation.method,
    path: `/api/v1${filled}${path}`,
    headers: {
      ...actor.headers,
      // Of the console itself, whoever calls.
      ...(operation.user ? SAME_ORIGIN : {}),
      ...(operation.ifMatch ? { 'if-match': `"${version ?? 1}"` } : {}),
    },
    ...(operation.body && body !== undefined ? { body } : {}),
  };
}

const codeOf = (answer: Answer): string | undefined =>
  answer.status < 400 ? undefined : (JSON.parse(answer.text) as { code?: string }).code;

/** What the caller can tell two answers apart by. */
function lookOf(answer: Answer, ids: readonly string[]): string {
  let { text } = answer;
  for (const id of ids) text = text.replaceAll(id, '…');
  const headers = Object.keys(answer.headers)
    .filter((name) => name !== 'content-length' && name !== 'date')
    .sort();
  return `${answer.status} ${headers} ${text}`;
}

type Row = { readonly actor: Actor; readonly name: OperationName; readonly cell: Cell };

function rowsOf(world: World): Row[] {
  const names = (Object.keys(OPERATIONS) as OperationName[]).filter((name) => ONLY.test(name));
  return names.flatMap((name) => {
    const operation: Operation = OPERATIONS[name];
    const cells = CALLS[name](world);
    return world.actors.flatMap((actor) => {
      // Whoever may never do it is asked of some things; of all of them as each role that ships.
      const { permission } = operation;
      const may = permission
        ? holdsSomewhere(actor, permission) || actor.whole
        : actor.kind === (operation.user ? 'user' : 'session');
      const few = [cells[0], cells[Math.floor(cells.length / 2)], cells.at(-1)];
      const chosen = may ? cells : [...new Set(few)];
      return chosen.flatMap((cell) => (cell ? [{ actor, name, cell }] : []));
    });
  });
}

const OF_NOTHING: Cell = { things: [], call: () => ({}) };

/** Actors that a body is sent as, of those who are refused whatever it says. */
const ACTORS_OF_A_BODY = 8;

type Variant = Row & { readonly why: string };

/**
 * Every body that the schema of an operation accepts, by actors who may not call it, and by those who may elsewhere than in the domain that the
 * body names. Values that name something are taken from the world, so that a body is refused for who sends it.
 */
function variantsOf(world: World): Variant[] {
  const names = (Object.keys(OPERATIONS) as OperationName[]).filter((name) => ONLY.test(name));
  return names.flatMap((name) => {
    const operation: Operation = OPERATIONS[name];
    const { body, permission } = operation;
    const [cell] = CALLS[name](world);
    if (!body || !cell) return [];
    const domains = FOUR.map(({ id }) => id);
    const bodies = bodyVariants(body, {
      securityDomain: domains,
      profile: ['url'],
      userId: world.users.map(({ id }) => id).slice(0, 2),
    });
    const refusedAnyway = world.actors.filter((actor) =>
      [401, 403].includes(verdictOn(operation, actor, OF_NOTHING) as number),
    );
    const scoped =
      permission && SCOPED.has(permission)
        ? world.actors.filter((actor) => holdsSomewhere(actor, permission) && !actor.whole)
        : [];
    return bodies.flatMap((variant, index): Variant[] => {
      const sent: Cell = { ...cell, call: (...ids) => ({ ...cell.call(...ids), body: variant }) };
      const step = Math.max(1, Math.floor(refusedAnyway.length / ACTORS_OF_A_BODY));
      const some = refusedAnyway.filter((_, at) => at % step === index % step);
      const named = FOUR.find(({ id }) => id === (variant as { securityDomain?: unknown }).securityDomain);
      const elsewhere = named
        ? scoped.filter((actor) => !holds(actor, permission as Permission, named)).slice(0, ACTORS_OF_A_BODY)
        : [];
      return [
        ...some.map((actor) => ({ actor, name, cell: sent, why: 'who may not call it' })),
        ...elsewhere.map((actor) => ({
          actor,
          name,
          cell: sent,
          why: `without ${permission} in ${named?.id}`,
        })),
      ];
    });
  });
}

class Walk {
  readonly world: World;
  /** What went wrong, by operation and kind, with the first case of each and how often. */
  readonly wrong = new Map<string, { first: string; count: number }>();
  readonly succeeded = new Set<OperationName>();
  calls = 0;
  readonly #looks = new Map<string, string>();

  constructor(world: World) {
    this.world = world;
  }

  async #send(operation: Operation, actor: Actor, cell: Cell, ids: readonly string[]): Promise<Answer> {
    this.calls += 1;
    return this.world.call(requestOf(operation, actor, cell, ids));
  }

  async visit({ actor, name, cell }: Row): Promise<void> {
    const operation: Operation = OPERATIONS[name];
    const ids = cell.things.map(({ id }) => id);
    const answer = await this.#send(operation, actor, cell, ids);
    const expected = verdictOn(operation, actor, cell);
    const code = codeOf(answer);
    const refusal = code === undefined ? undefined : REFUSALS[code];
    const say = (what: string): void => {
      const kind = `${name}: ${what.replace(/\d+|[["{].*/g, '')}`;
      const first = `${name}(${ids}) as ${actor.name}: ${what}; ${answer.status} ${answer.text.slice(0, 300)}`;
      const known = this.wrong.get(kind) ?? { first, count: 0 };
      known.count += 1;
      this.wrong.set(kind, known);
    };
    if (answer.status >= 500 || code === 'too-many-requests') say('the server failed');
    if (expected === 'open') return;
    if (expected === 'yes') {
      if (refusal !== undefined) say('is permitted, and was refused');
      if (answer.status === 400 && code === 'invalid-request') say('the call is not valid');
      if (answer.status >= 300) return;
      this.succeeded.add(name);
      this.#leaks({ actor, name, cell }, answer, say);
      const body = answer.text === '' ? undefined : JSON.parse(answer.text);
      const shown = cell.shows?.(actor, body as never);
      if (shown && JSON.stringify(shown[0]) !== JSON.stringify(shown[1]))
        say(`shows ${JSON.stringify(shown[0])}, and should show ${JSON.stringify(shown[1])}`);
      return;
    }
    if (refusal !== expected) say(`expected ${expected}`);
    if (answer.writes > 0) say(`was refused, and wrote ${answer.writes} rows`);
    if (expected === 404) await this.#looksLikeNothing(operation, { actor, name, cell }, answer, say);
  }

  /** Whatever the body says. */
  async refuses({ actor, name, cell, why }: Variant): Promise<void> {
    const ids = cell.things.map(({ id }) => id);
    const answer = await this.#send(OPERATIONS[name], actor, cell, ids);
    if (answer.status >= 400 && answer.status < 500 && answer.writes === 0) return;
    const body = JSON.stringify(cell.call(...ids).body);
    const kind = `${name} as one ${why}`;
    const known = this.wrong.get(kind) ?? {
      first: `${kind}, ${actor.name}: ${answer.status}, ${answer.writes} rows, for ${body}: ${answer.text.slice(0, 300)}`,
      count: 0,
    };
    known.count += 1;
    this.wrong.set(kind, known);
  }

  /** What is out of scope cannot be told from what does not exist. */
  async #looksLikeNothing(
    operation: Operation,
    { actor, name, cell }: Row,
    answer: Answer,
    say: (what: string) => void,
  ): Promise<void> {
    const nothing = cell.things.map((thing) => {
      const hidden = operation.permission
        ? isHidden(actor, cell.over ?? operation.permission, thing)
        : thing.owner !== (actor.userId ?? actor.name);
      return hidden ? nameless(thing.id) : thing.id;
    });
    const key = `${actor.name} ${name} ${nothing} ${JSON.stringify(cell.call(...nothing))}`;
    let look = this.#looks.get(key);
    if (look === undefined) {
      look = lookOf(await this.#send(operation, actor, cell, nothing), nothing);
      this.#looks.set(key, look);
    }
    const ids = cell.things.map(({ id }) => id);
    if (lookOf(answer, ids) !== look) say(`can be told from what does not exist: ${look}`);
  }

  /** Nothing in an answer tells of users and tokens that are not the actor's to see by this permission. */
  #leaks({ actor, name, cell }: Row, answer: Answer, say: (what: string) => void): void {
    const { permission, user: ofUsers }: Operation = OPERATIONS[name];
    if (!ofUsers && !SCOPED.has(permission as Permission)) return;
    for (const [mark] of answer.text.matchAll(/who-[a-z]+-\d+|nick\d+x|device\d+x|\b\d{12}\b/gi)) {
      const about = this.world.marks.get(mark.toLowerCase());
      if (!about || cell.things.some(({ id }) => id === mark) || cell.named?.includes(mark)) continue;
      // A token that the user gave back may be anywhere by now; its number is no secret from where it was.
      if (name === 'getUserActivity' && /^\d/.test(mark)) continue;
      const theirs = ofUsers
        ? about.owner === actor.userId
        : !isHidden(actor, permission as Permission, about);
      if (!theirs) say(`tells of ${mark} in ${about.domain?.id}`);
    }
  }
}

/** Of the same form as a name, and nobody's. */
function nameless(id: string): string {
  if (/^\d{12}$/.test(id)) return '088888888888';
  if (id.startsWith('who-')) return 'who-nobody-9';
  return 'nothing0000';
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}

/** The first `count` of each group. */
function firstOf<T>(items: readonly T[], count: number, groupOf: (item: T) => string): T[] {
  const groups = Map.groupBy(items, groupOf);
  return [...groups.values()].flatMap((group) => group.slice(0, count));
}

const expectedOf = ({ name, actor, cell }: Row) => verdictOn(OPERATIONS[name], actor, cell);

/** Calls that one rule decides: an operation, a kind of caller, and what the model says of them. */
const alike = (row: Row): string => `${row.name} ${row.actor.kind} ${expectedOf(row)}`;

const sameThings = (row: Row): string =>
  `${row.name} ${row.cell.things.map(({ id }) => id)} ${expectedOf(row)}`;

for (const kind of [SQLITE, POSTGRESQL]) {
  describe.skipIf(kind === POSTGRESQL && !inject('postgresql'))(`authorization (${kind.name})`, () => {
    let fresh: FreshDatabase;
    let here: World;
    beforeAll(async () => {
      fresh = await kind.fresh();
      here = await world(fresh);
    });
    afterAll(async () => {
      await here?.close();
      await fresh?.drop();
    });

    test('every operation says how it is called', () => {
      expect(Object.keys(CALLS).sort()).toEqual(Object.keys(OPERATIONS).sort());
      for (const [name, cells] of Object.entries(CALLS)) expect(cells(here).length, name).toBeGreaterThan(0);
    });

    test('nothing beyond what is declared, and all of that', async () => {
      const rows = rowsOf(here);
      const walk = new Walk(here);
      const begun = performance.now();
      const mixed = shuffled(rows, repeatable(SEED));
      for (const row of firstOf(mixed, OF_EACH(kind), alike)) await walk.visit(row);
      if (kind === SQLITE) {
        for (const row of firstOf(mixed, 1, sameThings)) await walk.visit(row);
        // What is permitted need not succeed: that the thing is there, and as it has to be, is said by few of the calls.
        for (const row of mixed)
          if (!walk.succeeded.has(row.name) && !NEVER.has(row.name) && expectedOf(row) === 'yes')
            await walk.visit(row);
      }
      const seconds = ((performance.now() - begun) / 1000).toFixed(0);
      console.log(
        `authorization on ${kind.name}: ${walk.calls} calls of ${rows.length}, ${here.actors.length} actors, ${Object.keys(OPERATIONS).length} operations, ${seconds} s, SOWER_TEST_SEED=${SEED}`,
      );
      expect([...walk.wrong.values()].map(({ first, count }) => `${count} times, first: ${first}`)).toEqual(
        [],
      );
      if (kind === SQLITE) {
        const declared = (Object.keys(OPERATIONS) as OperationName[]).filter((name) => {
          const { permission, ownSession, user: ofUsers }: Operation = OPERATIONS[name];
          return (permission || ownSession || ofUsers) && !NEVER.has(name) && ONLY.test(name);
        });
        expect(declared.filter((name) => !walk.succeeded.has(name))).toEqual([]);
      }
    }, 1_800_000);

    test('nothing for who may not call an operation, whatever the body says', async () => {
      const variants = variantsOf(here);
      const walk = new Walk(here);
      // On SQLite every body, once for each reason to refuse it.
      const alikeBodies = ({ name, why, cell }: Variant): string =>
        `${name} ${why} ${kind === SQLITE ? JSON.stringify(cell.call('').body) : ''}`;
      const each = Math.ceil(OF_EACH(kind) / 4);
      for (const variant of firstOf(shuffled(variants, repeatable(SEED)), each, alikeBodies))
        await walk.refuses(variant);
      const varied = new Set(
        variants.map(({ name, cell }) => `${name} ${JSON.stringify(cell.call('').body)}`),
      );
      console.log(
        `authorization on ${kind.name}: ${varied.size} bodies, ${walk.calls} calls, SOWER_TEST_SEED=${SEED}`,
      );
      expect([...walk.wrong.values()].map(({ first, count }) => `${count} times, first: ${first}`)).toEqual(
        [],
      );
      const withBody = (Object.keys(OPERATIONS) as OperationName[]).filter((name) => {
        const { body, permission, user: ofUsers, ownSession }: Operation = OPERATIONS[name];
        return body && (permission || ofUsers || ownSession) && ONLY.test(name);
      });
      expect(withBody.filter((name) => !variants.some((variant) => variant.name === name))).toEqual([]);
    }, 1_800_000);

    test('a caller without the permission is refused before its body is read, however large', async () => {
      const port = await here.listen();
      // Of a megabyte and more no further byte comes: only a server that does not wait for the body can answer.
      const beginning = Buffer.alloc(64 * 1024, ' ');
      const LENGTH = 12 * 1024 * 1024;
      const refusedFor = (operation: Operation, { headers }: Actor): Promise<string> =>
        new Promise((resolve, reject) => {
          const socket = connect(port, '127.0.0.1', () => {
            const lines = Object.entries({
              host: 'localhost',
              'content-type': 'application/json',
              'content-length': LENGTH,
              ...headers,
            }).map(([name, value]) => `${name}: ${value}\r\n`);
            const path = `/api/v1${operation.path.replace(/:\w+/g, 'x')}`;
            socket.write(`${operation.method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
            socket.write(beginning);
          });
          socket.setTimeout(20_000, () =>
            socket.destroy(new Error('no answer without the rest of the body')),
          );
          socket.once('data', (answer) => {
            resolve(answer.toString('latin1').split(' ')[1] ?? '');
            socket.destroy();
          });
          socket.on('error', reject);
        });
      const powerless = here.actors.filter(({ kind: of, grants }) => of === 'key' && grants.length > 0);
      const asked = (Object.keys(OPERATIONS) as OperationName[]).flatMap((name) => {
        const operation: Operation = OPERATIONS[name];
        const actor = powerless.find(
          (each) => operation.permission && verdictOn(operation, each, OF_NOTHING) === 403,
        );
        return operation.body && actor && ONLY.test(name) ? [{ name, operation, actor }] : [];
      });
      for (const { name, operation, actor } of asked)
        expect(await refusedFor(operation, actor).catch(String), name).toBe('403');
      if (ONLY.source === '(?:)') expect(asked.length).toBeGreaterThan(50);
    });

    test.each<[string, (domain: Domain) => { key: string; clientId?: string }]>([
      ['its own key', (domain) => ({ key: AGENT_KEY(domain, 'authentication-api') })],
      [
        'a credential that agents share',
        (domain) => ({ key: here.accessKey, clientId: `authentication-api ${domain.id}` }),
      ],
    ])('an agent with %s asks for the users of its security domain and those below', async (_, by) => {
      const wrong: string[] = [];
      for (const domain of FOUR) {
        for (const holder of here.users) {
          const answer = await here.call({
            method: 'POST',
            path: '/mfa/v1_1/authn/initialize',
            headers: { 'client-key': by(domain).key },
            body: {
              clientId: by(domain).clientId,
              subjectName: holder.id,
              subjectCredentials: [
                {
                  methodId: 'SECURID',
                  collectedInputs: [{ name: 'SECURID', value: here.passcode(holder.id) }],
                },
              ],
            },
          });
          const { attemptResponseCode } = JSON.parse(answer.text);
          const expected = isWithin(holder.domain as Domain, domain) ? 'SUCCESS' : 'FAIL';
          if (attemptResponseCode !== expected)
            wrong.push(`agent in ${domain.id} for ${holder.id}: ${answer.status} ${answer.text}`);
        }
      }
      expect(wrong).toEqual([]);
    });

    test('an agent of the validate API likewise, and lists and triggers for the same', async () => {
      const wrong: string[] = [];
      for (const domain of FOUR) {
        for (const holder of here.users) {
          const isInside = isWithin(holder.domain as Domain, domain);
          const headers = { 'x-api-key': AGENT_KEY(domain, 'validate') };
          const listed = await here.call({ method: 'GET', path: `/token/?user=${holder.id}`, headers });
          const { count } = JSON.parse(listed.text).result.value;
          if (count > 0 !== isInside) wrong.push(`${domain.id} lists ${holder.id}: ${listed.text}`);
          const body = { user: holder.id, pass: here.passcode(holder.id) };
          const checked = await here.call({ method: 'POST', path: '/validate/check', headers, body });
          const verdict = JSON.parse(checked.text).result.authentication;
          if (verdict !== (isInside ? 'ACCEPT' : 'REJECT'))
            wrong.push(`agent in ${domain.id} for ${holder.id}: ${checked.status} ${checked.text}`);
          const user = { user: holder.id };
          const triggered = await here.call({
            ...{ method: 'POST', path: '/validate/triggerchallenge', headers, body: user },
          });
          // It asks for a passcode of anyone, so that it does not tell who there is.
          if (JSON.parse(triggered.text).result.value !== 1) wrong.push(`${holder.id}: ${triggered.text}`);
        }
      }
      expect(wrong).toEqual([]);
    });

    test('a RADIUS client likewise', async () => {
      const secret = utf8('a secret of some length');
      const wrong: string[] = [];
      let sent = 0;
      for (const domain of FOUR) {
        const client: KnownClient = {
          id: `client ${domain.id}`,
          name: domain.id,
          secret,
          messageAuthenticator: 'required',
          password: 'none',
          otherNames: false,
          replies: [],
          domain: domain.path,
        };
        for (const holder of here.users) {
          sent += 1;
          const { answer } = answerer({
            attempts: here.attempts,
            passwordAttempts: {} as PasswordAttempts,
            recordSession: here.recordSession,
            now: here.now,
            clock: () => performance.now(),
            drops: { count: (_, reason) => wrong.push(reason), stop: async () => {} },
            count: () => {},
            onError: (error) => wrong.push(String(error)),
          });
          const octets = accessRequest(
            {
              identifier: sent,
              authenticator: new Uint8Array(16).fill(sent),
              userName: holder.id,
              password: here.passcode(holder.id),
            },
            secret,
          );
          const { value: reply } = await here.undone(() =>
            answer({ octets, port: 'authentication', client, address: '192.0.2.1', origin: 'x', secret }),
          );
          const read = reply && readReply(reply, octets, secret);
          const code = read?.ok ? read.reply.code : 0;
          const expected = isWithin(holder.domain as Domain, domain) ? CODE.accessAccept : CODE.accessReject;
          if (code !== expected) wrong.push(`client in ${domain.id} for ${holder.id}: ${code}`);
        }
      }
      expect(wrong).toEqual([]);
    });
  });
}
