/**
 * `sower coexistence rehearse FILE`: who of those who logged on to an old RADIUS server would be let in here, and who not, and why. It reads
 * what FreeRADIUS wrote down, and asks no server. On the server host: it tells right passcodes from wrong ones without counting them.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { isoTime } from '@sower/api/time';
import { printable } from '@sower/bytes/printable';
import { outcomesIn, type Text, text } from '@sower/texts/outcomes';
import { type Foreseen, foresee } from '../authentication/verify/foresee.ts';
import { type LoggedRequest, loggedRequests } from '../coexistence/detail-log.ts';
import { TextError } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { clientTable, type KnownClient } from '../radius/client-table.ts';
import { policyReader } from '../store/authentication/policies.ts';
import { userIdKey } from '../store/directory/users.ts';
import { settingsReader } from '../store/operations/installation.ts';
import { hostCommand, hostContext, languageHere, withDatabase } from './host-command.ts';

const BY = { name: 'system:rehearsal' };
/** Of each user, the latest: someone who mistyped it has tried again. */
const KEPT = 3;

export const main = (argv: readonly string[]): Promise<void> =>
  hostCommand(
    argv,
    { own: {}, usage: text('rehearsal.usage'), isUsable: ({ positionals }) => positionals.length === 1 },
    ({ config, positionals }, say) =>
      withDatabase(config, async (open) => {
        const log = await readLog(positionals[0] as string);
        const context = await hostContext(open);
        // First: the trail has it whatever comes then.
        await record(context.db, context, BY, {
          action: 'coexistence.rehearse',
          object: 'coexistence',
          reason: text('event.rehearsed', { users: log.users.size, requests: log.requests }),
        });
        const rehearsed = await rehearse(context, log);
        const { users, requests, ignored, accepted, asked, refused, unknownSources } = rehearsed;
        const inWords = outcomesIn(languageHere());
        say(
          { ...rehearsed, refused: refused.map((one) => ({ ...one, ...detailed(one.reason, inWords) })) },
          text('rehearsal.summary', { users, requests, accepted, asked, refused: refused.length }),
          ...(ignored > 0 ? [text('rehearsal.ignored', { count: ignored })] : []),
          ...(unknownSources.length > 0
            ? [text('rehearsal.unknown-sources', { addresses: printable(unknownSources.join(', ')) })]
            : []),
          ...refused.map(({ userId, reason }) =>
            text('rehearsal.refused', { user: printable(userId), reason }),
          ),
        );
      }),
  );

const detailed = (reason: Text | string, inWords: (text: Text) => string) =>
  typeof reason === 'string' ? { reason, detail: reason } : { reason: reason.code, detail: inWords(reason) };

type Log = {
  readonly users: ReadonlyMap<string, readonly LoggedRequest[]>;
  readonly requests: number;
  readonly ignored: number;
};

async function readLog(file: string): Promise<Log> {
  const users = new Map<string, LoggedRequest[]>();
  let [requests, ignored] = [0, 0];
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const request of loggedRequests(lines, () => {
      ignored += 1;
    })) {
      requests += 1;
      const key = userIdKey(request.userName);
      users.set(key, [...(users.get(key) ?? []), request].slice(-KEPT));
    }
  } catch (error) {
    throw new TextError(text('rehearsal.unreadable', { file, error: (error as Error).message }));
  }
  if (requests === 0) throw new TextError(text('rehearsal.empty', { file }));
  return { users, requests, ignored };
}

type Refused = { readonly userId: string; readonly at: string; readonly reason: Text | string };

async function rehearse(host: Awaited<ReturnType<typeof hostContext>>, { users, requests, ignored }: Log) {
  const monotonic = (): number => performance.now();
  const context = {
    ...host,
    settings: settingsReader(host.db, monotonic),
    policies: policyReader(host.db, monotonic),
  };
  const clients = clientTable({ ...host, clock: monotonic, onError: () => {} });
  const unknown = new Set<string>();
  const clientOf = async (source: string | undefined): Promise<KnownClient | undefined> => {
    const client = source === undefined ? undefined : await clients.byAddress(source);
    if (source !== undefined && !client) unknown.add(source);
    return client;
  };
  const refused: Refused[] = [];
  let [accepted, asked] = [0, 0];
  for (const shown of users.values()) {
    let found: Foreseen | undefined;
    for (const { userName, password, at, source } of shown.toReversed()) {
      const client = await clientOf(source);
      const foreseen = await foresee(context, {
        ...(client ? asAsked(client, userName) : {}),
        ...{ userId: userName, passcode: password, at },
      });
      // The reason is that of the latest.
      found ??= foreseen;
      if (foreseen.verdict !== 'refused') {
        found = foreseen;
        break;
      }
    }
    if (found?.verdict === 'accepted') accepted += 1;
    else if (found?.verdict === 'asked') asked += 1;
    else if (found) {
      const { userName, at } = shown.at(-1) as LoggedRequest;
      refused.push({ userId: userName, at: isoTime(at), reason: found.reason });
    }
  }
  return { users: users.size, requests, ignored, accepted, asked, refused, unknownSources: [...unknown] };
}

/** What a client may authenticate, as its requests do it. */
const asAsked = ({ domain, otherNames, onlyGroups }: KnownClient, name: string) => ({
  within: [domain],
  handsOn: { name, otherNames },
  ...(onlyGroups?.length ? { onlyGroups } : {}),
});
