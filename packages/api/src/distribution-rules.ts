/** Rules: users who join a security domain get a token, those who leave lose it, and tokens that expire are replaced, automatically. */
import { z } from 'zod';
import { generatedCodeSchema } from './distributions.ts';
import {
  groupNameSchema,
  named,
  nameSchema,
  storedNameSchema,
  timeSchema,
  userIdSchema,
  versionSchema,
} from './fields.ts';
import { SOURCE_PERMISSIONS } from './jobs.ts';
import { add, get, listOf, put, remove } from './operation.ts';
import type { Permission } from './permissions.ts';
import { reasonShape } from './problems.ts';

const ruleFields = {
  name: nameSchema,
  /** Id or name of the security domain; those below it are included. Left out: the top one that the caller distributes in. */
  securityDomain: z.string().min(1).max(128).optional(),
  /** Distinguished name of a directory group whose members an identity source records: only those of the domain who are in it. */
  group: groupNameSchema.optional(),
  /** Id or name of the token profile. */
  profile: z.string().min(1).max(128),
  /** Where tokens come from for users who hold none that can be distributed. */
  tokens: z.enum(['stock', 'mint']).default('mint'),
  binding: z.enum(['class', 'any']).default('class'),
  /** URL delivery only, where the deployment allows it. */
  mail: z.enum(['separate', 'encrypted']).optional(),
  /** URL delivery only. */
  activationCode: generatedCodeSchema.optional(),
  /** Maximum number of users who get a token in a day, and of users who are treated as having left. */
  perDay: z.int().min(1).max(10_000).default(100),
  /** Days after leaving until a token is freed. */
  freeAfterDays: z.int().min(0).max(3650).default(30),
  /** Which tokens of those who left are freed: those of the rule; or also, of users who were disabled, all others. */
  leavers: z.enum(['own', 'all']).default('own'),
  /** Days before its expiry that a token is replaced; 0: never. */
  renewDays: z.int().min(0).max(365).default(30),
  enabled: z.boolean().default(false),
};
export const ruleInputSchema = z.strictObject(ruleFields).meta({ id: 'NewDistributionRule' });
const ruleSchema = named('DistributionRule', {
  id: z.string(),
  ...ruleFields,
  name: storedNameSchema,
  securityDomain: z.string(),
  profileName: z.string(),
  /** Whose rights it has: the person who saved it last. */
  madeBy: z.string(),
  lastRunAt: timeSchema.optional(),
  /** Why it was stopped. */
  ...reasonShape,
  detail: z.string().optional(),
  version: versionSchema,
});

const affected = z.object({
  /** Up to a thousand are counted. */
  count: z.int().nonnegative(),
  /** The first of them. */
  users: z.array(userIdSchema),
  names: z
    .array(z.string())
    .meta({ description: 'What they are called, in the same order; empty where there is no name.' }),
});
const rulePreviewSchema = named('DistributionRulePreview', {
  /** Would get a token. */
  joiners: affected,
  /** Users who let three activation codes in a row expire: the rule gives them no more, and someone should ask why. */
  givenUp: affected,
  /** Have left and have a token that the rule frees. */
  leavers: affected,
  /** Have a token of this rule that expires soon. */
  expiring: affected,
  /** How many may still get one today. */
  leftToday: z.int().nonnegative(),
});

export const DISTRIBUTION_RULE_OPERATIONS = {
  listRules: get(
    '/distribution-rules',
    'tokens:distribute',
    'List the rules of the security domains that the caller distributes in',
    { response: listOf(ruleSchema) },
  ),
  addRule: add(
    '/distribution-rules',
    'tokens:distribute',
    'Add a rule that distributes tokens to whoever is in a security domain; off unless said',
    { body: ruleInputSchema, response: ruleSchema },
  ),
  editRule: put(
    '/distribution-rules/:id',
    'tokens:distribute',
    'Replace a rule; from now on it has the rights of the caller. Switching it off, and nothing else, takes no other permission',
    { body: ruleInputSchema, response: ruleSchema, ifMatch: true },
  ),
  deleteRule: remove(
    '/distribution-rules/:id',
    'tokens:distribute',
    'Delete a rule; the tokens that it gave stay with their users',
  ),
  previewRule: get(
    '/distribution-rules/:id/preview',
    'tokens:distribute',
    'Whom a rule would reach now, whether it is on or off',
    { response: rulePreviewSchema },
  ),
};

export type Rule = z.infer<typeof ruleSchema>;
export type RuleInput = z.infer<typeof ruleInputSchema>;
/** What was put in, of what comes back. */
export const inputOfRule = (rule: Omit<Rule, 'detail'>): RuleInput =>
  Object.fromEntries(Object.entries(rule).filter(([name]) => name in ruleInputSchema.shape)) as RuleInput;
/**
 * What a rule needs of the person whose rights it has, in its security domain, checked at each run as well: its jobs name users, whom no one
 * chooses by search without seeing them.
 */
export const rulePermissions = ({ tokens }: Pick<RuleInput, 'tokens'>): readonly Permission[] => [
  ...SOURCE_PERMISSIONS[tokens],
  'users:view',
];
export type RulePreview = z.infer<typeof rulePreviewSchema>;
