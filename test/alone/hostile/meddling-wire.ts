/** A TCP wire between a server and its database that can fall silent, in both directions, and be cut. */
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

export type MeddlingWire = {
  readonly port: number;
  /** What is connected now is not forwarded any more, in either direction, and never closed; `all`: nor what connects from now on. */
  silence(all?: boolean): void;
  /** What connects from now on is forwarded again. What fell silent stays so. */
  speak(): void;
  /**
   * The next commit after a statement with this in it, or in its values, reaches the database, and nothing comes back on its connection from
   * then on.
   */
  loseCommitOf(part: string): void;
  /** What comes back on open connections waits until a later one has the answer to a statement with this in it. */
  holdUntilAnswered(part: string): void;
  /** Every connection ends with a reset. */
  reset(): void;
  /** Whether what connects from now on is reset at once. */
  refuse(refused: boolean): void;
  /** How many were. */
  refused(): number;
  close(): Promise<void>;
};

export async function meddlingWire(target: number): Promise<MeddlingWire> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let mute = false;
  let refusing = false;
  let refused = 0;
  let fatal: string | undefined;
  let awaited: string | undefined;
  let held: readonly (readonly [Socket, Socket])[] = [];
  const hush = ([near, far]: readonly [Socket, Socket]): void => {
    for (const socket of [near, far]) {
      socket.unpipe();
      socket.removeAllListeners('data');
      // Read and thrown away, so that the kernel goes on acknowledging: only who waits for an answer can tell.
      socket.on('data', () => {});
      socket.resume();
    }
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (refusing) {
      refused += 1;
      return void near.resetAndDestroy();
    }
    const far = dial({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const socket of pair) socket.on('error', () => {});
    near.on('close', () => {
      pairs.delete(pair);
      far.destroy();
    });
    far.on('close', () => near.destroy());
    if (mute) return hush(pair);
    let doomed = false;
    let asked = false;
    far.on('data', () => {
      if (!asked) return;
      asked = false;
      const late = held;
      held = [];
      // So that this answer is read before those.
      setTimeout(() => {
        for (const [to, from] of late) from.pipe(to);
      }, 100);
    });
    near.on('data', (chunk: Buffer) => {
      if (fatal !== undefined && chunk.includes(fatal)) {
        doomed = true;
        fatal = undefined;
      } else if (awaited !== undefined && !held.includes(pair) && chunk.includes(awaited)) {
        asked = true;
        awaited = undefined;
      } else if (doomed && chunk.includes('commit')) {
        far.unpipe(near);
        far.resume();
      }
    });
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    silence(all = false) {
      mute = all;
      for (const pair of pairs) hush(pair);
    },
    speak() {
      mute = false;
    },
    loseCommitOf(part) {
      fatal = part;
    },
    holdUntilAnswered(part) {
      awaited = part;
      held = [...pairs];
      for (const [near, far] of held) far.unpipe(near);
    },
    reset() {
      for (const [near, far] of pairs) {
        near.resetAndDestroy();
        far.resetAndDestroy();
      }
    },
    refuse(is) {
      refusing = is;
    },
    refused: () => refused,
    close: () =>
      new Promise((resolve) => {
        for (const pair of pairs) for (const socket of pair) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
