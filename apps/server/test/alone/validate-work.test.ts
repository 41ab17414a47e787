/**
 * The validate API does the same work, whether the user exists or not: as many reads, writes and commits for an unknown user, an unknown realm, a
 * user of another security domain and an unknown serial number as for a wrong passcode. Counted, not timed: how long the domain itself takes is
 * in authentication.test.ts.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../../../test/harness/databases.ts';
import { edgeAlone, type Listening } from '../../../../test/harness/edges/alone.ts';
import { databaseWork } from '../../../../test/harness/edges/work.ts';
import { type Person, person, random, wrongCode } from '../../../../test/harness/token-modes.ts';
import { keyedMutex } from '../../src/authentication/limits/keyed-mutex.ts';
import { acceptances } from '../../src/authentication/verify/acceptance.ts';
import { authenticator } from '../../src/authentication/verify/authenticate.ts';
import { addAgent, agentReader } from '../../src/clients/agents.ts';
import type { Actor } from '../../src/core/actor.ts';
import { sealing } from '../../src/keys/seal/sealing.ts';
import { policyReader } from '../../src/store/authentication/policies.ts';
import type { DatabaseWork } from '../../src/store/db/meter.ts';
import { type OpenDatabase, openDatabase } from '../../src/store/db/open.ts';
import { insertDomain, TOP_DOMAIN } from '../../src/store/directory/domains.ts';
import { userIdKey } from '../../src/store/directory/users.ts';
import { claimInstallation, settingsReader } from '../../src/store/operations/installation.ts';
import { validateRoutes } from '../../src/validate/endpoint.ts';

const ADMINISTRATOR: Actor = {
  kind: 'administrator',
  name: 'admin',
  grants: [{ permissions: new Set(['agents:edit']), domain: '/' }],
};
/** What is kept for some seconds is read again now and then: the least of these is the work itself. */
const TRIES = 5;

onBothDatabases('work of the validate API', (kind) => {
  let fresh: FreshDatabase;
  let database: OpenDatabase;
  let app: Listening;
  let key: string;
  let known: Person;
  let elsewhere: Person;
  const { counts, meter } = databaseWork();
  const seal = sealing(random(32), random);
  const now = (): number => Date.now();

  beforeAll(async () => {
    fresh = await kind.fresh();
    database = await openDatabase(fresh.location, { meter });
    const { db } = database;
    await claimInstallation(db, 'check', 0);
    const domain = { created_at: 0, version: 1 };
    await insertDomain(db, {
      ...TOP_DOMAIN,
      ...domain,
      name: 'Top',
      name_key: userIdKey('Top'),
      parent_id: null,
    });
    for (const name of ['North', 'South'])
      await insertDomain(db, {
        ...domain,
        id: name,
        path: `/${name}/`,
        name,
        name_key: userIdKey(name),
        parent_id: TOP_DOMAIN.id,
      });
    const monotonic = (): number => performance.now();
    const base = {
      db,
      sealing: seal,
      settings: settingsReader(db, monotonic),
      policies: policyReader(db, monotonic),
      queueMail: async () => {},
      now,
      random,
    };
    const attempts = authenticator({
      ...base,
      commit: acceptances(base),
      inTurn: keyedMutex(),
      observe: () => {},
    });
    app = await edgeAlone((routes) =>
      validateRoutes(routes, {
        ...base,
        attempts,
        agents: agentReader(base),
        version: 'test',
        refusals: { countStranger: () => {} },
      }),
    );
    const made = await addAgent(base, ADMINISTRATOR, {
      name: 'plug-in',
      kind: 'validate',
      securityDomain: 'North',
      realms: [{ realm: 'north', securityDomain: 'North' }],
    });
    if (!made.ok) throw new Error(made.detail.code);
    key = made.value.key;
    const stage = { db, sealing: seal, now };
    known = await person(stage, { user: { domain: '/North/' }, token: { domain: '/North/' } });
    elsewhere = await person(stage, { user: { domain: '/South/' }, token: { domain: '/South/' } });
  });
  afterAll(async () => {
    await app?.close();
    await database?.close();
    await fresh?.drop();
  });

  async function workOf(fields: () => Readonly<Record<string, string>>) {
    const tries: (typeof counts)[] = [];
    const answers = new Set<string>();
    for (let at = 0; at < TRIES; at += 1) {
      // Wrong ones that count, every time.
      const none = { failures: 0, last_failure_at: null };
      await database.db.updateTable('tokens').set(none).where('id', '=', known.tokenId).execute();
      await database.db.updateTable('users').set({ failures: 0 }).where('id', '=', known.userRow).execute();
      const before = { ...counts };
      const answer = await app.send({
        method: 'POST',
        url: '/validate/check',
        headers: { 'x-api-key': key, 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams(fields()).toString(),
      });
      const since = (work: DatabaseWork): number => counts[work] - before[work];
      tries.push({ read: since('read'), write: since('write'), commit: since('commit') });
      answers.add(`${answer.statusCode} ${answer.body.replace(/"time":[\d.]+/, '')}`);
    }
    const least = (work: DatabaseWork): number => Math.min(...tries.map((each) => each[work]));
    return { reads: least('read'), writes: least('write'), commits: least('commit'), answers: [...answers] };
  }

  test('is the same for a user who does not exist, and the answer is, octet for octet', async () => {
    const pass = wrongCode(known);
    const wrong = await workOf(() => ({ user: known.userId, pass }));
    expect(wrong.reads).toBeGreaterThan(0);
    expect(wrong.answers).toEqual([expect.stringContaining('REJECT')]);
    const nobody = (): string => `nobody${Buffer.from(random(6)).toString('hex')}`;
    const others: Readonly<Record<string, () => Readonly<Record<string, string>>>> = {
      'an unknown user': () => ({ user: nobody(), pass }),
      'a user of another security domain': () => ({ user: elsewhere.userId, pass: elsewhere.code(0) }),
      'a known realm, named': () => ({ user: known.userId, realm: 'north', pass }),
      'an unknown realm': () => ({ user: known.userId, realm: 'south', pass: known.code(0) }),
      'an unknown user in a realm': () => ({ user: `${nobody()}@north`, pass }),
    };
    for (const [name, fields] of Object.entries(others))
      expect({ name, ...(await workOf(fields)) }).toEqual({ name, ...wrong });
    const bySerial = await workOf(() => ({ serial: known.serial, pass }));
    const unknownSerial = await workOf(() => ({ serial: '999999999999', pass }));
    expect(unknownSerial).toEqual(bySerial);
    expect(bySerial.answers).toEqual(wrong.answers);
  });
});
