/** The organization, or the product: what it is called, its mark, and what this console is. */
import { visible } from '@sower/bytes/printable';
import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { useSharedTexts } from '../../texts/use-shared-texts.ts';
import sign from './sower.svg';

export function Brand() {
  const t = useSharedTexts();
  const { name, mark } = useLook();
  return (
    <span className="sower-brand">
      <img
        className="sower-brand-mark"
        src={mark ? '/look/mark' : sign}
        alt=""
        height="32"
        {...(mark ? {} : { width: 32 })}
      />
      <span className="sower-brand-name">
        {name === '' ? 'Sower' : visible(name)}{' '}
        <span className="sower-brand-console">{t('shell.console')}</span>
      </span>
    </span>
  );
}

const lookSchema = z.object({
  name: z.string(),
  mark: z.boolean(),
  help: z.array(z.string()),
  /** Whether the help desk reads codes out on the telephone. */
  codesByTelephone: z.boolean(),
});
type Look = z.infer<typeof lookSchema>;

/** Until it is known, and where it cannot be: the product's own. */
const NONE: Look = { name: '', mark: false, help: [], codesByTelephone: false };

/** What the organization calls itself and where users get help, for pages before there is a session as well. */
export function useLook(): Look {
  const { data = NONE } = useQuery({
    queryKey: ['look'],
    queryFn: async () => {
      const answer = await fetch('/look/look.json');
      return answer.ok ? lookSchema.parse(await answer.json()) : NONE;
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  return data;
}
