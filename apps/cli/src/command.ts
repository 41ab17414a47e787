/** The frame of every command: its options, its connection, and how its outcome becomes text, JSON and an exit code. */
import { styleText } from 'node:util';
import { type ApiClient, ApiProblem, UnexpectedAnswer } from '@sower/api/client';
import type { ProblemCode } from '@sower/api/problems';
import { type Command, type CommandOptions, InvalidArgumentError, Option } from 'commander';
import { connect, findServer, NotAnswered } from './connection.ts';
import { EXAMPLES } from './examples.ts';
import { EXIT_CODES, type Failure, fail, type Outcome } from './outcome.ts';
import { jsonText, nameOf, printable, printableLines, type Titled } from './terminal/output.ts';
import { hasColors, type Terminal } from './terminal/terminal.ts';
import { type PlainKey, t } from './texts.ts';

/** Where a command leaves its exit code. */
export type Frame = { readonly terminal: Terminal; exit: number };

export type Call<Options> = {
  readonly terminal: Terminal;
  /** Of the command itself, such as `sower agent edit`. */
  readonly path: string;
  readonly args: readonly string[];
  readonly options: Options;
};

export type ServerCall<Options> = Call<Options> & { readonly api: ApiClient };

/** Adds what it describes: a command, or a group of them. */
export type Row = (frame: Frame, parent: Command) => void;

/** Rows are made before it is known which language is spoken. */
export type Words = PlainKey | (() => string);
const said = (words: Words): string => (typeof words === 'string' ? t(words) : words());

type Value = {
  readonly choices?: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: what commander hands on is what the same parser made of the words before
  readonly read?: (text: string, earlier: any) => unknown;
};

/** An option: as it is typed, what the help says of it, and what it has besides. */
export type OptionRow = readonly [
  flags: string,
  text: Words,
  more?: Value & {
    readonly required?: true;
    readonly default?: string | number;
    /** Name of an option that does not go together with this one. */
    readonly conflicts?: string;
    /** The field of the call that it gives, if it has another name there; null if it gives none. */
    readonly to?: string | null;
    /** What the field is, of a switch; what it becomes, of a value. */
    readonly is?: unknown;
    readonly as?: (value: never) => unknown;
  },
];

type Columns = readonly Titled[] | 'answered';

export type CommandRow<Options> = {
  /** Its name and its arguments, such as `edit <name>`. */
  readonly usage: string;
  /** Of its group, the one that is meant when none is named. */
  readonly isDefault?: true;
  /** What its arguments have besides their names. */
  readonly arguments?: readonly (Value & { readonly text?: Words })[];
  readonly options?: readonly OptionRow[];
  /** Of a list: what `--fields` chooses from; or they come with the answer. */
  readonly columns?: Columns;
  /** More help, below the options. */
  readonly help?: () => string;
  /** The commands below this one. */
  readonly commands?: readonly Row[];
  readonly run: (call: ServerCall<Options>) => Promise<Outcome>;
};

export const YES: OptionRow = ['--yes', 'option.yes'];

/** A command or a group below another, with what it does in a sentence: its text is called as the command is, such as `token.emergency.give.summary`. */
function below(parent: Command, usage: string, more: CommandOptions = {}): Command {
  const command = parent.command(usage, more);
  return command.description(t(summaryOf(command)));
}

export const summaryOf = (command: Command): PlainKey => {
  const path = pathOf(command).split(' ').slice(1).join('.');
  return `${path.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}.summary` as PlainKey;
};

/** A group of commands: `sower <name> …`. */
export const group =
  (name: string, rows: readonly Row[], help?: () => string): Row =>
  (frame, parent) => {
    const command = below(parent, name);
    if (help) command.addHelpText('after', `\n${help()}`);
    for (const add of rows) add(frame, command);
  };

/** Which server is meant. */
const SERVER: readonly OptionRow[] = [
  ['--data <dir>', 'option.data', { conflicts: 'context' }],
  ['--context <name>', 'option.context'],
];

