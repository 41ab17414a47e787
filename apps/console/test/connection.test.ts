import { SELF_SERVICE_OPERATIONS } from '@sower/api/self-service';
import { describe, expect, it, vi } from 'vitest';
import { connect } from '../src/api/connection.ts';
import { connectUser } from '../src/self-service/connection.ts';

const problem = (code: string, status: number) =>
  Response.json({ type: `urn:sower:problem:${code}`, title: 'x', status, code }, { status });
const ended = () => problem('not-authenticated', 401);
const server = {
  product: 'Sower',
  version: '1',
  publicUrl: 'https://a',
  ctkipUrl: 'https://a/ctkip',
  installation: 'a',
};
const answer = () => Response.json({ ...server, now: '2026-01-01T00:00:00Z' });

describe('connection', () => {
  it('waits when the session has ended, and repeats the request after the log-on', async () => {
    const fetcher = vi
      .fn<typeof fetch>()
      .mockResolvedValueOnce(ended())
      .mockResolvedValueOnce(ended())
      .mockResolvedValueOnce(answer());
    const { api, gate } = connect(fetcher);
    const asked = api('getServer', {});
    await vi.waitFor(() => expect(gate.waiting()).toBe('log-on'));
    expect(fetcher).toHaveBeenCalledTimes(2);
    gate.open();
    await expect(asked).resolves.toMatchObject({ product: 'Sower' });
    expect(gate.waiting()).toBeUndefined();
    expect(fetcher.mock.calls[2]).toEqual(fetcher.mock.calls[0]);
  });

  it('asks once more by itself: a proof in another window gives the session another cookie', async () => {
    const fetcher = vi.fn<typeof fetch>().mockResolvedValueOnce(ended()).mockResolvedValueOnce(answer());
    const { api, gate } = connect(fetcher);
    await expect(api('getServer', {})).resolves.toMatchObject({ product: 'Sower' });
    expect(gate.waiting()).toBeUndefined();
  });

  it('waits for a proof where one is needed, and repeats the request as it was', async () => {
    const needed = problem('proof-needed', 403);
    const fetcher = vi.fn<typeof fetch>().mockResolvedValueOnce(needed).mockResolvedValueOnce(answer());
    const { api, gate } = connect(fetcher);
    const asked = api('getServer', {});
    await vi.waitFor(() => expect(gate.waiting()).toBe('proof'));
    expect(fetcher).toHaveBeenCalledTimes(1);
    gate.open();
    await expect(asked).resolves.toMatchObject({ product: 'Sower' });
    expect(fetcher.mock.calls[1]).toEqual(fetcher.mock.calls[0]);
  });

  it('refuses what waits when the log-on is given up', async () => {
    const { api, gate } = connect(vi.fn<typeof fetch>().mockImplementation(async () => ended()));
    const asked = api('getServer', {});
    const refusal = expect(asked).rejects.toMatchObject({ problem: { code: 'not-authenticated' } });
    await vi.waitFor(() => expect(gate.waiting()).toBe('log-on'));
    gate.abandon();
    await refusal;
  });

  it('does not wait when a log-on is refused', async () => {
    const { api, gate } = connect(vi.fn<typeof fetch>().mockResolvedValue(problem('log-on-failed', 401)));
    const body = { userName: 'a', password: 'b' };
    await expect(api('openSession', { body })).rejects.toMatchObject({ problem: { status: 401 } });
    expect(gate.waiting()).toBeUndefined();
  });

  it('knows that nobody is logged on', async () => {
    const { api } = connect(vi.fn<typeof fetch>().mockResolvedValue(Response.json(null)));
    await expect(api('getSession', {})).resolves.toBeNull();
  });
});

describe('connection of a user', () => {
  const ofUsers = Object.entries(SELF_SERVICE_OPERATIONS).flatMap(([name, operation]) =>
    'user' in operation && operation.user ? [name] : [],
  );

  it.each(ofUsers)('%s: a session that has ended leads to the logon page', async (name) => {
    const { api, gate } = connectUser(
      () => 'en',
      async () => ended(),
    );
    const call = { params: { id: 'x', serial: 'x' }, query: {}, body: {}, ifMatch: 1 };
    const asked = api(name as 'listOwnTokens', call as object);
    await expect(asked).rejects.toMatchObject({ problem: { code: 'not-authenticated' } });
    expect(gate.waiting()).toBe('log-on');
  });

  it('leaves the log-on, the question who is logged on and a wrong passcode to the page', async () => {
    const wrong = () => problem('log-on-failed', 401);
    const log = connectUser(
      () => 'en',
      async () => wrong(),
    );
    await expect(log.api('proveToken', { body: { passcode: '1' } })).rejects.toThrow();
    await expect(log.api('openUserSession', { body: { userId: 'a' } } as never)).rejects.toThrow();
    const none = connectUser(
      () => 'en',
      async () => ended(),
    );
    await expect(none.api('getUserSession', {})).rejects.toThrow();
    expect([log.gate.waiting(), none.gate.waiting()]).toEqual([undefined, undefined]);
  });
});
