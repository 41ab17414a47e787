/** Saving what comes once: the file is made before the server is asked, so that nothing is lost for want of a place. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { fail, type Outcome } from '../../outcome.ts';

/** For this user only. */
export async function savePrivately(path: string, take: () => Promise<string>): Promise<Outcome> {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    return fail('usage', 'file', `The file ${path} cannot be made: ${(error as Error).message}`);
  }
  try {
    const content = await take();
    writeSync(file, content);
    closeSync(file);
    return { ok: true, json: { file: path }, text: `Saved to ${path}.` };
  } catch (error) {
    closeSync(file);
    rmSync(path, { force: true });
    throw error;
  }
}