/** A command that calls the API. */
export const command = <Options = object>(row: CommandRow<Options>): Row =>
  described<Options & { data?: string; context?: string }>(
    { ...row, options: [...(row.options ?? []), ...SERVER] },
    async ({ options: { data, context, ...options }, ...call }) => {
      const found = findServer(call.terminal, { data, context });
      if (!found.ok) return found;
      for (const warning of found.value.warnings) call.terminal.stderr.write(`${printable(warning)}\n`);
      const connection = connect(call.terminal, found.value);
      try {
        return await row.run({ ...call, options: options as Options, api: connection.api });
      } finally {
        connection.close();
      }
    },
  );

/** A command that needs no server. */
export const localCommand = <Options = object>(
  row: Omit<CommandRow<Options>, 'run'> & { run(call: Call<Options>): Promise<Outcome> },
): Row => described<Options>(row, (call) => row.run(call));

/** Listed for the help only: the launcher hands it to the server's code. */
export const launched =
  (usage: string, says: PlainKey, options: readonly OptionRow[] = []): Row =>
  (_, parent) => {
    const command = below(parent, usage);
    for (const option of options) command.addOption(optionOf(option));
    addExample(command);
    command.action(() => command.error(t(says)));
  };

function described<Options>(
  row: Omit<CommandRow<Options>, 'run'>,
  run: (call: Call<Options>) => Promise<Outcome>,
): Row {
  return (frame, parent) => {
    const command = below(parent, row.usage, { isDefault: row.isDefault === true });
    for (const [index, { choices, read, text }] of (row.arguments ?? []).entries()) {
      const argument = command.registeredArguments[index]!;
      if (text !== undefined) argument.description = said(text);
      if (choices) argument.choices(choices);
      if (read) argument.argParser(read);
    }
    const known = row.columns === 'answered' ? undefined : row.columns?.map(nameOf);
    const format = row.columns ? formatOf(known) : [];
    for (const option of [...(row.options ?? []), ...format]) command.addOption(optionOf(option));
    if (known) command.addHelpText('after', () => `\n${t('output.fields', { names: known.join(', ') })}`);
    if (row.help) command.addHelpText('after', `\n${row.help()}`);
    addExample(command);
    command.addOption(new Option('--json', t('option.json')));
    command.action(async () => {
      // The frame's own options stay here: what a command gets are the options of its row, and some pass them on as they are.
      const { json, ...rest } = command.opts<{ json?: boolean }>();
      const { csv, fields, ...options } = row.columns
        ? (rest as Format)
        : { ...rest, csv: false, fields: undefined };
      let outcome: Outcome;
      try {
        outcome = await run({
          terminal: frame.terminal,
          path: pathOf(command),
          args: command.processedArgs.flat().filter(isText),
          options: options as Options,
        });
      } catch (error) {
        outcome = failureOf(error, row.options ?? []);
      }
      if (outcome.ok && outcome.rendered && (csv || fields)) {
        const { names, text } = outcome.rendered;
        const wrong = fields && noField(fields, names);
        outcome =
          wrong === undefined
            ? { ...outcome, text: text({ csv: csv === true, ...(fields && { fields }) }) }
            : fail('usage', 'usage', wrong);
      }
      print(frame, outcome, json === true);
    });
    for (const add of row.commands ?? []) add(frame, command);
  };
}

/** Last in its help. */
function addExample(command: Command): void {
  const example = EXAMPLES[pathOf(command).split(' ').slice(1).join(' ')];
  if (example !== undefined) command.addHelpText('after', `\n${t('usage.example')}\n  sower ${example}`);
}

type Format = { readonly csv?: boolean; readonly fields?: readonly string[] };

/** What is wrong with a choice of fields. */
function noField(wanted: readonly string[], known: readonly string[]): string | undefined {
  const wrong = wanted.find((name) => !known.includes(name));
  return wrong === undefined
    ? undefined
    : t('output.noField', { name: printable(wrong), names: known.join(', ') });
}

