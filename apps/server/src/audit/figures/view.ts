/** Figures as the API shows them: for the domains in which the actor may see tokens, each with those below it. */

import {
  type ClientFigures,
  DISTRIBUTION_STAGES,
  type DistributionFigures,
  FIGURE_RANGES,
  type FigureRange,
  LOG_ON_OUTCOMES,
  LOG_ON_WAYS,
  type LogOnFigures,
  type LogOnOutcome,
  type LogOnWay,
  type RefusalReason,
  TOKEN_FIGURES,
  type TokenFigures,
} from '@sower/api/figures';
import type { Permission } from '@sower/api/permissions';
import { DAY, HOUR, isoTime } from '@sower/api/time';
import { type Actor, denied, scopesOf } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import {
  countWaitingLinks,
  findCursor,
  listFigures,
  type Summed,
  sumFigures,
} from '../../store/audit/figures.ts';
import { TOP_DOMAIN } from '../../store/directory/domains.ts';
import { countTokens } from '../../store/reporting/statistics.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { dayOf, hourOf } from './counts.ts';
import { medianSeconds } from './funnel.ts';

type Context = { readonly db: Connection; now(): number };

const EXPIRING_DAYS = 90;
const MAX_CLIENTS = 20;
/** How many hours or days, of a time that is shown by days whatever it is. */
const fewestDays = 2;

/** Domains none of which is inside another: their figures include what is below. */
const outermost = (scopes: readonly string[]): string[] => [
  ...new Set(scopes.filter((path) => !scopes.some((other) => other !== path && path.startsWith(other)))),
];

type Span = {
  readonly grain: 'hour' | 'day';
  readonly from: number;
  readonly begins: readonly number[];
  readonly times: string[];
};

function spanOf(range: FigureRange, now: number, byDay = false): Span {
  const { grain, count } = FIGURE_RANGES[range];
  const days = byDay || grain === 'day';
  const length = days ? DAY : HOUR;
  const number = days && grain === 'hour' ? Math.max(fewestDays, count / 24) : count;
  const last = days ? dayOf(now) : hourOf(now);
  const begins = Array.from({ length: number }, (_, index) => last - (number - 1 - index) * length);
  return { grain: days ? 'day' : 'hour', from: begins[0] ?? last, begins, times: begins.map(isoTime) };
}

/** One count for each hour or day. */
export function alongOf({ begins }: Span, summed: readonly Summed[]): number[] {
  const indexes = new Map(begins.map((begin, index) => [begin, index]));
  const counts = begins.map(() => 0);
  for (const { at, count } of summed) {
    const index = indexes.get(at);
    if (index !== undefined) counts[index] = (counts[index] ?? 0) + count;
  }
  return counts;
}

export const total = (rows: readonly { readonly count: number }[]): number =>
  rows.reduce((sum, { count }) => sum + count, 0);

type Shown = { readonly range: FigureRange; readonly grain: Span['grain']; readonly times: string[] };

/** For those who may see them. @param byDay whatever the range is */
export async function figuresFor<Figures>(
  { now }: Pick<Context, 'now'>,
  actor: Actor,
  permission: Permission,
  range: FigureRange,
  read: (span: Span, now: number) => Promise<Figures>,
  byDay = false,
): Promise<Outcome<Shown & Figures>> {
  const denial = denied(actor, permission);
  if (denial) return denial;
  const time = now();
  const span = spanOf(range, time, byDay);
  const { grain, times } = span;
  return done({ range, grain, times, ...(await read(span, time)) });
}

export const showLogOnFigures = (
  context: Context,
  actor: Actor,
  range: FigureRange,
): Promise<Outcome<LogOnFigures>> =>
  figuresFor(context, actor, 'tokens:view', range, async (span) => {
    const { grain, from } = span;
    const asked = { grain, from, domains: outermost(scopesOf(actor, 'tokens:view')) };
    const [logOns, reasons, waiting] = await Promise.all([
      listFigures(context.db, { ...asked, kind: 'log-on' }),
      sumFigures(context.db, { ...asked, kind: 'reason' }),
      countWaitingLinks(context.db),
    ]);
    const series = LOG_ON_WAYS.flatMap((way) =>
      LOG_ON_OUTCOMES.flatMap((outcome) => {
        const rows = logOns.filter((row) => row.name === way && row.outcome === outcome);
        return rows.length === 0 ? [] : { way, outcome, counts: alongOf(span, rows) };
      }),
    );
    return {
      waiting,
      series,
      reasons: reasons
        .map(({ name, count }) => ({ reason: name as RefusalReason, count }))
        .sort((a, b) => b.count - a.count),
    };
  });

