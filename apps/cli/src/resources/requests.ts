/** `sower offer`, `request`, `second-approval` and `stand-in`: what users may ask for, and deciding what they asked for. */
import { type ApiClient, ApiProblem } from '@sower/api/client';
import { type Offer, offerIcons } from '@sower/api/offers';
import { MAX_DECISIONS, type TokenRequest } from '@sower/api/requests';
import { DAY } from '@sower/api/time';
import { command, given, group, type OptionRow, type ServerCall, YES } from '../command.ts';
import { pagesOf } from '../listing.ts';
import { act, listing, named, remove } from '../operations.ts';
import { dayOf } from '../options.ts';
import { fail, type Outcome } from '../outcome.ts';
import { doToMany } from '../porcelain/job/many.ts';
import { fields, printable, time } from '../terminal/output.ts';
import { t } from '../texts.ts';

const offer = named('listOffers', 'offer.notFound', 'sower offer list');

const OFFER_FIELDS: readonly OptionRow[] = [
  [
    '--step <name[=role]>',
    'offer.add.step',
    { to: 'steps', read: (text, earlier = []) => [...earlier, stepOf(text)] },
  ],
  ['--distribution', 'offer.add.distribution'],
  ['--default', 'offer.add.default', { to: 'isDefault' }],
  ['--icon <name>', 'offer.add.icon', { choices: offerIcons }],
  ['--description <text>', 'offer.add.description'],
  ['--download-url <url>', 'offer.add.downloadUrl'],
  ['--help-url <url>', 'offer.add.helpUrl'],
];

function stepOf(text: string) {
  const [name = '', role] = text.split('=');
  return { name, ...(role === undefined ? {} : { role }) };
}

const offerDone = (done: 'add' | 'edit' | 'enable' | 'disable') => (saved: Offer) =>
  t(`offer.${done}.done`, { offer: printable(saved.name) });

export const OFFER = group('offer', [
  listing('listOffers', {
    empty: 'offer.list.none',
    columns: [
      'field.name',
      { title: 'field.profile', value: ({ profileName }) => profileName },
      { title: 'field.approvals', value: ({ steps }) => steps.map(({ name }) => name).join(' > ') },
      { title: 'field.distributionStep', value: ({ distribution }) => distribution },
      { title: 'field.offered', value: ({ enabled }) => enabled },
      { title: 'field.default', value: ({ isDefault }) => isDefault },
    ],
  }),
  act('addOffer', {
    usage: 'add <name>',
    options: [['--profile <name>', 'offer.add.profile', { required: true }], ...OFFER_FIELDS],
    body: ({ args: [name] }) => ({ name: name! }),
    done: offerDone('add'),
  }),
  act('editOffer', {
    usage: 'edit <name>',
    of: offer,
    options: [
      ['--name <name>', 'offer.edit.name'],
      ['--profile <name>', 'offer.add.profile'],
      ...OFFER_FIELDS,
      ['--no-distribution', 'offer.edit.noDistribution'],
      ['--no-default', 'offer.edit.noDefault', { to: 'isDefault' }],
    ],
    done: offerDone('edit'),
  }),
  ...(['enable', 'disable'] as const).map((verb) =>
    act('editOffer', {
      usage: `${verb} <name>`,
      of: offer,
      body: () => ({ enabled: verb === 'enable' }),
      done: offerDone(verb),
    }),
  ),
  remove('deleteOffer', {
    of: offer,
    confirm: ({ name }) => t('offer.delete.confirm', { offer: name }),
    done: (name) => t('offer.delete.done', { offer: name }),
  }),
]);

function requestText(shown: TokenRequest): string {
  return fields([
    [t('field.id'), shown.id],
    [t('field.userId'), shown.userId],
    [t('field.offer'), shown.offer],
    [t('field.state'), t(`request-state.${shown.state}`)],
    [t('field.approvedSteps'), t('request.steps', { done: shown.step, total: shown.steps.length })],
    [t('field.deferredUntil'), time(shown.deferredUntil)],
    [t('field.reason'), shown.reason],
    [t('field.token'), shown.serial],
    ...shown.history.map(({ decision, by: actor, onBehalfOf: other, at: iso, comment }) => {
      const at = time(iso)!;
      const by = other === undefined ? actor : t('request.onBehalf', { by: actor, other });
      const decided =
        comment === '' ? t('request.decided', { by, at }) : t('request.decidedWith', { by, at, comment });
      return [decision, decided] as const;
    }),
  ]);
}

