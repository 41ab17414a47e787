/** The frame of every screen: a heading that takes the focus when the screen comes, the way back, and the lock. */
import { createContext, type ReactNode, use, useEffect, useRef } from 'react';
import { useTexts } from '../texts/use-texts.ts';

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
        {back && <IconButton icon="back" label={t('back')} onClick={back} />}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions}
        {lock && <IconButton icon="lock" label={t('lock.lockNow')} onClick={lock} />}
      </header>
      <main>{children}</main>
    </>
  );
}

/** A sentence that matters, and what to do. Problems are read out at once. */
export function Message(props: {
  kind: 'info' | 'warning' | 'danger' | 'success';
  title?: string;
  text: string;
  next?: string | undefined;
  children?: ReactNode;
}) {
  const { kind, title, text, next, children } = props;
  return (
    <div className={`message ${kind}`} role={kind === 'danger' ? 'alert' : 'status'}>
      {title && <h2>{title}</h2>}
      <p>{text}</p>
      {next && <p>{next}</p>}
      {children}
    </div>
  );
}

/** The few icons, drawn here: no font and no picture is loaded. */
const PATHS = {
  back: 'M15 5l-7 7 7 7',
  add: 'M12 5v14M5 12h14',
  settings:
    'M12 9a3 3 0 100 6 3 3 0 000-6zM4 12h2M18 12h2M12 4v2M12 18v2M6.3 6.3l1.5 1.5M16.2 16.2l1.5 1.5M6.3 17.7l1.5-1.5M16.2 7.8l1.5-1.5',
  copy: 'M9 9h10v10H9zM5 15V5h10',
  up: 'M6 15l6-6 6 6',
  down: 'M6 9l6 6 6-6',
  open: 'M9 5l7 7-7 7',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M7 12h10',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4',
  paste: 'M8 4h8v3H8zM6 5H5v15h14V5h-1',
  type: 'M4 7h16M4 12h10M4 17h7',
  lock: 'M6 11h12v9H6zM8 11V8a4 4 0 018 0v3',
} as const;

type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 24 24" className="icon" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** A button that is an icon, and is read out by what it does. */
export function IconButton(props: {
  icon: IconName;
  label: string;
  disabled?: boolean;
  onClick: () => void;
}) {
  const { icon, label, ...button } = props;
  return (
    <button type="button" className="icon-button" aria-label={label} {...button}>
      <Icon name={icon} />
    </button>
  );
}
