/** `sower login` and `context`: servers by name, with an API key each, so that no key is in the environment or in the history of a shell. */
import { ApiProblem } from '@sower/api/client';
import { group, localCommand } from '../command.ts';
import { connect, serverAt } from '../connection.ts';
import { type Contexts, contextsFile, noContext, readContexts, writeContexts } from '../contexts.ts';
import { fileText } from '../files.ts';
import { listed } from '../listing.ts';
import type { Outcome, Result } from '../outcome.ts';
import { type Column, printable } from '../terminal/output.ts';
import { readSecret } from '../terminal/prompt.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { t } from '../texts.ts';

export const LOGIN = localCommand<{ name?: string; ca?: string }>({
  usage: 'login <url>',
  options: [
    ['--name <name>', 'login.name'],
    ['--ca <file>', 'login.ca'],
  ],
  run: async ({ terminal, args, options }) => {
    const url = args[0]!;
    const read = options.ca === undefined ? undefined : fileText(options.ca);
    if (read?.ok === false) return read;
    const ca = read === undefined ? {} : { ca: read.value };
    const named = serverAt(url, '', ca, url, []);
    if (!named.ok) return named;
    const key = await readSecret(terminal, 'api-key');
    if (!key.ok) return key;
    const found = serverAt(url, key.value.trim(), ca, url, []);
    if (!found.ok) return found;
    const { api, close } = connect(terminal, found.value);
    try {
      // A key without this permission is one that the server knows.
      await api('getSetupProgress', {}).catch((error: unknown) => {
        if (!(error instanceof ApiProblem) || error.problem.code !== 'not-permitted') throw error;
      });
    } finally {
      close();
    }
    const name = options.name ?? found.value.url.hostname;
    return changed(
      terminal,
      t('login.done', { name: printable(name), file: contextsFile(terminal) }),
      (contexts) => ({
        current: name,
        contexts: { ...contexts.contexts, [name]: { url, apiKey: key.value.trim(), ...ca } },
      }),
    );
  },
});

/** Reads them, and writes what becomes of them. */
function changed(
  terminal: Terminal,
  text: string,
  change: (contexts: Contexts) => Contexts | Extract<Outcome, { ok: false }>,
): Outcome {
  const read: Result<Contexts> = readContexts(terminal);
  if (!read.ok) return read;
  const next = change(read.value);
  if ('ok' in next) return next;
  const failure = writeContexts(terminal, next);
  return failure ?? { ok: true, json: { current: next.current ?? null }, text };
}

type Line = { readonly name: string; readonly url: string; readonly current: boolean };
const COLUMNS: readonly Column<Line>[] = [
  'field.name',
  { title: 'field.server', value: ({ url }) => url },
  { title: 'field.current', value: ({ current }) => (current ? t('output.yes') : undefined) },
];

export const CONTEXT = group('context', [
  localCommand({
    usage: 'list',
    columns: COLUMNS,
    run: async ({ terminal }) => {
      const read = readContexts(terminal);
      if (!read.ok) return read;
      const { current, contexts } = read.value;
      const items = Object.entries(contexts).map(([name, { url }]) => ({
        name,
        url,
        current: name === current,
      }));
      return listed(items, { columns: COLUMNS, empty: t('context.none') });
    },
  }),
  localCommand({
    usage: 'use <name>',
    run: async ({ terminal, args }) => {
      const name = args[0]!;
      return changed(terminal, t('context.used', { name: printable(name) }), (contexts) =>
        Object.hasOwn(contexts.contexts, name) ? { ...contexts, current: name } : noContext(name),
      );
    },
  }),
  localCommand({
    usage: 'remove <name>',
    run: async ({ terminal, args }) => {
      const name = args[0]!;
      return changed(terminal, t('context.removed', { name: printable(name) }), ({ current, contexts }) => {
        if (!Object.hasOwn(contexts, name)) return noContext(name);
        const { [name]: _, ...others } = contexts;
        return { ...(current === undefined || current === name ? {} : { current }), contexts: others };
      });
    },
  }),
]);
