/** `sower serve`: reads the configuration, starts the server, stops it on a signal. What it is made of is in compose/. */
import { useNativeBase64 } from '@sower/bytes/base64';
import { sayer } from './compose/announce.ts';
import { endOnUncaught, fatal, fatalError, logOf } from './compose/fatal.ts';
import { NODE_BASE64 } from './compose/native-base64.ts';
import { type RunningServer, startServer } from './compose/serve.ts';
import { shareOfWorker } from './compose/worker.ts';
import { optionsHelp, readConfig } from './config.ts';
import { PinRefused } from './keys/hsm/hsm.ts';

/** One Ctrl-C arrives from the terminal and from npm too; a deliberate second one ends the process at once. */
const SAME_SIGNAL_MILLISECONDS = 500;

export async function main(argv: readonly string[]): Promise<void> {
  const result = readConfig(argv, process.env);
  if (result.kind === 'help') {
    console.log(optionsHelp(process.stdout.columns));
    return;
  }
  if (result.kind === 'mistakes') {
    await fatal('the server cannot start with these settings; see sower serve --help', {
      mistakes: result.mistakes,
    });
    process.exitCode = 2;
    return;
  }
  endOnUncaught();
  useNativeBase64(NODE_BASE64);
  // Whatever creates a file, including SQLite, creates it for this user only.
  process.umask(0o077);
  // Before the start: a stop while waiting for the database, or right afterwards, counts too.
  let server: RunningServer | undefined;
  let begunAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!server) {
        logOf(result.config.logLevel).info(`stopped by ${signal} before the server was ready`);
        process.exit(0);
      }
      if (begunAt === undefined) {
        begunAt = performance.now();
        void server.stop().then(() => process.exit(0));
      } else if (performance.now() - begunAt > SAME_SIGNAL_MILLISECONDS) {
        void fatal('the server ends at once: a second signal').then(() => process.exit(1));
      }
    });
  }
  try {
    const share = shareOfWorker();
    // One of several speaks for all.
    const first = !share || share.number === 1;
    const say = first ? sayer(process.stdout.isTTY === true) : () => {};
    if (first && result.unknown.length > 0)
      logOf(result.config.logLevel).warn(
        { variables: result.unknown },
        'Sower has no variables of these names; see sower serve --help',
      );
    server = await startServer(result.config, { say, share });
    share?.ready();
  } catch (error) {
    await fatalError('the server could not start', error);
    // Open connections must not keep a failed start alive. A PIN that was refused is not tried again: that would lock the HSM.
    process.exit(error instanceof PinRefused ? 2 : 1);
  }
}
