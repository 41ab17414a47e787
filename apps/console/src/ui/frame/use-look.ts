/** What the organization calls itself and where users get help, for pages before there is a session as well. */
import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';

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
