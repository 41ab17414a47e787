/** What FreeRADIUS writes down of requests, as it writes it. */
import { type LoggedRequest, loggedRequests } from '@sower/server/coexistence/detail-log';
import { expect, test } from 'vitest';

async function read(text: string): Promise<{ requests: LoggedRequest[]; others: number }> {
  let others = 0;
  async function* lines() {
    yield* text.split('\n');
  }
  const requests: LoggedRequest[] = [];
  for await (const request of loggedRequests(lines(), () => {
    others += 1;
  }))
    requests.push(request);
  return { requests, others };
}

const AT = 1_795_920_000;
const entry = (...attributes: string[]): string =>
  ['Mon Nov 30 03:13:45 2026', ...attributes.map((one) => `\t${one}`), `\tTimestamp = ${AT}`, '', ''].join(
    '\n',
  );

test('a request has its user, passcode, time and client, whatever else it has', async () => {
  const written = entry(
    'Packet-Type = Access-Request',
    'Packet-Src-IP-Address = 192.0.2.7',
    'User-Name = "ada"',
    'User-Password = "1234567890"',
    'NAS-IP-Address = 192.0.2.8',
    'Event-Timestamp = "Nov 30 2026 03:13:45 UTC"',
  );
  const request = { userName: 'ada', password: '1234567890', at: AT * 1_000, source: '192.0.2.7' };
  expect(await read(written + written)).toEqual({ requests: [request, request], others: 0 });
  // The last one may be written at this moment, and without the header there is no client.
  expect(await read(entry('User-Name = "ada"', 'User-Password = "1"').trimEnd())).toMatchObject({
    requests: [{ userName: 'ada', source: undefined }],
  });
});

test.each([
  [String.raw`"a\"b\\c"`, 'a"b\\c'],
  [String.raw`"Zo\303\253"`, 'Zoë'],
  [String.raw`"a\000b\n"`, 'a\0b\n'],
  ['"Zoë 李"', 'Zoë 李'],
  ["'ada'", 'ada'],
  ['ada', 'ada'],
  ['""', ''],
])('%s is read as %j', async (value, text) => {
  const { requests } = await read(entry(`User-Name = ${value}`, 'User-Password = "x"'));
  expect(requests[0]?.userName).toBe(text);
});

test('what says nothing about a passcode is counted and left out', async () => {
  const said = entry('User-Name = "ada"', 'User-Password = "1"');
  expect(
    await read(
      [
        entry('User-Name = "ada"', 'CHAP-Password = 0x0102'),
        entry('User-Name = "ada"', 'User-Password = "1"', 'State = 0x01'),
        entry('Packet-Type = Accounting-Request', 'User-Name = "ada"', 'User-Password = "1"'),
        'Mon Nov 30 03:13:45 2026\n\tUser-Name = "ada"\n\tUser-Password = "1"\n\n',
        'something else\n\n\n',
        said,
      ].join(''),
    ),
  ).toMatchObject({ requests: [{ userName: 'ada' }], others: 4 });
});
