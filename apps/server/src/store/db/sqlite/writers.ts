/** Where a connection that writes to SQLite lives: on the event loop, or in a thread (docs/decisions/0118-speed-and-memory.md). */
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Reply } from './sqlite-thread.ts';
import { type Act, type Answer, pausesWhileBusy, SqliteWriter } from './writer.ts';

export type Writer = {
  /** In the order of the calls. */
  do(act: Act): Promise<Answer>;
  close(): Promise<void>;
};

export async function writerHere(file: string): Promise<Writer> {
  const writer = new SqliteWriter(file);
  let last: Promise<unknown> = Promise.resolve();
  async function whileBusy(work: () => Answer, giveUp: () => void): Promise<Answer> {
    const pauseAfter = pausesWhileBusy();
    for (;;) {
      try {
        return work();
      } catch (error) {
        const pause = pauseAfter(error);
        if (pause === undefined) {
          giveUp();
          throw error;
        }
        await wait(pause);
      }
    }
  }
  await whileBusy(
    () => writer.open(),
    () => {},
  );
  return {
    do(act) {
      const answer = last.then(() =>
        whileBusy(
          () => writer.do(act),
          () => writer.giveUp(act),
        ),
      );
      last = answer.catch(() => {});
      return answer;
    },
    close: async () => writer.close(),
  };
}

/** If the thread ends by itself, so does the process: it is unknown what happened to its acts. */
export async function writerInThread(file: string): Promise<Writer> {
  const thread = new Worker(new URL('./sqlite-thread.ts', import.meta.url), {
    workerData: file,
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  const ended = new Promise((resolve) => thread.once('exit', resolve));
  const waiting: { resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];
  const reply = (): Promise<Answer> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
    });
  thread.on('message', (reply: Reply) => {
    const next = waiting.shift();
    if ('rows' in reply) next?.resolve(reply);
    else next?.reject(Object.assign(new Error(reply.refusal.message), reply.refusal));
  });
  await reply();
  return {
    do(act) {
      thread.postMessage(act);
      return reply();
    },
    async close() {
      thread.postMessage('close');
      await ended;
    },
  };
}
