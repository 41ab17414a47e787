/** Who acts: the first argument of every domain function that an administrator or a program can cause. */
import type { Permission } from '@sower/api/permissions';
import { type Refused, refused } from '../outcome.ts';

export type Actor = {
  readonly kind: 'administrator' | 'api-key' | 'system';
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
  /** Address the request came from. */
  readonly source?: string;
};

/** `undefined` when permitted. */
export function denied(actor: Actor, permission: Permission): Refused | undefined {
  if (actor.permissions.has(permission)) return undefined;
  return refused('not-permitted', `This needs the permission "${permission}".`);
}

export const actorName = (actor: Actor): string => `${actor.kind}:${actor.name}`;
