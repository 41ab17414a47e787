/**
 * Creating a distribution to many: the recipients are fixed now, and stored row by row; whether each can get a token is checked afterwards.
 */

import { setImmediate as othersTurn } from 'node:timers/promises';
import { readCsv } from '@sower/api/csv';
import { type DistributeMany, MAX_JOB_ROWS, SOURCE_PERMISSIONS } from '@sower/api/jobs';
import { text } from '@sower/messages/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, covers, denied, scopesOf } from '../../core/actor.ts';
import { done, type Outcome, refusedAt } from '../../core/outcome.ts';
import { domainFor } from '../../directory/domains.ts';
import { nextTokens } from '../../provisioning/tokens/assign.ts';
import { searchFor } from '../../provisioning/tokens/search.ts';
import { inBatchTransaction } from '../../store/db/transaction.ts';
import { countStock } from '../../store/tables/distribution-batches.ts';
import {
  changeJobState,
  insertJobRows,
  type JobRow,
  listJobRows,
  type NewJobRow,
} from '../../store/tables/jobs.ts';
import { findProfile } from '../../store/tables/token-profiles.ts';
import { listTokens } from '../../store/tables/token-search.ts';
import { listUsers } from '../../store/tables/user-search.ts';
import { userIdKey } from '../../store/tables/users.ts';
import { addJob, visibleJob } from '../jobs.ts';
import { type DistributionContext, planOf } from './plan.ts';

/** What is stored of the request; the rows have the recipients. */
export type StoredDistribution = Omit<DistributeMany, 'choose'> & {
  readonly by: 'user' | 'token';
  /** The profile as it was shown: if someone edits it, the job ends. */
  readonly profileVersion: number;
  readonly profileName: string;
  readonly delivery: 'url' | 'qr';
  /** Unassigned tokens at the time when the job was created. */
  readonly stock: number;
  /** Made by a rule: it begins by itself after the check, and gives a token to so many at most. */
  readonly most?: number;
};
/** The rule that makes a job. */
export type ByRule = { readonly id: string; readonly most: number };

/** Codes mailed to their users are not readable for anyone else. */
export const sealsCodes = ({ delivery, mail }: StoredDistribution): boolean =>
  delivery === 'url' && mail === undefined;

export const readInput = (job: Pick<JobRow, 'input'>): StoredDistribution =>
  JSON.parse(job.input) as StoredDistribution;

const PAGE = 1_000;
type Given = Omit<NewJobRow, 'position'>;
const given = (
  subject: string,
  key: string,
  more: {
    readonly device?: string | null;
    readonly nickname?: string | null;
    readonly address?: string | null;
  } = {},
): Given => ({
  subject,
  key,
  device_id: more.device || null,
  nickname: more.nickname || null,
  address: more.address || null,
});
const byUserId = (userId: string): Given => given(userId, userIdKey(userId));
const bySerial = (serial: string): Given => given(serial, serial);

type Chosen = { readonly by: 'user' | 'token'; readonly pages: AsyncIterable<readonly Given[]> };

export async function distributeMany(
  context: DistributionContext,
  actor: Actor,
  { choose, ...input }: DistributeMany,
  rule?: ByRule,
): Promise<Outcome<JobRow>> {
  for (const permission of SOURCE_PERMISSIONS[input.tokens]) {
    const denial = denied(actor, permission);
    if (denial) return denial;
  }
  const chosen = await chosenBy(context, actor, choose);
  if (!chosen.ok) return chosen;
  const { by, pages } = chosen.value;
  if (by === 'token' && input.tokens !== 'held')
    return refusedAt('tokens', 'invalid-request', text('job.tokens-chosen'));
  const planned = await planOf(context, input);
  if (!planned.ok) return planned;
  const stock = await nextTokens(context, actor);
  const stored: StoredDistribution = {
    ...input,
    by,
    profileVersion: planned.value.profile.version,
    profileName: planned.value.profile.name,
    delivery: planned.value.profile.delivery,
    stock:
      input.tokens === 'stock'
        ? await countStock(context.db, stock.scopes, stock.expiresFrom, MAX_JOB_ROWS)
        : 0,
    ...(rule === undefined ? {} : { most: rule.most }),
  };
  const added = await addJob(context, actor, {
    kind: 'distribute',
    name: input.name,
    input: JSON.stringify(stored),
    state: 'collecting',
    phase: 'check',
    rule_id: rule?.id ?? null,
  });
  if (!added.ok) return added;
  const job = added.value;
  let total = 0;
  for await (const page of pages) {
    if (total + page.length > MAX_JOB_ROWS) {
      const reason = text('job.too-many-rows', { maximum: MAX_JOB_ROWS });
      await changeJobState(context.db, job.id, ['collecting'], {
        state: 'cancelled',
        reason,
        endedAt: context.now(),
      });
      return refusedAt('choose', 'invalid-request', reason);
    }
    const first = total;
    await inBatchTransaction(context.db, (trx) =>
      insertJobRows(
        trx,
        job.id,
        page.map((row, index) => ({ ...row, position: first + index })),
      ),
    );
    total += page.length;
    // SQLite answers synchronously: a long file would block every other caller.
    await othersTurn();
  }
  const queued = await changeJobState(context.db, job.id, ['collecting'], { state: 'queued' }, { total });
  return done(queued ?? job);
}

