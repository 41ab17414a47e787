/**
 * What is shown once, by the page or the window that asked for it: a window that stays until the person confirms that it is stored. People
 * who have left in the meantime are informed that it is lost.
 */
import { type ComponentProps, type ReactNode, useEffect, useState } from 'react';
import { useTexts } from '../../texts/use-texts.ts';
import { useNotice } from '../notices.tsx';
import { Button } from '../patternfly.tsx';
import { useIsHere } from '../use-onward.ts';
import { Dialog } from './dialog.tsx';
import { OnceValues } from './shown-once.tsx';
import { useLeaveGuard } from './use-leave-guard.ts';

/** What a window is given that makes something which is shown once. */
export type Making<Made> = { readonly onMade: (made: Made) => void; readonly onClose: () => void };

type Shown = ComponentProps<typeof OnceValues> & {
  readonly title: string;
  /** What its only button says: a key pressed too often must not take them away. */
  readonly kept: string;
};

/** @returns what shows it, and the window while it is shown */
export function useOnce<Made>(
  windowOf: (made: Made) => Shown,
  onKept?: () => void,
): [show: (made: Made) => void, window: ReactNode] {
  const t = useTexts();
  const notice = useNotice();
  const isHere = useIsHere();
  const [made, setMade] = useState<{ readonly made: Made }>();
  const show = (made: Made): void => {
    if (isHere()) setMade({ made });
    else notice(t('ui.onceLost', { title: windowOf(made).title }), 'danger');
  };
  if (made === undefined) return [show, undefined];
  const { title, kept, ...once } = windowOf(made.made);
  const close = onKept ?? (() => setMade(undefined));
  const window = (
    <OnceWindow title={title} buttons={<Button onClick={close}>{kept}</Button>}>
      <OnceValues {...once} />
    </OnceWindow>
  );
  return [show, window];
}

/** The way back in the browser does not lead out of it. */
function OnceWindow(props: ComponentProps<typeof Dialog>) {
  const { asking, stay } = useLeaveGuard(() => true);
  useEffect(() => {
    if (asking) stay();
  });
  return <Dialog {...props} />;
}
