/** The frame of every screen: a heading that takes the focus when the screen comes, and the way back. */
import { type ReactNode, useEffect, useRef } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import { Icon } from './icon.tsx';

export function ScreenFrame(props: {
  title: string;
  back?: (() => void) | undefined;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { title, back, actions, children } = props;
  const t = useTexts();
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
      </header>
      <main>{children}</main>
    </>
  );
}
