/** Figures over time: logons, distributions, tokens, clients, and mail, directories and nodes. Each is added up beforehand, so a year is read as quickly as a day. */
import { z } from 'zod';
import { named } from './fields.ts';
import { get } from './operation.ts';
import { statisticsSchema } from './statistics.ts';

/** How far back: by hour up to a week, by day beyond. Days are those of UTC. */
export const FIGURE_RANGES = {
  day: { grain: 'hour', count: 24 },
  week: { grain: 'hour', count: 168 },
  month: { grain: 'day', count: 30 },
  quarter: { grain: 'day', count: 91 },
  year: { grain: 'day', count: 366 },
} as const;

export type FigureRange = keyof typeof FIGURE_RANGES;
export const FIGURE_RANGE_NAMES = Object.keys(FIGURE_RANGES) as [FigureRange, ...FigureRange[]];

/** The channel of a logon: a RADIUS client, an agent, the REST API, one of the consoles. */
export const LOG_ON_WAYS = ['radius', 'agent', 'rest', 'console', 'self-service'] as const;
/** `asked`: right so far, and a further question was put. */
export const LOG_ON_OUTCOMES = ['accepted', 'refused', 'asked'] as const;
const REFUSAL_REASONS = [
  'wrong-passcode',
  'used',
  'wrong-password',
  'no-user',
  'no-token',
  'held-back',
  'disabled',
  'lost',
  'expired',
  'outside',
  'emergency',
  'pin',
  'given-up',
  'other',
] as const;
/** What a distribution goes through, in this order. */
export const DISTRIBUTION_STAGES = ['issued', 'opened', 'provisioned', 'confirmed'] as const;
export const TOKEN_FIGURES = ['total', 'assigned', 'enabled', 'lost', 'expired'] as const;

/** `postponed`: an attempt that failed and will be repeated. `dead`: could not be delivered. */
export const MAIL_FIGURES = ['sent', 'postponed', 'dead'] as const;
/** Of runs of an identity source. `stopped`: it would disable more users than is allowed without confirmation, and waits. */
export const RUN_FIGURES = ['done', 'stopped', 'failed'] as const;
/** Minutes in which one of its processes was seen, was not ready, or had a clock far from that of the database. */
export const NODE_FIGURES = ['seen', 'not-ready', 'clock'] as const;

export type LogOnWay = (typeof LOG_ON_WAYS)[number];
export type LogOnOutcome = (typeof LOG_ON_OUTCOMES)[number];
export type RefusalReason = (typeof REFUSAL_REASONS)[number];
export type TokenFigure = (typeof TOKEN_FIGURES)[number];
export type MailFigure = (typeof MAIL_FIGURES)[number];
export type RunFigure = (typeof RUN_FIGURES)[number];
export type NodeFigure = (typeof NODE_FIGURES)[number];

const timed = {
  range: z.enum(FIGURE_RANGE_NAMES),
  grain: z.enum(['hour', 'day']),
  /** Beginnings of the hours or days; every series has a count for each. */
  times: z.array(z.string()),
};
const counted = {
  ...timed,
  /** Rows of the audit trail that are not in these figures yet: more than a few while everything is added up again. */
  waiting: z.int(),
};

const logOnFiguresSchema = named('LogOnFigures', {
  ...counted,
  series: z.array(
    z.object({ way: z.enum(LOG_ON_WAYS), outcome: z.enum(LOG_ON_OUTCOMES), counts: z.array(z.int()) }),
  ),
  /** Most frequent first. */
  reasons: z.array(z.object({ reason: z.enum(REFUSAL_REASONS), count: z.int() })),
});

const stageSchema = z.object({
  stage: z.enum(DISTRIBUTION_STAGES),
  /** How many of those that were issued in this time have come at least this far. */
  count: z.int(),
  /** From the stage before to this one, of half of them; an estimate, within an eighth. */
  medianSeconds: z.int().nullable(),
});

const distributionFiguresSchema = named('DistributionFigures', {
  ...counted,
  series: z.array(z.object({ stage: z.enum(DISTRIBUTION_STAGES), counts: z.array(z.int()) })),
  stages: z.array(stageSchema),
  /** From issued to confirmed. */
  medianSeconds: z.int().nullable(),
});

const tokenFiguresSchema = named('TokenFigures', {
  ...counted,
  series: z.array(z.object({ name: z.enum(TOKEN_FIGURES), counts: z.array(z.int().nullable()) })),
  /** Now. */
  states: statisticsSchema.shape.tokens,
  /** Tokens by the month in which they expire, from this one on; as of `expiryAt`. */
  expiry: z.array(z.object({ month: z.string(), count: z.int() })),
  expiryAt: z.string().nullable(),
});

const outcomeCounts = { accepted: z.int(), refused: z.int(), asked: z.int() };

const clientFiguresSchema = named('ClientFigures', {
  ...counted,
  /** Those with the most traffic first. */
  clients: z.array(z.object({ way: z.enum(LOG_ON_WAYS), name: z.string(), ...outcomeCounts })),
  others: z.object({ clients: z.int(), ...outcomeCounts }),
});

const healthFiguresSchema = named('HealthFigures', {
  ...timed,
  mail: z.array(z.object({ name: z.enum(MAIL_FIGURES), counts: z.array(z.int()) })),
  /** Identity sources whose runs the caller may see, in their order. */
  sources: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      runs: z.array(z.object({ outcome: z.enum(RUN_FIGURES), counts: z.array(z.int()) })),
    }),
  ),
  /** Hosts with the most minutes first. */
  nodes: z.array(
    z.object({
      host: z.string(),
      /** Minutes of each hour or day in which one of its processes was seen. */
      seen: z.array(z.int()),
      /** Minutes of the whole time, and so is `clock`. */
      notReady: z.int(),
      clock: z.int(),
    }),
  ),
  others: z.object({ nodes: z.int(), seen: z.array(z.int()), notReady: z.int(), clock: z.int() }),
});

export type LogOnFigures = z.infer<typeof logOnFiguresSchema>;
export type DistributionFigures = z.infer<typeof distributionFiguresSchema>;
export type TokenFigures = z.infer<typeof tokenFiguresSchema>;
export type ClientFigures = z.infer<typeof clientFiguresSchema>;
export type HealthFigures = z.infer<typeof healthFiguresSchema>;

const query = z.strictObject({ range: z.enum(FIGURE_RANGE_NAMES).default('month') });

export const FIGURE_OPERATIONS = {
  getLogOnFigures: get(
    '/statistics/log-ons',
    'tokens:view',
    'Logons over time by outcome and by channel, and why they were refused',
    { query, response: logOnFiguresSchema },
  ),
  getDistributionFigures: get(
    '/statistics/distributions',
    'tokens:view',
    'How far distributions have come, and how long each stage took',
    { query, response: distributionFiguresSchema },
  ),
  getTokenFigures: get(
    '/statistics/tokens',
    'tokens:view',
    'Tokens by state, over time, and by the month in which they expire',
    { query, response: tokenFiguresSchema },
  ),
  getClientFigures: get(
    '/statistics/clients',
    'agents:view',
    'RADIUS clients, agents and API keys by traffic',
    { query, response: clientFiguresSchema },
  ),
  getHealthFigures: get(
    '/statistics/health',
    'settings:edit',
    'Mail sent and failed, runs of identity sources, and minutes in which nodes were seen',
    { query, response: healthFiguresSchema },
  ),
};
