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
import type { z } from 'zod';
import { command, group, type OptionRow, type ServerCall, YES } from '../command.ts';
import { listing } from '../operations.ts';
import { schemaOf, see, valueIn } from '../options.ts';
import { fail, type Outcome, type Result } from '../outcome.ts';
import { fields, printable } from '../terminal/output.ts';
import { confirmByName } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

type Options = { securityDomain?: string; yes?: boolean };

const KIND = [{ choices: POLICY_KINDS }];
const DOMAIN: OptionRow = ['--security-domain <name>', 'policy.securityDomain'];

export const POLICY = group('policy', [
  listing('listPolicies', {
    usage: 'list <kind>',
    arguments: KIND,
    columns: [
      { title: 'field.securityDomain', value: ({ domainName }) => domainName },
      { title: 'field.policy', value: (view) => originOf(view) },
    ],
  }),
  command<Options>({
    usage: 'show <kind>',
    arguments: KIND,
    options: [DOMAIN],
    run: async ({ api, args, options }) =>
      shown(await api('getPolicy', { params: target(args[0]!, options) })),
  }),
  command<Options>({
    usage: 'set <kind> <field> <value>',
    arguments: KIND,
    options: [DOMAIN, YES],
    help: fieldHelp,
    run: async (call) => {
      const { api, args, options } = call;
      const params = target(args[0]!, options);
      const value = fieldValue(params.kind, args[1]!, args[2]!);
      if (!value.ok) return value;
      const present = await api('getPolicy', { params });
      const stop = await confirmed(call, present);
      if (stop !== undefined) return stop;
      const changed = { ...present.policy, [args[1]!]: value.value } as Policies[PolicyKind];
      return shown(await edit(api, params, changed, present.version));
    },
  }),
  command<Options>({
    usage: 'reset <kind>',
    arguments: KIND,
    options: [DOMAIN, YES],
    run: async (call) => {
      const { api, args, options } = call;
      const params = target(args[0]!, options);
      const stop = await confirmed(call, await api('getPolicy', { params }));
      if (stop !== undefined) return stop;
      await api('removePolicy', { params });
      return shown(await api('getPolicy', { params }));
    },
  }),
]);

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

const shapeOf = (kind: PolicyKind): Record<string, z.ZodType> => POLICY_SCHEMAS[kind].shape;

function fieldValue(kind: PolicyKind, name: string, text: string): Result<unknown> {
  const schema = schemaOf(shapeOf(kind), name);
  return schema === undefined
    ? fail('usage', 'unknown-field', t('policy.unknownField', { kind, name }), see('sower policy set --help'))
    : valueIn(schema, name, text);
}

type Field = { [K in PolicyKind]: keyof Policies[K] }[PolicyKind];
const fieldsOf = (kind: PolicyKind): Field[] => Object.keys(POLICY_SCHEMAS[kind].shape) as Field[];

const meaningOf = (name: Field): string =>
  t('settings.explained', { label: t(`policy-field.${name}.label`), help: t(`policy-field.${name}.help`) });

function fieldHelp(): string {
  const fields = POLICY_KINDS.map((kind) => {
    const names = fieldsOf(kind).map((name) => `  ${name.padEnd(25)} ${meaningOf(name)}`);
    return `${t('policy.set.fields', { kind })}\n${names.join('\n')}`;
  });
  return [...fields, t('policy.set.lists')].join('\n\n');
}

const reachText = (reach: PolicyReach): string =>
  t('policy.reach', {
    users: t('policy.users', { count: reach.users }),
    tokens: t('policy.tokens', { count: reach.tokens }),
    domains: reach.domains.map(printable).join(', '),
    withoutPin: t('policy.withoutPin', { count: reach.tokensWithoutPin }),
  });

/** Whom a change concerns; then the name of the domain is typed. @returns what ends the command if it is not */
async function confirmed({ api, args, options, terminal }: ServerCall<Options>, { domainName }: PolicyView) {
  const reach = await api('getPolicyReach', { params: target(args[0]!, options) });
  return confirmByName(terminal, { name: domainName, consequence: reachText(reach), yes: options.yes });
}

const originOf = ({ own, from }: PolicyView): string =>
  own ? t('policy.own') : from === undefined ? t('policy.default') : t('policy.from', { domain: from });

function shown(view: PolicyView): Outcome {
  const text = fields([
    [t('field.securityDomain'), view.domainName],
    [t('field.policy'), originOf(view)],
    ...Object.entries(view.policy).map(
      ([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value as string)] as const,
    ),
  ]);
  return { ok: true, json: view, text };
}
