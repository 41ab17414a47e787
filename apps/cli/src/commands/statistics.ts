/** `sower statistics`: how many tokens there are, and what waits. */
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { wholeNumber } from '../options.ts';
import { fields, table } from '../terminal/output.ts';

export function addStatisticsCommand(frame: Frame, program: Command): void {
  addServerCommand<{ expiringDays?: number }>(
    frame,
    program,
    'statistics',
    'Count tokens and what waits',
    (command) =>
      command.option(
        '--expiring-days <n>',
        'what counts as expiring soon (default: 90)',
        wholeNumber(1, 3650),
      ),
    async ({ api, options }) => {
      const counted = await api('getStatistics', {
        query: options.expiringDays === undefined ? {} : { expiringDays: options.expiringDays },
      });
      const { tokens } = counted;
      const head = fields([
        ['Users', counted.users],
        ['Tokens', tokens.total],
        ['Assigned', tokens.assigned],
        ['Unassigned', tokens.unassigned],
        ['Enabled', tokens.enabled],
        ['Disabled', tokens.disabled],
        ['Lost', tokens.lost],
        ['Expired', tokens.expired],
        [`Expiring in ${counted.expiringDays} days`, tokens.expiring],
      ]);
      const waiting = table<[string, number]>(
        [
          { title: 'Latest distribution', value: ([state]) => state },
          { title: 'Tokens', value: ([, count]) => count, align: 'right' },
        ],
        Object.entries(counted.distributions),
      );
      return { ok: true, json: counted, text: `${head}\n\n${waiting}` };
    },
  );
}
