/**
 * A deployment in one process for the authorization matrix: four security domains with users, tokens, requests, and every kind of actor.
 * Each call is undone after its answer, so that no cell of the matrix changes what the next one finds. Nothing here decides what is
 * permitted.
 */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from '@prometheus-io/client';
import { AGENT_KINDS, AGENT_RIGHTS, type AgentKind } from '@sower/api/agents';
import { SOURCE_PRESETS } from '@sower/api/identity-sources';
import { PERMISSION_NAMES, type Permission } from '@sower/api/permissions';
import { BUILT_IN_ROLES, type BuiltInRoleId } from '@sower/api/roles';
import { securidTokencode } from '@sower/otp/securid';
import { headKeeper } from '@sower/server/audit/head';
import { sessionRecorder } from '@sower/server/authentication/challenge/record-session';
import { keyedMutex } from '@sower/server/authentication/limits/keyed-mutex';
import { acceptances } from '@sower/server/authentication/verify/acceptance';
import { authenticator } from '@sower/server/authentication/verify/authenticate';
import { credentialReader } from '@sower/server/clients/agent-credentials';
import { agentReader } from '@sower/server/clients/agents';
import { firstStart } from '@sower/server/compose/first-start';
import { guessLimit } from '@sower/server/core/guess-limit';
import { appMetrics } from '@sower/server/core/metrics';
import { buildApp } from '@sower/server/http/app';
import { hostNames } from '@sower/server/http/host-names';
import { rsaDecryptor } from '@sower/server/keys/rsa/rsa';
import { serverKeys } from '@sower/server/keys/rsa/server-keys';
import { aadOf } from '@sower/server/keys/seal/sealed-columns';
import { sealing } from '@sower/server/keys/seal/sealing';
import { beginSession } from '@sower/server/log-on/log-on';
import { mailQueue } from '@sower/server/mail/queue';
import { tokenActivator } from '@sower/server/provisioning/distribution/activate';
import { openings, reuseRecorder } from '@sower/server/provisioning/distribution/record-run';
import { loadDeviceTypes } from '@sower/server/provisioning/profiles/device-types';
import { comparisonReader } from '@sower/server/self-service/activation';
import { policyReader } from '@sower/server/store/authentication/policies';
import { newId } from '@sower/server/store/db/ids';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import {
  findAdministrator,
  insertAdministrator,
  insertApiKey,
  insertRole,
  replaceGrants,
} from '@sower/server/store/directory/administrators';
import { insertDomain } from '@sower/server/store/directory/domains';
import { insertSecondApproval } from '@sower/server/store/directory/second-approvals';
import { insertStandIn } from '@sower/server/store/directory/stand-ins';
import { findUser, userIdKey } from '@sower/server/store/directory/users';
import { markAllRows } from '@sower/server/store/keys/marked-rows';
import { insertUserSession } from '@sower/server/store/log-on/self-service';
import { mailSettingsReader } from '@sower/server/store/mail/settings';
import { claimBackup, updateBackup } from '@sower/server/store/operations/backups';
import { settingsReader } from '@sower/server/store/operations/installation';
import type { Database, Schema } from '@sower/server/store/schema/schema';
import { insertSeeds } from '@sower/server/store/tokens/seeds';
import { findToken } from '@sower/server/store/tokens/tokens';
import { addBuiltInSchedules } from '@sower/server/work/schedules';
import { type ControlledTransaction, sql, type Transaction } from 'kysely';
import { pino } from 'pino';
import { listening } from '../../harness/edges/alone.ts';
import type { FreshDatabase } from '../../harness/fresh-database.ts';

export type Domain = { readonly id: string; readonly path: string; readonly parent?: Domain };
export const TOP: Domain = { id: 'top', path: '/' };
export const PARENT: Domain = { id: 'north', path: '/north/', parent: TOP };
export const CHILD: Domain = { id: 'city', path: '/north/city/', parent: PARENT };
// Its name begins with that of the other: whoever compares without the last `/` takes the one for the other.
export const SIBLING: Domain = { id: 'northwest', path: '/northwest/', parent: TOP };
/** Where tokens, their holders and actors are. */
export const THREE = [PARENT, CHILD, SIBLING] as const;
export const FOUR = [TOP, ...THREE] as const;

