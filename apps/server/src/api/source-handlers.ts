/** The handlers of identity sources. */

import type { IDENTITY_SOURCE_OPERATIONS } from '@sower/api/identity-sources';
import type { Text } from '@sower/texts/outcomes';
import { done, type Outcome } from '../core/outcome.ts';
import type { ShownEntry } from '../directory/sources/entry.ts';
import { type LookedUp, lookUpUser } from '../directory/sources/look-up-user.ts';
import {
  addSource,
  editSource,
  removeSource,
  type SourceView,
  showSource,
  showSources,
} from '../directory/sources/sources.ts';
import { testSource } from '../directory/sources/test-source.ts';
import { chooseForConflicts, forgetChoice, showChoices, viewChoice } from '../jobs/synchronize/choices.ts';
import { runFile, showFindings, viewFinding } from '../jobs/synchronize/findings.ts';
import { cancelRun, confirmRun, showRun, showRuns, startRun, viewRun } from '../jobs/synchronize/runs.ts';
import type { ListedRun } from '../store/sources/runs.ts';
import type { InWords } from '../web/language.ts';
import type { Handlers } from './call.ts';
import { keyOf, page, positionOf } from './page.ts';
import { asData } from './problem.ts';

/** With its key and values, for programs. */
const worded = (detail: Text, inWords: InWords) => ({ ...asData(detail), detail: inWords(detail) });

const entrySaid = ({ detail, ...entry }: ShownEntry, inWords: InWords) => ({
  ...entry,
  ...(detail === undefined ? {} : worded(detail, inWords)),
});

const lookedUp = ({ entry, ...answer }: LookedUp, inWords: InWords) => ({
  ...answer,
  ...(entry === undefined ? {} : { entry: entrySaid(entry, inWords) }),
});

const sourceSaid = ({ trouble, ...source }: SourceView, inWords: InWords) => ({
  ...source,
  notify: [...source.notify],
  ...(trouble ? { trouble: { at: trouble.at, ...worded(trouble.detail, inWords) } } : {}),
});
const said = (outcome: Outcome<SourceView>, inWords: InWords) =>
  outcome.ok ? done(sourceSaid(outcome.value, inWords)) : outcome;

const viewed = (outcome: Outcome<ListedRun>, inWords: InWords) =>
  outcome.ok ? done(viewRun(outcome.value, inWords)) : outcome;

export const SOURCE_HANDLERS: Handlers<keyof typeof IDENTITY_SOURCE_OPERATIONS> = {
  listIdentitySources: async (context, { actor, inWords }) => {
    const sources = await showSources(context, actor);
    return sources.ok ? done({ items: sources.value.items.map((one) => sourceSaid(one, inWords)) }) : sources;
  },
  getIdentitySource: async (context, { actor, params, inWords }) =>
    said(await showSource(context, actor, params.id), inWords),
  addIdentitySource: async (context, { actor, body, inWords }) =>
    said(await addSource(context, actor, body), inWords),
  editIdentitySource: async (context, { actor, params, version, body, inWords }) =>
    said(await editSource(context, actor, { id: params.id, version, change: body }), inWords),
  testIdentitySource: async (context, { actor, params, body, inWords }) => {
    const tested = await testSource(context, actor, { id: params.id, ...body });
    if (!tested.ok) return tested;
    const { steps, entries, ...rest } = tested.value;
    return done({
      ...rest,
      steps: steps.map((step) => ({ ...step, ...worded(step.detail, inWords) })),
      entries: entries.map((entry) => entrySaid(entry, inWords)),
    });
  },
  lookUpUser: async (context, { actor, params, inWords }) => {
    const found = await lookUpUser(context, actor, params.userId);
    return found.ok ? done(lookedUp(found.value, inWords)) : found;
  },
  listSourceRuns: async (context, { actor, params, query, inWords }) => {
    const rows = await showRuns(context, actor, params.id, query.limit + 1, keyOf(query.cursor));
    if (!rows.ok) return rows;
    return done(
      page(
        rows.value,
        query.limit,
        (row) => row.job_id,
        rows.value.map((row) => viewRun(row, inWords)),
      ),
    );
  },
  startSourceRun: async (context, { actor, params, body, inWords }) =>
    viewed(await startRun(context, actor, { id: params.id, ...body }), inWords),
  getSourceRun: async (context, { actor, params, inWords }) =>
    viewed(await showRun(context, actor, params), inWords),
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
  chooseForConflicts: async (context, { actor, params, body, inWords }) => {
    const chosen = await chooseForConflicts(context, actor, { ...params, ...body });
    if (!chosen.ok) return chosen;
    const { refusals, ...counts } = chosen.value;
    return done({ ...counts, refusals: refusals.map((one) => ({ ...one, ...worded(one.detail, inWords) })) });
  },
  listSourceChoices: async (context, { actor, params, query }) => {
    const after = keyOf(query.cursor) ?? '';
    const rows = await showChoices(context, actor, params.id, query.limit + 1, after);
    if (!rows.ok) return rows;
    return done(page(rows.value, query.limit, (row) => row.source_key, rows.value.map(viewChoice)));
  },
  forgetSourceChoice: (context, { actor, params }) => forgetChoice(context, actor, params),
  confirmSourceRun: async (context, { actor, params, body, inWords }) =>
    viewed(
      await confirmRun(context, actor, { ...params, exceeding: body.exceeding ?? body.disable }),
      inWords,
    ),
  cancelSourceRun: async (context, { actor, params, inWords }) =>
    viewed(await cancelRun(context, actor, params), inWords),
  deleteIdentitySource: (context, { actor, params }) => removeSource(context, actor, params.id),
};
