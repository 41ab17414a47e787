/**
 * What is tested is what is shipped: a file of packaging/ or monitoring/, or a recipe of docs/, as it is, except for addresses, ports and
 * folders. Anything else that a test would replace is refused here; shipped.test.ts sees to it that tests read such files here alone.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What may differ, and what it may become. */
const REPLACEABLE = {
  address:
    /^(?:[\w-]+(?:: | = ))?(?:https:\/\/)?(?:(?:\d{1,3}\.){3}(?:\d{1,3})?|otp\.example\.com|localhost)(?:\/\d+)?(?::\d+)?$/,
  'database address': /^host=\S+ port=\d+ dbname=\w+$/,
  port: /^(?:SOWER_PORT=|port )(?:[\d.]+:)?\d+$/,
  folder: /^\/?[\w.-]+(?:\/[\w.-]+)+$/,
  /** Which of the hosts it is, as the files say. */
  'own name': /^name: db[1-3]$/,
  /** Both are documented. */
  'pool mode': /^pool_mode = (?:session|transaction)$/,
  /** Of a key that each installation makes for itself. */
  recipient: /^age1\w+$/,
} as const;

export type Replaced = Readonly<Record<string, string>>;

/** @throws if something else is replaced, or is not there */
export function replaced(text: string, pairs: Replaced): string {
  let result = text;
  for (const [from, to] of Object.entries(pairs)) {
    const kind = Object.entries(REPLACEABLE).find(([, form]) => form.test(from) && form.test(to));
    if (!kind) throw new Error(`a test may not replace "${from}" by "${to}" in what is shipped`);
    if (!text.includes(from)) throw new Error(`"${from}" is not in what is shipped`);
    result = result.replaceAll(from, to);
  }
  return result;
}

/** @param file below the root of the repository */
export const shipped = (file: string, pairs: Replaced = {}): string =>
  replaced(readFileSync(join(ROOT, file), 'utf8'), pairs);

/** The block of code below `<!-- mark -->` in a page of docs/. */
export function recipe(page: string, mark: string, pairs: Replaced = {}): string {
  const block = readFileSync(join(ROOT, 'docs', page), 'utf8')
    .split(`<!-- ${mark} -->`)[1]
    ?.split(/```\w*\n/)[1];
  if (block === undefined) throw new Error(`docs/${page} has no block below ${mark}`);
  return replaced(block, pairs);
}