export type Grant = { readonly permissions: ReadonlySet<Permission>; readonly domain: Domain };
export type Actor = {
  readonly name: string;
  /** `none`: no credentials, or some that are worth nothing. */
  readonly kind: 'session' | 'key' | 'user' | 'none';
  readonly headers: Readonly<Record<string, string>>;
  readonly grants: readonly Grant[];
  /** The session has not proved for long whose it is. */
  readonly stale?: true;
  /** User id at the Self-Service Console. */
  readonly userId?: string;
  /** Tried over everything, also where it may never do what is tried. */
  readonly whole?: true;
};

/** What an operation is about. Without a domain it does not exist. */
export type Thing = {
  readonly id: string;
  readonly domain?: Domain;
  /** Version for If-Match. */
  version?: number;
  /** Of a held token and of a request: the user. Of a session: the actor. */
  readonly owner?: string;
  /** What whoever changes it must hold, and where: an administrator is behind it. */
  readonly above?: Grant;
};

export type Answer = {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Rows written for it, whether they stayed or not. */
  readonly writes: number;
};

export type Call = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const PIN = '73914';
const PUBLIC_URL = 'https://localhost:1';
/** A directory that nobody asks anything. */
export const SOURCE = {
  kind: 'openldap',
  connection: { urls: ['ldaps://directory.example.com'] },
  search: { base: 'dc=example,dc=com', ...SOURCE_PRESETS.openldap.search },
  mapping: SOURCE_PRESETS.openldap.mapping,
};
export const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin', origin: PUBLIC_URL };
export const AGENT_KEY = (domain: Domain, kind: AgentKind): string => `sower_agent_${kind}_${domain.id}`;

/** A database whose every change can be undone: what runs in `undone` is rolled back, transactions of its own included. */
function undoing(open: OpenDatabase) {
  let current: ControlledTransaction<Schema> | undefined;
  let depth = 0;
  async function nested<T>(
    outer: ControlledTransaction<Schema>,
    work: (trx: Transaction<Schema>) => Promise<T>,
  ) {
    depth += 1;
    const name = `nested${depth}`;
    await sql.raw(`savepoint ${name}`).execute(outer);
    try {
      const result = await work(outer as unknown as Transaction<Schema>);
      await sql.raw(`release savepoint ${name}`).execute(outer);
      return result;
    } catch (error) {
      await sql.raw(`rollback to savepoint ${name}`).execute(outer);
      throw error;
    } finally {
      depth -= 1;
    }
  }
  const db = new Proxy(open.db, {
    get(target, name) {
      const outer = current;
      if (name === 'transaction' && outer) {
        const execute = (work: never) => nested(outer, work);
        return () => ({ execute, setIsolationLevel: () => ({ execute }) });
      }
      const at = outer ?? target;
      const value = Reflect.get(at, name, at);
      return typeof value === 'function' ? value.bind(at) : value;
    },
  }) as Database;
  const written = async (): Promise<number> => {
    const count =
      open.kind === 'sqlite'
        ? sql<{ n: number }>`select total_changes() as n`
        : sql<{
            n: number;
          }>`select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) as n from pg_stat_xact_user_tables`;
    return Number((await count.execute(db)).rows[0]?.n);
  };
  return {
    db,
    async undone<T>(work: () => Promise<T>): Promise<{ value: T; writes: number }> {
      current = await open.db.startTransaction().execute();
      try {
        const before = await written();
        const value = await work();
        return { value, writes: (await written()) - before };
      } finally {
        const ended = current;
        current = undefined;
        await ended.rollback().execute();
      }
    },
  };
}

export type World = Awaited<ReturnType<typeof world>>;

