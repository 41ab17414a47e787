/** Which permissions one lacks for a rule, which has the rights of the person who saves it or switches it on. The server decides; this explains. */
import { type RuleInput, rulePermissions } from '@sower/api/distribution-rules';
import { usePermissionWords } from '../../api/permission-words.ts';
import { useConsole } from '../../session/use-console.ts';

/** @returns undefined if none is lacking */
export function useLackingForRule(): (rule: Pick<RuleInput, 'tokens'>) => string | undefined {
  const { t, can } = useConsole();
  const words = usePermissionWords();
  return (rule) => {
    const lacking = rulePermissions(rule).filter((permission) => !can(permission));
    return lacking.length === 0
      ? undefined
      : t('rules.lacking', { permissions: lacking.map(words).join(', ') });
  };
}
