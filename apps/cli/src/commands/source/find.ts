/** A source by its name or its id. */
import type { ApiClient } from '@sower/api/client';
import type { IdentitySource } from '@sower/api/identity-sources';
import { findNamed } from '../../lookup.ts';
import { see } from '../../options.ts';
import { fail, type Result, success } from '../../outcome.ts';
import { printable } from '../../terminal/output.ts';
import { t } from '../../texts.ts';

export async function findSource(api: ApiClient, nameOrId: string): Promise<Result<IdentitySource>> {
  const { items } = await api('listIdentitySources', {});
  const found = findNamed(items, nameOrId, ({ name, id }) => [name, id]);
  if (found !== undefined) return success(found);
  return fail(
    'refused',
    'not-found',
    t('source.notFound', { name: printable(nameOrId) }),
    see('sower source list'),
  );
}
