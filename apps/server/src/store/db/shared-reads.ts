/**
 * Reads by a key that arrive while another is on its way are made together: the counterpart of group-commit.ts. One read is on its way at a
 * time, and each caller's began after the call.
 */

type Waiting<Row> = { readonly resolve: (rows: Row[]) => void; readonly reject: (error: unknown) => void };

/** What an answer holds up stays short. */
const MAX_KEYS = 100;

/**
 * @param read the rows of all these keys, each named once
 * @param keyOf whose row it is
 */
export function sharedReads<Row>(
  read: (keys: readonly string[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
): (key: string) => Promise<Row[]> {
  let waiting = new Map<string, Waiting<Row>[]>();
  let running = false;

  async function readTogether(group: ReadonlyMap<string, readonly Waiting<Row>[]>): Promise<void> {
    try {
      const found = new Map<string, Row[]>();
      for (const row of await read([...group.keys()])) {
        const key = keyOf(row);
        const rows = found.get(key);
        if (rows) rows.push(row);
        else found.set(key, [row]);
      }
      for (const [key, callers] of group) for (const { resolve } of callers) resolve(found.get(key) ?? []);
    } catch (error) {
      for (const callers of group.values()) for (const { reject } of callers) reject(error);
    }
  }

  async function work(): Promise<void> {
    while (waiting.size > 0) {
      const entries = [...waiting];
      waiting = new Map(entries.slice(MAX_KEYS));
      await readTogether(new Map(entries.slice(0, MAX_KEYS)));
    }
    running = false;
  }

  return (key) =>
    new Promise((resolve, reject) => {
      const callers = waiting.get(key);
      if (callers) callers.push({ resolve, reject });
      else waiting.set(key, [{ resolve, reject }]);
      if (running) return;
      running = true;
      // On the next turn, so that everything from this turn of the event loop is together from the start.
      setImmediate(work);
    });
}
