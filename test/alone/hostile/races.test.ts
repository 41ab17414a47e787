/**
 * Fifty at once with one code, fifty at once with one passcode, over two server processes: one wins, every time. SOWER_RACE_PROCESSES
 * asks for another number of processes.
 */
import { clientHello, clientNonce, processServerHello } from '@sower/ctkip/client';
import { DEPLOYED } from '@sower/ctkip/dialect';
import { encodeMessage } from '@sower/ctkip/encode';
import { K_TOKEN } from '@sower/ctkip/keys';
import { DEFAULT_OFFERS } from '@sower/ctkip/provision';
import { decodeSoapResponse, encodeSoapRequest } from '@sower/ctkip/soap';
import { securidTokencode } from '@sower/otp/securid';
import { intervalAt } from '@sower/otp/totp';
import { beforeAll, expect, test } from 'vitest';
import { random, runExchange } from '../../harness/authenticator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { type Deployment, racingProcesses } from '../../harness/deployment.ts';
import { amount } from '../../harness/randomness.ts';

const ROUNDS = amount({ usual: 20, long: 200 });
const CALLERS = 50;
const RACING = racingProcesses();
const serverOf = (caller: number): number => caller % RACING.processes;

onBothDatabases('races over two processes', (kind) => {
  const { deployment } = deployed(kind, RACING);

  beforeAll(async () => {
    const { api } = deployment;
    const profile = {
      name: 'p',
      deviceType: 'android',
      delivery: 'url',
      authenticationType: 'tokencode',
    } as const;
    await api('addProfile', { body: profile });
    await api('addUser', { body: { userId: 'racer' } });
  });

  test('two administrators distribute one token at once: one live code, and only that one provisions', async () => {
    const { api } = deployment;
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('addUser', { body: { userId: 'distributed' } });
    await api('addProfile', { body: { name: 'sower', deviceType: 'sower', delivery: 'url' } });
    await api('assignToken', { params: { serial }, body: { userId: 'distributed' } });
    for (let round = 0; round < 10; round += 1) {
      const made = await Promise.all(
        Array.from({ length: 4 }, (_, caller) =>
          deployment.apiOf(serverOf(caller))('distributeToken', {
            params: { serial },
            body: { profile: 'sower' },
          }),
        ),
      );
      const { items } = await api('listDistributions', { params: { serial } });
      const live = items.filter(({ state }) => state === 'issued');
      expect(live, `round ${round}`).toHaveLength(1);
      const ours = new Set(made.map(({ id }) => id));
      expect(ours.size).toBe(made.length);
      for (const { id, state } of items.filter((item) => ours.has(item.id))) {
        expect(state).toBe(id === live[0]?.id ? 'issued' : 'withdrawn');
      }
      const runs = await Promise.all(
        made.map((distributed, caller) => runExchange(deployment, distributed, { server: serverOf(caller) })),
      );
      const provisioned = made.filter((_, caller) => runs[caller]?.ok);
      expect(provisioned.map(({ id }) => id)).toEqual([live[0]?.id]);
    }
  });

  const post = async (server: number, authData: string, request: string) => {
    const body = encodeSoapRequest({
      authData,
      provisioningData: new Uint8Array(0),
      request: Buffer.from(request),
    });
    const headers = { 'content-type': 'application/vnd.otps.ct-kip' };
    const answer = await deployment.send(server, {
      method: 'POST',
      path: '/ctkip/services/CtkipService',
      headers,
      body,
    });
    expect(answer.status).toBe(200);
    const decoded = decodeSoapResponse(answer.body);
    if (!decoded.ok) throw new Error(decoded.reason);
    return 'fault' in decoded ? undefined : decoded.response;
  };

  test(`${ROUNDS} rounds of ${CALLERS} ClientNonces with one code, then ${CALLERS} copies of one passcode`, async () => {
    const { api } = deployment;
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId: 'racer' } });
    for (let round = 0; round < ROUNDS; round += 1) {
      const { activationCode = '' } = await api('distributeToken', {
        params: { serial },
        body: { profile: 'p' },
      });
      const hello = { offer: DEFAULT_OFFERS.deployed };
      const agreements = await Promise.all(
        [0, 1].map(async (caller) => {
          const pdu = await post(
            serverOf(caller),
            activationCode,
            encodeMessage(DEPLOYED, clientHello(DEPLOYED, hello)),
          );
          const processed = processServerHello(DEPLOYED, pdu as Uint8Array, hello);
          if (!processed.ok) throw new Error(processed.detail);
          return processed.agreement;
        }),
      );
      const runs = await Promise.all(
        Array.from({ length: CALLERS }, async (_, caller) => {
          const agreement = agreements[caller % 2] as (typeof agreements)[number];
          const R_C = random(16);
          const nonce = await clientNonce(DEPLOYED, agreement, R_C, random);
          if (!nonce.ok) throw new Error(nonce.detail);
          return { agreement, R_C, pdu: encodeMessage(DEPLOYED, nonce.message) };
        }),
      );
      // Half of them finish on the process that did not begin the run.
      const answers = await Promise.all(
        runs.map((run, caller) => post(serverOf(caller >> 1), activationCode, run.pdu)),
      );
      const winners = runs.filter((_, caller) => {
        const answer = answers[caller];
        return answer !== undefined && Buffer.from(answer).toString().includes('Status="Success"');
      });
      expect(winners, `round ${round}`).toHaveLength(1);
      const { agreement, R_C } = winners[0] as (typeof runs)[number];
      const seed = K_TOKEN(DEPLOYED, agreement.suite.macAlgorithm, {
        R_C,
        k: agreement.k,
        R_S: agreement.R_S,
        dsLen: 16,
      });

      const passcode = securidTokencode({
        seed,
        serial,
        interval: intervalAt(Date.now() / 1000, 60),
        intervalSeconds: 60,
        digits: 8,
      });
      const apis = [0, 1].map((caller) => deployment.apiOf(serverOf(caller)));
      const results = await Promise.all(
        Array.from({ length: CALLERS }, (_, caller) =>
          (apis[caller % 2] as Deployment['api'])('authenticate', { body: { userId: 'racer', passcode } }),
        ),
      );
      expect(
        results.filter(({ result }) => result === 'accepted'),
        `round ${round}`,
      ).toHaveLength(1);
      const token = await api('getToken', { params: { serial } });
      expect(token.seeds).toHaveLength(1);
      expect(token.distribution?.state).toBe('confirmed');
    }
  }, 600_000);
});
