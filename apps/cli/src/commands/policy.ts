/** `sower policy`: token, lockout and emergency access policies of security domains, from the one table of them. */
import type { ApiClient } from '@sower/api/client';
import {
  POLICY_KINDS,
  POLICY_SCHEMAS,
  type Policies,
  type PolicyKind,
  type PolicyReach,
  type PolicyView,
} from '@sower/api/policies';
import { Argument, type Command } from 'commander';
import type { z } from 'zod';
import { addServerCommand, type Frame } from '../command.ts';
import { securityDomainOption, yesOption } from '../options.ts';
import { fail, type Outcome } from '../outcome.ts';
import { fields, printable, table } from '../terminal/output.ts';
import { confirmByName } from '../terminal/prompt.ts';

type Options = { securityDomain?: string; yes?: boolean };

export function addPolicyCommands(frame: Frame, program: Command): void {
  const policy = program
    .command('policy')
    .description(
      'Policies of security domains: PINs and modes (token), locks (lockout), emergency access (emergency)',
    );

  addServerCommand(
    frame,
    policy,
    'list <kind>',
    'Where which policy holds',
    kindArgument,
    async ({ api, args }) => {
      const { items } = await api('listPolicies', { params: { kind: args[0] as PolicyKind } });
      const text = table(
        [
          { title: 'Security domain', value: (view) => view.domainName },
          {
            title: 'Policy',
            value: (view) =>
              view.own ? 'its own' : view.from === undefined ? 'default' : `that of ${view.from}`,
          },
        ],
        items,
      );
      return { ok: true, json: { items }, text };
    },
  );

  addServerCommand<Options>(
    frame,
    policy,
    'show <kind>',
    'Show the policy that holds in a security domain',
    kindAndDomain,
    async ({ api, args, options }) => shown(await api('getPolicy', { params: target(args[0]!, options) })),
  );

  addServerCommand<Options>(
    frame,
    policy,
    'set <kind> <field> <value>',
    'Change one field; the security domain has a policy of its own from then on',
    (command) => yesOption(kindAndDomain(command)).addHelpText('after', fieldHelp()),
    async ({ api, args, options, terminal }) => {
      const params = target(args[0]!, options);
      const value = fieldValue(params.kind, args[1]!, args[2]!);
      if (!value.ok) return value;
      const present = await api('getPolicy', { params });
      const reach = await api('getPolicyReach', { params });
      const stop = await confirmByName(terminal, {
        name: present.domainName,
        consequence: `This touches ${touched(reach)}.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      const changed = { ...present.policy, [args[1]!]: value.value } as Policies[PolicyKind];
      return shown(await edit(api, params, changed, present.version));
    },
  );

  addServerCommand<Options>(
    frame,
    policy,
    'reset <kind>',
    'Take the own policy of a security domain away: that of the domain above holds again',
    (command) => yesOption(kindAndDomain(command)),
    async ({ api, args, options, terminal }) => {
      const params = target(args[0]!, options);
      const present = await api('getPolicy', { params });
      const stop = await confirmByName(terminal, {
        name: present.domainName,
        consequence: `This touches ${touched(await api('getPolicyReach', { params }))}.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('removePolicy', { params });
      return shown(await api('getPolicy', { params }));
    },
  );
}

function edit(
  api: ApiClient,
  { kind, domain }: { kind: PolicyKind; domain: string },
  body: Policies[PolicyKind],
  ifMatch: number,
): Promise<PolicyView> {
  const params = { domain };
  if (kind === 'token') return api('editTokenPolicy', { params, body: body as Policies['token'], ifMatch });
  return kind === 'lockout'
    ? api('editLockoutPolicy', { params, body: body as Policies['lockout'], ifMatch })
    : api('editEmergencyPolicy', { params, body: body as Policies['emergency'], ifMatch });
}

const target = (kind: string, { securityDomain }: Options) => ({
  kind: kind as PolicyKind,
  domain: securityDomain ?? 'top',
});

function kindArgument(command: Command): Command {
  const [kind] = command.registeredArguments;
  if (kind instanceof Argument) kind.choices([...POLICY_KINDS]);
  return command;
}

const kindAndDomain = (command: Command): Command =>
  securityDomainOption(kindArgument(command), 'the security domain (default: the top one)');

const shapeOf = (kind: PolicyKind): Record<string, z.ZodType> => POLICY_SCHEMAS[kind].shape;

/** Numbers, true and false as such; lists with commas. The schema decides what fits. */
function fieldValue(
  kind: PolicyKind,
  name: string,
  text: string,
): { ok: true; value: unknown } | ReturnType<typeof fail> {
  const schema = shapeOf(kind)[name];
  if (schema === undefined) {
    return fail('usage', 'unknown-field', `The ${kind} policy has no field ${name}.`, {
      next: 'See: sower policy set --help',
    });
  }
  const candidates = [
    /^\d+$/.test(text) ? Number(text) : text === 'true' ? true : text === 'false' ? false : text,
    text === '' ? [] : text.split(',').map((word) => word.trim()),
  ];
  for (const candidate of candidates) {
    const parsed = schema.safeParse(candidate);
    if (parsed.success) return { ok: true, value: parsed.data };
  }
  const problem = schema.safeParse(candidates[0]).error?.issues[0]?.message ?? 'not a value for it';
  return fail('usage', 'invalid-value', `${name}: ${problem}.`);
}

function fieldHelp(): string {
  return POLICY_KINDS.map((kind) => {
    const names = Object.entries(shapeOf(kind)).map(
      ([name, schema]) => `  ${name.padEnd(25)} ${(schema as z.ZodType).meta()?.description ?? ''}`,
    );
    return `\nFields of the ${kind} policy:\n${names.join('\n')}`;
  }).join('\n');
}

function touched(reach: PolicyReach): string {
  return `${reach.users} users and ${reach.tokens} tokens in ${reach.domains.map(printable).join(', ')}; ${reach.tokensWithoutPin} fob or PINPad tokens have no PIN`;
}

function shown(view: PolicyView): Outcome {
  const origin = view.own ? 'its own' : view.from === undefined ? 'the default' : `that of ${view.from}`;
  const text = fields([
    ['Security domain', view.domainName],
    ['Policy', origin],
    ...Object.entries(view.policy).map(
      ([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value as string)] as const,
    ),
  ]);
  return { ok: true, json: view, text };
}
