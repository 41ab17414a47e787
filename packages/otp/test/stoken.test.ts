/** SecurID-AES tokencodes against stoken, where it is installed (apt-get install stoken): another program, by other people. */
import { spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { encodeCtf } from '@sower/otp/ctf';
import { securidTokencode, securidTokencodeBy } from '@sower/otp/securid';
import { expect, test } from 'vitest';

const YEAR_2100 = 4_102_444_800;

test.skipIf(spawnSync('stoken', ['--version']).error)(
  'a thousand random tokencodes are those of stoken',
  async () => {
    for (let count = 0; count < 1000; count += 1) {
      const intervalSeconds = count % 2 === 0 ? (30 as const) : (60 as const);
      const digits = ([6, 7, 8] as const)[count % 3]!;
      const seed = new Uint8Array(randomBytes(16));
      const serial = String(randomInt(1e12 - 1)).padStart(12, '0');
      const at = randomInt(YEAR_2100);
      const interval = Math.floor(at / intervalSeconds);
      const key = await crypto.subtle.importKey('raw', seed, 'AES-CBC', false, ['encrypt']);
      const encryptWithSeed = async (block: Uint8Array<ArrayBuffer>) => {
        const iv = new Uint8Array(16);
        return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key, block), 0, 16);
      };
      const token = { serial, digits, intervalSeconds, interval };
      const ours = [
        securidTokencode({ ...token, seed }),
        await securidTokencodeBy({ ...token, encryptWithSeed }),
      ];
      const carried = encodeCtf(
        { ...token, seed, addPin: false, localPin: false, expiryDay: '2037-12-31' },
        'plain',
      );
      if (!carried.ok) throw new Error(carried.reason);
      const options = ['tokencode', `--token=${carried.digits}`, `--use-time=${at}`, '--batch', '--force'];
      const theirs = spawnSync('stoken', options, { encoding: 'utf8' }).stdout.trim();
      expect(ours).toEqual([theirs, theirs]);
    }
  },
);
