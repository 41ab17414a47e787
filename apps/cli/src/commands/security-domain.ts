/** `sower security-domain`: the tree that users, tokens and roles are in. A domain is named by its name or its id. */

import type { ApiClient } from '@sower/api/client';
import type { SecurityDomain } from '@sower/api/security-domains';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { addDeleteCommand } from '../delete-command.ts';
import { lookUp } from '../lookup.ts';
import { unchanged } from '../options.ts';
import type { Outcome, Result } from '../outcome.ts';
import { type Column, printable, table } from '../terminal/output.ts';
import { t } from '../texts.ts';

type Placed = SecurityDomain & { readonly depth: number };

const COLUMNS: readonly Column<Placed>[] = [
  { title: 'field.name', value: ({ name, depth }) => '  '.repeat(depth) + name },
  { title: 'field.id', value: ({ id }) => id },
];

export function addSecurityDomainCommands(frame: Frame, program: Command): void {
  const securityDomain = program.command('security-domain').description(t('securityDomain.summary'));

  addServerCommand(
    frame,
    securityDomain,
    'list',
    t('securityDomain.list.summary'),
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
    t('securityDomain.add.summary'),
    (command) => command.option('--parent <name>', t('securityDomain.add.parent')),
    async ({ api, args, options }) =>
      changed(
        await api('addSecurityDomain', {
          body: {
            name: args[0]!,
            ...(options.parent === undefined ? {} : { parent: options.parent }),
          },
        }),
        'add',
      ),
  );

  addServerCommand(
    frame,
    securityDomain,
    'rename <name> <new>',
    t('securityDomain.rename.summary'),
    unchanged,
    async ({ api, args }) => {
      const found = await findSecurityDomain(api, args[0]!);
      if (!found.ok) return found;
      const { id, version } = found.value;
      return changed(
        await api('renameSecurityDomain', { params: { id }, body: { name: args[1]! }, ifMatch: version }),
        'rename',
      );
    },
  );

  addDeleteCommand(frame, securityDomain, {
    summary: t('securityDomain.delete.summary'),
    find: findSecurityDomain,
    confirm: (name) => t('securityDomain.delete.confirm', { domain: name }),
    remove: (api, id) => api('deleteSecurityDomain', { params: { id } }),
    done: (name) => t('securityDomain.delete.done', { domain: name }),
  });
}

const findSecurityDomain = (api: ApiClient, nameOrId: string): Promise<Result<SecurityDomain>> =>
  lookUp(api('listSecurityDomains', {}), nameOrId, {
    notFound: (named) => t('securityDomain.notFound', named),
    list: 'sower security-domain list',
  });

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

function changed(domain: SecurityDomain, done: 'add' | 'rename'): Outcome {
  return {
    ok: true,
    json: domain,
    text: t(`securityDomain.${done}.done`, { domain: printable(domain.name) }),
  };
}
