/** `sower security-domain`: the tree that users, tokens and roles are in. A domain is named by its name or its id. */
import type { ApiClient } from '@sower/api/client';
import type { SecurityDomain } from '@sower/api/security-domains';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { findNamed } from '../lookup.ts';
import { unchanged, yesOption } from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { type Column, printable, table } from '../terminal/output.ts';
import { confirmByName } from '../terminal/prompt.ts';

type Placed = SecurityDomain & { readonly depth: number };

const COLUMNS: readonly Column<Placed>[] = [
  { title: 'Name', value: ({ name, depth }) => '  '.repeat(depth) + name },
  { title: 'Id', value: ({ id }) => id },
];

export function addSecurityDomainCommands(frame: Frame, program: Command): void {
  const securityDomain = program
    .command('security-domain')
    .description('Security domains: the tree that users, tokens and the roles over them are in');

  addServerCommand(
    frame,
    securityDomain,
    'list',
    'List the security domains, each below the one it is in',
    unchanged,
    async ({ api }) => {
      const domains = await api('listSecurityDomains', {});
      return { ok: true, json: domains, text: table(COLUMNS, placed(domains.items)) };
    },
  );

  addServerCommand<{ parent?: string }>(
    frame,
    securityDomain,
    'add <name>',
    'Add a security domain',
    (command) => command.option('--parent <name>', 'the one it is below (default: the top one)'),
    async ({ api, args, options }) =>
      changed(
        await api('addSecurityDomain', {
          body: {
            name: args[0]!,
            ...(options.parent === undefined ? {} : { parent: options.parent }),
          },
        }),
        'added',
      ),
  );

  addServerCommand(
    frame,
    securityDomain,
    'rename <name> <new>',
    'Rename a security domain',
    unchanged,
    async ({ api, args }) => {
      const found = await findSecurityDomain(api, args[0]!);
      if (!found.ok) return found;
      const { id, version } = found.value;
      return changed(
        await api('renameSecurityDomain', { params: { id }, body: { name: args[1]! }, ifMatch: version }),
        'renamed',
      );
    },
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    securityDomain,
    'delete <name>',
    'Delete a security domain that nothing is in',
    yesOption,
    async ({ api, args, options, terminal }) => {
      const found = await findSecurityDomain(api, args[0]!);
      if (!found.ok) return found;
      const { id, name } = found.value;
      const stop = await confirmByName(terminal, {
        name,
        consequence: `This deletes the security domain ${name}.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteSecurityDomain', { params: { id } });
      return { ok: true, json: { deleted: name }, text: `Security domain ${printable(name)} is deleted.` };
    },
  );
}

async function findSecurityDomain(api: ApiClient, nameOrId: string): Promise<Result<SecurityDomain>> {
  const { items } = await api('listSecurityDomains', {});
  const found = findNamed(items, nameOrId, ({ name, id }) => [name, id]);
  if (found !== undefined) return success(found);
  return fail('refused', 'not-found', `There is no security domain called ${nameOrId}.`, {
    next: 'See: sower security-domain list',
  });
}

/** Each below the one it is in, by name. `depth` counts what the caller sees: who sees a part of the tree has its top at 0. */
function placed(domains: readonly SecurityDomain[]): Placed[] {
  const byPath = new Map(domains.map((domain) => [domain.path, domain]));
  return domains
    .map((domain) => {
      const above = pathsAbove(domain.path).flatMap((path) => byPath.get(path) ?? []);
      return {
        domain: { ...domain, depth: above.length },
        names: [...above, domain].map(({ name }) => name),
      };
    })
    .sort((one, other) => compareNames(one.names, other.names))
    .map(({ domain }) => domain);
}

/** `/a/b/` is below `/` and `/a/`. */
function pathsAbove(path: string): string[] {
  const ids = path.split('/').slice(1, -1);
  return ids.map(
    (_, index) =>
      `/${ids
        .slice(0, index)
        .map((id) => `${id}/`)
        .join('')}`,
  );
}

function compareNames(one: readonly string[], other: readonly string[]): number {
  for (const [index, name] of one.entries()) {
    const against = other[index];
    if (against === undefined) return 1;
    if (name !== against) return name < against ? -1 : 1;
  }
  return one.length - other.length;
}

function changed(domain: SecurityDomain, done: string): Outcome {
  return { ok: true, json: domain, text: `Security domain ${printable(domain.name)} is ${done}.` };
}
