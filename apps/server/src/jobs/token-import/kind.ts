/**
 * The two phases of an import of tokens, and its undo. The check says what each record would become; the work locks users and tokens,
 * decides again, and stores token and seed. A batch is one transaction, so a record is imported once, whichever node dies in between.
 */

import { type Text, text } from '@sower/texts/outcomes';
import { pinProblem } from '../../authentication/pin/pin-rules.ts';
import type { ServerContext } from '../../context.ts';
import { type Actor, covers } from '../../core/actor.ts';
import { done, refused } from '../../core/outcome.ts';
import { type Recorded, record } from '../../core/record.ts';
import { whyAbove } from '../../directory/roles.ts';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import type { Sealing } from '../../keys/seal/sealing.ts';
import { rememberPin, sealedPin } from '../../provisioning/tokens/stored-pin.ts';
import { newId } from '../../store/db/ids.ts';
import { domainsByReference, holdDomains } from '../../store/directory/domains.ts';
import type { TokenKey } from '../../store/schema/brands.ts';
import type { Connection, Row } from '../../store/schema/schema.ts';
import { listSeeds, type NewSeed } from '../../store/tokens/seeds.ts';
import { deleteTokens, endRows } from '../../store/work/distribution-batches.ts';
import { countReasons, type JobRow } from '../../store/work/jobs.ts';
import {
  holdPresent,
  insertImported,
  listImported,
  listOwners,
  listTokenRows,
  type NewImportedToken,
  putTokenResults,
  type TokenImportRow,
  type TokenResult,
} from '../../store/work/token-imports.ts';
import { undoneBy } from '../../work/jobs.ts';
import { type Batch, batchOf, type JobKind } from '../../work/runner.ts';
import {
  type Decided,
  decideToken,
  readTokenImport,
  readTokenRow,
  type StoredTokenImport,
} from './decide.ts';
import { openedSecret } from './input.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'settings' | 'policies' | 'now' | 'random'>;

export const tokenImportJobs = (context: Context): JobKind => ({
  needs: () => ['tokens:mint'],
  async prepare(actor, job) {
    const input = readTokenImport(job.input);
    const domain = (await domainsByReference(context.db))(input.securityDomain);
    if (!domain || !covers(actor, 'tokens:mint', domain.path))
      return refused('not-found', text('domain.required'));
    if (job.phase === 'work' && input.existing === 'stop' && (await hasConflict(context, job)))
      return refused('already-exists', text('token-file.conflict'));
    const limit = (await context.settings.current())['tokens.maxPerUser'];
    const prepared = { actor, input, domain, limit };
    const batch = job.phase === 'check' ? check : work;
    return done((trx, locked, rows) => batch(trx, context, { ...prepared, job: locked }, rows));
  },
  end: (job) => (job.phase === 'work' ? 'done' : 'waiting'),
});

const hasConflict = async ({ db }: Pick<Context, 'db'>, job: JobRow): Promise<boolean> =>
  (await countReasons(db, job.id)).some(
    (reason) => reason.text?.includes('"token-row.exists-stop"') === true,
  );

type Prepared = {
  readonly job: JobRow;
  readonly actor: Actor;
  readonly input: StoredTokenImport;
  readonly domain: Pick<Row<'security_domains'>, 'path' | 'name'>;
  /** Tokens that a user may have. */
  readonly limit: number;
};
type Planned = Exclude<Decided, { readonly against: Text }>;
type Deciding = { readonly position: number; readonly row: TokenImportRow; readonly decided: Decided };

