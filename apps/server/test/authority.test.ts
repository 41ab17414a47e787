/**
 * Authority over users and what they hold, at its edges: what was permitted when it was looked up is asked again in the transaction, and
 * nobody reaches above themselves.
 */

import { setTimeout } from 'node:timers/promises';
import { PERMISSION_NAMES, type Permission } from '@sower/api/permissions';
import { beforeAll, describe, expect, test } from 'vitest';
import { justBefore, onBothDatabases } from '../../../test/harness/databases.ts';
import { openedDatabase } from '../../../test/harness/deployed.ts';
import { person, random } from '../../../test/harness/token-modes.ts';
import { unlockUser } from '../src/authentication/limits/hold-back.ts';
import { keyedMutex } from '../src/authentication/limits/keyed-mutex.ts';
import { requireNewPin, setPin } from '../src/authentication/pin/set-pin.ts';
import { showUserActivity } from '../src/authentication/token-access/access-view.ts';
import { endEmergencyAccess, giveEmergencyAccess } from '../src/authentication/token-access/emergency.ts';
import { acceptances } from '../src/authentication/verify/acceptance.ts';
import { authenticator } from '../src/authentication/verify/authenticate.ts';
import type { Actor } from '../src/core/actor.ts';
import type { Outcome } from '../src/core/outcome.ts';
import { addAdministrator } from '../src/directory/administrators.ts';
import { addDomain, editDomain } from '../src/directory/domains.ts';
import { setLeaving } from '../src/directory/leaving.ts';
import { twoCanApprove } from '../src/directory/second-approval.ts';
import { addUser, editUser } from '../src/directory/users.ts';
import { sealing } from '../src/keys/seal/sealing.ts';
import { editUserMail } from '../src/mail/user-mail.ts';
import { distributeToken, openActivation } from '../src/provisioning/distribution/distribute.ts';
import { withdrawDistribution } from '../src/provisioning/distribution/withdraw.ts';
import { loadDeviceTypes } from '../src/provisioning/profiles/device-types.ts';
import { addProfile } from '../src/provisioning/profiles/profile.ts';
import {
  assignNextToken,
  assignToken,
  releaseToken,
  unassignToken,
} from '../src/provisioning/tokens/assign.ts';
import { editToken } from '../src/provisioning/tokens/edit.ts';
import { markLost, removeToken, setEnabled } from '../src/provisioning/tokens/enable.ts';
import { mintTokens } from '../src/provisioning/tokens/mint.ts';
import { removeUser } from '../src/provisioning/tokens/remove-user.ts';
import { replaceToken } from '../src/provisioning/tokens/replace.ts';
import { askForToken } from '../src/requests/ask.ts';
import { approveRequest } from '../src/requests/decide.ts';
import { addOffer } from '../src/requests/offers.ts';
import { openOwnActivation } from '../src/self-service/activation.ts';
import { closeActivationWindow, openActivationWindow } from '../src/self-service/activation-window.ts';
import { renameOwnToken, reportLost } from '../src/self-service/own-tokens.ts';
import { changeOwnPassword, removeUserPassword, setUserPassword } from '../src/self-service/password.ts';
import type { SignedInUser } from '../src/self-service/signed-in-user.ts';
import { policyReader } from '../src/store/authentication/policies.ts';
import { findStoredAdministrator, insertAdministrator } from '../src/store/directory/administrators.ts';
import { insertDomain, TOP_DOMAIN } from '../src/store/directory/domains.ts';
import { findUser, userIdKey } from '../src/store/directory/users.ts';
import { findLiveDistribution } from '../src/store/distribution/distributions.ts';
import { findPassword, findUserSession, insertUserSession } from '../src/store/log-on/self-service.ts';
import { insertSession } from '../src/store/log-on/sessions.ts';
import { mailSettingsReader } from '../src/store/mail/settings.ts';
import { claimInstallation, settingsReader } from '../src/store/operations/installation.ts';
import type { Database } from '../src/store/schema/schema.ts';
import { insertReplacement } from '../src/store/tokens/replacements.ts';
import { lockToken } from '../src/store/tokens/tokens.ts';

