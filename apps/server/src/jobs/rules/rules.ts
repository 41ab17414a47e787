/** Rules as their makers see them: listed, saved, deleted, tried out. A rule has the rights of the person who saved it last. */

import { isDeepStrictEqual } from 'node:util';
import {
  inputOfRule,
  type Rule,
  type RuleInput,
  type RulePreview,
  rulePermissions,
} from '@sower/api/distribution-rules';
import { isoTime } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import { groupToKeep } from '../../clients/only-groups.ts';
import { type Actor, covers, denied } from '../../core/actor.ts';
import {
  done,
  invalidAt,
  missingAt,
  type Outcome,
  type Refused,
  refused,
  refusedAt,
} from '../../core/outcome.ts';
import { type Edit, itemFor, itemsFor, recordedRows } from '../../core/recorded.ts';
import { storedReason, type Unworded } from '../../core/unworded.ts';
import { domainFor, holdDomain } from '../../directory/domains.ts';
import { starterColumns } from '../../directory/starter.ts';
import { userNamesFor } from '../../directory/user-search.ts';
import { noSuchProfile } from '../../provisioning/profiles/profile.ts';
import { newId } from '../../store/db/ids.ts';
import { findRow } from '../../store/db/rows.ts';
import { listDomains } from '../../store/directory/domains.ts';
import { userIdKey } from '../../store/directory/users.ts';
import { listRules, type RuleRow } from '../../store/distribution/rules.ts';
import { markOf } from '../../store/keys/marks.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { findProfile } from '../../store/tokens/profiles.ts';
import { hastenSchedule } from '../../store/work/due.ts';
import { sealsCodes } from '../distribution/input.ts';
import { type DistributionContext, planOf } from '../distribution/plan.ts';
import { concernedBy, jobInputOf, leftToday, MAX_PREVIEWED, readRule, type StoredRule } from './concerned.ts';

const noSuchRule = (): Refused => refused('not-found', text('rule.not-found'));

export const showRules = (context: DistributionContext, actor: Actor) =>
  itemsFor(actor, 'tokens:distribute', async () => {
    const rows = (await listRules(context.db)).filter((row) => reaches(actor, row));
    return viewsOf(context, rows);
  });

const reaches = (actor: Actor, { domain }: RuleRow): boolean => covers(actor, 'tokens:distribute', domain);

async function viewsOf(
  context: Pick<DistributionContext, 'db'>,
  rows: readonly RuleRow[],
): Promise<Unworded<Rule, 'detail'>[]> {
  const domains = new Map((await listDomains(context.db)).map(({ path, name }) => [path, name]));
  return Promise.all(
    rows.map(async (row) => {
      const stored = readRule(row);
      return {
        ...stored,
        id: row.id,
        name: row.name,
        securityDomain: domains.get(row.domain) ?? row.domain,
        enabled: row.enabled === 1,
        profileName: (await findProfile(context.db, stored.profile))?.name ?? '',
        madeBy: row.actor_name,
        ...(row.last_run_at === null ? {} : { lastRunAt: isoTime(row.last_run_at) }),
        ...storedReason(row),
        version: row.version,
      };
    }),
  );
}

/** Checked first, so that the refusal does not reveal whether the domain or rule exists. */
const deniedSome = (actor: Actor, rule: Pick<StoredRule, 'tokens'>) =>
  denied(actor, ...rulePermissions(rule));

/** Nothing but switched off: that takes what deleting it takes, so that anyone who sees a rule do harm can stop it. */
async function isSwitchOff(
  context: Pick<DistributionContext, 'db'>,
  row: RuleRow,
  input: RuleInput,
): Promise<boolean> {
  if (input.enabled) return false;
  const [present] = await viewsOf(context, [row]);
  return isDeepStrictEqual(present && inputOfRule(present), { ...input, enabled: present?.enabled });
}

/** What is kept of a rule that is switched off: it has the rights of the actor then, and does nothing with them. */
function switchedOff(context: DistributionContext, actor: Actor, row: RuleRow) {
  const { id, name, name_key, domain, input } = row;
  const starter = starterColumns(actor);
  if (!starter.ok) return starter;
  const source = actor.source ?? null;
  const kept = { name, name_key, domain, input, enabled: 0 as const, ...starter.value, source };
  const mark = markOf('distribution_rules', context, { id, ...kept });
  return done({ columns: { ...kept, mark, reason: null, text: null } });
}

