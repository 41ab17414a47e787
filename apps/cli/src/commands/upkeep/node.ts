/** `sower node`: the server processes. */
import type { Node } from '@sower/api/nodes';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { unchanged } from '../../options.ts';
import { type Column, table } from '../../terminal/output.ts';
import { t } from '../../texts.ts';

const COLUMNS: readonly Column<Node>[] = [
  { title: 'field.host', value: ({ host }) => host },
  { title: 'field.process', value: ({ process }) => String(process) },
  { title: 'field.version', value: ({ version }) => version },
  { title: 'field.started', value: ({ startedAt }) => startedAt },
  { title: 'field.seen', value: ({ seenAt }) => seenAt },
  { title: 'field.clockAhead', value: ({ clockAhead }) => clockAhead.toFixed(1) },
  { title: 'field.problems', value: ({ problems }) => problems.join(' ') },
];

export function addNodeCommands(frame: Frame, program: Command): void {
  const node = program.command('node').description(t('node.summary'));

  addServerCommand(frame, node, 'list', t('node.list'), unchanged, async ({ api }) => {
    const nodes = await api('listNodes', {});
    return { ok: true, json: nodes, text: table(COLUMNS, nodes.items) };
  });
}