const COMMENT: OptionRow = ['--comment <text>', 'request.comment'];
const WHICH: readonly OptionRow[] = [
  ['--user <userid>', 'request.list.user', { to: 'userId' }],
  ['--offer <name>', 'request.list.offer'],
];

export const REQUEST = group('request', [
  listing('listRequests', {
    reads: 'request.list.name',
    empty: 'request.list.none',
    options: [
      ['--show <which>', 'request.list.show', { choices: ['waiting', 'deferred', 'closed'] }],
      ...WHICH,
      ['--oldest', 'request.list.oldest', { to: 'order', is: 'oldest' }],
    ],
    query: { order: 'latest' },
    columns: [
      'field.id',
      'field.userId',
      { title: 'field.offer', value: (row) => row.offer },
      { title: 'field.state', value: ({ state }) => t(`request-state.${state}`) },
      { title: 'field.step', value: ({ step, steps }) => `${step}/${steps.length}` },
      { title: 'field.deferredUntil', value: ({ deferredUntil }) => time(deferredUntil) },
      { title: 'field.requested', value: ({ createdAt }) => time(createdAt) },
    ],
  }),
  act('getRequest', { usage: 'show <id>', done: requestText }),
  act('requestToken', {
    usage: 'make <userid>',
    options: [
      ['--offer <name>', 'request.make.offer', { required: true }],
      ['--nickname <name>', 'request.make.nickname'],
      ['--reason <text>', 'request.make.reason'],
    ],
    body: ({ args: [userId] }) => ({ userId: userId! }),
    done: requestText,
  }),
  ...(['approve', 'reject'] as const).map((decision) =>
    command<{ all?: boolean; yes?: boolean }>({
      usage: `${decision} [id...]`,
      options: [['--all', 'request.all'], ...WHICH, COMMENT, YES],
      run: async (call) => {
        const { api, args, options } = call;
        const body = given([COMMENT], options);
        if ((options.all === true) === args.length > 0)
          return fail('usage', 'choose-one', t('request.chooseOne'));
        if (options.all === true) return decideSearch(call, decision, given(WHICH, options), body);
        if (args.length > 1) return decideAll(api, decision, args, body);
        const params = { id: args[0]! };
        const { version } = await api('getRequest', { params });
        const json = await api(`${decision}Request`, { params, body, ifMatch: version });
        return { ok: true, json, text: requestText(json) };
      },
    }),
  ),
  command<{ until: string }>({
    usage: 'defer <id>',
    options: [['--until <YYYY-MM-DD>', 'request.defer.until', { required: true }], COMMENT],
    run: async ({ api, args, options }) => {
      if (dayOf(options.until) === undefined)
        return fail('usage', 'invalid-date', t('request.defer.notADay', { day: options.until }));
      const params = { id: args[0]! };
      const { version } = await api('getRequest', { params });
      const body = { until: `${options.until}T00:00:00Z`, ...given([COMMENT], options) };
      const json = await api('deferRequest', { params, body, ifMatch: version });
      return { ok: true, json, text: requestText(json) };
    },
  }),
  act('cancelRequest', {
    usage: 'cancel <id>',
    options: [COMMENT],
    done: requestText,
  }),
  act('distributeRequest', {
    usage: 'distribute <id>',
    options: [COMMENT, ['--mail <way>', 'request.distribute.mail', { choices: ['separate', 'encrypted'] }]],
    done: (result) => ({
      text: fields([
        [t('field.serial'), result.serial],
        [t('field.ctkipUrl'), result.ctkipUrl],
        [t('field.link'), result.link],
        [t('field.activationCode'), result.activationCode],
        [t('field.expires'), time(result.expiresAt)],
      ]),
      notes: result.activationCode === undefined ? [] : [t('request.distribute.once')],
    }),
  }),
]);

/** All that wait for a decision and that the caller may decide, as they are listed now. */
async function decideSearch(
  call: ServerCall<{ yes?: boolean }>,
  action: 'approve' | 'reject',
  search: { userId?: string; offer?: string },
  comment: { comment?: string },
): Promise<Outcome> {
  const items: { id: string; version: number }[] = [];
  const read = (page: object) =>
    call.api('listRequests', { query: { ...search, show: 'waiting', order: 'oldest', ...page } });
  for await (const page of pagesOf(read)) {
    const found = page.items.filter(({ state, notDecidable }) => state === 'pending' && !notDecidable);
    items.push(...found.map(({ id, version }) => ({ id, version })));
  }
  return doToMany(call, {
    count: items.length,
    consequence: t(`request.${action}.confirm`, { count: items.length }),
    none: t('request.list.none'),
    done: (count) => t('request.decidedAll', { done: count, failed: 0 }),
    subject: 'id',
    start: () => call.api('doToRequests', { body: { action, items, ...comment } }),
  });
}

