/** A source by its name or its id. */
import type { ApiClient } from '@sower/api/client';
import type { IdentitySource } from '@sower/api/identity-sources';
import { lookUp } from '../../lookup.ts';
import type { Result } from '../../outcome.ts';
import { t } from '../../texts.ts';

export const findSource = (api: ApiClient, nameOrId: string): Promise<Result<IdentitySource>> =>
  lookUp(api('listIdentitySources', {}), nameOrId, {
    notFound: (named) => t('source.notFound', named),
    list: 'sower source list',
  });
