/** `sower audit`: who did what, latest first. */
import type { AuditEntry } from '@sower/api/resources';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from './command.ts';
import { type ListOptions, list, listOptions } from './listing.ts';
import { type Column, time } from './output.ts';

const COLUMNS: readonly Column<AuditEntry>[] = [
  { title: 'At', value: (entry) => time(entry.at) },
  { title: 'Actor', value: (entry) => entry.actor },
  { title: 'Action', value: (entry) => entry.action },
  { title: 'Object', value: (entry) => entry.object },
  { title: 'Result', value: (entry) => entry.result },
  { title: 'Reason', value: (entry) => entry.reason },
  { title: 'From', value: (entry) => entry.source },
];

export function addAuditCommand(frame: Frame, program: Command): void {
  addServerCommand<ListOptions & { object?: string; actor?: string; action?: string }>(
    frame,
    program,
    'audit',
    'Read the audit trail, latest first',
    (command) =>
      listOptions(command)
        .option('--object <name>', 'only about this, such as token:000100000001 or user:ada')
        .option('--actor <name>', 'only by this actor')
        .option('--action <name>', 'only this action'),
    ({ api, terminal, options }) =>
      list(
        terminal,
        options,
        { columns: COLUMNS, name: 'the audit trail', empty: 'No entries found.' },
        (page) =>
          api('listAudit', {
            query: {
              ...page,
              ...(options.object === undefined ? {} : { object: options.object }),
              ...(options.actor === undefined ? {} : { actor: options.actor }),
              ...(options.action === undefined ? {} : { action: options.action }),
            },
          }),
      ),
  );
}
