/** `sower job distribute`: for whom and what; the server checks it all and shows who is left out, and then its name is asked for. */
import { readFileSync } from 'node:fs';
import type { DistributeManyInput, TokenSource } from '@sower/api/jobs';
import { tokenSources } from '@sower/api/jobs';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { calendarDate, codeExpiry, yesOption } from '../../options.ts';
import { fail, type Result, success } from '../../outcome.ts';
import { settled, shown, startJob } from './watch.ts';

type Options = {
  name: string;
  profile: string;
  file?: string;
  users?: string | true;
  securityDomain?: string;
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
    'Distribute tokens to many: checked first, then started by its name',
    (command) =>
      yesOption(
        command
          .requiredOption('--name <name>', 'what to call the job; typed to start it')
          .requiredOption('--profile <name>', 'token profile')
          .option(
            '--file <csv>',
            'a user ID in each line, or CSV with a column userId or serial; - is standard input',
          )
          .option(
            '--users [start]',
            'users whose user ID, last name or e-mail address begins so; all of them without it',
          )
          .option('--security-domain <name>', 'of --users: only those in it, or below it')
          .option('--again <job>', 'those of this distribution who have not activated their token')
          .addOption(
            new Option('--tokens <source>', 'where the tokens come from (default: held)').choices([
              ...tokenSources,
            ]),
          )
          .addOption(
            new Option(
              '--binding <kind>',
              'bound to the device class, to any device, or to the device ID in the file',
            ).choices(['class', 'any', 'file']),
          )
          .option('--nickname <pattern>', 'may have {userId}, {firstName}, {lastName} and {number} in it')
          .option('--code-expires <time>', 'instead of what the profile says', codeExpiry)
          .addOption(new Option('--mail <way>', 'for URL delivery').choices(['separate', 'encrypted']))
          .option('--also-served', 'also those who already have one')
          .option('--expires-on <date>', 'of minted tokens', calendarDate)
          .option('--dry-run', 'only check; start it later with: sower job start'),
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
      const job = await settled({ ...call, args: [id] });
      if (job.state !== 'waiting' || options.dryRun === true || job.done === 0) return shown(job);
      const checked = shown(job);
      if (options.yes !== true && checked.ok) call.terminal.stderr.write(`${checked.text}\n`);
      return startJob(call, job);
    },
  );
}

const given = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;

function chosenBy(options: Options): Result<DistributeManyInput['choose']> {
  const { file, users, again, securityDomain } = options;
  if ([file, users, again].filter((choice) => choice !== undefined).length !== 1)
    return fail('usage', 'choose-one', 'Say for whom, in one way: --file, --users or --again.');
  if (again !== undefined) return success({ notActivatedOf: again });
  if (users !== undefined)
    return success({ users: given({ search: users === true ? undefined : users, securityDomain }) });
  try {
    return success({ file: readFileSync(file === '-' ? 0 : (file as string), 'utf8') });
  } catch (error) {
    return fail('usage', 'file', `The file ${file} cannot be read: ${(error as Error).message}`);
  }
}
