/**
 * Moving to a new phone, as far as this device can help by itself: in words. A seed is never copied.
 *
 * An approval by this device that a self-service console could read would be shown here.
 */
import { useTexts } from '../texts/use-texts.ts';
import { ScreenFrame } from '../ui/screen.tsx';

export function MovePage({ back }: { back: () => void }) {
  const { move } = useTexts();
  return (
    <ScreenFrame title={move.title} back={back}>
      <p>{move.intro}</p>
      <ol className="card steps">
        {move.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </ScreenFrame>
  );
}
