/** `sower agent`: programs that ask over the agents' own interface. An agent is named by its name or its id. */

import type { Agent } from '@sower/api/agents';
import type { ApiClient } from '@sower/api/client';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { listed } from '../listing.ts';
import { findNamed } from '../lookup.ts';
import { nothingToEdit, securityDomainOf, securityDomainOption, unchanged, yesOption } from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { type Column, fields, printable, time } from '../terminal/output.ts';
import { confirmByName } from '../terminal/prompt.ts';

const COLUMNS: readonly Column<Agent>[] = [
  { title: 'Name', value: ({ name }) => name },
  { title: 'Users of', value: ({ securityDomain }) => securityDomain },
  { title: 'State', value: ({ enabled }) => (enabled ? 'enabled' : 'disabled') },
  { title: 'Added', value: ({ createdAt }) => time(createdAt) },
  { title: 'By', value: ({ createdBy }) => createdBy },
];

export function addAgentCommands(frame: Frame, program: Command): void {
  const agent = program
    .command('agent')
    .description('Authentication agents: programs that ask with a key of their own (POST /mfa/v1_1/authn)');

  addServerCommand(frame, agent, 'list', 'List authentication agents', unchanged, async ({ api }) => {
    const { items, next } = await api('listAgents', {});
    return listed(items, { columns: COLUMNS, empty: 'No authentication agents.' }, next);
  });

  addServerCommand<{ securityDomain?: string }>(
    frame,
    agent,
    'add <name>',
    'Add an authentication agent; its key is shown once',
    (command) =>
      securityDomainOption(command, 'whose users it asks for, with those below (default: the top one)'),
    async ({ api, args, options }) =>
      withKey(await api('addAgent', { body: { name: args[0]!, ...securityDomainOf(options) } })),
  );

  addServerCommand<{ name?: string; securityDomain?: string; enable?: boolean; disable?: boolean }>(
    frame,
    agent,
    'edit <name>',
    'Edit an authentication agent',
    (command) =>
      securityDomainOption(command, 'whose users it asks for, with those below')
        .option('--name <name>', 'another name')
        .option('--enable', 'answer it')
        .option('--disable', 'refuse it'),
    async ({ api, args, options }) => {
      const body = {
        ...securityDomainOf(options),
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(options.enable || options.disable ? { enabled: options.enable === true } : {}),
      };
      if (Object.keys(body).length === 0) return nothingToEdit('sower agent edit --help');
      const found = await findAgent(api, args[0]!);
      if (!found.ok) return found;
      const { id, version } = found.value;
      const edited = await api('editAgent', { params: { id }, body, ifMatch: version });
      return { ok: true, json: edited, text: `Authentication agent ${printable(edited.name)} is saved.` };
    },
  );

  addServerCommand(
    frame,
    agent,
    'key <name>',
    'Give an authentication agent another key; the earlier one ends within seconds',
    unchanged,
    async ({ api, args }) => {
      const found = await findAgent(api, args[0]!);
      if (!found.ok) return found;
      return withKey(await api('changeAgentKey', { params: { id: found.value.id } }));
    },
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    agent,
    'delete <name>',
    'Delete an authentication agent',
    yesOption,
    async ({ api, args, options, terminal }) => {
      const found = await findAgent(api, args[0]!);
      if (!found.ok) return found;
      const { id, name } = found.value;
      const stop = await confirmByName(terminal, {
        name,
        consequence: `This deletes the authentication agent ${name}; it is refused from now on.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteAgent', { params: { id } });
      return {
        ok: true,
        json: { deleted: name },
        text: `Authentication agent ${printable(name)} is deleted.`,
      };
    },
  );
}

async function findAgent(api: ApiClient, nameOrId: string): Promise<Result<Agent>> {
  const { items } = await api('listAgents', {});
  const found = findNamed(items, nameOrId, ({ name, id }) => [name, id]);
  if (found !== undefined) return success(found);
  return fail('refused', 'not-found', `There is no authentication agent called ${nameOrId}.`, {
    next: 'See: sower agent list',
  });
}

function withKey(made: Agent & { key: string }): Outcome {
  return {
    ok: true,
    json: made,
    text: fields([
      ['Name', made.name],
      ['Users of', made.securityDomain],
      ['Key', made.key],
    ]),
    notes: ['The key is shown this once. The agent sends it in the header client-key.'],
  };
}
