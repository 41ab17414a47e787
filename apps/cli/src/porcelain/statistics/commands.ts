/** `sower statistics`: how many tokens there are, and what is waiting; figures over time are in figures.ts. */
import type { DistributionState } from '@sower/api/distributions';
import { group } from '../../command.ts';
import { act } from '../../operations.ts';
import { wholeNumber } from '../../options.ts';
import { fields, table } from '../../terminal/output.ts';
import { t } from '../../texts.ts';
import { FIGURES } from './figures.ts';

export const STATISTICS = group('statistics', [
  act('getStatistics', {
    usage: 'now',
    isDefault: true,
    options: [['--expiring-days <n>', 'statistics.expiringDays', { read: wholeNumber(1, 3650) }]],
    done: (counted) => {
      const { tokens } = counted;
      const head = fields([
        [t('field.users'), counted.users],
        [t('field.tokens'), tokens.total],
        [t('field.assigned'), tokens.assigned],
        [t('field.unassigned'), tokens.unassigned],
        [t('field.enabled'), tokens.enabled],
        [t('field.disabled'), tokens.disabled],
        [t('field.lost'), tokens.lost],
        [t('field.expired'), tokens.expired],
        [t('field.expiring', { days: counted.expiringDays }), tokens.expiring],
      ]);
      const waiting = table<[DistributionState, number]>(
        [
          { title: 'field.latestDistribution', value: ([state]) => t(`distribution-state.${state}`) },
          { title: 'field.tokens', value: ([, count]) => count, align: 'right' },
        ],
        Object.entries(counted.distributions) as [DistributionState, number][],
      );
      return `${head}\n\n${waiting}`;
    },
  }),
  ...FIGURES,
]);
