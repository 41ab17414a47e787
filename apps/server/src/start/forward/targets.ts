/** The places that `--audit-forward` names. A new one begins with what is recorded from now on; with `from=start`, at the beginning of the trail. */

import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { text } from '@sower/messages/outcomes';
import type { ForwardTarget } from '../../audit/forward/forward.ts';
import { jsonLine, syslogLine } from '../../audit/forward/lines.ts';
import type { AuditPlace } from '../../audit/forward/places.ts';
import { TextError } from '../../core/outcome.ts';
import { sendDatagrams, sendSyslog } from './syslog.ts';
import { postRows } from './webhook.ts';

export function forwardTargets(
  places: readonly AuditPlace[],
  { host, version, now }: { readonly host: string; readonly version: string; readonly now: () => number },
): ForwardTarget[] {
  return places.map((place): ForwardTarget => {
    const { fromStart } = place;
    if (place.kind === 'stdout')
      return {
        name: 'stdout',
        fromStart,
        send: (rows) =>
          new Promise((done, reject) =>
            process.stdout.write(`${rows.map(jsonLine).join('\n')}\n`, (error) =>
              error ? reject(error) : done(),
            ),
          ),
      };
    if (place.kind === 'file')
      return {
        name: `file:${place.file}`,
        fromStart,
        send: (rows) => append(place.file, `${rows.map(jsonLine).join('\n')}\n`),
      };
    if (place.kind === 'webhook') {
      const webhook = { ...place, userAgent: `sower/${version}` };
      return {
        // The path may be a secret.
        name: `${new URL(place.url).origin}/#${createHash('sha256').update(place.url).digest('hex').slice(0, 8)}`,
        fromStart,
        send: (rows, signal) => {
          const id = `audit-${rows[0]?.seq}-${rows.at(-1)?.seq}-${rows.at(-1)?.hash.slice(0, 12)}`;
          const timestamp = new Date(now()).toISOString();
          const body = JSON.stringify({ type: 'audit.rows', timestamp, data: { rows } });
          return postRows(webhook, { id, body, now: now() }, signal);
        },
      };
    }
    const { protection, format } = place;
    const line = (row: Parameters<typeof syslogLine>[0]): string =>
      syslogLine(row, { host, format, version });
    return {
      name: `syslog+${protection}://${place.host.includes(':') ? `[${place.host}]` : place.host}:${place.port}`,
      fromStart,
      send: (rows, signal) =>
        protection === 'udp'
          ? sendDatagrams(place, rows.map(line))
          : sendSyslog({ ...place, protection }, rows.map(line), signal),
    };
  });
}

/** Opened each time: whoever rotates it has nothing to tell. */
async function append(file: string, lines: string): Promise<void> {
  try {
    const handle = await open(file, 'a', 0o640);
    try {
      // The next line would be lost with one that was cut.
      await handle.appendFile((await isCut(file)) ? `\n${lines}` : lines);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new TextError(
      text('audit-forward.file', { file, detail: String((error as NodeJS.ErrnoException).code) }),
    );
  }
}

/** A full disk, or a host that went down, may leave half a line. What only may be appended to is not looked at. */
async function isCut(file: string): Promise<boolean> {
  const { size } = await stat(file);
  // A pipe has no end to look at.
  const handle = size === 0 ? undefined : await open(file, 'r').catch(() => undefined);
  if (!handle) return false;
  try {
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 0x0a;
  } finally {
    await handle.close();
  }
}
