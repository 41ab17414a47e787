/**
 * Everything in the store that is named a claim, a redemption or an advance, and how callers compete for it. The race test and the simulator
 * read the same list, and it is checked against the exports of the store.
 */

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sealing } from '@sower/server/keys/seal/sealing';
import { advanceCursor, claimMinute } from '@sower/server/store/audit/figures';
import { advanceAuditForward, claimAuditForward } from '@sower/server/store/audit/forwards';
import { claimAgentResult } from '@sower/server/store/authentication/agents';
import {
  claimAttempt,
  claimAttemptsOf,
  claimNextTokencode,
  claimPasswordAttempt,
} from '@sower/server/store/authentication/attempts';
import { claimForwardedChallenge, claimTaughtSeed } from '@sower/server/store/authentication/coexistences';
import { newId } from '@sower/server/store/db/ids';
import { claimSecondApproval } from '@sower/server/store/directory/second-approvals';
import {
  claimFailed,
  claimOpened,
  redeemDistributions,
  redeemWithSeed,
} from '@sower/server/store/distribution/distributions';
import { claimAlarm } from '@sower/server/store/distribution/guess-reports';
import { claimUnanswered, claimUntold } from '@sower/server/store/distribution/waiting-requests';
import { claimAcme } from '@sower/server/store/keys/acme';
import { claimTransferKey } from '@sower/server/store/keys/server-keys';
import { claimTlsRequest } from '@sower/server/store/keys/tls-certificates';
import { advancePasskey, claimChallenge } from '@sower/server/store/log-on/passkeys';
import { claimActivationWindow } from '@sower/server/store/log-on/self-service';
import { claimDeadMail, claimDueMail } from '@sower/server/store/mail/queue';
import { claimBackup } from '@sower/server/store/operations/backups';
import { claimIdempotencyKey } from '@sower/server/store/operations/idempotency-keys';
import { claimInstallation, claimSerials } from '@sower/server/store/operations/installation';
import type { Database } from '@sower/server/store/schema/schema';
import { claimDueSource } from '@sower/server/store/sources/identity-sources';
import { claimTry } from '@sower/server/store/sources/password-tries';
import { claimEmergencyCode } from '@sower/server/store/tokens/emergency-codes';
import { claimReplacement } from '@sower/server/store/tokens/replacements';
import {
  advanceSeeds,
  advanceSeedsWithAudit,
  claimApproval,
  claimConfirmation,
} from '@sower/server/store/tokens/seeds';
import { claimNextToken, claimToken } from '@sower/server/store/tokens/tokens';
import { claimSchedule } from '@sower/server/store/work/due';
import { advanceCollected, claimCodes, claimJob } from '@sower/server/store/work/jobs';
import { random } from '../token-modes.ts';
import { SEED_ROW } from './seed-row.ts';

/** In a race. */
export const CALLERS = 50;
const CLAIM = /^(?:claim|redeem|advance)[A-Z]/;
const NOW = 1_900_000_000_000;
const STORE = fileURLToPath(new URL('../../../apps/server/src/store/', import.meta.url));

let last = NOW;
const ids = {
  now: () => {
    last += 1;
    return last;
  },
  random,
};
const id = (): string => newId(ids);
const seal = sealing(random(32), random);
const trail = { ...ids, sealing: seal };

type Values = Readonly<Record<string, string | number | null>>;
/** Inserts a row, with something in every column that must have a value. */
export type Put = (table: string, values: Values) => Promise<void>;

export type Race = {
  /** @returns what the callers compete for */
  readonly make: (put: Put, db: Database) => Promise<Values>;
  /** @returns whether this caller has it; or how much of it */
  readonly call: (db: Database, of: Values, caller: number) => Promise<boolean | number>;
  /** How many have it in all; one if absent. */
  readonly winners?: number;
};

const AUDIT = { actor: 'x', action: 'token.edit', object: 'token:x', result: 'success' } as const;
const serials = new Set<number>();

const got = (found: unknown): boolean => found !== undefined;
const text = (value: string | number | null | undefined): string => String(value);

