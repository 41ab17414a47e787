import { useEffect, useEffectEvent } from 'react';
import { useSearchParams } from 'react-router';

/** `?add` in the address opens the window to add something, and leaves the address: neither a reload nor the next log-on opens it again. */
export function useAddInAddress(open: () => void): void {
  const [parameters, setParameters] = useSearchParams();
  const adds = parameters.has('add');
  const opened = useEffectEvent(() => {
    const { add: _, ...others } = Object.fromEntries(parameters);
    setParameters(others, { replace: true });
    open();
  });
  useEffect(() => {
    if (adds) opened();
  }, [adds]);
}