async function chosenBy(
  context: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
  choose: DistributeMany['choose'],
): Promise<Outcome<Chosen>> {
  if ('userIds' in choose) return done({ by: 'user', pages: inPages(choose.userIds.map(byUserId)) });
  if ('serials' in choose) return done({ by: 'token', pages: inPages(choose.serials.map(bySerial)) });
  if ('file' in choose) return readFile(choose.file);
  if ('tokens' in choose) {
    const filter = await searchFor(context, actor, choose.tokens, 'tokens:distribute');
    if (!filter.ok) return filter;
    const pages = paged((after?: string) =>
      listTokens(context.db, filter.value, PAGE, context.now(), after).then((rows) => ({
        rows: rows.map(({ serial }) => bySerial(serial)),
        last: rows.at(-1)?.serial,
      })),
    );
    return done({ by: 'token', pages });
  }
  if ('notActivatedOf' in choose) {
    const earlier = await visibleJob(context, actor, choose.notActivatedOf, 'distribute');
    if (!earlier.ok) return earlier;
    return done({ by: 'token', pages: notActivated(context, earlier.value.id) });
  }
  const denial = denied(actor, 'users:view');
  if (denial) return denial;
  let scopes = scopesOf(actor, 'users:view');
  if (choose.users.securityDomain !== undefined) {
    const domain = await domainFor(context, actor, 'users:view', choose.users.securityDomain);
    if (!domain.ok) return domain;
    scopes = [domain.value.path];
  }
  const { search } = choose.users;
  const pages = paged((after?: string) =>
    listUsers(context.db, { search, scopes }, PAGE, after).then((rows) => ({
      rows: rows
        .filter(({ domain }) => covers(actor, 'tokens:distribute', domain))
        .map(({ user_id }) => byUserId(user_id)),
      last: rows.at(-1)?.user_id_key,
    })),
  );
  return done({ by: 'user', pages });
}

async function* inPages(rows: readonly Given[]): AsyncIterable<readonly Given[]> {
  for (let at = 0; at < rows.length; at += PAGE) yield rows.slice(at, at + PAGE);
}

async function* paged(
  read: (after?: string) => Promise<{ readonly rows: readonly Given[]; readonly last: string | undefined }>,
): AsyncIterable<readonly Given[]> {
  for (let after: string | undefined; ; ) {
    const { rows, last } = await read(after);
    if (rows.length > 0) yield rows;
    if (last === undefined) return;
    after = last;
  }
}

async function* notActivated(
  context: Pick<ServerContext, 'db'>,
  jobId: string,
): AsyncIterable<readonly Given[]> {
  for (let from = 0; ; ) {
    const rows = await listJobRows(context.db, jobId, {}, PAGE, from);
    const last = rows.at(-1);
    if (!last) return;
    from = last.position + 1;
    yield rows
      .filter(({ state, distribution }) => state === 'done' && !isActivated(distribution))
      .flatMap(({ serial, device_id: device, nickname, address }) =>
        serial === null ? [] : [given(serial, serial, { device, nickname, address })],
      );
  }
}

export const isActivated = (state: string | null): boolean =>
  state === 'provisioned' || state === 'confirmed';

type Column = 'user' | 'serial' | 'device' | 'nickname' | 'address';
const COLUMNS: Readonly<Record<string, Column>> = {
  userid: 'user',
  user: 'user',
  serial: 'serial',
  deviceid: 'device',
  nickname: 'nickname',
  address: 'address',
};

const MAX_ADDRESS = 500;

/** A first line that names columns; otherwise a user ID at the start of each line. */
function readFile(file: string): Outcome<Chosen> {
  const lines = readCsv(file);
  const names = (lines[0] ?? []).map((name) => COLUMNS[name.replace(/[\s_-]/g, '').toLowerCase()]);
  const titled = names.includes('user') || names.includes('serial');
  const by = titled && !names.includes('user') ? 'token' : 'user';
  const place = (name: Column): number => (titled ? names.indexOf(name) : -1);
  const subject = titled ? place(by === 'user' ? 'user' : 'serial') : 0;
  const rows = lines.slice(titled ? 1 : 0).flatMap((cells) => {
    const value = cells[subject] ?? '';
    if (value === '') return [];
    return given(value, by === 'user' ? userIdKey(value) : value, {
      device: cells[place('device')] ?? null,
      nickname: cells[place('nickname')] ?? null,
      address: cells[place('address')]?.slice(0, MAX_ADDRESS) ?? null,
    });
  });
  if (rows.length === 0) return refusedAt('choose.file', 'invalid-request', text('job.file-empty'));
  return done({ by, pages: inPages(rows) });
}

export const profileChanged = async (
  context: Pick<ServerContext, 'db'>,
  input: StoredDistribution,
): Promise<boolean> => (await findProfile(context.db, input.profile))?.version !== input.profileVersion;
