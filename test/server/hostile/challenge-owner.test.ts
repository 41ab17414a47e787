/**
 * A challenge belongs to the user it was issued to, to the client and to its first request. Over every edge, on both databases: an answer
 * for another user, from another client or in another run gets what an answer to an unknown challenge gets, leaves the challenge to its
 * owner, and leaves a row in the owner's audit trail.
 */
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttemptStep, Attempts } from '@sower/server/authentication/challenge/attempt';
import { sealing } from '@sower/server/keys/seal/sealing';
import { ownCertificate } from '@sower/server/keys/x509/tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAdministrator } from '../../harness/administrator.ts';
import { onBothAtOnce } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import {
  overAgents,
  overApi,
  overProof,
  overRadius,
  overRadsec,
  overSecurityConsole,
  overSelfService,
  overValidate,
} from '../../harness/edges/authenticating.ts';
import { RADIUS_OPTIONS, type RadiusPeer, radiusPeer, radiusPort } from '../../harness/radius/client.ts';
import { selfServiceClient } from '../../harness/self-service-client.ts';
import {
  type Person,
  person,
  prepareModes,
  random,
  roomInTheMinute,
  type Stage,
} from '../../harness/token-modes.ts';

const SECRET = 'secret-of-the-radius-client-0';
const PASSWORD = 'seven green bottles';
const NEW_PIN = '73914';

type Edge = {
  readonly make: () => Attempts;
  /** Whether its answer names the accepted user. */
  readonly names: boolean;
  /** Whether an attempt can be canceled. */
  readonly cancels: boolean;
  /** Whether each request names the user. */
  readonly spells: boolean;
};

