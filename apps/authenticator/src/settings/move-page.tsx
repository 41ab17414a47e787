/**
 * Moving to a new phone, as far as this device can help by itself: the way, and where it begins. A seed is never copied.
 *
 * The approval is a code of this device, typed where the user logs on; a picture that approves by itself is not made here.
 */
import { useTexts } from '../texts/use-texts.ts';
import { ScreenFrame } from '../ui/screen.tsx';
import type { Token } from '../vault/database.ts';

export function MovePage({ back, tokens }: { back: () => void; tokens: readonly Token[] }) {
  const { move } = useTexts();
  const origins = [...new Set(tokens.flatMap(({ server }) => URL.parse(server)?.origin ?? []))];
  return (
    <ScreenFrame title={move.title} back={back}>
      <p>{move.intro}</p>
      <ol className="card steps">
        {move.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {origins.length > 0 && (
        <section className="card">
          <h2>{move.selfService}</h2>
          <ul>
            {origins.map((origin) => (
              <li key={origin}>
                <a href={`${origin}/self-service/`} target="_blank" rel="noopener noreferrer">
                  {origin}/self-service/
                </a>
              </li>
            ))}
          </ul>
          <p className="hint">{move.selfServiceHint}</p>
        </section>
      )}
    </ScreenFrame>
  );
}
