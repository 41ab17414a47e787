/** `sower offer` and `sower request`: what users may ask for, and deciding what they asked for. */

import type { ApiClient } from '@sower/api/client';
import { type Offer, offerIcons } from '@sower/api/offers';
import { MAX_DECISIONS, type TokenRequest } from '@sower/api/requests';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { addDeleteCommand } from '../../delete-command.ts';
import { type ListOptions, list, listed, listOptions } from '../../listing.ts';
import { lookUp } from '../../lookup.ts';
import { nothingToEdit, unchanged } from '../../options.ts';
import { fail, type Outcome, type Result } from '../../outcome.ts';
import { type Column, fields, printable, time } from '../../terminal/output.ts';
import { t } from '../../texts.ts';

const OFFER_COLUMNS: readonly Column<Offer>[] = [
  { title: 'field.name', value: (offer) => offer.name },
  { title: 'field.profile', value: (offer) => offer.profileName },
  { title: 'field.approvals', value: (offer) => offer.steps.map(({ name }) => name).join(' > ') },
  { title: 'field.distributionStep', value: (offer) => offer.distribution },
  { title: 'field.offered', value: (offer) => offer.enabled },
  { title: 'field.default', value: (offer) => offer.isDefault },
];

const REQUEST_COLUMNS: readonly Column<TokenRequest>[] = [
  { title: 'field.id', value: (request) => request.id },
  { title: 'field.userId', value: (request) => request.userId },
  { title: 'field.offer', value: (request) => request.offer },
  { title: 'field.state', value: (request) => request.state },
  { title: 'field.step', value: (request) => `${request.step}/${request.steps.length}` },
  { title: 'field.deferredUntil', value: (request) => time(request.deferredUntil) },
  { title: 'field.requested', value: (request) => time(request.createdAt) },
];

type OfferOptions = {
  step?: string[];
  distribution?: boolean;
  default?: boolean;
  icon?: (typeof offerIcons)[number];
  description?: string;
  downloadUrl?: string;
  helpUrl?: string;
};

const offerOptions = (command: Command): Command =>
  command
    .option('--step <name[=role]>', t('offer.add.step'), (text: string, earlier: string[] | undefined) => [
      ...(earlier ?? []),
      text,
    ])
    .option('--distribution', t('offer.add.distribution'))
    .option('--default', t('offer.add.default'))
    .addOption(new Option('--icon <name>', t('offer.add.icon')).choices([...offerIcons]))
    .option('--description <text>', t('offer.add.description'))
    .option('--download-url <url>', t('offer.add.downloadUrl'))
    .option('--help-url <url>', t('offer.add.helpUrl'));

/** What was said, by the names it has in the API. */
function offerOf({ step, distribution, default: isDefault, icon, ...texts }: OfferOptions) {
  const { description, downloadUrl, helpUrl } = texts;
  return {
    ...(step === undefined
      ? {}
      : {
          steps: step.map((text) => {
            const [name = '', role] = text.split('=');
            return { name, ...(role === undefined ? {} : { role }) };
          }),
        }),
    ...(distribution === undefined ? {} : { distribution }),
    ...(isDefault === undefined ? {} : { isDefault }),
    ...(icon === undefined ? {} : { icon }),
    ...(description === undefined ? {} : { description }),
    ...(downloadUrl === undefined ? {} : { downloadUrl }),
    ...(helpUrl === undefined ? {} : { helpUrl }),
  };
}

