/** Security domains: a tree that scopes users, tokens and roles. */

import type { Permission } from '@sower/api/permissions';
import type { SecurityDomain } from '@sower/api/security-domains';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, covers, denied, scopesOf } from '../core/actor.ts';
import { done, type Outcome, refused, refusedAt } from '../core/outcome.ts';
import { type Edit, itemsFor, recordedRows } from '../core/recorded.ts';
import { undo, undoWith } from '../core/transaction.ts';
import { newId } from '../store/db/ids.ts';
import {
  countInDomain,
  type DomainContents,
  findDomain,
  holdDomains,
  listDomains,
  lockDomain,
  TOP_DOMAIN,
} from '../store/directory/domains.ts';
import { userIdKey } from '../store/directory/users.ts';
import type { Connection, Row } from '../store/schema/schema.ts';

type Context = Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing'>;

/** As many as comparable products allow; the whole tree is read to show it. */
const MAX_DOMAINS = 1000;

const view = (row: Row<'security_domains'>): SecurityDomain => ({
  id: row.id,
  name: row.name,
  path: row.path,
  ...(row.parent_id === null ? {} : { parent: row.parent_id }),
  version: row.version,
});

const noSuchDomain = (name: string) => refused('not-found', text('domain.not-found', { domain: name }));

/** The same, of a field of the request. */
export const noDomainAt = (field: string, name = '') =>
  refusedAt(field, 'not-found', text('domain.not-found', { domain: name }));

/** The domain that an actor means, if they have this permission there; the top one if none is named. */
export async function domainFor(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  permission: Permission,
  idOrName: string | undefined,
): Promise<Outcome<Row<'security_domains'>>> {
  const denial = denied(actor, permission);
  if (denial) return denial;
  const row = await findDomain(context.db, idOrName ?? defaultDomain(actor, permission));
  if (!row || !covers(actor, permission, row.path))
    return idOrName === undefined
      ? refusedAt('securityDomain', 'not-found', text('domain.required'))
      : noDomainAt('securityDomain', idOrName);
  return done(row);
}

/** A security domain that was found, and the field of the input that names it. */
export type NamedDomain = readonly [domain: Pick<Row<'security_domains'>, 'path' | 'name'>, field: string];

/** In the transaction that stores what names these domains: undone if one has been deleted, and none is deleted meanwhile. */
export async function holdNamed(trx: Connection, named: readonly NamedDomain[]): Promise<void> {
  const present = await holdDomains(
    trx,
    named.map(([{ path }]) => path),
  );
  for (const [{ path, name }, field] of named) if (!present.has(path)) undoWith(noDomainAt(field, name));
}

/** The same for one. */
export const holdDomain = (trx: Connection, domain: NamedDomain[0], field = 'securityDomain') =>
  holdNamed(trx, [[domain, field]]);

/** An actor with rights in only one domain means that one. */
function defaultDomain(actor: Actor, permission: Permission): string {
  const scopes = scopesOf(actor, permission);
  const [only] = scopes;
  if (scopes.includes(TOP_DOMAIN.path) || only === undefined) return TOP_DOMAIN.id;
  return only.split('/').at(-2) ?? TOP_DOMAIN.id;
}

export const showDomains = (context: Pick<ServerContext, 'db'>, actor: Actor) =>
  itemsFor(actor, 'users:view', async () => {
    const rows = await listDomains(context.db);
    return rows.filter((row) => covers(actor, 'users:view', row.path)).map(view);
  });

export async function addDomain(
  context: Context,
  actor: Actor,
  input: { readonly name: string; readonly parent?: string | undefined },
): Promise<Outcome<SecurityDomain>> {
  const denial = denied(actor, 'domains:edit');
  if (denial) return denial;
  const parent = await findDomain(context.db, input.parent ?? TOP_DOMAIN.id);
  if (!parent) return noDomainAt('parent', input.parent);
  if ((await listDomains(context.db)).length >= MAX_DOMAINS) {
    return refused('wrong-state', text('domain.too-many', { maximum: MAX_DOMAINS }));
  }
  const id = newId(context);
  const row = {
    id,
    name: input.name,
    name_key: userIdKey(input.name),
    path: `${parent.path}${id}/`,
    parent_id: parent.id,
    created_at: context.now(),
    version: 1,
  };
  return DOMAINS.insert(context, actor, row, {
    action: 'security-domain.add',
    reason: text('event.below', { domain: parent.name }),
    first: (trx) => holdDomain(trx, parent, 'parent'),
    ifTaken: () => nameTaken(input.name),
  });
}

export const editDomain = (context: Context, actor: Actor, edit: Edit<string>) =>
  DOMAINS.edit(context, actor, edit, 'security-domain.edit', async (present, name) =>
    done({
      columns: { name, name_key: userIdKey(name) },
      reason: text('event.was', { name: present.name }),
      ifTaken: () => nameTaken(name),
    }),
  );

export const removeDomain = (context: Context, actor: Actor, id: string) =>
  DOMAINS.remove(context, actor, id, {
    action: 'security-domain.delete',
    first: async (trx, present) => {
      if (present.id === TOP_DOMAIN.id) undo('in-use', text('domain.top'));
      if (!(await lockDomain(trx, present.id))) undoWith(noSuchDomain(id));
      const inside = contentsOf(await countInDomain(trx, present));
      if (inside.length > 0) undo('in-use', text('domain.in-use', { contents: inside }));
    },
  });

const CONTENTS = {
  users: 'domain.users',
  tokens: 'domain.tokens',
  security_domains: 'domain.domains',
  role_grants: 'domain.roles',
  api_keys: 'domain.api-keys',
  radius_clients: 'domain.radius-clients',
  agents: 'domain.agents',
  coexistences: 'domain.coexistences',
  identity_sources: 'domain.identity-sources',
  distribution_rules: 'domain.rules',
} as const satisfies Record<keyof DomainContents, `domain.${string}`>;

/** What prevents its deletion. */
const contentsOf = (counts: DomainContents): Text[] =>
  (Object.keys(CONTENTS) as (keyof DomainContents)[]).flatMap((table) =>
    counts[table] > 0 ? text(CONTENTS[table], { count: counts[table] }) : [],
  );

const nameTaken = (name: string) =>
  refusedAt('name', 'already-exists', text('domain.exists', { domain: name }));

const DOMAINS = recordedRows<'security_domains', SecurityDomain>({
  table: 'security_domains',
  permission: 'domains:edit',
  notFound: noSuchDomain,
  find: findDomain,
  object: (row) => `security-domain:${row.name}`,
  view: (_db, row) => view(row),
});
