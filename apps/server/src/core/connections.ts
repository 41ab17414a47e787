/**
 * How many connections are open at once, per source and in all. Excess connections are closed before a handshake costs anything, and the
 * log sums them up. Counted per process; a source is an IPv4 address or an IPv6 /64.
 */
import { MINUTE } from '@sower/api/time';
import { sourceKey } from './guess-limit.ts';
import { withinAny } from './network.ts';

/** The part of a node:net server that is used here. */
type Listener = {
  maxConnections: number;
  on(event: 'drop', work: (facts?: { readonly remoteAddress?: string }) => void): unknown;
  prependListener(event: 'connection', work: (socket: Connection) => void): unknown;
};
type Connection = {
  readonly remoteAddress?: string | undefined;
  destroy(): unknown;
  once(event: 'close', work: () => void): unknown;
};

export type ConnectionCap = {
  /**
   * Counts the connections of a listener, and closes those beyond the limit.
   * @param most of this listener
   */
  watch(server: Listener, most: number): void;
};

/** The first report comes soon, then one per interval in which there was something to report. */
const FIRST_MILLISECONDS = 1_000;
const REPORT_MILLISECONDS = MINUTE;
const MAX_SOURCES_NOTED = 1_000;

export type Refused = {
  readonly connections: number;
  /** The number of sources, among those that are remembered. */
  readonly sources: number;
  readonly most: { readonly source: string; readonly connections: number };
  /** Of all of these, the connections that arrived when the listener was full. */
  readonly full: number;
};

export function connectionCap(context: {
  readonly perSource: number;
  /** Addresses or CIDR ranges of proxies, whose connections carry everyone's requests. */
  readonly exempt: readonly string[];
  /** Milliseconds of any steady clock. */
  readonly clock: () => number;
  readonly onRefused: (refused: Refused) => void;
}): ConnectionCap {
  const open = new Map<string, number>();
  const isExempt = withinAny(context.exempt);
  let refused = new Map<string, number>();
  let [all, full] = [0, 0];
  let reportedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function report(): void {
    timer = undefined;
    reportedAt = context.clock();
    const [source = '', connections = 0] = [...refused].sort((a, b) => b[1] - a[1])[0] ?? [];
    context.onRefused({ connections: all, sources: refused.size, most: { source, connections }, full });
    refused = new Map();
    [all, full] = [0, 0];
  }

  function note(source: string, isFull: boolean): void {
    all += 1;
    if (isFull) full += 1;
    if (refused.size < MAX_SOURCES_NOTED || refused.has(source))
      refused.set(source, (refused.get(source) ?? 0) + 1);
    if (timer) return;
    const wait = Math.max(FIRST_MILLISECONDS, reportedAt + REPORT_MILLISECONDS - context.clock());
    timer = setTimeout(report, wait);
    timer.unref();
  }

  return {
    watch(server, most) {
      server.maxConnections = most;
      server.on('drop', (facts) => note(sourceKey(facts?.remoteAddress ?? 'unknown'), true));
      // Before the TLS listener: it is the handshake that costs.
      server.prependListener('connection', (socket) => {
        const address = socket.remoteAddress;
        if (address === undefined || isExempt(address)) return;
        const source = sourceKey(address);
        const count = (open.get(source) ?? 0) + 1;
        if (count > context.perSource) {
          note(source, false);
          socket.destroy();
          return;
        }
        open.set(source, count);
        socket.once('close', () => {
          const left = (open.get(source) ?? 1) - 1;
          if (left > 0) open.set(source, left);
          else open.delete(source);
        });
      });
    },
  };
}
