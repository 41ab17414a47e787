/**
 * Short notices that something was done; they disappear by themselves and are read out. There is one at a time, unless something failed: what
 * failed stays until it is closed.
 */
import { AlertActionCloseButton, AlertGroup } from '@patternfly/react-core';
import { createContext, type ReactNode, use, useCallback, useRef, useState } from 'react';
import { useSharedTexts } from '../texts/use-shared-texts.ts';
import { Alert } from './patternfly.tsx';

/** Time to notice it, and to read it at an unhurried pace. */
const MIN_MILLISECONDS = 4_000;
const MILLISECONDS_PER_CHARACTER = 90;

type Variant = 'success' | 'danger';
type Say = (text: string, variant?: Variant) => void;
type Notice = { id: number; text: string; variant: Variant };
const NoticeContext = createContext<Say>(() => undefined);

export function useNotice(): Say {
  return use(NoticeContext);
}

export function NoticeProvider({ children }: { children: ReactNode }) {
  const t = useSharedTexts();
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const remove = useCallback(
    (id: number) => setNotices((list) => list.filter((entry) => entry.id !== id)),
    [],
  );
  const lastId = useRef(0);
  const say = useCallback((text: string, variant: Variant = 'success') => {
    lastId.current += 1;
    const notice = { id: lastId.current, text, variant };
    setNotices((list) => [...list.filter((entry) => entry.variant === 'danger'), notice]);
  }, []);
  return (
    <NoticeContext value={say}>
      {children}
      <AlertGroup isToast isLiveRegion hasAnimations aria-label={t('ui.notices')}>
        {notices.map(({ id, text, variant }) => (
          <Alert
            key={id}
            variant={variant}
            title={text}
            timeout={
              variant === 'danger' ? false : MIN_MILLISECONDS + text.length * MILLISECONDS_PER_CHARACTER
            }
            onTimeout={() => remove(id)}
            actionClose={
              <AlertActionCloseButton
                aria-label={t('parts.closeNotice', { notice: text })}
                onClose={() => remove(id)}
              />
            }
            isInline={false}
          />
        ))}
      </AlertGroup>
    </NoticeContext>
  );
}
