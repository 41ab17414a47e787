/** Says that figures are being added up again, and how much is left. */
import { useTexts } from '../texts/use-texts.ts';
import { Alert } from '../ui/patternfly.tsx';

/** What is written all the time is counted a moment later. */
const MANY = 1_000;

export function StillCounting({ waiting }: { waiting: number }) {
  const t = useTexts();
  if (waiting <= MANY) return null;
  return (
    <Alert component="p" isInline variant="info" title={t('reporting.waiting', { count: waiting })}>
      {t('reporting.waitingSays')}
    </Alert>
  );
}
