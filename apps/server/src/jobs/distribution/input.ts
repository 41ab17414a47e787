/**
 * Creating a distribution to many: the recipients are fixed now, and stored row by row; whether each can get a token is checked afterwards.
 */

import { MAX_JOB_ROWS } from '@sower/api/bulk';
import { csvRecords, recognizeDelimiter } from '@sower/api/csv';
import { generatedCodeSchema } from '@sower/api/distributions';
import type { DistributeMany } from '@sower/api/jobs';
import type { Permission } from '@sower/api/permissions';
import { canonicalSerial } from '@sower/api/serial';
import { printable } from '@sower/bytes/printable';
import { text } from '@sower/texts/outcomes';
import { z } from 'zod';
import { groupToKeep } from '../../clients/only-groups.ts';
import type { ServerContext } from '../../context.ts';
import { type Actor, covers, denied } from '../../core/actor.ts';
import { done, invalidAt, type Outcome } from '../../core/outcome.ts';
import { userFilterFor } from '../../directory/user-search.ts';
import { nextTokens } from '../../provisioning/tokens/assign.ts';
import { lastDayOf } from '../../provisioning/tokens/mint.ts';
import { searchFor } from '../../provisioning/tokens/token-for.ts';
import { listUsers } from '../../store/directory/user-search.ts';
import { userIdKey } from '../../store/directory/users.ts';
import { storedJson } from '../../store/schema/stored-json.ts';
import { findProfile } from '../../store/tokens/profiles.ts';
import { listTokens } from '../../store/tokens/search.ts';
import { countNextTokens } from '../../store/tokens/tokens.ts';
import { insertJobRows, type JobRow, listJobRows, type NewJobRow } from '../../store/work/jobs.ts';
import { collectJob, inPages, PAGE, paged, type Rows } from '../../work/collect.ts';
import { visibleJob } from '../../work/jobs.ts';
import { permissionsToGive } from '../../work/rights.ts';
import { type DistributionContext, planOf, type StoredGiving, storedGiving } from './plan.ts';

const storedDistribution = z.object({
  ...storedGiving.shape,
  name: z.string(),
  profile: z.string(),
  activationCode: generatedCodeSchema.optional(),
  codeExpires: z.string().optional(),
  /** The profile as it was shown: if someone edits it, the job ends. */
  profileVersion: z.number(),
  /** Earlier versions did not keep it. */
  profileName: z.string().default(''),
  delivery: z.enum(['url', 'qr']),
});
/** What is stored of the request; the rows have the recipients. */
export type StoredDistribution = Readonly<z.infer<typeof storedDistribution>>;
/** The rule that makes a job. */
type ByRule = { readonly id: string; readonly most: number };

/** Codes mailed to their users are not readable for anyone else. */
export const sealsCodes = ({ delivery, mail }: Pick<StoredDistribution, 'delivery' | 'mail'>): boolean =>
  delivery === 'url' && mail === undefined;

const readStored = storedJson('jobs.input', storedDistribution);
export const readInput = (job: Pick<JobRow, 'input'>): StoredDistribution => readStored(job.input);
const readStoredGiving = storedJson('jobs.input', storedGiving);
/** Of a distribution or an assignment. */
export const readGiving = (job: Pick<JobRow, 'input'>): StoredGiving => readStoredGiving(job.input);

/** Of a user ID or a serial number. */
const MAX_SUBJECT = 128;
/** Not every database can store it. */
const withoutNul = (text: string | null | undefined): string | null => text?.replaceAll('\0', '') || null;

/** Of a file anything may be given: what is too long for an index, or for a database, names no one. */
const given = (
  subject: string,
  key: string,
  more: {
    readonly device?: string | null;
    readonly nickname?: string | null;
    readonly address?: string | null;
  } = {},
): NewJobRow => ({
  subject: printable(subject.slice(0, MAX_SUBJECT)),
  key: subject.length > MAX_SUBJECT || key.includes('\0') ? '' : key,
  device_id: withoutNul(more.device),
  nickname: withoutNul(more.nickname),
  address: withoutNul(more.address),
});
const byUserId = (userId: string): NewJobRow => given(userId, userIdKey(userId));
const bySerial = (serial: string): NewJobRow => given(serial, canonicalSerial(serial));

type Chosen = { readonly by: 'user' | 'token'; readonly pages: Rows<NewJobRow>['pages'] };

