/** What no field alone can say of the settings of agents. */
import type { Settings, SettingsPatch } from '@sower/api/settings';
import { text } from '@sower/texts/outcomes';
import { readNetwork } from '../core/network.ts';
import type { FieldProblem } from '../core/outcome.ts';

type PromptSetting = Extract<keyof Settings, `agents.prompt${string}`>;
const isPrompt = (name: string): name is PromptSetting => name.startsWith('agents.prompt');

/** What is wrong with the change, at the field it is about. @param settings as they would be */
export function agentsProblem(change: SettingsPatch, settings: Settings): FieldProblem | undefined {
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
