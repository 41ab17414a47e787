/**
 * A security domain is deleted while something is put into it: either the one or the other, on both databases. What is in a domain that does not
 * exist has a path that nobody can be given rights in.
 */
import { PERMISSION_NAMES } from '@sower/api/permissions';
import { DEFAULT_POLICIES } from '@sower/api/policies';
import { editPolicy } from '@sower/server/authentication/policy/policy';
import { addAgent, editAgent } from '@sower/server/clients/agents';
import { addRadiusClient } from '@sower/server/clients/radius-clients';
import type { Actor } from '@sower/server/core/actor';
import type { Outcome } from '@sower/server/core/outcome';
import { addAdministrator, editAdministrator } from '@sower/server/directory/administrators';
import { addApiKey } from '@sower/server/directory/api-keys';
import { addDomain, removeDomain } from '@sower/server/directory/domains';
import { addUser, editUser } from '@sower/server/directory/users';
import { sealing } from '@sower/server/keys/seal/sealing';
import { editToken } from '@sower/server/provisioning/tokens/edit';
import { moveToken } from '@sower/server/provisioning/tokens/enable';
import { mintTokens } from '@sower/server/provisioning/tokens/mint';
import { insertDomain, TOP_DOMAIN } from '@sower/server/store/directory/domains';
import { userIdKey } from '@sower/server/store/directory/users';
import { claimInstallation, settingsReader } from '@sower/server/store/operations/installation';
import type { Database } from '@sower/server/store/schema/schema';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { justBefore, onBothDatabases } from '../../harness/databases.ts';
import { openedDatabase } from '../../harness/deployed.ts';
import { random } from '../../harness/token-modes.ts';

const ROOT: Actor = {
  kind: 'administrator',
  name: 'root',
  principal: 'root',
  grants: [{ permissions: new Set(PERMISSION_NAMES), domain: '/' }],
};