async function decide(
  trx: Connection,
  { now }: Pick<Context, 'now'>,
  { job, actor, input, domain, limit }: Prepared,
  count: number,
): Promise<Deciding[]> {
  const working = job.phase === 'work';
  const state = working ? 'ready' : 'new';
  const rows = await listTokenRows(trx, { jobId: job.id, state, from: job.position, limit: count });
  const read = rows.map((row) => ({ ...row, fields: readTokenRow(row.fields ?? '{}') }));
  // Users before tokens, as everyone locks them.
  const named = new Set(read.flatMap(({ fields }) => (fields.owner === '' ? [] : [fields.ownerKey])));
  const owners = await listOwners(trx, [...named], working);
  const known = rows.flatMap(({ key, present_id }) => (present_id === null ? [] : [key]));
  const locked = working ? await holdPresent(trx, known) : undefined;
  const above = await whyAbove(trx, actor, owners.values(), ({ id }) => id);
  const gone =
    working && !(await holdDomains(trx, [domain.path])).has(domain.path)
      ? text('domain.not-found', { domain: domain.name })
      : undefined;
  const given = new Map<string, number>();
  const decided: Deciding[] = [];
  for (const [index, each] of read.entries()) {
    const row = rows[index] as TokenImportRow;
    const owner = owners.get(each.fields.ownerKey);
    let plan = decideToken(actor, input, each, {
      ...{ owner, limit, domain: domain.path, now: now() },
      doubled: row.doubled === 1,
      present: locked ? locked.get(each.key) : presentOf(row),
      assigned: (owner?.assigned ?? 0) + (given.get(each.fields.ownerKey) ?? 0),
    });
    // What has an owner is stored in the domain of the owner, who is locked.
    const against = 'against' in plan ? undefined : plan.owner ? above(plan.owner) : gone;
    if (against) plan = { against };
    if (!('against' in plan) && plan.owner)
      given.set(each.fields.ownerKey, (given.get(each.fields.ownerKey) ?? 0) + 1);
    decided.push({ position: row.position, row, decided: plan });
  }
  return decided;
}

const presentOf = ({ key, present_id: id, present_domain: domain, present_user: user_id }: TokenImportRow) =>
  id === null || domain === null ? undefined : { id, serial: key, domain, user_id };

function resultOf(
  job: JobRow,
  { row, decided }: Deciding,
  state: 'ready' | 'left-out' | 'failed' | 'done',
): TokenResult {
  const against = 'against' in decided ? decided.against : null;
  const owner = 'against' in decided ? undefined : decided.owner;
  return {
    ...{ job_id: job.id, position: Number(row.position), state, text: against && JSON.stringify(against) },
    ...{ target: owner?.id ?? null, user_id: owner?.user_id ?? null, token_id: null },
    ...{ serial: against === null ? row.key : null, origin: null },
  };
}

async function check(trx: Connection, context: Context, prepared: Prepared, limit: number): Promise<Batch> {
  const { job } = prepared;
  const rows = await decide(trx, context, prepared, limit);
  const results = rows.map((row) => resultOf(job, row, 'against' in row.decided ? 'left-out' : 'ready'));
  await putTokenResults(trx, results);
  const ready = results.filter(({ state }) => state === 'ready').length;
  return batchOf(job, rows, limit, { done: ready, leftOut: rows.length - ready, failed: 0 });
}

async function work(trx: Connection, context: Context, prepared: Prepared, limit: number): Promise<Batch> {
  const { job, input, actor } = prepared;
  const rows = await decide(trx, context, prepared, limit);
  const results: TokenResult[] = [];
  const tokens: NewImportedToken[] = [];
  const seeds: NewSeed[] = [];
  const pins: { readonly tokenId: TokenKey; readonly pin: string }[] = [];
  const events: Recorded[] = [];
  const byJob = text('event.by-job', { job: job.name });
  for (const each of rows) {
    const { row, decided } = each;
    if ('against' in decided || row.sealed === null) {
      results.push(resultOf(job, each, 'failed'));
      continue;
    }
    const id = newId<TokenKey>(context);
    const secret = context.sealing.open(aadOf('job_rows.sealed', job.id, Number(row.position)), row.sealed);
    const { seed: octets, pin } = openedSecret(secret, decided.token.carriesPin);
    let kept = -1;
    if (decided.replaces) {
      kept = await keptPosition(trx, context, decided.replaces.id, octets);
      await deleteTokens(trx, [decided.replaces.id]);
    }
    tokens.push(await tokenOf(context, input, { job, row, decided, id, pin }));
    if (pin !== '' && decided.owner) pins.push({ tokenId: id, pin });
    seeds.push(seedOf(context, { id, decided, octets, kept }));
    events.push({
      action: 'token.import',
      object: `token:${row.key}`,
      reason: decided.owner
        ? text('event.parts', { parts: [text('event.to', { name: decided.owner.user_id }), byJob] })
        : byJob,
    });
    results.push({
      ...resultOf(job, each, 'done'),
      ...{ token_id: id, origin: decided.replaces ? 'held' : 'mint' },
    });
  }
  await insertImported(trx, tokens, seeds);
  for (const each of pins) await rememberPin(trx, context, each);
  await record(trx, context, actor, ...events);
  await putTokenResults(trx, results);
  const failed = rows.length - tokens.length;
  return batchOf(job, rows, limit, { done: tokens.length, leftOut: 0, failed });
}

