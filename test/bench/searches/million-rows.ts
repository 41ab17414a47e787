/**
 * The rows of the million: users, tokens, distributions, security domains and a trail, written past the API because that is quicker.
 * What is rare in life is rare here: four distributions in a hundred wait or failed, one token in five thousand is lost.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { newId } from '@sower/server/store/db/ids';
import { type DatabaseLocation, openDatabase } from '@sower/server/store/db/open';
import { userIdKey } from '@sower/server/store/directory/users';
import { ISSUED } from '@sower/server/store/distribution/distributions';
import { claimSerials } from '@sower/server/store/operations/installation';
import type { Database, StoredDistributionState } from '@sower/server/store/schema/schema';
import { sql } from 'kysely';

const SNAPSHOT = JSON.stringify({
  ...{ profile: 'Android', algorithm: 'securid', digits: 8, intervalSeconds: 60, authenticationType: 'fob' },
  codeExpiry: '7d',
  deviceType: {
    ...{ id: 'android', name: 'Android', deviceClass: '', linkTemplate: '' },
    binding: { assertion: 'when-present', idFields: [], classFields: [] },
  },
});

const CHUNK = 500;
const STEP = 20_000;
const ids = { now: () => Date.now(), random: (length: number) => new Uint8Array(randomBytes(length)) };
const SYLLABLES = 'ba ber da e fi gor ha in ka le mei no o pe ra schu ter ul wa zim'.split(' ');
const pick = <T>(list: readonly T[]): T => list[randomInt(list.length)] as T;

/** A last name: one of eight thousand. */
export function name(): string {
  const text = pick(SYLLABLES) + pick(SYLLABLES) + pick(SYLLABLES);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Domains by the share of tokens and users in them; the rest is in the top one. */
export const DOMAINS = { half: 2, tenth: 10, thousandth: 1_000 } as const;

async function addDomains(db: Database): Promise<Record<keyof typeof DOMAINS, string>> {
  const paths = {} as Record<keyof typeof DOMAINS, string>;
  for (const domain of Object.keys(DOMAINS) as (keyof typeof DOMAINS)[]) {
    const id = newId(ids);
    paths[domain] = `/${id}/`;
    await db
      .insertInto('security_domains')
      .values({
        id,
        name: domain,
        name_key: domain,
        path: paths[domain],
        parent_id: 'top',
        created_at: Date.now(),
        version: 1,
      })
      .execute();
  }
  return paths;
}

/** @returns the first serial number; the others follow it */
export async function fill(
  location: DatabaseLocation,
  rows: number,
  report: (done: number) => void,
): Promise<number> {
  const { db, close } = await openDatabase(location);
  const start = await claimSerials(db, rows);
  const domains = await addDomains(db);
  const created = { created_at: Date.now(), version: 1 };
  const states: StoredDistributionState[] = ['issued', 'opened', 'provisioned', 'failed'];
  const domainOf = (number: number): string => {
    if (number % DOMAINS.thousandth === 7) return domains.thousandth;
    if (number % DOMAINS.tenth === 3) return domains.tenth;
    return number % DOMAINS.half === 0 ? domains.half : '/';
  };
  const people = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const number = from + index;
      const [first, last] = [name(), name()];
      return {
        number,
        first,
        last,
        userId: `${first.slice(0, 1)}${last}${number}`.toLowerCase(),
        user: newId(ids),
        token: newId(ids),
        serial: String(start + number).padStart(12, '0'),
        domain: domainOf(number),
        assigned: number % 10 !== 0,
      };
    });

  for (let from = 0; from < rows; from += STEP) {
    await db.transaction().execute(async (trx) => {
      for (let offset = from; offset < Math.min(rows, from + STEP); offset += CHUNK) {
        const chunk = people(offset, Math.min(CHUNK, rows - offset));
        await trx
          .insertInto('users')
          .values(
            chunk.map(({ user, userId, first, last, domain }) => ({
              id: user,
              user_id: userId,
              user_id_key: userIdKey(userId),
              first_name: first,
              last_name: last,
              last_name_key: userIdKey(last),
              email: `${userId}@example.com`,
              email_key: `${userId}@example.com`,
              enabled: 1,
              domain,
              ...created,
            })),
          )
          .execute();
        await trx
          .insertInto('tokens')
          .values(
            chunk.map(({ token, user, serial, assigned, number, domain }) => ({
              id: token,
              serial,
              domain,
              user_id: assigned ? user : null,
              enabled: assigned && number % 50 !== 1 ? 1 : 0,
              lost: assigned && number % 5_000 === 1 ? 1 : 0,
              expires_on: `${2025 + (number % 12)}-06-30`,
              pin: null,
              failures: 0,
              distributed: assigned ? 1 : 0,
              last_failure_at: null,
              ...created,
            })),
          )
          .execute();
        await trx
          .insertInto('distributions')
          .values(
            chunk
              .filter(({ assigned }) => assigned)
              .map(({ token, user, serial, number }) => ({
                id: newId(ids),
                token_id: token,
                serial,
                latest: 1 as const,
                user_id: user,
                profile_id: 'p',
                profile_name: number % 3 ? 'Android' : 'iPhone',
                device_type: number % 3 ? 'android' : 'ios',
                snapshot: SNAPSHOT,
                delivery: 'url' as const,
                code_hash: null,
                device_kind: 'class' as const,
                device_id: null,
                nickname: '',
                ...ISSUED,
                state:
                  number % 100 < 4 ? (states[number % 4] as StoredDistributionState) : ('confirmed' as const),
                created_at: created.created_at,
                created_by: 'bench',
                expires_at: number % 2 ? created.created_at + 1e9 : created.created_at - 1,
              })),
          )
          .execute();
        await trx
          .insertInto('audit')
          .values(
            chunk.map(({ serial, userId, assigned, number }) => ({
              id: newId(ids),
              at: created.created_at,
              actor: number % 1_000 === 0 ? 'administrator:rare' : 'administrator:bench',
              action: assigned ? 'token.assign' : 'token.mint',
              object: `token:${serial}`,
              result: 'success' as const,
              reason: assigned ? `to ${userId}` : null,
              source: null,
            })),
          )
          .execute();
      }
    });
    report(Math.min(rows, from + STEP));
  }
  // As PostgreSQL does by itself in a minute or two.
  if (location.kind === 'postgresql') await sql`vacuum analyze`.execute(db);
  await close();
  return start;
}
