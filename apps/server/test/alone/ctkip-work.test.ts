/**
 * A right activation code from a device it is not for, against a wrong code: the same answer, after the same work. In process, without TLS
 * and network, which only hide a difference.
 */
import { clientHello } from '@sower/ctkip/client';
import { DEPLOYED } from '@sower/ctkip/dialect';
import { encodeMessage } from '@sower/ctkip/encode';
import { DEFAULT_OFFERS } from '@sower/ctkip/provision';
import { encodeClientProvisioningData } from '@sower/ctkip/provisioning-data';
import { encodeSoapRequest } from '@sower/ctkip/soap';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../../../test/harness/databases.ts';
import { edgeAlone, type Listening } from '../../../../test/harness/edges/alone.ts';
import { chanceOfMore, clearlyAlike } from '../../../../test/harness/edges/chance.ts';
import { databaseWork, workCounter } from '../../../../test/harness/edges/work.ts';
import { LONG } from '../../../../test/harness/randomness.ts';
import { person, random } from '../../../../test/harness/token-modes.ts';
import { type CtkipContext, ctkipRoutes } from '../../src/ctkip/endpoint.ts';
import { sealing } from '../../src/keys/seal/sealing.ts';
import { hashCode } from '../../src/provisioning/distribution/activation-code.ts';
import { refusalRecorder, reuseRecorder } from '../../src/provisioning/distribution/record-run.ts';
import { newId } from '../../src/store/db/ids.ts';
import { type OpenDatabase, openDatabase } from '../../src/store/db/open.ts';
import { insertDomain, TOP_DOMAIN } from '../../src/store/directory/domains.ts';
import { userIdKey } from '../../src/store/directory/users.ts';
import { findAdmission, insertDistribution } from '../../src/store/distribution/distributions.ts';
import { claimInstallation } from '../../src/store/operations/installation.ts';

const ROUNDS_OF_COUNTING = 15;
const MAX_DIFFERENCE_OF_WORK = 0.05;
/** Until a request is answered. */
type Work = { readonly calls: number; readonly database: string };
/** At most. */
const ROUNDS = 800;
const WARM_UP = 200;
/** How far from 0.5 the chance may be that the one takes longer than the other. */
const APART = 0.15;
const DEVICE_CLASS = '5b0ce5ec-1f5b-4c3b-9d2f-50e7c1a6f3d4';

