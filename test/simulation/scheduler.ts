/**
 * Who goes on: several nodes run in one process, and each stops before every statement, commit, timer and turn of the event loop until it is
 * chosen. The choices are numbers made beforehand, so that a run can be repeated, and made smaller by fast-check: without a choice, whatever
 * has waited longest goes on and nothing fails.
 *
 * Not simulated: what a node computes between two of these points happens at once.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import promised from 'node:timers/promises';
import type { Coverage, Passed } from './coverage.ts';

/** Rejects whatever a node does after its end. */
export class NodeEnded extends Error {}

/** A node from a start to an end. One that comes back is another. */
export type Life = { readonly node: number; readonly name: string; ended: boolean };

export type Point = {
  readonly life: Life;
  readonly what: string;
  /** How many steps others had taken when it began to wait. */
  readonly others: number;
  readonly covers: readonly Passed[];
  readonly may: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

const lives = new AsyncLocalStorage<Life>();

export const currentLife = (): Life | undefined => lives.getStore();
export const inLife = <T>(life: Life, work: () => T): T => lives.run(life, work);

const turn = globalThis.setImmediate;
const endOfTurn = (): Promise<void> => new Promise((resolve) => turn(resolve));

export class Scheduler {
  readonly #choices: readonly number[];
  readonly #settle: () => Promise<void>;
  #next = 0;
  waiting: Point[] = [];
  /** Of the run so far, one line for each choice. */
  readonly trace: string[] = [];
  steps = 0;
  /** How often the one that went on was not the one before. */
  switches = 0;
  #last: Life | undefined;
  readonly #coverage: Coverage | undefined;
  /** Steps of each life. */
  readonly #stepsOf = new Map<Life, number>();

  /** @param settle resolves once everything that was let go has reached its next point; by default, at the end of the turn */
  constructor(
    choices: readonly number[],
    {
      coverage,
      settle = endOfTurn,
    }: { readonly coverage?: Coverage | undefined; readonly settle?: (() => Promise<void>) | undefined } = {},
  ) {
    this.#choices = choices;
    this.#coverage = coverage;
    this.#settle = settle;
  }

  /** Zero once they are used up: no fault, and in the order of waiting. */
  draw(): number {
    const choice = this.#choices[this.#next] ?? 0;
    this.#next += 1;
    return choice;
  }

  /** Waits to be chosen. @param may whether it can be: a lock is free, a time has come @param statement what it waits for */
  point(what: string, may: () => boolean = () => true, statement?: object): Promise<void> {
    const life = lives.getStore();
    if (!life) return Promise.resolve();
    if (life.ended) return Promise.reject(new NodeEnded(what));
    const covers = this.#coverage?.at(what, statement) ?? [];
    return new Promise((resolve, reject) => {
      this.waiting.push({ life, what, others: this.#othersThan(life), covers, may, resolve, reject });
    });
  }

  #othersThan(life: Life): number {
    return this.steps - (this.#stepsOf.get(life) ?? 0);
  }

  settle(): Promise<void> {
    return this.#settle();
  }

  runnable(): Point[] {
    return this.waiting.filter(({ may }) => may());
  }

  /** Lets one go on. */
  go(point: Point): void {
    this.waiting.splice(this.waiting.indexOf(point), 1);
    const interleaved = this.#othersThan(point.life) > point.others;
    this.steps += 1;
    this.#stepsOf.set(point.life, (this.#stepsOf.get(point.life) ?? 0) + 1);
    if (this.#last !== point.life) this.switches += 1;
    this.#last = point.life;
    this.trace.push(`${point.life.name}: ${point.what}`);
    for (const passed of point.covers) {
      passed.passed += 1;
      if (interleaved) passed.interleaved += 1;
    }
    point.resolve();
  }

  fail(point: Point, error: unknown): void {
    this.waiting.splice(this.waiting.indexOf(point), 1);
    this.steps += 1;
    this.#stepsOf.set(point.life, (this.#stepsOf.get(point.life) ?? 0) + 1);
    this.trace.push(`${point.life.name}: ${point.what} fails: ${(error as Error).message}`);
    for (const passed of point.covers) passed.failed += 1;
    point.reject(error);
  }

  /** Nothing of it goes on; the database undoes what it had not committed. */
  end(life: Life): void {
    life.ended = true;
    this.trace.push(`${life.name}: ends`);
    const theirs = this.waiting.filter((point) => point.life === life);
    this.waiting = this.waiting.filter((point) => point.life !== life);
    for (const { covers, reject, what } of theirs) {
      for (const passed of covers) passed.ended += 1;
      reject(new NodeEnded(what));
    }
  }

  /** `setImmediate` of nodes is a point, too, while `work` runs. */
  async withTurns<T>(work: () => Promise<T>): Promise<T> {
    replaceTurns();
    running = this;
    try {
      return await work();
    } finally {
      running = undefined;
    }
  }
}

/** Whose `work` runs. */
let running: Scheduler | undefined;
let replaced = false;

/**
 * `setImmediate` of nodes, and the one that returns a promise. Once, since announcing it to all modules takes 3 % of the time of a run.
 * What nodes would repeat every second or so, such as to keep a lease while a directory is slow, never comes: a run is over before, but on a
 * machine that is busy.
 */
function replaceTurns(): void {
  if (replaced) return;
  replaced = true;
  const [turnPromised, repeat] = [promised.setImmediate, globalThis.setInterval];
  const scheduled = (): Scheduler | undefined => (lives.getStore() === undefined ? undefined : running);
  globalThis.setInterval = ((act: () => void, ...given: [number]) =>
    scheduled() ? repeat(() => {}, 2 ** 30).unref() : repeat(act, ...given)) as typeof repeat;
  globalThis.setImmediate = ((act: (...given: unknown[]) => void, ...given: unknown[]) => {
    const scheduler = scheduled();
    if (!scheduler) return turn(act, ...given);
    scheduler.point('turn').then(
      () => act(...given),
      () => {},
    );
    return undefined;
  }) as typeof turn;
  promised.setImmediate = ((value?: unknown) =>
    scheduled()
      ?.point('turn')
      .then(() => value) ?? turnPromised(value)) as typeof turnPromised;
  syncBuiltinESMExports();
}
