/**
 * What is being typed. If its initial value changes, such as the address by a link, it starts over; the fields stay, and with them the
 * focus. Values that this draft itself put there change nothing: the person may have continued typing in the meantime.
 */
import { type Dispatch, type SetStateAction, useState } from 'react';

/** @returns the draft, a function that changes it, and one that reports what is being sent of it */
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
