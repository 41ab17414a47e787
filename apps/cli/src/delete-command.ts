/** `delete` of what has a name and an ID: found by either, confirmed by its name. */
import type { ApiClient } from '@sower/api/client';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from './command.ts';
import { yesOption } from './options.ts';
import type { Result } from './outcome.ts';
import { printable } from './terminal/output.ts';
import { confirmByName } from './terminal/prompt.ts';

export function addDeleteCommand(
  frame: Frame,
  parent: Command,
  what: {
    /** What names it on the command line; a name or an ID, both of which `find` may take. */
    readonly argument?: 'name' | 'id';
    readonly summary: string;
    find(api: ApiClient, named: string): Promise<Result<{ readonly id: string; readonly name: string }>>;
    /** What happens to what depends on it. */
    confirm(name: string): string;
    remove(api: ApiClient, id: string): Promise<unknown>;
    /** @param name printable */
    done(name: string): string;
    /** What the JSON output names it by; `argument` unless said. */
    readonly deleted?: 'name' | 'id';
  },
): void {
  const { argument = 'name', deleted = argument } = what;
  addServerCommand<{ yes?: boolean }>(
    frame,
    parent,
    `delete <${argument}>`,
    what.summary,
    yesOption,
    async ({ api, args, options, terminal }) => {
      const found = await what.find(api, args[0]!);
      if (!found.ok) return found;
      const { id, name } = found.value;
      const stop = await confirmByName(terminal, { name, consequence: what.confirm(name), yes: options.yes });
      if (stop !== undefined) return stop;
      await what.remove(api, id);
      return { ok: true, json: { deleted: deleted === 'id' ? id : name }, text: what.done(printable(name)) };
    },
  );
}
