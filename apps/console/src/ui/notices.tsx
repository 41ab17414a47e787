/** Short notes that something was done; they go by themselves and are read out. */
import { Alert, AlertActionCloseButton, AlertGroup } from '@patternfly/react-core';
import { createContext, type ReactNode, use, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';

type Notice = { id: number; text: string };
const NoticeContext = createContext<(text: string) => void>(() => undefined);

export function useNotice(): (text: string) => void {
  return use(NoticeContext);
}

export function NoticeProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const remove = useCallback(
    (id: number) => setNotices((list) => list.filter((entry) => entry.id !== id)),
    [],
  );
  const say = useCallback(
    (text: string) => setNotices((list) => [...list, { id: (list.at(-1)?.id ?? 0) + 1, text }]),
    [],
  );
  return (
    <NoticeContext value={say}>
      {children}
      <AlertGroup isToast isLiveRegion hasAnimations aria-label={t('ui.notices')}>
        {notices.map(({ id, text }) => (
          <Alert
            key={id}
            variant="success"
            title={text}
            timeout={6000}
            onTimeout={() => remove(id)}
            actionClose={<AlertActionCloseButton onClose={() => remove(id)} />}
          />
        ))}
      </AlertGroup>
    </NoticeContext>
  );
}
