/** Counts while they are added up: of each domain with those below it, by hour and by day. */

import { DAY, HOUR } from '@sower/api/time';
import { addFigures, type FigureKind, type FigureRow } from '../../store/audit/figures.ts';
import type { Connection } from '../../store/schema/schema.ts';

/** Longer than the longest time that is shown by hours. */
export const HOURS_KEPT = 35 * DAY;
const GRAINS = [
  ['hour', HOUR],
  ['day', DAY],
] as const;

export const dayOf = (time: number): number => Math.floor(time / DAY) * DAY;
export const hourOf = (time: number): number => Math.floor(time / HOUR) * HOUR;

/** How the adding up gives way to callers: compose/yielding.ts. */
export type Yielding = {
  /** Whether this process serves no caller at present. */
  isAlone(): boolean;
  /** Waits for as long as others are served, within reason. */
  yieldTo(): Promise<void>;
};

/**
 * How many rows are read and counted before others are served: SQLite answers synchronously, so callers wait for a few milliseconds. At 2,000
 * logons a second, batches of 500 with one turn of the event loop in between held them up for 0.2 s every five seconds; batches of 100 keep up
 * with as many, since yielding is bounded.
 */
export const atOnce = ({ isAlone }: Yielding): number => (isAlone() ? 500 : 100);

/** A domain's path, and those of the domains that it is in. */
function domainsAbove(path: string): string[] {
  const paths: string[] = [];
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    paths.push(path.slice(0, end + 1));
  }
  return paths;
}

export type Counted = {
  readonly kind: FigureKind;
  /** Path; undefined for what belongs to none: it counts for the deployment only. */
  readonly domain: string | undefined;
  readonly at: number;
  readonly name: string;
  readonly outcome?: string;
  /** By the hour as well as by the day. */
  readonly hourly?: boolean;
};

export class Counts {
  readonly #rows = new Map<string, FigureRow>();

  add({ kind, domain, at, name, outcome = '', hourly = false }: Counted, count = 1): void {
    for (const path of domainsAbove(domain ?? '/')) {
      for (const [grain, length] of GRAINS) {
        if (grain === 'hour' && !hourly) continue;
        const begin = Math.floor(at / length) * length;
        const key = [kind, grain, path, begin, name, outcome].join('\n');
        const row = this.#rows.get(key);
        if (row) row.count += count;
        else this.#rows.set(key, { kind, grain, domain: path, at: begin, name, outcome, count });
      }
    }
  }

  /** In one order always. */
  rows(): FigureRow[] {
    return [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }
}

/** Of the whole deployment, where it happens: in the transaction of the row that says so, so that both are there or neither. */
export async function countOnce(db: Connection, ...all: Omit<Counted, 'domain' | 'hourly'>[]): Promise<void> {
  const counts = new Counts();
  for (const one of all) counts.add({ ...one, domain: undefined, hourly: true });
  await addFigures(db, counts.rows());
}
