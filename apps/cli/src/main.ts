/**
 * The `sower` command line: constructs everything, runs one command, leaves its exit code. `serve` never comes here; the launcher
 * hands it to the server, and it is listed for the help only.
 */
import { languageOf, languagesOf, unknownLanguage } from '@sower/texts/language';
import { table } from '@sower/texts/tables/cli';
import { type Command, CommanderError } from 'commander';
import { AUTHENTICATOR } from './authenticator/command.ts';
import { type Frame, launched, type Row } from './command.ts';
import { COMPLETION, MANUAL } from './completion/commands.ts';
import { EXIT_CODES, type Exit } from './outcome.ts';
import { AUDIT } from './porcelain/audit.ts';
import { CERTIFICATE } from './porcelain/certificate/certificate.ts';
import { CONTEXT, LOGIN } from './porcelain/context.ts';
import { JOB } from './porcelain/job/commands.ts';
import { MAIL } from './porcelain/mail.ts';
import { POLICY } from './porcelain/policy.ts';
import { SETTINGS } from './porcelain/settings.ts';
import { SOURCE } from './porcelain/source/commands.ts';
import { STATISTICS } from './porcelain/statistics/commands.ts';
import { REPORT } from './porcelain/statistics/report.ts';
import { SAVED_REPORT } from './porcelain/statistics/saved-report.ts';
import { VERIFY } from './porcelain/verify.ts';
import { ADMINISTRATOR, ROLE, SECURITY_DOMAIN, WHO_CAN } from './resources/administrators.ts';
import { AGENT, AGENT_CREDENTIAL, RADIUS_CLIENT } from './resources/clients.ts';
import { COEXISTENCE } from './resources/coexistence.ts';
import { API_KEY, SERVER_KEY } from './resources/keys.ts';
import { DEVICE_TYPE, PROFILE, RULE } from './resources/provisioning.ts';
import { OFFER, REQUEST, SECOND_APPROVAL, STAND_IN } from './resources/requests.ts';
import {
  ALERTS,
  BACKUP,
  DOCTOR,
  KEY,
  NODE,
  RESTORE,
  RETENTION,
  SCHEDULE,
  STATUS,
} from './resources/server.ts';
import { TOKEN } from './resources/tokens.ts';
import { USER } from './resources/users.ts';
import { jsonText } from './terminal/output.ts';
import { processTerminal, type Terminal } from './terminal/terminal.ts';
import { speak, t } from './texts.ts';
import { LocalizedCommand, localizedHelp } from './usage.ts';

/** Runs the process's own command line. @param version of this build */
export async function main(argv: string[], version: () => string): Promise<void> {
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
    .option('-V, --version', t('usage.version'))
    .on('option:version', () => {
      const version = frame.terminal.version();
      stdout.write(`${version}\n`);
      throw new CommanderError(0, 'commander.version', version);
    })
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

  for (const add of COMMANDS) add(frame, sower);
  return sower;
}

/** In the order of the help. */
const COMMANDS: readonly Row[] = [
  launched('serve', 'serve.launcher', [
    ['--data <dir>', 'serve.data'],
    ['--listen <host:port>', 'serve.listen'],
    ['--public-url <url>', 'serve.publicUrl'],
    ['--database <url>', 'serve.database'],
  ]),
  LOGIN,
  CONTEXT,
  STATUS,
  ALERTS,
  PROFILE,
  USER,
  SOURCE,
  TOKEN,
  JOB,
  RULE,
  SCHEDULE,
  NODE,
  BACKUP,
  RESTORE,
  KEY,
  DOCTOR,
  RETENTION,
  VERIFY,
  DEVICE_TYPE,
  RADIUS_CLIENT,
  AGENT,
  AGENT_CREDENTIAL,
  COEXISTENCE,
  SECURITY_DOMAIN,
  ROLE,
  ADMINISTRATOR,
  WHO_CAN,
  STATISTICS,
  REPORT,
  SAVED_REPORT,
  AUDIT,
  SETTINGS,
  POLICY,
  CERTIFICATE,
  MAIL,
  OFFER,
  REQUEST,
  SECOND_APPROVAL,
  STAND_IN,
  API_KEY,
  SERVER_KEY,
  AUTHENTICATOR,
  COMPLETION,
  MANUAL,
];

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
