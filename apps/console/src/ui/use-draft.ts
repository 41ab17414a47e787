/**
 * What is being typed. When what it began with changes, such as the address by a link, it begins anew; the fields stay, and with them the
 * focus. What this draft itself has brought there changes nothing: the person may have typed on meanwhile.
 */
import { type Dispatch, type SetStateAction, useState } from 'react';

/** @returns the draft, how it is changed, and how it is said what is being sent of it */
export function useDraft<T>(held: T): [T, Dispatch<SetStateAction<T>>, (sent: T) => void] {
  const [draft, setDraft] = useState(held);
  const now = JSON.stringify(held);
  const [began, setBegan] = useState(now);
  const [sent, setSent] = useState<string>();
  if (now !== began) {
    setBegan(now);
    setSent(undefined);
    if (now !== sent) setDraft(held);
  }
  return [draft, setDraft, (values) => setSent(JSON.stringify(values))];
}
