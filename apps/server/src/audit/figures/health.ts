/** Figures of mail, directories and nodes, for those who may change how they are set up. */

import {
  type FigureRange,
  type HealthFigures,
  MAIL_FIGURES,
  type NodeFigure,
  RUN_FIGURES,
} from '@sower/api/figures';
import { type Actor, covers } from '../../core/actor.ts';
import type { Outcome } from '../../core/outcome.ts';
import { listFigures, type Summed } from '../../store/audit/figures.ts';
import { TOP_DOMAIN } from '../../store/directory/domains.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { listSources } from '../../store/sources/identity-sources.ts';
import { alongOf, figuresFor, total } from './view.ts';

/** Hosts of a container platform get a new name with every start. */
const MAX_NODES = 20;

const of = (rows: readonly Summed[], outcome: NodeFigure): Summed[] =>
  rows.filter((row) => row.outcome === outcome);

export const showHealthFigures = (
  context: { readonly db: Connection; now(): number },
  actor: Actor,
  range: FigureRange,
): Promise<Outcome<HealthFigures>> =>
  figuresFor(context, actor, 'settings:edit', range, async (span) => {
    const { grain, from } = span;
    const asked = { grain, from, domains: [TOP_DOMAIN.path] };
    const [mail, runs, minutes, sources] = await Promise.all([
      listFigures(context.db, { ...asked, kind: 'mail' }),
      listFigures(context.db, { ...asked, kind: 'run' }),
      listFigures(context.db, { ...asked, kind: 'node' }),
      listSources(context.db),
    ]);
    const nodeOf = (rows: readonly Summed[]) => ({
      seen: alongOf(span, of(rows, 'seen')),
      notReady: total(of(rows, 'not-ready')),
      clock: total(of(rows, 'clock')),
    });
    const nodes = [...Map.groupBy(minutes, ({ name }) => name)]
      .map(([host, rows]) => ({ host, rows, all: total(of(rows, 'seen')) }))
      .sort((a, b) => b.all - a.all || (a.host < b.host ? -1 : 1));
    const rest = nodes.slice(MAX_NODES);
    return {
      mail: MAIL_FIGURES.flatMap((name) => {
        const rows = mail.filter((row) => row.name === name);
        return rows.length === 0 ? [] : { name, counts: alongOf(span, rows) };
      }),
      // Whose runs one may see is decided by where their users are.
      sources: sources
        .filter(({ domain }) => covers(actor, 'users:view', domain))
        .map(({ id, name }) => ({
          id,
          name,
          runs: RUN_FIGURES.flatMap((outcome) => {
            const rows = runs.filter((row) => row.name === id && row.outcome === outcome);
            return rows.length === 0 ? [] : { outcome, counts: alongOf(span, rows) };
          }),
        })),
      nodes: nodes.slice(0, MAX_NODES).map(({ host, rows }) => ({ host, ...nodeOf(rows) })),
      others: { nodes: rest.length, ...nodeOf(rest.flatMap(({ rows }) => rows)) },
    };
  });
