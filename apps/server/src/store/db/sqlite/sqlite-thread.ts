/**
 * The thread that writes to SQLite, so that neither statements nor the disk hold the event loop. It does one act after the other, in the
 * order in which they arrive, and sleeps while another process holds the lock.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type Act, type Answer, pausesWhileBusy, SqliteWriter } from './writer.ts';

/** A reply to each act, in their order; of an error, what distinguishes it. */
export type Reply =
  | Answer
  | { readonly refusal: { readonly message: string; readonly code?: unknown; readonly errcode?: unknown } };

const port = parentPort as MessagePort;
const asleep = new Int32Array(new SharedArrayBuffer(4));
const writer = new SqliteWriter(workerData as string);

function replyTo(work: () => Answer, giveUp: () => void): Reply {
  let pauseAfter: ReturnType<typeof pausesWhileBusy> | undefined;
  for (;;) {
    try {
      return work();
    } catch (error) {
      pauseAfter ??= pausesWhileBusy();
      const pause = pauseAfter(error);
      if (pause === undefined) {
        giveUp();
        const { message, code, errcode } = error as Error & {
          readonly code?: unknown;
          readonly errcode?: unknown;
        };
        return { refusal: { message, code, errcode } };
      }
      Atomics.wait(asleep, 0, 0, pause);
    }
  }
}

port.postMessage(
  replyTo(
    () => writer.open(),
    () => {},
  ),
);
port.on('message', (act: Act | 'close') => {
  if (act === 'close') {
    writer.close();
    port.close();
  } else {
    port.postMessage(
      replyTo(
        () => writer.do(act),
        () => writer.giveUp(act),
      ),
    );
  }
});
