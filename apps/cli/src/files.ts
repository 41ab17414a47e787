/** Files that were named on the command line and cannot be read or written. */
import { type Failure, fail } from './outcome.ts';
import { t } from './texts.ts';

/** @param reason for scripts */
export function unreadableFile(file: string, error: unknown, reason = 'unreadable-file'): Failure {
  return fail(
    'usage',
    reason,
    error instanceof SyntaxError
      ? t('file.notJson', { file })
      : t('file.unreadable', { file, code: codeOf(error) }),
  );
}

/** @param reason for scripts */
export function unwritableFile(file: string, error: unknown, reason = 'unwritable-file'): Failure {
  const code = codeOf(error);
  return fail(
    'usage',
    reason,
    code === 'EEXIST' ? t('file.exists', { file }) : t('file.unwritable', { file, code }),
  );
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? (error as Error).message;
