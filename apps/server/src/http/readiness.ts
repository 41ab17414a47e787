/**
 * Whether this process can do its job: accepting a passcode. So it writes a row of its own and waits until that is durable, and runs the
 * statements of an acceptance, which need the tables that anything else may have locked; at most once a second, however many requests
 * arrive. It is not ready if the database does not respond within a second. Nor is it ready while what it accepts could be lost.
 */

import { DAY } from '@sower/api/time';
import { inEnglish, type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { deleteHeartbeats, writeHeartbeat } from '../store/operations/nodes.ts';
import type { Routes } from '../web/routes.ts';
import type { Stopping } from './stopping.ts';

export type Readiness = {
  /** Why it is not ready; undefined: it is. */
  refusal(): Promise<Text | undefined>;
  /** Something else failed because of the database: earlier proof no longer counts. */
  doubt(): void;
};

const PROOF_COUNTS_MILLISECONDS = 1_000;
const PATIENCE_MILLISECONDS = 800;
/** On an almost full disk, a small row may happen to fit. After a failure, the proof must find more room than any usual write needs. */
const FILLER_OCTETS = 192 * 1024;
const FORGET_MILLISECONDS = DAY;
const UNUSABLE = text('node.database-unusable');
const STARVED = text('node.starved');

export function readiness(
  context: Pick<ServerContext, 'db' | 'serverKeys' | 'random' | 'now'> & {
    /** Milliseconds of any steady clock. */
    readonly clock: () => number;
    readonly sleep: (milliseconds: number) => Promise<void>;
    /** Throws if no passcode could be accepted. */
    readonly proveAcceptance: () => Promise<void>;
    /** Why it is not to be trusted although the database can be used, if so. */
    readonly untrusted: () => Promise<Text | undefined>;
    /**
     * Only on changes.
     * @param refusal why it is not ready
     * @param error what the database said
     */
    readonly onChange: (refusal: Text | undefined, error: unknown) => void;
  },
): Readiness {
  const process = Buffer.from(context.random(12)).toString('base64url');
  let proven: { readonly refusal: Text | undefined; readonly at: number } | undefined;
  let running: Promise<Text | undefined> | undefined;
  let failed = false;
  let said: string | undefined;

  async function prove(): Promise<Text | undefined> {
    const at = context.clock();
    let error: unknown;
    let refusal: Text | undefined;
    try {
      const filler = failed ? Buffer.from(context.random(FILLER_OCTETS)).toString('base64') : '';
      const now = context.now();
      await Promise.all([
        writeHeartbeat(context.db, { process, at: now, filler }),
        context.proveAcceptance(),
        context.serverKeys.active(),
      ]);
      if (!proven) await deleteHeartbeats(context.db, now - FORGET_MILLISECONDS);
      failed = false;
      refusal = await context.untrusted();
    } catch (thrown) {
      failed = true;
      error = thrown;
      refusal = UNUSABLE;
    }
    proven = { refusal, at };
    if (refusal?.code !== said) {
      said = refusal?.code;
      context.onChange(refusal, error);
    }
    return refusal;
  }

  return {
    async refusal() {
      if (proven && context.clock() - proven.at < PROOF_COUNTS_MILLISECONDS) return proven.refusal;
      running ??= prove().finally(() => {
        running = undefined;
      });
      const begun = context.clock();
      const late = context.sleep(PATIENCE_MILLISECONDS).then(() => {
        // Answers may have arrived that there was no time to read.
        const starved = context.clock() - begun > 2 * PATIENCE_MILLISECONDS;
        return starved ? STARVED : UNUSABLE;
      });
      return Promise.race([running, late]);
    },
    doubt() {
      failed = true;
      if (proven && !proven.refusal) proven = { ...proven, at: Number.NEGATIVE_INFINITY };
    },
  };
}

/** Whether the process is alive, and whether it can serve. Nothing secret, and nothing about people. */
export function healthRoutes(
  routes: Routes,
  context: { readonly stopping: Stopping; readonly readiness: Readiness },
): void {
  routes.get('/healthz', (_, reply) => reply.type('text/plain').send('ok\n'));
  routes.get('/readyz', async (_, reply) => {
    context.stopping.readinessAsked();
    const no = (why: string) => reply.code(503).type('text/plain').send(`not ready: ${why}\n`);
    if (context.stopping.begun) return no('stopping');
    const refusal = await context.readiness.refusal();
    if (refusal) return no(`${refusal.code}: ${inEnglish(refusal)}`);
    return reply.type('text/plain').send('ready\n');
  });
}
