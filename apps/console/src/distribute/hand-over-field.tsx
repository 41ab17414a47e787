/** How link and activation code of a URL delivery reach the user: by hand, or by mail if that is allowed and possible. */
import { FormGroup, Radio } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useConsole } from '../session/use-console.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';

export type HandOver = 'own' | 'encrypted' | 'separate';

export function HandOverField({
  serial,
  holder,
  value,
  onChange,
}: {
  serial: string;
  /** By name and user ID. */
  holder: string;
  value: HandOver;
  onChange: (value: HandOver) => void;
}) {
  const { t, api } = useConsole();
  const options = useQuery({
    queryKey: ['mailDelivery', serial],
    queryFn: () => api('getMailDeliveryOptions', { params: { serial } }),
    staleTime: 0,
  });
  const reasonAgainst = (way: HandOver): string | undefined =>
    way === 'own' ? undefined : options.data?.[way];
  if (!options.data && options.isError)
    return <ProblemAlert error={options.error} onRetry={() => options.refetch()} />;
  // No choice: by hand.
  if (!options.data || (options.data.encrypted !== undefined && options.data.separate !== undefined))
    return null;
  return (
    <FormGroup role="radiogroup" isStack fieldId="hand-over" label={t('handOver.title')}>
      {(['own', 'encrypted', 'separate'] as const).map((way) => (
        <Radio
          key={way}
          id={`hand-over-${way}`}
          name="hand-over"
          isChecked={value === way}
          isDisabled={reasonAgainst(way) !== undefined}
          onChange={() => onChange(way)}
          label={t(`handOver.${way}`)}
          description={reasonAgainst(way) ?? t(`handOver.${way}Says`, { userId: holder })}
        />
      ))}
    </FormGroup>
  );
}
