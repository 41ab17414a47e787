/** `sower agent`: programs that ask over the agents' own interface. An agent is named by its name or its id. */

import type { Agent } from '@sower/api/agents';
import type { ApiClient } from '@sower/api/client';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { addDeleteCommand } from '../delete-command.ts';
import { listed } from '../listing.ts';
import { lookUp } from '../lookup.ts';
import {
  enabledOf,
  enabledOptions,
  nothingToEdit,
  onlyGroupsOf,
  onlyGroupsOption,
  securityDomainOf,
  securityDomainOption,
  unchanged,
} from '../options.ts';
import type { Outcome, Result } from '../outcome.ts';
import { type Column, fields, printable, time } from '../terminal/output.ts';
import { t } from '../texts.ts';

const COLUMNS: readonly Column<Agent>[] = [
  { title: 'field.name', value: ({ name }) => name },
  { title: 'field.usersOf', value: ({ securityDomain }) => securityDomain },
  { title: 'field.state', value: ({ enabled }) => t(enabled ? 'state.enabled' : 'state.disabled') },
  { title: 'field.added', value: ({ createdAt }) => time(createdAt) },
  { title: 'field.by', value: ({ createdBy }) => createdBy },
];

export function addAgentCommands(frame: Frame, program: Command): void {
  const agent = program.command('agent').description(t('agent.summary'));

  addServerCommand(frame, agent, 'list', t('agent.list.summary'), unchanged, async ({ api }) => {
    const { items, next } = await api('listAgents', {});
    return listed(items, { columns: COLUMNS, empty: t('agent.list.none') }, next);
  });

  addServerCommand<{ securityDomain?: string; onlyGroup?: string[] }>(
    frame,
    agent,
    'add <name>',
    t('agent.add.summary'),
    (command) => onlyGroupsOption(securityDomainOption(command, t('agent.add.securityDomain')), false),
    async ({ api, args, options }) =>
      withKey(
        await api('addAgent', {
          body: { name: args[0]!, ...securityDomainOf(options), ...onlyGroupsOf(options) },
        }),
      ),
  );

  addServerCommand<{
    name?: string;
    securityDomain?: string;
    onlyGroup?: string[];
    allGroups?: boolean;
    enable?: boolean;
    disable?: boolean;
  }>(
    frame,
    agent,
    'edit <name>',
    t('agent.edit.summary'),
    (command) =>
      enabledOptions(
        onlyGroupsOption(securityDomainOption(command, t('agent.edit.securityDomain')), true).option(
          '--name <name>',
          t('agent.edit.name'),
        ),
        { enable: t('agent.edit.enable'), disable: t('agent.edit.disable') },
      ),
    async ({ api, args, options }) => {
      const body = {
        ...securityDomainOf(options),
        ...onlyGroupsOf(options),
        ...(options.name === undefined ? {} : { name: options.name }),
        ...enabledOf(options),
      };
      if (Object.keys(body).length === 0) return nothingToEdit('sower agent edit --help');
      const found = await findAgent(api, args[0]!);
      if (!found.ok) return found;
      const { id, version } = found.value;
      const edited = await api('editAgent', { params: { id }, body, ifMatch: version });
      return { ok: true, json: edited, text: t('agent.edit.done', { name: printable(edited.name) }) };
    },
  );

  addServerCommand(frame, agent, 'key <name>', t('agent.key.summary'), unchanged, async ({ api, args }) => {
    const found = await findAgent(api, args[0]!);
    if (!found.ok) return found;
    return withKey(await api('changeAgentKey', { params: { id: found.value.id } }));
  });

  addDeleteCommand(frame, agent, {
    summary: t('agent.delete.summary'),
    find: findAgent,
    confirm: (name) => t('agent.delete.confirm', { name }),
    remove: (api, id) => api('deleteAgent', { params: { id } }),
    done: (name) => t('agent.delete.done', { name: name }),
  });
}

const findAgent = (api: ApiClient, nameOrId: string): Promise<Result<Agent>> =>
  lookUp(api('listAgents', {}), nameOrId, {
    notFound: (named) => t('agent.notFound', named),
    list: 'sower agent list',
  });

function withKey(made: Agent & { key: string }): Outcome {
  return {
    ok: true,
    json: made,
    text: fields([
      [t('field.name'), made.name],
      [t('field.usersOf'), made.securityDomain],
      [t('field.key'), made.key],
    ]),
    notes: [t('agent.once')],
  };
}
