/** Which permissions the person who started a job needs, and anyone who views or controls it. */
import { BULK_PERMISSIONS, type BulkAction } from '@sower/api/bulk';
import { type JobKindName, SOURCE_PERMISSIONS, type TokenSource } from '@sower/api/jobs';
import type { Permission } from '@sower/api/permissions';
import type { JobRow } from '../store/work/jobs.ts';

/** To see it. */
export const permissionToView = (kind: JobKindName): Permission =>
  kind === 'import' || kind === 'users' ? 'users:view' : 'tokens:view';

/** To start, pause, cancel or resume it, and to have its result. */
export function permissionToControl({ kind, input }: Pick<JobRow, 'kind' | 'input'>): Permission {
  switch (kind) {
    case 'tokens':
      return BULK_PERMISSIONS[(JSON.parse(input) as { action: BulkAction }).action];
    case 'import':
    case 'users':
      return 'users:edit';
    case 'synchronize':
      return 'tokens:distribute';
    default:
      return permissionsToGive(JSON.parse(input))[0];
  }
}

/** What a distribution needs, and its undo; an assignment has no profile. */
export const permissionsToGive = (
  input: { readonly tokens: TokenSource } & { readonly profile?: string },
): readonly [Permission, ...Permission[]] =>
  input.profile === undefined ? ['tokens:assign'] : SOURCE_PERMISSIONS[input.tokens];
