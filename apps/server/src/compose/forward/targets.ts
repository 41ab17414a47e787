/** The destinations that `--audit-forward` names. A new one begins with the next row; with `from=start`, at the beginning of the trail. */

import { createHash } from 'node:crypto';
import type { ForwardDestination } from '../../audit/forward/destinations.ts';
import type { ForwardTarget } from '../../audit/forward/forward.ts';
import { jsonLine, syslogLine } from '../../audit/forward/lines.ts';
import { fileAppender } from './file.ts';
import { sendDatagrams, sendSyslog } from './syslog.ts';
import { postRows } from './webhook.ts';

export function forwardTargets(
  places: readonly ForwardDestination[],
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
    if (place.kind === 'file') {
      const append = fileAppender(place.file);
      return {
        name: `file:${place.file}`,
        fromStart,
        send: (rows, signal) => append(`${rows.map(jsonLine).join('\n')}\n`, signal),
      };
    }
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
