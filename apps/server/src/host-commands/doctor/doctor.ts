/**
 * `sower doctor`: checks everything that a server needs, and says what is wrong and what to type. Run on a server host, with the options
 * and environment of `sower serve`, whether or not the server is running. It changes nothing.
 */
import { existsSync } from 'node:fs';
import { outcomesIn, type Text, text } from '@sower/texts/outcomes';
import { readVersion } from '../../compose/version.ts';
import { type Config, readConfig } from '../../config.ts';
import { languageHere } from '../host-command.ts';
import { lookAtDatabase } from './database.ts';
import { bad, type Finding, good, messageOf, warn } from './findings.ts';
import { lookAtCertificate, lookAtClock, lookAtDisks, lookAtFolder, lookAtPorts } from './host.ts';

const EXIT = { wrong: 1, usage: 2 } as const;

export async function main(argv: readonly string[]): Promise<void> {
  const inWords = outcomesIn(languageHere());
  const json = argv.includes('--json');
  const result = readConfig(
    argv.filter((argument) => argument !== '--json'),
    process.env,
  );
  if (result.kind === 'help') {
    console.log(inWords(text('doctor.usage')));
    return;
  }
  if (result.kind === 'mistakes') {
    for (const mistake of result.mistakes) console.error(mistake);
    console.error(inWords(text('doctor.usage')));
    process.exitCode = EXIT.usage;
    return;
  }
  const found = [
    ...result.unknown.map((name) => warn('configuration', text('doctor.unknown-variable', { name }))),
    ...(await examine(result.config)),
  ];
  const of = (state: Finding['state']): number => found.filter((finding) => finding.state === state).length;
  const counts = { good: of('good'), warn: of('warn'), bad: of('bad') };
  if (json)
    console.log(
      JSON.stringify({
        ...counts,
        findings: found.map((finding) => ({
          area: finding.area,
          state: finding.state,
          code: finding.text.code,
          text: inWords(finding.text),
        })),
      }),
    );
  else {
    for (const finding of found) console.log(lineOf(finding, inWords));
    console.log(inWords(text('doctor.end', counts)));
  }
  if (counts.bad > 0) process.exitCode = EXIT.wrong;
}

const lineOf = ({ state, area, text: what }: Finding, inWords: (text: Text) => string): string =>
  `${inWords(text(`doctor.state-${state}`))}  ${inWords(text(`doctor.area-${area}`))}: ${inWords(what)}`;

export async function examine(config: Config, now: () => number = Date.now): Promise<readonly Finding[]> {
  const versions = { sower: readVersion(), node: process.versions.node };
  const parts: readonly (() => Promise<Finding[]>)[] = [
    async () => [good('versions', text('doctor.versions', versions))],
    lookAtClock,
    () => lookAtFolder(config),
    () => lookAtDisks(config),
    () => lookAtPorts(config),
    () => lookAtCertificate(config, now()),
    async () =>
      config.database.kind === 'sqlite' && !existsSync(config.database.file)
        ? [warn('database', text('doctor.database-new'))]
        : lookAtDatabase(config, now),
  ];
  const found: Finding[] = [];
  for (const part of parts)
    found.push(
      ...(await part().catch((error: unknown): Finding[] => [
        bad('upkeep', text('doctor.failed', { error: messageOf(error) })),
      ])),
    );
  return found;
}
