/**
 * The fragment with which the QR code of an old phone opens the page: which token, and the approval to move it.
 *
 * Servers never see the fragment, and it is removed from the address at once, before anyone has logged on.
 */
import { isSerial } from '@sower/api/serial';

export type Approval = { readonly serial: string; readonly approval: string };

let taken: Approval | undefined;

/** @returns whether there was one */
export function takeApproval(): boolean {
  if (!/\/move\/?$/.test(location.pathname) || location.hash === '') return false;
  const parameters = new URLSearchParams(location.hash.slice(1));
  // The router keeps data of its own in the state.
  history.replaceState(history.state, '', location.pathname + location.search);
  const [serial, approval] = [parameters.get('serial'), parameters.get('approval')];
  if (!serial || !isSerial(serial) || !approval) return false;
  taken = { serial, approval };
  return true;
}

export const takenApproval = (): Approval | undefined => taken;

/** Used, or given up. */
export function forgetApproval(): void {
  taken = undefined;
}
