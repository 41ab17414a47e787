/** What imports of files have in common: the name of the job, the names of columns, and the rows that failed in a file. */
import { basename } from 'node:path';
import type { ApiClient } from '@sower/api/client';
import { InvalidArgumentError } from 'commander';
import { saveFile } from '../files.ts';

/** What a name may not have is left out of it. */
export const importName = (path: string): string =>
  `${basename(path)
    .replace(/[^\p{L}\p{N} ._-]/gu, '')
    .slice(0, 100)} ${new Date().toISOString().slice(0, 16).replace('T', ' ')}`.trim();

/** Reads `field=name`, once for each column that counts. */
export const columnOf =
  <Field extends string>(fields: readonly Field[], refusal: (fields: string) => string) =>
  (text: string, before: { [F in Field]?: string } | undefined): { [F in Field]?: string } => {
    const at = text.indexOf('=');
    const field = fields.find((name) => name === text.slice(0, at).trim());
    if (field === undefined || at === text.length - 1)
      throw new InvalidArgumentError(refusal(fields.join(', ')));
    return { ...before, [field]: text.slice(at + 1) } as { [F in Field]?: string };
  };

/** @returns why they could not be saved */
export async function saveErrors(api: ApiClient, job: string, path: string | undefined) {
  if (path === undefined) return undefined;
  const saved = await saveFile(path, async () => (await api('takeJobResult', { params: { id: job } })).csv);
  return saved.ok ? undefined : saved;
}
