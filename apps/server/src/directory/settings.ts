/** Changing the deployment's settings and rotating its server key. */

import type { ServerKey } from '@sower/api/server-keys';
import { type Settings, type SettingsPatch, settingsSchema } from '@sower/api/settings';
import { isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, auditActorOf, denied } from '../core/actor.ts';
import { readNetwork } from '../core/network.ts';
import {
  done,
  editedMeanwhile,
  type FieldProblem,
  invalidAt,
  type Outcome,
  refusedAt,
} from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { allOrNothing } from '../core/transaction.ts';
import { generateServerKey, type KeySize, storeServerKey } from '../keys/rsa/server-keys.ts';
import { findSettings, updateSettings } from '../store/operations/installation.ts';
import type { Row } from '../store/schema/schema.ts';
import { lookProblem } from './organization-look.ts';
import {
  type Approved,
  type Guarded,
  secondApprovalOf,
  twoCanApprove,
  useSecondApproval,
} from './second-approval.ts';

/** What no field alone can say of the settings of agents. */
type PromptSetting = Extract<keyof Settings, `agents.prompt${string}`>;
const isPrompt = (name: string): name is PromptSetting => name.startsWith('agents.prompt');

/** What is wrong with the change, at the field it is about. @param settings as they would be */
function agentsProblem(change: SettingsPatch, settings: Settings): FieldProblem | undefined {
  for (const network of (change['agents.registerFrom'] ?? '').split(' ').filter(Boolean))
    if (!readNetwork(network).ok)
      return { path: 'agents.registerFrom', message: text('settings.agents-network', { network }) };
  const prompts = Object.keys(settings).filter(isPrompt);
  for (const path of Object.keys(change).filter(isPrompt)) {
    const id = settings[path];
    if (prompts.some((other) => other !== path && settings[other] === id))
      return { path, message: text('settings.agents-prompt-twice', { id }) };
  }
  return undefined;
}

export async function editSettings(
  context: Pick<ServerContext, 'db' | 'now' | 'random' | 'sealing' | 'onAlteredRow'>,
  actor: Actor,
  input: { readonly version: number; readonly change: SettingsPatch },
): Promise<Outcome<{ settings: Settings; version: number }>> {
  const denial = denied(actor, 'settings:edit');
  if (denial) return denial;
  const present = await findSettings(context.db);
  const settings = settingsSchema.parse({ ...present.settings, ...input.change });
  const wrong = lookProblem(input.change) ?? agentsProblem(input.change, settings);
  if (wrong) return invalidAt(wrong.path, wrong.message);
  const loosened = loosening(present.settings, settings);
  const turns = present.settings['approvals.second'] !== settings['approvals.second'];
  let approved: Approved = 'unbound';
  if (turns && settings['approvals.second'] && !(await twoCanApprove(context.db, context)))
    return refusedAt('approvals.second', 'wrong-state', text('second-approval.too-few'));
  if (loosened) {
    // Exactly this is approved, and nothing else.
    if (Object.keys(input.change).length > 1) return invalidAt(loosened.name, text('second-approval.alone'));
    const asked = await secondApprovalOf(context, auditActorOf(actor), loosened.what);
    if (!asked.ok) return asked;
    approved = asked.value;
  }
  return allOrNothing(context.db, async (trx) => {
    const used =
      loosened && (await useSecondApproval(trx, context, auditActorOf(actor), loosened.what, approved));
    if (used) return used;
    if (!(await updateSettings(trx, settings, input.version))) return editedMeanwhile();
    await record(trx, context, actor, {
      action: 'settings.edit',
      object: 'settings',
      reason: Object.entries(input.change)
        .map(([name, value]) => `${name} = ${value}`)
        .join(', '),
    });
    return done({ settings, version: input.version + 1 });
  });
}

/** What the two-person rule itself guards: that it is turned off, or that more codes go past it. */
function loosening(
  before: Settings,
  after: Settings,
): { readonly name: keyof Settings; readonly what: Guarded } | undefined {
  if (!before['approvals.second']) return undefined;
  const action = 'settings.edit';
  if (!after['approvals.second'])
    return {
      name: 'approvals.second',
      what: { action, object: 'setting:approvals.second', title: 'approvals.second = false' },
    };
  const [name, codes] = ['approvals.singleCodes', after['approvals.singleCodes']] as const;
  return codes > before[name]
    ? { name, what: { action, object: `setting:${name}:${codes}`, title: `${name} = ${codes}` } }
    : undefined;
}

export const viewServerKey = (row: Row<'server_keys'>): ServerKey => ({
  id: String(row.id),
  bits: row.bits,
  use: row.use,
  createdAt: isoTime(row.created_at),
});

export async function rotateServerKey(
  context: Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random' | 'onAlteredRow'>,
  actor: Actor,
  bits: KeySize,
): Promise<Outcome<ServerKey>> {
  const denial = denied(actor, 'keys:edit');
  if (denial) return denial;
  const what = {
    action: 'server-key.rotate',
    object: `server-key:RSA-${bits}`,
    title: `RSA-${bits}`,
  } as const;
  const asked = await secondApprovalOf(context, auditActorOf(actor), what);
  if (!asked.ok) return asked;
  const pair = await generateServerKey(bits);
  return allOrNothing(context.db, async (trx) => {
    const used = await useSecondApproval(trx, context, auditActorOf(actor), what, asked.value);
    if (used) return used;
    const stored = await storeServerKey(trx, context.sealing, pair, context.now());
    await record(trx, context, actor, {
      action: 'server-key.rotate',
      object: `server-key:${stored.id}`,
      reason: `RSA-${bits}`,
    });
    return done(viewServerKey(stored));
  });
}
