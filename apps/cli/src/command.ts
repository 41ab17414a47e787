/** The frame of every command: its options, its connection, and how its outcome becomes text, JSON and an exit code. */
import { type ApiClient, ApiProblem, UnexpectedAnswer } from '@sower/api/client';
import type { ProblemCode } from '@sower/api/problems';
import { type Command, Option } from 'commander';
import { connect, findServer, NotAnswered } from './connection.ts';
import { EXIT_CODES, type Failure, fail, type Outcome } from './outcome.ts';
import { jsonText, printable, printableLines } from './terminal/output.ts';
import type { Terminal } from './terminal/terminal.ts';
import { t } from './texts.ts';

/** Where a command leaves its exit code. */
export type Frame = { readonly terminal: Terminal; exit: number };

export type Call<Options> = {
  readonly terminal: Terminal;
  readonly args: readonly string[];
  readonly options: Options;
};

export type ServerCall<Options> = Call<Options> & { readonly api: ApiClient };

type Describe = (command: Command) => Command;

/** How it is called; `isDefault` is the one of its group that is meant when none is named. */
type Usage = string | { readonly usage: string; readonly isDefault: true };

/** A command that needs no server. */
export function addCommand<Options>(
  frame: Frame,
  parent: Command,
  usage: Usage,
  summary: string,
  describe: Describe,
  action: (call: Call<Options>) => Promise<Outcome>,
): void {
  const { usage: words, isDefault = false } = typeof usage === 'string' ? { usage } : usage;
  const command = describe(parent.command(words, { isDefault }).description(summary));
  command.addOption(new Option('--json', t('option.json')));
  command.action(async () => {
    // The frame's own options stay here: what a command gets are the fields it described, and some pass them on as they are.
    const { json, ...options } = command.opts<{ json?: boolean }>();
    let outcome: Outcome;
    try {
      outcome = await action({
        terminal: frame.terminal,
        args: command.processedArgs.flat().filter(isText),
        options: options as Options,
      });
    } catch (error) {
      outcome = failureOf(error);
    }
    print(frame, outcome, json === true);
  });
}

/** A command that calls the API. */
export function addServerCommand<Options>(
  frame: Frame,
  parent: Command,
  usage: Usage,
  summary: string,
  describe: Describe,
  action: (call: ServerCall<Options>) => Promise<Outcome>,
): void {
  addCommand<Options & { data?: string }>(
    frame,
    parent,
    usage,
    summary,
    (command) => describe(command).addOption(new Option('--data <dir>', t('option.data'))),
    async ({ options: { data, ...options }, ...call }) => {
      const found = findServer(call.terminal, data);
      if (!found.ok) return found;
      for (const warning of found.value.warnings) call.terminal.stderr.write(`${printable(warning)}\n`);
      const connection = connect(call.terminal, found.value);
      try {
        return await action({ ...call, options: options as Options, api: connection.api });
      } finally {
        connection.close();
      }
    },
  );
}

const isText = (value: unknown): value is string => typeof value === 'string';

export function print(frame: Frame, outcome: Outcome, json: boolean): void {
  const { stdout, stderr } = frame.terminal;
  if (outcome.ok) {
    if (json) stdout.write(jsonText(outcome.json));
    else if (outcome.text !== '') stdout.write(`${outcome.text}\n`);
    for (const note of outcome.notes ?? []) stderr.write(`${printableLines(note)}\n`);
    frame.exit = EXIT_CODES[outcome.exit ?? 'done'];
    return;
  }
  const { exit, reason, message, next, details } = outcome;
  if (json)
    stdout.write(
      jsonText({ error: { reason, message, ...(next === undefined ? {} : { next }), ...details } }),
    );
  stderr.write(`sower: ${printableLines(message)}\n`);
  if (next !== undefined) stderr.write(`${printableLines(next)}\n`);
  frame.exit = EXIT_CODES[exit];
}

/** The edge where what the API and the transport throw becomes a failure. */
function failureOf(error: unknown): Failure {
  if (error instanceof NotAnswered) return error.failure;
  if (error instanceof ApiProblem) return ofProblem(error);
  const unexpected = unexpectedIn(error);
  if (unexpected !== undefined) {
    return fail('unreachable', 'unexpected-answer', unexpected, { next: t('connection.unexpectedNext') });
  }
  return fail(
    'internal',
    'internal',
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    {
      next: t('connection.defect'),
    },
  );
}

function unexpectedIn(error: unknown): string | undefined {
  if (!(error instanceof UnexpectedAnswer)) return undefined;
  const { status, isJson, fields } = error;
  if (fields.length > 0) return t('connection.unexpected', { fields: fields.map(printable).join(', ') });
  return t(isJson ? 'connection.noProblem' : 'connection.notJson', { status });
}

/** The server knows no such operation: it is of an earlier version. */
const NOT_THERE: readonly (string | undefined)[] = ['request.no-operation', 'request.method'];

/** The problems after which there is something to do. */
const WITH_NEXT_STEP = [
  'not-authenticated',
  'not-permitted',
  'edited-meanwhile',
  'token-limit',
  'no-token-available',
  'too-many-requests',
] as const satisfies readonly ProblemCode[];

function ofProblem({ problem }: ApiProblem): Failure {
  const errors = problem.errors ?? [];
  // A detail that only repeats the list of errors is left out.
  const repeats = errors.length > 0 && errors.every(({ message }) => problem.detail?.includes(message));
  const { title, detail } = problem;
  const sentence = repeats
    ? t('connection.fields', { title })
    : detail === undefined
      ? t('connection.titleOnly', { title })
      : t('connection.problem', { title, detail });
  const lines = [printable(sentence)];
  for (const { path, message } of errors) lines.push(`  ${printable(path)}: ${printable(message)}`);
  const known = WITH_NEXT_STEP.find((code) => code === problem.code);
  return fail(problem.status >= 500 ? 'unreachable' : 'refused', problem.code, lines.join('\n'), {
    ...(known === undefined
      ? NOT_THERE.includes(problem.reason)
        ? { next: t('connection.unexpectedNext') }
        : {}
      : { next: t(`afterProblem.${known}`) }),
    details: { status: problem.status, ...(problem.errors === undefined ? {} : { errors: problem.errors }) },
  });
}