const token = async (put: Put, values: Values = {}): Promise<string> => {
  const of = id();
  await put('tokens', {
    id: of,
    serial: text(Math.floor(Math.random() * 1e12)).padStart(12, '0'),
    domain: '/',
    expires_on: '2037-01-01',
    ...values,
  });
  return of;
};
const user = async (put: Put): Promise<string> => {
  const of = id();
  await put('users', { id: of, user_id: of, user_id_key: of, domain: '/', enabled: 1 });
  return of;
};
const seed = async (put: Put, values: Values = {}): Promise<Values> => {
  const of = { id: id(), token_id: await token(put), user_id: await user(put) };
  await put('seeds', {
    id: of.id,
    token_id: of.token_id,
    distribution_id: 'd',
    state: 'current',
    position: 10,
    approved: 10,
    ...values,
  });
  return of;
};
const distribution = async (put: Put, values: Values = {}): Promise<Values> => {
  const of = { id: id(), token_id: await token(put) };
  await put('distributions', {
    ...of,
    user_id: 'u',
    code_hash: of.id,
    state: 'issued',
    code_number: 0,
    snapshot: '{}',
    expires_at: null,
    ...values,
  });
  return of;
};
const owner = (of: Values) => ({ userKey: text(of.id), client: 'c', binding: 'b' });
const attempt = async (put: Put): Promise<Values> => {
  const of = { id: id(), token_id: await token(put) };
  await put('attempts', {
    id_hash: of.id,
    user_key: of.id,
    client: 'c',
    binding: 'b',
    token_id: of.token_id,
    expires_at: NOW * 2,
    challenge: 'next-tokencode',
    position: 0,
  });
  return of;
};
const forward = async (put: Put, values: Values = {}): Promise<Values> => {
  const of = { id: id() };
  await put('audit_forwards', { ...of, seq: 0, next_at: 0, lease: null, lease_until: null, ...values });
  return of;
};
const waitingRequest = async (put: Put): Promise<Values> => {
  const of = { id: id() };
  await put('token_requests', {
    ...of,
    user_id: await user(put),
    state: 'pending',
    steps: '[]',
    created_at: 1,
    told_at: null,
    escalated_at: null,
    deferred_until: null,
  });
  return of;
};
const redemption = (of: Values, caller: number) => ({
  distributionId: text(of.id),
  codeNumber: 0,
  replyHash: `hash ${caller}`,
  reply: `reply ${caller}`,
  replyUntil: NOW,
  deviceId: undefined,
  at: 1_000,
});
const advance = (of: Values) => ({
  seedId: text(of.id),
  userRow: text(of.user_id),
  seen: null,
  position: 11,
  drift: 0,
  at: NOW,
});

