/**
 * Commands that call one operation of the API, as rows: what an operation takes is in the table of operations, and what is here is what
 * people type and read. A command that does more is written out in porcelain/.
 */
import type { ApiClient } from '@sower/api/client';
import {
  type BodyOf,
  OPERATIONS,
  type Operation,
  type OperationName,
  type QueryOf,
  type ResponseOf,
} from '@sower/api/operations';
import {
  type CommandRow,
  command,
  given,
  type OptionRow,
  type Row,
  type ServerCall,
  YES,
} from './command.ts';
import { LIST_OPTIONS, type ListOptions, list, listed } from './listing.ts';
import { type NotFoundKey, notFound, nothingToEdit, SERIAL } from './options.ts';
import { type Failure, type Outcome, type Result, success } from './outcome.ts';
import { type Column, printable, tabled } from './terminal/output.ts';
import { withProgress } from './terminal/progress.ts';
import { confirmByName } from './terminal/prompt.ts';
import type { Terminal } from './terminal/terminal.ts';
import { type PlainKey, t } from './texts.ts';

/** What a person named on the command line. */
export type Found<Item> = {
  readonly item: Item;
  readonly name: string;
  /** What names it in the path of an operation. */
  readonly params: Readonly<Record<string, string>>;
  readonly version?: number;
};
export type Finder<Item> = (api: ApiClient, wanted: string) => Promise<Result<Found<Item>>>;

type ItemOf<N extends OperationName> =
  ResponseOf<N> extends { readonly items: readonly (infer Item)[] } ? Item : never;
type ListName = { [N in OperationName]: ItemOf<N> extends never ? never : N }[OperationName];
type Kept = { readonly id: string; readonly name: string; readonly version?: number };

/**
 * Of a resource that is listed as a whole: by its name or its ID.
 *
 * @param command the one that lists what there is
 */
export const named =
  <N extends ListName>(
    operation: N & (ItemOf<N> extends Kept ? unknown : never),
    none: NotFoundKey,
    command: string,
  ): Finder<ItemOf<N>> =>
  async (api, wanted) => {
    const { items } = (await api(operation, {} as never)) as { items: (ItemOf<N> & Kept)[] };
    const item = findNamed(items, wanted, ({ name, id }) => [name, id]);
    return item ? found(item) : notFound(none, wanted, command);
  };

export const found = <Item extends Kept>(item: Item): Result<Found<Item>> =>
  success({
    item,
    name: item.name,
    params: { id: item.id },
    ...(item.version === undefined ? {} : { version: item.version }),
  });

/** As it was typed: the server says whether there is one. */
const typed =
  (param: string): Finder<undefined> =>
  async (_, wanted) =>
    success({ item: undefined, name: wanted, params: { [param]: wanted } });

/**
 * What the first argument of a command names: what `of` finds, or, where the path of the operation names something, that as it was typed.
 * A serial number is read as one.
 */
function naming<Item>(
  operation: OperationName,
  row: { of?: Finder<Item>; arguments?: CommandRow<never>['arguments'] },
) {
  const param = /:(\w+)/.exec(OPERATIONS[operation].path)?.[1];
  return {
    of: row.of ?? (param === undefined ? undefined : (typed(param) as Finder<Item>)),
    arguments: row.arguments ?? (param === 'serial' ? SERIAL : []),
  };
}

type Given<Item> = ServerCall<object> & {
  readonly item: Item;
  /** Its name as it is, and as it can be printed. */
  readonly named: string;
  readonly name: string;
};
type Answer = string | Partial<Extract<Outcome, { ok: true }>> | Failure;

/** A command that does something to what its first argument names, or, without `of`, adds something. */
export const act = <N extends OperationName, Item = undefined>(
  operation: N,
  row: Pick<CommandRow<never>, 'usage' | 'isDefault' | 'arguments' | 'options' | 'help' | 'columns'> & {
    /** Finds it; without, it is as it was typed. */
    readonly of?: Finder<Item>;
    /** What happens to what depends on it; then it is done only with `--yes`, or after its name was typed. */
    readonly confirm?: (of: { readonly name: string; readonly item: Item }) => string;
    /** What is sent besides what the options give. */
    readonly body?: (of: Given<Item>) => Partial<BodyOf<N>>;
    /** The field of the body that is a secret, and where it comes from; it may be left out. */
    readonly secret?: readonly [
      field: keyof BodyOf<N> & string,
      read: (
        terminal: Terminal,
        options: Readonly<Record<string, unknown>>,
      ) => Promise<Result<string | undefined>>,
    ];
    /** What names it further in the path of the operation. */
    readonly params?: (of: Given<Item>) => Readonly<Record<string, string>>;
    /** Said while it takes its time. */
    readonly progress?: (options: never) => string;
    /** The text for people, or parts of the outcome; the answer itself is the document of `--json` unless it says otherwise. */
    readonly done: (answer: ResponseOf<N>, of: Given<Item>) => Answer;
  },
): Row => {
  const { options = [], confirm } = row;
  const { of, arguments: args } = naming<Item>(operation, row);
  const { method, ifMatch, body: takesBody, query: takesQuery } = OPERATIONS[operation] as Operation;
  const onlyOptions = method === 'PATCH' && row.body === undefined && row.secret === undefined;
  const [secretField, readSecret] = row.secret ?? [];
  return command<{ yes?: boolean }>({
    ...row,
    arguments: args,
    options: confirm ? [...options, YES] : options,
    run: async (call) => {
      const fields = given(options, call.options);
      if (onlyOptions && Object.keys(fields).length === 0) return nothingToEdit(call);
      const looked = of ? await of(call.api, call.args[0]!) : undefined;
      if (looked && !looked.ok) return looked;
      const { item, name, params, version } = looked?.value ?? { item: undefined as Item, name: '' };
      const stop =
        confirm &&
        (await confirmByName(call.terminal, {
          name,
          consequence: confirm({ name, item }),
          yes: call.options.yes,
        }));
      if (stop) return stop;
      const secret = await readSecret?.(call.terminal, call.options);
      if (secret && !secret.ok) return secret;
      const about: Given<Item> = { ...call, item, named: name, name: printable(name) };
      const hidden = secretField && secret?.value !== undefined && { [secretField]: secret.value };
      const input = { ...row.body?.(about), ...hidden, ...fields };
      const ask = () =>
        call.api(operation, {
          ...((params || row.params) && { params: { ...params, ...row.params?.(about) } }),
          ...(takesQuery && { query: input }),
          ...(takesBody && { body: input }),
          ...(ifMatch && { ifMatch: version }),
        } as never);
      const answer = row.progress
        ? await withProgress(call.terminal, { message: row.progress(call.options as never) }, ask)
        : await ask();
      const done = row.done(answer, about);
      if (typeof done === 'string') return { ok: true, json: answer, text: done };
      return done.ok === false ? done : { ok: true, json: answer, text: '', ...done };
    },
  });
};

