/** The load of RADIUS: an Access-Request over UDP with a fresh valid tokencode each, one in flight on each socket. */
import { randomFillSync } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { utf8 } from '@sower/bytes/octets';
import { accessRequest, readReply } from '@sower/radius/client';
import { CODE } from '@sower/radius/packet';
import type { LoadResult } from './exchanges.ts';
import { runPaced } from './pace.ts';
import { type FreshCode, freshCodes, type VerificationJob } from './verifications.ts';

type Codes =
  | Pick<VerificationJob, 'tokens' | 'intervalSeconds' | 'digits' | 'window'>
  /** The same again and again; `answer` is the code of the reply that counts. */
  | { readonly always: FreshCode; readonly answer: number };

export type RadiusJob = Codes & {
  readonly kind: 'radius';
  readonly inFlight: number;
  readonly seconds: number;
  readonly perSecond?: number | undefined;
  readonly targets: readonly { readonly port: number }[];
  readonly secret: string;
};

/** A lost packet is a failure here: nothing is sent again. */
const ANSWER_MILLISECONDS = 3_000;

export async function runRadius(job: RadiusJob): Promise<LoadResult> {
  const next = 'always' in job ? () => job.always : freshCodes(job);
  const expected = 'always' in job ? job.answer : CODE.accessAccept;
  const secret = utf8(job.secret);
  let done = 0;
  const failures: string[] = [];
  const pace = await runPaced(job.targets, {
    open: ({ port }) => openSocket(port),
    inFlight: job.inFlight,
    seconds: job.seconds,
    perSecond: job.perSecond,
    step: async (socket) => {
      const fresh = next();
      if (!fresh) return false;
      const request = accessRequest(
        {
          identifier: done & 255,
          authenticator: randomFillSync(new Uint8Array(16)),
          userName: fresh.userId,
          password: fresh.code,
        },
        secret,
      );
      const answer = await socket.exchange(request);
      const read = answer && readReply(answer, request, secret);
      if (read?.ok && read.reply.code === expected) done += 1;
      else failures.push(read ? (read.ok ? `code ${read.reply.code}` : read.reason) : 'no answer');
      return true;
    },
  });
  return { ...pace, done, failed: failures.length, failure: failures[0] };
}

async function openSocket(port: number) {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let settle = (_: Uint8Array | undefined): void => {};
  socket.on('message', (answer) => settle(answer));
  return {
    exchange: (request: Uint8Array): Promise<Uint8Array | undefined> =>
      new Promise((resolve) => {
        const timer = setTimeout(() => settle(undefined), ANSWER_MILLISECONDS);
        settle = (answer) => {
          clearTimeout(timer);
          resolve(answer);
        };
        socket.send(request);
      }),
    close: () => socket.close(),
  };
}