onBothAtOnce('the owner of a challenge', (kind) => {
  const { database, deployment } = deployed(kind, {
    arguments: ['--wrong-codes', '1000000', ...RADIUS_OPTIONS, '--radsec', '127.0.0.1:0'],
  });
  const stored = openedFor(database);
  let stage: Stage;
  let peer: RadiusPeer;
  let folder: string;
  let certificate: { cert: string; key: string };
  const agentKeys: Record<string, string> = {};

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-radsec-'));
    certificate = await ownCertificate(folder, ['branch'], Date.now());
    const { api, servers, dataFolder } = deployment;
    const masterKey = Buffer.from(readFileSync(join(dataFolder, 'master.key'), 'utf8'), 'base64');
    stage = { db: stored.db, sealing: sealing(masterKey, random), now: () => Date.now() };
    await prepareModes(stage);
    await api('addRadiusClient', {
      body: {
        name: 'vpn',
        network: '127.0.0.1',
        secret: SECRET,
        certificate: new X509Certificate(certificate.cert).fingerprint256,
      },
    });
    await newAdministrator(deployment, {
      userName: 'grace',
      password: PASSWORD,
      grants: [{ role: 'super-admin' }],
    });
    for (const name of ['portal', 'shop']) agentKeys[name] = (await api('addAgent', { body: { name } })).key;
    for (const name of ['validate', 'twin'])
      agentKeys[name] = (await api('addAgent', { body: { name, kind: 'validate' } })).key;
    peer = await radiusPeer(radiusPort(servers[0] as never, 'authentication'));
    // For so long the server remembers policies.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
  });
  afterAll(async () => {
    peer?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const nextTokencode = (): Promise<Person> =>
    person(stage, { token: { failures: 10, last_failure_at: Date.now() - 600_000 } });
  const newPin = (): Promise<Person> =>
    person(stage, { seed: { authentication_type: 'fob' }, policy: ['PIN required', { pinRequired: true }] });
  const pinOf = async ({ tokenId }: Person): Promise<string | null> =>
    (await stored.db.selectFrom('tokens').select('pin').where('id', '=', tokenId).executeTakeFirstOrThrow())
      .pin;
  /** Reasons of what was refused, in the trail of a user. */
  const refusals = async ({ userId }: Person): Promise<string[]> => {
    const query = { object: `user:${userId}`, action: 'authenticate' as const };
    const { items } = await deployment.api('listAudit', { query });
    return items.filter(({ result }) => result === 'refused').map(({ reason }) => reason ?? '');
  };
  const client = { client: '', source: '' };
  const asked = (step: AttemptStep, expected: string): string => {
    expect(step.state === 'challenge' ? step.challenge.kind : step.state).toBe(expected);
    return step.state === 'challenge' ? step.attempt : '';
  };
  /** Names no attempt. */
  const forged = (attempt: string): string =>
    /^\d{20}$/.test(attempt)
      ? [...attempt].map((digit) => 9 - Number(digit)).join('')
      : attempt.replace(/[\w-]{43}(?=[^\w-]*$)/, randomBytes(32).toString('base64url'));

  const radsecPort = (): number => radiusPort(deployment.servers[0] as never, 'radsec');
  const edges: Readonly<Record<string, Edge>> = {
    RADIUS: { make: () => overRadius(peer, SECRET), names: false, cancels: false, spells: true },
    RadSec: {
      make: () => overRadsec(radsecPort(), certificate),
      names: false,
      cancels: false,
      spells: true,
    },
    'the API': { make: () => overApi(deployment.api), names: true, cancels: true, spells: true },
    agents: {
      make: () => overAgents(deployment, agentKeys.portal as string),
      names: true,
      cancels: true,
      spells: false,
    },
    'the validate API': {
      make: () => overValidate(deployment, agentKeys.validate as string),
      names: false,
      cancels: false,
      spells: true,
    },
    'the log-on of the Self-Service Console': {
      make: () => overSelfService(deployment),
      names: true,
      cancels: false,
      spells: true,
    },
    'a token shown in the Self-Service Console': {
      make: () => overProof(deployment, PASSWORD),
      names: true,
      cancels: false,
      spells: false,
    },
    'the Security Console': {
      make: () => overSecurityConsole(deployment, stage, PASSWORD),
      names: true,
      cancels: false,
      spells: false,
    },
  };

  describe.each(Object.keys(edges))('over %s', (name) => {
    const { make, names, cancels, spells } = edges[name] as Edge;
    const acceptedAs = (who: Person) => ({ state: 'accepted', ...(names ? { userId: who.userId } : {}) });

    test('a next tokencode for another user is refused like an unknown challenge, and the owner can still answer', async () => {
      await roomInTheMinute(stage, 15_000);
      const [owner, other] = [await nextTokencode(), await person(stage)];
      const edge = make();
      const attempt = asked(
        await edge.start({ ...client, userId: owner.userId, passcode: owner.code(-1) }),
        'next-tokencode',
      );
      const answer = owner.code(0);
      const wrong = await edge.answer({ ...client, userId: other.userId, attempt, answer });
      const nothing = await edge.answer({
        ...client,
        userId: other.userId,
        attempt: forged(attempt),
        answer,
      });
      expect(wrong).toEqual({ state: 'rejected' });
      expect(wrong).toEqual(nothing);
      expect(await refusals(owner)).toEqual([expect.stringContaining(`for another user, "${other.userId}"`)]);
      if (cancels) await edge.cancel({ ...client, userId: other.userId, attempt });
      // The canonical user is compared, not the spelling.
      const userId = spells ? owner.userId.toUpperCase() : owner.userId;
      expect(await edge.answer({ ...client, userId, attempt, answer })).toMatchObject(acceptedAs(owner));
    });

    test('a new PIN for another user is not set, and a passcode with it lets nobody else in', async () => {
      await roomInTheMinute(stage, 20_000);
      const [owner, other] = [await newPin(), await person(stage)];
      const edge = make();
      const first = asked(
        await edge.start({ ...client, userId: owner.userId, passcode: owner.code(-1) }),
        'new-pin',
      );
      const say = (who: Person, attempt: string, answer: string) =>
        edge.answer({ ...client, userId: who.userId, attempt, answer });
      expect(await say(other, first, NEW_PIN)).toEqual({ state: 'rejected' });
      expect(await pinOf(owner)).toBeNull();
      const second = asked(await say(owner, first, NEW_PIN), 'passcode-with-new-pin');
      expect(await pinOf(owner)).not.toBeNull();
      const passcode = owner.passcode(0, NEW_PIN);
      expect(await say(other, second, passcode)).toEqual({ state: 'rejected' });
      expect(await say(owner, second, passcode)).toMatchObject(acceptedAs(owner));
      // Each takes one answer.
      expect(await say(owner, first, NEW_PIN)).toEqual({ state: 'rejected' });
      expect(await say(owner, second, owner.passcode(1, NEW_PIN))).toEqual({ state: 'rejected' });
    });
  });

  test.each([
    ['clears it', (serial: string) => deployment.api('clearPin', { params: { serial } })],
    [
      'requires another',
      (serial: string) => deployment.api('requireNewPin', { params: { serial }, body: { required: true } }),
    ],
  ] as const)(
    'a PIN just set is asked for again if an administrator %s before its passcode',
    async (_, act) => {
      await roomInTheMinute(stage, 20_000);
      const owner = await newPin();
      const edge = overApi(deployment.api);
      const say = (attempt: string, answer: string) =>
        edge.answer({ ...client, userId: owner.userId, attempt, answer });
      const first = asked(
        await edge.start({ ...client, userId: owner.userId, passcode: owner.code(-1) }),
        'new-pin',
      );
      const second = asked(await say(first, NEW_PIN), 'passcode-with-new-pin');
      await act(owner.serial);
      const passcode = (await pinOf(owner)) === null ? owner.code(0) : owner.passcode(0, NEW_PIN);
      const third = asked(await say(second, passcode), 'new-pin');
      const fourth = asked(await say(third, '84025'), 'passcode-with-new-pin');
      expect(await say(fourth, owner.passcode(1, '84025'))).toMatchObject({ state: 'accepted' });
    },
  );

  test('RADIUS: an answer without a User-Name is refused', async () => {
    await roomInTheMinute(stage, 15_000);
    const [owner, other] = [await nextTokencode(), await person(stage)];
    const edge = overRadius(peer, SECRET);
    const attempt = asked(
      await edge.start({ ...client, userId: owner.userId, passcode: owner.code(-1) }),
      'next-tokencode',
    );
    const answer = owner.code(0);
    expect(await edge.answer({ ...client, userId: '', attempt, answer })).toEqual({ state: 'rejected' });
    expect(await refusals(owner)).toHaveLength(1);
    expect(await edge.answer({ ...client, userId: other.userId, attempt, answer })).toEqual({
      state: 'rejected',
    });
    expect(await edge.answer({ ...client, userId: owner.userId, attempt, answer })).toMatchObject({
      state: 'accepted',
    });
  });

  const withKey = async (): Promise<Attempts> => {
    const { key } = await deployment.api('addApiKey', {
      body: { name: 'twin', permissions: ['authenticate'] },
    });
    return overApi(deployment.apiOf(0, key));
  };
  const inSession = async (): Promise<Attempts> => {
    const person = selfServiceClient(deployment);
    await person.api('openSession', { body: { userName: 'grace', password: PASSWORD } });
    return overApi(person.api);
  };
  test.each([
    ['one key, not to every key of the same name', withKey],
    ['one session, not to every session of the same administrator', inSession],
  ] as const)('API: a challenge belongs to %s', async (_, opened) => {
    await roomInTheMinute(stage, 15_000);
    const owner = await nextTokencode();
    const [first, second] = [await opened(), await opened()];
    const attempt = asked(
      await first.start({ ...client, userId: owner.userId, passcode: owner.code(-1) }),
      'next-tokencode',
    );
    const mine = { ...client, userId: owner.userId, attempt, answer: owner.code(0) };
    expect(await second.answer(mine)).toEqual({ state: 'rejected' });
    await second.cancel(mine);
    expect(new Set(await refusals(owner))).toEqual(
      new Set(["this user's challenge was answered from another client or another run; it stays open"]),
    );
    expect(await first.answer(mine)).toMatchObject({ state: 'accepted', userId: owner.userId });
  });

  test('agents: a challenge belongs to one attempt, even of the same user, and to one agent; so does cancel', async () => {
    await roomInTheMinute(stage, 15_000);
    const owner = await nextTokencode();
    const edge = overAgents(deployment, agentKeys.portal as string);
    const shop = overAgents(deployment, agentKeys.shop as string);
    const attempt = asked(
      await edge.start({ ...client, userId: owner.userId, passcode: owner.code(-1) }),
      'next-tokencode',
    );
    const mine = { ...client, userId: owner.userId, answer: owner.code(0) };
    // For the edge another spelling is another attempt, though of the same user.
    const elsewhere = { ...mine, userId: owner.userId.toUpperCase(), attempt };
    expect(await edge.answer(elsewhere)).toEqual({ state: 'rejected' });
    await edge.cancel(elsewhere);
    expect(await shop.answer({ ...mine, attempt })).toEqual({ state: 'rejected' });
    await shop.cancel({ ...mine, attempt });
    expect(await edge.answer({ ...mine, attempt })).toMatchObject({
      state: 'accepted',
      userId: owner.userId,
    });
  });

  test('validate API: a challenge belongs to one agent', async () => {
    await roomInTheMinute(stage, 15_000);
    const owner = await nextTokencode();
    const edge = overValidate(deployment, agentKeys.validate as string);
    const twin = overValidate(deployment, agentKeys.twin as string);
    const attempt = asked(
      await edge.start({ ...client, userId: owner.userId, passcode: owner.code(-1) }),
      'next-tokencode',
    );
    const mine = { ...client, userId: owner.userId, attempt, answer: owner.code(0) };
    expect(await twin.answer(mine)).toEqual({ state: 'rejected' });
    expect(await edge.answer(mine)).toMatchObject({ state: 'accepted' });
  });

  test('Self-Service Console: a challenge of one session cannot be answered from another', async () => {
    await roomInTheMinute(stage, 15_000);
    const owner = await nextTokencode();
    const [here, there] = [overProof(deployment, PASSWORD), overProof(deployment, PASSWORD)];
    const attempt = asked(
      await here.start({ ...client, userId: owner.userId, passcode: owner.code(-1) }),
      'next-tokencode',
    );
    const mine = { ...client, userId: owner.userId, attempt, answer: owner.code(0) };
    expect(await overSelfService(deployment).answer(mine)).toEqual({ state: 'rejected' });
    expect(await there.answer(mine)).toEqual({ state: 'rejected' });
  });

  test('of fifty answers at once, half of them for another user, one of the owner is accepted', async () => {
    for (const edge of [
      overApi(deployment.api),
      overAgents(deployment, agentKeys.portal as string),
      overValidate(deployment, agentKeys.validate as string),
    ]) {
      await roomInTheMinute(stage, 20_000);
      const [owner, other] = [await nextTokencode(), await person(stage)];
      const attempt = asked(
        await edge.start({ ...client, userId: owner.userId, passcode: owner.code(-1) }),
        'next-tokencode',
      );
      const steps = await Promise.all(
        Array.from({ length: 50 }, (_, caller) =>
          edge.answer({
            ...client,
            userId: (caller % 2 ? owner : other).userId,
            attempt,
            answer: owner.code(0),
          }),
        ),
      );
      const winners = steps.flatMap((step, caller) => (step.state === 'accepted' ? [caller % 2] : []));
      expect(winners).toEqual([1]);
    }
  });
});
