/** Hardware tokens beside software tokens: what is offered for them, what is not, and what stays on them. On both databases. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hotp } from '@sower/otp/hotp';
import { aadOf } from '@sower/server/keys/seal/sealed-columns';
import { sealing } from '@sower/server/keys/seal/sealing';
import { newId } from '@sower/server/store/db/ids';
import { insertSeeds } from '@sower/server/store/tokens/seeds';
import { insertTokens } from '@sower/server/store/tokens/tokens';
import { beforeAll, expect, test } from 'vitest';
import { provisioned, random, tokencode } from '../../harness/authenticator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { problemCode } from '../../harness/problems.ts';
import { selfServiceClient } from '../../harness/self-service-client.ts';

const PROFILE = {
  ...({ name: 'Phones', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' } as const),
  ...({ algorithm: 'totp', digits: 6, interval: 30 } as const),
} as const;

onBothDatabases('hardware tokens', (kind) => {
  const { database, deployment } = deployed(kind);
  const stored = openedFor(database);
  let count = 0;

  beforeAll(async () => {
    await deployment.api('addProfile', { body: PROFILE });
  });

  const setType = (serial: string, authentication_type: 'tokencode' | 'fob') =>
    stored.db
      .updateTable('seeds')
      .set({ authentication_type })
      .where('token_id', 'in', ({ selectFrom }) =>
        selectFrom('tokens').select('id').where('serial', '=', serial),
      )
      .execute();
  async function hardware(userId?: string): Promise<{ serial: string; code(counter: number): string }> {
    const { api, dataFolder } = deployment;
    count += 1;
    const serial = `HW-${count}`;
    const masterKey = Buffer.from(readFileSync(join(dataFolder, 'master.key'), 'utf8'), 'base64');
    const ids = { now: Date.now, random };
    const [id, seedId, seed] = [newId(ids), newId(ids), random(20)];
    const none = { pin: null, failures: 0, last_failure_at: null, created_at: 0, version: 1 };
    const facts = { kind: 'hardware', maker: 'Acme', form_factor: 'card', batch: 'delivery' } as const;
    await insertTokens(stored.db, [
      {
        id,
        serial,
        domain: '/',
        user_id: null,
        enabled: 0,
        lost: 0,
        expires_on: '2037-12-31',
        ...none,
        ...facts,
      },
    ]);
    await insertSeeds(stored.db, [
      {
        ...{
          id: seedId,
          token_id: id,
          distribution_id: null,
          state: 'current',
          algorithm: 'hotp',
          hash: 'sha1',
        },
        ...{
          digits: 6,
          interval_seconds: 30,
          authentication_type: 'tokencode',
          key_id: '',
          position: -1,
          drift: 0,
        },
        ...{ sealed: sealing(masterKey, random).seal(aadOf('seeds.sealed', seedId), seed) },
        ...{ last_accepted_at: null, created_at: 0 },
      },
    ]);
    if (userId !== undefined) {
      await api('addUser', { body: { userId } });
      await api('assignToken', { params: { serial }, body: { userId } });
    }
    return { serial, code: (counter) => hotp({ key: seed, counter, digits: 6 }) };
  }
  async function accepted(userId: string, passcode: string): Promise<boolean> {
    const answer = await deployment.api('authenticate', { body: { userId, passcode } });
    return 'result' in answer && answer.result === 'accepted';
  }

  test('no activation code is given for one: not singly, and not in a job', async () => {
    const { api } = deployment;
    const { serial } = await hardware('ann');
    const distribute = api('distributeToken', { params: { serial }, body: { profile: PROFILE.name } });
    await expect(distribute).rejects.toThrow(/hardware token/);
    const job = await api('distributeMany', {
      body: { name: 'all', choose: { serials: [serial] }, tokens: 'held', profile: PROFILE.name },
    });
    await expect.poll(async () => (await api('getJob', { params: { id: job.id } })).state).toBe('waiting');
    const { items } = await api('listJobRows', { params: { id: job.id }, query: {} });
    expect(items).toMatchObject([{ state: 'left-out', reason: 'job-row.hardware' }]);
  });

  test('in self-service, what is entered with it goes by its seed', async () => {
    const { api } = deployment;
    const { serial } = await hardware('fay');
    const password = 'correct horse battery';
    await api('setUserPassword', { params: { userId: 'fay' }, body: { password, mustChange: false } });
    const browser = selfServiceClient(deployment);
    await browser.api('openUserSession', { body: { method: 'password', userId: 'fay', password } });
    for (const authenticationType of ['tokencode', 'fob'] as const) {
      await setType(serial, authenticationType);
      const { items } = await browser.api('listOwnTokens', {});
      expect(items).toMatchObject([{ serial, state: 'active', authenticationType }]);
      expect(items[0]).not.toHaveProperty('delivery');
    }
  });

  test('unassigned, it keeps its seed and no PIN, and the next user goes on where the counter is', async () => {
    const { api } = deployment;
    const { serial, code } = await hardware('ben');
    await api('addUser', { body: { userId: 'next.ben' } });
    expect(await accepted('ben', code(0))).toBe(true);
    await setType(serial, 'fob');
    await api('setPin', { params: { serial }, body: { pin: '7391' } });
    await api('unassignToken', { params: { serial } });
    expect(await api('getToken', { params: { serial } })).toMatchObject({ pinSet: false, enabled: false });
    expect(await accepted('ben', code(1))).toBe(false);
    await api('assignToken', { params: { serial }, body: { userId: 'next.ben' } });
    await setType(serial, 'tokencode');
    expect(await accepted('next.ben', code(0))).toBe(false);
    expect(await accepted('next.ben', code(1))).toBe(true);
  });

  test('it is never the next token that is given out, and a search finds it by kind and batch', async () => {
    const { api } = deployment;
    const { serial } = await hardware();
    await api('addUser', { body: { userId: 'cas' } });
    expect(await problemCode(api('assignNextToken', { params: { userId: 'cas' } }))).toBe(
      'no-token-available',
    );
    for (const query of [{ kind: 'hardware' }, { batch: 'delivery' }] as const) {
      const { items } = await api('listTokens', { query });
      expect(items.map((token) => token.serial)).toContain(serial);
      expect(items[0]).toMatchObject({
        kind: 'hardware',
        maker: 'Acme',
        formFactor: 'card',
        batch: 'delivery',
      });
    }
    expect((await api('listTokens', { query: { kind: 'software', batch: 'delivery' } })).items).toEqual([]);
  });

  test('what people know of it can be edited, and the audit trail says what it was', async () => {
    const { api } = deployment;
    const { serial } = await hardware('dora');
    const { version } = await api('getToken', { params: { serial } });
    const body = { label: 'spare of the gate', maker: 'Other' };
    const edited = await api('editToken', { params: { serial }, body, ifMatch: version });
    expect(edited).toMatchObject({ ...body, formFactor: 'card' });
    const { items } = await api('listAudit', { query: { object: `token:${serial}`, action: 'token.edit' } });
    expect(items[0]?.reason).toContain('maker "Other", was "Acme"');
  });

  test('a software token replaces it by dynamic seed provisioning; the old one ends with the first passcode', async () => {
    const { api } = deployment;
    const { serial, code } = await hardware('eve');
    await api('mintTokens', { body: { count: 1 } });
    const replacement = await api('replaceToken', { params: { serial }, body: {} });
    expect(replacement).toMatchObject({ kind: 'software', replaces: serial });
    const token = await provisioned(
      deployment,
      await api('distributeToken', {
        params: { serial: replacement.serial },
        body: { profile: PROFILE.name },
      }),
    );
    expect(await accepted('eve', code(0))).toBe(true);
    expect(await accepted('eve', tokencode(token))).toBe(true);
    expect(await accepted('eve', code(1))).toBe(false);
    expect((await api('getToken', { params: { serial } })).userId).toBeUndefined();
  });
});
