/**
 * What the page was opened with by the QR code that an old phone shows: which token, and its approval to be moved.
 *
 * It is in the fragment, which no server sees, and is taken off the address at once, before anybody has logged on.
 */
export type Approval = { readonly serial: string; readonly approval: string };

let taken: Approval | undefined;

/** @returns whether there was one */
export function takeApproval(): boolean {
  if (!/\/move\/?$/.test(location.pathname) || location.hash === '') return false;
  const parameters = new URLSearchParams(location.hash.slice(1));
  // The router keeps its own things in the state.
  history.replaceState(history.state, '', location.pathname + location.search);
  const [serial, approval] = [parameters.get('serial'), parameters.get('approval')];
  if (!serial || !/^\d{12}$/.test(serial) || !approval) return false;
  taken = { serial, approval };
  return true;
}

export const takenApproval = (): Approval | undefined => taken;

/** Used, or given up. */
export function forgetApproval(): void {
  taken = undefined;
}