/** As they are now; one that is not there is among those that fail. */
async function decideAll(
  api: ApiClient,
  decision: 'approve' | 'reject',
  ids: readonly string[],
  comment: { comment?: string },
): Promise<Outcome> {
  const total = { done: 0, failures: [] as { readonly id: string; readonly detail: string }[] };
  for (let from = 0; from < ids.length; from += MAX_DECISIONS) {
    const items: { id: string; version: number }[] = [];
    for (const id of ids.slice(from, from + MAX_DECISIONS)) {
      try {
        const { version } = await api('getRequest', { params: { id } });
        items.push({ id, version });
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.problem.code !== 'not-found') throw error;
        total.failures.push({ id, detail: error.problem.detail ?? '' });
      }
    }
    if (items.length === 0) continue;
    const decided = await api('decideRequests', { body: { decision, items, ...comment } });
    total.done += decided.done;
    total.failures.push(...decided.failures);
  }
  const lines = [
    t('request.decidedAll', { done: total.done, failed: total.failures.length }),
    ...total.failures.map(({ id, detail }) => `${printable(id)}: ${detail}`),
  ];
  const text = lines.join('\n');
  return total.failures.length === 0
    ? { ok: true, json: total, text }
    : fail('refused', 'some-failed', text, { details: total });
}

/** Approving is possible only in the console, because an API key cannot look at what it approves. */
export const SECOND_APPROVAL = group('second-approval', [
  listing('listSecondApprovals', {
    empty: 'secondApproval.none',
    columns: [
      'field.id',
      'field.action',
      { title: 'field.object', value: ({ title }) => title },
      { title: 'field.by', value: ({ askedBy }) => askedBy },
      { title: 'field.until', value: ({ expiresAt }) => time(expiresAt) },
      { title: 'field.state', value: ({ state }) => t(`secondApproval.states.${state}`) },
    ],
  }),
  act('rejectSecondApproval', {
    usage: 'reject <id>',
    done: ({ title }) => t('secondApproval.rejected', { title: printable(title) }),
  }),
]);

/** Who decides requests in place of an administrator who is away. */
export const STAND_IN = group('stand-in', [
  listing('listStandIns', {
    empty: 'standIn.list.none',
    columns: [
      'field.id',
      { title: 'field.away', value: ({ administrator }) => administrator },
      'field.standIn',
      { title: 'field.from', value: ({ from }) => time(from) },
      { title: 'field.until', value: ({ until }) => time(until) },
    ],
  }),
  command<{ until: string; from?: string; for?: string }>({
    usage: 'add <username>',
    options: [
      ['--until <YYYY-MM-DD>', 'standIn.add.until', { required: true }],
      ['--from <YYYY-MM-DD>', 'standIn.add.from'],
      ['--for <username>', 'standIn.add.for'],
    ],
    run: async ({ api, args, options }) => {
      const wrong = [options.until, options.from].find(
        (day) => day !== undefined && dayOf(day) === undefined,
      );
      if (wrong !== undefined) return fail('usage', 'invalid-date', t('standIn.notADay', { day: wrong }));
      const { administrator, standIn, ...rest } = await api('addStandIn', {
        body: {
          standIn: args[0]!,
          // The last day is one of them.
          until: new Date(dayOf(options.until)! + DAY).toISOString(),
          ...(options.from === undefined ? {} : { from: new Date(dayOf(options.from)!).toISOString() }),
          ...(options.for === undefined ? {} : { administrator: options.for }),
        },
      });
      const text = t('standIn.add.done', {
        standIn: printable(standIn),
        administrator: printable(administrator),
        until: time(rest.until)!,
      });
      return { ok: true, json: { administrator, standIn, ...rest }, text };
    },
  }),
  act('endStandIn', {
    usage: 'end <id>',
    done: (_, { named: id, name }) => ({ json: { ended: id }, text: t('standIn.end.done', { id: name }) }),
  }),
]);
