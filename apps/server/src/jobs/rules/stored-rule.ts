/** A rule as it is stored, and what it asks for. */
import type { RuleInput } from '@sower/api/distribution-rules';
import { SOURCE_PERMISSIONS } from '@sower/api/jobs';
import type { Permission } from '@sower/api/permissions';
import type { RuleRow } from '../../store/distribution/rules.ts';

/** What is kept as JSON; the domain is a path beside it. */
export type StoredRule = Omit<RuleInput, 'name' | 'securityDomain' | 'enabled'>;

export const readRule = ({ input }: Pick<RuleRow, 'input'>): StoredRule => JSON.parse(input) as StoredRule;

/** Asked for at each run, in the rule's domain: its jobs name users, whom no one chooses by search without seeing them. */
export const neededFor = ({ tokens }: Pick<StoredRule, 'tokens'>): readonly Permission[] => [
  ...SOURCE_PERMISSIONS[tokens],
  'users:view',
];

/** The request that a job of the rule comes from. */
export const jobInputOf = (name: string, { profile, tokens, binding, mail }: StoredRule) => ({
  name,
  profile,
  tokens,
  binding,
  nickname: '',
  again: false,
  ...(mail === undefined ? {} : { mail }),
});
