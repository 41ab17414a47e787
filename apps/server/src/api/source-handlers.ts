/** The handlers of identity sources. */

import type { IDENTITY_SOURCE_OPERATIONS } from '@sower/api/identity-sources';
import type { Text } from '@sower/messages/outcomes';
import { done } from '../core/outcome.ts';
import {
  addSource,
  editSource,
  removeSource,
  showSource,
  showSources,
} from '../directory/sources/sources.ts';
import { testSource } from '../directory/sources/test-source.ts';
import type { Handlers } from './call.ts';
import type { InWords } from './language.ts';
import { asData } from './problem.ts';

/** With its key and values, for programs. */
const worded = (detail: Text, inWords: InWords) => ({ ...asData(detail), detail: inWords(detail) });

export const SOURCE_HANDLERS: Handlers<keyof typeof IDENTITY_SOURCE_OPERATIONS> = {
  listIdentitySources: (context, { actor }) => showSources(context, actor),
  getIdentitySource: (context, { actor, params }) => showSource(context, actor, params.id),
  addIdentitySource: (context, { actor, body }) => addSource(context, actor, body),
  editIdentitySource: (context, { actor, params, version, body }) =>
    editSource(context, actor, { id: params.id, version, change: body }),
  testIdentitySource: async (context, { actor, params, body, inWords }) => {
    const tested = await testSource(context, actor, { id: params.id, ...body });
    if (!tested.ok) return tested;
    const { steps, entries, ...rest } = tested.value;
    return done({
      ...rest,
      steps: steps.map((step) => ({ ...step, ...worded(step.detail, inWords) })),
      entries: entries.map(({ detail, ...entry }) => ({
        ...entry,
        ...(detail === undefined ? {} : worded(detail, inWords)),
      })),
    });
  },
  deleteIdentitySource: (context, { actor, params }) => removeSource(context, actor, params.id),
};
