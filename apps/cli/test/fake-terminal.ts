/** A terminal without a person: what is piped in, and what came out. */
import { PassThrough, Readable, Writable } from 'node:stream';
import { run } from '../src/main.ts';

export type Ran = { code: number; out: string; err: string };

export type Around = {
  stdin?: string;
  env?: Record<string, string | undefined>;
  now?: number;
  /** Whether both outputs are a screen. */
  screen?: boolean;
};

/** Runs one command line to its end. */
export async function sower(
  argv: readonly string[],
  { stdin = '', env = {}, now, screen = false }: Around = {},
): Promise<Ran> {
  const out = sink();
  const err = sink();
  const code = await run(argv, {
    stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]),
    stdout: Object.assign(out.stream, { isTTY: screen }),
    stderr: Object.assign(err.stream, { isTTY: screen }),
    env,
    now: () => now ?? Date.now(),
    version: versionFor(argv),
  });
  return { code, out: out.text(), err: err.text() };
}

/** A terminal on which a person types `keys` once the question `awaited` is there, and `then` after the next. */
export async function sowerTyping(
  argv: readonly string[],
  keys: string,
  awaited: string,
  env: Record<string, string | undefined>,
  then?: { keys: string; awaited: string },
): Promise<Ran> {
  const out = sink();
  const err = sink();
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const answers = [{ keys, awaited }, ...(then === undefined ? [] : [then])];
  err.onText = (text) => {
    const answer = answers[0];
    if (answer === undefined || !text.includes(answer.awaited)) return;
    answers.shift();
    setTimeout(() => stdin.write(answer.keys), 20);
  };
  const screen = Object.assign(err.stream, { isTTY: true, columns: 200, rows: 50 });
  const code = await run(argv, {
    stdin,
    stdout: out.stream,
    stderr: screen,
    env,
    now: Date.now,
    version: versionFor(argv),
  });
  return { code, out: out.text(), err: err.text() };
}

/** In a checkout it takes two calls of git: only what prints it may need it. */
const versionFor = (argv: readonly string[]) => (): string => {
  if (!argv.some((word) => word === '--version' || word === 'manual'))
    throw new Error('the version of the build was found for nothing');
  return '0.1.1+gtest';
};

function sink() {
  let text = '';
  const it: {
    stream: Writable;
    text: () => string;
    onText: ((text: string) => void) | undefined;
  } = {
    stream: new Writable({
      write(chunk, _, done) {
        text += String(chunk);
        it.onText?.(text);
        done();
      },
    }),
    text: () => text,
    onText: undefined,
  };
  return it;
}
