/** A progress bar on stderr for what takes over a second, and nothing where no person is watching. */
import { progress, spinner } from '@clack/prompts';
import { EXIT_CODES } from '../outcome.ts';
import { t } from '../texts.ts';
import type { Terminal } from './terminal.ts';

const PATIENCE_MS = 1000;

/** One bar a terminal: work within work is shown by the outer one. */
const busy = new WeakSet<Terminal>();

export type Progress = {
  /** What is being done, and how much of `total` is done. */
  report(message: string, done?: number): void;
};

/** @param total number of steps, if known; otherwise the bar only shows that work is in progress */
export async function withProgress<T>(
  terminal: Terminal,
  { message, total }: { message: string; total?: number },
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  if (terminal.stderr.isTTY !== true || busy.has(terminal)) return work({ report: () => {} });
  busy.add(terminal);
  let bar: ReturnType<typeof progress> | undefined;
  let endless: ReturnType<typeof spinner> | undefined;
  let latest = message;
  let done = 0;
  const options = {
    output: terminal.stderr,
    withGuide: false,
    cancelMessage: t('prompt.interrupted'),
    onCancel: () => process.exit(EXIT_CODES.interrupted),
  };
  // The bar ends the process by itself with code 0 when Ctrl-C reaches it as a key; that would read as success.
  const interruptedNotDone = () => {
    process.exitCode = EXIT_CODES.interrupted;
  };
  const timer = setTimeout(() => {
    process.once('exit', interruptedNotDone);
    if (total === undefined) {
      endless = spinner(options);
      endless.start(latest);
    } else {
      bar = progress({ ...options, max: total });
      bar.start(latest);
      bar.advance(done, latest);
    }
  }, PATIENCE_MS);
  try {
    return await work({
      report: (text, reached) => {
        latest = text;
        const step = Math.max(0, (reached ?? done) - done);
        done += step;
        bar?.advance(step, text);
        endless?.message(text);
      },
    });
  } finally {
    busy.delete(terminal);
    clearTimeout(timer);
    bar?.clear();
    endless?.clear();
    process.removeListener('exit', interruptedNotDone);
  }
}
