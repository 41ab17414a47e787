/** `sower offer` and `sower request`: what users may ask for, and deciding what they asked for. */
import type { ApiClient } from '@sower/api/client';
import type { Offer } from '@sower/api/offers';
import type { TokenRequest } from '@sower/api/requests';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { type ListOptions, list, listed, listOptions } from '../listing.ts';
import { findNamed } from '../lookup.ts';
import { unchanged, yesOption } from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { type Column, fields, printable, time } from '../terminal/output.ts';
import { confirmByName } from '../terminal/prompt.ts';

const OFFER_COLUMNS: readonly Column<Offer>[] = [
  { title: 'Name', value: (offer) => offer.name },
  { title: 'Profile', value: (offer) => offer.profileName },
  { title: 'Approvals', value: (offer) => offer.steps.map(({ name }) => name).join(' > ') },
  { title: 'Distribution step', value: (offer) => offer.distribution },
  { title: 'Offered', value: (offer) => offer.enabled },
  { title: 'Default', value: (offer) => offer.isDefault },
];

const REQUEST_COLUMNS: readonly Column<TokenRequest>[] = [
  { title: 'Id', value: (request) => request.id },
  { title: 'User ID', value: (request) => request.userId },
  { title: 'Offer', value: (request) => request.offer },
  { title: 'State', value: (request) => request.state },
  { title: 'Step', value: (request) => `${request.step}/${request.steps.length}` },
  { title: 'Deferred until', value: (request) => time(request.deferredUntil) },
  { title: 'Requested', value: (request) => time(request.createdAt) },
];

