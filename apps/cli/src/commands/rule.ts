/** `sower rule`: automatic distribution to the users of a security domain. A rule is named by its name or its id. */

import type { ApiClient } from '@sower/api/client';
import { type Rule, type RuleInput, ruleInputSchema } from '@sower/api/distribution-rules';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { addDeleteCommand } from '../delete-command.ts';
import { lookUp } from '../lookup.ts';
import { invalidValue, unchanged } from '../options.ts';
import { type Outcome, type Result, success } from '../outcome.ts';
import { type Column, printable, table } from '../terminal/output.ts';
import { t } from '../texts.ts';

const COLUMNS: readonly Column<Rule>[] = [
  { title: 'field.name', value: ({ name }) => name },
  { title: 'field.enabled', value: ({ enabled }) => t(enabled ? 'rule.on' : 'rule.off') },
  { title: 'field.securityDomain', value: ({ securityDomain }) => securityDomain },
  { title: 'field.profile', value: ({ profileName }) => profileName },
  { title: 'field.perDay', value: ({ perDay }) => perDay, align: 'right' },
  { title: 'field.by', value: ({ madeBy }) => madeBy },
  { title: 'field.why', value: ({ detail }) => detail },
];

type Options = {
  securityDomain?: string;
  profile?: string;
  tokens?: RuleInput['tokens'];
  binding?: RuleInput['binding'];
  /** False: none any more. */
  mail?: RuleInput['mail'] | false;
  perDay?: string;
  freeAfterDays?: string;
  renewDays?: string;
};

const ruleOptions = (command: Command): Command =>
  command
    .addOption(new Option('--tokens <source>', t('rule.option.tokens')).choices(['stock', 'mint']))
    .addOption(new Option('--binding <kind>', t('rule.option.binding')).choices(['class', 'any']))
    .addOption(new Option('--mail <how>', t('rule.option.mail')).choices(['separate', 'encrypted']))
    .option('--per-day <number>', t('rule.option.perDay'))
    .option('--free-after-days <days>', t('rule.option.freeAfterDays'))
    .option('--renew-days <days>', t('rule.option.renewDays'));

export function addRuleCommands(frame: Frame, program: Command): void {
  const rule = program.command('rule').description(t('rule.summary'));

  addServerCommand(frame, rule, 'list', t('rule.list.summary'), unchanged, async ({ api }) => {
    const rules = await api('listRules', {});
    return {
      ok: true,
      json: rules,
      text: rules.items.length === 0 ? t('rule.list.none') : table(COLUMNS, rules.items),
    };
  });

  addServerCommand<Options>(
    frame,
    rule,
    'add <name>',
    t('rule.add.summary'),
    (command) =>
      ruleOptions(
        command
          .requiredOption('--security-domain <name>', t('rule.option.securityDomain'))
          .requiredOption('--profile <name>', t('rule.option.profile')),
      ),
    async ({ api, args, options }) => {
      const input = inputOf({ name: args[0]! }, options);
      if (!input.ok) return input;
      return told(await api('addRule', { body: input.value }), 'added');
    },
  );

  addServerCommand<Options>(
    frame,
    rule,
    'edit <name>',
    t('rule.edit.summary'),
    (command) =>
      ruleOptions(
        command
          .option('--security-domain <name>', t('rule.option.securityDomain'))
          .option('--profile <name>', t('rule.option.profile'))
          .option('--no-mail', t('rule.option.noMail')),
      ),
    ({ api, args, options }) => edit(api, args[0]!, options, 'edited'),
  );

  for (const state of ['on', 'off'] as const) {
    addServerCommand(frame, rule, `${state} <name>`, t(`rule.${state}Summary`), unchanged, ({ api, args }) =>
      edit(api, args[0]!, { enabled: state === 'on' }, state === 'on' ? 'isOn' : 'isOff'),
    );
  }

  addServerCommand(
    frame,
    rule,
    'preview <name>',
    t('rule.preview.summary'),
    unchanged,
    async ({ api, args }) => {
      const found = await findRule(api, args[0]!);
      if (!found.ok) return found;
      const preview = await api('previewRule', { params: { id: found.value.id } });
      const { joiners, givenUp, leavers, expiring, leftToday } = preview;
      const lines = [
        t('rule.preview.joiners', { count: joiners.count, today: leftToday }),
        t('rule.preview.givenUp', { count: givenUp.count }),
        t('rule.preview.leavers', { count: leavers.count }),
        t('rule.preview.expiring', { count: expiring.count }),
      ];
      const users = [joiners, givenUp, leavers, expiring].map(({ users: some }) =>
        some.length === 0 ? '' : `\n  ${some.map(printable).join('\n  ')}`,
      );
      return { ok: true, json: preview, text: lines.map((line, index) => line + users[index]).join('\n') };
    },
  );

  addDeleteCommand(frame, rule, {
    summary: t('rule.delete.summary'),
    find: findRule,
    confirm: (name) => t('rule.delete.confirm', { rule: name }),
    remove: (api, id) => api('deleteRule', { params: { id } }),
    done: (name) => t('rule.deleted', { rule: name }),
  });
}

/** @param held of a rule that is there; what the options say wins */
function inputOf(held: Partial<RuleInput>, options: Options & { enabled?: boolean }): Result<RuleInput> {
  const { perDay, freeAfterDays, renewDays, mail, ...rest } = options;
  const numbers = Object.fromEntries(
    Object.entries({ perDay, freeAfterDays, renewDays }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Number(value)]],
    ),
  );
  const { mail: before, ...others } = held;
  const now = mail === false ? undefined : (mail ?? before);
  const read = ruleInputSchema.safeParse({
    ...others,
    ...rest,
    ...numbers,
    ...(now === undefined ? {} : { mail: now }),
  });
  if (read.success) return success(read.data);
  return invalidValue(read.error);
}

async function edit(
  api: ApiClient,
  nameOrId: string,
  options: Options & { enabled?: boolean },
  what: 'edited' | 'isOn' | 'isOff',
): Promise<Outcome> {
  const found = await findRule(api, nameOrId);
  if (!found.ok) return found;
  const { id, version } = found.value;
  const fields = Object.keys(ruleInputSchema.shape) as (keyof RuleInput)[];
  const held = Object.fromEntries(
    fields.flatMap((name) => (name in found.value ? [[name, found.value[name]]] : [])),
  );
  const input = inputOf(held, options);
  if (!input.ok) return input;
  return told(await api('editRule', { params: { id }, body: input.value, ifMatch: version }), what);
}

const told = (rule: Rule, what: 'added' | 'edited' | 'isOn' | 'isOff'): Outcome => ({
  ok: true,
  json: rule,
  text: t(`rule.${what}`, { rule: printable(rule.name) }),
});

const findRule = (api: ApiClient, nameOrId: string): Promise<Result<Rule>> =>
  lookUp(api('listRules', {}), nameOrId, {
    notFound: (named) => t('rule.notFound', named),
    list: 'sower rule list',
  });
