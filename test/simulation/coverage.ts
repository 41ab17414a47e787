/**
 * What schedules went through: at which statements, claims and await points of the server a node waited while another went on, or ended, or
 * failed. A point knows its await points by its stack, in which V8 lists the functions that wait for it, each at its `await`.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DefaultQueryExecutor, type QueryExecutor } from 'kysely';
import ts from 'typescript';

const SOURCES = new URL('../../apps/server/src/', import.meta.url);
const SERVER = fileURLToPath(SOURCES);
/** Not of another checkout, which a node of an earlier version is made of. */
const FRAME = new RegExp(`${SOURCES.href.replaceAll('.', '\\.')}(\\S+?\\.ts):(\\d+):(\\d+)`, 'g');
/** Carries statements, and is the same for all of them. */
const CARRIES = /^store\/db\//;
/** Deeper than the domain ever waits. */
const FRAMES = 60;

const CLAIM = /^(?:claim|redeem|advance)[A-Z]/;

/** How often a node passed here, how often another went on meanwhile, how often it ended here, and how often it failed here. */
export type Passed = { passed: number; interleaved: number; ended: number; failed: number };

type Span = { readonly from: number; readonly to: number };
type Read = {
  readonly file: string;
  readonly source: ts.SourceFile;
  readonly awaits: readonly (Span & { readonly name: string; readonly within: string })[];
  readonly functions: readonly (Span & { readonly name: string; readonly claim?: string })[];
};

export type Share = { readonly all: number; readonly met: number; readonly missed: readonly string[] };
const isMet = ({ interleaved, ended, failed }: Passed): boolean => interleaved + ended + failed > 0;

export class Coverage {
  /** Whether schedules are counted now. */
  counts = true;
  readonly #statements = new Map<string, Passed>();
  readonly #awaits = new Map<string, Passed>();
  readonly #claims = new Map<string, Passed>();
  readonly #entered = new Set<string>();
  readonly #files = new Map<string, Read>();
  readonly #known = new Map<string, readonly Passed[]>();

  readonly #asked = new WeakMap<object, readonly Passed[]>();

  /** Kysely's connection of a transaction puts promises between a statement and those who wait for it, at which V8's list ends. */
  watchStatements(): () => void {
    const every = Object.getPrototypeOf(DefaultQueryExecutor.prototype) as Pick<
      QueryExecutor,
      'executeQuery'
    >;
    const { executeQuery } = every;
    const noted = (statement: object): void => {
      if (this.counts) this.#asked.set(statement, this.#here());
    };
    every.executeQuery = function (statement) {
      noted(statement);
      return executeQuery.call(this, statement) as never;
    };
    return () => {
      every.executeQuery = executeQuery;
    };
  }

  /** Where the caller stands. @param statement what it is about, which may have been asked for elsewhere */
  at(what: string, statement?: object): readonly Passed[] {
    if (!this.counts) return [];
    const asked = (statement && this.#asked.get(statement)) ?? [];
    return [...new Set([counted(this.#statements, what), ...asked, ...this.#here()])];
  }

  #here(): readonly Passed[] {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = FRAMES;
    const key = new Error('where').stack ?? '';
    Error.stackTraceLimit = limit;
    let found = this.#known.get(key);
    if (!found) {
      found = this.#find(key);
      this.#known.set(key, found);
    }
    return found;
  }

  #find(stack: string): readonly Passed[] {
    const found = new Set<Passed>();
    for (const [, file = '', line, column] of stack.matchAll(FRAME)) {
      if (CARRIES.test(file)) continue;
      const read = this.#read(file);
      const at = ts.getPositionOfLineAndCharacter(read.source, Number(line) - 1, Number(column) - 1);
      const waits = innermost(read.awaits, at);
      const within = innermost(read.functions, at);
      if (within) this.#entered.add(within.name);
      if (waits && waits.within === within?.name) found.add(counted(this.#awaits, waits.name));
      if (within?.claim !== undefined) found.add(counted(this.#claims, within.claim));
    }
    return [...found];
  }

  #read(file: string): Read {
    const read = this.#files.get(file) ?? readAwaits(file);
    this.#files.set(file, read);
    return read;
  }

  /** @param claims the names of all */
  covered(claims: readonly string[]): Covered {
    return {
      statements: shareOf([...this.#statements.keys()], this.#statements),
      claims: shareOf(claims, this.#claims),
      awaits: this.#ofAwaits(),
    };
  }

  /** Of the functions that schedules go through. */
  #ofAwaits(): Share {
    const all = [...this.#files.values()]
      .flatMap(({ awaits }) => awaits)
      .filter(({ within }) => this.#entered.has(within))
      .map(({ name }) => name);
    return shareOf(all, this.#awaits);
  }
}

function shareOf(all: readonly string[], passed: ReadonlyMap<string, Passed>): Share {
  const missed = all.filter((name) => {
    const of = passed.get(name);
    return !of || !isMet(of);
  });
  return { all: all.length, met: all.length - missed.length, missed: missed.toSorted() };
}

export const inShare = ({ all, met }: Share): string =>
  `${met} of ${all} (${((100 * met) / Math.max(1, all)).toFixed(0)} %)`;

function counted(of: Map<string, Passed>, name: string): Passed {
  const found = of.get(name) ?? { passed: 0, interleaved: 0, ended: 0, failed: 0 };
  of.set(name, found);
  return found;
}

/** The shortest that contains it: they are nested. */
function innermost<T extends Span>(spans: readonly T[], at: number): T | undefined {
  let found: T | undefined;
  for (const span of spans)
    if (span.from <= at && at < span.to && (!found || span.to - span.from < found.to - found.from))
      found = span;
  return found;
}

function readAwaits(file: string): Read {
  const source = ts.createSourceFile(
    file,
    readFileSync(`${SERVER}${file}`, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const awaits: Read['awaits'][number][] = [];
  const functions: Read['functions'][number][] = [];
  const nameAt = (node: ts.Node): string => {
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart());
    return `${file}:${line + 1}:${character + 1}`;
  };
  const walk = (node: ts.Node, within: string, outermost: string | undefined): void => {
    let [inside, named] = [within, outermost];
    if (ts.isFunctionLike(node)) {
      inside = nameAt(node);
      named ??= nameOf(node);
      const claim = named !== undefined && file.startsWith('store/') && CLAIM.test(named) ? named : undefined;
      const span = { from: node.getStart(), to: node.getEnd(), name: inside };
      functions.push(claim === undefined ? span : { ...span, claim });
    }
    if (ts.isAwaitExpression(node))
      awaits.push({ from: node.getStart(), to: node.getEnd(), name: nameAt(node), within: inside });
    ts.forEachChild(node, (child) => walk(child, inside, named));
  };
  walk(source, '', undefined);
  return { file, source, awaits, functions };
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isFunctionDeclaration(node)) return node.name?.text;
  return ts.isVariableDeclaration(node.parent) && ts.isIdentifier(node.parent.name)
    ? node.parent.name.text
    : undefined;
}

export type Covered = { readonly statements: Share; readonly claims: Share; readonly awaits: Share };
