/**
 * What this process accepted a moment ago. A database that was promoted without these commits gets them back, exactly, before anything else
 * is accepted there; that some were missing proves that it lost commits, whatever was known about replication.
 */

/** Standbys that are further behind are dealt with by time: by then, no tokencode of these is current. */
const KEPT_MILLISECONDS = 120_000;
const MOST = 100_000;

export type RecentAcceptances = {
  note(seedId: string, position: number): void;
  /** The last one of each seed. */
  list(): readonly { readonly id: string; readonly position: number }[];
};

/** @param clock milliseconds of any steady clock */
export function recentAcceptances(clock: () => number): RecentAcceptances {
  // Oldest first, since a seed is taken out before it is noted again.
  const noted = new Map<string, { readonly position: number; readonly at: number }>();
  const prune = (): void => {
    for (const [id, { at }] of noted) {
      if (noted.size <= MOST && clock() - at <= KEPT_MILLISECONDS) return;
      noted.delete(id);
    }
  };
  return {
    note(seedId, position) {
      noted.delete(seedId);
      noted.set(seedId, { position, at: clock() });
      prune();
    },
    list() {
      prune();
      return [...noted].map(([id, { position }]) => ({ id, position }));
    },
  };
}
