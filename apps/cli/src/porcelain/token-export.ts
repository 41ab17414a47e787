/** `sower token export`: tokens with their seeds, encrypted with a password, in files that another server imports. */
import { readFileSync } from 'node:fs';
import type { ExportTokens } from '@sower/api/token-exports';
import { decodeText } from '@sower/api/user-file';
import { command } from '../command.ts';
import { saveFile, unreadableFile } from '../files.ts';
import { serialNumber } from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { t } from '../texts.ts';

type Options = { batch?: string; all?: boolean; passwordFile?: string; dryRun?: boolean };

export const TOKEN_EXPORT = command<Options>({
  usage: 'export <file> [serial...]',
  summary: 'token.export.summary',
  arguments: [{}, { read: serialNumber }],
  options: [
    ['--batch <name>', 'token.export.batch', { conflicts: 'all' }],
    ['--all', 'token.export.all'],
    ['--password-file <path>', 'token.export.passwordFile'],
    ['--dry-run', 'token.export.dryRun'],
  ],
  run: async ({ api, args, options }) => {
    const [path = '', ...serials] = args;
    const choose = chosen(serials, options);
    if (!choose) return fail('usage', 'choose', t('token.export.choose'));
    if (options.passwordFile === undefined && options.dryRun !== true)
      return fail('usage', 'password', t('token.export.passwordNeeded'));
    const password = options.dryRun === true ? success(undefined) : read(options.passwordFile ?? '');
    if (!password.ok) return password;
    const files: string[] = [];
    let [count, after]: [number, string | undefined] = [0, undefined];
    const leftOut: string[] = [];
    do {
      const body = { choose, ...(after === undefined ? {} : { after }) };
      const ask = () =>
        api('exportTokens', {
          body: { ...body, ...(password.value === undefined ? {} : { password: password.value }) },
        });
      const note = (exported: Awaited<ReturnType<typeof ask>>): string => {
        count += exported.count;
        leftOut.push(...exported.leftOut);
        after = exported.next;
        return exported.pskc ?? '';
      };
      if (password.value === undefined) note(await ask());
      else {
        const file = files.length === 0 ? path : `${path}.${files.length + 1}`;
        const saved: Outcome = await saveFile(file, async () => note(await ask()));
        if (!saved.ok) return saved;
        files.push(file);
      }
    } while (after !== undefined);
    const said =
      files.length === 0
        ? t('token.export.would', { count })
        : t('token.export.done', { count, files: files.join(', ') });
    return {
      ok: true,
      json: { count, leftOut, files },
      text: said,
      notes: leftOut.length === 0 ? [] : [t('token.export.leftOut', { count: leftOut.length })],
    };
  },
});

function chosen(serials: readonly string[], { batch, all }: Options): ExportTokens['choose'] | undefined {
  if (serials.length > 0) return batch === undefined && all !== true ? { serials: [...serials] } : undefined;
  if (batch !== undefined) return { batch };
  return all === true ? { all } : undefined;
}

function read(path: string): Result<string> {
  try {
    return success(decodeText(readFileSync(path === '-' ? 0 : path)).text.replace(/\r?\n$/, ''));
  } catch (error) {
    return unreadableFile(path, error, 'file');
  }
}
