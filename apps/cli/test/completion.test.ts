/** Completion in the shells themselves: what bash, zsh and fish offer at the Tab key, and that man(1) can show the page. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sower } from './fake-terminal.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sower-completion-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function scriptFor(shell: string): Promise<string> {
  const { out, code } = await sower(['completion', shell]);
  expect(code).toBe(0);
  const file = join(folder, `sower.${shell}`);
  writeFileSync(file, out);
  return file;
}

function ran(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    cwd: folder,
    timeout: 60_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

/** Each line of words, of which the last is being typed, and what the shell offers for it. */
type Offers = (words: readonly string[]) => string[];

const inBash =
  (script: string): Offers =>
  (words) =>
    ran(
      'bash',
      '-c',
      // Outside of a completion there is nothing that compopt could set.
      `compopt() { :; }; source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sower; printf '%s\n' "\${COMPREPLY[@]}"`,
      script,
      ...words,
    ).split('\n');

const inFish =
  (script: string): Offers =>
  (words) =>
    ran('fish', '-c', 'source $argv[1]; complete -C $argv[2]', script, words.join(' '))
      .split('\n')
      .map((line) => line.split('\t')[0] ?? '');

/**
 * In a pseudo-terminal, since zsh completes nowhere else; what it inserts or lists is read from the screen. It lists nothing once more has
 * been typed, so it is given a second, and six if nothing came.
 */
const inZsh =
  (script: string): Offers =>
  (words) => {
    const offered = (seconds: number): string[] =>
      onScreen(script, words.join(' '), seconds)
        .split(/[^\w.-]+/)
        .filter((word) => /^[\w-][\w.-]/.test(word) && !words.includes(word));
    const quick = offered(1);
    return quick.length > 0 ? quick : offered(6);
  };

function onScreen(script: string, typed: string, seconds: number): string {
  const program = `
    zmodload zsh/zpty
    export TERM=dumb
    zpty z 'zsh -f -i'
    zpty -w z "PS1=; autoload -U compinit; compinit -u -D; source ${script}; LISTMAX=10000; print rea''dy"
    while zpty -r z line; do [[ $line == *ready* ]] && break; done
    zpty -w -n z "$1"$'\\t\\t'
    sleep ${seconds}
    zpty -w -n z $'\\x15'
    zpty -w z "print fini''shed"
    while zpty -r z line; do print -r -- "\${line%%print*}"; [[ $line == *print* ]] && break; done
    zpty -d z`;
  return ran('zsh', '-f', '-c', program, 'zsh', typed);
}

const SHELLS = { bash: inBash, zsh: inZsh, fish: inFish };
const missing = Object.keys(SHELLS).filter((shell) => spawnSync(shell, ['-c', ':']).status !== 0);

describe.each(Object.entries(SHELLS))('%s', (shell, offersOf) => {
  const there = !missing.includes(shell);
  test.runIf(there)('offers commands, options, choices and files, each in its place', async () => {
    writeFileSync(join(folder, 'people.csv'), '');
    const offers = offersOf(await scriptFor(shell));
    expect(offers(['sower', 'security-d'])).toContainEqual(expect.stringContaining('security-domain'));
    expect(offers(['sower', 'token', 'distribut'])).toEqual(
      expect.arrayContaining([
        expect.stringContaining('distribute'),
        expect.stringContaining('distributions'),
      ]),
    );
    expect(offers(['sower', 'token', 'distribute', '000100000001', '--code-e'])).toContainEqual(
      expect.stringContaining('code-expires'),
    );
    // A choice of the option before, and nothing else.
    const choices = offers(['sower', 'profile', 'add', 'Phones', '--delivery', '']);
    expect(choices).toEqual(expect.arrayContaining(['qr', 'url']));
    expect(choices.join(' ')).not.toContain('--json');
    expect(offers(['sower', 'job', 'distribute', '--file', 'peo'])).toContainEqual(
      expect.stringContaining('people.csv'),
    );
    // What only the user knows is left to the user.
    expect(offers(['sower', 'job', 'distribute', '--profile', '']).join('')).not.toContain('--name');
  });
});

test('every command and option is in the manual page, and man shows it without a warning', async () => {
  const { out } = await sower(['manual']);
  const file = join(folder, 'sower.1');
  writeFileSync(file, out);
  expect(out).toContain('.SS sower token distribute');
  expect(out).not.toMatch(/[^\\]--json/);
  if (spawnSync('man', ['--version']).status !== 0) return;
  const shown = spawnSync('man', ['--warnings', '-l', file], {
    encoding: 'utf8',
    env: { ...process.env, MANPAGER: 'cat', LC_ALL: 'C.UTF-8' },
  });
  expect(shown).toMatchObject({ status: 0, stderr: '' });
  expect(shown.stdout).toMatch(/sower job distribute \[options\]/);
});
