/**
 * Whether this process can do its job: accepting a passcode, which is a write. So it writes a row of its own and waits until that is
 * durable, at most once a second however many ask, and answers no within a second if the database does not respond.
 */
import type { ServerContext } from '../context.ts';
import { deleteHeartbeats, writeHeartbeat } from '../store/tables/heartbeats.ts';

export type Readiness = {
  ready(): Promise<boolean>;
  /** Something else failed because of the database: earlier proof no longer counts. */
  doubt(): void;
};

const PROOF_COUNTS_MILLISECONDS = 1_000;
const PATIENCE_MILLISECONDS = 800;
/** On an almost full disk, a small row may happen to fit. After a failure, the proof must find more room than any usual write needs. */
const FILLER_OCTETS = 192 * 1024;
const FORGET_MILLISECONDS = 86_400_000;

export function readiness(
  context: Pick<ServerContext, 'db' | 'serverKeys' | 'random' | 'now'> & {
    /** Milliseconds of any steady clock. */
    readonly clock: () => number;
    readonly sleep: (milliseconds: number) => Promise<void>;
    /**
     * Only on changes.
     * @param error why it is not ready
     */
    readonly onChange: (ready: boolean, error: unknown) => void;
  },
): Readiness {
  const process = Buffer.from(context.random(12)).toString('base64url');
  let proven: { readonly ready: boolean; readonly at: number } | undefined;
  let running: Promise<boolean> | undefined;
  let failed = false;
  let said = true;

  async function prove(): Promise<boolean> {
    const at = context.clock();
    let error: unknown;
    try {
      const filler = failed ? Buffer.from(context.random(FILLER_OCTETS)).toString('base64') : '';
      const now = context.now();
      await writeHeartbeat(context.db, { process, at: now, filler });
      if (!proven) await deleteHeartbeats(context.db, now - FORGET_MILLISECONDS);
      await context.serverKeys.active();
      failed = false;
    } catch (thrown) {
      failed = true;
      error = thrown;
    }
    const ready = error === undefined;
    proven = { ready, at };
    if (ready !== said) {
      said = ready;
      context.onChange(ready, error);
    }
    return ready;
  }

  return {
    async ready() {
      if (proven && context.clock() - proven.at < PROOF_COUNTS_MILLISECONDS) return proven.ready;
      running ??= prove().finally(() => {
        running = undefined;
      });
      return Promise.race([running, context.sleep(PATIENCE_MILLISECONDS).then(() => false)]);
    },
    doubt() {
      failed = true;
      if (proven?.ready) proven = { ready: true, at: Number.NEGATIVE_INFINITY };
    },
  };
}
