/** The handlers of identity sources. */

import type { IDENTITY_SOURCE_OPERATIONS } from '@sower/api/identity-sources';
import {
  addSource,
  editSource,
  removeSource,
  showSource,
  showSources,
} from '../directory/sources/sources.ts';
import type { Handlers } from './call.ts';

export const SOURCE_HANDLERS: Handlers<keyof typeof IDENTITY_SOURCE_OPERATIONS> = {
  listIdentitySources: (context, { actor }) => showSources(context, actor),
  getIdentitySource: (context, { actor, params }) => showSource(context, actor, params.id),
  addIdentitySource: (context, { actor, body }) => addSource(context, actor, body),
  editIdentitySource: (context, { actor, params, version, body }) =>
    editSource(context, actor, { id: params.id, version, change: body }),
  deleteIdentitySource: (context, { actor, params }) => removeSource(context, actor, params.id),
};