export function addOfferCommands(frame: Frame, program: Command): void {
  const offer = program.command('offer').description(t('offer.summary'));

  addServerCommand(frame, offer, 'list', t('offer.list.summary'), unchanged, async ({ api }) => {
    const { items } = await api('listOffers', {});
    return listed(items, { columns: OFFER_COLUMNS, empty: t('offer.list.none') });
  });

  addServerCommand<OfferOptions & { profile: string }>(
    frame,
    offer,
    'add <name>',
    t('offer.add.summary'),
    (command) => offerOptions(command.requiredOption('--profile <name>', t('offer.add.profile'))),
    async ({ api, args, options }) => {
      const { profile } = options;
      const made = await api('addOffer', { body: { name: args[0]!, profile, ...offerOf(options) } });
      return { ok: true, json: made, text: t('offer.add.done', { offer: printable(made.name) }) };
    },
  );

  addServerCommand<OfferOptions & { name?: string; profile?: string }>(
    frame,
    offer,
    'edit <name>',
    t('offer.edit.summary'),
    (command) =>
      offerOptions(
        command
          .option('--name <name>', t('offer.edit.name'))
          .option('--profile <name>', t('offer.add.profile')),
      )
        .option('--no-distribution', t('offer.edit.noDistribution'))
        .option('--no-default', t('offer.edit.noDefault')),
    async ({ api, args, options }) => {
      const { name, profile } = options;
      const body = {
        ...(name === undefined ? {} : { name }),
        ...(profile === undefined ? {} : { profile }),
        ...offerOf(options),
      };
      if (Object.keys(body).length === 0) return nothingToEdit('sower offer edit --help');
      const found = await findOffer(api, args[0]!);
      if (!found.ok) return found;
      const { id, version } = found.value;
      const saved = await api('editOffer', { params: { id }, body, ifMatch: version });
      return { ok: true, json: saved, text: t('offer.edit.done', { offer: printable(saved.name) }) };
    },
  );

  for (const verb of ['enable', 'disable'] as const) {
    addServerCommand(
      frame,
      offer,
      `${verb} <name>`,
      t(`offer.${verb}.summary`),
      unchanged,
      async ({ api, args }) => {
        const found = await findOffer(api, args[0]!);
        if (!found.ok) return found;
        const { id, version } = found.value;
        const saved = await api('editOffer', {
          params: { id },
          body: { enabled: verb === 'enable' },
          ifMatch: version,
        });
        return { ok: true, json: saved, text: t(`offer.${verb}.done`, { offer: printable(saved.name) }) };
      },
    );
  }

  addDeleteCommand(frame, offer, {
    summary: t('offer.delete.summary'),
    find: findOffer,
    confirm: (name) => t('offer.delete.confirm', { offer: name }),
    remove: (api, id) => api('deleteOffer', { params: { id } }),
    done: (name) => t('offer.delete.done', { offer: name }),
  });
}

type Comment = { comment?: string };
const commentOption = (command: Command): Command => command.option('--comment <text>', t('request.comment'));
const commentOf = ({ comment }: Comment) => (comment === undefined ? {} : { comment });

export function addRequestCommands(frame: Frame, program: Command): void {
  const request = program.command('request').description(t('request.summary'));

  addRequestLists(frame, request);

  addDecisionCommands(frame, request);
}

function addRequestLists(frame: Frame, request: Command): void {
  addServerCommand<
    ListOptions & {
      show?: 'waiting' | 'deferred' | 'closed';
      user?: string;
      offer?: string;
      oldest?: boolean;
    }
  >(
    frame,
    request,
    'list',
    t('request.list.summary'),
    (command) =>
      listOptions(command)
        .addOption(
          new Option('--show <which>', t('request.list.show')).choices(['waiting', 'deferred', 'closed']),
        )
        .option('--user <userid>', t('request.list.user'))
        .option('--offer <name>', t('request.list.offer'))
        .option('--oldest', t('request.list.oldest')),
    ({ api, terminal, options }) =>
      list(
        terminal,
        options,
        { columns: REQUEST_COLUMNS, name: t('request.list.name'), empty: t('request.list.none') },
        (page) =>
          api('listRequests', {
            query: {
              ...page,
              ...(options.show === undefined ? {} : { show: options.show }),
              ...(options.user === undefined ? {} : { userId: options.user }),
              ...(options.offer === undefined ? {} : { offer: options.offer }),
              order: options.oldest ? 'oldest' : 'latest',
            },
          }),
      ),
  );

  addServerCommand(frame, request, 'show <id>', t('request.show.summary'), unchanged, async ({ api, args }) =>
    shown(await api('getRequest', { params: { id: args[0]! } })),
  );

  addServerCommand<{ offer: string; nickname?: string; reason?: string }>(
    frame,
    request,
    'make <userid>',
    t('request.make.summary'),
    (command) =>
      command
        .requiredOption('--offer <name>', t('request.make.offer'))
        .option('--nickname <name>', t('request.make.nickname'))
        .option('--reason <text>', t('request.make.reason')),
    async ({ api, args, options }) => {
      const { offer, nickname, reason } = options;
      return shown(
        await api('requestToken', {
          body: {
            userId: args[0]!,
            offer,
            ...(nickname === undefined ? {} : { nickname }),
            ...(reason === undefined ? {} : { reason }),
          },
        }),
      );
    },
  );
}