export function addOfferCommands(frame: Frame, program: Command): void {
  const offer = program.command('offer').description('What users may ask for');

  addServerCommand(frame, offer, 'list', 'List offers', unchanged, async ({ api }) => {
    const { items } = await api('listOffers', {});
    return listed(items, { columns: OFFER_COLUMNS, empty: 'Nothing is offered.' });
  });

  addServerCommand<{
    profile: string;
    step?: string[];
    distribution?: boolean;
    default?: boolean;
    help?: string;
  }>(
    frame,
    offer,
    'add <name>',
    'Offer a token profile to users',
    (command) =>
      command
        .requiredOption('--profile <name>', 'the token profile')
        .option(
          '--step <name[=role]>',
          'an approval step, and the role that decides it; repeat it, up to four',
          (text: string, earlier: string[] | undefined) => [...(earlier ?? []), text],
        )
        .option('--distribution', 'somebody distributes the token after the approvals')
        .option('--default', 'chosen already when a user asks'),
    async ({ api, args, options }) => {
      const made = await api('addOffer', {
        body: {
          name: args[0]!,
          profile: options.profile,
          steps: (options.step ?? []).map((text) => {
            const [name = '', role] = text.split('=');
            return { name, ...(role === undefined ? {} : { role }) };
          }),
          distribution: options.distribution === true,
          isDefault: options.default === true,
        },
      });
      return { ok: true, json: made, text: `Offer ${printable(made.name)} is added.` };
    },
  );

  for (const [verb, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    addServerCommand(
      frame,
      offer,
      `${verb} <name>`,
      enabled ? 'Let users ask for it' : 'Let users ask for it no longer',
      unchanged,
      async ({ api, args }) => {
        const found = await findOffer(api, args[0]!);
        if (!found.ok) return found;
        const { id, version } = found.value;
        const saved = await api('editOffer', { params: { id }, body: { enabled }, ifMatch: version });
        return { ok: true, json: saved, text: `Offer ${printable(saved.name)} is ${verb}d.` };
      },
    );
  }

  addServerCommand<{ yes?: boolean }>(
    frame,
    offer,
    'delete <name>',
    'Delete an offer; requests made already go on',
    yesOption,
    async ({ api, args, options, terminal }) => {
      const found = await findOffer(api, args[0]!);
      if (!found.ok) return found;
      const { id, name } = found.value;
      const consequence = `This deletes the offer ${name}.`;
      const stop = await confirmByName(terminal, { name, consequence, yes: options.yes });
      if (stop !== undefined) return stop;
      await api('deleteOffer', { params: { id } });
      return { ok: true, json: { deleted: name }, text: `Offer ${printable(name)} is deleted.` };
    },
  );
}

type Comment = { comment?: string };
const commentOption = (command: Command): Command =>
  command.option('--comment <text>', 'the user reads it in the mail');
const commentOf = ({ comment }: Comment) => (comment === undefined ? {} : { comment });

export function addRequestCommands(frame: Frame, program: Command): void {
  const request = program.command('request').description('Requests of users for tokens');

  addServerCommand<ListOptions & { show?: 'waiting' | 'deferred' | 'closed'; user?: string }>(
    frame,
    request,
    'list',
    'List requests, latest first',
    (command) =>
      listOptions(command)
        .addOption(new Option('--show <which>', 'only these').choices(['waiting', 'deferred', 'closed']))
        .option('--user <userid>', 'of this user'),
    ({ api, terminal, options }) =>
      list(terminal, options, { columns: REQUEST_COLUMNS, name: 'requests', empty: 'No requests.' }, (page) =>
        api('listRequests', {
          query: {
            ...page,
            ...(options.show === undefined ? {} : { show: options.show }),
            ...(options.user === undefined ? {} : { userId: options.user }),
          },
        }),
      ),
  );

  addServerCommand(frame, request, 'show <id>', 'Show a request', unchanged, async ({ api, args }) =>
    shown(await api('getRequest', { params: { id: args[0]! } })),
  );

  addServerCommand<{ offer: string; nickname?: string; reason?: string }>(
    frame,
    request,
    'make <userid>',
    'Ask for a token in the name of a user',
    (command) =>
      command
        .requiredOption('--offer <name>', 'what is asked for')
        .option('--nickname <name>', 'of the token')
        .option('--reason <text>', 'why'),
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

  for (const [verb, name, summary] of [
    ['approve', 'approveRequest', 'Approve the next step of a request'],
    ['reject', 'rejectRequest', 'Reject a request'],
  ] as const) {
    addServerCommand<Comment>(
      frame,
      request,
      `${verb} <id>`,
      summary,
      commentOption,
      async ({ api, args, options }) => {
        const params = { id: args[0]! };
        const { version } = await api('getRequest', { params });
        return shown(await api(name, { params, body: commentOf(options), ifMatch: version }));
      },
    );
  }

  addServerCommand<Comment & { until: string }>(
    frame,
    request,
    'defer <id>',
    'Put a request off until a day',
    (command) => commentOption(command.requiredOption('--until <YYYY-MM-DD>', 'the day')),
    async ({ api, args, options }) => {
      if (!/^\d{4}-\d\d-\d\d$/.test(options.until)) {
        return fail('usage', 'invalid-date', `${options.until} is not a day such as 2027-01-31.`);
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
    'Withdraw a request in the name of its user',
    commentOption,
    async ({ api, args, options }) =>
      shown(await api('cancelRequest', { params: { id: args[0]! }, body: commentOf(options) })),
  );

  addServerCommand<Comment & { mail?: 'separate' | 'encrypted' }>(
    frame,
    request,
    'distribute <id>',
    'The distribution step: pick or mint a token, assign and distribute it',
    (command) =>
      commentOption(command).addOption(
        new Option('--mail <way>', 'mail link and code, where it is allowed').choices([
          'separate',
          'encrypted',
        ]),
      ),
    async ({ api, args, options }) => {
      const result = await api('distributeRequest', {
        params: { id: args[0]! },
        body: { ...commentOf(options), ...(options.mail === undefined ? {} : { mail: options.mail }) },
      });
      const text = fields([
        ['Serial number', result.serial],
        ['CT-KIP URL', result.ctkipUrl],
        ['Link', result.link],
        ['Activation code', result.activationCode],
        ['Expires', time(result.expiresAt)],
      ]);
      return {
        ok: true,
        json: result,
        text,
        notes: result.activationCode === undefined ? [] : ['The activation code is shown only now.'],
      };
    },
  );
}

async function findOffer(api: ApiClient, nameOrId: string): Promise<Result<Offer>> {
  const { items } = await api('listOffers', {});
  const found = findNamed(items, nameOrId, ({ name, id }) => [name, id]);
  if (found !== undefined) return success(found);
  return fail('refused', 'not-found', `There is no offer called ${nameOrId}.`, {
    next: 'See: sower offer list',
  });
}

function shown(request: TokenRequest): Outcome {
  const text = fields([
    ['Id', request.id],
    ['User ID', request.userId],
    ['Offer', request.offer],
    ['State', request.state],
    ['Approved steps', `${request.step} of ${request.steps.length}`],
    ['Deferred until', time(request.deferredUntil)],
    ['Reason', request.reason],
    ['Token', request.serial],
    ...request.history.map(
      ({ decision, by, at, comment }) =>
        [decision, `${by}, ${time(at)}${comment === '' ? '' : `: ${comment}`}`] as const,
    ),
  ]);
  return { ok: true, json: request, text };
}
