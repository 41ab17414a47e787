/**
 * `sower second-approval`: what waits for a second administrator. Approving is possible only in the console, because an API key cannot look
 * at what it approves.
 */
import type { SecondApproval } from '@sower/api/second-approvals';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { listed } from '../../listing.ts';
import { unchanged } from '../../options.ts';
import { type Column, printable, time } from '../../terminal/output.ts';
import { t } from '../../texts.ts';

const COLUMNS: readonly Column<SecondApproval>[] = [
  { title: 'field.id', value: (row) => row.id },
  { title: 'field.action', value: (row) => row.action },
  { title: 'field.object', value: (row) => row.title },
  { title: 'field.by', value: (row) => row.askedBy },
  { title: 'field.until', value: (row) => time(row.expiresAt) },
  { title: 'field.state', value: (row) => t(`secondApproval.states.${row.state}`) },
];

export function addSecondApprovalCommands(frame: Frame, program: Command): void {
  const approval = program.command('second-approval').description(t('secondApproval.summary'));
  addServerCommand(frame, approval, 'list', t('secondApproval.list'), unchanged, async ({ api }) => {
    const { items } = await api('listSecondApprovals', {});
    return listed(items, { columns: COLUMNS, empty: t('secondApproval.none') });
  });
  addServerCommand(
    frame,
    approval,
    'reject <id>',
    t('secondApproval.reject'),
    unchanged,
    async ({ api, args }) => {
      const row = await api('rejectSecondApproval', { params: { id: args[0]! } });
      return { ok: true, json: row, text: t('secondApproval.rejected', { title: printable(row.title) }) };
    },
  );
}
