/**
 * Whether some order explains what clients saw of a real system: who asked what, when, and what they were answered, or not.
 *
 * Wing and Gong's search ("Testing and Verifying Concurrent Objects", 1993), which remembers what it has been through as Lowe does ("Testing
 * for linearizability", 2017): operations that overlap may have happened in any order, one that was answered before another began came before
 * it, and one without an answer may have happened at any time after it began, or never. Histories of different tokens and codes have nothing
 * to do with each other, so each is judged alone, which keeps the search small.
 */

export type Operation = {
  /** The token or code that it is about: operations of one key are judged together. */
  readonly key: string;
  /** In words, for the report. */
  readonly what: string;
  /** The interval or counter that was shown; 1 where a code is used once. */
  readonly position: number;
  /** By one clock of the client. */
  readonly began: number;
  readonly ended?: number;
  /** Absent: no answer arrived, or one that says nothing, such as 503. */
  readonly answer?: 'accepted' | 'rejected';
};

/**
 * The same as the model of the simulator (model.ts): a token stands at the last interval that was accepted, and accepts a later one alone. What
 * is not later is rejected, and nothing else is. A code that works once is a token with one interval.
 * @returns where it stands then; undefined if it cannot have answered so
 */
export function step(
  position: number,
  operation: Pick<Operation, 'position' | 'answer'>,
): number | undefined {
  const later = operation.position > position;
  if (operation.answer === 'rejected') return later ? undefined : position;
  if (operation.answer === 'accepted') return later ? operation.position : undefined;
  return Math.max(position, operation.position);
}

export type Judged = {
  readonly operations: number;
  readonly keys: number;
  /** For each key that no order explains, the shortest history that shows it. */
  readonly unexplained: readonly { readonly key: string; readonly history: readonly Operation[] }[];
};

/** @param initial where a token stands before the first operation */
export function judgeHistories(operations: readonly Operation[], initial = -1): Judged {
  const byKey = Map.groupBy(operations, ({ key }) => key);
  const unexplained = [...byKey].flatMap(([key, history]) =>
    isExplained(history, initial) ? [] : [{ key, history: shortest(history, initial) }],
  );
  return { operations: operations.length, keys: byKey.size, unexplained };
}

const endOf = ({ ended, answer }: Operation): number =>
  answer === undefined ? Number.POSITIVE_INFINITY : (ended ?? Number.POSITIVE_INFINITY);

export function isExplained(history: readonly Operation[], initial: number): boolean {
  const answered = history.filter(({ answer }) => answer !== undefined).toSorted((a, b) => a.began - b.began);
  const lost = history.filter(({ answer }) => answer === undefined);
  const known = new Set<string>();
  /**
   * @param from before it, everything that was answered has happened
   * @param ahead of what was answered, others that have happened
   * @param taken of those without an answer
   */
  const search = (
    from: number,
    ahead: readonly number[],
    taken: readonly number[],
    position: number,
  ): boolean => {
    if (from === answered.length) return true;
    const been = `${from}:${ahead}:${taken}:${position}`;
    if (known.has(been)) return false;
    known.add(been);
    // What was answered first is a bound: nothing that began after it can have come before it.
    let bound = Number.POSITIVE_INFINITY;
    for (let at = from; at < answered.length; at += 1) {
      const operation = answered[at] as Operation;
      if (operation.began > bound) break;
      if (!ahead.includes(at)) bound = Math.min(bound, endOf(operation));
    }
    for (let at = from; at < answered.length; at += 1) {
      const operation = answered[at] as Operation;
      if (operation.began > bound) break;
      if (ahead.includes(at)) continue;
      const next = step(position, operation);
      if (next === undefined) continue;
      const happened = [...ahead, at].sort((a, b) => a - b);
      let first = from;
      while (happened[0] === first) {
        happened.shift();
        first += 1;
      }
      if (search(first, happened, taken, next)) return true;
    }
    return lost.some(
      (operation, at) =>
        !taken.includes(at) &&
        operation.began <= bound &&
        operation.position > position &&
        search(
          from,
          ahead,
          [...taken, at].sort((a, b) => a - b),
          operation.position,
        ),
    );
  };
  return search(0, [], [], initial);
}

/** Up to the first answer that nothing explains, without the rejections that this does not need: without one of them, less has to be explained. */
function shortest(history: readonly Operation[], initial: number): readonly Operation[] {
  const ends = [...new Set(history.map(endOf))].sort((a, b) => a - b);
  const until = (end: number): Operation[] =>
    history
      .filter(({ began }) => began <= end)
      .map((operation) => {
        const { answer, ended, ...asked } = operation;
        return endOf(operation) <= end ? operation : asked;
      });
  let found = until(ends.find((end) => !isExplained(until(end), initial)) ?? Number.POSITIVE_INFINITY);
  for (const operation of [...found]) {
    if (operation.answer !== 'rejected') continue;
    const fewer = found.filter((other) => other !== operation);
    if (!isExplained(fewer, initial)) found = fewer;
  }
  return found.toSorted((a, b) => a.began - b.began);
}

/** What clients write down while they ask. @param clock milliseconds of any steady clock */
export function recorder(clock: () => number) {
  const operations: Operation[] = [];
  return {
    operations,
    /** @param ask resolves with `accepted` or `rejected`; anything else, and an error, says nothing about what has happened */
    async ask(
      about: Pick<Operation, 'key' | 'what' | 'position'>,
      ask: () => Promise<string | undefined>,
    ): Promise<string | undefined> {
      const began = clock();
      let answer: string | undefined;
      try {
        answer = await ask();
        return answer;
      } finally {
        const said = answer === 'accepted' || answer === 'rejected';
        operations.push({
          ...about,
          began,
          ...(said ? { ended: clock(), answer: answer as 'accepted' | 'rejected' } : {}),
        });
      }
    },
  };
}

export const unexplainedIn = ({ unexplained }: Judged): string =>
  unexplained
    .map(({ key, history }) =>
      [
        `${key}: no order explains`,
        ...history.map(
          ({ what, began, ended, answer = 'no answer' }) =>
            `  ${began.toFixed(0)} to ${ended?.toFixed(0) ?? '…'}: ${what}: ${answer}`,
        ),
      ].join('\n'),
    )
    .join('\n');
