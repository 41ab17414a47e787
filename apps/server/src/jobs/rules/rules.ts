/** Rules as their makers see them: listed, saved, deleted, tried out. A rule has the rights of the person who saved it last. */

import type { Rule, RuleInput, RulePreview } from '@sower/api/distribution-rules';
import { type Text, text } from '@sower/texts/outcomes';
import { groupToKeep } from '../../clients/only-groups.ts';
import { type Actor, covers, denied } from '../../core/actor.ts';
import { done, editedMeanwhile, type Outcome, type Refused, refused, refusedAt } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { itemFor, itemsFor } from '../../core/recorded.ts';
import { isoTime } from '../../core/time.ts';
import { allOrNothing } from '../../core/transaction.ts';
import { domainFor, holdDomain } from '../../directory/domains.ts';
import { starterColumns } from '../../directory/starter.ts';
import { userNamesFor } from '../../directory/user-search.ts';
import { newId } from '../../store/db/ids.ts';
import { reasonIn } from '../../store/db/reason.ts';
import { deleteRow } from '../../store/db/rows.ts';
import { listDomains } from '../../store/directory/domains.ts';
import { userIdKey } from '../../store/directory/users.ts';
import {
  findRule,
  type KeptRule,
  listRules,
  type RuleRow,
  updateRule,
} from '../../store/distribution/rules.ts';
import { insertMarked } from '../../store/keys/marks.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { findProfile } from '../../store/tokens/profiles.ts';
import { hastenSchedule } from '../../store/work/due.ts';
import { reasonOf } from '../../work/jobs.ts';
import { type DistributionContext, planOf } from '../distribution/plan.ts';
import {
  concernedBy,
  jobInputOf,
  leftToday,
  MAX_PREVIEWED,
  neededFor,
  readRule,
  type StoredRule,
} from './concerned.ts';

const noSuchRule = (): Refused => refused('not-found', text('rule.not-found'));

export const showRules = (context: DistributionContext, actor: Actor, inWords: (text: Text) => string) =>
  itemsFor(actor, 'tokens:distribute', async () => {
    const rows = (await listRules(context.db)).filter((row) => reaches(actor, row));
    return viewsOf(context, rows, inWords);
  });

const reaches = (actor: Actor, { domain }: RuleRow): boolean => covers(actor, 'tokens:distribute', domain);

async function viewsOf(
  context: Pick<DistributionContext, 'db'>,
  rows: readonly RuleRow[],
  inWords: (text: Text) => string,
): Promise<Rule[]> {
  const domains = new Map((await listDomains(context.db)).map(({ path, name }) => [path, name]));
  return Promise.all(
    rows.map(async (row) => {
      const stored = readRule(row);
      const words = reasonIn(row, inWords);
      return {
        ...stored,
        id: row.id,
        name: row.name,
        securityDomain: domains.get(row.domain) ?? row.domain,
        enabled: row.enabled === 1,
        profileName: (await findProfile(context.db, stored.profile))?.name ?? '',
        madeBy: row.actor_name,
        ...(row.last_run_at === null ? {} : { lastRunAt: isoTime(row.last_run_at) }),
        ...reasonOf(row.text, inWords),
        ...(words === undefined ? {} : { detail: words }),
        version: row.version,
      };
    }),
  );
}

async function viewOf(
  context: Pick<DistributionContext, 'db'>,
  row: RuleRow,
  inWords: (text: Text) => string,
): Promise<Rule> {
  const [view] = await viewsOf(context, [row], inWords);
  return view as Rule;
}

/** Checked first, so that the refusal does not reveal whether the domain or rule exists. */
const deniedSome = (actor: Actor, rule: Pick<StoredRule, 'tokens'>): Refused | undefined =>
  neededFor(rule)
    .map((permission) => denied(actor, permission))
    .find((denial) => denial !== undefined);

/** The columns of a rule, if the actor has the rights for what it does. */
async function columnsOf(context: DistributionContext, actor: Actor, input: RuleInput) {
  const { name, securityDomain, enabled, ...rest } = input;
  const denial = deniedSome(actor, rest);
  if (denial) return denial;
  const found = await domainFor(context, actor, 'tokens:distribute', securityDomain);
  if (!found.ok) return found;
  const { path } = found.value;
  if (neededFor(rest).some((permission) => !covers(actor, permission, path)))
    return refusedAt('securityDomain', 'not-permitted', text('job-row.another-domain'));
  const group = rest.group === undefined ? undefined : await groupToKeep(context.db, rest.group, 'group');
  if (group?.ok === false) return group;
  const profile = await findProfile(context.db, input.profile);
  if (!profile)
    return refusedAt('profile', 'not-found', text('profile.not-found', { profile: input.profile }));
  // A job that a rule made has no one to fetch its codes.
  if (profile.delivery === 'url' && input.mail === undefined)
    return refusedAt('mail', 'invalid-request', text('rule.url-needs-mail'));
  const planned = await planOf(context, jobInputOf(name, rest));
  if (!planned.ok) return planned;
  const starter = starterColumns(actor);
  if (!starter.ok) return starter;
  return done({
    name,
    name_key: userIdKey(name),
    domain: path,
    input: JSON.stringify({ ...rest, group: group?.value, profile: profile.id } satisfies StoredRule),
    enabled: enabled ? 1 : 0,
    ...starter.value,
    source: actor.source ?? null,
  });
}

