/** The handlers of identity sources. */

import type { IDENTITY_SOURCE_OPERATIONS } from '@sower/api/identity-sources';
import { done, viewing } from '../core/outcome.ts';
import { lookUpUser } from '../directory/sources/look-up-user.ts';
import {
  addSource,
  editSource,
  removeSource,
  showSource,
  showSources,
} from '../directory/sources/sources.ts';
import { testSource } from '../directory/sources/test-source.ts';
import { chooseForConflicts, forgetChoice, showChoices, viewChoice } from '../jobs/synchronize/choices.ts';
import { runFile, showFindings, viewFinding } from '../jobs/synchronize/findings.ts';
import { cancelRun, confirmRun, showRun, showRuns, startRun, viewRun } from '../jobs/synchronize/runs.ts';
import type { Handlers } from './call.ts';
import { keyOf, page, positionOf } from './page.ts';

export const SOURCE_HANDLERS: Handlers<keyof typeof IDENTITY_SOURCE_OPERATIONS> = {
  listIdentitySources: (context, { actor }) => showSources(context, actor),
  getIdentitySource: (context, { actor, params }) => showSource(context, actor, params.id),
  addIdentitySource: (context, { actor, body }) => addSource(context, actor, body),
  editIdentitySource: (context, { actor, params, version, body }) =>
    editSource(context, actor, { id: params.id, version, change: body }),
  testIdentitySource: (context, { actor, params, body }) =>
    testSource(context, actor, { id: params.id, ...body }),
  lookUpUser: (context, { actor, params }) => lookUpUser(context, actor, params.userId),
  listSourceRuns: async (context, { actor, params, query }) => {
    const rows = await showRuns(context, actor, params.id, query.limit + 1, keyOf(query.cursor));
    if (!rows.ok) return rows;
    return done(page(rows.value, query.limit, (row) => row.job_id, rows.value.map(viewRun)));
  },
  startSourceRun: (context, { actor, params, body }) =>
    viewing(startRun(context, actor, { id: params.id, ...body }), viewRun),
  getSourceRun: (context, { actor, params }) => viewing(showRun(context, actor, params), viewRun),
  listSourceFindings: async (context, { actor, params, query, inWords }) => {
    const after = positionOf(query.cursor, -1);
    const input = { ...params, action: query.action };
    const rows = await showFindings(context, actor, input, query.limit + 1, after);
    if (!rows.ok) return rows;
    return done(
      page(
        rows.value,
        query.limit,
        (row) => String(row.position),
        rows.value.map((row) => viewFinding(row, inWords)),
      ),
    );
  },
  getSourceRunFile: (context, { actor, params, inWords }) => runFile(context, actor, params, inWords),
  chooseForConflicts: (context, { actor, params, body }) =>
    chooseForConflicts(context, actor, { ...params, ...body }),
  listSourceChoices: async (context, { actor, params, query }) => {
    const after = keyOf(query.cursor) ?? '';
    const rows = await showChoices(context, actor, params.id, query.limit + 1, after);
    if (!rows.ok) return rows;
    return done(page(rows.value, query.limit, (row) => row.source_key, rows.value.map(viewChoice)));
  },
  forgetSourceChoice: (context, { actor, params }) => forgetChoice(context, actor, params),
  confirmSourceRun: (context, { actor, params, body }) =>
    viewing(confirmRun(context, actor, { ...params, exceeding: body.exceeding ?? body.disable }), viewRun),
  cancelSourceRun: (context, { actor, params }) => viewing(cancelRun(context, actor, params), viewRun),
  deleteIdentitySource: (context, { actor, params }) => removeSource(context, actor, params.id),
};
