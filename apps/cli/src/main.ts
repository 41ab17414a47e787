/**
 * The `sower` command line: constructs everything, runs one command, leaves its exit code. `serve` never comes here; the launcher
 * hands it to the server, and it is listed for the help only.
 */
import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addAuthenticatorCommands } from './authenticator/command.ts';
import type { Frame } from './command.ts';
import { addTokenAccessCommands } from './commands/access.ts';
import { addAdministratorCommands } from './commands/administrator.ts';
import { addAgentCommands } from './commands/agent.ts';
import { addAuditCommand } from './commands/audit.ts';
import { addCertificateCommands } from './commands/certificate.ts';
import { addDeviceTypeCommands } from './commands/device-type.ts';
import { addDistributionCommands } from './commands/distribution.ts';
import { addJobCommands } from './commands/job/commands.ts';
import { addApiKeyCommands, addServerKeyCommands } from './commands/key.ts';
import { addMailCommands } from './commands/mail.ts';
import { addPolicyCommands } from './commands/policy.ts';
import { addProfileCommands } from './commands/profile.ts';
import { addRadiusClientCommands } from './commands/radius-client.ts';
import { addOfferCommands, addRequestCommands } from './commands/request.ts';
import { addRoleCommands, addWhoCanCommand } from './commands/role.ts';
import { addSecurityDomainCommands } from './commands/security-domain.ts';
import { addSettingsCommands } from './commands/settings.ts';
import { addStatisticsCommand } from './commands/statistics.ts';
import { addTokenCommands } from './commands/token.ts';
import { addBulkCommand } from './commands/token-bulk.ts';
import { addUserCommands } from './commands/user.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { EXIT_CODES } from './outcome.ts';
import { jsonText } from './terminal/output.ts';
import { processTerminal, type Terminal } from './terminal/terminal.ts';

/** Runs the process's own command line. */
export async function main(argv: string[]): Promise<void> {
  // Whoever reads our output may stop reading, as `head` does.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.exitCode = await run(argv, processTerminal());
}

/** @returns the exit code */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const frame: Frame = { terminal, exit: EXIT_CODES.done.code };
  try {
    await program(frame).parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end so too, with 0.
    frame.exit = error.exitCode === 0 ? EXIT_CODES.done.code : EXIT_CODES.usage.code;
    if (error.exitCode !== 0 && argv.includes('--json')) {
      terminal.stdout.write(jsonText({ error: { reason: 'usage', message: error.message } }));
    }
  }
  return frame.exit;
}

function program(frame: Frame): Command {
  const { stdout, stderr } = frame.terminal;
  const sower = new Command('sower')
    .description('Provision software one-time-password tokens by CT-KIP, and use them')
    .version(manifest.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
    })
    .showHelpAfterError('Add --help to see what is possible.')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', HELP);

  addServe(sower);
  addProfileCommands(frame, sower);
  addUserCommands(frame, sower);
  const token = sower.command('token').description('Tokens: mint, assign, distribute');
  addTokenCommands(frame, token);
  addBulkCommand(frame, token);
  addDistributionCommands(frame, token);
  addTokenAccessCommands(frame, token);
  addJobCommands(frame, sower);
  addVerifyCommand(frame, sower);
  addDeviceTypeCommands(frame, sower);
  addRadiusClientCommands(frame, sower);
  addAgentCommands(frame, sower);
  addSecurityDomainCommands(frame, sower);
  addRoleCommands(frame, sower);
  addAdministratorCommands(frame, sower);
  addWhoCanCommand(frame, sower);
  addStatisticsCommand(frame, sower);
  addAuditCommand(frame, sower);
  addSettingsCommands(frame, sower);
  addPolicyCommands(frame, sower);
  addCertificateCommands(frame, sower);
  addMailCommands(frame, sower);
  addOfferCommands(frame, sower);
  addRequestCommands(frame, sower);
  addApiKeyCommands(frame, sower);
  addServerKeyCommands(frame, sower);
  addAuthenticatorCommands(frame, sower);
  return sower;
}

function addServe(sower: Command): void {
  sower
    .command('serve')
    .description('Start the server; all its options: sower serve --help')
    .option('--data <dir>', 'data folder')
    .option('--listen <host:port>', 'address to listen on')
    .option('--public-url <url>', 'address that clients use')
    .option('--database <url>', 'PostgreSQL, instead of the SQLite file in the data folder')
    .action((_, command: Command) => {
      command.error('serve is started by the launcher: sower serve');
    });
}

const HELP = `
Finding the server:
  --data DIR, else SOWER_URL with SOWER_API_KEY (and SOWER_CA, a PEM file), else SOWER_DATA, else ./data

Exit codes:
${Object.values(EXIT_CODES)
  .map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)
  .join('\n')}

With --json, stdout holds one JSON document and nothing else; on failure {"error":{"reason","message",...}}.`;
