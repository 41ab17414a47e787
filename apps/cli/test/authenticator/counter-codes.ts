/** Run as a process of its own: asks for codes of the only token again and again. */
import { run } from '../../src/main.ts';
import { processTerminal } from '../../src/terminal/terminal.ts';

for (let left = Number(process.argv[2]); left > 0; left -= 1) {
  const code = await run(
    ['authenticator', 'code'],
    processTerminal(() => '0.1.1'),
  );
  if (code !== 0) process.exit(code);
}