onBothDatabases('a security domain that is deleted', (kind) => {
  const { stored: database } = openedDatabase(kind.fresh);
  let names = 0;
  const seal = sealing(random(32), random);
  const usesOf = (db: Database) => ({
    db,
    sealing: seal,
    settings: settingsReader(db, () => performance.now()),
    queueMail: async () => {},
    onAlteredRow: () => {},
    passwords: { hash: async () => 'hash', fits: async () => false },
    strength: { weak: async () => false, stop: async () => {} },
    publicUrl: 'https://localhost',
    now: () => Date.now(),
    random,
  });
  type Uses = ReturnType<typeof usesOf>;
  /** The same database, where something happens just before the next transaction begins. */
  const before = (happens: () => Promise<unknown>): Uses => usesOf(justBefore(database.db, happens));

  beforeAll(async () => {
    await claimInstallation(database.db, 'check', 0);
    const { id, path } = TOP_DOMAIN;
    const top = { id, path, parent_id: null, name: 'Top', name_key: userIdKey('Top') };
    await insertDomain(database.db, { ...top, created_at: 0, version: 1 });
    const first = { ...administrator(undefined, 'super-admin'), userName: 'first' };
    unwrap(await addAdministrator(usesOf(database.db) as never, ROOT, first));
  });

  const unwrap = <T>(outcome: Outcome<T>): T => {
    if (!outcome.ok) throw new Error(outcome.detail.code);
    return outcome.value;
  };
  const next = (): string => {
    names += 1;
    return `name ${names}`;
  };
  const person = () => ({ userId: next(), firstName: '', lastName: '', email: '' });
  const minted = async (): Promise<string> =>
    unwrap(await mintTokens(usesOf(database.db), ROOT, { count: 1 })).first;
  const administrator = (securityDomain?: string, role = 'help-desk') => ({
    userName: next(),
    password: 'green bottles on seven walls',
    grants: [{ role, ...(securityDomain === undefined ? {} : { securityDomain }) }],
  });
  type Put = (uses: Uses, securityDomain: string) => Promise<Outcome<unknown>>;
  /** Each with what it puts there made before. */
  const WAYS: Record<string, () => Promise<Put>> = {
    'a user is added': async () => (uses, securityDomain) =>
      addUser(uses, ROOT, { ...person(), securityDomain }),
    'a user is moved': async () => {
      const { userId } = unwrap(await addUser(usesOf(database.db), ROOT, person()));
      return (uses, securityDomain) =>
        editUser(uses, ROOT, { userId, version: 1, change: { securityDomain } });
    },
    'tokens are minted': async () => (uses, securityDomain) =>
      mintTokens(uses, ROOT, { count: 2, securityDomain }),
    'a token is moved': async () => {
      const serial = await minted();
      return (uses, securityDomain) => moveToken(uses, ROOT, { serial, securityDomain });
    },
    'a token is edited': async () => {
      const serial = await minted();
      return (uses, securityDomain) =>
        editToken(uses, ROOT, { serial, version: 1, change: { securityDomain } });
    },
    'an agent is added': async () => (uses, securityDomain) =>
      addAgent(uses, ROOT, { name: next(), securityDomain }),
    'an agent is moved': async () => {
      const { id } = unwrap(await addAgent(usesOf(database.db), ROOT, { name: next() }));
      return (uses, securityDomain) => editAgent(uses, ROOT, { id, version: 1, change: { securityDomain } });
    },
    'a RADIUS client is added': async () => (uses, securityDomain) =>
      addRadiusClient(uses, ROOT, {
        name: next(),
        network: `10.0.0.${names}`,
        messageAuthenticator: 'required',
        password: 'none',
        replyAttributes: [],
        onlyGroups: [],
        securityDomain,
      } as never),
    'an API key is added': async () => (uses, securityDomain) =>
      addApiKey(uses, ROOT, { name: next(), permissions: ['users:view'], securityDomain }),
    'a role is granted to a new administrator': async () => (uses, securityDomain) =>
      addAdministrator(uses as never, ROOT, administrator(securityDomain)),
    'a role is granted': async () => {
      const { userName } = unwrap(
        await addAdministrator(usesOf(database.db) as never, ROOT, administrator()),
      );
      return (uses, securityDomain) =>
        editAdministrator(uses as never, ROOT, {
          userName,
          version: 1,
          change: { grants: [{ role: 'help-desk', securityDomain }] },
        });
    },
    'a security domain is added below': async () => (uses, parent) =>
      addDomain(uses, ROOT, { name: next(), parent }),
  };
  const added = async () => unwrap(await addDomain(usesOf(database.db), ROOT, { name: next() }));
  /** What has a path of no domain. */
  const orphans = async (): Promise<string[]> => {
    const tables = ['users', 'tokens', 'agents', 'radius_clients', 'api_keys'] as const;
    const found: string[] = [];
    for (const table of tables) {
      const { rows } = await sql`select 1 from ${sql.table(table)}
        where domain not in (select path from security_domains)`.execute(database.db);
      if (rows.length > 0) found.push(table);
    }
    return found;
  };

  describe.each(Object.keys(WAYS))('%s', (way) => {
    test('not into a domain that is deleted just then, and none is deleted under it', async () => {
      const put = await (WAYS[way] as (typeof WAYS)[string])();
      const { id, name } = await added();
      const meddled = before(async () => unwrap(await removeDomain(usesOf(database.db), ROOT, id)));
      expect(await put(meddled, id)).toMatchObject({
        ok: false,
        problem: 'not-found',
        detail: { code: 'domain.not-found', values: { domain: name } },
      });
      expect(await orphans()).toEqual([]);
    });
  });

  test('a policy is not given to a domain that is deleted just then', async () => {
    const { id, name } = await added();
    const meddled = before(async () => unwrap(await removeDomain(usesOf(database.db), ROOT, id)));
    const policy = DEFAULT_POLICIES.token;
    expect(await editPolicy(meddled, ROOT, { kind: 'token', domain: id, policy, version: 0 })).toMatchObject({
      ok: false,
      problem: 'not-found',
      detail: { code: 'domain.not-found', values: { domain: name } },
    });
  });

  test('both at once: one of the two, whichever was first', async () => {
    for (const [way, make] of Object.entries(WAYS)) {
      for (let round = 0; round < 4; round += 1) {
        const put = await make();
        const { id } = await added();
        const uses = usesOf(database.db);
        const remove = () => removeDomain(uses, ROOT, id);
        const both = round % 2 === 0 ? [put(uses, id), remove()] : [remove(), put(uses, id)];
        const done = (await Promise.all(both)).filter(({ ok }) => ok);
        expect([way, done.length]).toEqual([way, 1]);
      }
    }
    expect(await orphans()).toEqual([]);
  });
});
