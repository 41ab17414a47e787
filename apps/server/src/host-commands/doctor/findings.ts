/** What `sower doctor` finds: the state of each thing and, if it is wrong, what to type or do. */
import type { Text } from '@sower/texts/outcomes';

export type Area =
  | 'configuration'
  | 'versions'
  | 'clock'
  | 'disk'
  | 'folder'
  | 'key'
  | 'ports'
  | 'certificate'
  | 'database'
  | 'replication'
  | 'backup'
  | 'directory'
  | 'mail'
  | 'upkeep';

export type Finding = {
  readonly area: Area;
  /** `bad`: something does not work, or will not for long. */
  readonly state: 'good' | 'warn' | 'bad';
  readonly text: Text;
};

export const good = (area: Area, text: Text): Finding => ({ area, state: 'good', text });
export const warn = (area: Area, text: Text): Finding => ({ area, state: 'warn', text });
export const bad = (area: Area, text: Text): Finding => ({ area, state: 'bad', text });

/** Whatever it looks at may be silent for ever. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