export const showDistributionFigures = (
  context: Context,
  actor: Actor,
  range: FigureRange,
): Promise<Outcome<DistributionFigures>> =>
  figuresFor(
    context,
    actor,
    'tokens:view',
    range,
    async (span) => {
      const { grain, from } = span;
      const domains = outermost(scopesOf(actor, 'tokens:view'));
      const [rows, waiting] = await Promise.all([
        listFigures(context.db, { kind: 'funnel', grain, from, domains }),
        countWaitingLinks(context.db),
      ]);
      const byStage = Map.groupBy(rows, ({ name }) => name);
      return {
        waiting,
        series: DISTRIBUTION_STAGES.map((stage) => ({
          stage,
          counts: alongOf(span, byStage.get(stage) ?? []),
        })),
        stages: DISTRIBUTION_STAGES.map((stage) => {
          const of = byStage.get(stage) ?? [];
          return { stage, count: total(of), medianSeconds: medianSeconds(of) };
        }),
        medianSeconds: medianSeconds(byStage.get('whole') ?? []),
      };
    },
    true,
  );

export const showTokenFigures = (
  context: Context,
  actor: Actor,
  range: FigureRange,
): Promise<Outcome<TokenFigures>> =>
  figuresFor(
    context,
    actor,
    'tokens:view',
    range,
    async (span, time) => {
      const { grain, from, begins } = span;
      const scopes = scopesOf(actor, 'tokens:view');
      const domains = outermost(scopes);
      const [states, rows, months, cursor, waiting] = await Promise.all([
        countTokens(context.db, scopes, time, EXPIRING_DAYS),
        listFigures(context.db, { kind: 'token', grain, from, domains }),
        sumFigures(context.db, { kind: 'expiry', grain, from: 0, domains }),
        findCursor(context.db, 'tokens'),
        countWaitingLinks(context.db),
      ]);
      const month = isoTime(time).slice(0, 7);
      const days = new Set(rows.map(({ at }) => at));
      return {
        waiting,
        // On days before tokens were counted, and while the server was stopped, nothing is known.
        series: TOKEN_FIGURES.map((name) => ({
          name,
          counts: alongOf(
            span,
            rows.filter((row) => row.name === name),
          ).map((count, index) => (days.has(begins[index] ?? 0) ? count : null)),
        })),
        states,
        expiry: months
          .filter(({ name }) => name >= month)
          .map(({ name, count }) => ({ month: name, count }))
          .sort((a, b) => (a.month < b.month ? -1 : 1)),
        expiryAt: cursor && cursor.at > 0 ? isoTime(cursor.at) : null,
      };
    },
    true,
  );

function wayOfClient(client: string): readonly [way: LogOnWay, name: string] {
  const [kind = '', ...name] = client.split(':');
  if (kind === 'agent-credential') return ['agent', name.join(':')];
  return kind === 'radius' || kind === 'agent' ? [kind, name.join(':')] : ['rest', name.join(':') || client];
}

export const showClientFigures = (
  context: Context,
  actor: Actor,
  range: FigureRange,
): Promise<Outcome<ClientFigures>> =>
  figuresFor(context, actor, 'agents:view', range, async ({ grain, from }) => {
    const [rows, waiting] = await Promise.all([
      sumFigures(context.db, { kind: 'client', grain, from, domains: [TOP_DOMAIN.path] }),
      countWaitingLinks(context.db),
    ]);
    const counted = [...Map.groupBy(rows, ({ name }) => name)].map(([name, of]) => {
      const count = (outcome: LogOnOutcome): number => total(of.filter((row) => row.outcome === outcome));
      const counts = { accepted: count('accepted'), refused: count('refused'), asked: count('asked') };
      return { client: name, ...counts, all: total(of) };
    });
    counted.sort((a, b) => b.all - a.all || (a.client < b.client ? -1 : 1));
    const rest = counted.slice(MAX_CLIENTS);
    const sum = (outcome: LogOnOutcome): number => rest.reduce((all, client) => all + client[outcome], 0);
    return {
      waiting,
      clients: counted.slice(0, MAX_CLIENTS).map(({ client, accepted, refused, asked }) => {
        const [way, name] = wayOfClient(client);
        return { way, name, accepted, refused, asked };
      }),
      others: {
        clients: rest.length,
        accepted: sum('accepted'),
        refused: sum('refused'),
        asked: sum('asked'),
      },
    };
  });
