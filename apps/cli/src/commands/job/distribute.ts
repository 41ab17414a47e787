/** `sower job distribute`: for whom and what; the server checks it all and shows who is left out, and then the user types its name. */
import { readFileSync } from 'node:fs';
import type { AssignManyInput, DistributeManyInput, TokenSource } from '@sower/api/jobs';
import { tokenSources } from '@sower/api/jobs';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame, type ServerCall } from '../../command.ts';
import { unreadableFile } from '../../files.ts';
import { calendarDate, codeExpiry, yesOption } from '../../options.ts';
import { fail, type Outcome, type Result, success } from '../../outcome.ts';
import { t } from '../../texts.ts';
import { settled, shown, startJob } from './watch.ts';

/** Whom a job is for. */
export type People = { file?: string; users?: string | true; securityDomain?: string };
type Options = People & {
  name: string;
  profile: string;
  again?: string;
  tokens?: TokenSource;
  binding?: 'class' | 'any' | 'file';
  nickname?: string;
  codeExpires?: string;
  mail?: 'separate' | 'encrypted';
  alsoServed?: boolean;
  expiresOn?: string;
  dryRun?: boolean;
  yes?: boolean;
};

export function addDistributeManyCommand(frame: Frame, job: Command): void {
  addServerCommand<Options>(
    frame,
    job,
    'distribute',
    t('job.distribute.summary'),
    (command) =>
      yesOption(
        peopleOptions(
          command
            .requiredOption('--name <name>', t('job.distribute.name'))
            .requiredOption('--profile <name>', t('job.distribute.profile')),
        )
          .option('--again <job>', t('job.distribute.again'))
          .addOption(new Option('--tokens <source>', t('job.distribute.tokens')).choices([...tokenSources]))
          .addOption(
            new Option('--binding <kind>', t('job.distribute.binding')).choices(['class', 'any', 'file']),
          )
          .option('--nickname <pattern>', t('job.distribute.nickname'))
          .option('--code-expires <time>', t('job.distribute.codeExpires'), codeExpiry)
          .addOption(new Option('--mail <way>', t('job.distribute.mail')).choices(['separate', 'encrypted']))
          .option('--also-served', t('job.distribute.alsoServed'))
          .option('--expires-on <date>', t('job.distribute.expiresOn'), calendarDate)
          .option('--dry-run', t('job.distribute.dryRun')),
      ),
    async (call) => {
      const { options, api } = call;
      const choose = chosenBy(options);
      if (!choose.ok) return choose;
      const { id } = await api('distributeMany', {
        body: {
          name: options.name,
          profile: options.profile,
          choose: choose.value,
          again: options.alsoServed === true || options.again !== undefined,
          ...given({
            tokens: options.tokens,
            binding: options.binding,
            nickname: options.nickname,
            codeExpires: options.codeExpires,
            mail: options.mail,
            expiresOn: options.expiresOn,
          }),
        },
      });
      return startChecked(call, id);
    },
  );
}

export const peopleOptions = (command: Command): Command =>
  command
    .option('--file <csv>', t('job.distribute.file'))
    .option('--users [start]', t('job.distribute.users'))
    .option('--security-domain <name>', t('job.distribute.securityDomain'));

/** Shows what the check says, and starts the job after its name was typed. */
export async function startChecked(
  call: ServerCall<{ dryRun?: boolean; yes?: boolean }>,
  id: string,
): Promise<Outcome> {
  const { options } = call;
  const job = await settled({ ...call, args: [id] });
  if (job.state !== 'waiting' || options.dryRun === true || job.done === 0) return shown(job);
  const checked = shown(job);
  if (options.yes !== true && checked.ok) call.terminal.stderr.write(`${checked.text}\n`);
  return startJob(call, job);
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
const given = <T extends object>(values: T): Given<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;

function chosenBy(options: Options): Result<DistributeManyInput['choose']> {
  const { file, users, again } = options;
  if (again === undefined) return chosenPeople(options, t('job.distribute.chooseOne'));
  if (file !== undefined || users !== undefined)
    return fail('usage', 'choose-one', t('job.distribute.chooseOne'));
  return success({ notActivatedOf: again });
}

export function chosenPeople(
  { file, users, securityDomain }: People,
  chooseOne: string,
): Result<AssignManyInput['choose']> {
  if ((file === undefined) === (users === undefined)) return fail('usage', 'choose-one', chooseOne);
  if (users !== undefined)
    return success({ users: given({ search: users === true ? undefined : users, securityDomain }) });
  try {
    return success({ file: readFileSync(file === '-' ? 0 : (file as string), 'utf8') });
  } catch (error) {
    return unreadableFile(file as string, error, 'file');
  }
}