onBothDatabases('work of a CT-KIP request', (kind) => {
  let fresh: FreshDatabase;
  let database: OpenDatabase;
  let app: Listening;
  /** The client shares the event loop, so that it sees an answer only after what is done behind it. */
  let answeredAt = 0;
  let onAnswer = (): void => {};
  const { counts: databaseCounts, meter } = databaseWork();
  const seal = sealing(random(32), random);
  const now = () => Date.now();

  beforeAll(async () => {
    fresh = await kind.fresh();
    database = await openDatabase(fresh.location, { meter });
    await claimInstallation(database.db, 'check', 0);
    await insertDomain(database.db, {
      ...TOP_DOMAIN,
      name: 'Top',
      name_key: userIdKey('Top'),
      parent_id: null,
      created_at: 0,
      version: 1,
    });
    const { db } = database;
    const uses = { db, sealing: seal, now, random };
    const exchanges = {
      ...uses,
      authenticatorOrigins: [],
      codeLimit: {
        from: () => ({
          turnsAway: () => false,
          guard: async (work: () => Promise<{ value: unknown }>) => (await work()).value,
        }),
      },
      counters: { exchange: () => {}, turnedAway: () => {} },
      recordRefused: refusalRecorder(uses),
      recordReuse: reuseRecorder(uses),
    } as unknown as CtkipContext;
    app = await edgeAlone((routes) => ctkipRoutes(routes, exchanges), {
      onSend() {
        answeredAt = performance.now();
        onAnswer();
      },
    });
  });
  afterAll(async () => {
    await app?.close();
    await database?.close();
    await fresh?.drop();
  });

  async function distribution(): Promise<{ readonly id: string; readonly code: string }> {
    const { db } = database;
    const someone = await person({ db, sealing: seal, now });
    const id = newId({ now, random });
    const code = String(100_000_000_000 + Math.floor(Math.random() * 900_000_000_000));
    await insertDistribution(
      db,
      { now, random },
      {
        id,
        token_id: someone.tokenId,
        user_id: someone.userRow,
        profile_id: 'p',
        profile_name: 'P',
        device_type: 'sower',
        snapshot: JSON.stringify({
          profile: 'P',
          algorithm: 'securid',
          digits: 8,
          intervalSeconds: 60,
          authenticationType: 'tokencode',
          codeExpiry: '7d',
          deviceType: {
            id: 'sower',
            name: 'Sower Authenticator',
            deviceClass: DEVICE_CLASS,
            binding: {
              assertion: 'required',
              deviceIdLabel: 'Device ID',
              idFields: ['DeviceSerialNumber'],
              classFields: ['DeviceClass'],
            },
            linkTemplate: 'https://localhost/?url={url}&code={code}',
          },
        }),
        delivery: 'url',
        code_hash: hashCode(seal, code),
        device_kind: 'id',
        device_id: 'A1B2C3D4',
        nickname: '',
        created_at: 0,
        created_by: 'test',
        expires_at: null,
      },
      {},
    );
    return { id, code };
  }

  const hello = encodeMessage(DEPLOYED, clientHello(DEPLOYED, { offer: DEFAULT_OFFERS.deployed }));
  const data = encodeClientProvisioningData({
    version: '1.0.0',
    manufacturer: 'Sower',
    deviceId: 'd82c467c',
    deviceClass: DEVICE_CLASS,
  });
  const nonce = encodeMessage(DEPLOYED, {
    kind: 'ClientNonce',
    sessionId: Buffer.from(random(48)).toString('base64'),
    encryptedNonce: random(256),
  });
  const soap = (code: string, message = hello) => ({
    method: 'POST' as const,
    url: '/ctkip/services/CtkipService',
    headers: { 'content-type': 'application/vnd.otps.ct-kip' },
    payload: encodeSoapRequest({
      authData: code,
      provisioningData: Buffer.from(data),
      request: Buffer.from(message),
    }),
  });
  const form = (code: string) => ({
    method: 'POST' as const,
    url: '/ctkip/trigger',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `activationCode=${code}&deviceId=d82c467c&deviceClass=${DEVICE_CLASS}`,
  });

  const REQUESTS = [
    ['a ClientHello', soap],
    ['a ClientNonce without a session', (code: string) => soap(code, nonce)],
    ['a request for a trigger', form],
  ] as const;
  // It would be dead after ten.
  const revive = (id: string) =>
    database.db
      .updateTable('distributions')
      .set({ attempts: 0, state: 'issued' })
      .where('id', '=', id)
      .execute();

  test.each(REQUESTS)(
    '%s: a right code from another device takes the work of a wrong one, and is recorded all the same',
    async (_, request) => {
      const { db } = database;
      const { id, code } = await distribution();
      const attempts = async () => (await findAdmission(db, { id }))?.state === 'failed' || undefined;
      const work = { right: [] as Work[], wrong: [] as Work[] };
      const answers = { right: '', wrong: '' };
      const counter = workCounter();
      onTestFinished(counter.close);
      for (let round = 0; round < ROUNDS_OF_COUNTING; round += 1) {
        await revive(id);
        for (const name of ['right', 'wrong'] as const) {
          const call = request(name === 'right' ? code : String(900_000_000_000 + round));
          const before = { ...databaseCounts };
          counter.take();
          onAnswer = () => {
            const reads = databaseCounts.read - before.read;
            const writes = databaseCounts.write - before.write;
            work[name].push({ calls: counter.take(), database: `${reads} reads, ${writes} writes` });
          };
          const answer = await app.send(call);
          onAnswer = () => {};
          answers[name] = `${answer.statusCode} ${answer.body}`;
          // What is left to do after an answer is not done within the next one.
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
      expect(answers.right).toBe(answers.wrong);
      // Timers fire meanwhile, and what is left to do after an answer may come late: the least is the work itself.
      const least = (all: readonly Work[]): Work => [...all].sort((a, b) => a.calls - b.calls)[0] as Work;
      const [right, wrong] = [least(work.right), least(work.wrong)];
      expect(wrong.calls).toBeGreaterThan(300);
      expect(right.database).toBe(wrong.database);
      expect(Math.abs(right.calls / wrong.calls - 1)).toBeLessThan(MAX_DIFFERENCE_OF_WORK);
      for (let send = 0; send < 12; send += 1) await app.send(request(code));
      await expect.poll(attempts, { timeout: 30_000 }).toBe(true);
    },
  );

  // On a quiet machine: what else it does moves the times.
  test.runIf(LONG).each(REQUESTS)(
    '%s: a right code from another device takes as long as a wrong one',
    async (_, request) => {
      const { id, code } = await distribution();
      const times = { right: [] as number[], wrong: [] as number[] };
      const answers = { right: '', wrong: '' };
      for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
        await revive(id);
        const names = round % 2 === 0 ? (['right', 'wrong'] as const) : (['wrong', 'right'] as const);
        for (const name of names) {
          const call = request(name === 'right' ? code : String(900_000_000_000 + round));
          const begun = performance.now();
          const answer = await app.send(call);
          if (round >= WARM_UP) times[name].push(answeredAt - begun);
          answers[name] = `${answer.statusCode} ${answer.body}`;
          // What is left to do after an answer is not done within the next one.
          await new Promise((resolve) => setTimeout(resolve, 3));
        }
        if (round > WARM_UP && round % 100 === 0 && clearlyAlike(times.right, times.wrong, APART)) break;
      }
      expect(answers.right).toBe(answers.wrong);
      const chance = chanceOfMore(times.right, times.wrong);
      console.log(`${kind.name}: ${chance.toFixed(3)} of ${times.wrong.length}`);
      expect(Math.abs(chance - 0.5)).toBeLessThan(APART);
    },
  );
});
