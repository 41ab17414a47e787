/** A rule as it is stored, whom it concerns now, and how many more it may serve today. */

import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { RuleInput } from '@sower/api/distribution-rules';
import { generatedCodeSchema } from '@sower/api/distributions';
import { DAY, dayOf } from '@sower/api/time';
import { z } from 'zod';
import { type Actor, actorName, covers } from '../../core/actor.ts';
import {
  countGiven,
  countLeavers,
  listDisabledHolders,
  listExpiring,
  listJoiners,
  listLeavers,
  listUnserved,
  type Page,
  type RuleRow,
} from '../../store/distribution/rules.ts';
import { storedJson } from '../../store/schema/stored-json.ts';
import { hasReplacementsOf } from '../../store/tokens/replacements.ts';
import { oldestValidDay } from '../../store/tokens/tokens.ts';
import type { DistributionContext } from '../distribution/plan.ts';

export const MAX_PREVIEWED = 1_000;
/** Anyone who could not get a token is looked at again after so long. */
const TRY_AGAIN_MILLISECONDS = DAY;

type Context = Pick<DistributionContext, 'db' | 'now'>;

/** Whom a rule is about. */
export const concernOf = (rule: RuleRow) => ({
  ruleId: rule.id,
  domain: rule.domain,
  group: readRule(rule).group,
});

/** Days begin at midnight, UTC. */
export const today = ({ now }: Pick<Context, 'now'>): number => Math.floor(now() / DAY) * DAY;

export async function leftToday(context: Context, rule: RuleRow): Promise<number> {
  const given = await countGiven(context.db, rule.id, today(context));
  return Math.max(0, readRule(rule).perDay - given);
}

/** Leavers have a ceiling of their own: a domain emptied by mistake does not lose every token at once. */
export async function leaversLeftToday(context: Context, rule: RuleRow): Promise<number> {
  const found = await countLeavers(context.db, rule.id, today(context));
  return Math.max(0, readRule(rule).perDay - found);
}

/**
 * @param actor whose rights count: users who have moved to where the actor may not distribute are left out
 * @param limit of each
 */
export async function concernedBy(context: Context, actor: Actor, rule: RuleRow, limit: number) {
  const { renewDays, leavers: whose } = readRule(rule);
  const now = context.now();
  const day = oldestValidDay(now);
  const triedSince = now - TRY_AGAIN_MILLISECONDS;
  const until = dayOf(now + renewDays * DAY);
  const { db } = context;
  const by = actorName(actor);
  const without = await all(rule, limit, (concern) => listJoiners(db, concern, { now, day, triedSince }));
  const own = await all(rule, limit, (concern) => listLeavers(db, concern));
  const others = whose === 'all' ? await all(rule, limit, (concern) => listDisabledHolders(db, concern)) : [];
  // One token may be found both ways.
  const left = new Map(
    [...own, ...others]
      .filter(({ domain }) => covers(actor, 'tokens:distribute', domain))
      .map((row) => [row.token_id, row]),
  );
  return {
    joiners: without.filter(({ given_up }) => given_up === 0),
    givenUp: without.filter(({ given_up }) => given_up === 1),
    leavers: [...left.values()].slice(0, limit),
    expiring:
      renewDays === 0
        ? []
        : await all(rule, limit, (concern) => listExpiring(db, concern, { from: day, until })),
    unserved: (await hasReplacementsOf(db, rule.id, by))
      ? await all(rule, limit, (concern) => listUnserved(db, concern, { from: day, now, triedSince, by }))
      : [],
  };
}

/** Page by page, with others' turn in between: SQLite answers without waiting. */
async function all<Found>(
  rule: RuleRow,
  limit: number,
  list: (concern: Parameters<typeof listLeavers>[1]) => Promise<Page<Found>>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (let after = ''; found.length < limit; ) {
    const page = await list({ ...concernOf(rule), after });
    found.push(...page.found);
    if (page.end === undefined) break;
    after = page.end;
    await yieldToOthers();
  }
  return found.slice(0, limit);
}

/** What is kept as JSON; the domain is a path beside it. */
export type StoredRule = Omit<RuleInput, 'name' | 'securityDomain' | 'enabled'>;

const storedRule = storedJson(
  'distribution_rules.input',
  z.object({
    group: z.string().optional(),
    profile: z.string(),
    tokens: z.enum(['stock', 'mint']),
    binding: z.enum(['class', 'any']),
    mail: z.enum(['separate', 'encrypted']).optional(),
    activationCode: generatedCodeSchema.optional(),
    perDay: z.number(),
    freeAfterDays: z.number(),
    leavers: z.enum(['own', 'all']).default('own'),
    renewDays: z.number(),
  }),
);

export const readRule = ({ input }: Pick<RuleRow, 'input'>): StoredRule => storedRule(input);

/** The request that a job of the rule comes from. */
export const jobInputOf = (name: string, { profile, tokens, binding, mail, activationCode }: StoredRule) => ({
  name,
  profile,
  tokens,
  binding,
  nickname: '',
  again: false,
  ...(mail === undefined ? {} : { mail }),
  ...(activationCode === undefined ? {} : { activationCode }),
});
