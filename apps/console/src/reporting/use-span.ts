/** How long something took, in the largest unit that it fills. */
import { useTexts } from '../texts/use-texts.ts';

const UNITS = [
  ['days', 86_400, 2],
  ['hours', 3_600, 2],
  ['minutes', 60, 1],
] as const;

export function useSpan(): (seconds: number | null) => string {
  const t = useTexts();
  return (seconds) => {
    if (seconds === null) return t('reporting.noFigure');
    const unit = UNITS.find(([, length, least]) => seconds >= length * least);
    return unit
      ? t(`reporting.span.${unit[0]}`, { count: Math.round(seconds / unit[1]) })
      : t('reporting.span.seconds', { count: seconds });
  };
}
