/** Handlers of figures over time. */

import { showHealthFigures } from '../audit/figures/health.ts';
import {
  showClientFigures,
  showDistributionFigures,
  showLogOnFigures,
  showTokenFigures,
} from '../audit/figures/view.ts';
import type { Handlers } from './call.ts';

export const FIGURE_HANDLERS = {
  getLogOnFigures: (context, { actor, query }) => showLogOnFigures(context, actor, query.range),
  getDistributionFigures: (context, { actor, query }) => showDistributionFigures(context, actor, query.range),
  getTokenFigures: (context, { actor, query }) => showTokenFigures(context, actor, query.range),
  getClientFigures: (context, { actor, query }) => showClientFigures(context, actor, query.range),
  getHealthFigures: (context, { actor, query }) => showHealthFigures(context, actor, query.range),
} satisfies Partial<Handlers>;