/** What is kept of a rule, if the actor has the rights for what it does. */
async function planOfRule(context: DistributionContext, actor: Actor, id: string, input: RuleInput) {
  const { name, securityDomain, enabled, ...rest } = input;
  const denial = deniedSome(actor, rest);
  if (denial) return denial;
  const found = await domainFor(context, actor, 'tokens:distribute', securityDomain);
  if (!found.ok) return found;
  const { path } = found.value;
  if (rulePermissions(rest).some((permission) => !covers(actor, permission, path)))
    return refusedAt('securityDomain', 'not-permitted', text('job-row.another-domain'));
  const group = rest.group === undefined ? undefined : await groupToKeep(context.db, rest.group, 'group');
  if (group?.ok === false) return group;
  const profile = await findProfile(context.db, input.profile);
  if (!profile) return missingAt('profile', noSuchProfile(input.profile));
  // A job that a rule made has no one to fetch its codes.
  if (sealsCodes({ delivery: profile.delivery, mail: input.mail }))
    return invalidAt('mail', text('rule.url-needs-mail'));
  const planned = await planOf(context, jobInputOf(name, rest));
  if (!planned.ok) return planned;
  const starter = starterColumns(actor);
  if (!starter.ok) return starter;
  const row = {
    name,
    name_key: userIdKey(name),
    domain: path,
    input: JSON.stringify({ ...rest, group: group?.value, profile: profile.id } satisfies StoredRule),
    enabled: enabled ? (1 as const) : (0 as const),
    ...starter.value,
    source: actor.source ?? null,
  };
  const mark = markOf('distribution_rules', context, { id, ...row });
  return done({
    columns: { ...row, mark, reason: null, text: null },
    first: (trx: Connection) => holdDomain(trx, { path, name: securityDomain ?? '' }),
    afterwards: (trx: Connection) => hastenSchedule(trx, 'rules', context.databaseNow()),
    ifTaken: () => refusedAt('name', 'already-exists', text('rule.exists', { rule: name })),
  });
}

const RULES = recordedRows<'distribution_rules', Unworded<Rule, 'detail'>>({
  table: 'distribution_rules',
  notFound: noSuchRule,
  present: ruleFor,
  object: ({ name }) => `rule:${name}`,
  reason: describe,
  view: async (db, row) => (await viewsOf({ db }, [row]))[0] as Unworded<Rule, 'detail'>,
});

export async function addRule(
  context: DistributionContext,
  actor: Actor,
  input: RuleInput,
): Promise<Outcome<Unworded<Rule, 'detail'>>> {
  const id = newId(context);
  const planned = await planOfRule(context, actor, id, input);
  if (!planned.ok) return planned;
  const { columns, ...doing } = planned.value;
  const row = { id, ...columns, created_at: context.now(), version: 1 };
  return RULES.insert(context, actor, row, { action: 'rule.add', ...doing });
}

export async function editRule(
  context: DistributionContext,
  actor: Actor,
  edit: Edit<RuleInput>,
): Promise<Outcome<Unworded<Rule, 'detail'>>> {
  const denial = deniedSome(actor, edit.change);
  if (denial) {
    const found = await ruleFor(context, actor, edit.id);
    if (!found.ok || !(await isSwitchOff(context, found.value, edit.change))) return denial;
  }
  return RULES.edit(context, actor, edit, 'rule.edit', async (row, input) =>
    (await isSwitchOff(context, row, input))
      ? switchedOff(context, actor, row)
      : planOfRule(context, actor, row.id, input),
  );
}

export const removeRule = (
  context: DistributionContext,
  actor: Actor,
  id: string,
): Promise<Outcome<undefined>> =>
  RULES.remove(context, actor, id, { action: 'rule.delete', reason: describe });

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

function ruleFor(
  { db }: Pick<DistributionContext, 'db'>,
  actor: Actor,
  id: string,
): Promise<Outcome<RuleRow>> {
  const find = async () => {
    const row = await findRow(db, 'distribution_rules', id);
    return row && reaches(actor, row) ? row : undefined;
  };
  return itemFor(actor, 'tokens:distribute', find, noSuchRule);
}

function describe(row: RuleRow): Text {
  const { perDay } = readRule(row);
  return text(row.enabled === 1 ? 'event.rule-on' : 'event.rule-off', { perDay });
}