/** How a list is printed. @param known what there is to choose from, if that is known before the answer */
function formatOf(known: readonly string[] | undefined): OptionRow[] {
  const read = (given: string): string[] => {
    const names = given.split(',').map((name) => name.trim());
    const wrong = known && noField(names, known);
    if (wrong === undefined) return names;
    throw new InvalidArgumentError(wrong);
  };
  return [
    ['--fields <names>', 'option.fields', { read, conflicts: 'json' }],
    ['--csv', 'option.csv', { conflicts: 'json' }],
  ];
}

const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;

function optionOf([flags, text, more = {}]: OptionRow): Option {
  const option = new Option(flags, said(text));
  if (more.choices) option.choices(more.choices);
  if (more.read) option.argParser(more.read);
  if (more.required) option.makeOptionMandatory();
  if (more.default !== undefined) option.default(more.default);
  return more.conflicts === undefined ? option : option.conflicts(more.conflicts);
}

/** What was given of these options, by the names that the fields have in the API. A switch goes before a value, and the first before the others. */
export function given(rows: readonly OptionRow[], options: object): Record<string, unknown> {
  const values = new Map(Object.entries(options));
  const all = rows.flatMap(([flags, text, more = {}]) => {
    const name = optionOf([flags, text]).attributeName();
    const value = values.get(name);
    if (value === undefined) return [];
    const { to = name, as } = more;
    if (to === null) return [];
    return [{ isSwitch: 'is' in more, to, value: 'is' in more ? more.is : as ? as(value as never) : value }];
  });
  const ordered = [
    ...all.filter(({ isSwitch }) => !isSwitch),
    ...all.filter(({ isSwitch }) => isSwitch).reverse(),
  ];
  return Object.fromEntries(ordered.map(({ to, value }) => [to, value]));
}

/** The options by the fields of the API that they fill: what is wrong with a field is wrong with the option that was typed. */
const flagsOf = (rows: readonly OptionRow[]): ReadonlyMap<string | null, string> =>
  new Map(
    rows.map(([flags, text, { to } = {}]) => {
      const option = optionOf([flags, text]);
      return [to === undefined ? option.attributeName() : to, option.long ?? flags];
    }),
  );

const isText = (value: unknown): value is string => typeof value === 'string';

export function print(frame: Frame, outcome: Outcome, json: boolean): void {
  const { stdout, stderr } = frame.terminal;
  if (outcome.ok) {
    if (json) stdout.write(jsonText(outcome.json));
    else if (outcome.text !== '') stdout.write(`${inColors(frame.terminal, outcome)}\n`);
    for (const note of outcome.notes ?? []) stderr.write(`${printableLines(note)}\n`);
    frame.exit = EXIT_CODES[outcome.exit ?? 'done'];
    return;
  }
  const { exit, reason, message, next, details } = outcome;
  if (json)
    stdout.write(
      jsonText({ error: { reason, message, ...(next === undefined ? {} : { next }), ...details } }),
    );
  const sower = hasColors(frame.terminal, stderr) ? styled('red', 'sower:') : 'sower:';
  stderr.write(`${sower} ${printableLines(message)}\n`);
  if (next !== undefined) stderr.write(`${printableLines(next)}\n`);
  frame.exit = EXIT_CODES[exit];
}

const styled = (style: 'bold' | 'red', text: string): string =>
  styleText(style, text, { validateStream: false });

/** The titles of a list stand out. */
function inColors(terminal: Terminal, { text, rendered }: Extract<Outcome, { ok: true }>): string {
  if (!rendered || !hasColors(terminal, terminal.stdout)) return text;
  const [titles = '', ...lines] = text.split('\n');
  return [styled('bold', titles), ...lines].join('\n');
}

/** The edge where what the API and the transport throw becomes a failure. */
function failureOf(error: unknown, options: readonly OptionRow[]): Failure {
  if (error instanceof NotAnswered) return error.failure;
  if (error instanceof ApiProblem) return ofProblem(error, options);
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

function ofProblem({ problem }: ApiProblem, options: readonly OptionRow[]): Failure {
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
  const flags = flagsOf(options);
  for (const { path, message } of errors)
    lines.push(`  ${printable(flags.get(path) ?? path)}: ${printable(message)}`);
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