const actorIn = (domain: string, permissions: readonly Permission[] = PERMISSION_NAMES): Actor => ({
  kind: 'administrator',
  name: `desk${domain}`,
  grants: [{ permissions: new Set(permissions), domain }],
});
const NORTH = actorIn('/north/');
const ROOT = actorIn('/');

onBothDatabases('authority', (kind) => {
  const { stored: database } = openedDatabase(kind.fresh);
  let uses: ReturnType<typeof usesOf>;
  let deviceTypes: Awaited<ReturnType<typeof loadDeviceTypes>>;
  const seal = sealing(random(32), random);
  const now = (): number => Date.now();

  function usesOf(db: Database) {
    const clock = (): number => performance.now();
    return {
      db,
      sealing: seal,
      deviceTypes,
      settings: settingsReader(db, clock),
      mailSettings: mailSettingsReader(db, clock),
      policies: policyReader(db, clock),
      passwords: { hash: async () => 'hash', fits: async () => true },
      strength: { weak: async () => false, close: async () => {} },
      queueMail: async () => {},
      publicUrl: 'https://sower.example',
      now,
      random,
    };
  }
  /** The same database, where something happens just before the next transaction begins. */
  function before(happens: () => Promise<unknown>) {
    let happened = false;
    const db = justBefore(database.db, async () => {
      await happens();
      happened = true;
    });
    return { ...usesOf(db), happened: () => happened };
  }

  beforeAll(async () => {
    deviceTypes = await loadDeviceTypes(new URL('../device-types/', import.meta.url));
    await claimInstallation(database.db, 'check', 0);
    for (const [id, path, parent_id] of [
      [TOP_DOMAIN.id, TOP_DOMAIN.path, null],
      ['north', '/north/', 'top'],
      ['south', '/south/', 'top'],
    ] as const) {
      const row = { id, path, parent_id, name: id, name_key: userIdKey(id), created_at: 0, version: 1 };
      await insertDomain(database.db, row);
    }
    uses = usesOf(database.db);
    for (const delivery of ['url', 'qr'] as const) {
      const profile = { name: delivery, deviceType: 'android', delivery } as const;
      const made = await addProfile(uses, ROOT, {
        ...profile,
        algorithm: 'securid',
        digits: 8,
        interval: 60,
        authenticationType: 'fob',
        codeExpiry: '1d',
      } as never);
      if (!made.ok) throw new Error(made.detail.code);
    }
  });

  /** A user in North who has all that can be taken or changed: token, PIN, emergency access, password, window, live code. */
  async function holder() {
    const someone = await person(
      { db: database.db, sealing: seal, now },
      { user: { domain: '/north/' }, token: { domain: '/north/' }, seed: { authentication_type: 'fob' } },
    );
    const { userId, serial } = someone;
    const input = { deviceBinding: { kind: 'class' }, nickname: '', revokeNow: false } as const;
    const minted = await mintTokens(uses, NORTH, { count: 2 } as never);
    if (!minted.ok) throw new Error(minted.detail.code);
    for (const outcome of [
      await giveEmergencyAccess(uses, ROOT, { serial, kind: 'set' }),
      await setUserPassword(uses, ROOT, { userId, password: 'correct horse battery', mustChange: false }),
      await openActivationWindow(uses, ROOT, userId),
      await distributeToken(uses, ROOT, serial, { ...input, profile: 'qr' }),
    ]) {
      if (!outcome.ok) throw new Error(outcome.detail.code);
    }
    return { ...someone, spare: minted.value.first, input };
  }
  type Someone = Awaited<ReturnType<typeof holder>>;
  type Uses = ReturnType<typeof usesOf>;
  type Change = (uses: Uses, actor: Actor, someone: Someone) => Promise<Outcome<unknown>>;

  /** All that changes a user or what a user holds. */
  const CHANGES: Record<string, Change> = {
    setEnabled: (by, actor, { serial }) => setEnabled(by, actor, { serial, enabled: false }),
    markLost: (by, actor, { serial }) => markLost(by, actor, { serial, lost: true }),
    editToken: (by, actor, { serial }) =>
      editToken(by, actor, { serial, version: 3, change: { expiresOn: '2098-01-01' } }),
    unassignToken: (by, actor, { serial }) => unassignToken(by, actor, { serial }),
    replaceToken: (by, actor, { serial, spare }) =>
      replaceToken(by, actor, { serial, replacement: spare, keepPin: false, afterwards: 'unassign' }),
    setPin: (by, actor, { serial }) => setPin(by, actor, { serial, pin: '2580' }),
    clearPin: (by, actor, { serial }) => setPin(by, actor, { serial, pin: undefined }),
    requireNewPin: (by, actor, { serial }) => requireNewPin(by, actor, { serial, required: true }),
    giveEmergencyAccess: (by, actor, { serial }) => giveEmergencyAccess(by, actor, { serial, kind: 'set' }),
    endEmergencyAccess: (by, actor, { serial }) => endEmergencyAccess(by, actor, { serial }),
    distributeToken: (by, actor, { serial, input }) =>
      distributeToken(by, actor, serial, { ...input, profile: 'url' }),
    withdrawDistribution: (by, actor, { serial }) => withdrawDistribution(by, actor, serial),
    openActivation: (by, actor, { serial }) => openActivation(by, actor, serial),
    assignToken: (by, actor, { userId, spare }) => assignToken(by, actor, { serial: spare, userId }),
    assignNextToken: (by, actor, { userId }) => assignNextToken(by, actor, { userId }),
    editUser: (by, actor, { userId }) =>
      editUser(by, actor, { userId, version: 1, change: { email: 'thief@example.com' } }),
    setUserPassword: (by, actor, { userId }) =>
      setUserPassword(by, actor, { userId, password: 'correct horse staple', mustChange: false }),
    removeUserPassword: (by, actor, { userId }) => removeUserPassword(by, actor, userId),
    openActivationWindow: (by, actor, { userId }) => openActivationWindow(by, actor, userId),
    closeActivationWindow: (by, actor, { userId }) => closeActivationWindow(by, actor, userId),
    unlockUser: (by, actor, { userId }) => unlockUser(by, actor, userId),
    setLeaving: (by, actor, { userId }) => setLeaving(by, actor, { userId, at: '2036-12-31T23:00:00Z' }),
    editUserMail: (by, actor, { userId }) => editUserMail(by, actor, userId, { language: 'de' }),
    removeUser: (by, actor, { userId }) => removeUser(by, actor, userId),
  };

  const trail = async (): Promise<number> =>
    (await database.db.selectFrom('audit').select('id').execute()).length;

  describe.each(Object.keys(CHANGES))('%s', (name) => {
    const change = CHANGES[name] as Change;

    test('is done by the desk of the user’s security domain, not when the user leaves it at that moment', async () => {
      const moved = await holder();
      const meddled = before(() =>
        database.db
          .updateTable('users')
          .set((eb) => ({ domain: '/south/', version: eb('version', '+', 1) }))
          .where('id', '=', moved.userRow)
          .execute(),
      );
      const written = await trail();
      const outcome = await change(meddled, NORTH, moved);
      expect(meddled.happened()).toBe(true);
      expect(outcome).toMatchObject({ ok: false });
      expect(outcome.ok ? '' : outcome.problem).toMatch(/^(not-found|edited-meanwhile)$/);
      expect(await trail()).toBe(written);
      expect(await change(uses, NORTH, await holder())).toMatchObject({ ok: true });
    });
  });

  describe.each(Object.keys(CHANGES))('%s', (name) => {
    const change = CHANGES[name] as Change;
    const PERMITTED = PERMISSION_NAMES.filter((permission) =>
      /^(users|tokens|activations):/.test(permission),
    );

    test('is not done to somebody whose token opens more than the actor may do, but by who may do as much', async () => {
      const linked = async (role_id: string, domain_id: string) => {
        const someone = await holder();
        const id = `administrator ${someone.userId}`;
        await database.db
          .insertInto('administrators')
          .values({
            id,
            user_name: id,
            user_name_key: id,
            password_hash: '',
            enabled: 1,
            token_user_id: someone.userRow,
            created_at: 0,
            version: 1,
          } as never)
          .execute();
        await database.db
          .insertInto('role_grants')
          .values({ administrator_id: id, role_id, domain_id })
          .execute();
        return someone;
      };
      const desk = actorIn('/north/', PERMITTED);
      // More permissions, or the same ones in more places.
      for (const [role, domain] of [
        ['super-admin', 'top'],
        ['auditor', 'top'],
        ['token-distributor', 'south'],
        ['super-admin', 'north'],
      ] as const) {
        const written = await trail();
        const outcome = await change(uses, desk, await linked(role, domain));
        expect(outcome, `${role} in ${domain}`).toMatchObject({ ok: false, problem: 'not-permitted' });
        // Only what the preparation wrote.
        expect((await trail()) - written).toBe(5);
      }
      const expected = name === 'removeUser' ? { ok: false, problem: 'in-use' } : { ok: true };
      expect(await change(uses, ROOT, await linked('super-admin', 'top'))).toMatchObject(expected);
    });
  });

  test('a token is replaced, and deleted afterwards, only by who may delete it where it is', async () => {
    const assigning = { permissions: new Set<Permission>(['tokens:assign']), domain: '/' };
    const deletingIn = (domain: string): Actor => ({
      ...ROOT,
      grants: [assigning, { permissions: new Set<Permission>(['tokens:delete']), domain }],
    });
    const { serial, spare: replacement } = await holder();
    const input = { serial, replacement, keepPin: false, afterwards: 'delete' } as const;
    for (const actor of [{ ...ROOT, grants: [assigning] }, deletingIn('/south/')])
      expect(await replaceToken(uses, actor, input)).toMatchObject({ ok: false, problem: 'not-permitted' });
    expect(await replaceToken(uses, deletingIn('/north/'), input)).toMatchObject({ ok: true });
  });

  test('an administrator with the password of a directory is the user of that entry, and one person with every account of it', async () => {
    const { db } = database;
    const id = `source ${Buffer.from(random(4)).toString('hex')}`;
    await db
      .insertInto('identity_sources')
      .values({
        id,
        name: id,
        name_key: id,
        kind: 'ldap',
        position: 1,
        enabled: 1,
        domain: '/north/',
        settings: '{}',
        actor_kind: 'administrator',
        actor_id: '',
        actor_name: '',
        created_at: 0,
        version: 1,
      } as never)
      .execute();
    const { userId: directoryUser, userRow } = await holder();
    await db
      .updateTable('users')
      .set({ source_id: id, source_key: 'ada' })
      .where('id', '=', userRow)
      .execute();
    const chief = async (userName: string): Promise<Actor> => {
      const grants = [{ role: 'super-admin' }];
      const made = await addAdministrator(uses, ROOT, { userName, directoryUser, grants } as never);
      if (!made.ok) throw new Error(made.detail.code);
      const row = await findStoredAdministrator(db, userIdKey(userName));
      return { ...ROOT, name: userName, principal: row?.id ?? '' };
    };
    const [one, other] = [await chief(`${directoryUser} one`), await chief(`${directoryUser} other`)];

    // What the user asked for, and what the other account asked for, is not approved by this one.
    const profile = await db.selectFrom('token_profiles').select('id').executeTakeFirstOrThrow();
    const offer = { name: id, profile: profile.id, steps: [{ name: 'desk' }], distribution: true };
    const offered = await addOffer(uses, ROOT, {
      icon: 'other',
      description: '',
      downloadUrl: '',
      helpUrl: '',
      isDefault: false,
      enabled: true,
      ...offer,
    } as never);
    if (!offered.ok) throw new Error(offered.detail.code);
    const user = await db.selectFrom('users').selectAll().where('id', '=', userRow).executeTakeFirstOrThrow();
    const input = { offer: offered.value.id, reason: '', nickname: '' };
    const asked = await askForToken(uses, { name: `user:${directoryUser}` }, user, input as never);
    if (!asked.ok) throw new Error(asked.detail.code);
    for (const actor of [one, other])
      expect(await approveRequest(uses, actor, { id: asked.value, version: 1, comment: '' })).toMatchObject({
        ok: false,
        detail: { code: 'token-request.own' },
      });

    expect(await twoCanApprove(db, uses)).toBe(false);
  });

  /** A request of this user, for an offer made for it. */
  async function askedBy(userRow: string, more: { readonly replaces?: string } = {}) {
    const { db } = database;
    const profile = await db
      .selectFrom('token_profiles')
      .select('id')
      .where('delivery', '=', 'qr')
      .executeTakeFirstOrThrow();
    const offered = await addOffer(uses, ROOT, {
      name: `for ${userRow}`,
      profile: profile.id,
      icon: 'phone',
      description: '',
      downloadUrl: '',
      helpUrl: '',
      isDefault: false,
      enabled: true,
      steps: [{ name: 'desk' }],
      distribution: false,
    });
    if (!offered.ok) throw new Error(offered.detail.code);
    const user = await db.selectFrom('users').selectAll().where('id', '=', userRow).executeTakeFirstOrThrow();
    const input = { offer: offered.value.id, reason: '', nickname: '', ...more };
    const asked = await askForToken(uses, { name: 'user' }, user, input);
    if (!asked.ok) throw new Error(asked.detail.code);
    return { user, asked: asked.value };
  }

  test('a request is not granted to a user who is disabled at that moment', async () => {
    const { db } = database;
    const { userRow, tokenId } = await holder();
    const { user, asked } = await askedBy(userRow);
    const meddled = before(() =>
      editUser(uses, ROOT, { userId: user.user_id, version: user.version, change: { enabled: false } }),
    );
    const decision = { id: asked, version: 1, comment: '' };
    expect(await approveRequest(meddled, ROOT, decision)).toMatchObject({
      ok: false,
      detail: { code: 'token-request.user-disabled' },
    });
    expect(meddled.happened()).toBe(true);
    const held = await db.selectFrom('tokens').select('id').where('user_id', '=', userRow).execute();
    expect(held).toEqual([{ id: tokenId }]);
  });

  test('a request for a replacement makes no pair with a token that is taken away at that moment', async () => {
    const { db } = database;
    const { userId, userRow, serial, tokenId } = await holder();
    const { asked } = await askedBy(userRow, { replaces: serial });
    // It is being unassigned while the request is granted, and committed when everything else was looked at.
    const taken = Promise.withResolvers<void>();
    const unassigned = db.transaction().execute(async (trx) => {
      await lockToken(trx, tokenId);
      taken.resolve();
      await setTimeout(500);
      await releaseToken(trx, uses, ROOT, {
        ...{ id: tokenId, serial, kind: 'software', holder: userId },
        ...{ user_id: null, lent_instead: null },
      });
    });
    await taken.promise;
    const decision = { id: asked, version: 1, comment: '' };
    expect(await approveRequest(uses, ROOT, decision)).toMatchObject({ ok: true });
    await unassigned;
    const held = await db.selectFrom('tokens').select('id').where('user_id', '=', userRow).execute();
    expect(held).toHaveLength(1);
    const pairs = await db.selectFrom('replacements').select('replaced_id').execute();
    expect(pairs.map(({ replaced_id }) => replaced_id)).not.toContain(tokenId);
  });

  test('the first passcode of a replacement takes no token from another user', async () => {
    const { db } = database;
    const stage = { db, sealing: seal, now };
    const [someone, other] = [await person(stage), await person(stage)];
    await insertReplacement(db, {
      token_id: someone.tokenId,
      replaced_id: other.tokenId,
      afterwards: 'delete',
      created_at: now(),
      created_by: 'nobody',
    });
    const attempts = authenticator({
      ...uses,
      commit: acceptances(uses),
      inTurn: keyedMutex(),
      observe: () => {},
    });
    const show = { client: 'api-key:vpn', userId: someone.userId, passcode: someone.code(0) };
    expect(await attempts.start(show)).toMatchObject({ state: 'accepted' });
    expect(await tokenOf(other)).toMatchObject({ user_id: other.userRow, enabled: 1 });
    const left = await db.selectFrom('replacements').select('token_id').execute();
    expect(left.map(({ token_id }) => token_id)).not.toContain(someone.tokenId);
  });

  test('who gets the ID of a deleted user has nothing of their past', async () => {
    const { userId } = await holder();
    expect(await removeUser(uses, ROOT, userId)).toMatchObject({ ok: true });
    await setTimeout(5);
    const south = actorIn('/south/');
    const named = { userId, firstName: '', lastName: '', email: '', securityDomain: 'south' };
    expect(await addUser(uses, south, named)).toMatchObject({ ok: true });
    const activity = await showUserActivity(uses, south, userId);
    expect(activity.ok && activity.value.items.map(({ action }) => action)).toEqual(['user.add']);
  });

  const signedIn = ({ userId, userRow }: Someone, session = ''): SignedInUser => ({
    id: userRow,
    userId,
    firstName: '',
    method: 'passcode',
    mustChangePassword: false,
    session,
    sessionExpiresAt: now() + 60_000,
    auditActor: { name: `user:${userId}` },
  });
  /** The token is taken away from one user and given to another. */
  const passedOn = ({ serial, input }: Someone, to: Someone) =>
    before(async () => {
      for (const outcome of [
        await unassignToken(uses, ROOT, { serial }),
        await assignToken(uses, ROOT, { serial, userId: to.userId }),
        await distributeToken(uses, ROOT, serial, { ...input, profile: 'qr' }),
      ])
        if (!outcome.ok) throw new Error(outcome.detail.code);
    });
  const tokenOf = ({ tokenId }: Pick<Someone, 'tokenId'>) =>
    database.db.selectFrom('tokens').selectAll().where('id', '=', tokenId).executeTakeFirstOrThrow();

  test.each(['reportLost', 'renameOwnToken', 'openOwnActivation'])(
    '%s does nothing to a token that another user gets at that moment',
    async (name) => {
      const [someone, other] = [await holder(), await holder()];
      const { serial, tokenId } = someone;
      // A phone has used the code, and its user begins anew.
      await database.db
        .updateTable('distributions')
        .set({ state: 'provisioned' })
        .where('token_id', '=', tokenId)
        .execute();
      const meddled = passedOn(someone, other);
      const acts: Record<string, () => Promise<Outcome<unknown>>> = {
        reportLost: () => reportLost(meddled, signedIn(someone), serial),
        renameOwnToken: () => renameOwnToken(meddled, signedIn(someone), { serial, nickname: 'mine' }),
        openOwnActivation: () => openOwnActivation(meddled, signedIn(someone), serial),
      };
      expect(await acts[name]?.()).toMatchObject({ ok: false, problem: 'not-found' });
      expect(meddled.happened()).toBe(true);
      expect(await tokenOf(someone)).toMatchObject({ user_id: other.userRow, lost: 0 });
      const live = await findLiveDistribution(database.db, tokenId);
      expect(live).toMatchObject({ user_id: other.userRow, state: 'issued', nickname: '' });
    },
  );

  test('an activation is not begun anew where the token is distributed again at that moment', async () => {
    const someone = await holder();
    const { serial, tokenId, input } = someone;
    const live = async () => (await findLiveDistribution(database.db, tokenId))?.id;
    const first = await live();
    // Its phone has used the code; then an administrator distributes it again, and withdraws that.
    await database.db
      .updateTable('distributions')
      .set({ state: 'provisioned' })
      .where('token_id', '=', tokenId)
      .execute();
    for (const withdrawn of [false, true]) {
      const meddled = before(async () => {
        const again = await distributeToken(uses, ROOT, serial, { ...input, profile: 'qr' });
        const end = withdrawn ? await withdrawDistribution(uses, ROOT, serial) : again;
        if (!again.ok || !end.ok) throw new Error('not distributed');
      });
      expect(await openOwnActivation(meddled, signedIn(someone), serial)).toMatchObject({
        ok: false,
        detail: { code: 'self-service.changed' },
      });
      expect(meddled.happened()).toBe(true);
      expect((await live()) === undefined).toBe(withdrawn);
      expect(await live()).not.toBe(first);
      await database.db
        .updateTable('distributions')
        .set({ state: 'withdrawn', latest: 0 })
        .where('token_id', '=', tokenId)
        .where('id', '!=', first ?? '')
        .execute();
      await database.db
        .updateTable('distributions')
        .set({ latest: 1 })
        .where('id', '=', first ?? '')
        .execute();
    }
  });

  test('a PIN chosen in an authentication is not that of whoever gets the token at that moment', async () => {
    const [someone, other] = [await holder(), await holder()];
    expect(await requireNewPin(uses, ROOT, { serial: someone.serial, required: true })).toMatchObject({
      ok: true,
    });
    const attemptsOf = (by: Uses) =>
      authenticator({ ...by, commit: acceptances(uses), inTurn: keyedMutex(), observe: () => {} });
    const client = { client: 'api-key:vpn', userId: someone.userId };
    const asked = await attemptsOf(uses).start({ ...client, passcode: someone.code(0) });
    if (asked.state !== 'challenge') throw new Error(asked.state);
    const meddled = passedOn(someone, other);
    const answer = { ...client, attempt: asked.attempt, answer: '258047' };
    expect(await attemptsOf(meddled).answer(answer)).toEqual({ state: 'rejected' });
    expect(meddled.happened()).toBe(true);
    expect(await tokenOf(someone)).toMatchObject({ user_id: other.userRow, pin: null });
  });

  test('a password that its user changes does not replace one that an administrator sets at that moment', async () => {
    const someone = await holder();
    const { userId, userRow } = someone;
    const session = `session of ${userId}`;
    await insertUserSession(database.db, {
      id_hash: session,
      user_id: userRow,
      method: 'password',
      created_at: now(),
      last_seen_at: now(),
      expires_at: now() + 60_000,
      source: null,
      user_agent: null,
    });
    const meddled = before(() =>
      setUserPassword(uses, ROOT, { userId, password: 'correct horse staple', mustChange: false }),
    );
    const thief = { ...meddled, passwords: { ...uses.passwords, hash: async () => 'of the thief' } };
    const input = { present: 'correct horse battery', password: 'battery staple correct' };
    expect(await changeOwnPassword(thief, signedIn(someone, session), input)).toMatchObject({
      ok: false,
      problem: 'not-authenticated',
    });
    expect(meddled.happened()).toBe(true);
    expect(await findPassword(database.db, userRow)).toMatchObject({ password_hash: 'hash' });
  });

  test.each<[string, (someone: Someone) => Promise<Outcome<unknown>>]>([
    ['disabled', ({ serial }) => setEnabled(uses, ROOT, { serial, enabled: false })],
    ['marked as lost', ({ serial }) => markLost(uses, ROOT, { serial, lost: true })],
    [
      'disabled in the form',
      ({ serial }) => editToken(uses, ROOT, { serial, version: 3, change: { enabled: false } }),
    ],
    [
      'lost in the form',
      ({ serial }) => editToken(uses, ROOT, { serial, version: 3, change: { lost: true } }),
    ],
    ['unassigned', ({ serial }) => unassignToken(uses, ROOT, { serial })],
    ['reported as lost', (someone) => reportLost(uses, signedIn(someone, 'own'), someone.serial)],
  ])('sessions that have shown a token end when it is %s', async (_, act) => {
    const [someone, other] = [await holder(), await holder()];
    const { userRow: token_user_id } = someone;
    const times = { created_at: now(), last_seen_at: now(), expires_at: now() + 60_000 };
    const from = { source: null, user_agent: null };
    const { db } = database;
    await db.deleteFrom('user_sessions').execute();
    for (const [id_hash, user_id, method] of [
      ['of the thief', token_user_id, 'passcode'],
      ['by password', token_user_id, 'password'],
      ['by emergency tokencode', token_user_id, 'emergency'],
      ['of another user', other.userRow, 'passcode'],
      ['own', token_user_id, 'passcode'],
    ] as const)
      await insertUserSession(db, { id_hash, user_id, method, ...times, ...from });
    const id = `chief ${token_user_id}`;
    const nobody = {
      password_hash: '',
      must_change_password: 0,
      password_given_at: null,
      passkey_count: 0,
    } as const;
    const named = { id, user_name: id, user_name_key: id };
    const row = { ...named, ...nobody, enabled: 1, token_user_id, created_at: 0, version: 1 } as const;
    await insertAdministrator(db, uses, row);
    for (const [name, by_password] of [
      ['with the token', 1],
      ['with a passkey', 0],
    ] as const) {
      const session = { id_hash: `${name} ${id}`, administrator_id: id, proved_at: now(), by_password };
      await insertSession(db, uses, { ...session, second_factor: 1, ...times, ...from });
    }

    expect(await act(someone)).toMatchObject({ ok: true });
    const left = await db.selectFrom('user_sessions').select('id_hash').orderBy('id_hash').execute();
    const own = act.toString().includes('reportLost') ? ['own'] : [];
    expect(left.map(({ id_hash }) => id_hash)).toEqual([
      'by emergency tokencode',
      'by password',
      'of another user',
      ...own,
    ]);
    const chiefs = await db
      .selectFrom('sessions')
      .select('id_hash')
      .where('administrator_id', '=', id)
      .execute();
    expect(chiefs).toEqual([{ id_hash: `with a passkey ${id}` }]);
  });

  test('the sessions of a user who is disabled do not go on when the user is enabled again', async () => {
    const { userId, userRow } = await holder();
    const times = { created_at: now(), last_seen_at: now(), expires_at: now() + 60_000 };
    const session = { id_hash: `of ${userRow}`, user_id: userRow, method: 'password', ...times } as const;
    await insertUserSession(database.db, { ...session, source: null, user_agent: null });
    const isOpen = async () =>
      (await findUserSession(database.db, session.id_hash, now(), 60_000)) !== undefined;
    expect(await isOpen()).toBe(true);
    for (const [version, enabled] of [
      [1, false],
      [2, true],
    ] as const) {
      expect(await editUser(uses, ROOT, { userId, version, change: { enabled } })).toMatchObject({
        ok: true,
      });
      expect(await isOpen()).toBe(false);
    }
  });

  test('a free token that leaves the security domain at that moment is neither assigned nor deleted', async () => {
    for (const change of [
      (by: Uses, { userId, spare }: Someone) => assignToken(by, NORTH, { serial: spare, userId }),
      (by: Uses, { serial, spare }: Someone) =>
        replaceToken(by, NORTH, { serial, replacement: spare, keepPin: false, afterwards: 'unassign' }),
      (by: Uses, { spare }: Someone) => removeToken(by, NORTH, { serial: spare }),
    ]) {
      const someone = await holder();
      const meddled = before(() =>
        database.db
          .updateTable('tokens')
          .set({ domain: '/south/' })
          .where('serial', '=', someone.spare)
          .execute(),
      );
      expect(await change(meddled, someone)).toMatchObject({ ok: false, problem: 'not-found' });
    }
  });

  test('the top domain is the one with that ID, although another one is named like it', async () => {
    const { db } = database;
    const rename = (version: number) =>
      editDomain(uses, ROOT, { id: 'top', version, change: `Example ${version}` });
    for (const outcome of [await rename(1), await addDomain(uses, ROOT, { name: 'Top' }), await rename(2)])
      expect(outcome).toMatchObject({ ok: true });
    const { ok } = await addUser(uses, ROOT, { userId: 'top', firstName: '', lastName: '', email: '' });
    expect(ok).toBe(true);
    expect(await findUser(db, 'top')).toMatchObject({ domain: '/' });
  });
});
