/**
 * `sower token export`: tokens with their seeds, encrypted with a password or to the transfer key of another installation, in files that another
 * server imports; and `sower token transfer-key`, the key that others encrypt to for this one.
 */
import type { ExportTokens, TransferKey } from '@sower/api/token-exports';
import { decodeText } from '@sower/api/user-file';
import { readTransferKey, sameFingerprint } from '@sower/otp/transfer-key';
import { type Call, command, YES } from '../command.ts';
import { fileOctets, saveFile } from '../files.ts';
import { act } from '../operations.ts';
import { serialNumber } from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { confirmByName } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

type Options = {
  batch?: string;
  all?: boolean;
  passwordFile?: string;
  transferKey?: string;
  fingerprint?: string;
  dryRun?: boolean;
  yes?: boolean;
};
type Protection = Pick<ExportTokens, 'password' | 'transferKey'>;

const shown = ({ pem, fingerprint }: TransferKey) => ({
  text: pem.trimEnd(),
  notes: [t('token.transferKey.fingerprint', { fingerprint })],
});

export const TRANSFER_KEY = act('showTransferKey', {
  usage: 'transfer-key',
  done: shown,
});

/** The fingerprint of the key to be replaced is typed instead of a confirmation. */
export const MAKE_TRANSFER_KEY = act('makeTransferKey', {
  usage: 'make-transfer-key',
  options: [['--replace <fingerprint>', 'token.makeTransferKey.replace', { to: 'replaces' }]],
  done: shown,
});

export const TOKEN_EXPORT = command<Options>({
  usage: 'export <file> [serial...]',
  arguments: [{}, { read: serialNumber }],
  options: [
    ['--batch <name>', 'token.export.batch', { conflicts: 'all' }],
    ['--all', 'token.export.all'],
    ['--password-file <path>', 'token.export.passwordFile', { conflicts: 'transferKey' }],
    ['--transfer-key <path>', 'token.export.transferKey'],
    ['--fingerprint <digits>', 'token.export.fingerprint'],
    ['--dry-run', 'token.export.dryRun'],
    YES,
  ],
  run: async ({ api, args, options, terminal }) => {
    const [path = '', ...serials] = args;
    const choose = chosen(serials, options);
    if (!choose) return fail('usage', 'choose', t('token.export.choose'));
    const protection = await protectionIn(options, terminal);
    if (!protection.ok) return protection;
    const files: string[] = [];
    let [count, after]: [number, string | undefined] = [0, undefined];
    const leftOut: string[] = [];
    do {
      const body = { choose, ...(after === undefined ? {} : { after }) };
      const ask = () => api('exportTokens', { body: { ...body, ...protection.value } });
      const note = (exported: Awaited<ReturnType<typeof ask>>): string => {
        count += exported.count;
        leftOut.push(...exported.leftOut);
        after = exported.next;
        return exported.pskc ?? '';
      };
      if (options.dryRun === true) note(await ask());
      else {
        const file = files.length === 0 ? path : `${path}.${files.length + 1}`;
        const saved: Outcome = await saveFile(file, async () => note(await ask()));
        if (!saved.ok) return saved;
        files.push(file);
      }
    } while (after !== undefined);
    const said =
      files.length === 0
        ? t('token.export.would', { count })
        : t('token.export.done', { count, files: files.join(', ') });
    return {
      ok: true,
      json: { count, leftOut, files },
      text: said,
      notes: leftOut.length === 0 ? [] : [t('token.export.leftOut', { count: leftOut.length })],
    };
  },
});

function chosen(serials: readonly string[], { batch, all }: Options): ExportTokens['choose'] | undefined {
  if (serials.length > 0) return batch === undefined && all !== true ? { serials: [...serials] } : undefined;
  if (batch !== undefined) return { batch };
  return all === true ? { all } : undefined;
}

/** Nothing for a dry run. A key is looked at here, so that a private one is never sent, and goes on only once its fingerprint was confirmed. */
async function protectionIn(
  { passwordFile, transferKey, fingerprint, dryRun, yes }: Options,
  terminal: Call<Options>['terminal'],
): Promise<Result<Protection>> {
  if (transferKey !== undefined) {
    const pem = read(transferKey);
    if (!pem.ok) return pem;
    const key = readTransferKey(pem.value);
    if (!key.ok) return fail('usage', key.reason, t(`token.export.key.${key.reason}`, { file: transferKey }));
    const theirs = key.key.fingerprint;
    if (fingerprint !== undefined && !sameFingerprint(fingerprint, theirs))
      return fail(
        'refused',
        'fingerprint',
        t('token.export.otherKey', { file: transferKey, fingerprint: theirs }),
      );
    if (dryRun === true) return success({});
    const stop = await confirmByName(terminal, {
      name: theirs,
      consequence: t('token.export.confirm', { fingerprint: theirs }),
      yes: yes === true || fingerprint !== undefined,
    });
    return stop ?? success({ transferKey: pem.value.trim() });
  }
  if (dryRun === true) return success({});
  if (passwordFile === undefined) return fail('usage', 'password', t('token.export.passwordNeeded'));
  const password = read(passwordFile);
  return password.ok ? success({ password: password.value }) : password;
}

function read(path: string): Result<string> {
  const octets = fileOctets(path, 'file');
  return octets.ok ? success(decodeText(octets.value).text.replace(/\r?\n$/, '')) : octets;
}
