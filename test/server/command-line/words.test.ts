/** What the command line shows of the server's words: states in the language of the reader, and as many steps of the set-up as the console. */
import { SET_UP_STEPS } from '@sower/api/server';
import RECORDED from '@sower/server/http/reference/answers.json' with { type: 'json' };
import { afterEach, expect, test } from 'vitest';
import { type FakeServer, fakeServer } from '../../../apps/cli/test/fake-server.ts';
import { sower } from '../../../apps/cli/test/fake-terminal.ts';

let server: FakeServer;
afterEach(() => server.close());

test('the state of a distribution is a word of the language', async () => {
  const [distribution] = RECORDED.listDistributions.items;
  server = await fakeServer({
    'GET /tokens/:serial/distributions': () => ({
      body: {
        items: [
          { ...distribution, state: 'issued' },
          { ...distribution, state: 'withdrawn' },
        ],
      },
    }),
  });
  const shown = async (language: string) =>
    (
      await sower(['token', 'distributions', '000100000001'], {
        env: { ...server.env, SOWER_LANGUAGE: language },
      })
    ).out;
  expect(await shown('de')).toMatch(/ausgestellt[\s\S]*zurückgenommen/);
  expect(await shown('de')).not.toContain('issued');
  expect(await shown('en')).toMatch(/issued[\s\S]*withdrawn/);
});

test('status shows each step of the set-up guide, in its order', async () => {
  server = await fakeServer({
    'GET /server': () => ({ body: RECORDED.getServer }),
    'GET /server/setup-progress': () => ({ body: { ...RECORDED.getSetupProgress, mail: false } }),
    'GET /certificate': () => ({
      body: { ...RECORDED.getCertificate, reachable: 'untrusted', problems: [] },
    }),
  });
  const { out } = await sower(['status', '--json'], { env: server.env });
  expect(Object.keys(JSON.parse(out).setup)).toEqual([...SET_UP_STEPS]);
  expect(JSON.parse(out).setup).toMatchObject({ certificate: false, mail: false });
  expect((await sower(['status'], { env: server.env })).out).toMatch(/A certificate that devices trust +no/);
});
