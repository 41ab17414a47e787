/** A rule as it is stored, and what it asks for. */
import type { RuleInput } from '@sower/api/distribution-rules';
import { generatedCodeSchema } from '@sower/api/distributions';
import { SOURCE_PERMISSIONS } from '@sower/api/jobs';
import type { Permission } from '@sower/api/permissions';
import { z } from 'zod';
import type { RuleRow } from '../../store/distribution/rules.ts';
import { storedJson } from '../../store/schema/stored-json.ts';

/** What is kept as JSON; the domain is a path beside it. */
export type StoredRule = Omit<RuleInput, 'name' | 'securityDomain' | 'enabled'>;

const read = storedJson(
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

export const readRule = ({ input }: Pick<RuleRow, 'input'>): StoredRule => read(input);

/** Asked for at each run, in the rule's domain: its jobs name users, whom no one chooses by search without seeing them. */
export const neededFor = ({ tokens }: Pick<StoredRule, 'tokens'>): readonly Permission[] => [
  ...SOURCE_PERMISSIONS[tokens],
  'users:view',
];

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
