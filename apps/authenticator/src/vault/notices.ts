/** What tabs of this app tell each other. A tab does not hear itself. */
export type Notice = 'tokens' | 'lock' | 'erased';

const CHANNEL = 'sower-authenticator';
/** Of this page as it was loaded. */
const SELF = crypto.randomUUID();

type Letter = { readonly from: string; readonly notice: Notice };

export type Notices = { tell(notice: Notice): void; close(): void };

/** @param hear what others tell */
export function openNotices(hear: (notice: Notice) => void = () => {}): Notices {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<Letter>) => {
    if (data.from !== SELF) hear(data.notice);
  };
  return {
    tell: (notice) => channel.postMessage({ from: SELF, notice } satisfies Letter),
    close: () => channel.close(),
  };
}
