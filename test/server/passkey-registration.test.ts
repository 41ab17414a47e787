/** A passkey is added in the session that began to add it, and once: a challenge is worth nothing anywhere else, or again. */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newAdministrator } from '../harness/administrator.ts';
import { type FreshDatabase, onBothDatabases } from '../harness/databases.ts';
import { type Deployment, deploy } from '../harness/deployment.ts';
import { problemOf, type SelfServiceClient, selfServiceClient } from '../harness/self-service-client.ts';

const PASSWORD = 'correct horse battery';

/** CBOR (RFC 8949) of what an attestation has in it. */
function cbor(value: unknown): Buffer {
  const head = (major: number, length: number): Buffer =>
    length < 24
      ? Buffer.of((major << 5) | length)
      : length < 256
        ? Buffer.of((major << 5) | 24, length)
        : Buffer.of((major << 5) | 25, length >> 8, length & 255);
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  const entries = [...(value as Map<unknown, unknown>)];
  return Buffer.concat([head(5, entries.length), ...entries.flatMap((pair) => pair.map(cbor))]);
}

/** What a browser answers that has made a passkey (WebAuthn Level 3 §6.5, attestation `none`). */
function registration(challenge: string, origin: string): Record<string, unknown> {
  const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const key = new Map<number, unknown>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Buffer.from(x as string, 'base64url')],
    [-3, Buffer.from(y as string, 'base64url')],
  ]);
  const id = randomBytes(16);
  const authenticatorData = Buffer.concat([
    createHash('sha256').update(new URL(origin).hostname).digest(),
    // User present, user verified, with a credential.
    Buffer.of(0x45),
    Buffer.alloc(4 + 16),
    Buffer.of(0, id.length),
    id,
    cbor(key),
  ]);
  const attestation = new Map<string, unknown>([
    ['fmt', 'none'],
    ['attStmt', new Map()],
    ['authData', authenticatorData],
  ]);
  const client = JSON.stringify({ type: 'webauthn.create', challenge, origin, crossOrigin: false });
  return {
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: Buffer.from(client).toString('base64url'),
      attestationObject: cbor(attestation).toString('base64url'),
      transports: [],
    },
  };
}

onBothDatabases('adding a passkey', (kind) => {
  let database: FreshDatabase;
  let deployment: Deployment;

  beforeAll(async () => {
    database = await kind.fresh();
    deployment = await deploy(database, { processes: 2 });
  }, 60_000);
  afterAll(async () => {
    await deployment.stop();
    await database.drop();
  });

  async function administrator(userName: string): Promise<void> {
    await newAdministrator(deployment, { userName, password: PASSWORD, grants: [] });
  }
  async function loggedOn(userName: string): Promise<SelfServiceClient> {
    const person = selfServiceClient(deployment);
    await person.api('openSession', { body: { userName, password: PASSWORD } });
    return person;
  }
  const passkeys = async (userName: string): Promise<number | undefined> =>
    (await deployment.api('listAdministrators', {})).items.find((one) => one.userName === userName)?.passkeys;
  async function begun(by: SelfServiceClient) {
    const { state, options } = await by.api('challengePasskey', {});
    const origin = deployment.servers[0]?.url as string;
    return (name: string) => ({
      body: { state, name, response: registration(String(options.challenge), origin) },
    });
  }

  test('belongs to the session that began it', async () => {
    await administrator('grace');
    const [mine, other] = [await loggedOn('grace'), await loggedOn('grace')];
    const answer = await begun(mine);
    expect((await problemOf(other.api('addPasskey', answer('stolen')))).code).toBe('wrong-state');
    expect(await passkeys('grace')).toBe(0);
    await mine.api('addPasskey', answer('mine'));
    expect(await passkeys('grace')).toBe(1);
  });

  test('happens once for each challenge, however many answer it at once', async () => {
    await administrator('heidi');
    const person = await loggedOn('heidi');
    const elsewhere = selfServiceClient(deployment, {}, 1);
    for (const [name, value] of person.cookies) elsewhere.cookies.set(name, value);
    const answer = await begun(person);
    // Connections first: those that wait for a handshake come when it is over.
    const each = Array.from({ length: 50 }, (_, index) => index);
    await Promise.all(each.map((index) => (index % 2 === 0 ? person : elsewhere).api('getSession', {})));
    const outcomes = await Promise.all(
      each.map((index) =>
        (index % 2 === 0 ? person : elsewhere).api('addPasskey', answer(`number ${index}`)).then(
          () => 'added',
          async (error: unknown) => (await problemOf(Promise.reject(error))).code,
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(1);
    // Those that came after it in time are asked for the factor there is now.
    expect(outcomes.filter((outcome) => !/^(added|wrong-state|proof-needed)$/.test(outcome))).toEqual([]);
    expect(await passkeys('heidi')).toBe(1);
  });
});