/** `delete <name>`: confirmed by its name. */
export const remove = <N extends OperationName, Item>(
  operation: N,
  row: {
    readonly usage?: string;
    readonly of?: Finder<Item>;
    readonly arguments?: NonNullable<CommandRow<never>['arguments']>;
    readonly confirm: (of: { readonly name: string; readonly item: Item }) => string;
    readonly done: (name: string) => string;
    /** What the JSON output names it by; its name unless said. */
    readonly deleted?: (item: Item) => string;
  },
): Row =>
  act<N, Item>(operation, {
    usage: 'delete <name>',
    ...row,
    done: (_, { named: deleted, name, item }) => ({
      json: { deleted: row.deleted ? row.deleted(item) : deleted },
      text: row.done(name),
    }),
  });

/** `show <name>`: what the list has of it. */
export const show = <Item>(of: Finder<Item>, text: (item: Item) => string): Row =>
  command({
    usage: 'show <name>',
    run: async ({ api, args }) => {
      const looked = await of(api, args[0]!);
      return looked.ok ? { ok: true, json: looked.value.item, text: text(looked.value.item) } : looked;
    },
  });

/** A list: in pages if the operation has pages. */
export const listing = <N extends ListName, Item = undefined>(
  operation: N,
  row: {
    readonly usage?: string;
    readonly of?: Finder<Item>;
    readonly arguments?: NonNullable<CommandRow<never>['arguments']>;
    readonly options?: readonly OptionRow[];
    /** The commands below this one. */
    readonly commands?: readonly Row[];
    readonly columns: readonly Column<ItemOf<N>>[];
    /** What is read, in the progress of several pages; absent, the list comes as a whole. */
    readonly reads?: PlainKey;
    /** What a row is recognized by, where it can be sorted by something that is edited. */
    readonly nameOf?: (item: ItemOf<N>) => string;
    /** Fields of the query besides what the options give. */
    readonly query?: QueryOf<N> extends infer Query ? Partial<Query> : never;
    /** What to say if there are none: on standard error, or as the text itself. */
    readonly empty?: PlainKey | ((name: string) => string);
    readonly emptyText?: PlainKey;
  },
): Row => {
  const { options = [], columns, reads, nameOf, empty, emptyText } = row;
  const { of, arguments: args } = naming<Item>(operation, row);
  return command<ListOptions>({
    usage: 'list',
    ...row,
    arguments: args,
    options: reads === undefined ? options : [...LIST_OPTIONS, ...options],
    run: async ({ api, args: [wanted], options: typedIn, terminal }) => {
      const looked = of ? await of(api, wanted!) : undefined;
      if (looked && !looked.ok) return looked;
      const params = looked && { params: looked.value.params };
      const read = (query: object) =>
        api(operation, { ...params, query } as never) as Promise<{ items: ItemOf<N>[]; next?: string }>;
      const none = typeof empty === 'function' ? empty(looked?.value.name ?? '') : empty ? t(empty) : '';
      const asked = { ...row.query, ...given(options, typedIn) };
      if (reads !== undefined) {
        const what = {
          columns,
          name: t(reads),
          empty: none,
          ...(nameOf && { nameOf }),
        };
        return list(terminal, typedIn, what, (page) => read({ ...page, ...asked }));
      }
      const answer = await read(asked);
      const { items, next } = answer;
      if (empty !== undefined) return listed(items, { columns, empty: none }, next);
      const instead = items.length === 0 && emptyText !== undefined && { text: t(emptyText) };
      return { ok: true, json: answer, ...tabled(columns, items), ...instead };
    },
  });
};

/**
 * Exactly as written, or else ignoring case: the server compares names in this way, and no two names of a kind differ only in case.
 *
 * @param namesOf all an item may be called by, such as its name and its id
 */
export function findNamed<Item>(
  items: readonly Item[],
  wanted: string,
  namesOf: (item: Item) => readonly string[],
): Item | undefined {
  const folded = fold(wanted);
  return (
    items.find((item) => namesOf(item).includes(wanted)) ??
    items.find((item) => namesOf(item).some((name) => fold(name) === folded))
  );
}

const fold = (name: string): string => name.trim().normalize('NFKC').toLowerCase();
