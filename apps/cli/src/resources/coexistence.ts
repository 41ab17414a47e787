/** `sower coexistence`: the old RADIUS servers that users are forwarded to until they have moved, and how far the move is. */
import { type Coexistence, MOVES, onceIn } from '@sower/api/coexistences';
import { command, given, group, launched, type OptionRow } from '../command.ts';
import { act, listing, named, remove } from '../operations.ts';
import { calendarDate, enabling, nothingToEdit, wholeNumber } from '../options.ts';
import { success } from '../outcome.ts';
import { fields, printable, time } from '../terminal/output.ts';
import { readSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';
import { radiusClient } from './clients.ts';

const coexistence = named('listCoexistences', 'coexistence.notFound', 'sower coexistence list');

const SERVERS: OptionRow = [
  '--server <address:port>',
  'coexistence.server',
  { to: 'servers', read: (text, earlier = []) => [...earlier, text] },
];
const TIMES: readonly OptionRow[] = [
  ['--timeout <seconds>', 'coexistence.timeout', { to: 'timeoutSeconds', read: wholeNumber(1, 30) }],
  ['--until <date>', 'coexistence.until', { to: 'endsOn', read: calendarDate }],
];
const ADD: readonly OptionRow[] = [
  SERVERS,
  ...TIMES,
  ['--security-domain <name>', 'coexistence.securityDomain'],
  ['--on', 'coexistence.on', { to: 'enabled', is: true }],
];

const EDIT: readonly OptionRow[] = [
  SERVERS,
  ...TIMES,
  ['--name <name>', 'coexistence.edit.name'],
  ...enabling('coexistence.edit.enable', 'coexistence.edit.disable'),
];

const odds = (probability: number): string => {
  const count = onceIn(probability);
  return count === undefined ? t('coexistence.progress.none') : t('coexistence.progress.oneIn', { count });
};

export const COEXISTENCE = group('coexistence', [
  listing('listCoexistences', {
    empty: 'coexistence.list.none',
    columns: [
      'field.name',
      { title: 'coexistence.servers', value: ({ servers }) => servers.join(', ') },
      { title: 'field.usersOf', value: ({ securityDomain }) => securityDomain },
      {
        title: 'coexistence.client',
        value: ({ radiusClient }) => radiusClient?.name ?? t('coexistence.allClients'),
      },
      { title: 'coexistence.endsOn', value: ({ endsOn }) => endsOn },
      { title: 'field.state', value: ({ state }) => t(`coexistence.states.${state}`) },
    ],
  }),
  command<{ radiusClient?: string }>({
    usage: 'add <name>',
    options: [...ADD, ['--radius-client <name>', 'coexistence.radiusClient']],
    run: async (call) => {
      const { api, args, options, terminal } = call;
      const wanted = options.radiusClient;
      const client = wanted === undefined ? undefined : await radiusClient(api, wanted);
      if (client && !client.ok) return client;
      const secret = await readSecret(terminal, 'secret');
      if (!secret.ok) return secret;
      const made = await api('addCoexistence', {
        body: {
          ...{ name: args[0]!, secret: secret.value },
          ...(given(ADD, options) as Pick<Coexistence, 'servers' | 'endsOn'>),
          ...(client ? { radiusClient: client.value.item.id } : {}),
        },
      });
      return {
        ok: true,
        json: made,
        text: t('coexistence.add.done', { name: printable(made.name) }),
        notes: made.enabled ? [] : [t('coexistence.add.off')],
      };
    },
  }),
  command({
    usage: 'edit <name>',
    options: EDIT,
    run: async (call) => {
      const { api, args, options, terminal } = call;
      const change = given(EDIT, options) as Partial<Coexistence>;
      if (Object.keys(change).length === 0) return nothingToEdit(call);
      const found = await coexistence(api, args[0]!);
      if (!found.ok) return found;
      const { id, version, servers: before } = found.value.item;
      // It would get the secret: the server asks for it again.
      const another = change.servers?.some((server) => !before.includes(server));
      const secret = another ? await readSecret(terminal, 'secret') : success(undefined);
      if (!secret.ok) return secret;
      const made = await api('editCoexistence', {
        params: { id },
        ifMatch: version,
        body: { ...change, ...(secret.value === undefined ? {} : { secret: secret.value }) },
      });
      return { ok: true, json: made, text: t('coexistence.edit.done', { name: printable(made.name) }) };
    },
  }),
  act('editCoexistence', {
    usage: 'secret <name>',
    of: coexistence,
    secret: ['secret', (terminal) => readSecret(terminal, 'secret')],
    done: (_, { name }) => t('coexistence.edit.done', { name }),
  }),
  remove('deleteCoexistence', {
    of: coexistence,
    confirm: ({ name }) => t('coexistence.delete.confirm', { name }),
    done: (name) => t('coexistence.delete.done', { name }),
  }),
  act('getCoexistenceProgress', {
    usage: 'progress',
    done: ({ moved, waiting, conflicts, seeds, odds: of }) => ({
      text: fields([
        [t('coexistence.moves.moved'), String(moved)],
        [t('coexistence.moves.waiting'), String(waiting)],
        [t('coexistence.moves.conflict'), String(conflicts)],
        [t('coexistence.progress.seeds'), String(seeds.unassigned)],
        [t('coexistence.progress.once'), odds(of.once)],
        [t('coexistence.progress.all'), odds(of.all)],
      ]),
      notes: seeds.unassigned > seeds.most ? [t('coexistence.progress.tooMany', { most: seeds.most })] : [],
    }),
  }),
  listing('listCoexistenceUsers', {
    usage: 'users',
    reads: 'coexistence.users.reads',
    empty: 'coexistence.users.none',
    options: [['--move <state>', 'coexistence.users.move', { choices: MOVES, default: 'waiting' }]],
    columns: [
      'field.userId',
      { title: 'field.name', value: ({ userName }) => userName ?? '' },
      { title: 'field.state', value: ({ move }) => t(`coexistence.moves.${move}`) },
      {
        title: 'coexistence.users.lesson',
        value: ({ lesson }) => (lesson === undefined ? '' : t(`coexistence.lessons.${lesson}`)),
      },
      { title: 'field.token', value: ({ serials }) => serials.join(', ') },
      { title: 'coexistence.users.at', value: ({ at }) => (at === undefined ? '' : time(at)) },
    ],
  }),
  launched('rehearse <file>', 'coexistence.rehearse.launcher'),
]);
