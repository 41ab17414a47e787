/** Which operations of the API have no command, and why: whoever adds one decides it here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OPERATIONS, type Operation } from '@sower/api/operations';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { program } from '../../../apps/cli/src/main.ts';
import { processTerminal } from '../../../apps/cli/src/terminal/terminal.ts';

/** Called under a name that is put together. */
const PUT_TOGETHER: Readonly<Record<string, string>> = {
  enableToken: 'token enable',
  disableToken: 'token disable',
  pauseJob: 'job pause',
  resumeJob: 'job resume',
  remindJob: 'job remind',
  approveRequest: 'request approve',
  rejectRequest: 'request reject',
  getTokenReport: 'report show',
  getUserReport: 'report show',
  getRequestReport: 'report show',
  getAuditReport: 'report show',
  getAdministratorReport: 'report show',
};

const WITHOUT: Readonly<Record<string, string>> = {
  getProfile: 'listProfiles has all of it',
  getIdentitySource: 'listIdentitySources has all of it',
  getDistributionSettings: 'what a form of the console offers',
  getMailDeliveryOptions: 'what a form of the console offers',
  getSelfService: 'what a page of the console shows beside the user',
  checkAddress: 'while an address is typed in the console',
  previewMailTemplate: 'while a template is typed in the console',
  approveSecondApproval: 'a person approves what they read, and a key reads nothing',
};

/** The command line has a key, and no session. */
const isOfASession = ({ path, ownSession, user }: Operation): boolean =>
  ownSession === true || user === true || /^\/(?:session|self-service)(?:\/|$)/.test(path);

test('every operation has a command, or is listed with the reason', () => {
  const sources = fileURLToPath(new URL('../../../apps/cli/src', import.meta.url));
  const text = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(sources, file), 'utf8'))
    .join('\n');
  const missing = (Object.entries(OPERATIONS) as [string, Operation][])
    .filter(([name, operation]) => !isOfASession(operation) && !new RegExp(`['"]${name}['"]`).test(text))
    .map(([name]) => name);
  expect(missing.sort()).toEqual([...Object.keys(PUT_TOGETHER), ...Object.keys(WITHOUT)].sort());
});

test('what is put together is there', () => {
  const paths = (command: Command, above: string): string[] =>
    command.commands.flatMap((each) => [`${above}${each.name()}`, ...paths(each, `${above}${each.name()} `)]);
  const all = paths(program({ terminal: processTerminal(() => '0.1.1'), exit: 0 }), '');
  for (const [operation, command] of Object.entries(PUT_TOGETHER)) expect(all, operation).toContain(command);
});
