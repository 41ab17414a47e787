/** One of several processes that share the listeners: which one it is, and what it tells the primary (processes.ts). */
import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import type { Registry } from '@prometheus-io/client';

export type FromWorker =
  | { readonly kind: 'ready' }
  /** Somebody reads the metrics of this process, and so those of all. */
  | { readonly kind: 'metrics'; readonly id: string }
  | { readonly kind: 'reported'; readonly id: string; readonly text: string };
export type ToWorker =
  | { readonly kind: 'report'; readonly id: string }
  | { readonly kind: 'metrics'; readonly id: string; readonly texts: readonly string[] };

/** In the environment of a worker: its number, from 1. */
export const WORKER = 'WORKER_NUMBER';
/** A process that is busy for longer is left out of one reading. */
export const REPORT_MILLISECONDS = 2_000;

export type Share = {
  readonly number: number;
  ready(): void;
  /** @returns what reads the metrics of all processes */
  metrics(registry: Registry): () => Promise<string>;
};

/** @returns undefined in a process that serves alone */
export function shareOfWorker(): Share | undefined {
  if (!cluster.isWorker) return undefined;
  const number = Number(process.env[WORKER]);
  const tell = (message: FromWorker): void => {
    // The primary may have gone, and this process goes with it.
    process.send?.(message, undefined, undefined, () => {});
  };
  return {
    number,
    ready: () => tell({ kind: 'ready' }),
    metrics(registry) {
      registry.setDefaultLabels({ process: String(number) });
      const asking = new Map<string, (texts: readonly string[]) => void>();
      process.on('message', async (message: ToWorker) => {
        if (message.kind === 'metrics') asking.get(message.id)?.(message.texts);
        else tell({ kind: 'reported', id: message.id, text: await registry.metrics() });
      });
      return async () => {
        const id = randomUUID();
        const texts = await new Promise<readonly string[]>((resolve) => {
          asking.set(id, resolve);
          tell({ kind: 'metrics', id });
        });
        asking.delete(id);
        return together(texts);
      };
    },
  };
}

/** All samples of a metric stand together, below one HELP and TYPE: the text format asks for it. */
export function together(texts: readonly string[]): string {
  const families = new Map<string, { readonly head: readonly string[]; readonly samples: string[] }>();
  for (const text of texts) {
    for (const block of text.split(/^(?=# HELP )/m)) {
      const lines = block.split('\n').filter((line) => line !== '');
      const head = lines.filter((line) => line.startsWith('#'));
      const name = head[0]?.split(' ')[2];
      if (name === undefined) continue;
      const family = families.get(name) ?? { head, samples: [] };
      families.set(name, family);
      family.samples.push(...lines.slice(head.length));
    }
  }
  return [...families.values()].flatMap(({ head, samples }) => [...head, ...samples, '']).join('\n');
}
