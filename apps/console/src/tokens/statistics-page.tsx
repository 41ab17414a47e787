/** Authentication > SecurID Tokens > Token Statistics. */
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { ChoiceField } from '../ui/field.tsx';
import { Screen } from '../ui/screen.tsx';
import { StatisticsCards } from './statistics-cards.tsx';

export function Component() {
  const { t } = useConsole();
  const [days, setDays] = useState('90');
  const statistics = useAnswer(
    'getStatistics',
    { query: { expiringDays: days } },
    { placeholderData: keepPreviousData },
  );
  return (
    <Screen title={t('statistics.title')} stacked>
      <div className="pf-v6-c-form sower-filters">
        <ChoiceField
          label={t('statistics.days')}
          value={days}
          onChange={setDays}
          choices={['30', '90', '180', '365'].map((value) => ({
            value,
            label: t('statistics.dayCount', { count: Number(value) }),
          }))}
        />
      </div>
      <StatisticsCards query={statistics} />
    </Screen>
  );
}
