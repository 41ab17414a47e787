/**
 * Work counted instead of timed: how often each function is called, as V8's precise coverage counts it. The same on every machine and under
 * every load, so that two requests that must not be told apart by their time can be compared wherever tests run.
 */
import { type Profiler, Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';
import { type DatabaseWork, type Meter, UNMETERED } from '@sower/server/store/db/meter';

/** Counts what a database does: for `openDatabase`. */
export function databaseWork(): { readonly counts: Record<DatabaseWork, number>; readonly meter: Meter } {
  const counts = { read: 0, write: 0, commit: 0 };
  return {
    counts,
    meter: {
      ...UNMETERED,
      took(work) {
        counts[work] += 1;
      },
    },
  };
}

const COMPILERS = ['turbofan', 'maglev'];

export interface WorkCounter {
  /** Calls in this thread, of all functions, since the last take. One counter at a time in a process. */
  take(): number;
  /** Counts of each block of code since the last take, of the scripts with this in their URL. */
  blocks(script: string): readonly string[];
  close(): void;
}

export function workCounter(): WorkCounter {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  // Calls that optimized code has inlined are not counted. Counting begins with none: what was optimized before is thrown away then.
  for (const compiler of COMPILERS) setFlagsFromString(`--no-${compiler}`);
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  /** Of its own thread, a session answers before `post` returns. Each take sets the counts back to zero. */
  const scripts = (): readonly Profiler.ScriptCoverage[] => {
    let taken: readonly Profiler.ScriptCoverage[] | undefined;
    session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error) throw error;
      taken = result;
    });
    if (!taken) throw new Error('The counts came late.');
    return taken.filter(({ url }) => url !== import.meta.url);
  };
  return {
    take: () =>
      scripts()
        .flatMap(({ functions }) => functions)
        .reduce((sum, { ranges }) => sum + (ranges[0]?.count ?? 0), 0),
    blocks: (script) =>
      scripts()
        .filter(({ url }) => url.includes(script))
        .flatMap(({ functions }) => functions)
        .flatMap(({ functionName, ranges }) =>
          ranges.map(({ startOffset, count }) => `${functionName} ${startOffset}: ${count}`),
        ),
    close() {
      session.post('Profiler.stopPreciseCoverage');
      session.disconnect();
      for (const compiler of COMPILERS) setFlagsFromString(`--${compiler}`);
    },
  };
}
