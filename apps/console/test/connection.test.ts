import { describe, expect, it, vi } from 'vitest';
import { connect } from '../src/api/connection.ts';

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
