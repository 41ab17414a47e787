/** Who acts: the first argument of every domain function that an administrator or a program can call, and what they may do where. */

import { PERMISSION_NAMES, type Permission } from '@sower/api/permissions';
import { DEPLOYMENT_WIDE } from '@sower/api/roles';
import { text } from '@sower/texts/outcomes';
import { TOP_DOMAIN } from '../store/directory/domains.ts';
import { type Refused, refusedFor } from './outcome.ts';

export type Grant = {
  readonly permissions: ReadonlySet<Permission>;
  /** Path of the security domain in which it is held; it applies there and below. */
  readonly domain: string;
  /** ID of the role that grants it; absent for API keys. */
  readonly role?: string;
};

export type Actor = {
  readonly kind: 'administrator' | 'api-key' | 'system';
  readonly name: string;
  readonly grants: readonly Grant[];
  /** Keyed hash of the session ID; only for administrators. */
  readonly session?: string;
  /** Row of the API key. */
  readonly key?: string;
  /**
   * The person behind it: the row of the administrator, or of the administrator who owns the API key; {@link HOST} for a key without an
   * owner.
   */
  readonly principal?: string;
  /** Address the request came from. */
  readonly source?: string;
};

/** Paths of the domains in which the actor has the permission. Permissions on the whole deployment count only in the top domain. */
export function scopesOf(actor: Actor, permission: Permission): string[] {
  const wide = DEPLOYMENT_WIDE.has(permission);
  return actor.grants
    .filter(({ permissions, domain }) => permissions.has(permission) && (!wide || domain === TOP_DOMAIN.path))
    .map(({ domain }) => domain);
}

/** Where both are held: of two domains, one inside the other, the inner one. */
export function within(some: readonly string[], others: readonly string[]): string[] {
  const both = some.flatMap((path) =>
    others.flatMap((other) => (path.startsWith(other) ? [path] : other.startsWith(path) ? [other] : [])),
  );
  return [...new Set(both)];
}

/** Whether the actor has the permission in this domain. @param path of the object's domain */
export function covers(actor: Actor, permission: Permission, path: string): boolean {
  return scopesOf(actor, permission).some((scope) => path.startsWith(scope));
}

/**
 * What the actor may do in one domain but not in the other.
 * @param from path, and so is `to`
 */
export function gains(actor: Actor, from: string, to: string): Permission[] {
  return PERMISSION_NAMES.filter(
    (permission) => covers(actor, permission, to) && !covers(actor, permission, from),
  );
}

/**
 * `undefined` if each is permitted somewhere. Objects that the actor then touches are checked with {@link covers}: an object outside the
 * scope does not exist for them.
 */
export function denied(actor: Actor, ...permissions: readonly Permission[]): Refused | undefined {
  const permission = permissions.find((each) => scopesOf(actor, each).length === 0);
  return permission && refusedFor(permission, text('permission.required', { permission }));
}

export const actorName = (actor: Actor): string => `${actor.kind}:${actor.name}`;

/** Anyone who has the server host, counted as one person: keys without an owner come from there. */
export const HOST = 'host';

/** Whom the audit trail records, and the address they came from. */
export type AuditActor = {
  readonly name: string;
  readonly source?: string | undefined;
  /** As in Actor. */
  readonly principal?: string | undefined;
};

/** Actions of the server itself. */
export const SYSTEM: AuditActor = { name: 'system' };

export const auditActorOf = (actor: Actor): AuditActor => ({
  name: actorName(actor),
  source: actor.source,
  principal: actor.principal,
});

/** Who started a job or saved a rule, as its row has them. They may be gone, or have lost the right, by now. */
export const starterOfRow = (row: {
  readonly actor_name: string;
  readonly source: string | null;
}): AuditActor => ({ name: row.actor_name, source: row.source ?? undefined });