const nameTaken = (name: string) => () =>
  refusedAt('name', 'already-exists', text('rule.exists', { rule: name }));

export function addRule(
  context: DistributionContext,
  actor: Actor,
  input: RuleInput,
  inWords: (text: Text) => string,
): Promise<Outcome<Rule>> {
  return save(context, actor, { action: 'rule.add', input, inWords }, (trx, row) =>
    insertMarked(trx, 'distribution_rules', context, {
      id: newId(context),
      ...row,
      created_at: context.now(),
      version: 1,
    }),
  );
}

export async function editRule(
  context: DistributionContext,
  actor: Actor,
  { id, version, input }: { readonly id: string; readonly version: number; readonly input: RuleInput },
  inWords: (text: Text) => string,
): Promise<Outcome<Rule>> {
  const denial = deniedSome(actor, input);
  if (denial) return denial;
  const found = await ruleFor(context, actor, id);
  if (!found.ok) return found;
  if (found.value.version !== version) return editedMeanwhile();
  return save(context, actor, { action: 'rule.edit', input, inWords }, (trx, row) =>
    updateRule(trx, context, { id, ...row, version }),
  );
}

/** @param write gives nothing where someone else was faster */
async function save(
  context: DistributionContext,
  actor: Actor,
  what: {
    readonly action: 'rule.add' | 'rule.edit';
    readonly input: RuleInput;
    readonly inWords: (text: Text) => string;
  },
  write: (trx: Connection, row: Omit<KeptRule, 'id'>) => Promise<RuleRow | undefined>,
): Promise<Outcome<Rule>> {
  const columns = await columnsOf(context, actor, what.input);
  if (!columns.ok) return columns;
  return allOrNothing(
    context.db,
    async (trx) => {
      await holdDomain(trx, { path: columns.value.domain, name: what.input.securityDomain ?? '' });
      const row = await write(trx, columns.value);
      if (!row) return editedMeanwhile();
      await hastenSchedule(trx, 'rules', context.databaseNow());
      await audit(trx, context, actor, what.action, row);
      return done(await viewOf({ db: trx }, row, what.inWords));
    },
    nameTaken(what.input.name),
  );
}

export async function removeRule(
  context: DistributionContext,
  actor: Actor,
  id: string,
): Promise<Outcome<undefined>> {
  const found = await ruleFor(context, actor, id);
  if (!found.ok) return found;
  return allOrNothing(context.db, async (trx) => {
    if (!(await deleteRow(trx, 'distribution_rules', id))) return noSuchRule();
    await audit(trx, context, actor, 'rule.delete', found.value);
    return done(undefined);
  });
}

export async function previewRule(
  context: DistributionContext,
  actor: Actor,
  id: string,
): Promise<Outcome<RulePreview>> {
  // It names users.
  const denial = denied(actor, 'users:view');
  if (denial) return denial;
  const found = await ruleFor(context, actor, id);
  if (!found.ok) return found;
  const rule = found.value;
  if (!covers(actor, 'users:view', rule.domain))
    return refused('not-permitted', text('job-row.another-domain'));
  const { joiners, givenUp, leavers, expiring } = await concernedBy(context, actor, rule, MAX_PREVIEWED);
  const preview = async (concerned: readonly { readonly user_id: string }[]) => {
    const users = concerned.slice(0, SHOWN).map(({ user_id }) => user_id);
    const nameOf = await userNamesFor(context, actor, users);
    return { count: concerned.length, users, names: users.map((userId) => nameOf(userId).userName ?? '') };
  };
  return done({
    joiners: await preview(joiners),
    givenUp: await preview(givenUp),
    leavers: await preview(leavers),
    expiring: await preview(expiring),
    leftToday: await leftToday(context, rule),
  });
}

const SHOWN = 5;

const ruleFor = (
  { db }: Pick<DistributionContext, 'db'>,
  actor: Actor,
  id: string,
): Promise<Outcome<RuleRow>> =>
  itemFor(
    actor,
    'tokens:distribute',
    async () => {
      const row = await findRule(db, id);
      return row && reaches(actor, row) ? row : undefined;
    },
    noSuchRule,
  );

const audit = (
  trx: Parameters<typeof record>[0],
  context: DistributionContext,
  actor: Actor,
  action: 'rule.add' | 'rule.edit' | 'rule.delete',
  row: RuleRow,
): Promise<void> =>
  record(trx, context, actor, {
    action,
    object: `rule:${row.name}`,
    reason: text(row.enabled === 1 ? 'event.rule-on' : 'event.rule-off', { perDay: readRule(row).perDay }),
  });
