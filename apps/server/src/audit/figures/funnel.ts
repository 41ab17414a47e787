/**
 * How far distributions get. A stage counts for the day on which the token was distributed, once for each distribution, and with it those
 * before it: what a phone has opened may be written down after it was provisioned, or not at all.
 */

import { DISTRIBUTION_STAGES } from '@sower/api/figures';
import type { Row } from '../../store/schema/schema.ts';

type Step = Pick<Row<'audit'>, 'id' | 'at' | 'action'>;

const ACTIONS = ['token.distribute', 'ctkip.opened', 'ctkip.provisioned', 'token.confirmed'] as const;
export const FUNNEL_ACTIONS: readonly string[] = ACTIONS;
const stageOf = (action: string): number => FUNNEL_ACTIONS.indexOf(action);

export type Reached = {
  readonly stage: (typeof DISTRIBUTION_STAGES)[number] | 'whole';
  /** When the token was distributed. */
  readonly issuedAt: number;
  /** How long it took from the stage before; `whole`: from the beginning to the end. */
  readonly span: string;
};

/** Spans of time, each an eighth longer or shorter than its middle: a median over any of them is within that. */
const RATIO = 1.25;
const spanOf = (milliseconds: number): string =>
  String(Math.floor(Math.log(Math.max(1, milliseconds / 1000)) / Math.log(RATIO))).padStart(3, '0');
const secondsOf = (span: string): number => Math.round(RATIO ** (Number(span) + 0.5));

/**
 * @param row of one of {@link FUNNEL_ACTIONS}
 * @param history all such rows about the token, oldest first
 */
export function reachedBy(row: Step, history: readonly Step[]): Reached[] {
  const stage = stageOf(row.action);
  if (stage === 0) return [{ stage: 'issued', issuedAt: row.at, span: '' }];
  const before = history.filter(({ id }) => id < row.id);
  const begun = before.findLastIndex(({ action }) => stageOf(action) === 0);
  const issued = before[begun];
  if (!issued) return [];
  const since = before.slice(begun);
  const furthest = Math.max(...since.map(({ action }) => stageOf(action)));
  const last = since.findLast(({ action }) => stageOf(action) === furthest) ?? issued;
  const reached: Reached[] = DISTRIBUTION_STAGES.slice(furthest + 1, stage + 1).map((name, index) => ({
    stage: name,
    issuedAt: issued.at,
    // What was not written down happened together with what follows it.
    span: spanOf(index === 0 ? row.at - last.at : 0),
  }));
  if (reached.at(-1)?.stage === 'confirmed')
    reached.push({ stage: 'whole', issuedAt: issued.at, span: spanOf(row.at - issued.at) });
  return reached;
}

/** Of how long each took. */
export function medianSeconds(
  spans: readonly { readonly outcome: string; readonly count: number }[],
): number | null {
  const sorted = spans
    .filter(({ outcome }) => outcome !== '')
    .sort((a, b) => (a.outcome < b.outcome ? -1 : 1));
  let half = sorted.reduce((sum, { count }) => sum + count, 0) / 2;
  for (const { outcome, count } of sorted) {
    half -= count;
    if (half <= 0) return secondsOf(outcome);
  }
  return null;
}
