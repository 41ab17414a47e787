/** `sower radius-client`: who may ask over RADIUS. A client is named by its name or its id. */
import type { ApiClient } from '@sower/api/client';
import type { RadiusClient, ReplyAttribute } from '@sower/api/radius-clients';
import { readReplyAttribute } from '@sower/api/reply-attribute';
import { type Command, InvalidArgumentError } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { listed } from '../listing.ts';
import { findNamed } from '../lookup.ts';
import { nothingToEdit, securityDomainOf, securityDomainOption, unchanged, yesOption } from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { type Column, fields, printable } from '../terminal/output.ts';
import { confirmByName, readSecret } from '../terminal/prompt.ts';

const COLUMNS: readonly Column<RadiusClient>[] = [
  { title: 'Name', value: ({ name }) => name },
  { title: 'Network', value: ({ network }) => network },
  { title: 'Users of', value: ({ securityDomain }) => securityDomain },
  { title: 'Message-Authenticator', value: ({ messageAuthenticator }) => messageAuthenticator },
  { title: 'State', value: ({ enabled }) => (enabled ? 'enabled' : 'disabled') },
];

type Options = {
  attribute?: ReplyAttribute[];
  withoutMessageAuthenticator?: boolean;
  messageAuthenticator?: boolean;
  securityDomain?: string;
  certificate?: string;
};

