/** The frame of every screen: a heading that takes the focus when the screen comes, the way back, and the lock. */
import { createContext, type ReactNode, use, useEffect, useRef } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import { Icon } from './icon.tsx';

/** Locks at once, from every screen; undefined: there is no lock, or it is locked. */
export const LockContext = createContext<(() => void) | undefined>(undefined);

export function ScreenFrame(props: {
  title: string;
  back?: (() => void) | undefined;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { title, back, actions, children } = props;
  const t = useTexts();
  const lock = use(LockContext);
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each screen begins at its heading
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [title]);
  return (
    <>
      <header className="bar">
        {back && (
          <button type="button" className="icon-button" onClick={back} aria-label={t('back')}>
            <Icon name="back" />
          </button>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions}
        {lock && (
          <button type="button" className="icon-button" onClick={lock} aria-label={t('lock.lockNow')}>
            <Icon name="lock" />
          </button>
        )}
      </header>
      <main>{children}</main>
    </>
  );
}
