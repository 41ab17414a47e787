/**
 * Who goes on: several nodes run in one process, and each stops before every statement, commit, timer and turn of the event loop until it is
 * chosen. The choices are numbers made beforehand, so that a run can be repeated, and made smaller by fast-check: without a choice, whatever
 * has waited longest goes on and nothing fails.
 *
 * Not simulated: what a node computes between two of these points happens at once.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Rejects whatever a node does after its end. */
export class NodeEnded extends Error {}

/** A node from a start to an end. One that comes back is another. */
export type Life = { readonly node: number; readonly name: string; ended: boolean };

export type Point = {
  readonly life: Life;
  readonly what: string;
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
  /** Called for each point that is passed. */
  onPass: (what: string, life: Life, switched: boolean) => void = () => {};

  /** @param settle resolves once everything that was let go has reached its next point; by default, at the end of the turn */
  constructor(choices: readonly number[], settle: () => Promise<void> = endOfTurn) {
    this.#choices = choices;
    this.#settle = settle;
  }

  /** Zero once they are used up: no fault, and in the order of waiting. */
  draw(): number {
    const choice = this.#choices[this.#next] ?? 0;
    this.#next += 1;
    return choice;
  }

  /** Waits to be chosen. @param may whether it can be: a lock is free, a time has come */
  point(what: string, may: () => boolean = () => true): Promise<void> {
    const life = lives.getStore();
    if (!life) return Promise.resolve();
    if (life.ended) return Promise.reject(new NodeEnded(what));
    return new Promise((resolve, reject) => {
      this.waiting.push({ life, what, may, resolve, reject });
    });
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
    this.steps += 1;
    const switched = this.#last !== point.life;
    if (switched) this.switches += 1;
    this.#last = point.life;
    this.trace.push(`${point.life.name}: ${point.what}`);
    this.onPass(point.what, point.life, switched);
    point.resolve();
  }

  fail(point: Point, error: unknown): void {
    this.waiting.splice(this.waiting.indexOf(point), 1);
    this.steps += 1;
    this.trace.push(`${point.life.name}: ${point.what} fails: ${(error as Error).message}`);
    point.reject(error);
  }

  /** Nothing of it goes on; the database undoes what it had not committed. */
  end(life: Life): void {
    life.ended = true;
    this.trace.push(`${life.name}: ends`);
    const theirs = this.waiting.filter((point) => point.life === life);
    this.waiting = this.waiting.filter((point) => point.life !== life);
    for (const { reject, what } of theirs) reject(new NodeEnded(what));
  }

  /** `setImmediate` of nodes is a point, too, while `work` runs. */
  async withTurns<T>(work: () => Promise<T>): Promise<T> {
    const virtual = (act: (...given: unknown[]) => void, ...given: unknown[]): NodeJS.Immediate => {
      if (lives.getStore() === undefined) return turn(act, ...given);
      this.point('turn').then(
        () => act(...given),
        () => {},
      );
      return undefined as unknown as NodeJS.Immediate;
    };
    globalThis.setImmediate = virtual as typeof turn;
    try {
      return await work();
    } finally {
      globalThis.setImmediate = turn;
    }
  }
}
