/**
 * The `sower` command line: constructs everything, runs one command, leaves its exit code. `serve` never comes here; the launcher
 * hands it to the server, and it is listed for the help only.
 */
import { languageOf, languagesOf, unknownLanguage } from '@sower/texts/language';
import { table } from '@sower/texts/tables/cli';
import { type Command, CommanderError } from 'commander';
import { addAuthenticatorCommands } from './authenticator/command.ts';
import type { Frame } from './command.ts';
import { addTokenAccessCommands } from './commands/access.ts';
import { addAdministratorCommands } from './commands/administrator.ts';
import { addAgentCommands } from './commands/agent.ts';
import { addAuditCommand } from './commands/audit.ts';
import { addCertificateCommands } from './commands/certificate/certificate.ts';
import { addDeviceTypeCommands } from './commands/device-type.ts';
import { addDistributionCommands } from './commands/distribution.ts';
import { addJobCommands } from './commands/job/commands.ts';
import { addApiKeyCommands, addServerKeyCommands } from './commands/key.ts';
import { addMailCommands } from './commands/mail.ts';
import { addPolicyCommands } from './commands/policy.ts';
import { addProfileCommands } from './commands/profile.ts';
import { addRadiusClientCommands } from './commands/radius-client.ts';
import { addOfferCommands, addRequestCommands } from './commands/request/commands.ts';
import { addSecondApprovalCommands } from './commands/request/second-approval.ts';
import { addStandInCommands } from './commands/request/stand-in.ts';
import { addRoleCommands, addWhoCanCommand } from './commands/role.ts';
import { addRuleCommands } from './commands/rule.ts';
import { addSecurityDomainCommands } from './commands/security-domain.ts';
import { addSettingsCommands } from './commands/settings.ts';
import { addSourceCommands } from './commands/source/commands.ts';
import { addStatisticsCommands } from './commands/statistics/commands.ts';
import { addReportCommands } from './commands/statistics/report.ts';
import { addSavedReportCommands } from './commands/statistics/saved-report.ts';
import { addBulkCommand } from './commands/token/bulk.ts';
import { addTokenCommands } from './commands/token/commands.ts';
import { addBackupCommands } from './commands/upkeep/backup.ts';
import { addKeyCommands } from './commands/upkeep/key.ts';
import { addNodeCommands } from './commands/upkeep/node.ts';
import { addRetentionCommands } from './commands/upkeep/retention.ts';
import { addScheduleCommands } from './commands/upkeep/schedule.ts';
import { addAlertsCommand, addStatusCommand } from './commands/upkeep/status.ts';
import { addUserCommands } from './commands/user/commands.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { addCompletionCommands } from './completion/commands.ts';
import { EXIT_CODES, type Exit } from './outcome.ts';
import { jsonText } from './terminal/output.ts';
import { processTerminal, type Terminal } from './terminal/terminal.ts';
import { speak, t } from './texts.ts';
import { LocalizedCommand, localizedHelp } from './usage.ts';

/** Runs the process's own command line. @param version of this build */
export async function main(argv: string[], version: string): Promise<void> {
  // The reader of our output may stop reading, as `head` does.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  process.exitCode = await run(argv, processTerminal(version));
}

/** @returns the exit code */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  // Scripts read the JSON: it is the same in every locale.
  await speak(argv.includes('--json') ? 'en' : languageOf(terminal.env, table));
  const given = unknownLanguage(terminal.env, table);
  if (given !== undefined)
    terminal.stderr.write(
      `${t('usage.unknownLanguage', { languages: languageIds(), given: JSON.stringify(given) })}\n`,
    );
  const frame: Frame = { terminal, exit: EXIT_CODES.done };
  try {
    await program(frame).parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end so too, with 0.
    frame.exit = error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage;
    if (error.exitCode !== 0 && argv.includes('--json')) {
      terminal.stdout.write(jsonText({ error: { reason: 'usage', message: error.message } }));
    }
  }
  return frame.exit;
}

const languageIds = (): string =>
  languagesOf(table)
    .map(({ id }) => id)
    .join(', ');

/** Every command there is. */
export function program(frame: Frame): Command {
  const { stdout, stderr } = frame.terminal;
  const sower = new LocalizedCommand('sower')
    .description(t('program.summary'))
    .version(frame.terminal.version, '-V, --version', t('usage.version'))
    .helpOption('-h, --help', t('usage.help'))
    .configureHelp(localizedHelp)
    .exitOverride()
    // `audit` is a command and has commands: an option after `audit verify` is theirs, also where both have one of that name.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
    })
    .showHelpAfterError(t('usage.seeHelp'))
    .helpCommand('help [command]', t('usage.helpCommand'))
    .addHelpText('after', help());

  addServe(sower);
  addStatusCommand(frame, sower);
  addAlertsCommand(frame, sower);
  addProfileCommands(frame, sower);
  addUserCommands(frame, sower);
  addSourceCommands(frame, sower);
  const token = sower.command('token').description(t('token.summary'));
  addTokenCommands(frame, token);
  addBulkCommand(frame, token);
  addDistributionCommands(frame, token);
  addTokenAccessCommands(frame, token);
  addJobCommands(frame, sower);
  addRuleCommands(frame, sower);
  addScheduleCommands(frame, sower);
  addNodeCommands(frame, sower);
  addBackupCommands(frame, sower);
  addKeyCommands(sower);
  addRetentionCommands(frame, sower);
  addVerifyCommand(frame, sower);
  addDeviceTypeCommands(frame, sower);
  addRadiusClientCommands(frame, sower);
  addAgentCommands(frame, sower);
  addSecurityDomainCommands(frame, sower);
  addRoleCommands(frame, sower);
  addAdministratorCommands(frame, sower);
  addWhoCanCommand(frame, sower);
  addStatisticsCommands(frame, sower);
  addReportCommands(frame, sower);
  addSavedReportCommands(frame, sower);
  addAuditCommand(frame, sower);
  addSettingsCommands(frame, sower);
  addPolicyCommands(frame, sower);
  addCertificateCommands(frame, sower);
  addMailCommands(frame, sower);
  addOfferCommands(frame, sower);
  addRequestCommands(frame, sower);
  addSecondApprovalCommands(frame, sower);
  addStandInCommands(frame, sower);
  addApiKeyCommands(frame, sower);
  addServerKeyCommands(frame, sower);
  addAuthenticatorCommands(frame, sower);
  addCompletionCommands(frame, sower);
  return sower;
}

function addServe(sower: Command): void {
  sower
    .command('serve')
    .description(t('serve.summary'))
    .option('--data <dir>', t('serve.data'))
    .option('--listen <host:port>', t('serve.listen'))
    .option('--public-url <url>', t('serve.publicUrl'))
    .option('--database <url>', t('serve.database'))
    .action((_, command: Command) => {
      command.error(t('serve.launcher'));
    });
}

function help(): string {
  const exits = Object.entries(EXIT_CODES).map(
    ([name, code]) => `  ${String(code).padStart(3)}  ${t(`exit.${name as Exit}`)}`,
  );
  return `
${t('program.findingTitle')}
  ${t('program.finding')}

${t('program.languageTitle')}
  ${t('program.language', { languages: languageIds() })}

${t('program.exitTitle')}
${exits.join('\n')}

${t('program.json', { failure: '{"error":{"reason","message",...}}' })}`;
}
