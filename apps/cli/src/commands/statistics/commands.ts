/** `sower statistics`: how many tokens there are, and what is waiting; figures over time are in figures.ts. */
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { wholeNumber } from '../../options.ts';
import { fields, table } from '../../terminal/output.ts';
import { t } from '../../texts.ts';
import { addFigureCommands } from './figures.ts';

export function addStatisticsCommands(frame: Frame, program: Command): void {
  const statistics = program.command('statistics').description(t('statistics.summary'));
  addServerCommand<{ expiringDays?: number }>(
    frame,
    statistics,
    { usage: 'now', isDefault: true },
    t('statistics.now'),
    (command) => command.option('--expiring-days <n>', t('statistics.expiringDays'), wholeNumber(1, 3650)),
    async ({ api, options }) => {
      const counted = await api('getStatistics', {
        query: options.expiringDays === undefined ? {} : { expiringDays: options.expiringDays },
      });
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
      const waiting = table<[string, number]>(
        [
          { title: 'field.latestDistribution', value: ([state]) => state },
          { title: 'field.tokens', value: ([, count]) => count, align: 'right' },
        ],
        Object.entries(counted.distributions),
      );
      return { ok: true, json: counted, text: `${head}\n\n${waiting}` };
    },
  );
  addFigureCommands(frame, statistics);
}
