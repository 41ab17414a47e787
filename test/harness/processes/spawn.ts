/** As `spawn` of Node.js; what it starts ends with this process, however that ends: interrupted, killed, or by a fault. Only Linux can. */
import { spawnSync, spawn as started } from 'node:child_process';

const TIED = ['--pdeathsig', 'KILL', '--'] as const;
let can: boolean | undefined;

export const spawn = ((command: string, ...rest: readonly unknown[]) => {
  can ??= spawnSync('setpriv', [...TIED, 'true']).status === 0;
  const start = started as (...given: unknown[]) => ReturnType<typeof started>;
  if (!can) return start(command, ...rest);
  const [args, options] = Array.isArray(rest[0]) ? rest : [[], rest[0]];
  return start('setpriv', [...TIED, command, ...(args as string[])], options ?? {});
}) as typeof started;