/** Where the token that is replaced stands, if it has this seed: what was accepted of it is not accepted again. */
async function keptPosition(
  trx: Connection,
  { sealing }: { readonly sealing: Sealing },
  id: TokenKey,
  octets: Uint8Array,
): Promise<number> {
  const same = (await listSeeds(trx, id)).filter(({ id: seedId, sealed }) =>
    Buffer.from(sealing.open(aadOf('seeds.sealed', seedId), sealed)).equals(octets),
  );
  return Math.max(-1, ...same.map(({ position }) => Number(position)));
}

async function tokenOf(
  context: Context,
  input: StoredTokenImport,
  {
    job,
    row,
    decided,
    id,
    pin,
  }: { job: JobRow; row: TokenImportRow; decided: Planned; id: TokenKey; pin: string },
): Promise<NewImportedToken> {
  const { token, owner, expiresOn, domain } = decided;
  // A PIN is its owner's: without an owner, the user who gets the token later chooses one.
  const carried = owner !== undefined && pin !== '';
  const { token: policy } = await context.policies.current(domain);
  const refused = carried && pinProblem(policy, { pinpad: false, digits: token.digits }, pin) !== undefined;
  return {
    ...{ id, serial: row.key, domain, user_id: owner?.id ?? null },
    // A record without a user must never be accepted.
    enabled: owner && input.enabled ? 1 : 0,
    expires_on: expiresOn,
    pin: carried ? sealedPin(context, { tokenId: id, pin }) : null,
    pin_set_at: carried ? context.now() : null,
    pin_change: refused || (token.newPin && !carried) ? 1 : 0,
    ...{ kind: input.kind, maker: token.maker || input.maker, form_factor: token.model || input.formFactor },
    ...{ label: token.label, batch: job.name, created_at: context.now() },
  };
}

function seedOf(
  context: Context,
  { id, decided, octets, kept }: { id: TokenKey; decided: Planned; octets: Uint8Array; kept: number },
): NewSeed {
  const { token } = decided;
  const seedId = newId(context);
  const hotp = token.algorithm === 'hotp';
  return {
    ...{ id: seedId, token_id: id, distribution_id: null, state: 'current', key_id: '' },
    ...{ algorithm: token.algorithm, hash: token.hash, digits: token.digits },
    ...{ interval_seconds: token.intervalSeconds, authentication_type: token.authenticationType },
    sealed: context.sealing.seal(aadOf('seeds.sealed', seedId), octets),
    position: Math.max(kept, hotp ? token.counter - 1 : -1),
    drift: hotp ? 0 : token.drift,
    ...{ last_accepted_at: null, created_at: context.now() },
  };
}

/** Takes away what the import brought, unless it was used, assigned or changed since. */
export const tokenImportUndo = (context: Context): JobKind['prepare'] =>
  async function prepare(actor, job) {
    const found = await undoneBy(context.db, job);
    if (!found.ok) return found;
    const earlier = found.value;
    const reason = text('event.job-undone', { job: job.name });
    return done(async (trx, locked, limit) => {
      const rows = await listImported(trx, { jobId: earlier.id, from: locked.position, limit });
      const above = await whyAbove(trx, actor, rows, ({ holder_row }) => holder_row);
      const judged = rows.map((row) => ({ ...row, why: keptFor(actor, row) ?? above(row) }));
      const back = judged.filter(({ why }) => why === undefined);
      const ids = back.map(({ token_id }) => token_id);
      if (ids.length > 0) await deleteTokens(trx, ids);
      const deleted = back.map(
        ({ serial }): Recorded => ({ action: 'token.delete', object: `token:${serial}`, reason }),
      );
      await record(trx, context, actor, ...deleted);
      await endRows(trx, earlier.id, judged, ['undone', 'kept']);
      const counts = { done: back.length, leftOut: judged.length - back.length, failed: 0 };
      return batchOf(job, rows, limit, counts);
    });
  };

function keptFor(actor: Actor, { domain, untouched }: Awaited<ReturnType<typeof listImported>>[number]) {
  if (domain === null) return text('job-row.changed-since');
  if (!covers(actor, 'tokens:delete', domain)) return text('job-row.another-domain');
  return Number(untouched) === 1 ? undefined : text('job-row.used-since');
}
