/** A security domain, if there is more than one to choose from. */
import { MINUTE } from '@sower/api/time';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { ChoiceField } from '../ui/field.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';

export function DomainField({
  label,
  value,
  onChange,
  byName = false,
  ...said
}: {
  label?: string;
  /** ID (or name), or empty. */
  value: string;
  onChange: (id: string) => void;
  /** The meaning of empty; without it, one has to be chosen. */
  none?: string;
  /** Whether the value is the name. */
  byName?: boolean;
  path?: string;
  error?: string | undefined;
}) {
  const { t, can } = useConsole();
  const domains = useAnswer('listSecurityDomains', {}, { enabled: can('users:view'), staleTime: MINUTE });
  const items = domains.data?.items ?? [];
  // Otherwise it would go where no one has chosen.
  if (items.length === 0 && domains.isError)
    return <ProblemAlert error={domains.error} onRetry={() => domains.refetch()} />;
  if (items.length < 2) return null;
  return (
    <ChoiceField
      label={label ?? t('domains.one')}
      value={value}
      onChange={onChange}
      {...said}
      choices={items.map(({ id, name, path }) => ({
        value: byName ? name : id,
        label: `${'– '.repeat(Math.max(0, path.split('/').length - 3))}${name}`,
      }))}
    />
  );
}
