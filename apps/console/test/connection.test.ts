import { describe, expect, it, vi } from 'vitest';
import { connect } from '../src/api/connection.ts';

const ended = () =>
  Response.json(
    { type: 'urn:sower:problem:not-authenticated', title: 'x', status: 401, code: 'not-authenticated' },
    { status: 401 },
  );
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
    const fetcher = vi.fn<typeof fetch>().mockResolvedValueOnce(ended()).mockResolvedValueOnce(answer());
    const { api, gate } = connect(fetcher);
    const asked = api('getServer', {});
    await vi.waitFor(() => expect(gate.waiting()).toBe(true));
    expect(fetcher).toHaveBeenCalledTimes(1);
    gate.open();
    await expect(asked).resolves.toMatchObject({ product: 'Sower' });
    expect(gate.waiting()).toBe(false);
    expect(fetcher.mock.calls[1]).toEqual(fetcher.mock.calls[0]);
  });

  it('refuses what waits when the log-on is given up', async () => {
    const { api, gate } = connect(vi.fn<typeof fetch>().mockResolvedValue(ended()));
    const asked = api('getServer', {});
    const refusal = expect(asked).rejects.toMatchObject({ problem: { code: 'not-authenticated' } });
    await vi.waitFor(() => expect(gate.waiting()).toBe(true));
    gate.abandon();
    await refusal;
  });

  it('does not wait when a log-on is refused', async () => {
    const { api, gate } = connect(vi.fn<typeof fetch>().mockResolvedValue(ended()));
    const body = { userName: 'a', password: 'b' };
    await expect(api('openSession', { body })).rejects.toMatchObject({ problem: { status: 401 } });
    expect(gate.waiting()).toBe(false);
  });

  it('knows that nobody is logged on', async () => {
    const { api } = connect(vi.fn<typeof fetch>().mockResolvedValue(Response.json(null)));
    await expect(api('getSession', {})).resolves.toBeNull();
  });
});