function addDecisionCommands(frame: Frame, request: Command): void {
  for (const verb of ['approve', 'reject'] as const) {
    addServerCommand<Comment>(
      frame,
      request,
      `${verb} <id...>`,
      t(`request.${verb}.summary`),
      commentOption,
      async ({ api, args, options }) => {
        const ids = args as readonly string[];
        if (ids.length > 1) return decideAll(api, verb, ids, options);
        const params = { id: ids[0]! };
        const { version } = await api('getRequest', { params });
        return shown(await api(`${verb}Request`, { params, body: commentOf(options), ifMatch: version }));
      },
    );
  }

  addServerCommand<Comment & { until: string }>(
    frame,
    request,
    'defer <id>',
    t('request.defer.summary'),
    (command) => commentOption(command.requiredOption('--until <YYYY-MM-DD>', t('request.defer.until'))),
    async ({ api, args, options }) => {
      if (!/^\d{4}-\d\d-\d\d$/.test(options.until)) {
        return fail('usage', 'invalid-date', t('request.defer.notADay', { day: options.until }));
      }
      const params = { id: args[0]! };
      const { version } = await api('getRequest', { params });
      const body = { until: `${options.until}T00:00:00Z`, ...commentOf(options) };
      return shown(await api('deferRequest', { params, body, ifMatch: version }));
    },
  );

  addServerCommand<Comment>(
    frame,
    request,
    'cancel <id>',
    t('request.cancel.summary'),
    commentOption,
    async ({ api, args, options }) =>
      shown(await api('cancelRequest', { params: { id: args[0]! }, body: commentOf(options) })),
  );

  addServerCommand<Comment & { mail?: 'separate' | 'encrypted' }>(
    frame,
    request,
    'distribute <id>',
    t('request.distribute.summary'),
    (command) =>
      commentOption(command).addOption(
        new Option('--mail <way>', t('request.distribute.mail')).choices(['separate', 'encrypted']),
      ),
    async ({ api, args, options }) => {
      const result = await api('distributeRequest', {
        params: { id: args[0]! },
        body: { ...commentOf(options), ...(options.mail === undefined ? {} : { mail: options.mail }) },
      });
      const text = fields([
        [t('field.serial'), result.serial],
        [t('field.ctkipUrl'), result.ctkipUrl],
        [t('field.link'), result.link],
        [t('field.activationCode'), result.activationCode],
        [t('field.expires'), time(result.expiresAt)],
      ]);
      return {
        ok: true,
        json: result,
        text,
        notes: result.activationCode === undefined ? [] : [t('request.distribute.once')],
      };
    },
  );
}

/** As they are now; one that is not there is among those that fail. */
async function decideAll(
  api: ApiClient,
  decision: 'approve' | 'reject',
  ids: readonly string[],
  options: Comment,
): Promise<Outcome> {
  const total = { done: 0, failures: [] as { readonly id: string; readonly detail: string }[] };
  for (let from = 0; from < ids.length; from += MAX_DECISIONS) {
    const items: { id: string; version: number }[] = [];
    for (const id of ids.slice(from, from + MAX_DECISIONS)) {
      const { version } = await api('getRequest', { params: { id } });
      items.push({ id, version });
    }
    const decided = await api('decideRequests', { body: { decision, items, ...commentOf(options) } });
    total.done += decided.done;
    total.failures.push(...decided.failures);
  }
  const lines = [
    t('request.decidedAll', { done: total.done, failed: total.failures.length }),
    ...total.failures.map(({ id, detail }) => `${printable(id)}: ${detail}`),
  ];
  return { ok: true, json: total, text: lines.join('\n') };
}

const findOffer = (api: ApiClient, nameOrId: string): Promise<Result<Offer>> =>
  lookUp(api('listOffers', {}), nameOrId, {
    notFound: (named) => t('offer.notFound', named),
    list: 'sower offer list',
  });

function shown(request: TokenRequest): Outcome {
  const text = fields([
    [t('field.id'), request.id],
    [t('field.userId'), request.userId],
    [t('field.offer'), request.offer],
    [t('field.state'), request.state],
    [t('field.approvedSteps'), t('request.steps', { done: request.step, total: request.steps.length })],
    [t('field.deferredUntil'), time(request.deferredUntil)],
    [t('field.reason'), request.reason],
    [t('field.token'), request.serial],
    ...request.history.map(({ decision, by: actor, onBehalfOf: other, at: iso, comment }) => {
      const at = time(iso)!;
      const by = other === undefined ? actor : t('request.onBehalf', { by: actor, other });
      const decided =
        comment === '' ? t('request.decided', { by, at }) : t('request.decidedWith', { by, at, comment });
      return [decision, decided] as const;
    }),
  ]);
  return { ok: true, json: request, text };
}
