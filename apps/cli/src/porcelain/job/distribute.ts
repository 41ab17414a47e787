/** `sower job distribute` and `assign`: for whom and what; the server checks it all and shows who is left out, and then the user types its name. */

import type { DistributeManyInput } from '@sower/api/jobs';
import { tokenSources } from '@sower/api/jobs';
import { tokenKinds } from '@sower/api/tokens';
import { decodeText } from '@sower/api/user-file';
import { command, given, type OptionRow, YES } from '../../command.ts';
import { fileOctets } from '../../files.ts';
import { AT, CODE, calendarDate, codeExpiry } from '../../options.ts';
import { fail, type Result, success } from '../../outcome.ts';
import { t } from '../../texts.ts';
import { startChecked } from './watch.ts';

/** Whom a job is for. */
type People = { file?: string; users?: string | true; securityDomain?: string; group?: string };
const PEOPLE: readonly OptionRow[] = [
  ['--file <csv>', 'job.distribute.file'],
  ['--users [start]', 'job.distribute.users'],
  ['--security-domain <name>', 'job.distribute.securityDomain'],
  ['--group <dn>', 'job.distribute.group'],
];

/** Tokens instead of people, as the search has them. */
const TOKENS: readonly OptionRow[] = [
  ['--kind <kind>', 'job.distribute.kind', { choices: [...tokenKinds] }],
  ['--batch <name>', 'job.distribute.batch'],
  ['--maker <name>', 'job.distribute.maker'],
  ['--imported', 'job.distribute.imported', { is: 'true' }],
  ['--expires-before <date>', 'job.distribute.expiresBefore', { read: calendarDate }],
];
const REPLACE: readonly OptionRow[] = [
  ['--new-pin', 'job.distribute.newPin', { to: 'keepPin', is: false }],
  ['--delete-replaced', 'job.distribute.deleteReplaced', { to: 'afterwards', is: 'delete' }],
];

type Options = People & {
  name: string;
  profile: string;
  again?: string;
  replace?: boolean;
  alsoServed?: boolean;
  dryRun?: boolean;
  yes?: boolean;
  at?: string;
};

const FIELDS: readonly OptionRow[] = [
  ['--tokens <source>', 'job.distribute.tokens', { choices: tokenSources }],
  ['--binding <kind>', 'job.distribute.binding', { choices: ['class', 'any', 'file'] }],
  ['--nickname <pattern>', 'job.distribute.nickname'],
  CODE,
  ['--code-expires <time>', 'job.distribute.codeExpires', { read: codeExpiry }],
  ['--mail <way>', 'job.distribute.mail', { choices: ['separate', 'encrypted'] }],
];
const EXPIRES: OptionRow = ['--expires-on <date>', 'job.distribute.expiresOn', { read: calendarDate }];

export const DISTRIBUTE_MANY = command<Options>({
  usage: 'distribute',
  options: [
    ['--name <name>', 'job.distribute.name', { required: true }],
    ['--profile <name>', 'job.distribute.profile', { required: true }],
    ...PEOPLE,
    ['--again <job>', 'job.distribute.again'],
    ...TOKENS,
    ['--replace', 'job.distribute.replace'],
    ...REPLACE,
    ...FIELDS,
    ['--also-served', 'job.distribute.alsoServed'],
    EXPIRES,
    ['--dry-run', 'job.distribute.dryRun'],
    AT,
    YES,
  ],
  run: async (call) => {
    const { options, api } = call;
    const { name, profile } = options;
    const choose = chosenBy(options);
    if (!choose.ok) return choose;
    const again = options.alsoServed === true || options.again !== undefined;
    const fields = given([...FIELDS, EXPIRES], options);
    const replacing = given(REPLACE, options);
    const replace =
      options.replace === true || Object.keys(replacing).length > 0
        ? { tokens: 'stock' as const, replace: replacing }
        : {};
    const { id } = await api('distributeMany', {
      body: { name, profile, choose: choose.value, again, ...replace, ...fields },
    });
    return startChecked(call, id);
  },
});

export const ASSIGN_MANY = command<Omit<Options, 'profile'>>({
  usage: 'assign',
  options: [
    ['--name <name>', 'job.distribute.name', { required: true }],
    ...PEOPLE,
    ['--also-served', 'job.assign.alsoServed'],
    ['--dry-run', 'job.distribute.dryRun'],
    AT,
    YES,
  ],
  run: async (call) => {
    const { options, api } = call;
    const choose = chosenPeople(options, t('job.assign.chooseOne'));
    if (!choose.ok) return choose;
    const { id } = await api('assignMany', {
      body: { name: options.name, choose: choose.value, again: options.alsoServed === true },
    });
    return startChecked(call, id);
  },
});

function chosenBy(options: Options): Result<DistributeManyInput['choose']> {
  const { file, users, again, securityDomain } = options;
  const tokens = given(TOKENS, options);
  if (Object.keys(tokens).length > 0) {
    if (file !== undefined || users !== undefined || again !== undefined)
      return fail('usage', 'choose-one', t('job.distribute.chooseOne'));
    const within = securityDomain === undefined ? {} : { securityDomain };
    return success({ tokens: { ...tokens, ...within, assigned: 'true' } });
  }
  if (again === undefined) return chosenPeople(options, t('job.distribute.chooseOne'));
  if (file !== undefined || users !== undefined)
    return fail('usage', 'choose-one', t('job.distribute.chooseOne'));
  return success({ notActivatedOf: again });
}

function chosenPeople({ file, users, securityDomain, group }: People, chooseOne: string) {
  if ((file === undefined) === (users === undefined)) return fail('usage', 'choose-one', chooseOne);
  if (users !== undefined)
    return success({
      users: {
        ...(users === true ? {} : { search: users }),
        ...(securityDomain === undefined ? {} : { securityDomain }),
        ...(group === undefined ? {} : { group }),
      },
    });
  const octets = fileOctets(file as string, 'file');
  return octets.ok ? success({ file: decodeText(octets.value).text }) : octets;
}