export async function world(fresh: FreshDatabase) {
  const open = await openDatabase(fresh.location);
  const { db, undone } = undoing(open);
  const dataFolder = mkdtempSync(join(tmpdir(), 'sower-matrix-'));
  const seal = sealing(random(32), random);
  const masterKey = { sealing: seal };
  let still = false;
  let time = Date.now();
  let steady = 0;
  const now = (): number => {
    // Ids made one after the other sort so.
    if (!still) time += 1;
    return time;
  };
  const monotonic = (): number => steady;
  const hashing = { hash: async () => 'hash', fits: async () => true };
  const strength = { weak: async () => false, close: async () => {} };
  const rsa = rsaDecryptor();
  const ids = { now, random };
  await firstStart({
    db,
    sealing: seal,
    passwords: hashing,
    now,
    random,
    dataFolder,
    serverKeyBits: 1024,
  } as never);
  const mailSettings = mailSettingsReader(db, monotonic);
  const base = {
    db,
    sealing: seal,
    rsa,
    serverKeys: serverKeys({ db, sealing: seal, rsa, monotonic }),
    deviceTypes: await loadDeviceTypes(new URL('../../../apps/server/device-types/', import.meta.url)),
    settings: settingsReader(db, monotonic),
    backups: {
      plan: { to: { kind: 'command', command: 'true' }, recipients: [], keep: 1, keepDays: undefined },
      startThread: () => ({ on: () => {}, once: () => {}, postMessage: () => {}, terminate: async () => 0 }),
      location: fresh.location,
      version: 'test',
      wrapKey: undefined,
      onError: () => {},
      running: new Set<never>(),
    },
    mailSettings,
    queueMail: mailQueue({ sealing: seal, mailSettings, publicUrl: PUBLIC_URL, now, random }),
    policies: policyReader(db, monotonic),
    passwords: hashing,
    strength,
    publicUrl: PUBLIC_URL,
    now,
    random,
  };
  const unlimited = () =>
    guessLimit({ burst: 1e9, refillMilliseconds: 1, now: monotonic, sleep: async () => {} });
  const registry = new Registry();
  const counters = appMetrics(registry);
  const commit = acceptances(base);
  const inTurn = keyedMutex();
  const attempts = authenticator({ ...base, commit, inTurn, observe: counters.authentication });
  const uses = {
    ...base,
    activate: tokenActivator(base),
    databaseNow: base.now,
    openings: openings(base),
    recordReuse: reuseRecorder(base),
    comparison: comparisonReader(base),
    attempts,
    agents: agentReader(base),
    credentials: credentialReader(base),
    commit,
    inTurn,
    refusals: { countStranger: () => {}, countDenied: () => {}, countStopped: () => {} },
    recordSession: sessionRecorder(base),
    radiusListeners: () => [],
    codeLimit: unlimited(),
    logOnLimit: unlimited(),
    accountLimit: unlimited(),
    authenticatorOrigins: [],
    sendMail: async () => ({ kind: 'accepted', reply: '250 OK' }) as const,
    stopping: { arrived: () => {}, begun: false },
    readiness: { doubt: () => {} },
    counters,
    version: '0',
    served: { facts: () => ({ source: 'none', pem: '', overridden: false }), look: async () => {} },
    auditHead: headKeeper(base, join(dataFolder, 'audit-head')),
    onAuditFindings: () => {},
  };
  const web = buildApp({
    context: uses as never,
    log: pino({ level: 'silent' }),
    tls: undefined,
    trustedProxies: [],
    apiDocs: false,
    accessLog: false,
    connections: { cap: { watch: () => {} } as never, most: 100 },
    hosts: hostNames({ '/console': [], '/self-service': [] }),
  });
  const app = await listening(web);

  const send = async ({ method, path, headers = {}, body }: Call) => {
    const response = await app.send({
      method,
      url: path,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    return { status: response.statusCode, text: response.body, headers: response.headers };
  };

  // --- what there is, made by the key of the first start ------------------------------------------------------------------------

  const root = {
    authorization: `Bearer ${readFileSync(join(dataFolder, 'admin-api-key'), 'utf8').trim()}`,
  };
  /** @returns what the server answers, as JSON */
  async function make(method: Call['method'], path: string, body?: unknown, more = {}): Promise<never> {
    const answer = await send({ method, path: `/api/v1${path}`, headers: { ...root, ...more }, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return (answer.text === '' ? undefined : JSON.parse(answer.text)) as never;
  }
  type Made = {
    id: string;
    version: number;
    serial: string;
    first: string;
    accessKey: string;
    fingerprint: string;
  };
  const post = (path: string, body?: unknown): Promise<Made> => make('POST', path, body);
  const versionOf = async (path: string): Promise<number> => ((await make('GET', path)) as Made).version;

  for (const { id, path, parent } of THREE) {
    const name = `Domain ${id}`;
    const row = { id, path, parent_id: parent?.id ?? null, name, name_key: userIdKey(name) };
    await insertDomain(db, { ...row, created_at: now(), version: 1 });
  }
  const profile = await post('/token-profiles', { name: 'qr', deviceType: 'android', delivery: 'qr' });
  const byUrl = await post('/token-profiles', { name: 'url', deviceType: 'android', delivery: 'url' });
  await make(
    'PATCH',
    '/settings',
    { 'tokens.maxPerUser': 10 },
    {
      'if-match': `"${await versionOf('/settings')}"`,
    },
  );

  /** What may be found in an answer, in small letters, and which user or token it tells of. */
  const marks = new Map<string, Thing>();
  let count = 0;
  async function user(domain: Domain): Promise<Thing> {
    count += 1;
    const userId = `who-${domain.id}-${count}`;
    await post('/users', {
      userId,
      securityDomain: domain.id,
      firstName: `first${count}`,
      lastName: `last${count}`,
    });
    marks.set(userId, { id: userId, domain, owner: userId });
    return { id: userId, domain, version: await versionOf(`/users/${userId}`), owner: userId };
  }
  const former = new Map<Domain, Thing>();
  const givenBack = new Map<string, { readonly userId: string; readonly at: string }>();
  for (const domain of FOUR) former.set(domain, await user(domain));

  /** A token minted in one domain, where somebody held it and had it distributed, and gave it back. */
  async function used(origin: Domain): Promise<string> {
    const { first: serial } = await post('/tokens', { securityDomain: origin.id });
    const before = former.get(origin) as Thing;
    await post(`/tokens/${serial}/assign`, { userId: before.id });
    await distribute(serial, before);
    await post(`/tokens/${serial}/unassign`);
    givenBack.set(serial, { userId: before.id, at: new Date(time).toISOString() });
    return serial;
  }
  async function distribute(serial: string, holder: Thing): Promise<void> {
    count += 1;
    const nickname = `nick${count}x`;
    const deviceBinding = { kind: 'id', deviceId: `device${count}x` };
    await post(`/tokens/${serial}/distributions`, { profile: profile.id, nickname, deviceBinding });
    marks.set(nickname, holder);
    marks.set(`device${count}x`, holder);
  }
  const seeds = new Map<string, { serial: string; seed: Uint8Array }>();
  /** @param holder in whose domain it is in the end */
  async function held(origin: Domain, holder: Thing): Promise<Thing> {
    const serial = await used(origin);
    await post(`/tokens/${serial}/assign`, { userId: holder.id });
    await distribute(serial, holder);
    const token = await findToken(db, serial);
    const [id, seed] = [newId(ids), random(16)];
    await insertSeeds(db, [
      {
        id,
        token_id: token?.id as string,
        distribution_id: newId(ids),
        state: 'current',
        algorithm: 'securid',
        hash: 'sha1',
        digits: 8,
        interval_seconds: 60,
        authentication_type: 'fob',
        key_id: Buffer.from(serial).toString('base64'),
        sealed: seal.seal(aadOf('seeds.sealed', id), seed),
        position: -1,
        drift: 0,
        last_accepted_at: now(),
        created_at: now(),
      },
    ]);
    seeds.set(holder.id, { serial, seed });
    marks.set(serial, holder);
    return { id: serial, ...(holder.domain ? { domain: holder.domain } : {}), owner: holder.id };
  }
  const withVersion = async (token: Thing): Promise<Thing> => ({
    ...token,
    version: await versionOf(`/tokens/${token.id}`),
  });

  const users: Thing[] = [];
  let tokens: Thing[] = [];
  const free: Thing[] = [];
  for (const domain of FOUR) {
    for (const origin of domain === TOP ? [TOP] : THREE) {
      const holder = await user(domain);
      // By either way: assigned from another domain, or moved along with its holder.
      const moved = origin !== domain && count % 2 === 0;
      const token = await held(origin, holder);
      if (moved) {
        const version = { 'if-match': `"${await versionOf(`/users/${holder.id}`)}"` };
        await make('PATCH', `/users/${holder.id}`, { securityDomain: origin.id }, version);
        await make(
          'PATCH',
          `/users/${holder.id}`,
          { securityDomain: domain.id },
          {
            'if-match': `"${await versionOf(`/users/${holder.id}`)}"`,
          },
        );
      }
      tokens.push(token);
      if (origin === domain) users.push({ ...holder, version: await versionOf(`/users/${holder.id}`) });
    }
    const serial = await used(domain === CHILD ? SIBLING : CHILD);
    await post(`/tokens/${serial}/move`, { securityDomain: domain.id });
    marks.set(serial, { id: serial, domain });
    free.push(await withVersion({ id: serial, domain }));
  }
  // Somebody whose token is the second factor of a Super Admin.
  const above = { permissions: new Set(BUILT_IN_ROLES['super-admin'].permissions), domain: TOP };
  const chiefUser = { ...(await user(CHILD)), above };
  tokens.push({ ...(await held(CHILD, chiefUser)), above });
  chiefUser.version = await versionOf(`/users/${chiefUser.id}`);

  // All that can be ended or taken away.
  for (const held of [...users, chiefUser]) {
    const { id } = held;
    await make('PUT', `/users/${id}/password`, { password: 'correct horse battery', mustChange: false });
    await post(`/users/${id}/activation-window`);
    await make('PUT', `/users/${id}/leaving`, { at: '2036-12-31T23:00:00Z' });
    held.version = await versionOf(`/users/${id}`);
  }
  for (const { id } of tokens) {
    await make('PUT', `/tokens/${id}/pin`, { pin: PIN });
    await post(`/tokens/${id}/emergency-access`, { kind: 'set', whenTokenReturns: 'end' });
    await post(`/tokens/${id}/loan`, {
      until: new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10),
    });
  }
  tokens = await Promise.all(tokens.map(withVersion));

  // Requests: one that waits for a decision, one that waits to be distributed.
  const step = { name: 'Approval' };
  const offer = await post('/offers', { name: 'Phone', profile: profile.id, steps: [step] });
  await post('/offers', { name: 'Tablet', profile: profile.id, steps: [], distribution: true });
  const idle = await post('/offers', { name: 'Laptop', profile: profile.id, steps: [step] });
  const rules: Thing[] = [];
  for (const domain of FOUR) {
    const input = { name: `rule ${domain.id}`, securityDomain: domain.id, profile: 'qr' };
    const { id, version } = await post('/distribution-rules', input);
    rules.push({ id, domain, version });
    marks.set(id, { id, domain });
  }
  const requests: Thing[] = [];
  const approved: Thing[] = [];
  for (const holder of [...users, chiefUser]) {
    for (const [list, name] of [
      [requests, 'Phone'],
      [approved, 'Tablet'],
    ] as const) {
      const { id, version } = await post('/requests', { userId: holder.id, offer: name });
      list.push({ ...holder, id, version });
    }
  }

  // What is the deployment's.
  for (const { id } of FOUR) await make('PUT', `/policies/emergency/${id}`, {}, { 'if-match': '"0"' });
  await make('PUT', '/mail/templates/window-opened/en', { subject: 'x', body: 'x' });
  const at = (made: { readonly id: string; readonly version?: number }): Thing => ({ ...made, domain: TOP });
  const role = await post('/roles', { name: 'Looks at users', permissions: ['users:view'] });
  const rare = { id: 'rare', version: 1 };
  await insertRole(db, masterKey, {
    ...rare,
    name: 'Rare',
    name_key: 'rare',
    description: '',
    permissions: JSON.stringify(['settings:edit', 'activations:open']),
    created_at: now(),
  });
  const deviceType = await make('GET', '/device-types').then(
    ({ items }: { items: (Record<string, unknown> & { id: string })[] }) =>
      items.find(({ id }) => id === 'android'),
  );
  const { imported: _, version: __, ...definition } = deviceType as Record<string, unknown>;
  await post('/device-types', { ...definition, id: 'imported', name: 'Imported' });
  const saved = await post('/saved-reports', { name: 'Tokens', report: 'tokens' });
  const spare = await post('/security-domains', { name: 'Spare' });
  const apiKey = await post('/api-keys', { name: 'spare', permissions: ['users:view'] });
  const server = { host: '192.0.2.1', name: 'client' };
  const radiusClient = await post('/radius-clients', { name: server.name, network: server.host });
  const agent = await post('/agents', { name: 'spare' });
  const credential = await post('/agent-credentials', { note: 'spare' });
  const coexistence = await post('/coexistences', {
    ...{ name: 'spare', servers: ['192.0.2.9:1812'], secret: 'secret-of-the-old-servers' },
    endsOn: '2099-12-31',
  });
  await addBuiltInSchedules(base);
  await claimBackup(db, { id: 'backup', name: 'backup.age', begun_at: now(), begun_by: 'system' }, '{}');
  await updateBackup(db, 'backup', { state: 'done', proof: 'x' });
  const { fingerprint } = await post('/transfer-key', {});
  const source = await post('/identity-sources', { ...SOURCE, name: 'Directory' });
  const read = await post('/identity-sources', { ...SOURCE, name: 'Directory that is read' });
  const run = await post(`/identity-sources/${read.id}/runs`, {});
  for (const { domain, kind } of FOUR.flatMap((domain) => AGENT_KINDS.map((kind) => ({ domain, kind })))) {
    await db
      .insertInto('agents')
      .values({
        id: newId(ids),
        name: `${kind} ${domain.id}`,
        name_key: userIdKey(`${kind} ${domain.id}`),
        kind,
        rights: JSON.stringify(AGENT_RIGHTS),
        key_hash: seal.keyedHash('agent-key', AGENT_KEY(domain, kind)),
        domain: domain.path,
        enabled: 1,
        created_at: now(),
        created_by: 'test',
        version: 1,
      })
      .execute();
  }

  // --- actors -------------------------------------------------------------------------------------------------------------------

  let people = 0;
  async function administrator(grants: readonly { roleId: string; domain: Domain }[], tokenOf?: string) {
    people += 1;
    const name = `administrator${people}`;
    const row = await insertAdministrator(db, masterKey, {
      id: newId(ids),
      user_name: name,
      user_name_key: userIdKey(name),
      password_hash: 'hash',
      enabled: 1,
      token_user_id: tokenOf ?? null,
      passkey_count: 0,
      must_change_password: 0,
      password_given_at: null,
      created_at: now(),
      version: 1,
    });
    await replaceGrants(
      db,
      masterKey,
      row.id,
      grants.map(({ roleId, domain }) => ({ roleId, domainId: domain.id, path: domain.path })),
    );
    return row;
  }
  const rolePermissions = new Map<string, ReadonlySet<Permission>>(
    Object.entries(BUILT_IN_ROLES).map(([id, { permissions }]) => [id, new Set<Permission>(permissions)]),
  );
  for (const permission of PERMISSION_NAMES) {
    const row = { name: `only ${permission}`, name_key: `only ${permission}`, description: '', version: 1 };
    const permissions = JSON.stringify([permission]);
    await insertRole(db, masterKey, { id: permission, ...row, permissions, created_at: now() });
    rolePermissions.set(permission, new Set([permission]));
  }
  type Held = readonly { readonly roleId: string; readonly domain: Domain }[];
  const grantsOf = (held: Held): Grant[] =>
    held.map(({ roleId, domain }) => ({
      permissions: rolePermissions.get(roleId) as ReadonlySet<Permission>,
      domain,
    }));
  const nameOf = (held: Held) => held.map(({ roleId, domain }) => `${roleId} in ${domain.id}`).join(' and ');
  async function session(
    held: Held,
    secondFactor = false,
    tokenOf?: string,
  ): Promise<Actor & { row: string }> {
    const row = await administrator(held, tokenOf);
    const standing = { secondFactor, byPassword: true, mustChangePassword: false };
    const proved = { administrator: row, ...standing, how: undefined };
    const begun = await beginSession(base, proved, { source: '127.0.0.1', userAgent: undefined });
    if (!begun.ok) throw new Error(begun.detail.code);
    const { id } = begun.value;
    const headers = { cookie: `__Host-sower-session=${id}`, ...SAME_ORIGIN };
    return {
      name: `session, ${nameOf(held)}`,
      kind: 'session',
      headers,
      grants: grantsOf(held),
      row: row.id,
    };
  }
  async function key(
    grant: Grant,
    name: string,
    {
      expiresAt = null,
      owner = null,
    }: { readonly expiresAt?: number | null; readonly owner?: string | null } = {},
  ): Promise<Actor> {
    const secret = `sower_${Buffer.from(random(32)).toString('base64url')}`;
    await insertApiKey(db, masterKey, {
      id: newId(ids),
      name,
      key_hash: seal.keyedHash('api-key', secret),
      permissions: JSON.stringify([...grant.permissions]),
      domain: grant.domain.path,
      created_at: now(),
      created_by: 'test',
      expires_at: expiresAt,
      owner_id: owner,
      owner_name: owner,
    });
    const headers = { authorization: `Bearer ${secret}` };
    return { name: `key, ${name} in ${grant.domain.id}`, kind: 'key', headers, grants: [grant] };
  }

  const actors: Actor[] = [];
  for (const roleId of Object.keys(BUILT_IN_ROLES) as BuiltInRoleId[]) {
    for (const domain of FOUR) {
      const permissions = rolePermissions.get(roleId) as ReadonlySet<Permission>;
      actors.push({ ...(await session([{ roleId, domain }])), whole: true });
      actors.push({ ...(await key({ permissions, domain }, roleId)), whole: true });
    }
  }
  for (const permission of PERMISSION_NAMES) {
    const permissions = new Set([permission]);
    actors.push(await session([{ roleId: permission, domain: PARENT }]));
    actors.push(await key({ permissions, domain: TOP }, `only ${permission}`));
  }
  for (const domain of FOUR) {
    actors.push(await key({ permissions: new Set(PERMISSION_NAMES), domain }, 'all permissions'));
  }
  // What is held in one place is not held in the other.
  for (const held of [
    [
      ['tokens:view', PARENT],
      ['tokens:edit', SIBLING],
    ],
    [
      ['help-desk', CHILD],
      ['auditor', SIBLING],
    ],
    [
      ['users:view', SIBLING],
      ['token-administrator', CHILD],
    ],
    [
      ['token-administrator', CHILD],
      ['help-desk', PARENT],
    ],
    [
      ['users:edit', PARENT],
      ['users:edit', SIBLING],
      ['help-desk', SIBLING],
    ],
    [
      ['super-admin', SIBLING],
      ['agent-administrator', TOP],
    ],
  ] as const) {
    actors.push(await session(held.map(([roleId, domain]) => ({ roleId, domain }))));
  }
  // A key does what its owner may do too, and no more.
  const owner = await session([{ roleId: 'help-desk', domain: CHILD }]);
  const owned = await key({ permissions: new Set(PERMISSION_NAMES), domain: TOP }, 'all', {
    owner: owner.row,
  });
  actors.push({ ...owned, name: 'key, all in top, of a help desk in city', grants: owner.grants });
  const superAdmin = [{ roleId: 'super-admin', domain: TOP }];
  const stale = await session(superAdmin);
  await db.updateTable('sessions').set({ proved_at: 0 }).where('administrator_id', '=', stale.row).execute();
  await markAllRows(db, masterKey);
  actors.push({ ...stale, name: 'session, Super Admin, proved long ago', stale: true });

  const chiefRow = (await findUser(db, chiefUser.id))?.id as string;
  const chief = await session(superAdmin, true, chiefRow);
  actors.push({ ...chief, name: 'session, Super Admin with a token' });
  const low = await administrator([{ roleId: 'users:view', domain: CHILD }]);
  const high = (await findAdministrator(db, masterKey, 'admin'))?.user_name as string;

  const standIn = { id: 'standin', administrator_id: low.id, stand_in_id: low.id, from_at: 0, until_at: 1 };
  await insertStandIn(db, masterKey, { ...standIn, created_at: 0, created_by: 'nobody' });
  await insertSecondApproval(db, masterKey, {
    ...{ id: 'approval', action: 'server-key.rotate', object: 'server-key:x', title: 'x' },
    ...{ asked_by: 'nobody', person: 'nobody', asked_at: 0, expires_at: Date.now() + 3_600_000 },
    ...{ decision: null, decided_by: null, decided_person: null, decided_at: null, used_at: null },
  });

  const none = (name: string, headers: Record<string, string>): Actor => ({
    name,
    kind: 'none',
    headers,
    grants: [],
  });
  const disabled = await session(superAdmin);
  await db.updateTable('administrators').set({ enabled: 0 }).where('id', '=', disabled.row).execute();
  await markAllRows(db, masterKey);
  const expired = await key({ permissions: new Set(PERMISSION_NAMES), domain: TOP }, 'expired', {
    expiresAt: 1,
  });
  const left = await key({ permissions: new Set(PERMISSION_NAMES), domain: TOP }, 'left', {
    owner: disabled.row,
  });
  actors.push(
    none('key of a disabled administrator', { ...left.headers }),
    none('no credentials', {}),
    none('made-up key', { authorization: 'Bearer sower_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }),
    none('made-up session', { cookie: '__Host-sower-session=AAAA', ...SAME_ORIGIN }),
    none('expired key', { ...expired.headers }),
    none('disabled administrator', { ...disabled.headers }),
  );
  async function atSelfService(holder: Thing): Promise<Actor> {
    const id = Buffer.from(random(32)).toString('base64url');
    await insertUserSession(db, {
      id_hash: seal.keyedHash('user-session', id),
      user_id: (await findUser(db, holder.id))?.id as string,
      method: 'passcode',
      created_at: now(),
      last_seen_at: now(),
      expires_at: now() + 3_600_000,
      source: null,
      user_agent: null,
    });
    const headers = { cookie: `__Host-sower-user=${id}`, ...SAME_ORIGIN };
    return { name: `user ${holder.id}`, kind: 'user', headers, grants: [], userId: holder.id };
  }
  const visitors: Actor[] = [];
  for (const holder of users) visitors.push(await atSelfService(holder));
  actors.push(...visitors);
  // Two sessions, of an administrator and of a user, as whoever looks at their own lists names them.
  const firstSession = async (actor: Actor, path: string, owner: string): Promise<Thing> => {
    const { items } = JSON.parse((await send({ method: 'GET', path, headers: actor.headers })).text);
    return { id: items[0].id, domain: TOP, owner };
  };
  const [someSession] = actors as [Actor];
  const sessions = [await firstSession(someSession, '/api/v1/session/all', someSession.name)];
  const [selfServiceClient] = visitors as [Actor];
  const userSessions = [
    await firstSession(
      selfServiceClient,
      '/api/v1/self-service/sessions',
      selfServiceClient.userId as string,
    ),
  ];
  const versions = {
    settings: await versionOf('/settings'),
    mail: await versionOf('/mail/settings'),
    profile: await versionOf(`/token-profiles/${profile.id}`),
    administrator: 1,
  };
  still = true;

  return {
    actors,
    users: [...users, chiefUser],
    former: [...former.values()],
    /** Held ones: minted in each domain, held in each. */
    tokens,
    free,
    requests,
    rules,
    approved,
    sessions,
    userSessions,
    marks,
    /** Who held a token before, and when that ended. */
    givenBack,
    versions,
    wide: {
      transferKey: at({ id: fingerprint }),
      profile: at({ ...profile, version: versions.profile }),
      byUrl: at(byUrl),
      offer: at(offer),
      idle: at(idle),
      role: at(role),
      rare: at(rare),
      spare: at(spare),
      saved: at(saved),
      apiKey: at(apiKey),
      radiusClient: at(radiusClient),
      agent: at(agent),
      credential: at(credential),
      coexistence: at(coexistence),
      source: at(source),
      backup: { id: 'backup', domain: TOP, version: 1 },
      schedule: { id: 'clean-up', domain: TOP, version: 1 },
      read: at(read),
      run: at(run),
      deviceType: at({ id: 'imported' }),
      secondApproval: at({ id: 'approval' }),
      standIn: {
        ...at({ id: standIn.id }),
        above: { permissions: new Set<Permission>(['users:view']), domain: CHILD },
      },
      low: {
        ...at({ id: low.user_name, version: 1 }),
        above: { permissions: new Set<Permission>(['users:view']), domain: CHILD },
      },
      high: { ...at({ id: high, version: 1 }), above },
    },
    definition,
    attempts,
    recordSession: uses.recordSession,
    now,
    /** What a user enters now. */
    /** Of a credential that agents share. */
    accessKey: credential.accessKey,
    passcode(userId: string): string {
      const { serial, seed } = seeds.get(userId) as { serial: string; seed: Uint8Array };
      const interval = Math.floor(time / 60_000);
      return PIN + securidTokencode({ seed, serial, interval, intervalSeconds: 60, digits: 8 });
    },
    /** Sends a request and undoes what it did. */
    async call(request: Call): Promise<Answer> {
      const { value, writes } = await undone(() => send(request));
      // What was read of settings and policies while they were changed is forgotten.
      if (writes > 0) steady += 3_600_000;
      return { ...value, writes };
    },
    undone,
    /** Serves it over HTTP, on loopback. @returns the port */
    async listen(): Promise<number> {
      return (web.server.address() as AddressInfo).port;
    },
    async close() {
      await app.close();
      await rsa.close();
      await open.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
