/** docs/hardening.md against the code: each switch it names exists, has the default it gives, and takes the safe value. */
import { readFileSync } from 'node:fs';
import { mailSettingsSchema } from '@sower/api/mail';
import { emergencyPolicySchema, lockoutPolicySchema, tokenPolicySchema } from '@sower/api/policies';
import { radiusClientInputSchema } from '@sower/api/radius-clients';
import { settingsSchema } from '@sower/api/settings';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { OPTIONS, readConfig } from '../../apps/server/src/config.ts';

/** What a switch is by default, as docs/hardening.md writes it, and whether it takes a value; undefined: there is no such switch. */
type Switch = { readonly default: string; takes(value: unknown): boolean };
type Switches = (name: string) => Switch | undefined;

const shown = (value: unknown): string => {
  if (value === undefined) return '(none)';
  return value === '' || (Array.isArray(value) && value.length === 0) ? '(empty)' : String(value);
};

const optionSwitches: Switches = (option) => {
  const name = option.replace(/^--/, '');
  const result = readConfig([], {});
  if (!option.startsWith('--') || !(name in OPTIONS) || result.kind !== 'config') return undefined;
  const { config } = result;
  const defaults: Partial<Record<string, unknown>> = {
    listen: `${config.host}:${config.port}`,
    'public-url': config.publicUrl,
    database: config.database.kind,
    'asynchronous-replication': config.asynchronousReplication,
    'logical-subscription': config.logicalSubscription,
    'tls-certificate': config.tls.kind,
    'tls-old-clients': config.tlsOldClients,
    'plain-http': config.tls.kind === 'none',
    'trusted-proxies': config.trustedProxies,
    'authenticator-origins': config.authenticatorOrigins,
    'console-hosts': config.consoleHosts,
    'self-service-hosts': config.selfServiceHosts,
    'server-key-bits': config.serverKeyBits,
    'wrong-codes': config.wrongCodes,
    'connections-per-source': config.connectionsPerSource,
    'metrics-listen': config.metrics ?? '(off)',
    'api-docs': config.apiDocs,
    radius: config.radius.authentication ?? '(off)',
    'log-level': config.logLevel,
  };
  return {
    default: shown(defaults[name]),
    takes: (value) =>
      readConfig(value === false ? [] : [`--${name}`, ...(value === true ? [] : [String(value)])], {})
        .kind === 'config',
  };
};

const schemaSwitches =
  (schema: z.ZodObject): Switches =>
  (name) => {
    const field = Object.hasOwn(schema.shape, name) ? (schema.shape[name] as z.ZodType) : undefined;
    return (
      field && {
        default: shown((z.toJSONSchema(field, { io: 'input' }) as { default?: unknown }).default),
        takes: (value) => field.safeParse(value).success,
      }
    );
  };

const SWITCHES: Record<string, Switches> = {
  options: optionSwitches,
  settings: schemaSwitches(settingsSchema),
  'token policy': schemaSwitches(tokenPolicySchema),
  'lockout policy': schemaSwitches(lockoutPolicySchema),
  'emergency access policy': schemaSwitches(emergencyPolicySchema),
  mail: schemaSwitches(mailSettingsSchema),
  'radius client': schemaSwitches(radiusClientInputSchema),
};

/** A number or boolean where it reads as one. */
const readAs = (text: string): unknown => (/^(?:\d+|true|false)$/.test(text) ? JSON.parse(text) : text);

/** The rows of a document's switches, and what is wrong with them. */
function switchRows(markdown: string): { rows: number; kinds: string[]; wrong: string[] } {
  const tables = [...markdown.matchAll(/<!-- switches: (.*?) -->\n([\s\S]*?)<!-- end -->/g)];
  const wrong: string[] = [];
  let rows = 0;
  for (const [, kind = '', table = ''] of tables) {
    for (const row of table.trim().split('\n').slice(2)) {
      rows += 1;
      const [name = '', value, safe = '', cost = ''] = row.replace(/^\| | \|$/g, '').split(' | ');
      const found = SWITCHES[kind]?.(name.replaceAll('`', ''));
      const [, safeValue] = /^`([^`]+)`/.exec(safe) ?? [];
      if (!found) wrong.push(`${kind}: ${name} does not exist`);
      else if (found.default !== value) wrong.push(`${kind}: ${name} is ${found.default}, not ${value}`);
      else if (safeValue !== undefined && !found.takes(readAs(safeValue)))
        wrong.push(`${kind}: ${name} does not take ${safeValue}`);
      else if (safe === '' || cost === '') wrong.push(`${kind}: ${name} has an empty cell`);
    }
  }
  return { rows, kinds: tables.map(([, kind]) => kind as string), wrong };
}

describe('docs/hardening.md', () => {
  test('every switch it names exists, with the default it gives, and takes the safe value', () => {
    const { rows, kinds, wrong } = switchRows(
      readFileSync(new URL('../../docs/hardening.md', import.meta.url), 'utf8'),
    );
    expect(wrong).toEqual([]);
    expect(kinds).toEqual(Object.keys(SWITCHES));
    expect(rows).toBeGreaterThan(45);
  });

  test('a switch that does not exist, another default and a value that is refused are found', () => {
    const table = (kind: string, row: string): string =>
      `<!-- switches: ${kind} -->\n| a | b | c | d |\n| --- | --- | --- | --- |\n${row}\n<!-- end -->\n`;
    const text = [
      table('options', '| `--no-such` | (none) | `1` | x |'),
      table('options', '| `--wrong-codes` | 21 | `20` | x |'),
      table('options', '| `--wrong-codes` | 20 | `0` | x |'),
      table('settings', '| `verify.windows` | 1 | `1` | x |'),
      table('settings', '| `verify.window` | 1 | `11` | x |'),
      table('lockout policy', '| `failures` | 0 | `20` | x |'),
      table('radius client', '| `messageAuthenticator` | optional | `required` | x |'),
      table('mail', '| `security` | starttls | `ssl` | x |'),
      table('no such kind', '| `failures` | 20 | `20` | x |'),
      table('mail', '| `security` | starttls | `tls` | x |'),
    ].join('\n');
    expect(switchRows(text).wrong).toEqual([
      'options: `--no-such` does not exist',
      'options: `--wrong-codes` is 20, not 21',
      'options: `--wrong-codes` does not take 0',
      'settings: `verify.windows` does not exist',
      'settings: `verify.window` does not take 11',
      'lockout policy: `failures` is 20, not 0',
      'radius client: `messageAuthenticator` is required, not optional',
      'mail: `security` does not take ssl',
      'no such kind: `failures` does not exist',
    ]);
  });
});
