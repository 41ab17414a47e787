/** The numbers of docs/threat-model.md against the code: what is a constant there is read from it, what is a chance is computed from those. */
import { readFileSync } from 'node:fs';
import { LIMITS } from '@sower/api/limits';
import { lockoutPolicySchema, tokenPolicySchema } from '@sower/api/policies';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { DAY, HOUR, MINUTE } from '@sower/api/time';
import { APPROVAL_SECONDS, APPROVAL_WINDOW } from '@sower/otp/approval';
import { WRONG_CODES_OF_ALL } from '@sower/server/core/guess-limit';
import { PASSWORD_WORK } from '@sower/server/directory/password';
import { generateCode } from '@sower/server/provisioning/distribution/activation-code';
import { expect, test } from 'vitest';
import { readConfig } from '../../apps/server/src/config.ts';
import { random } from '../harness/token-modes.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const TIMES: Readonly<Record<string, number>> = { MINUTE, HOUR, DAY };
/** A number that a file keeps to itself. */
function constant(path: string, name: string): number {
  const written = new RegExp(`\\b${name}(?: =|:) ([\\dA-Z_]+(?: \\* [\\dA-Z_]+)*)[;,]`).exec(read(path))?.[1];
  if (written === undefined) throw new Error(`no ${name} in ${path}`);
  return written
    .split(' * ')
    .reduce((product, factor) => product * (TIMES[factor] ?? Number(factor.replaceAll('_', ''))), 1);
}
const config = () => {
  const result = readConfig([], {});
  if (result.kind !== 'config') throw new Error('no configuration');
  return result.config;
};
const YEAR = 365;
const token = tokenPolicySchema.shape;
const lockout = lockoutPolicySchema.shape;
const withDefault = (field: { parse(value: undefined): unknown }): number => Number(field.parse(undefined));
const words = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const inWords = (count: number): string =>
  words[count] ?? { 20: 'twenty', 30: 'thirty' }[count] ?? String(count);
const superscript = (power: number): string => ['', '', '', '', '', '', '', '', '⁸', '⁹'][power] as string;

const page = read('docs/threat-model.md').replace(/\s+/g, ' ');

test('how hard an activation code is to guess, and what a week against a thousand of them finds', () => {
  const alphabet = (kind: 'digits' | 'long') =>
    new Set(Array.from({ length: 500 }, () => generateCode(kind, random)).join('')).size;
  const length = (kind: 'digits' | 'long') => generateCode(kind, random).length;
  const bits = (kind: 'digits' | 'long') => length(kind) * Math.log2(alphabet(kind));
  expect(page).toContain(`${bits('digits').toFixed(1)} bits (12 digits) or ${bits('long').toFixed(0)} (long`);

  const atOnce = WRONG_CODES_OF_ALL.bursts * config().wrongCodes;
  const refill =
    constant('apps/server/src/compose/context.ts', 'REFILL_MILLISECONDS') / WRONG_CODES_OF_ALL.refills;
  expect([atOnce, refill]).toEqual([1000, 1000]);
  expect(page).toContain('a thousand codes and then one a second');
  const looks = atOnce + (7 * 86_400_000) / refill;
  const chance = (looks * 1000) / alphabet('digits') ** length('digits');
  expect(page).toContain(
    `with a chance of ${(chance * 100).toFixed(2)} % (${looks.toLocaleString('en')} attempts × 1,000 ÷ 10¹²)`,
  );
});

test('what whoever never tires of guessing at tokencodes gets in a year', () => {
  const looks = withDefault(token.wrongBeforeNextTokencode);
  const logOns = 5;
  const a = (digits: number) =>
    1 - (1 - (2 * DEFAULT_SETTINGS['verify.window'] + 1) / 10 ** digits) ** (logOns * looks * YEAR);
  expect(page).toContain(`has ${inWords(looks)} guesses before two tokencodes are required`);
  expect(page).toContain(`an attacker who never tires has ${logOns * looks} guesses a day`);
  expect(page).toContain(
    `with six digits a chance of ${(a(6) * 100).toFixed(0)} % in a year, with eight digits ${(a(8) * 100).toFixed(2)} %`,
  );
  expect(page).toContain(`after ${inWords(looks)} wrong passcodes two successive tokencodes`);
  expect(page).toContain(
    `of a hundred guesses at once, through every channel and two processes, ${inWords(withDefault(token.wrongBeforeHoldBack))} are checked`,
  );
  expect(page).toContain(
    `at most ${inWords(withDefault(lockout.longestHoldBackSeconds) / 60)} minutes, and lock its user for ${withDefault(lockout.longestLockMinutes)} minutes at most`,
  );
});

const server = 'apps/server/src/';
test.each([
  () => `valid for ${DEFAULT_SETTINGS['logOn.temporaryPasswordDays']} days`,
  () =>
    `${LIMITS.password} characters, are worth at least 10${superscript(constant(`${server}directory/password-strength.ts`, 'MIN_GUESSES_LOG10'))} guesses`,
  () =>
    `${inWords(PASSWORD_WORK.atOnce)} passwords are hashed at once, ${PASSWORD_WORK.queue} wait, at most ${PASSWORD_WORK.queuePerSource} of them from one source`,
  () => `at most ${DEFAULT_SETTINGS['logOn.freshProofMinutes']} minutes old`,
  () =>
    `${constant(`${server}log-on/log-on.ts`, 'IDLE_MILLISECONDS') / MINUTE} minutes idle, ${constant(`${server}log-on/log-on.ts`, 'SESSION_MILLISECONDS') / 60 / MINUTE} hours in all`,
  () => `at most ${constant(`${server}compose/command-line-key.ts`, 'COMMAND_LINE_KEY_DAYS')} days`,
  () =>
    `taken over; ${inWords(constant(`${server}directory/api-keys.ts`, 'KEY_AGE_MILLISECONDS') / 1000)} seconds`,
  () => {
    // One more says what did not fit.
    const rows = constant(`${server}audit/refused-calls.ts`, 'MAX_ROWS') + 1;
    return `once a minute: at most ${rows} rows for strangers, ${rows} for known callers`;
  },
  () =>
    `a TLS handshake may take ${inWords(constant(`${server}http/app.ts`, 'HANDSHAKE_MILLISECONDS') / 1000)} seconds (test), a request ${inWords(constant(`${server}http/app.ts`, 'requestTimeout') / 1000)}`,
  () =>
    `at most ${config().connectionsPerSource} connections from one IPv4 address or IPv6 /64 and ${constant(`${server}compose/descriptors.ts`, 'MAX_HTTPS').toLocaleString('en')} in all`,
  () =>
    `${inWords(constant(`${server}compose/descriptors.ts`, 'MAX_HTTPS') / config().connectionsPerSource)} sources together fill them`,
  () =>
    `${inWords(constant(`${server}provisioning/distribution/record-run.ts`, 'MAX_ATTEMPTS'))} for each code`,
  () => {
    const comparison = 'packages/ctkip/src/comparison-number.ts';
    const digits = constant(comparison, 'DIGITS');
    return `the same ${inWords(digits)} digits takes 10${superscript(digits)} attempts of ${constant(comparison, 'ITERATIONS').toLocaleString('en')} iterations each`;
  },
  () => `a photograph of its QR code within ${inWords((APPROVAL_WINDOW * APPROVAL_SECONDS) / 60)} minutes`,
  () => {
    expect(constant(`${server}http/strict-transport.ts`, 'YEAR_SECONDS')).toBe((YEAR * DAY) / 1000);
    return 'HSTS for a year';
  },
])('a constant of the code stands in the page: %#', (sentence) => {
  expect(page).toContain(sentence());
});