export async function distributeMany(
  context: DistributionContext,
  actor: Actor,
  { choose, again = 'notActivatedOf' in choose, ...options }: DistributeMany,
  rule?: ByRule,
): Promise<Outcome<JobRow>> {
  const input = { ...options, again };
  const denial = denied(actor, ...permissionsToGive(input));
  if (denial) return denial;
  const chosen = await chosenBy(context, actor, choose, 'tokens:distribute');
  if (!chosen.ok) return chosen;
  const { by, pages } = chosen.value;
  if (input.replace && input.tokens === 'held') return invalidAt('tokens', text('job.replaced-by'));
  if (by === 'user' && input.replace) return invalidAt('choose', text('job.tokens-to-replace'));
  if (by === 'token' && input.tokens !== 'held' && !input.replace)
    return invalidAt('tokens', text('job.tokens-chosen'));
  const planned = await planOf(context, input);
  if (!planned.ok) return planned;
  // Codes that no one could fetch: the profile may be another one than when the rule was saved.
  if (rule && sealsCodes({ delivery: planned.value.profile.delivery, mail: input.mail }))
    return invalidAt('mail', text('rule.url-needs-mail'));
  const lastDay = lastDayOf(await context.settings.current(), context.now(), input.expiresOn);
  if (!lastDay.ok) return lastDay;
  const stored: StoredDistribution = {
    ...input,
    by,
    // As the check showed it: an edited profile ends the job.
    codeExpires: input.codeExpires ?? planned.value.profile.code_expiry,
    profileVersion: planned.value.profile.version,
    profileName: planned.value.profile.name,
    delivery: planned.value.profile.delivery,
    stock: input.tokens === 'stock' ? await stockOf(context, actor) : 0,
    ...(rule === undefined ? {} : { most: rule.most }),
  };
  return collectJob(
    context,
    actor,
    {
      kind: 'distribute',
      name: input.name,
      input: JSON.stringify(stored),
      phase: 'check',
      rule_id: rule?.id ?? null,
    },
    { pages, insert: insertJobRows, field: 'choose' },
  );
}

/** How many tokens the actor could assign. */
export async function stockOf(context: Pick<ServerContext, 'db' | 'settings' | 'now'>, actor: Actor) {
  return countNextTokens(context.db, await nextTokens(context, actor), MAX_JOB_ROWS);
}

export async function chosenBy(
  context: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
  choose: DistributeMany['choose'],
  permission: Permission,
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
    const earlier = await visibleJob(context, actor, choose.notActivatedOf, ['distribute']);
    if (!earlier.ok) return earlier;
    return done({ by: 'token', pages: notActivated(context, earlier.value.id) });
  }
  const filter = await userFilterFor(context, actor, choose.users, 'users:view');
  if (!filter.ok) return filter;
  const { group } = choose.users;
  const recorded =
    group === undefined ? undefined : await groupToKeep(context.db, group, 'choose.users.group');
  if (recorded?.ok === false) return recorded;
  const pages = paged((after?: string) =>
    listUsers(context.db, { ...filter.value, group: recorded?.value }, PAGE, after).then((rows) => ({
      rows: rows
        .filter(({ domain }) => covers(actor, permission, domain))
        .map(({ user_id }) => byUserId(user_id)),
      last: rows.at(-1)?.user_id_key,
    })),
  );
  return done({ by: 'user', pages });
}

async function* notActivated(
  context: Pick<ServerContext, 'db'>,
  jobId: string,
): AsyncIterable<readonly NewJobRow[]> {
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

/** A first line that names columns; otherwise a user ID at the start of each line. Read no further than to the first row. */
function readFile(file: string): Outcome<Chosen> {
  const delimiter = recognizeDelimiter(file);
  const [first] = csvRecords(file, delimiter);
  const names = (first?.cells ?? []).map((name) => COLUMNS[name.replace(/[\s_-]/g, '').toLowerCase()]);
  const titled = names.includes('user') || names.includes('serial');
  const by = titled && !names.includes('user') ? 'token' : 'user';
  const index = (name: Column): number => (titled ? names.indexOf(name) : -1);
  const subject = titled ? index(by === 'user' ? 'user' : 'serial') : 0;
  function* rows(): Generator<NewJobRow> {
    let skip = titled;
    for (const { cells } of csvRecords(file, delimiter)) {
      const value = skip ? '' : (cells[subject] ?? '');
      skip = false;
      if (value === '') continue;
      yield given(value, by === 'user' ? userIdKey(value) : canonicalSerial(value), {
        device: cells[index('device')] ?? null,
        nickname: cells[index('nickname')] ?? null,
        address: cells[index('address')]?.slice(0, MAX_ADDRESS) ?? null,
      });
    }
  }
  if (rows().next().done) return invalidAt('choose.file', text('job.file-empty'));
  return done({ by, pages: inPages(rows()) });
}

export const profileChanged = async (
  context: Pick<ServerContext, 'db'>,
  input: StoredDistribution,
): Promise<boolean> => (await findProfile(context.db, input.profile))?.version !== input.profileVersion;