export const RACES: Readonly<Record<string, Race>> = {
  claimInstallation: {
    make: async (_, db) => {
      await db.deleteFrom('installation').execute();
      return {};
    },
    call: (db) => claimInstallation(db, 'check', 0),
  },
  claimSerials: {
    make: async () => {
      serials.clear();
      return {};
    },
    // Each gets some that nobody got before.
    call: async (db) => {
      const first = await claimSerials(db, 3);
      const fresh = !serials.has(first);
      for (const number of [0, 1, 2]) serials.add(first + number);
      return fresh;
    },
    winners: CALLERS,
  },
  claimBackup: {
    make: async (_, db) => {
      await db.deleteFrom('backups').execute();
      return {};
    },
    call: (db) => {
      const of = id();
      return claimBackup(db, { id: of, name: of, begun_at: NOW, begun_by: 'x' }, '{}');
    },
  },
  claimActivationWindow: {
    make: async (put) => {
      const of = await user(put);
      await put('activation_windows', { user_id: of, only_for: '', expires_at: NOW * 2, used_for: null });
      return { id: of };
    },
    call: (db, of, caller) => claimActivationWindow(db, text(of.id), `d${caller}`, NOW),
  },
  claimDueSource: {
    make: async (put, db) => {
      await db.updateTable('identity_sources').set({ enabled: 0 }).execute();
      const of = { id: id() };
      await put('identity_sources', {
        ...of,
        name: of.id,
        name_key: of.id,
        enabled: 1,
        due_at: NOW - 1,
        domain: '/',
      });
      return of;
    },
    call: async (db) => got(await claimDueSource(db, NOW, NOW + 60_000)),
  },
  claimUntold: {
    make: waitingRequest,
    call: async (db, of) => {
      const rows = await db
        .transaction()
        .execute((trx) => claimUntold(trx, { now: NOW, remindBefore: undefined, limit: 100 }));
      return rows.some((row) => row.id === of.id);
    },
  },
  claimUnanswered: {
    make: waitingRequest,
    call: async (db, of) => {
      const rows = await db
        .transaction()
        .execute((trx) => claimUnanswered(trx, { now: NOW, before: NOW, limit: 100 }));
      return rows.some((row) => row.id === of.id);
    },
  },
  claimIdempotencyKey: {
    make: async () => ({ id: id() }),
    call: async (db, of) => {
      const row = { id: text(of.id), fingerprint: 'f', state: 'running' as const, expires_at: NOW * 2 };
      return (await claimIdempotencyKey(db, row, NOW)) === 'claimed';
    },
  },
  claimToken: {
    make: async (put) => ({ id: await token(put, { user_id: null }), user_id: await user(put) }),
    call: (db, of) => claimToken(db, text(of.id), text(of.user_id)),
  },
  claimNextToken: {
    make: async (put) => {
      await token(put, { user_id: null, domain: '/next/', lost: 0, expires_on: '2061-01-01' });
      return { user_id: await user(put) };
    },
    call: async (db, of) =>
      got(await claimNextToken(db, text(of.user_id), { scopes: ['/next/'], expiresFrom: '2060-01-01' })),
  },
  claimAlarm: {
    make: async (_, db) => {
      await db.deleteFrom('guess_reports').execute();
      return {};
    },
    call: (db) => claimAlarm(db, NOW, NOW - 1_000),
  },
  claimSchedule: {
    make: async (put) => {
      const of = { id: id() };
      await put('schedules', { ...of, next_at: NOW });
      return of;
    },
    call: (db, of) => claimSchedule(db, { id: text(of.id), next_at: NOW }, { next_at: NOW + 1 }),
  },
  claimTry: {
    make: async (put) => {
      const of = { id: id() };
      await put('identity_sources', { ...of, name: of.id, name_key: of.id, enabled: 0, domain: '/' });
      return of;
    },
    call: (db, of, caller) =>
      claimTry(
        db,
        { sourceId: text(of.id), key: 'k' },
        { now: NOW, most: 5, milliseconds: 60_000, address: `192.0.2.${caller}` },
      ),
    winners: 5,
  },
  claimAcme: {
    make: async (_, db) => {
      await db
        .updateTable('acme')
        .set({ enabled: 1, next_at: NOW - 1, lease: null, lease_until: null })
        .execute();
      return {};
    },
    call: async (db, _, caller) =>
      got(await claimAcme(db, { lease: `l${caller}`, now: NOW, milliseconds: 60_000, byDns: true })),
  },
  claimPasswordAttempt: {
    make: async (put) => {
      const of = { id: id() };
      await put('password_attempts', {
        id_hash: of.id,
        user_key: of.id,
        client: 'c',
        binding: 'b',
        expires_at: NOW * 2,
      });
      return of;
    },
    call: async (db, of) =>
      got(await claimPasswordAttempt(db, { ...owner(of), idHash: text(of.id), now: NOW })),
  },
  claimForwardedChallenge: {
    make: async (put) => {
      const of = { id: id() };
      await put('coexistences', { id: of.id, name_key: of.id });
      await put('forwarded_challenges', {
        ...{ id_hash: of.id, coexistence_id: of.id, user_key: of.id, binding: 'b' },
        expires_at: NOW * 2,
      });
      return of;
    },
    call: async (db, of) => {
      const wanted = { idHash: text(of.id), binding: 'b', userKey: text(of.id), now: NOW };
      return got(await claimForwardedChallenge(db, wanted));
    },
  },
  claimTaughtSeed: {
    make: (put) => seed(put),
    call: (db, of) =>
      claimTaughtSeed(db, { id: text(of.id), position: 11, drift: 0, at: NOW, withPin: true }),
  },
  claimConfirmation: {
    make: (put) => seed(put, { state: 'pending' }),
    call: (db, of) => claimConfirmation(db, { id: text(of.id), tokenId: text(of.token_id) }),
  },
  advanceSeeds: {
    make: (put) => seed(put),
    call: async (db, of) => (await advanceSeeds(db, [advance(of)])).size,
  },
  advanceSeedsWithAudit: {
    make: (put) => seed(put),
    call: async (db, of) => {
      return (await advanceSeedsWithAudit(db, trail, [{ ...advance(of), audit: AUDIT }])).size;
    },
  },
  claimApproval: {
    make: (put) => seed(put),
    call: (db, of) => claimApproval(db, text(of.id), 11),
  },
  advanceCursor: {
    make: async (put) => {
      const of = { id: id() };
      await put('figure_cursors', { ...of, position: 1, at: 1 });
      return of;
    },
    call: (db, of) => advanceCursor(db, { id: text(of.id), position: 1, at: 1 }, { position: 2, at: 2 }),
  },
  claimMinute: {
    make: async () => ({ id: id() }),
    call: (db, of) => claimMinute(db, `node:${text(of.id)}`, NOW),
  },
  claimTlsRequest: {
    make: async (put) => {
      const of = { id: id() };
      await put('tls_certificates', { ...of, chain: null, in_use: 0 });
      return of;
    },
    call: (db, of) => claimTlsRequest(db, text(of.id), { chain: 'x', subject: 'x', names: '[]' }),
  },
  claimTransferKey: {
    make: async (put) => {
      last += 1;
      await put('transfer_keys', { id: last - NOW });
      return { id: last - NOW };
    },
    call: (db, of) => claimTransferKey(db, Number(of.id)),
  },
  claimJob: {
    make: async (put) => {
      const of = { id: id() };
      await put('jobs', { ...of, kind: 'distribute', state: 'queued', lease: null, lease_until: null });
      return of;
    },
    call: async (db, of, caller) => got(await claimJob(db, `l${caller}`, NOW, { id: text(of.id) })),
  },
  advanceCollected: {
    make: async (put) => {
      const of = { id: id() };
      await put('jobs', { ...of, kind: 'token-import', state: 'collecting', total: 7 });
      return of;
    },
    call: async (db, of, caller) =>
      got(await advanceCollected(db, text(of.id), { from: 7, to: 8 + caller, now: NOW })),
  },
  claimCodes: {
    make: async (put) => {
      const of = { id: id() };
      await put('jobs', { ...of, kind: 'distribute', state: 'done', codes: 'ready', ended_at: NOW });
      return of;
    },
    call: (db, of) => claimCodes(db, { id: text(of.id), ended_at: NOW }),
  },
  claimReplacement: {
    make: async (put) => {
      const of = { id: await token(put) };
      await put('replacements', { token_id: of.id, replaced_id: await token(put), afterwards: 'unassign' });
      return of;
    },
    call: async (db, of) => got(await claimReplacement(db, text(of.id))),
  },
  claimSecondApproval: {
    make: async (put) => {
      const of = { id: id() };
      await put('second_approvals', { ...of, decision: 'approved', used_at: null, expires_at: NOW * 2 });
      return of;
    },
    call: (db, of) => claimSecondApproval(db, text(of.id), NOW),
  },
  claimAuditForward: {
    make: (put) => forward(put),
    call: async (db, of, caller) =>
      got(
        await claimAuditForward(db, { id: text(of.id), lease: `l${caller}`, now: NOW, milliseconds: 60_000 }),
      ),
  },
  // Only who has the lease.
  advanceAuditForward: {
    make: (put) => forward(put, { lease: 'held', lease_until: NOW + 1 }),
    call: (db, of, caller) => {
      const lease = caller === 0 ? 'held' : `l${caller}`;
      return advanceAuditForward(db, {
        id: text(of.id),
        lease,
        seq: caller + 1,
        now: NOW,
        until: NOW + 60_000,
      });
    },
  },
  claimDueMail: {
    make: async (put) => {
      const of = { id: id() };
      await put('mail', {
        ...of,
        message_id: of.id,
        state: 'queued',
        next_at: NOW - 1,
        lease: null,
        bulk: 0,
      });
      return of;
    },
    call: async (db, of, caller) => {
      const rows = await claimDueMail(db, {
        now: NOW,
        lease: `l${caller}`,
        leaseUntil: NOW + 60_000,
        limit: 5,
      });
      return rows.some((row) => row.id === of.id);
    },
  },
  claimDeadMail: {
    make: async (put) => {
      const of = { id: id() };
      await put('mail', { ...of, message_id: of.id, state: 'dead', message: 'x', next_at: NOW, lease: null });
      return of;
    },
    call: async (db, of) => got(await claimDeadMail(db, text(of.id), NOW * 2, NOW * 2)),
  },
  advancePasskey: {
    make: async (put) => {
      const of = { id: id(), administrator_id: id() };
      await put('administrators', { id: of.administrator_id, user_name: of.id, user_name_key: of.id });
      await put('passkeys', { ...of, counter: 5 });
      return of;
    },
    call: (db, of) => advancePasskey(db, { id: text(of.id), counter: 6, at: NOW }),
  },
  claimChallenge: {
    make: async () => ({ id: id() }),
    call: (db, of) => claimChallenge(db, { challenge_hash: text(of.id), expires_at: NOW * 2 }, NOW),
  },
  claimEmergencyCode: {
    make: async (put) => {
      const of = { id: id() };
      await put('emergency_codes', { ...of, token_id: await token(put), kind: 'one-time' });
      return of;
    },
    call: (db, of) => claimEmergencyCode(db, { id: text(of.id), kind: 'one-time' }),
  },
  claimAttempt: {
    make: attempt,
    call: async (db, of) => got(await claimAttempt(db, { ...owner(of), idHash: text(of.id), now: NOW })),
  },
  claimAttemptsOf: {
    make: attempt,
    call: async (db, of) => (await claimAttemptsOf(db, owner(of))).length,
  },
  claimNextTokencode: {
    make: attempt,
    call: (db, of) =>
      claimNextTokencode(db, { tokenId: text(of.token_id), client: 'c', position: 1, now: NOW }),
  },
  claimAgentResult: {
    make: async () => ({ id: id() }),
    call: (db, of) =>
      claimAgentResult(
        db,
        { attempt_hash: text(of.id), result: 'rejected', expires_at: NOW * 2 } as never,
        NOW,
      ),
  },
  claimFailed: {
    make: (put) => distribution(put, { state: 'failed', latest: 1 }),
    call: (db, of) => claimFailed(db, text(of.id)),
  },
  claimOpened: {
    make: (put) => distribution(put),
    call: async (db, of) => {
      const opening = { distributionId: text(of.id), codeNumber: 0, audit: AUDIT };
      return (await claimOpened(db, trail, [opening])).size;
    },
  },
  redeemDistributions: {
    make: (put) => distribution(put),
    call: async (db, of, caller) => (await redeemDistributions(db, [redemption(of, caller)])).size,
  },
  redeemWithSeed: {
    make: (put) => distribution(put),
    call: async (db, of, caller) => {
      const seed = { ...SEED_ROW, id: id(), token_id: text(of.token_id), distribution_id: text(of.id) };
      const event = { distributionId: text(of.id), state: 'provisioned' as const };
      const redeemed = [{ redemption: redemption(of, caller), seed, event, audit: AUDIT }];
      return (await redeemWithSeed(db, trail, redeemed)).size;
    },
  },
};

/** Inserts into the tables of a database. */
export async function putter(db: Database): Promise<Put> {
  const tables = await db.introspection.getTables();
  return async (name, values) => {
    const columns = tables.find((table) => table.name === name)?.columns ?? [];
    const needed = columns.filter(({ isNullable, hasDefaultValue }) => !isNullable && !hasDefaultValue);
    const filler = ({ dataType }: { dataType: string }) => (/int|real|numeric/i.test(dataType) ? 0 : '');
    const row = { ...Object.fromEntries(needed.map((column) => [column.name, filler(column)])), ...values };
    await db
      .insertInto(name as never)
      .values(row as never)
      .execute();
  };
}

/** The names of those that the store exports. */
export async function claimsOfStore(): Promise<string[]> {
  const names = readdirSync(STORE, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !/^(?:db|migrations)\//.test(path),
  );
  const modules = await Promise.all(names.map((name) => import(`${STORE}${name}`)));
  return modules.flatMap((module) => Object.keys(module).filter((name) => CLAIM.test(name))).toSorted();
}
