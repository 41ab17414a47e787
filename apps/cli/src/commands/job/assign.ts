/** `sower job assign`: a token for each of many users; the server checks them all, and then the user types its name. */
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { yesOption } from '../../options.ts';
import { t } from '../../texts.ts';
import { chosenPeople, type People, peopleOptions, startChecked } from './distribute.ts';

type Options = People & { name: string; alsoServed?: boolean; dryRun?: boolean; yes?: boolean };

export function addAssignManyCommand(frame: Frame, job: Command): void {
  addServerCommand<Options>(
    frame,
    job,
    'assign',
    t('job.assign.summary'),
    (command) =>
      yesOption(
        peopleOptions(command.requiredOption('--name <name>', t('job.distribute.name')))
          .option('--also-served', t('job.assign.alsoServed'))
          .option('--dry-run', t('job.distribute.dryRun')),
      ),
    async (call) => {
      const { options, api } = call;
      const choose = chosenPeople(options, t('job.assign.chooseOne'));
      if (!choose.ok) return choose;
      const { id } = await api('assignMany', {
        body: { name: options.name, choose: choose.value, again: options.alsoServed === true },
      });
      return startChecked(call, id);
    },
  );
}
