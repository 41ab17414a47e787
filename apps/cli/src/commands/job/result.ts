/** Saving what comes once: the file is made before the server is asked, so that nothing is lost for want of a place. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { unwritableFile } from '../../files.ts';
import type { Outcome } from '../../outcome.ts';
import { t } from '../../texts.ts';

/** For this user only. */
export async function savePrivately(
  path: string,
  take: () => Promise<string | Uint8Array>,
): Promise<Outcome> {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    return unwritableFile(path, error, 'file');
  }
  try {
    const content = await take();
    writeSync(file, typeof content === 'string' ? Buffer.from(content) : content);
    closeSync(file);
    return { ok: true, json: { file: path }, text: t('job.result.done', { file: path }) };
  } catch (error) {
    closeSync(file);
    rmSync(path, { force: true });
    throw error;
  }
}
