/** A passkey is added in the session that began to add it, and once: a challenge is worth nothing anywhere else, or again. */
import { expect, test } from 'vitest';
import { newAdministrator } from '../../harness/administrator.ts';
import { softwarePasskey } from '../../harness/browser/passkey.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { problemOf, type SelfServiceClient, selfServiceClient } from '../../harness/self-service-client.ts';

const PASSWORD = 'correct horse battery';

onBothDatabases('adding a passkey', (kind) => {
  const { deployment } = deployed(kind, { processes: 2 });

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
      body: { state, name, response: softwarePasskey(origin).register(String(options.challenge)) },
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