export function addRadiusClientCommands(frame: Frame, program: Command): void {
  const radiusClient = program
    .command('radius-client')
    .description('RADIUS clients: VPN gateways and hosts that may ask over RADIUS');

  addServerCommand(frame, radiusClient, 'list', 'List RADIUS clients', unchanged, async ({ api }) => {
    const { items, listeners, next } = await api('listRadiusClients', {});
    const shown = listed(items, { columns: COLUMNS, empty: 'No RADIUS clients.' }, next);
    if (!shown.ok) return shown;
    const places = listeners.map(({ kind, address }) => `${address} (${kind})`).join(', ');
    const note =
      places === '' ? 'The server does not answer RADIUS: start it with --radius.' : `On ${places}.`;
    return { ...shown, notes: [...(shown.notes ?? []), note], json: { items, listeners } };
  });

  addServerCommand<Options & { secretFromInput?: boolean }>(
    frame,
    radiusClient,
    'add <name> <network>',
    'Add a RADIUS client by address or CIDR range; a secret is made and shown once',
    (command) =>
      clientOptions(command).option(
        '--secret-from-input',
        'read the secret from standard input, instead of having one made',
      ),
    async ({ api, args, options, terminal }) => {
      const secret = options.secretFromInput ? await readSecret(terminal, 'secret') : undefined;
      if (secret && !secret.ok) return secret;
      const made = await api('addRadiusClient', {
        body: {
          name: args[0]!,
          network: args[1]!,
          ...(secret ? { secret: secret.value } : {}),
          ...changesOf(options),
        },
      });
      return withSecret(made, 'added');
    },
  );

  addServerCommand<Options & { name?: string; network?: string; enable?: boolean; disable?: boolean }>(
    frame,
    radiusClient,
    'edit <name>',
    'Edit a RADIUS client',
    (command) =>
      clientOptions(command)
        .option('--message-authenticator', 'require it again')
        .option('--name <name>', 'another name')
        .option('--network <network>', 'another address or CIDR range')
        .option('--enable', 'answer it')
        .option('--disable', 'do not answer it'),
    async ({ api, args, options }) => {
      const body = {
        ...changesOf(options),
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(options.network === undefined ? {} : { network: options.network }),
        ...(options.enable || options.disable ? { enabled: options.enable === true } : {}),
      };
      if (Object.keys(body).length === 0) return nothingToEdit('sower radius-client edit --help');
      const found = await findClient(api, args[0]!);
      if (!found.ok) return found;
      const { id, version } = found.value;
      const edited = await api('editRadiusClient', { params: { id }, body, ifMatch: version });
      return { ok: true, json: edited, text: `RADIUS client ${printable(edited.name)} is saved.` };
    },
  );

  addServerCommand<{ secretFromInput?: boolean }>(
    frame,
    radiusClient,
    'secret <name>',
    'Give a RADIUS client another secret; the earlier one ends within seconds',
    (command) =>
      command.option('--secret-from-input', 'read it from standard input, instead of having one made'),
    async ({ api, args, options, terminal }) => {
      const found = await findClient(api, args[0]!);
      if (!found.ok) return found;
      const secret = options.secretFromInput ? await readSecret(terminal, 'secret') : undefined;
      if (secret && !secret.ok) return secret;
      const changed = await api('changeRadiusSecret', {
        params: { id: found.value.id },
        body: secret ? { secret: secret.value } : {},
      });
      return withSecret(changed, 'saved');
    },
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    radiusClient,
    'delete <name>',
    'Delete a RADIUS client',
    yesOption,
    async ({ api, args, options, terminal }) => {
      const found = await findClient(api, args[0]!);
      if (!found.ok) return found;
      const { id, name } = found.value;
      const stop = await confirmByName(terminal, {
        name,
        consequence: `This deletes the RADIUS client ${name}; it is not answered any more.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteRadiusClient', { params: { id } });
      return { ok: true, json: { deleted: name }, text: `RADIUS client ${printable(name)} is deleted.` };
    },
  );
}

function clientOptions(command: Command): Command {
  return securityDomainOption(command, 'whose users it asks for, with those below (default: the top one)')
    .option(
      '--attribute <name=value>',
      'sent with every acceptance, such as Filter-Id=vpn, or "[Guests] Filter-Id=guest" for users of that security domain; repeat it',
      (text: string, earlier: ReplyAttribute[] | undefined) => [...(earlier ?? []), attributeOf(text)],
    )
    .option(
      '--without-message-authenticator',
      'let requests in without it: for old equipment only, and unsafe',
    )
    .option('--certificate <fingerprint>', 'RadSec: SHA-256 fingerprint of the certificate it shows');
}

function attributeOf(text: string): ReplyAttribute {
  const attribute = readReplyAttribute(text);
  if (!attribute) {
    throw new InvalidArgumentError('Give an attribute as NAME=VALUE, such as Filter-Id=vpn.');
  }
  return attribute;
}

function changesOf(options: Options) {
  return {
    ...securityDomainOf(options),
    ...(options.attribute ? { replyAttributes: options.attribute } : {}),
    ...(options.withoutMessageAuthenticator
      ? { messageAuthenticator: 'optional' as const }
      : options.messageAuthenticator
        ? { messageAuthenticator: 'required' as const }
        : {}),
    ...(options.certificate === undefined ? {} : { certificate: options.certificate }),
  };
}

async function findClient(api: ApiClient, nameOrId: string): Promise<Result<RadiusClient>> {
  const { items } = await api('listRadiusClients', {});
  const found = findNamed(items, nameOrId, ({ name, id }) => [name, id]);
  if (found !== undefined) return success(found);
  return fail('refused', 'not-found', `There is no RADIUS client called ${nameOrId}.`, {
    next: 'See: sower radius-client list',
  });
}

function withSecret(made: RadiusClient & { secret?: string | undefined }, done: string): Outcome {
  return {
    ok: true,
    json: made,
    text:
      made.secret === undefined
        ? `RADIUS client ${printable(made.name)} is ${done}.`
        : fields([
            ['Name', made.name],
            ['Network', made.network],
            ['Secret', made.secret],
          ]),
    notes: [
      ...(made.secret === undefined ? [] : ['The secret is shown this once. Enter it at the client.']),
      ...(made.messageAuthenticator === 'optional'
        ? [
            'It is let in without Message-Authenticator: on a network with others, a rejection can be forged into an acceptance (CVE-2024-3596).',
          ]
        : []),
    ],
  };
}
