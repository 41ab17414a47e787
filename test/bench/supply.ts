/**
 * Fills the database of a running deployment with what the loads use up: activation codes, and tokens with known seeds.
 *
 * One holder goes through the API and an exchange; the others are copies of the rows that the server made for that one, written
 * many at a time.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { securidTokencode } from '@sower/otp/securid';
import { intervalAt } from '@sower/otp/totp';
import { aadOf } from '@sower/server/keys/seal/sealed-columns';
import { sealing } from '@sower/server/keys/seal/sealing';
import { generateCode, hashCode } from '@sower/server/provisioning/distribution/activation-code';
import { newId } from '@sower/server/store/db/ids';
import { openAsItIs } from '@sower/server/store/db/loading';
import type { DatabaseLocation } from '@sower/server/store/db/open';
import { foldWords } from '@sower/server/store/directory/user-words';
import { userIdKey } from '@sower/server/store/directory/users';
import { claimSerials } from '@sower/server/store/operations/installation';
import type { Database, Row } from '@sower/server/store/schema/schema';
import { provisioned, tokencode } from '../harness/authenticator.ts';
import type { Deployment } from '../harness/deployment.ts';
import type { VerifyToken } from './verifications.ts';

export type Supply = {
  /** New users with a token each that is waiting for its exchange. */
  codes(count: number): Promise<string[]>;
  /** New users with a token each that was provisioned and confirmed before. */
  tokens(count: number): Promise<VerifyToken[]>;
  close(): Promise<void>;
};

export const PROFILE = {
  name: 'bench',
  deviceType: 'sower',
  delivery: 'url',
  authenticationType: 'tokencode',
  digits: 8,
  interval: 60,
} as const;

/** The tokencode that a token of the supply shows now, or in another interval. */
export function codeOf(
  { serial, seed }: VerifyToken,
  interval = intervalAt(Date.now() / 1000, PROFILE.interval),
): string {
  return securidTokencode({
    seed: Buffer.from(seed, 'hex'),
    serial,
    interval,
    intervalSeconds: PROFILE.interval,
    digits: PROFILE.digits,
  });
}

/** Rows of one statement; the databases take some ten thousand parameters. */
const CHUNK = 500;
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const ids = { now: () => Date.now(), random };

/** Rows as the server makes them. */
type Pattern = {
  readonly user: Row<'users'>;
  readonly token: Row<'tokens'>;
  readonly issued: Row<'distributions'>;
  readonly confirmed: Row<'distributions'>;
  readonly seed: Row<'seeds'>;
};

export async function openSupply(deployment: Deployment, location: DatabaseLocation): Promise<Supply> {
  const masterKey = Buffer.from(readFileSync(join(deployment.dataFolder, 'master.key'), 'utf8'), 'base64');
  const seal = sealing(masterKey, random);
  // The server may be of an earlier version.
  const db = openAsItIs(location);
  const pattern = await makePattern(deployment, db);

  async function insertHolders<Extra extends { codeHash?: string; seed?: Uint8Array }>(
    extras: readonly Extra[],
  ): Promise<{ userId: string; serial: string }[]> {
    const now = Date.now();
    const batch = randomInt(2 ** 40).toString(36);
    return db.transaction().execute(async (trx) => {
      const start = await claimSerials(trx, extras.length);
      const holders = extras.map((extra, index) => ({
        ...extra,
        userId: `${batch}-${index}@example.com`,
        serial: String(start + index).padStart(12, '0'),
        user: newId(ids),
        token: newId(ids),
        distribution: newId(ids),
      }));
      for (let from = 0; from < holders.length; from += CHUNK) {
        const part = holders.slice(from, from + CHUNK);
        const users = part.map(({ user, userId }) => ({
          ...pattern.user,
          id: user,
          user_id: userId,
          user_id_key: userIdKey(userId),
        }));
        const tokens = part.map(({ token, serial, user }) => ({
          ...pattern.token,
          id: token,
          serial,
          user_id: user,
        }));
        const distributions = part.map(({ distribution, token, user, codeHash }) => ({
          ...(codeHash === undefined ? pattern.confirmed : pattern.issued),
          id: distribution,
          token_id: token,
          user_id: user,
          code_hash: codeHash ?? null,
        }));
        const seeds = part.flatMap(({ token, distribution, serial, seed }) => {
          if (!seed) return [];
          const id = newId(ids);
          return {
            ...pattern.seed,
            id,
            token_id: token,
            distribution_id: distribution,
            key_id: Buffer.from(serial).toString('base64'),
            sealed: seal.seal(aadOf('seeds.sealed', id), seed),
            position: -1,
            drift: 0,
            last_accepted_at: now,
          };
        });
        await trx.insertInto('users').values(users).execute();
        await trx.insertInto('tokens').values(tokens).execute();
        await trx.insertInto('distributions').values(distributions).execute();
        if (seeds.length > 0) await trx.insertInto('seeds').values(seeds).execute();
        // As whatever adds users does: the server would do it in the background, beside what is measured.
        await foldWords(
          trx,
          part.map(({ user }) => user),
        );
      }
      return holders;
    });
  }

  return {
    async codes(count) {
      // Not of digits: among the two million that an hour of exchanges uses, two of 40 bits would be the same.
      const codes = Array.from({ length: count }, () => generateCode('long', random));
      await insertHolders(codes.map((code) => ({ codeHash: hashCode(seal, code) })));
      return codes;
    },
    async tokens(count) {
      const seeds = Array.from({ length: count }, () => random(16));
      const holders = await insertHolders(seeds.map((seed) => ({ seed })));
      return holders.map(({ userId, serial }, index) => ({
        userId,
        serial,
        seed: Buffer.from(seeds[index] as Uint8Array).toString('hex'),
      }));
    },
    close: () => db.destroy(),
  };
}

async function makePattern(deployment: Deployment, db: Database): Promise<Pattern> {
  const { api } = deployment;
  const userId = 'pattern';
  await api('addProfile', { body: PROFILE });
  await api('addUser', { body: { userId } });
  const { first: serial } = await api('mintTokens', { body: {} });
  await api('assignToken', { params: { serial }, body: { userId } });
  const distributed = await api('distributeToken', { params: { serial }, body: { profile: PROFILE.name } });
  const distribution = () => db.selectFrom('distributions').selectAll().executeTakeFirstOrThrow();
  const issued = await distribution();
  const token = await provisioned(deployment, distributed);
  await api('authenticate', { body: { userId, passcode: tokencode(token) } });
  return {
    user: await db.selectFrom('users').selectAll().executeTakeFirstOrThrow(),
    token: await db.selectFrom('tokens').selectAll().executeTakeFirstOrThrow(),
    issued,
    confirmed: await distribution(),
    seed: await db.selectFrom('seeds').selectAll().executeTakeFirstOrThrow(),
  };
}
